//! function and method: their bodies.

use crate::object::code::CodeBody;
use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Object, Ref, Slot, Value};
use std::cell::Cell;

/// The body of a Python function. What engines read stands first.
#[repr(C)]
pub struct FunctionBody {
    /// Its code.
    pub code: Slot<Ref<CodeBody>>,
    /// Unique; changes when code, defaults or keyword defaults change. Call caches compare it.
    pub version: Cell<u32>,
    /// `__globals__`, a dict.
    pub globals: Value,
    /// `__builtins__`, a dict.
    pub builtins: Value,
    /// `__closure__`: a tuple of cells, or None.
    pub closure: Value,
    /// `__defaults__`: a tuple or None.
    pub defaults: Slot<Value>,
    /// `__kwdefaults__`: a dict or None.
    pub kwdefaults: Slot<Value>,
    /// `__name__`.
    pub name: Slot<Value>,
    /// `__qualname__`.
    pub qualname: Slot<Value>,
    /// `__doc__`.
    pub doc: Slot<Value>,
    /// `__module__`.
    pub module: Slot<Value>,
    /// `__annotations__`: a dict, a tuple not yet made into one, or None.
    pub annotations: Slot<Value>,
    /// `__dict__`, made when first needed.
    pub dict: Slot<Option<Value>>,
}

impl Body for FunctionBody {
    const KIND: Kind = Kind::Function;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.code.get().value());
        visit(&self.globals);
        visit(&self.builtins);
        visit(&self.closure);
        for cell in
            [&self.defaults, &self.kwdefaults, &self.name, &self.qualname, &self.doc, &self.module, &self.annotations]
        {
            visit(&cell.get());
        }
        self.dict.get().iter().for_each(visit);
    }
}

impl Frozen for FunctionBody {}

/// The body of a bound method.
#[repr(C)]
pub struct MethodBody {
    /// `__func__`.
    pub function: Value,
    /// `__self__`.
    pub receiver: Value,
}

impl Body for MethodBody {
    const KIND: Kind = Kind::Method;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.function);
        visit(&self.receiver);
    }
}

impl Frozen for MethodBody {}

/// A bound method.
pub fn bind(thread: &Thread, function: &Value, receiver: &Value) -> Value {
    let body = MethodBody { function: function.clone(), receiver: receiver.clone() };
    thread.heap().alloc(&thread.types().method, body)
}

impl Object<FunctionBody> {
    /// Its code, borrowed for as long as nothing runs that could assign `__code__`.
    #[inline(always)]
    pub fn code_ref(&self) -> &Object<CodeBody> {
        self.code.with_code()
    }

    /// Its code.
    #[inline]
    pub fn code(&self) -> Ref<CodeBody> {
        self.code.get()
    }
}
