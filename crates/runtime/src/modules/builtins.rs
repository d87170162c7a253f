//! `builtins`: functions, types, exceptions and constants.

use super::{add_functions, enter, new_module, set};
use crate::builtins::{code_functions, functions};
use crate::exceptions::ExceptionKind;
use crate::object::module::ModuleBody;
use crate::thread::Thread;
use crate::value::Value;

/// Names of the types that `builtins` shows.
const TYPES: &[&str] = &[
    "object",
    "type",
    "int",
    "bool",
    "float",
    "complex",
    "str",
    "bytes",
    "tuple",
    "list",
    "dict",
    "set",
    "frozenset",
    "range",
    "slice",
    "property",
    "staticmethod",
    "classmethod",
    "super",
    "reversed",
    "enumerate",
    "zip",
    "map",
    "filter",
];

pub(super) fn create(thread: &mut Thread) {
    let module = new_module(thread, "builtins", functions::FUNCTIONS);
    let name = thread.intern("builtins");
    add_functions(thread, &module, &name, code_functions::FUNCTIONS);
    let types: Vec<(String, Value)> =
        thread.types().all().into_iter().map(|ty| (ty.name(), ty.value().clone())).collect();
    for (name, ty) in types {
        if TYPES.contains(&name.as_str()) {
            set(thread, &module, &name, ty);
        }
    }
    for &kind in ExceptionKind::ALL {
        let ty = thread.exception_types().get(kind).value().clone();
        set(thread, &module, kind.name(), ty);
    }
    for alias in ["EnvironmentError", "IOError"] {
        let ty = thread.exception_types().get(ExceptionKind::OSError).value().clone();
        set(thread, &module, alias, ty);
    }
    set(thread, &module, "None", Value::none());
    set(thread, &module, "True", Value::true_());
    set(thread, &module, "False", Value::false_());
    set(thread, &module, "Ellipsis", Value::ellipsis());
    set(thread, &module, "NotImplemented", Value::not_implemented());
    let debug = thread.options().optimize == 0;
    set(thread, &module, "__debug__", Value::bool(debug));
    thread.builtins = Some(module.cast::<ModuleBody>().dict.clone());
    enter(thread, "builtins", module);
}
