//! `import`: so far of the modules that are part of the runtime.

use crate::Result;
use crate::builtins::unsupported;
use crate::exceptions::ExceptionKind;
use crate::frame::FrameRef;
use crate::object::dict::DictBody;
use crate::object::module::ModuleBody;
use crate::object::str;
use crate::ops::attribute;
use crate::thread::Thread;
use crate::value::Value;

/// `IMPORT_NAME`.
///
/// # Errors
/// ModuleNotFoundError.
pub fn import_name(thread: &mut Thread, _frame: FrameRef, name: &Value, level: &Value, _names: &Value) -> Result {
    if level.as_small_int().is_some_and(|level| level > 0) {
        return Err(thread.raise(ExceptionKind::ImportError, "attempted relative import with no known parent package"));
    }
    let text = str::to_string(name);
    let modules = thread.modules().clone();
    if let Some(module) = modules.cast::<DictBody>().get_str(thread, name) {
        return Ok(module);
    }
    if let Some(module) = crate::modules::load(thread, &text)? {
        drop(modules.cast::<DictBody>().set_str(thread, &thread.intern_value(name.clone()), module.clone()));
        return Ok(module);
    }
    if let Some(raised) = unsupported::module(thread, &text) {
        return Err(raised);
    }
    let message = format!("No module named '{text}'");
    Err(thread.raise_with_attributes(ExceptionKind::ModuleNotFoundError, &message, &[("name", name)]))
}

/// `IMPORT_FROM`.
///
/// # Errors
/// ImportError.
pub fn import_from(thread: &mut Thread, module: &Value, name: &Value) -> Result {
    if let Some(value) = attribute::getattr_optional(thread, module, name)? {
        return Ok(value);
    }
    let own_name = thread.names().__name__.clone();
    let from = attribute::getattr_optional(thread, module, &own_name)?;
    let from = from.map_or_else(|| "<unknown module name>".to_owned(), |from| str::to_string(&from));
    let message = format!("cannot import name '{}' from '{from}' (unknown location)", str::to_string(name));
    Err(thread.raise_with_attributes(ExceptionKind::ImportError, &message, &[]))
}

/// `IMPORT_STAR`.
///
/// # Errors
/// What storing the names raises.
pub fn import_star(thread: &mut Thread, frame: FrameRef, module: &Value) -> Result<()> {
    let Some(module) = module.downcast::<ModuleBody>() else {
        return Err(thread.unsupported("import * from what is no module"));
    };
    let dict = module.dict.cast::<DictBody>();
    let mut position = 0;
    while let Some((next, name, value)) = dict.next_entry(thread, position) {
        position = next;
        if !str::to_string(&name).starts_with('_') {
            crate::execute::namespace::store_name(thread, frame, &name, value)?;
        }
    }
    Ok(())
}
