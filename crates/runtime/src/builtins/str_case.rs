//! str: methods that look at what kind of character each one is. Beyond ASCII only those are answered whose rule
//! Rust's tables share with CPython's.

use super::arguments::named;
use crate::Result;
use crate::object::str::{self, Chars};
use crate::ops::Args;
use crate::ops::arithmetic::index_as_i64;
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::is_printable;

fn own(text: &Value) -> Chars<'_> {
    str::chars(text).unwrap_or(Chars::Ascii(b""))
}

/// The bytes of an ASCII str; any other one is not done.
fn ascii<'a>(thread: &mut Thread, text: &'a Value, name: &str) -> Result<&'a [u8]> {
    match own(text) {
        Chars::Ascii(bytes) => Ok(bytes),
        _ => Err(thread.unsupported(&format!("str.{name} of text beyond ASCII"))),
    }
}

/// `str.casefold`.
///
/// # Errors
/// Beyond ASCII it is not done.
pub fn casefold(thread: &mut Thread, text: &Value) -> Result {
    let folded = ascii(thread, text, "casefold")?.to_ascii_lowercase();
    Ok(str::from_ascii(thread, &folded))
}

/// `str.swapcase`.
///
/// # Errors
/// Beyond ASCII it is not done.
pub fn swapcase(thread: &mut Thread, text: &Value) -> Result {
    let swap =
        |byte: &u8| if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
    let swapped: Vec<u8> = ascii(thread, text, "swapcase")?.iter().map(swap).collect();
    Ok(str::from_ascii(thread, &swapped))
}

/// `str.title`.
///
/// # Errors
/// Beyond ASCII it is not done.
pub fn title(thread: &mut Thread, text: &Value) -> Result {
    let mut inside = false;
    let titled: Vec<u8> = ascii(thread, text, "title")?
        .iter()
        .map(|byte| {
            let shown = if inside { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
            inside = byte.is_ascii_alphabetic();
            shown
        })
        .collect();
    Ok(str::from_ascii(thread, &titled))
}

/// `str.istitle`.
///
/// # Errors
/// Beyond ASCII it is not done.
pub fn istitle(thread: &mut Thread, text: &Value) -> Result {
    let (mut inside, mut found) = (false, false);
    for byte in ascii(thread, text, "istitle")? {
        if byte.is_ascii_uppercase() == inside && byte.is_ascii_alphabetic() {
            return Ok(Value::false_());
        }
        inside = byte.is_ascii_alphabetic();
        found |= inside;
    }
    Ok(Value::bool(found))
}

/// `str.isnumeric`.
///
/// # Errors
/// Beyond ASCII it is not done.
pub fn isnumeric(thread: &mut Thread, text: &Value) -> Result {
    let bytes = ascii(thread, text, "isnumeric")?;
    Ok(Value::bool(!bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)))
}

/// `str.isidentifier`.
///
/// # Errors
/// Beyond ASCII it is not done.
pub fn isidentifier(thread: &mut Thread, text: &Value) -> Result {
    let bytes = ascii(thread, text, "isidentifier")?;
    let fits = bytes.first().is_some_and(|byte| !byte.is_ascii_digit())
        && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
    Ok(Value::bool(fits))
}

/// `str.isprintable`.
///
/// # Errors
/// None of its own.
pub fn isprintable(_: &mut Thread, text: &Value) -> Result {
    Ok(Value::bool(own(text).iter().all(is_printable)))
}

/// `str.expandtabs`.
///
/// # Errors
/// TypeError for what is no int.
pub fn expandtabs(thread: &mut Thread, text: &Value, args: Args<'_>) -> Result {
    let [size] = named(thread, "expandtabs", args, ["tabsize"], 1, 0, 0)?;
    let size = match size {
        Some(size) => usize::try_from(index_as_i64(thread, size)?).unwrap_or(0),
        None => 8,
    };
    let (mut points, mut column) = (Vec::new(), 0);
    for point in own(text).iter() {
        if point == u32::from('\t') {
            let blanks = if size == 0 { 0 } else { size - column % size };
            points.extend(std::iter::repeat_n(u32::from(' '), blanks));
            column += blanks;
            continue;
        }
        column = if matches!(point, 0x0A | 0x0D) { 0 } else { column + 1 };
        points.push(point);
    }
    Ok(str::from_code_points(thread, &points))
}
