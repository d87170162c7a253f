//! Calls.

use crate::object::native::{Binding, MethodCode, NativeMethodBody, NativeRow};
use crate::object::types::TypeRef;
use crate::thread::Thread;
use crate::value::Value;

/// The object for a row of a built-in type's method table.
pub(crate) fn native_method(thread: &Thread, owner: &TypeRef, row: &'static NativeRow, name: &Value) -> Value {
    let types = thread.types();
    let body = NativeMethodBody { code: MethodCode::Row(row), owner: owner.clone(), name: name.clone() };
    match row.binding {
        Binding::Instance => thread.heap().alloc(&types.method_descriptor, body),
        Binding::Class => thread.heap().alloc(&types.classmethod_descriptor, body),
        Binding::Static => {
            let function = native_function(thread, row, owner.value().clone(), Value::none());
            thread.heap().alloc(&types.static_method, crate::object::descriptor::StaticMethodBody(function))
        }
    }
}

/// A native function.
pub fn native_function(thread: &Thread, row: &'static NativeRow, receiver: Value, module: Value) -> Value {
    let body = crate::object::native::NativeFunctionBody { row, receiver, module };
    thread.heap().alloc(&thread.types().native_function, body)
}
