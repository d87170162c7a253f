//! Looking names up along a type's MRO.

use crate::Result;
use crate::object::types::{Type, TypeRef};
use crate::ops::{Args, call};
use crate::thread::Thread;
use crate::value::Value;

impl Thread {
    /// What an interned name stands for in a type: the first namespace of its MRO that has it.
    #[inline]
    pub fn lookup(&self, ty: &Type, name: &Value) -> Option<Value> {
        if let Some(known) = self.method_cache.get(ty, name) {
            return known;
        }
        let found = self.lookup_with_owner(ty, name).map(|(value, _)| value);
        self.method_cache.set(ty, name, found.as_ref());
        found
    }

    /// What an interned name stands for in a type, and the type of the MRO that has it.
    pub fn lookup_with_owner(&self, ty: &Type, name: &Value) -> Option<(Value, TypeRef)> {
        let mro = ty.mro.get();
        mro.iter().find_map(|owner| Some((owner.namespace().get_str(self, name)?, owner.clone())))
    }

    /// The type of a value, counted: for code that goes on to run Python.
    #[inline]
    pub fn type_ref(&self, value: &Value) -> TypeRef {
        self.type_of(value).to_ref()
    }

    /// A special method of a value as its type has it, bound to the value; `None` when there is none.
    ///
    /// # Errors
    /// What a descriptor's `__get__` raises.
    pub fn special_method(&mut self, value: &Value, name: &Value) -> Result<Option<Value>> {
        let ty = self.type_ref(value);
        let Some(found) = self.lookup(&ty, name) else { return Ok(None) };
        let get = self.type_of(&found).slots.descr_get.get();
        match get {
            Some(get) => get(self, &found, Some(value), ty.value()).map(Some),
            None => Ok(Some(found)),
        }
    }

    /// Calls a special method of a value as its type has it; `None` when there is none.
    ///
    /// # Errors
    /// What it raises.
    pub fn call_special(&mut self, value: &Value, name: &Value, arguments: &[&Value]) -> Result<Option<Value>> {
        let ty = self.type_ref(value);
        let Some(found) = self.lookup(&ty, name) else { return Ok(None) };
        if call::takes_receiver(&found) {
            let mut values = Vec::with_capacity(arguments.len() + 1);
            values.push(value.clone());
            values.extend(arguments.iter().map(|&argument| argument.clone()));
            return call::call(self, &found, Args::positional(&values)).map(Some);
        }
        let get = self.type_of(&found).slots.descr_get.get();
        let bound = match get {
            Some(get) => get(self, &found, Some(value), ty.value())?,
            None => found,
        };
        let values: Vec<Value> = arguments.iter().map(|&argument| argument.clone()).collect();
        call::call(self, &bound, Args::positional(&values)).map(Some)
    }
}
