//! Types of values, interned names, and how a type object is completed.

use crate::object::descriptor::GetSetBody;
use crate::object::dict;
use crate::object::native::{MethodCode, NativeMethodBody};
use crate::object::str::{self, StrBody};
use crate::object::table::TypeTable;
use crate::object::types::{Type, TypeRef, type_flags};
use crate::ops::special::SPECIAL_METHODS;
use crate::thread::Thread;
use crate::value::{Value, Word, header_flags};
use std::rc::Rc;

impl Thread {
    /// The type of a value.
    #[inline]
    pub fn type_of<'a>(&'a self, value: &'a Value) -> &'a Type {
        match value.header() {
            Some(header) => header.ty(),
            None => self.type_of_immediate(value),
        }
    }

    fn type_of_immediate(&self, value: &Value) -> &Type {
        let types = self.types();
        match value.word() {
            word if word.is_int() => &types.int,
            Word::TRUE | Word::FALSE => &types.bool,
            Word::ELLIPSIS => &types.ellipsis,
            Word::NOT_IMPLEMENTED => &types.not_implemented,
            _ => &types.none,
        }
    }

    /// Whether the value is an instance of a type or of a subclass (without `__instancecheck__`).
    #[inline]
    pub fn is_instance(&self, value: &Value, ty: &Type) -> bool {
        let own = self.type_of(value);
        own.same(ty) || own.is_subtype(ty)
    }

    pub(crate) fn create_characters(&mut self) {
        let ty = self.types().str.clone();
        self.empty_str = Some(self.heap().alloc(&ty, StrBody::from_ascii(b"")));
        self.characters = (0..256).map(|point| self.heap().alloc(&ty, StrBody::from_code_points(&[point]))).collect();
        for character in self.characters.clone() {
            drop(self.intern_value(character));
        }
        drop(self.intern_value(self.empty_str()));
    }

    /// The interned str with this text.
    pub fn intern(&self, text: &str) -> Value {
        self.intern_value(str::new(self, text))
    }

    /// The interned str equal to `value`, which must be a str; an instance of a subclass is given back as it is.
    pub fn intern_value(&self, value: Value) -> Value {
        let Some(text) = value.exact::<StrBody>() else { return value };
        if text.header().has_flag(header_flags::INTERNED) {
            return value;
        }
        let hash = crate::ops::hash::hash_str(self, text) as u64;
        let mut interned = self.interned.borrow_mut();
        let bucket = interned.entry(hash).or_default();
        for known in bucket.iter() {
            if str::equal(known, &value) {
                return known.clone();
            }
        }
        text.header().set_flag(header_flags::INTERNED);
        bucket.push(value.clone());
        value
    }

    /// Completes a built-in type: names, bases, MRO, slots, namespace.
    pub(crate) fn complete_type(&mut self, ty: &TypeRef, name: &str, base: Option<TypeRef>, table: &'static TypeTable) {
        let name = self.intern(name);
        drop(ty.name.set(name.clone()));
        drop(ty.qualname.set(name));
        let mut mro = vec![ty.clone()];
        if let Some(base) = &base {
            mro.extend(base.mro.get().iter().cloned());
            *ty.bases.borrow_mut() = vec![base.clone()];
            base.subclasses.borrow_mut().push(&raw const **ty);
        }
        drop(ty.mro.set(Rc::from(mro)));
        drop(ty.base.set(base.clone()));
        let namespace = dict::new(self);
        drop(ty.dict.set(namespace.clone()));
        ty.version.set(self.next_version());
        let shape = self.shapes.borrow_mut().new_root(&raw const **ty);
        ty.root_shape.set(shape);

        (table.fill)(&ty.slots);
        for (index, row) in SPECIAL_METHODS.iter().enumerate() {
            if (row.is_filled)(&ty.slots) {
                let name = self.intern(row.name);
                let body =
                    NativeMethodBody { code: MethodCode::Slot(index as u16), owner: ty.clone(), name: name.clone() };
                let method = self.heap().alloc(&self.types().wrapper_descriptor, body);
                self.set_namespace_item(ty, &name, method);
            }
        }
        for row in table.methods {
            let name = self.intern(row.name);
            let method = crate::ops::call::native_method(self, ty, row, &name);
            self.set_namespace_item(ty, &name, method);
        }
        for row in table.getsets {
            let name = self.intern(row.name);
            let body = GetSetBody { owner: ty.clone(), name: name.clone(), get: row.get, set: row.set };
            let attribute = self.heap().alloc(&self.types().getset_descriptor, body);
            self.set_namespace_item(ty, &name, attribute);
        }
        if let Some(base) = &base {
            ty.slots.inherit(&base.slots);
            if base.has(type_flags::HAS_DICT) {
                ty.flags.set(ty.flags.get() | type_flags::HAS_DICT);
            }
        }
        let doc = self.intern("__doc__");
        if ty.namespace().get_str(self, &doc).is_none() {
            let text = if table.doc.is_empty() { Value::none() } else { str::new(self, table.doc) };
            self.set_namespace_item(ty, &doc, text);
        }
    }

    fn set_namespace_item(&mut self, ty: &TypeRef, name: &Value, value: Value) {
        let namespace = ty.dict.get().expect("just set").clone();
        let old = namespace.cast::<dict::DictBody>().set_str(self, name, value);
        drop(old);
    }
}

impl Thread {
    /// Completes the built-in exception that has two bases.
    pub(crate) fn add_multiple_bases(&mut self) {
        use crate::exceptions::ExceptionKind::{BaseExceptionGroup, Exception, ExceptionGroup};
        let types = self.exception_types();
        let (group, base, exception) =
            (types.get(ExceptionGroup).clone(), types.get(BaseExceptionGroup).clone(), types.get(Exception).clone());
        *group.bases.borrow_mut() = vec![base.clone(), exception.clone()];
        let mut mro = vec![group.clone(), base];
        mro.extend(exception.mro.get().iter().cloned());
        drop(group.mro.set(Rc::from(mro)));
    }
}
