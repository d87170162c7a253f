//! `repr()`, `str()` and `ascii()`.

use crate::Result;
use crate::object::str::{self, StrBody};
use crate::thread::Thread;
use crate::value::{Value, header_flags};

/// `repr(value)`, a str.
///
/// # Errors
/// TypeError when `__repr__` gives no str, RecursionError, or what it raises.
pub fn repr(thread: &mut Thread, value: &Value) -> Result {
    let function = thread.type_of(value).slots.repr.get();
    let result = match function {
        Some(function) => thread.nested(" while getting the repr of an object", |thread| function(thread, value))?,
        None => object_repr(thread, value)?,
    };
    if result.is_a::<StrBody>() {
        return Ok(result);
    }
    let message = format!("__repr__ returned non-string (type {})", thread.type_name(&result));
    Err(thread.type_error(&message))
}

/// `str(value)`.
///
/// # Errors
/// As [`repr`].
pub fn str(thread: &mut Thread, value: &Value) -> Result {
    if value.is_exact::<StrBody>() {
        return Ok(value.clone());
    }
    let function = thread.type_of(value).slots.str.get();
    let result = match function {
        Some(function) => thread.nested(" while getting the str of an object", |thread| function(thread, value))?,
        None => return repr(thread, value),
    };
    if result.is_a::<StrBody>() {
        return Ok(result);
    }
    let message = format!("__str__ returned non-string (type {})", thread.type_name(&result));
    Err(thread.type_error(&message))
}

/// `repr(value)` as Rust text.
///
/// # Errors
/// As [`repr`].
pub fn repr_text(thread: &mut Thread, value: &Value) -> Result<String> {
    Ok(str::to_string(&repr(thread, value)?))
}

/// `ascii(value)`.
///
/// # Errors
/// As [`repr`].
pub fn ascii(thread: &mut Thread, value: &Value) -> Result {
    let text = repr(thread, value)?;
    let Some(chars) = str::chars(&text) else { return Ok(text) };
    if let str::Chars::Ascii(_) = chars {
        return Ok(text);
    }
    let mut out = String::new();
    for point in chars.iter() {
        match point {
            0..=0x7F => out.push(point as u8 as char),
            0x80..=0xFF => out.push_str(&format!("\\x{point:02x}")),
            0x100..=0xFFFF => out.push_str(&format!("\\u{point:04x}")),
            _ => out.push_str(&format!("\\U{point:08x}")),
        }
    }
    Ok(str::from_string(thread, out))
}

/// `object.__repr__`.
///
/// # Errors
/// None of its own.
pub fn object_repr(thread: &mut Thread, value: &Value) -> Result {
    let ty = thread.type_ref(value);
    let text = format!("<{} object at {:#x}>", qualified_name(thread, &ty), value.id());
    Ok(str::from_string(thread, text))
}

/// `module.qualname` of a type; without the module for built-in ones.
pub fn qualified_name(thread: &Thread, ty: &crate::object::types::Type) -> String {
    let qualname = str::to_string(&ty.qualname.get());
    let module = ty.namespace().get_str(thread, &thread.names().__module__);
    match module {
        Some(module) if module.is_a::<StrBody>() && !str::is(&module, "builtins") => {
            format!("{}.{qualname}", str::to_string(&module))
        }
        _ => qualname,
    }
}

/// Runs `inner` unless the object's `repr` is already under way, and then gives `placeholder` instead: `[...]`.
///
/// # Errors
/// What `inner` raises.
pub fn guarded(
    thread: &mut Thread,
    value: &Value,
    placeholder: &str,
    inner: impl FnOnce(&mut Thread) -> Result,
) -> Result {
    let Some(header) = value.header() else { return inner(thread) };
    if header.has_flag(header_flags::IN_REPR) {
        return Ok(str::new(thread, placeholder));
    }
    header.set_flag(header_flags::IN_REPR);
    let result = inner(thread);
    header.clear_flag(header_flags::IN_REPR);
    result
}
