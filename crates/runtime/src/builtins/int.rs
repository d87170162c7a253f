//! int: methods, attributes and slots.

use super::arguments::positional;
use super::number::{self, fill_operators, int_richcompare};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::bytes::BytesBody;
use crate::object::float;
use crate::object::int::{self, IntBody};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::object::tuple;
use crate::object::types::TypeBody;
use crate::ops::arithmetic::{index_as_i64, index_clamped};
use crate::ops::{Args, Operator, hash, repr};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use hognose_primitives::{IBig, arith};

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[
        GetSetRow { name: "real", get: plain, set: None },
        GetSetRow { name: "imag", get: |_, _| Ok(Value::small_int(0)), set: None },
        GetSetRow { name: "numerator", get: plain, set: None },
        GetSetRow { name: "denominator", get: |_, _| Ok(Value::small_int(1)), set: None },
    ],
    fill,
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating point\nnumbers, this truncates towards zero.",
};

const METHODS: &[NativeRow] = &[
    NativeRow::one_arg("__format__", super::str_format::format_int, "($self, format_spec, /)"),
    NativeRow::no_args("conjugate", plain, ""),
    NativeRow::no_args("bit_length", bit_length, "($self, /)"),
    NativeRow::no_args("bit_count", bit_count, "($self, /)"),
    NativeRow::no_args("as_integer_ratio", as_integer_ratio, "($self, /)"),
    NativeRow::no_args("__trunc__", plain, ""),
    NativeRow::no_args("__floor__", plain, ""),
    NativeRow::no_args("__ceil__", plain, ""),
    NativeRow::args("__round__", round, ""),
    NativeRow::no_args("__getnewargs__", getnewargs, "($self, /)"),
];

/// Most decimal digits that conversion between int and str takes.
const MAX_STR_DIGITS: usize = 4300;

fn fill(slots: &Slots) {
    fill_operators(
        slots,
        &number::INT,
        &[
            Operator::Add,
            Operator::Sub,
            Operator::Mult,
            Operator::FloorDiv,
            Operator::Mod,
            Operator::Div,
            Operator::Pow,
            Operator::LShift,
            Operator::RShift,
            Operator::BitAnd,
            Operator::BitOr,
            Operator::BitXor,
        ],
    );
    slots.repr.set(Some(int_repr));
    slots.hash.set(Some(|_, value| Ok(hash::hash_ibig(&own(value)))));
    slots.richcompare.set(Some(int_richcompare));
    slots.negative.set(Some(|thread, value| Ok(int::from_ibig(thread, -own(value)))));
    slots.positive.set(Some(plain));
    slots.absolute.set(Some(absolute));
    slots.invert.set(Some(|thread, value| Ok(int::from_ibig(thread, !own(value)))));
    slots.truth.set(Some(|_, value| Ok(own(value) != IBig::ZERO)));
    slots.index.set(Some(plain));
    slots.int.set(Some(plain));
    slots.float.set(Some(to_float));
    slots.new.set(Some(new));
}

fn own(value: &Value) -> IBig {
    int::to_ibig(value).unwrap_or(IBig::ZERO)
}

/// The number itself, as an exact int.
fn plain(thread: &mut Thread, value: &Value) -> Result {
    if value.is_small_int() || value.is_exact::<IntBody>() {
        return Ok(value.clone());
    }
    Ok(int::from_ibig(thread, own(value)))
}

fn absolute(thread: &mut Thread, value: &Value) -> Result {
    let number = own(value);
    Ok(int::from_ibig(thread, if number < IBig::ZERO { -number } else { number }))
}

fn to_float(thread: &mut Thread, value: &Value) -> Result {
    match arith::int::to_f64(&own(value)) {
        Ok(number) => Ok(float::new(thread, number)),
        Err(error) => Err(thread.arith_error(&error)),
    }
}

/// The decimal digits of an int.
///
/// # Errors
/// ValueError above the limit of digits.
pub fn decimal(thread: &mut Thread, value: &Value) -> Result<String> {
    if let Some(small) = value.as_small_int() {
        return Ok(small.to_string());
    }
    let number = own(value);
    // Fewer bits than this cannot have too many digits.
    if arith::int::bits(&number) > MAX_STR_DIGITS * 10 / 3 {
        let digits = number.to_string();
        if digits.trim_start_matches('-').len() > MAX_STR_DIGITS {
            let message = format!(
                "Exceeds the limit ({MAX_STR_DIGITS} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
            );
            return Err(thread.value_error(&message));
        }
        return Ok(digits);
    }
    Ok(number.to_string())
}

fn int_repr(thread: &mut Thread, value: &Value) -> Result {
    let digits = decimal(thread, value)?;
    Ok(str::from_string(thread, digits))
}

fn bit_length(thread: &mut Thread, value: &Value) -> Result {
    Ok(int::from_usize(thread, arith::int::bits(&own(value))))
}

fn bit_count(thread: &mut Thread, value: &Value) -> Result {
    let number = own(value);
    let (_, words) = number.as_sign_words();
    Ok(thread.int(words.iter().map(|word| i64::from(word.count_ones())).sum()))
}

fn as_integer_ratio(thread: &mut Thread, value: &Value) -> Result {
    let number = plain(thread, value)?;
    Ok(tuple::new(thread, vec![number, Value::small_int(1)]))
}

fn getnewargs(thread: &mut Thread, value: &Value) -> Result {
    let number = plain(thread, value)?;
    Ok(tuple::new(thread, vec![number]))
}

/// To a multiple of a power of ten, halves to the even one.
fn round(thread: &mut Thread, value: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "int.__round__", args, 0, 1)?;
    let digits = match values.first() {
        Some(digits) => index_clamped(thread, digits)?,
        None => 0,
    };
    if digits >= 0 {
        return plain(thread, value);
    }
    let number = own(value);
    let places = digits.unsigned_abs();
    if places as usize > arith::int::bits(&number) {
        return Ok(Value::small_int(0));
    }
    let unit = IBig::from(10).pow(places as usize);
    let (mut quotient, rest) = match arith::int::div_mod(&number, &unit) {
        Ok(parts) => parts,
        Err(error) => return Err(thread.arith_error(&error)),
    };
    let doubled = rest * IBig::from(2);
    if doubled > unit || doubled == unit && &quotient % IBig::from(2) != IBig::ZERO {
        quotient += IBig::ONE;
    }
    Ok(int::from_ibig(thread, quotient * unit))
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let [value, base] = super::arguments::named(thread, "int", args, ["", "base"], 2, 1, 0)?;
    let number = match (value, base) {
        (None, None) => Value::small_int(0),
        (None, Some(_)) => return Err(thread.type_error("int() missing string argument")),
        (Some(value), None) => convert(thread, value)?,
        (Some(value), Some(base)) => {
            let base = index_as_i64(thread, base)?;
            if base != 0 && !(2..=36).contains(&base) {
                return Err(thread.value_error("int() base must be >= 2 and <= 36, or 0"));
            }
            match text_of(value) {
                Some(text) => parse(thread, value, &text, base as u32)?,
                None => return Err(thread.type_error("int() can't convert non-string with explicit base")),
            }
        }
    };
    let class = class.cast::<TypeBody>();
    if class.is_builtin() { Ok(number) } else { Ok(thread.heap().alloc(class, IntBody(own(&number)))) }
}

/// `int(value)`.
fn convert(thread: &mut Thread, value: &Value) -> Result {
    if value.is_small_int() || value.is_exact::<IntBody>() {
        return Ok(value.clone());
    }
    let slots = &thread.type_of(value).slots;
    let function = slots.int.get().or(slots.index.get());
    if let Some(function) = function {
        let result = function(thread, value)?;
        if int::is_int(&result) {
            return plain(thread, &result);
        }
        let message = format!("__int__ returned non-int (type {})", thread.type_name(&result));
        return Err(thread.type_error(&message));
    }
    let trunc = thread.names().__trunc__.clone();
    if let Some(result) = thread.call_special(value, &trunc, &[])? {
        return crate::ops::arithmetic::index(thread, &result);
    }
    match text_of(value) {
        Some(text) => parse(thread, value, &text, 10),
        None => {
            let message = format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                thread.type_name(value)
            );
            Err(thread.type_error(&message))
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value.downcast::<BytesBody>() {
        Some(bytes) => Some(bytes.bytes.iter().map(|&byte| char::from(byte)).collect()),
        None => str::chars(value).map(|_| str::to_string(value)),
    }
}

/// Reads an int literal in a base; base 0 takes it from the prefix.
fn parse(thread: &mut Thread, value: &Value, text: &str, base: u32) -> Result {
    match parse_digits(text, base) {
        Ok(number) => Ok(int::from_ibig(thread, number)),
        Err(Unreadable::TooLong(digits)) => {
            let message = format!(
                "Exceeds the limit ({MAX_STR_DIGITS} digits) for integer string conversion: value has {digits} digits; use sys.set_int_max_str_digits() to increase the limit"
            );
            Err(thread.value_error(&message))
        }
        Err(Unreadable::Invalid) => Err(raise_invalid_literal(thread, value, base)),
    }
}

fn raise_invalid_literal(thread: &mut Thread, value: &Value, base: u32) -> Raised {
    match repr::repr_text(thread, value) {
        Ok(text) => {
            // CPython shows the first 200 characters.
            let text: String = text.chars().take(200).collect();
            let message = format!("invalid literal for int() with base {base}: {text}");
            thread.raise(ExceptionKind::ValueError, &message)
        }
        Err(raised) => raised,
    }
}

enum Unreadable {
    Invalid,
    TooLong(usize),
}

fn parse_digits(text: &str, mut base: u32) -> Result<IBig, Unreadable> {
    let trimmed =
        text.trim_matches(|character: char| character.is_whitespace() || ('\x1c'..='\x1f').contains(&character));
    let (negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let prefixed = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => Some(16),
        [b'0', b'o' | b'O', ..] => Some(8),
        [b'0', b'b' | b'B', ..] => Some(2),
        _ => None,
    };
    let mut digits = unsigned;
    if let Some(prefix) = prefixed.filter(|&prefix| base == 0 || base == prefix) {
        base = prefix;
        digits = &unsigned[2..];
        // One underscore may follow the prefix.
        digits = digits.strip_prefix('_').unwrap_or(digits);
    }
    let leading_zero = base == 0 && digits.starts_with('0');
    if base == 0 {
        base = 10;
    }
    let mut plain = String::with_capacity(digits.len());
    let mut after_digit = false;
    for character in digits.chars() {
        if character == '_' && after_digit {
            after_digit = false;
            continue;
        }
        match decimal_digit(character).or_else(|| character.to_digit(36)).filter(|&digit| digit < base) {
            Some(digit) => plain.push(char::from_digit(digit, 36).expect("below 36")),
            None => return Err(Unreadable::Invalid),
        }
        after_digit = true;
    }
    if !after_digit || leading_zero && plain.bytes().any(|digit| digit != b'0') {
        return Err(Unreadable::Invalid);
    }
    if !base.is_power_of_two() && plain.len() > MAX_STR_DIGITS {
        return Err(Unreadable::TooLong(plain.len()));
    }
    match IBig::from_str_radix(&plain, base) {
        Ok(number) => Ok(if negative { -number } else { number }),
        Err(_) => Err(Unreadable::Invalid),
    }
}

/// The value of an ASCII decimal digit.
fn decimal_digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => character.to_digit(10),
        _ => None,
    }
}
