//! Truth: what counts as true.

use crate::Result;
use crate::thread::Thread;
use crate::value::Value;

/// `bool(value)`.
///
/// # Errors
/// What `__bool__` or `__len__` raises.
#[inline]
pub fn is_true(thread: &mut Thread, value: &Value) -> Result<bool> {
    if value.is_true() {
        return Ok(true);
    }
    if value.is_false() || value.is_none() {
        return Ok(false);
    }
    if let Some(small) = value.as_small_int() {
        return Ok(small != 0);
    }
    let slots = &thread.type_of(value).slots;
    let (truth, len) = (slots.truth.get(), slots.len.get());
    match (truth, len) {
        (Some(truth), _) => truth(thread, value),
        (None, Some(len)) => len(thread, value).map(|len| len != 0),
        (None, None) => Ok(true),
    }
}

/// `len(value)`.
///
/// # Errors
/// TypeError, or what `__len__` raises.
pub fn len(thread: &mut Thread, value: &Value) -> Result<usize> {
    let len = thread.type_of(value).slots.len.get();
    match len {
        Some(len) => len(thread, value),
        None => {
            let message = format!("object of type '{}' has no len()", thread.type_name(value));
            Err(thread.type_error(&message))
        }
    }
}
