//! Names: global, built-in, of a class or module body; and what is said when there is none.

use crate::Result;
use crate::builtins::unsupported;
use crate::exceptions::ExceptionKind;
use crate::frame::FrameRef;
use crate::object::dict::{self, DictBody};
use crate::object::str;
use crate::ops::item;
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// `LOAD_GLOBAL`.
///
/// # Errors
/// NameError.
pub fn load_global(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result {
    match load_global_or_none(thread, frame, name)? {
        Some(value) => Ok(value),
        None => Err(raise_not_defined(thread, name)),
    }
}

fn load_global_or_none(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result<Option<Value>> {
    if let Some(value) = frame.globals().cast::<DictBody>().get_str(thread, name) {
        return Ok(Some(value));
    }
    let builtins = frame.builtins().clone();
    from_mapping(thread, &builtins, name)
}

/// What a mapping has under a name.
fn from_mapping(thread: &mut Thread, mapping: &Value, name: &Value) -> Result<Option<Value>> {
    if let Some(dict) = mapping.exact::<DictBody>() {
        return Ok(dict.get_str(thread, name));
    }
    let found = item::getitem(thread, mapping, name);
    thread.catch(found, ExceptionKind::KeyError)
}

/// `STORE_GLOBAL`.
///
/// # Errors
/// None for a dict.
pub fn store_global(thread: &mut Thread, frame: FrameRef, name: &Value, value: Value) -> Result<()> {
    let old = frame.globals().cast::<DictBody>().set_str(thread, name, value);
    drop(old);
    Ok(())
}

/// `DELETE_GLOBAL`.
///
/// # Errors
/// NameError.
pub fn delete_global(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result<()> {
    match frame.globals().cast::<DictBody>().remove_str(thread, name) {
        Some(old) => {
            drop(old);
            Ok(())
        }
        None => Err(raise_not_defined(thread, name)),
    }
}

/// The mapping of a module or class body.
fn locals_of(thread: &mut Thread, frame: FrameRef, doing: &str, name: &Value) -> Result {
    match frame.locals() {
        Some(locals) => Ok(locals.clone()),
        None => {
            let message = format!("no locals {doing} '{}'", str::to_string(name));
            Err(thread.raise(ExceptionKind::SystemError, &message))
        }
    }
}

/// What the body's own mapping has under a name.
///
/// # Errors
/// SystemError without such a mapping; what the mapping raises, KeyError apart.
pub fn load_from_locals(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result<Option<Value>> {
    let locals = locals_of(thread, frame, "when loading", name)?;
    from_mapping(thread, &locals, name)
}

/// `LOAD_NAME`.
///
/// # Errors
/// NameError.
pub fn load_name(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result {
    match load_from_locals(thread, frame, name)? {
        Some(value) => Ok(value),
        None => load_global(thread, frame, name),
    }
}

/// `STORE_NAME`.
///
/// # Errors
/// What the mapping raises.
pub fn store_name(thread: &mut Thread, frame: FrameRef, name: &Value, value: Value) -> Result<()> {
    let locals = locals_of(thread, frame, "found when storing", name)?;
    match locals.exact::<DictBody>() {
        Some(dict) => {
            let old = dict.set_str(thread, name, value);
            drop(old);
            Ok(())
        }
        None => item::setitem(thread, &locals, name, &value),
    }
}

/// `DELETE_NAME`.
///
/// # Errors
/// NameError.
pub fn delete_name(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result<()> {
    let locals = locals_of(thread, frame, "when deleting", name)?;
    let gone = match locals.exact::<DictBody>() {
        Some(dict) => dict.remove_str(thread, name),
        None => {
            let deleted = item::delitem(thread, &locals, name);
            thread.catch(deleted, ExceptionKind::KeyError)?.map(|()| Value::none())
        }
    };
    if gone.is_some() { Ok(()) } else { Err(raise_not_defined(thread, name)) }
}

/// `SETUP_ANNOTATIONS`.
///
/// # Errors
/// What the mapping raises.
pub fn setup_annotations(thread: &mut Thread, frame: FrameRef) -> Result<()> {
    let name = thread.names().__annotations__.clone();
    if load_from_locals(thread, frame, &name)?.is_none() {
        let annotations = dict::new(thread);
        store_name(thread, frame, &name, annotations)?;
    }
    Ok(())
}

/// `LOAD_BUILD_CLASS`.
///
/// # Errors
/// NameError when somebody has deleted it.
pub fn load_build_class(thread: &mut Thread, frame: FrameRef) -> Result {
    let name = thread.names().__build_class__.clone();
    let builtins = frame.builtins().clone();
    match from_mapping(thread, &builtins, &name)? {
        Some(value) => Ok(value),
        None => Err(thread.raise(ExceptionKind::NameError, "__build_class__ not found")),
    }
}

/// NameError for a name that nothing defines.
#[cold]
pub fn raise_not_defined(thread: &mut Thread, name: &Value) -> Raised {
    if let Some(raised) = unsupported::builtin(thread, name) {
        return raised;
    }
    let message = format!("name '{}' is not defined", str::to_string(name));
    thread.raise_with_attributes(ExceptionKind::NameError, &message, &[("name", name)])
}

/// UnboundLocalError.
#[cold]
pub fn raise_unbound_local(thread: &mut Thread, name: &Value) -> Raised {
    let name = str::to_string(name);
    let message = format!("cannot access local variable '{name}' where it is not associated with a value");
    thread.raise(ExceptionKind::UnboundLocalError, &message)
}

/// NameError for a free variable.
#[cold]
pub fn raise_unbound_free(thread: &mut Thread, name: &Value) -> Raised {
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        str::to_string(name)
    );
    thread.raise_with_attributes(ExceptionKind::NameError, &message, &[("name", name)])
}
