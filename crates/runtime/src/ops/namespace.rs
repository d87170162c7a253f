//! Names: globals, builtins, class and module bodies, closures.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::frame::FrameRef;
use crate::object::cell::{self, CellBody};
use crate::object::dict::{self, DictBody};
use crate::object::{str, tuple};
use crate::ops::{item, mapping};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use hognose_bytecode::kind;

/// `LOAD_GLOBAL`.
///
/// # Errors
/// NameError.
pub fn load_global(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result {
    if let Some(value) = frame.globals().cast::<DictBody>().get_str(thread, name) {
        return Ok(value);
    }
    if let Some(value) = frame.builtins().cast::<DictBody>().get_str(thread, name) {
        return Ok(value);
    }
    Err(undefined(thread, name))
}

/// NameError for a name that is nowhere.
#[cold]
pub fn undefined(thread: &mut Thread, name: &Value) -> Raised {
    let message = format!("name '{}' is not defined", str::to_string(name));
    thread.raise_with_attributes(ExceptionKind::NameError, &message, &[("name", name)])
}

/// What a cache may remember about a global: while the versions of the keys are these, the value is in that entry.
#[allow(missing_docs)]
pub enum GlobalHint {
    /// Neither has it now.
    None,
    /// In the globals.
    Globals { keys_version: u64, index: u32 },
    /// In the builtins, and not in the globals.
    Builtins { globals_version: u64, builtins_version: u64, index: u32 },
}

/// What a cache may remember about a global.
pub fn global_hint(thread: &Thread, frame: FrameRef, name: &Value) -> GlobalHint {
    let globals = frame.globals().cast::<DictBody>();
    if let Some(index) = globals.find_str(thread, name) {
        return GlobalHint::Globals { keys_version: globals.keys_version(thread), index: index as u32 };
    }
    let builtins = frame.builtins().cast::<DictBody>();
    match builtins.find_str(thread, name) {
        Some(index) => GlobalHint::Builtins {
            globals_version: globals.keys_version(thread),
            builtins_version: builtins.keys_version(thread),
            index: index as u32,
        },
        None => GlobalHint::None,
    }
}

/// `STORE_GLOBAL`.
pub fn store_global(thread: &mut Thread, frame: FrameRef, name: &Value, value: Value) {
    let globals = frame.globals().clone();
    let old = globals.cast::<DictBody>().set_str(thread, name, value);
    drop(old);
}

/// `DELETE_GLOBAL`.
///
/// # Errors
/// NameError.
pub fn delete_global(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result<()> {
    let globals = frame.globals().clone();
    match globals.cast::<DictBody>().remove_str(thread, name) {
        Some(old) => {
            drop(old);
            Ok(())
        }
        None => Err(undefined(thread, name)),
    }
}

/// The mapping of names of a module or class body.
fn names_of(thread: &mut Thread, frame: FrameRef) -> Result {
    match frame.locals() {
        Some(locals) => Ok(locals.clone()),
        None => Err(thread.raise(ExceptionKind::SystemError, "no locals")),
    }
}

/// A name in a mapping; `None` when it is not there.
fn find_name(thread: &mut Thread, locals: &Value, name: &Value) -> Result<Option<Value>> {
    if let Some(dict) = locals.exact::<DictBody>() {
        return mapping::get(thread, dict, name);
    }
    let result = item::getitem(thread, locals, name);
    thread.catch(result, ExceptionKind::KeyError)
}

/// `LOAD_NAME`.
///
/// # Errors
/// NameError, or what the mapping raises.
pub fn load_name(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result {
    let locals = names_of(thread, frame)?;
    match find_name(thread, &locals, name)? {
        Some(value) => Ok(value),
        None => load_global(thread, frame, name),
    }
}

/// `STORE_NAME`.
///
/// # Errors
/// What the mapping raises.
pub fn store_name(thread: &mut Thread, frame: FrameRef, name: &Value, value: Value) -> Result<()> {
    let locals = names_of(thread, frame)?;
    if let Some(dict) = locals.exact::<DictBody>() {
        let old = dict.set_str(thread, name, value);
        drop(old);
        return Ok(());
    }
    item::setitem(thread, &locals, name, &value)
}

/// `DELETE_NAME`.
///
/// # Errors
/// NameError, or what the mapping raises.
pub fn delete_name(thread: &mut Thread, frame: FrameRef, name: &Value) -> Result<()> {
    let locals = names_of(thread, frame)?;
    let result = match locals.exact::<DictBody>() {
        Some(dict) => {
            return match dict.remove_str(thread, name) {
                Some(old) => {
                    drop(old);
                    Ok(())
                }
                None => Err(undefined(thread, name)),
            };
        }
        None => item::delitem(thread, &locals, name),
    };
    match thread.catch(result, ExceptionKind::KeyError)? {
        Some(()) => Ok(()),
        None => Err(undefined(thread, name)),
    }
}

/// UnboundLocalError for a local that is read before it is bound: `LOAD_FAST`, `DELETE_FAST`.
#[cold]
pub fn unbound_local(thread: &mut Thread, frame: FrameRef, register: u32) -> Raised {
    let name = frame.code().localsplusnames[register as usize].clone();
    let message =
        format!("cannot access local variable '{}' where it is not associated with a value", str::to_string(&name));
    thread.raise(ExceptionKind::UnboundLocalError, &message)
}

/// NameError for an empty cell: `LOAD_DEREF`, `DELETE_DEREF`.
#[cold]
pub fn unbound_cell(thread: &mut Thread, frame: FrameRef, register: u32) -> Raised {
    let code = frame.code();
    let name = code.localsplusnames[register as usize].clone();
    if code.source.localspluskinds[register as usize] & kind::FREE == 0 {
        return unbound_local(thread, frame, register);
    }
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        str::to_string(&name)
    );
    thread.raise_with_attributes(ExceptionKind::NameError, &message, &[("name", &name)])
}

/// `LOAD_DEREF`.
///
/// # Errors
/// NameError.
pub fn load_deref(thread: &mut Thread, frame: FrameRef, register: u32) -> Result {
    let found = frame.register(register).and_then(|value| value.downcast::<CellBody>()?.get(thread));
    found.ok_or_else(|| unbound_cell(thread, frame, register))
}

/// `LOAD_CLASSDEREF`.
///
/// # Errors
/// NameError, or what the mapping raises.
pub fn load_classderef(thread: &mut Thread, frame: FrameRef, register: u32) -> Result {
    let locals = names_of(thread, frame)?;
    let name = frame.code().localsplusnames[register as usize].clone();
    match find_name(thread, &locals, &name)? {
        Some(value) => Ok(value),
        None => load_deref(thread, frame, register),
    }
}

/// `STORE_DEREF`.
pub fn store_deref(thread: &mut Thread, frame: FrameRef, register: u32, value: Value) {
    let cell = frame.register(register).cloned().expect("MAKE_CELL or COPY_FREE_VARS made the cell");
    let old = cell.cast::<CellBody>().set(thread, Some(value));
    drop(old);
}

/// `DELETE_DEREF`.
///
/// # Errors
/// NameError.
pub fn delete_deref(thread: &mut Thread, frame: FrameRef, register: u32) -> Result<()> {
    let cell = frame.register(register).cloned().expect("MAKE_CELL or COPY_FREE_VARS made the cell");
    match cell.cast::<CellBody>().set(thread, None) {
        Some(old) => {
            drop(old);
            Ok(())
        }
        None => Err(unbound_cell(thread, frame, register)),
    }
}

/// `MAKE_CELL`: the local becomes a cell that holds what it held.
pub fn make_cell(thread: &mut Thread, frame: FrameRef, register: u32) {
    let contents = frame.set_register(register, None);
    let cell = cell::new(thread, contents);
    drop(frame.set_register(register, Some(cell)));
}

/// `COPY_FREE_VARS`: the function's closure becomes the last `count` locals.
pub fn copy_free_vars(frame: FrameRef, count: u32) {
    let closure = frame.function().closure.clone();
    let first = frame.code().nlocalsplus - count;
    for (register, cell) in (first..).zip(tuple::items(&closure).unwrap_or_default()) {
        drop(frame.set_register(register, Some(cell.clone())));
    }
}

/// `locals()` of a frame: the mapping of a module or class body, or one dict per frame that is brought up to date.
pub fn locals(thread: &mut Thread, frame: FrameRef) -> Value {
    const OPTIMIZED: u32 = hognose_bytecode::flags::OPTIMIZED;
    let code = frame.code().to_ref();
    if code.flags & OPTIMIZED == 0
        && let Some(locals) = frame.locals()
        && !locals.is_a::<DictBody>()
    {
        return locals.clone();
    }
    let dict = match frame.locals() {
        Some(dict) => dict.clone(),
        None => {
            let new = dict::new(thread);
            drop(frame.set_locals(Some(new.clone())));
            new
        }
    };
    let target = dict.cast::<DictBody>();
    for register in 0..code.nlocalsplus {
        let kinds = code.source.localspluskinds[register as usize];
        // In a class body free variables are no names of its own.
        if kinds & kind::FREE != 0 && code.flags & OPTIMIZED == 0 {
            continue;
        }
        let name = &code.localsplusnames[register as usize];
        let held = frame.register(register).cloned();
        let value = match &held {
            Some(value) if kinds & (kind::CELL | kind::FREE) != 0 && value.is_a::<CellBody>() => {
                value.cast::<CellBody>().get(thread)
            }
            _ => held,
        };
        let old = match value {
            Some(value) => target.set_str(thread, name, value),
            None => target.remove_str(thread, name),
        };
        drop(old);
    }
    dict
}
