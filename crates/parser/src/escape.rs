//! Backslash escapes of string and bytes literals.

use hognose_primitives::bug;
use std::borrow::Cow;

/// What is wrong with an escape.
pub(crate) struct BadEscape {
    /// CPython's whole message.
    pub message: String,
}

/// An escape that is kept, but warned of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubtful {
    /// A backslash before a character that needs none.
    Unknown(char),
    /// An octal number above `\377`.
    Octal(u32),
}

impl Doubtful {
    /// CPython's warning.
    pub fn message(self) -> String {
        match self {
            Doubtful::Unknown(character) => format!("invalid escape sequence '\\{character}'"),
            Doubtful::Octal(value) => format!("invalid octal escape sequence '\\{value:o}'"),
        }
    }
}

/// A decoded literal as WTF-8, and the first escape to warn of.
pub(crate) type Decoded<'t> = (Cow<'t, [u8]>, Option<Doubtful>);

/// Replaces the escapes of a text literal.
pub(crate) fn decode_text(literal: &str) -> Result<Decoded<'_>, BadEscape> {
    if !literal.contains('\\') {
        return Ok((Cow::Borrowed(literal.as_bytes()), None));
    }
    let mut out = Vec::with_capacity(literal.len());
    let mut doubtful = None;
    let mut rest = literal;
    // CPython counts positions in a copy in which other characters than ASCII are ten bytes, `\UXXXXXXXX`.
    let mut position = 0;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        out.extend_from_slice(before.as_bytes());
        position += inner_width(before);
        let Some(letter) = escape[1..].chars().next() else {
            out.push(b'\\');
            rest = "";
            break;
        };
        let mut width = 1 + letter.len_utf8();
        let mut inner = 2;
        match letter {
            '\n' => (),
            '\\' | '\'' | '"' => out.push(letter as u8),
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'v' => out.push(11),
            '0'..='7' => {
                let (value, digits) = octal(&escape.as_bytes()[1..]);
                if value > 0o377 && doubtful.is_none() {
                    doubtful = Some(Doubtful::Octal(value));
                }
                push_point(&mut out, value);
                width = 1 + digits;
                inner = width;
            }
            'x' | 'u' | 'U' => {
                let count = match letter {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits = escape[2..].bytes().take(count).take_while(u8::is_ascii_hexdigit).count();
                if digits < count {
                    let form = match letter {
                        'x' => "\\xXX",
                        'u' => "\\uXXXX",
                        _ => "\\UXXXXXXXX",
                    };
                    return Err(text_error(position, 2 + digits, &format!("truncated {form} escape")));
                }
                let value = u32::from_str_radix(&escape[2..2 + count], 16).expect("only hexadecimal digits");
                if value > 0x0010_FFFF {
                    return Err(text_error(position, 2 + count, "illegal Unicode character"));
                }
                push_point(&mut out, value);
                width = 2 + count;
                inner = width;
            }
            'N' => {
                let name = escape[2..].strip_prefix('{').and_then(|tail| tail.split_once('}')).map(|(name, _)| name);
                let Some(name) = name.filter(|name| !name.is_empty()) else {
                    let length = match escape[2..].strip_prefix('{') {
                        None => 2,
                        Some(tail) if tail.starts_with('}') => 4,
                        Some(tail) => 3 + inner_width(tail),
                    };
                    return Err(text_error(
                        position,
                        length.min(inner_width(escape)),
                        "malformed \\N character escape",
                    ));
                };
                let Some(character) = named_character(name) else {
                    return Err(text_error(position, 4 + inner_width(name), "unknown Unicode character name"));
                };
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                width = 4 + name.len();
                inner = 4 + inner_width(name);
            }
            _ => {
                if letter.is_ascii() {
                    doubtful = doubtful.or(Some(Doubtful::Unknown(letter)));
                }
                out.push(b'\\');
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                // CPython writes a backslash before such a character out as `\u005c`, and does not warn of it.
                inner = if letter.is_ascii() { 2 } else { 16 };
            }
        }
        position += inner;
        rest = &escape[width..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok((Cow::Owned(out), doubtful))
}

/// Replaces the escapes of a bytes literal, which is ASCII.
pub(crate) fn decode_bytes(literal: &[u8]) -> Result<Decoded<'_>, BadEscape> {
    if !literal.contains(&b'\\') {
        return Ok((Cow::Borrowed(literal), None));
    }
    let mut out = Vec::with_capacity(literal.len());
    let mut doubtful = None;
    let mut at = 0;
    while at < literal.len() {
        let byte = literal[at];
        if byte != b'\\' || at + 1 == literal.len() {
            out.push(byte);
            at += 1;
            continue;
        }
        let letter = literal[at + 1];
        let start = at;
        at += 2;
        match letter {
            b'\n' => (),
            b'\\' | b'\'' | b'"' => out.push(letter),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let (value, digits) = octal(&literal[start + 1..]);
                if value > 0o377 && doubtful.is_none() {
                    doubtful = Some(Doubtful::Octal(value));
                }
                out.push(value as u8);
                at = start + 1 + digits;
            }
            b'x' => {
                let digits: String = literal[at..].iter().take(2).map(|&byte| char::from(byte)).collect();
                match u8::from_str_radix(&digits, 16) {
                    Ok(value) if digits.len() == 2 && !digits.starts_with('+') => out.push(value),
                    _ => {
                        let message = format!("(value error) invalid \\x escape at position {start}");
                        return Err(BadEscape { message });
                    }
                }
                at += 2;
            }
            _ => {
                doubtful = doubtful.or(Some(Doubtful::Unknown(letter.into())));
                out.extend([b'\\', letter]);
            }
        }
    }
    Ok((Cow::Owned(out), doubtful))
}

/// Up to three octal digits: their value and how many there are.
fn octal(digits: &[u8]) -> (u32, usize) {
    let longest = bug!("octal-escape-takes-two-digits", 3, 2);
    let digits = digits.iter().take(longest).take_while(|byte| (b'0'..=b'7').contains(byte));
    digits.fold((0, 0), |(value, count), &digit| (value * 8 + u32::from(digit - b'0'), count + 1))
}

fn push_point(out: &mut Vec<u8>, point: u32) {
    out.extend_from_slice(hognose_primitives::Text::from_code_points([point]).as_wtf8());
}

/// How many bytes a text takes where positions of errors are counted.
fn inner_width(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 10 }).sum()
}

fn text_error(position: usize, length: usize, reason: &str) -> BadEscape {
    let last = position + length - 1;
    let place = if length == 1 {
        format!("byte 0x5c in position {position}")
    } else {
        format!("bytes in position {position}-{last}")
    };
    BadEscape { message: format!("(unicode error) 'unicodeescape' codec can't decode {place}: {reason}") }
}

/// The character that `\N{name}` names in Unicode 14.
fn named_character(name: &str) -> Option<char> {
    let character = unicode_names2::character(name)?;
    // Names of characters that came after Unicode 14; format characters of that time are not printable either.
    let point = u32::from(character);
    let is_newer = !hognose_primitives::is_printable(point) && (0x13439..=0x1343F).contains(&point);
    (!is_newer).then_some(character)
}
