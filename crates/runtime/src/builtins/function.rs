//! function and method: methods, attributes and slots.

use crate::Result;
use crate::object::code::CodeBody;
use crate::object::dict::DictBody;
use crate::object::function::{self, FunctionBody, MethodBody};
use crate::object::native::GetSetRow;
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody};
use crate::object::table::TypeTable;
use crate::object::{dict, tuple};
use crate::ops::{CompareOp, attribute, call, compare, hash, repr};
use crate::thread::Thread;
use crate::value::{Ref, Value};

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let name = str::to_string(&value.cast::<FunctionBody>().qualname.get());
        Ok(str::from_string(thread, format!("<function {name} at {:#x}>", value.id())))
    }));
    slots.call.set(Some(call::call_function));
    slots.descr_get.set(Some(|thread, function, object, _| {
        Ok(match object {
            Some(object) => function::bind(thread, function, object),
            None => function.clone(),
        })
    }));
}

macro_rules! text {
    ($get:ident, $set:ident, $field:ident, $name:literal) => {
        fn $get(_: &mut Thread, value: &Value) -> Result {
            Ok(value.cast::<FunctionBody>().$field.get())
        }

        fn $set(thread: &mut Thread, _: &Value, function: &Value, value: Option<&Value>) -> Result<()> {
            match value {
                Some(value) if value.is_a::<StrBody>() => {
                    drop(function.cast::<FunctionBody>().$field.set(value.clone()));
                    Ok(())
                }
                _ => Err(thread.type_error(concat!($name, " must be set to a string object"))),
            }
        }
    };
}

text!(name, set_name, name, "__name__");
text!(qualname, set_qualname, qualname, "__qualname__");

macro_rules! free {
    ($get:ident, $set:ident, $field:ident) => {
        fn $get(_: &mut Thread, value: &Value) -> Result {
            Ok(value.cast::<FunctionBody>().$field.get())
        }

        fn $set(_: &mut Thread, _: &Value, function: &Value, value: Option<&Value>) -> Result<()> {
            let value = value.cloned().unwrap_or_else(Value::none);
            drop(function.cast::<FunctionBody>().$field.set(value));
            Ok(())
        }
    };
}

free!(doc, set_doc, doc);
free!(module, set_module, module);

fn code(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FunctionBody>().code().into_value())
}

fn set_code(thread: &mut Thread, _: &Value, function: &Value, value: Option<&Value>) -> Result<()> {
    let code = value.and_then(|value| Ref::<CodeBody>::new(value.clone()).ok());
    let Some(code) = code else { return Err(thread.type_error("__code__ must be set to a code object")) };
    let body = function.cast::<FunctionBody>();
    let cells = tuple::items(&body.closure).map_or(0, <[Value]>::len);
    let free = code.source.freevars().count();
    if cells != free {
        let name = str::to_string(&body.name.get());
        let message = format!("{name}() requires a code object with {cells} free vars, not {free}");
        return Err(thread.value_error(&message));
    }
    body.version.set(thread.next_version());
    drop(body.code.set(code));
    Ok(())
}

fn defaults(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FunctionBody>().defaults.get())
}

fn set_defaults(thread: &mut Thread, _: &Value, function: &Value, value: Option<&Value>) -> Result<()> {
    let value = value.cloned().unwrap_or_else(Value::none);
    if !value.is_none() && tuple::items(&value).is_none() {
        return Err(thread.type_error("__defaults__ must be set to a tuple object"));
    }
    let body = function.cast::<FunctionBody>();
    body.version.set(thread.next_version());
    drop(body.defaults.set(value));
    Ok(())
}

fn kwdefaults(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FunctionBody>().kwdefaults.get())
}

fn set_kwdefaults(thread: &mut Thread, _: &Value, function: &Value, value: Option<&Value>) -> Result<()> {
    let value = value.cloned().unwrap_or_else(Value::none);
    if !value.is_none() && !value.is_a::<DictBody>() {
        return Err(thread.type_error("__kwdefaults__ must be set to a dict object"));
    }
    let body = function.cast::<FunctionBody>();
    body.version.set(thread.next_version());
    drop(body.kwdefaults.set(value));
    Ok(())
}

fn annotations(thread: &mut Thread, value: &Value) -> Result {
    let body = value.cast::<FunctionBody>();
    let known = body.annotations.get();
    if known.is_a::<DictBody>() {
        return Ok(known);
    }
    let new = dict::new(thread);
    for pair in tuple::items(&known).unwrap_or_default().chunks_exact(2) {
        drop(new.cast::<DictBody>().set_str(thread, &pair[0], pair[1].clone()));
    }
    drop(body.annotations.set(new.clone()));
    Ok(new)
}

fn set_annotations(thread: &mut Thread, _: &Value, function: &Value, value: Option<&Value>) -> Result<()> {
    let value = value.cloned().unwrap_or_else(Value::none);
    if !value.is_none() && !value.is_a::<DictBody>() {
        return Err(thread.type_error("__annotations__ must be set to a dict object"));
    }
    drop(function.cast::<FunctionBody>().annotations.set(value));
    Ok(())
}

fn globals(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FunctionBody>().globals.clone())
}

fn builtins(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FunctionBody>().builtins.clone())
}

fn closure(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FunctionBody>().closure.clone())
}

/// What a function can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__name__", get: name, set: Some(set_name) },
        GetSetRow { name: "__qualname__", get: qualname, set: Some(set_qualname) },
        GetSetRow { name: "__code__", get: code, set: Some(set_code) },
        GetSetRow { name: "__defaults__", get: defaults, set: Some(set_defaults) },
        GetSetRow { name: "__kwdefaults__", get: kwdefaults, set: Some(set_kwdefaults) },
        GetSetRow { name: "__annotations__", get: annotations, set: Some(set_annotations) },
        GetSetRow { name: "__dict__", get: super::object::get_dict, set: Some(super::object::set_dict) },
        GetSetRow { name: "__doc__", get: doc, set: Some(set_doc) },
        GetSetRow { name: "__module__", get: module, set: Some(set_module) },
        GetSetRow { name: "__globals__", get: globals, set: None },
        GetSetRow { name: "__builtins__", get: builtins, set: None },
        GetSetRow { name: "__closure__", get: closure, set: None },
    ],
    fill,
    doc: "Create a function object.",
};

fn fill_method(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<MethodBody>();
        let (function, receiver) = (body.function.clone(), body.receiver.clone());
        let key = thread.names().__qualname__.clone();
        let name = attribute::getattr_optional(thread, &function, &key)?;
        let name = name.map_or_else(|| "?".to_owned(), |name| str::to_string(&name));
        let receiver = repr::repr_text(thread, &receiver)?;
        Ok(str::from_string(thread, format!("<bound method {name} of {receiver}>")))
    }));
    slots.call.set(Some(call::call));
    slots.hash.set(Some(|thread, value| {
        let body = value.cast::<MethodBody>();
        let function = hash::hash(thread, &body.function)?;
        let mixed = hash::hash_pointer(body.receiver.id()) ^ function;
        Ok(if mixed == -1 { -2 } else { mixed })
    }));
    slots.richcompare.set(Some(|thread, lhs, rhs, op| {
        let (Some(left), Some(right)) = (lhs.downcast::<MethodBody>(), rhs.downcast::<MethodBody>()) else {
            return Ok(Value::not_implemented());
        };
        let equal = left.receiver.is(&right.receiver) && compare::equals(thread, &left.function, &right.function)?;
        Ok(match op {
            CompareOp::Eq => Value::bool(equal),
            CompareOp::Ne => Value::bool(!equal),
            _ => Value::not_implemented(),
        })
    }));
    slots.getattr.set(Some(|thread, object, name| {
        let result = attribute::generic_getattr(thread, object, name);
        match thread.catch(result, crate::exceptions::ExceptionKind::AttributeError)? {
            Some(value) => Ok(value),
            None => {
                let function = object.cast::<MethodBody>().function.clone();
                attribute::getattr(thread, &function, name)
            }
        }
    }));
}

fn method_function(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<MethodBody>().function.clone())
}

fn method_receiver(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<MethodBody>().receiver.clone())
}

/// What a bound method can do.
pub const METHOD_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__func__", get: method_function, set: None },
        GetSetRow { name: "__self__", get: method_receiver, set: None },
    ],
    fill: fill_method,
    doc: "Create a bound instance method object.",
};
