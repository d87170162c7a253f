//! `repr` of constants, as CPython prints them.

use crate::{Constant, IBig, Text, is_printable};
use std::fmt::Write;

impl Constant {
    /// Python's `repr` of the value.
    pub fn repr(&self) -> String {
        let mut out = String::new();
        self.write_repr(&mut out);
        out
    }

    /// Appends Python's `repr` of the value.
    pub fn write_repr(&self, out: &mut String) {
        match self {
            Constant::None => out.push_str("None"),
            Constant::Ellipsis => out.push_str("Ellipsis"),
            Constant::Bool(true) => out.push_str("True"),
            Constant::Bool(false) => out.push_str("False"),
            Constant::Int(value) => write_int(out, value),
            Constant::Float(value) => out.push_str(&float_repr(*value)),
            Constant::Complex { real, imag } => out.push_str(&complex_repr(*real, *imag)),
            Constant::Str(value) => write_str_repr(out, value.as_wtf8()),
            Constant::Bytes(value) => write_bytes_repr(out, value),
            Constant::Tuple(items) => {
                out.push('(');
                write_items(out, items);
                out.push_str(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
            Constant::FrozenSet(items) => {
                out.push_str("frozenset({");
                write_items(out, items);
                out.push_str("})");
            }
        }
    }
}

fn write_items(out: &mut String, items: &[Constant]) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        item.write_repr(out);
    }
}

fn write_int(out: &mut String, value: &IBig) {
    write!(out, "{value}").expect("a String takes all text");
}

/// Python's `repr` of a float: the shortest digits that read back as the same number.
pub fn float_repr(value: f64) -> String {
    let mut out = general(value);
    if value.is_finite() && !out.contains(['.', 'e']) {
        out.push_str(".0");
    }
    out
}

/// Python's `repr` of a complex number: `1j`, `(1-2j)`, `(-0+0j)`.
pub fn complex_repr(real: f64, imag: f64) -> String {
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", general(imag));
    }
    let imag = general(imag);
    let sign = if imag.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imag}j)", general(real))
}

/// The shortest digits, with an exponent below 1e-4 and from 1e16 on; whole numbers without `.0`.
fn general(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let mut out = String::with_capacity(24);
    if value.is_sign_negative() {
        out.push('-');
    }
    if value == 0.0 {
        out.push('0');
        return out;
    }
    let (digits, point) = shortest_digits(value.abs());
    let count = digits.len() as i32;
    if !(-3..=16).contains(&point) {
        out.push_str(&digits[..1]);
        if count > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        let exponent = point - 1;
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(out, "e{sign}{:02}", exponent.abs()).expect("a String takes all text");
    } else if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        out.push_str(&digits);
    } else if point >= count {
        out.push_str(&digits);
        out.extend(std::iter::repeat_n('0', (point - count) as usize));
    } else {
        out.push_str(&digits[..point as usize]);
        out.push('.');
        out.push_str(&digits[point as usize..]);
    }
    out
}

/// Digits without leading or trailing zeros, and where the decimal point stands before them: `0.digits * 10**point`.
fn shortest_digits(value: f64) -> (String, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().expect("ryu writes a number")),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    let mut point = whole.len() as i32 + exponent;
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    digits.drain(..zeros);
    point -= zeros as i32;
    digits.truncate(digits.trim_end_matches('0').len());
    (digits, point)
}

/// Python's `repr` of a text.
pub fn str_repr(text: &Text) -> String {
    let mut out = String::with_capacity(text.as_wtf8().len() + 2);
    write_str_repr(&mut out, text.as_wtf8());
    out
}

/// Appends Python's `repr` of a text given as WTF-8, such as `str::as_bytes`.
///
/// # Panics
/// When the bytes are not WTF-8.
pub fn write_str_repr(out: &mut String, wtf8: &[u8]) {
    let quote = quote_for(wtf8);
    out.push(quote as char);
    let mut rest = wtf8;
    while let Some(&byte) = rest.first() {
        if byte < 0x80 {
            write_ascii(out, byte, quote);
            rest = &rest[1..];
            continue;
        }
        let run = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
        let text = Text::from_wtf8(&rest[..run]).expect("whole characters end where ASCII begins");
        for point in text.code_points() {
            match char::from_u32(point) {
                Some(character) if is_printable(point) => out.push(character),
                _ if point <= 0xFF => write!(out, "\\x{point:02x}").expect("a String takes all text"),
                _ if point <= 0xFFFF => write!(out, "\\u{point:04x}").expect("a String takes all text"),
                _ => write!(out, "\\U{point:08x}").expect("a String takes all text"),
            }
        }
        rest = &rest[run..];
    }
    out.push(quote as char);
}

/// Python's `repr` of bytes.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 3);
    write_bytes_repr(&mut out, bytes);
    out
}

/// Appends Python's `repr` of bytes.
pub fn write_bytes_repr(out: &mut String, bytes: &[u8]) {
    let quote = quote_for(bytes);
    out.push('b');
    out.push(quote as char);
    for &byte in bytes {
        if byte < 0x80 {
            write_ascii(out, byte, quote);
        } else {
            write!(out, "\\x{byte:02x}").expect("a String takes all text");
        }
    }
    out.push(quote as char);
}

/// Single quotes, unless only those would need escaping.
fn quote_for(bytes: &[u8]) -> u8 {
    if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' }
}

fn write_ascii(out: &mut String, byte: u8, quote: u8) {
    match byte {
        b'\t' => out.push_str("\\t"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\\' => out.push_str("\\\\"),
        b' '..=b'~' => {
            if byte == quote {
                out.push('\\');
            }
            out.push(byte as char);
        }
        _ => write!(out, "\\x{byte:02x}").expect("a String takes all text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(value: Constant, expected: Expect) {
        expected.assert_eq(&value.repr());
    }

    #[test]
    fn floats_read_back() {
        check(Constant::Float(1e16), expect!["1e+16"]);
        check(Constant::Float(1e15), expect!["1000000000000000.0"]);
        check(Constant::Float(0.0001), expect!["0.0001"]);
        check(Constant::Float(0.000_012_5), expect!["1.25e-05"]);
        check(Constant::Float(-0.0), expect!["-0.0"]);
        check(Constant::Float(5e-324), expect!["5e-324"]);
        check(Constant::Float(f64::INFINITY), expect!["inf"]);
    }

    #[test]
    fn complex_numbers_hide_a_positive_zero() {
        check(Constant::Complex { real: 0.0, imag: 1.0 }, expect!["1j"]);
        check(Constant::Complex { real: -0.0, imag: -2.5 }, expect!["(-0-2.5j)"]);
        check(Constant::Complex { real: 1e20, imag: f64::INFINITY }, expect!["(1e+20+infj)"]);
    }

    #[test]
    fn text_escapes_what_does_not_print() {
        let text = Text::from_code_points([0x27, 0xE9, 0xA0, 0x7F, 0xD800, 0x1F600, 0xE0001]);
        check(Constant::Str(text), expect![[r#""'é\xa0\x7f\ud800😀\U000e0001""#]]);
        check(Constant::Str("'\"\\\n".into()), expect![[r#"'\'"\\\n'"#]]);
        check(Constant::Bytes((*b"'\x00\xff").into()), expect![[r#"b"'\x00\xff""#]]);
    }

    #[test]
    fn tuples_of_one_keep_their_comma() {
        let one = Constant::Tuple([Constant::None].into());
        check(Constant::Tuple([one, Constant::Ellipsis].into()), expect!["((None,), Ellipsis)"]);
        check(Constant::FrozenSet([].into()), expect!["frozenset()"]);
    }
}
