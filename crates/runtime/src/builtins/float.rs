//! float: methods, attributes and slots.

use super::arguments::positional;
use super::number::{self, fill_operators, float_richcompare};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::bytes::BytesBody;
use crate::object::float::{self, FloatBody};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::{int, str, tuple};
use crate::ops::arithmetic::index;
use crate::ops::{Args, Operator, hash, repr};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::{IBig, arith, float_repr};

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[
        GetSetRow { name: "real", get: plain, set: None },
        GetSetRow { name: "imag", get: |thread, _| Ok(float::new(thread, 0.0)), set: None },
    ],
    fill,
    doc: "Convert a string or number to a floating point number, if possible.",
};

const METHODS: &[NativeRow] = &[
    NativeRow::one_arg("__format__", super::str_format::format_float, "($self, format_spec, /)"),
    NativeRow::no_args("conjugate", plain, "($self, /)"),
    NativeRow::no_args("is_integer", is_integer, "($self, /)"),
    NativeRow::no_args("as_integer_ratio", as_integer_ratio, "($self, /)"),
    NativeRow::no_args("__trunc__", to_int, "($self, /)"),
    NativeRow::no_args("__floor__", |thread, value| whole(thread, own(value).floor()), "($self, /)"),
    NativeRow::no_args("__ceil__", |thread, value| whole(thread, own(value).ceil()), "($self, /)"),
    NativeRow::args("__round__", round, "($self, ndigits=None, /)"),
    NativeRow::no_args("__getnewargs__", getnewargs, "($self, /)"),
];

fn fill(slots: &Slots) {
    fill_operators(
        slots,
        &number::FLOAT,
        &[
            Operator::Add,
            Operator::Sub,
            Operator::Mult,
            Operator::FloorDiv,
            Operator::Mod,
            Operator::Div,
            Operator::Pow,
        ],
    );
    slots.repr.set(Some(|thread, value| Ok(str::from_string(thread, float_repr(own(value))))));
    slots.hash.set(Some(|_, value| Ok(hash::hash_f64(own(value), value.id()))));
    slots.richcompare.set(Some(float_richcompare));
    slots.negative.set(Some(|thread, value| Ok(float::new(thread, -own(value)))));
    slots.positive.set(Some(plain));
    slots.absolute.set(Some(|thread, value| Ok(float::new(thread, own(value).abs()))));
    slots.truth.set(Some(|_, value| Ok(own(value) != 0.0)));
    slots.int.set(Some(to_int));
    slots.float.set(Some(plain));
    slots.new.set(Some(new));
}

fn own(value: &Value) -> f64 {
    float::get(value).unwrap_or(f64::NAN)
}

/// The number itself, as an exact float.
fn plain(thread: &mut Thread, value: &Value) -> Result {
    if value.is_exact::<FloatBody>() { Ok(value.clone()) } else { Ok(float::new(thread, own(value))) }
}

fn to_int(thread: &mut Thread, value: &Value) -> Result {
    whole(thread, own(value))
}

fn whole(thread: &mut Thread, number: f64) -> Result {
    match arith::float::to_int(number) {
        Ok(number) => Ok(int::from_ibig(thread, number)),
        Err(error) => Err(thread.arith_error(&error)),
    }
}

fn is_integer(_: &mut Thread, value: &Value) -> Result {
    let number = own(value);
    Ok(Value::bool(number.is_finite() && number.fract() == 0.0))
}

fn getnewargs(thread: &mut Thread, value: &Value) -> Result {
    let number = plain(thread, value)?;
    Ok(tuple::new(thread, vec![number]))
}

fn as_integer_ratio(thread: &mut Thread, value: &Value) -> Result {
    let number = own(value);
    if !number.is_finite() {
        let (kind, what) = if number.is_nan() {
            (ExceptionKind::ValueError, "NaN")
        } else {
            (ExceptionKind::OverflowError, "Infinity")
        };
        return Err(thread.raise(kind, &format!("cannot convert {what} to integer ratio")));
    }
    // Doubling is exact until nothing is left behind the point.
    let (mut numerator, mut exponent) = (number, 0_usize);
    while numerator.fract() != 0.0 {
        numerator *= 2.0;
        exponent += 1;
    }
    let numerator = whole(thread, numerator)?;
    let denominator = int::from_ibig(thread, IBig::ONE << exponent);
    Ok(tuple::new(thread, vec![numerator, denominator]))
}

/// To a number of digits behind the point, correctly rounded with halves to even.
fn round(thread: &mut Thread, value: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "float.__round__", args, 0, 1)?;
    let number = own(value);
    let digits = match values.first() {
        Some(digits) if !digits.is_none() => crate::ops::arithmetic::index_clamped(thread, digits)?,
        _ => return whole(thread, number.round_ties_even()),
    };
    if !number.is_finite() || digits > 323 {
        return Ok(float::new(thread, number));
    }
    if digits < -308 {
        return Ok(float::new(thread, 0.0_f64.copysign(number)));
    }
    let rounded = if digits >= 0 {
        format!("{number:.*}", digits as usize).parse().unwrap_or(number)
    } else {
        // Exact decimal digits of the whole part, cut with halves to even.
        let unit = IBig::from(10).pow(digits.unsigned_abs() as usize);
        let exact = arith::float::to_int(number.trunc()).unwrap_or(IBig::ZERO);
        let (mut quotient, rest) = arith::int::div_mod(&exact, &unit).unwrap_or((IBig::ZERO, IBig::ZERO));
        let doubled = &rest * IBig::from(2);
        let above_half = doubled > unit || doubled == unit && number.fract() > 0.0;
        if above_half || doubled == unit && number.fract() == 0.0 && &quotient % IBig::from(2) != IBig::ZERO {
            quotient += IBig::ONE;
        }
        arith::int::to_f64(&(quotient * unit)).unwrap_or(f64::INFINITY).copysign(number)
    };
    if f64::is_infinite(rounded) {
        return Err(thread.raise(ExceptionKind::OverflowError, "rounded value too large to represent"));
    }
    Ok(float::new(thread, rounded))
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let class = class.cast::<TypeBody>();
    if !args.names.is_empty() && class.is_builtin() {
        return Err(thread.type_error("float() takes no keyword arguments"));
    }
    let values = positional(thread, "float", Args::positional(args.positionals()), 0, 1)?;
    let number = match values.first() {
        Some(value) => convert(thread, value)?,
        None => 0.0,
    };
    if class.is_builtin()
        && let Some(same) = values.first().filter(|value| value.is_exact::<FloatBody>())
    {
        return Ok(same.clone());
    }
    Ok(thread.heap().alloc(class, FloatBody(number)))
}

/// `float(value)`.
fn convert(thread: &mut Thread, value: &Value) -> Result<f64> {
    let text = match value.downcast::<BytesBody>() {
        Some(bytes) => Some(bytes.bytes.iter().map(|&byte| char::from(byte)).collect()),
        None => str::chars(value).map(|_| str::to_string(value)),
    };
    if let Some(text) = text {
        return match parse(&text) {
            Some(number) => Ok(number),
            None => {
                let shown = repr::repr_text(thread, value)?;
                Err(thread.value_error(&format!("could not convert string to float: {shown}")))
            }
        };
    }
    let slots = &thread.type_of(value).slots;
    let (function, has_index) = (slots.float.get(), slots.index.get().is_some());
    if let Some(function) = function {
        let result = function(thread, value)?;
        if let Some(number) = float::get(&result) {
            return Ok(number);
        }
        let message =
            format!("{}.__float__ returned non-float (type {})", thread.type_name(value), thread.type_name(&result));
        return Err(thread.type_error(&message));
    }
    if has_index {
        let number = index(thread, value)?;
        return match arith::int::to_f64(&int::to_ibig(&number).unwrap_or(IBig::ZERO)) {
            Ok(number) => Ok(number),
            Err(error) => Err(thread.arith_error(&error)),
        };
    }
    let message = format!("float() argument must be a string or a real number, not '{}'", thread.type_name(value));
    Err(thread.type_error(&message))
}

/// Reads a float as Python writes it: blanks around, underscores between digits, `inf`, `nan`.
fn parse(text: &str) -> Option<f64> {
    let trimmed =
        text.trim_matches(|character: char| character.is_whitespace() || ('\x1c'..='\x1f').contains(&character));
    let bytes = trimmed.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_') {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        if at == 0 || !digit(bytes.get(at - 1)) || !digit(bytes.get(at + 1)) {
            return None;
        }
    }
    let plain = trimmed.replace('_', "");
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let is_word = ["inf", "infinity", "nan"].iter().any(|word| unsigned.eq_ignore_ascii_case(word));
    if !is_word && !unsigned.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    plain.parse().ok()
}
