//! Items: `object[key]` read, written and deleted.

use crate::Result;
use crate::object::list::ListBody;
use crate::object::types::TypeBody;
use crate::object::{dict::DictBody, tuple};
use crate::ops::mapping;
use crate::thread::Thread;
use crate::value::Value;

/// `object[key]`.
///
/// # Errors
/// TypeError, IndexError, KeyError, or what `__getitem__` raises.
#[inline]
pub fn getitem(thread: &mut Thread, object: &Value, key: &Value) -> Result {
    if let Some(index) = key.as_small_int() {
        if let Some(list) = object.exact::<ListBody>() {
            let items = list.items(thread);
            let at = if index < 0 { index + items.len() as i64 } else { index };
            if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
                return Ok(item.clone());
            }
        } else if let Some(items) = tuple::items(object).filter(|_| object.is_exact::<tuple::TupleBody>()) {
            let at = if index < 0 { index + items.len() as i64 } else { index };
            if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
                return Ok(item.clone());
            }
        }
    }
    if let Some(dict) = object.exact::<DictBody>() {
        return mapping::get(thread, dict, key)?.ok_or_else(|| thread.key_error(key));
    }
    getitem_any(thread, object, key)
}

fn getitem_any(thread: &mut Thread, object: &Value, key: &Value) -> Result {
    let function = thread.type_of(object).slots.getitem.get();
    if let Some(function) = function {
        return function(thread, object, key);
    }
    if object.is_a::<TypeBody>() {
        let name = thread.names().__class_getitem__.clone();
        if let Some(method) = crate::ops::attribute::getattr_optional(thread, object, &name)? {
            return crate::ops::call::call(thread, &method, crate::ops::Args::positional(std::slice::from_ref(key)));
        }
        let message = format!("type '{}' is not subscriptable", object.cast::<TypeBody>().name());
        return Err(thread.type_error(&message));
    }
    let message = format!("'{}' object is not subscriptable", thread.type_name(object));
    Err(thread.type_error(&message))
}

/// `object[key] = value`.
///
/// # Errors
/// TypeError, IndexError, or what `__setitem__` raises.
#[inline]
pub fn setitem(thread: &mut Thread, object: &Value, key: &Value, value: &Value) -> Result<()> {
    if let (Some(index), Some(list)) = (key.as_small_int(), object.exact::<ListBody>()) {
        let items = list.items_mut(thread);
        let at = if index < 0 { index + items.len() as i64 } else { index };
        if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get_mut(at)) {
            let old = std::mem::replace(item, value.clone());
            drop(old);
            return Ok(());
        }
    }
    if let Some(dict) = object.exact::<DictBody>() {
        return mapping::set(thread, dict, key, value.clone());
    }
    let function = thread.type_of(object).slots.setitem.get();
    match function {
        Some(function) => function(thread, object, key, Some(value)),
        None => {
            let ty = thread.type_of(object);
            let is_sequence = !ty.is_builtin() || ty.slots.len.get().is_some();
            if is_sequence && thread.type_of(key).slots.index.get().is_some() {
                crate::builtins::sequence::subscript(thread, "", key)?;
            }
            let message = format!("'{}' object does not support item assignment", thread.type_name(object));
            Err(thread.type_error(&message))
        }
    }
}

/// `del object[key]`.
///
/// # Errors
/// TypeError, IndexError, KeyError, or what `__delitem__` raises.
pub fn delitem(thread: &mut Thread, object: &Value, key: &Value) -> Result<()> {
    let function = thread.type_of(object).slots.setitem.get();
    match function {
        Some(function) => function(thread, object, key, None),
        None => {
            // CPython asks sequences for a number in words of their own.
            let ty = thread.type_of(object);
            let is_sequence = !ty.is_builtin() || ty.slots.len.get().is_some();
            let verb = match is_sequence && thread.type_of(key).slots.index.get().is_some() {
                true => "doesn't",
                false => "does not",
            };
            if verb == "doesn't" {
                crate::builtins::sequence::subscript(thread, "", key)?;
            }
            let message = format!("'{}' object {verb} support item deletion", thread.type_name(object));
            Err(thread.type_error(&message))
        }
    }
}
