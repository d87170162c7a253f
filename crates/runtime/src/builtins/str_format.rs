//! The format mini-language of int, float and str, and `%` formatting.

use super::int::decimal;
use crate::Result;
use crate::object::str::{self, Chars, StrBody, StrBuilder};
use crate::object::{float, int, tuple};
use crate::ops::{item, repr};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::{IBig, float_repr};

/// A format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
#[derive(Clone, Copy, Debug)]
struct Spec {
    fill: u32,
    align: Option<char>,
    sign: char,
    alternate: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

fn parse(thread: &mut Thread, text: &Value, type_name: &str) -> Result<Spec> {
    let points: Vec<u32> = str::chars(text).map(Chars::to_vec).unwrap_or_default();
    let at = |index: usize| points.get(index).copied().and_then(char::from_u32);
    let is_align = |character: Option<char>| character.filter(|character| "<>=^".contains(*character));
    let mut spec = Spec {
        fill: u32::from(' '),
        align: None,
        sign: '-',
        alternate: false,
        width: 0,
        grouping: None,
        precision: None,
        kind: None,
    };
    let mut next = 0;
    if points.len() >= 2 && is_align(at(1)).is_some() {
        (spec.fill, spec.align, next) = (points[0], at(1), 2);
    } else if let Some(align) = is_align(at(0)) {
        (spec.align, next) = (Some(align), 1);
    }
    if let Some(sign @ ('+' | '-' | ' ')) = at(next) {
        spec.sign = sign;
        next += 1;
    }
    if at(next) == Some('z') {
        return Err(thread.unsupported("format option z"));
    }
    if at(next) == Some('#') {
        spec.alternate = true;
        next += 1;
    }
    if at(next) == Some('0') && spec.align.is_none() {
        // Text is filled with zeros on the right, numbers behind their sign.
        spec.fill = u32::from('0');
        spec.align = (type_name != "str").then_some('=');
        next += 1;
    }
    let number = |next: &mut usize| {
        let start = *next;
        let mut value = 0_usize;
        while let Some(digit) = at(*next).and_then(|character| character.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit as usize);
            *next += 1;
        }
        (*next > start).then_some(value)
    };
    spec.width = number(&mut next).unwrap_or(0);
    if let Some(grouping @ (',' | '_')) = at(next) {
        spec.grouping = Some(grouping);
        next += 1;
    }
    if at(next) == Some('.') {
        next += 1;
        spec.precision = number(&mut next);
        if spec.precision.is_none() {
            return Err(thread.value_error("Format specifier missing precision"));
        }
    }
    if spec.width > i32::MAX as usize || spec.precision.is_some_and(|precision| precision > i32::MAX as usize) {
        return Err(thread.value_error("Too many decimal digits in format string"));
    }
    if points.len() - next > 1 {
        let message = format!("Invalid format specifier '{}' for object of type '{type_name}'", str::to_string(text));
        return Err(thread.value_error(&message));
    }
    spec.kind = at(next);
    Ok(spec)
}

fn unknown_kind(thread: &mut Thread, kind: char, type_name: &str) -> crate::Raised {
    let kind = if kind > ' ' && kind.is_ascii() { kind.to_string() } else { format!("\\x{:x}", u32::from(kind)) };
    thread.value_error(&format!("Unknown format code '{kind}' for object of type '{type_name}'"))
}

/// `str(value)` for an empty specification.
fn plain(thread: &mut Thread, value: &Value, specification: &Value) -> Result<Option<Value>> {
    match str::chars(specification) {
        Some(chars) if chars.is_empty() => repr::str(thread, value).map(Some),
        Some(_) => Ok(None),
        None => {
            let shown = super::arguments::shown_type(thread, specification);
            Err(thread.type_error(&format!("__format__() argument must be str, not {shown}")))
        }
    }
}

/// `str.__format__`.
///
/// # Errors
/// ValueError for a specification that does not fit a str.
pub fn format_str(thread: &mut Thread, text: &Value, specification: &Value) -> Result {
    if let Some(plain) = plain(thread, text, specification)? {
        return Ok(plain);
    }
    let spec = parse(thread, specification, "str")?;
    match spec {
        Spec { kind: Some(kind), .. } if kind != 's' => return Err(unknown_kind(thread, kind, "str")),
        Spec { sign: '+' | ' ', .. } => {
            let what = if spec.sign == ' ' { "Space" } else { "Sign" };
            return Err(thread.value_error(&format!("{what} not allowed in string format specifier")));
        }
        Spec { alternate: true, .. } => {
            return Err(thread.value_error("Alternate form (#) not allowed in string format specifier"));
        }
        Spec { align: Some('='), .. } if spec.fill != u32::from('0') => {
            return Err(thread.value_error("'=' alignment not allowed in string format specifier"));
        }
        Spec { grouping: Some(grouping), .. } => {
            return Err(thread.value_error(&format!("Cannot specify '{grouping}' with 's'.")));
        }
        _ => {}
    }
    let chars = str::chars(text).unwrap_or(Chars::Ascii(b""));
    let shown = chars.slice(0..spec.precision.unwrap_or(usize::MAX).min(chars.len()));
    Ok(padded(thread, &spec, shown, 0, '<'))
}

/// Text filled up to the width; `=` fills behind the first `signs` characters.
fn padded(thread: &Thread, spec: &Spec, text: Chars<'_>, signs: usize, default: char) -> Value {
    let missing = spec.width.saturating_sub(text.len());
    let (before, inside) = match spec.align.unwrap_or(default) {
        '<' => (0, 0),
        '^' => (missing / 2, 0),
        '=' => (0, missing),
        _ => (missing, 0),
    };
    if missing == 0 {
        return str::from_chars(thread, text);
    }
    let mut points = vec![spec.fill; before];
    text.slice(0..signs).append_to(&mut points);
    points.extend(std::iter::repeat_n(spec.fill, inside));
    text.slice(signs..text.len()).append_to(&mut points);
    points.extend(std::iter::repeat_n(spec.fill, missing - before - inside));
    str::from_code_points(thread, &points)
}

/// Digits with a separator between groups, filled with zeros to `width` characters when those go inside.
fn grouped(digits: &str, separator: char, group: usize, width: usize) -> String {
    let mut digits = digits.to_owned();
    loop {
        let mut out = String::new();
        for (number, digit) in digits.chars().enumerate() {
            if number > 0 && (digits.len() - number).is_multiple_of(group) {
                out.push(separator);
            }
            out.push(digit);
        }
        if out.len() >= width {
            return out;
        }
        digits.insert(0, '0');
    }
}

fn sign_of(negative: bool, spec: &Spec) -> &'static str {
    match (negative, spec.sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        _ => "",
    }
}

/// `int.__format__`.
///
/// # Errors
/// ValueError for a specification that does not fit an int.
pub fn format_int(thread: &mut Thread, value: &Value, specification: &Value) -> Result {
    if let Some(plain) = plain(thread, value, specification)? {
        return Ok(plain);
    }
    let type_name = thread.type_name(value);
    let spec = parse(thread, specification, &type_name)?;
    let kind = spec.kind.unwrap_or('d');
    if matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
        let number = int::to_ibig(value).unwrap_or(IBig::ZERO);
        return match hognose_primitives::arith::int::to_f64(&number) {
            Ok(number) => format_number(thread, &spec, number),
            Err(error) => Err(thread.arith_error(&error)),
        };
    }
    if spec.precision.is_some() {
        return Err(thread.value_error("Precision not allowed in integer format specifier"));
    }
    let number = int::to_ibig(value).unwrap_or(IBig::ZERO);
    let negative = number < IBig::ZERO;
    let (radix, prefix) = match kind {
        'd' | 'n' => (10, ""),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        'o' => (8, "0o"),
        'b' => (2, "0b"),
        'c' => return Err(thread.unsupported("format code c")),
        _ => return Err(unknown_kind(thread, kind, &type_name)),
    };
    if spec.grouping == Some(',') && radix != 10 {
        return Err(thread.value_error(&format!("Cannot specify ',' with '{kind}'.")));
    }
    let digits = match radix {
        10 => decimal(thread, &int::from_ibig(thread, number))?,
        _ => number.in_radix(radix).to_string(),
    };
    let mut digits = digits.trim_start_matches('-').to_owned();
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let lead = format!("{}{}", sign_of(negative, &spec), if spec.alternate { prefix } else { "" });
    if let Some(separator) = spec.grouping {
        let zeros = spec.align == Some('=') && spec.fill == u32::from('0');
        let width = if zeros { spec.width.saturating_sub(lead.len()) } else { 0 };
        digits = grouped(&digits, separator, if radix == 10 { 3 } else { 4 }, width);
    }
    let text = lead.clone() + &digits;
    Ok(padded(thread, &spec, Chars::Ascii(text.as_bytes()), lead.len(), '>'))
}

/// `float.__format__`.
///
/// # Errors
/// ValueError for a specification that does not fit a float.
pub fn format_float(thread: &mut Thread, value: &Value, specification: &Value) -> Result {
    if let Some(plain) = plain(thread, value, specification)? {
        return Ok(plain);
    }
    let spec = parse(thread, specification, "float")?;
    if let Some(kind) = spec.kind.filter(|kind| !"eEfFgGn%".contains(*kind)) {
        return Err(unknown_kind(thread, kind, "float"));
    }
    format_number(thread, &spec, float::get(value).unwrap_or(f64::NAN))
}

fn format_number(thread: &mut Thread, spec: &Spec, number: f64) -> Result {
    let negative = number.is_sign_negative() && !number.is_nan();
    let magnitude = number.abs();
    let mut digits = match spec.kind {
        _ if !number.is_finite() => {
            let word = if number.is_nan() { "nan" } else { "inf" };
            let upper = spec.kind.is_some_and(|kind| kind.is_ascii_uppercase());
            let word = if upper { word.to_uppercase() } else { word.to_owned() };
            word + if spec.kind == Some('%') { "%" } else { "" }
        }
        None if spec.precision.is_none() => float_repr(magnitude),
        None => general(magnitude, spec.precision.unwrap_or(6), spec.alternate, true),
        Some('f' | 'F') => format!("{magnitude:.*}", spec.precision.unwrap_or(6)),
        Some('%') => format!("{:.*}%", spec.precision.unwrap_or(6), magnitude * 100.0),
        Some('e' | 'E') => exponential(magnitude, spec.precision.unwrap_or(6)),
        Some('g' | 'G' | 'n') => general(magnitude, spec.precision.unwrap_or(6), spec.alternate, false),
        Some(kind) => return Err(unknown_kind(thread, kind, "float")),
    };
    if matches!(spec.kind, Some('E' | 'G')) {
        digits.make_ascii_uppercase();
    }
    if spec.alternate && number.is_finite() && !digits.contains('.') {
        let end = digits.find(['e', 'E', '%']).unwrap_or(digits.len());
        digits.insert(end, '.');
    }
    let sign = sign_of(negative, spec);
    if let Some(separator) = spec.grouping {
        let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
        let (whole, rest) = digits.split_at(end);
        let zeros = spec.align == Some('=') && spec.fill == u32::from('0');
        let width = if zeros { spec.width.saturating_sub(sign.len() + rest.len()) } else { 0 };
        digits = grouped(whole, separator, 3, width) + rest;
    }
    let text = format!("{sign}{digits}");
    Ok(padded(thread, spec, Chars::Ascii(text.as_bytes()), sign.len(), '>'))
}

/// `%e`: at least two digits of exponent.
fn exponential(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').expect("the form has an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is a number");
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// `%g`: fixed or exponential, whichever suits; `keep_point` leaves at least one digit behind the point.
fn general(number: f64, precision: usize, alternate: bool, keep_point: bool) -> String {
    let precision = precision.max(1);
    let exponent = match number {
        0.0 => 0,
        _ => {
            let text = format!("{number:.*e}", precision - 1);
            text.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0)
        }
    };
    let limit = if keep_point { precision as i32 - 1 } else { precision as i32 };
    let fixed = (-4..limit.max(if keep_point { 1 } else { 0 })).contains(&exponent);
    let mut text = if fixed {
        format!("{number:.*}", (precision as i32 - 1 - exponent).max(0) as usize)
    } else {
        exponential(number, precision - 1)
    };
    if !alternate && text.contains('.') {
        let end = text.find('e').unwrap_or(text.len());
        let kept = text[..end].trim_end_matches('0').trim_end_matches('.').len();
        text.replace_range(kept..end, "");
    }
    if keep_point && fixed && !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// `template % values`.
///
/// # Errors
/// TypeError or ValueError where template and values do not fit.
pub fn percent(thread: &mut Thread, template: &Value, values: &Value) -> Result {
    let Some(chars) = str::chars(template) else { return Ok(Value::not_implemented()) };
    let points = chars.to_vec();
    let at = |index: usize| points.get(index).copied().and_then(char::from_u32);
    let is_tuple = values.is_a::<tuple::TupleBody>();
    let is_mapping = !is_tuple && !values.is_a::<StrBody>() && thread.type_of(values).slots.getitem.get().is_some();
    let mut given = tuple::items(values).unwrap_or(std::slice::from_ref(values)).iter();
    let mut used_mapping = false;
    let mut out = StrBuilder::new("");
    let mut next = 0;
    while next < points.len() {
        if points[next] != u32::from('%') {
            let end = (next..points.len()).find(|&index| points[index] == u32::from('%')).unwrap_or(points.len());
            out.push_chars(chars.slice(next..end));
            next = end;
            continue;
        }
        next += 1;
        let mut mapped = None;
        if at(next) == Some('(') {
            let mut depth = 1;
            let start = next + 1;
            next = start;
            while depth > 0 {
                match at(next) {
                    Some('(') => depth += 1,
                    Some(')') => depth -= 1,
                    None if next >= points.len() => return Err(thread.value_error("incomplete format key")),
                    _ => {}
                }
                next += 1;
            }
            if !is_mapping {
                return Err(thread.type_error("format requires a mapping"));
            }
            let key = str::from_chars(thread, chars.slice(start..next - 1));
            mapped = Some(item::getitem(thread, values, &key)?);
            used_mapping = true;
        }
        let mut spec = Spec {
            fill: u32::from(' '),
            align: Some('>'),
            sign: '-',
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        };
        let mut zeros = false;
        while let Some(flag @ ('-' | '+' | ' ' | '#' | '0')) = at(next) {
            match flag {
                '-' => spec.align = Some('<'),
                '+' => spec.sign = '+',
                ' ' if spec.sign != '+' => spec.sign = ' ',
                '#' => spec.alternate = true,
                '0' => zeros = true,
                _ => {}
            }
            next += 1;
        }
        let mut star = |thread: &mut Thread, next: &mut usize| -> Result<Option<i64>> {
            if at(*next) == Some('*') {
                *next += 1;
                let Some(value) = given.next() else {
                    return Err(thread.type_error("not enough arguments for format string"));
                };
                return match int::to_i64(value) {
                    Some(number) => Ok(Some(number)),
                    None => Err(thread.type_error("* wants int")),
                };
            }
            let mut value = None;
            while let Some(digit) = at(*next).and_then(|character| character.to_digit(10)) {
                value = Some(value.unwrap_or(0_i64).saturating_mul(10).saturating_add(i64::from(digit)));
                *next += 1;
            }
            Ok(value)
        };
        let width = star(thread, &mut next)?.unwrap_or(0);
        if width < 0 {
            spec.align = Some('<');
        }
        spec.width = width.unsigned_abs() as usize;
        if at(next) == Some('.') {
            next += 1;
            spec.precision = Some(star(thread, &mut next)?.unwrap_or(0).max(0) as usize);
        }
        while matches!(at(next), Some('h' | 'l' | 'L')) {
            next += 1;
        }
        let Some(kind) = at(next) else { return Err(thread.value_error("incomplete format")) };
        next += 1;
        if kind == '%' {
            out.push_ascii("%");
            continue;
        }
        let value = match &mapped {
            Some(value) => value,
            None => match given.next() {
                Some(value) => value,
                None => return Err(thread.type_error("not enough arguments for format string")),
            },
        };
        if zeros && spec.align == Some('>') && !matches!(kind, 's' | 'r' | 'a' | 'c') {
            (spec.fill, spec.align) = (u32::from('0'), Some('='));
        }
        spec.kind = Some(kind);
        let text = percent_item(thread, &spec, value, kind, next - 1)?;
        out.push_str(&text);
    }
    if given.next().is_some() && !used_mapping && !is_mapping {
        return Err(thread.type_error("not all arguments converted during string formatting"));
    }
    Ok(out.finish(thread))
}

fn percent_item(thread: &mut Thread, spec: &Spec, value: &Value, kind: char, place: usize) -> Result {
    match kind {
        's' | 'r' | 'a' => {
            let text = match kind {
                's' => repr::str(thread, value)?,
                'r' => repr::repr(thread, value)?,
                _ => repr::ascii(thread, value)?,
            };
            let chars = str::chars(&text).unwrap_or(Chars::Ascii(b""));
            let shown = chars.slice(0..spec.precision.unwrap_or(usize::MAX).min(chars.len()));
            Ok(padded(thread, spec, shown, 0, '>'))
        }
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => percent_int(thread, spec, value, kind),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let function = thread.type_of(value).slots.float.get();
            let Some(function) = function else {
                let message = format!("must be real number, not {}", thread.type_name(value));
                return Err(thread.type_error(&message));
            };
            let number = function(thread, value)?;
            format_number(thread, spec, float::get(&number).unwrap_or(f64::NAN))
        }
        'c' => {
            let point = match (int::to_i64(value), str::chars(value)) {
                (Some(point), _) => u32::try_from(point).ok().filter(|&point| point < 0x11_0000),
                (None, Some(chars)) if chars.len() == 1 => chars.get(0),
                _ => return Err(thread.type_error("%c requires int or char")),
            };
            match point {
                Some(point) => {
                    let text = thread.character(point);
                    Ok(padded(thread, spec, str::chars(&text).unwrap_or(Chars::Ascii(b"")), 0, '>'))
                }
                None => {
                    let message = "%c arg not in range(0x110000)";
                    Err(thread.raise(crate::exceptions::ExceptionKind::OverflowError, message))
                }
            }
        }
        _ => {
            let shown = if (' '..='~').contains(&kind) { kind } else { '?' };
            let message = format!("unsupported format character '{shown}' ({:#x}) at index {place}", u32::from(kind));
            Err(thread.value_error(&message))
        }
    }
}

fn percent_int(thread: &mut Thread, spec: &Spec, value: &Value, kind: char) -> Result {
    let number = match int::to_ibig(value) {
        Some(number) => number,
        None => {
            let slots = &thread.type_of(value).slots;
            let function = if matches!(kind, 'd' | 'i' | 'u') { slots.int.get() } else { slots.index.get() };
            let Some(function) = function else {
                let wanted = if matches!(kind, 'd' | 'i' | 'u') { "a real number" } else { "an integer" };
                let message = format!("%{kind} format: {wanted} is required, not {}", thread.type_name(value));
                return Err(thread.type_error(&message));
            };
            let number = function(thread, value)?;
            int::to_ibig(&number).unwrap_or(IBig::ZERO)
        }
    };
    let negative = number < IBig::ZERO;
    let (radix, prefix) = match kind {
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        'o' => (8, "0o"),
        _ => (10, ""),
    };
    let digits = match radix {
        10 => decimal(thread, &int::from_ibig(thread, number))?,
        _ => number.in_radix(radix).to_string(),
    };
    let mut digits = digits.trim_start_matches('-').to_owned();
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let missing = spec.precision.unwrap_or(0).saturating_sub(digits.len());
    let lead = format!("{}{}", sign_of(negative, spec), if spec.alternate { prefix } else { "" });
    let text = format!("{lead}{}{digits}", "0".repeat(missing));
    Ok(padded(thread, spec, Chars::Ascii(text.as_bytes()), lead.len(), '>'))
}
