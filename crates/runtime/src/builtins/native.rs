//! Native functions, methods and attributes of built-in types: slots and attributes.

use crate::Result;
use crate::object::descriptor::GetSetBody;
use crate::object::function::MethodBody;
use crate::object::native::{Binding, GetSetRow, MethodCode, NativeFunctionBody, NativeMethodBody};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::ops::{attribute, call};
use crate::thread::Thread;
use crate::value::{Kind, Value};

fn fill_function(slots: &Slots) {
    slots.call.set(Some(call::call));
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<NativeFunctionBody>();
        let text = match body.receiver.kind() {
            Some(Kind::Module) => format!("<built-in function {}>", body.row.name),
            _ if body.receiver.is_none() => format!("<built-in function {}>", body.row.name),
            _ => format!(
                "<built-in method {} of {} object at {:#x}>",
                body.row.name,
                thread.type_name(&body.receiver),
                body.receiver.id()
            ),
        };
        Ok(str::from_string(thread, text))
    }));
    slots.richcompare.set(Some(|_, lhs, rhs, op| {
        let (Some(left), Some(right)) = (lhs.downcast::<NativeFunctionBody>(), rhs.downcast::<NativeFunctionBody>())
        else {
            return Ok(Value::not_implemented());
        };
        let equal = std::ptr::eq(left.row, right.row) && left.receiver.is(&right.receiver);
        Ok(match op {
            crate::ops::CompareOp::Eq => Value::bool(equal),
            crate::ops::CompareOp::Ne => Value::bool(!equal),
            _ => Value::not_implemented(),
        })
    }));
    slots.hash.set(Some(|_, value| {
        let body = value.cast::<NativeFunctionBody>();
        let hash = crate::ops::hash::hash_pointer(body.receiver.id())
            ^ crate::ops::hash::hash_pointer(std::ptr::from_ref(body.row) as u64);
        Ok(if hash == -1 { -2 } else { hash })
    }));
}

fn function_name(thread: &mut Thread, value: &Value) -> Result {
    Ok(thread.intern(value.cast::<NativeFunctionBody>().row.name))
}

fn function_qualname(thread: &mut Thread, value: &Value) -> Result {
    let body = value.cast::<NativeFunctionBody>();
    let text = call::native_qualname(thread, body.row, &body.receiver);
    Ok(str::from_string(thread, text))
}

fn function_receiver(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<NativeFunctionBody>().receiver.clone())
}

fn function_module(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<NativeFunctionBody>().module.clone())
}

fn function_signature(thread: &mut Thread, value: &Value) -> Result {
    let signature = value.cast::<NativeFunctionBody>().row.signature;
    Ok(if signature.is_empty() { Value::none() } else { str::new(thread, signature) })
}

fn no_doc(_: &mut Thread, _: &Value) -> Result {
    Ok(Value::none())
}

/// What a native function can do.
pub const FUNCTION_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__name__", get: function_name, set: None },
        GetSetRow { name: "__qualname__", get: function_qualname, set: None },
        GetSetRow { name: "__self__", get: function_receiver, set: None },
        GetSetRow { name: "__module__", get: function_module, set: None },
        GetSetRow { name: "__doc__", get: no_doc, set: None },
        GetSetRow { name: "__text_signature__", get: function_signature, set: None },
    ],
    fill: fill_function,
    doc: "",
};

fn fill_method(slots: &Slots) {
    slots.call.set(Some(call::call));
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<NativeMethodBody>();
        let word = match body.code {
            MethodCode::Slot(_) => "slot wrapper",
            MethodCode::Row(_) => "method",
        };
        let text = format!("<{word} '{}' of '{}' objects>", str::to_string(&body.name), body.owner.name());
        Ok(str::from_string(thread, text))
    }));
    slots.descr_get.set(Some(bind));
}

/// Binds a native method to an instance, or to the class.
fn bind(thread: &mut Thread, method: &Value, object: Option<&Value>, owner: &Value) -> Result {
    let body = method.cast::<NativeMethodBody>();
    match body.code {
        MethodCode::Row(row) if row.binding == Binding::Class => {
            Ok(call::native_function(thread, row, owner.clone(), Value::none()))
        }
        code => {
            let Some(object) = object else { return Ok(method.clone()) };
            if !thread.is_instance(object, &body.owner) {
                let message = format!(
                    "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                    str::to_string(&body.name),
                    body.owner.name(),
                    thread.type_name(object)
                );
                return Err(thread.type_error(&message));
            }
            match code {
                MethodCode::Row(row) => Ok(call::native_function(thread, row, object.clone(), Value::none())),
                MethodCode::Slot(_) => {
                    let body = MethodBody { function: method.clone(), receiver: object.clone() };
                    Ok(thread.heap().alloc(&thread.types().method_wrapper, body))
                }
            }
        }
    }
}

fn method_name(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<NativeMethodBody>().name.clone())
}

fn method_qualname(thread: &mut Thread, value: &Value) -> Result {
    let body = value.cast::<NativeMethodBody>();
    let text = format!("{}.{}", body.owner.name(), str::to_string(&body.name));
    Ok(str::from_string(thread, text))
}

fn method_owner(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<NativeMethodBody>().owner.value().clone())
}

/// What an unbound native method can do.
pub const METHOD_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__name__", get: method_name, set: None },
        GetSetRow { name: "__qualname__", get: method_qualname, set: None },
        GetSetRow { name: "__objclass__", get: method_owner, set: None },
        GetSetRow { name: "__doc__", get: no_doc, set: None },
    ],
    fill: fill_method,
    doc: "",
};

fn fill_wrapper(slots: &Slots) {
    slots.richcompare.set(Some(|_, left, right, op| {
        let (Some(first), Some(second)) = (left.downcast::<MethodBody>(), right.downcast::<MethodBody>()) else {
            return Ok(Value::not_implemented());
        };
        let equal = first.function.is(&second.function) && first.receiver.is(&second.receiver);
        Ok(match op {
            crate::ops::CompareOp::Eq => Value::bool(equal),
            crate::ops::CompareOp::Ne => Value::bool(!equal),
            _ => Value::not_implemented(),
        })
    }));
    slots.hash.set(Some(|_, value| {
        let body = value.cast::<MethodBody>();
        let hash =
            crate::ops::hash::hash_pointer(body.receiver.id()) ^ crate::ops::hash::hash_pointer(body.function.id());
        Ok(if hash == -1 { -2 } else { hash })
    }));
    slots.call.set(Some(call::call));
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<MethodBody>();
        let name = match body.function.downcast::<NativeMethodBody>() {
            Some(method) => str::to_string(&method.name),
            None => String::new(),
        };
        let text = format!(
            "<method-wrapper '{name}' of {} object at {:#x}>",
            thread.type_name(&body.receiver),
            body.receiver.id()
        );
        Ok(str::from_string(thread, text))
    }));
    slots.getattr.set(Some(|thread, object, name| {
        let function = object.cast::<MethodBody>().function.clone();
        if str::is(name, "__self__") {
            return Ok(object.cast::<MethodBody>().receiver.clone());
        }
        if str::is(name, "__name__") || str::is(name, "__qualname__") || str::is(name, "__objclass__") {
            return attribute::getattr(thread, &function, name);
        }
        attribute::generic_getattr(thread, object, name)
    }));
}

/// What a bound special method of a built-in type can do.
pub const WRAPPER_TYPE: TypeTable = TypeTable { fill: fill_wrapper, ..TypeTable::EMPTY };

fn fill_getset(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<GetSetBody>();
        let text = format!("<attribute '{}' of '{}' objects>", str::to_string(&body.name), body.owner.name());
        Ok(str::from_string(thread, text))
    }));
    slots.descr_get.set(Some(|thread, descriptor, object, _| {
        let body = descriptor.cast::<GetSetBody>();
        let Some(object) = object else { return Ok(descriptor.clone()) };
        check_owner(thread, body, object)?;
        (body.get)(thread, object)
    }));
    slots.descr_set.set(Some(|thread, descriptor, object, value| {
        let body = descriptor.cast::<GetSetBody>();
        check_owner(thread, body, object)?;
        match body.set {
            Some(set) => set(thread, descriptor, object, value),
            None => {
                let message = format!(
                    "attribute '{}' of '{}' objects is not writable",
                    str::to_string(&body.name),
                    body.owner.name()
                );
                Err(thread.raise(crate::exceptions::ExceptionKind::AttributeError, &message))
            }
        }
    }));
}

fn check_owner(thread: &mut Thread, body: &GetSetBody, object: &Value) -> Result<()> {
    if thread.is_instance(object, &body.owner) {
        return Ok(());
    }
    let message = format!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        str::to_string(&body.name),
        body.owner.name(),
        thread.type_name(object)
    );
    Err(thread.type_error(&message))
}

fn getset_name(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<GetSetBody>().name.clone())
}

fn getset_owner(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<GetSetBody>().owner.value().clone())
}

/// What a native attribute can do.
pub const GETSET_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__name__", get: getset_name, set: None },
        GetSetRow { name: "__objclass__", get: getset_owner, set: None },
        GetSetRow { name: "__doc__", get: no_doc, set: None },
    ],
    fill: fill_getset,
    doc: "",
};
