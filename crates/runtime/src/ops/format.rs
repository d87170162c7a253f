//! `format()` and the values of f-strings.

use crate::Result;
use crate::object::str::{self, StrBody};
use crate::ops::repr;
use crate::thread::Thread;
use crate::value::Value;

/// `format(value, specification)`.
///
/// # Errors
/// TypeError or ValueError for an unfit specification, or what `__format__` raises.
pub fn format(thread: &mut Thread, value: &Value, specification: &Value) -> Result {
    if str::chars(specification).is_some_and(|chars| chars.is_empty()) {
        if value.is_exact::<StrBody>() {
            return Ok(value.clone());
        }
        if value.is_small_int() {
            return repr::str(thread, value);
        }
    }
    let name = thread.names().__format__.clone();
    match thread.call_special(value, &name, &[specification])? {
        Some(result) if result.is_a::<StrBody>() => Ok(result),
        Some(result) => {
            let message = format!("__format__ must return a str, not {}", thread.type_name(&result));
            Err(thread.type_error(&message))
        }
        None => {
            let message = format!("Type {} doesn't define __format__", thread.type_name(value));
            Err(thread.type_error(&message))
        }
    }
}

/// `FORMAT_VALUE`: conversion 0 to 3 (none, `!s`, `!r`, `!a`), then `format`.
///
/// # Errors
/// As [`format`].
pub fn format_value(thread: &mut Thread, value: &Value, conversion: u32, specification: Option<&Value>) -> Result {
    let converted = match conversion {
        1 => repr::str(thread, value)?,
        2 => repr::repr(thread, value)?,
        3 => repr::ascii(thread, value)?,
        _ => value.clone(),
    };
    match specification {
        Some(specification) => format(thread, &converted, specification),
        None if converted.is_exact::<StrBody>() => Ok(converted),
        None => {
            let empty = thread.empty_str();
            format(thread, &converted, &empty)
        }
    }
}
