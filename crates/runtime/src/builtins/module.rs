//! module: attributes and slots.

use super::unsupported;
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::dict::DictBody;
use crate::object::module::{self, ModuleBody};
use crate::object::native::GetSetRow;
use crate::object::slots::Slots;
use crate::object::table::TypeTable;
use crate::object::{dict, str};
use crate::ops::{Args, attribute, call};
use crate::thread::Thread;
use crate::value::Value;

fn fill(slots: &Slots) {
    slots.new.set(Some(|thread, _, args| {
        let namespace = dict::new(thread);
        if let Some(name) = args.positionals().first() {
            let key = thread.names().__name__.clone();
            drop(namespace.cast::<DictBody>().set_str(thread, &key, name.clone()));
        }
        Ok(module::new(thread, namespace))
    }));
    slots.init.set(Some(|_, _, _| Ok(())));
    slots.repr.set(Some(|thread, value| {
        let name = module_name(thread, value);
        let file_key = thread.names().__file__.clone();
        let file = value.cast::<ModuleBody>().dict.cast::<DictBody>().get_str(thread, &file_key);
        let text = match (name, file) {
            (Some(name), Some(file)) => format!("<module '{name}' from '{}'>", str::to_string(&file)),
            (Some(name), None) if name == "__main__" => format!("<module '{name}' (built-in)>"),
            (Some(name), None) => format!("<module '{name}' (built-in)>"),
            (None, _) => "<module '?'>".to_owned(),
        };
        Ok(str::from_string(thread, text))
    }));
    slots.getattr.set(Some(getattr));
}

fn module_name(thread: &Thread, module: &Value) -> Option<String> {
    let name = module.cast::<ModuleBody>().dict.cast::<DictBody>().get_str(thread, &thread.names().__name__)?;
    str::chars(&name)?;
    Some(str::to_string(&name))
}

fn getattr(thread: &mut Thread, object: &Value, name: &Value) -> Result {
    let result = attribute::generic_getattr(thread, object, name);
    if let Some(value) = thread.catch(result, ExceptionKind::AttributeError)? {
        return Ok(value);
    }
    let key = thread.names().__getattr__.clone();
    let own = object.cast::<ModuleBody>().dict.cast::<DictBody>().get_str(thread, &key);
    if let Some(function) = own {
        return call::call(thread, &function, Args::positional(std::slice::from_ref(name)));
    }
    let text = str::to_string(name);
    if let Some(module) = module_name(thread, object)
        && let Some(raised) = unsupported::module_attribute(thread, &module, name)
    {
        return Err(raised);
    }
    let message = match module_name(thread, object) {
        Some(module) => format!("module '{module}' has no attribute '{text}'"),
        None => format!("module has no attribute '{text}'"),
    };
    Err(thread.raise_with_attributes(ExceptionKind::AttributeError, &message, &[("name", name), ("obj", object)]))
}

fn get_dict(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<ModuleBody>().dict.clone())
}

/// What a module can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[GetSetRow { name: "__dict__", get: get_dict, set: None }],
    fill,
    doc: "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
};
