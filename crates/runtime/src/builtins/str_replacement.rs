//! `str.format` and `str.format_map`: replacement fields.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::dict::DictBody;
use crate::object::str::{self, StrBuilder};
use crate::ops::{Args, attribute, format as formatting, item, mapping, repr};
use crate::thread::Thread;
use crate::value::Value;

/// How deep fields may stand in format specifications.
const DEPTH: u32 = 2;

/// Whether fields are numbered by the program or by their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Manual,
    Automatic(usize),
}

/// Where the values of fields come from.
struct Fields<'a> {
    positional: Option<&'a [Value]>,
    keywords: &'a Value,
    numbering: Numbering,
}

/// What stands between the braces.
struct Field<'a> {
    name: &'a [u32],
    conversion: Option<u32>,
    specification: &'a [u32],
    nested: bool,
}

/// `str.format`.
///
/// # Errors
/// ValueError for a malformed text, IndexError or KeyError for a missing value, or what formatting raises.
pub fn format(thread: &mut Thread, text: &Value, args: Args<'_>) -> Result {
    let keywords = crate::object::dict::new(thread);
    for (name, value) in args.keywords() {
        mapping::set(thread, keywords.cast::<DictBody>(), name, value.clone())?;
    }
    let mut fields =
        Fields { positional: Some(args.positionals()), keywords: &keywords, numbering: Numbering::Unknown };
    let points = str::chars(text).map(|chars| chars.to_vec()).unwrap_or_default();
    expand(thread, &points, &mut fields, DEPTH)
}

/// `str.format_map`.
///
/// # Errors
/// As [`format`].
pub fn format_map(thread: &mut Thread, text: &Value, keywords: &Value) -> Result {
    let mut fields = Fields { positional: None, keywords, numbering: Numbering::Unknown };
    let points = str::chars(text).map(|chars| chars.to_vec()).unwrap_or_default();
    expand(thread, &points, &mut fields, DEPTH)
}

fn is(point: u32, character: char) -> bool {
    point == u32::from(character)
}

/// The text with its fields replaced.
///
/// # Source
/// CPython 3.11, `Objects/stringlib/unicode_format.h`.
fn expand(thread: &mut Thread, text: &[u32], fields: &mut Fields<'_>, depth: u32) -> Result {
    if depth == 0 {
        return Err(thread.value_error("Max string recursion exceeded"));
    }
    let mut out = StrBuilder::new("");
    let mut at = 0;
    while at < text.len() {
        let end = (at..text.len()).find(|&index| is(text[index], '{') || is(text[index], '}')).unwrap_or(text.len());
        out.push_str(&str::from_code_points(thread, &text[at..end]));
        let Some(&brace) = text.get(end) else { break };
        if text.get(end + 1) == Some(&brace) {
            out.push_ascii(if is(brace, '{') { "{" } else { "}" });
            at = end + 2;
            continue;
        }
        if is(brace, '}') {
            return Err(thread.value_error("Single '}' encountered in format string"));
        }
        if end + 1 == text.len() {
            return Err(thread.value_error("Single '{' encountered in format string"));
        }
        at = end + 1;
        let field = parse_field(thread, text, &mut at)?;
        let shown = replace(thread, &field, fields, depth)?;
        out.push_str(&shown);
    }
    Ok(out.finish(thread))
}

/// Reads a field from behind its opening brace to behind its closing one.
fn parse_field<'a>(thread: &mut Thread, text: &'a [u32], at: &mut usize) -> Result<Field<'a>> {
    let start = *at;
    let mut last = 0;
    while *at < text.len() {
        last = text[*at];
        *at += 1;
        if is(last, '{') {
            return Err(thread.value_error("unexpected '{' in field name"));
        }
        if is(last, '[') {
            while *at < text.len() && !is(text[*at], ']') {
                *at += 1;
            }
        } else if is(last, '}') || is(last, ':') || is(last, '!') {
            break;
        }
    }
    let mut field = Field { name: &text[start..*at - 1], conversion: None, specification: &[], nested: false };
    if is(last, '}') {
        return Ok(field);
    }
    if !is(last, ':') && !is(last, '!') {
        return Err(thread.value_error("expected '}' before end of string"));
    }
    if is(last, '!') {
        let Some(&conversion) = text.get(*at) else {
            return Err(thread.value_error("end of string while looking for conversion specifier"));
        };
        field.conversion = Some(conversion);
        *at += 1;
        if let Some(&next) = text.get(*at) {
            *at += 1;
            if is(next, '}') {
                return Ok(field);
            }
            if !is(next, ':') {
                return Err(thread.value_error("expected ':' after conversion specifier"));
            }
        }
    }
    let start = *at;
    let mut open = 1;
    while *at < text.len() {
        let point = text[*at];
        *at += 1;
        if is(point, '{') {
            field.nested = true;
            open += 1;
        } else if is(point, '}') {
            open -= 1;
            if open == 0 {
                field.specification = &text[start..*at - 1];
                return Ok(field);
            }
        }
    }
    Err(thread.value_error("unmatched '{' in format spec"))
}

fn replace(thread: &mut Thread, field: &Field<'_>, fields: &mut Fields<'_>, depth: u32) -> Result {
    let value = find(thread, field.name, fields)?;
    let value = match field.conversion {
        None => value,
        Some(conversion) => match char::from_u32(conversion) {
            Some('r') => repr::repr(thread, &value)?,
            Some('s') => repr::str(thread, &value)?,
            Some('a') => repr::ascii(thread, &value)?,
            Some(other) if ('!'..='~').contains(&other) => {
                return Err(thread.value_error(&format!("Unknown conversion specifier {other}")));
            }
            _ => return Err(thread.value_error(&format!("Unknown conversion specifier \\x{conversion:x}"))),
        },
    };
    let specification = match field.nested {
        true => expand(thread, field.specification, fields, depth - 1)?,
        false => str::from_code_points(thread, field.specification),
    };
    formatting::format(thread, &value, &specification)
}

/// The number that a part of a field's name is; `None` when it is none.
fn number(thread: &mut Thread, name: &[u32]) -> Result<Option<usize>> {
    if name.is_empty() || !name.iter().all(|&point| (u32::from('0')..=u32::from('9')).contains(&point)) {
        return Ok(None);
    }
    let digits: String = name.iter().filter_map(|&point| char::from_u32(point)).collect();
    match digits.parse::<i64>() {
        Ok(number) => Ok(Some(number as usize)),
        Err(_) => Err(thread.value_error("Too many decimal digits in format string")),
    }
}

/// The value that a field names: an argument, then attributes and items of it.
fn find(thread: &mut Thread, name: &[u32], fields: &mut Fields<'_>) -> Result {
    let end = name.iter().position(|&point| is(point, '.') || is(point, '[')).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(end);
    let mut index = number(thread, first)?;
    if first.is_empty() || index.is_some() {
        fields.numbering =
            match (fields.numbering, first.is_empty()) {
                (Numbering::Unknown, true) => Numbering::Automatic(0),
                (Numbering::Unknown, false) => Numbering::Manual,
                (Numbering::Manual, true) => {
                    return Err(thread
                        .value_error("cannot switch from manual field specification to automatic field numbering"));
                }
                (Numbering::Automatic(_), false) => {
                    return Err(thread
                        .value_error("cannot switch from automatic field numbering to manual field specification"));
                }
                (known, _) => known,
            };
        if let Numbering::Automatic(next) = &mut fields.numbering {
            index = Some(*next);
            *next += 1;
        }
    }
    let mut value = match (index, fields.positional) {
        (None, _) => {
            let key = str::from_code_points(thread, first);
            item::getitem(thread, fields.keywords, &key)?
        }
        (Some(_), None) => return Err(thread.value_error("Format string contains positional fields")),
        (Some(index), Some(values)) => match values.get(index) {
            Some(value) => value.clone(),
            None => {
                let message = format!("Replacement index {index} out of range for positional args tuple");
                return Err(thread.raise(ExceptionKind::IndexError, &message));
            }
        },
    };
    while let Some((&separator, after)) = rest.split_first() {
        let is_attribute = is(separator, '.');
        if !is_attribute && !is(separator, '[') {
            return Err(thread.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
        let end = if is_attribute {
            after.iter().position(|&point| is(point, '.') || is(point, '[')).unwrap_or(after.len())
        } else {
            match after.iter().position(|&point| is(point, ']')) {
                Some(end) => end,
                None => return Err(thread.value_error("Missing ']' in format string")),
            }
        };
        let part = &after[..end];
        rest = &after[if is_attribute { end } else { end + 1 }..];
        if part.is_empty() {
            return Err(thread.value_error("Empty attribute in format string"));
        }
        let key = str::from_code_points(thread, part);
        value = if is_attribute {
            attribute::getattr(thread, &value, &key)?
        } else {
            let key = match number(thread, part)? {
                Some(index) => thread.int(index as i64),
                None => key,
            };
            item::getitem(thread, &value, &key)?
        };
    }
    Ok(value)
}
