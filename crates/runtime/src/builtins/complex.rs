//! complex: methods, attributes and slots.

use super::arguments::named;
use super::number::{self, fill_operators};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::complex::{self, ComplexBody};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody};
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::{float, int, tuple};
use crate::ops::{Args, CompareOp, Operator, hash};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::{IBig, arith, complex_repr};

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::no_args(
            "conjugate",
            |thread, value| Ok(complex::new(thread, own(value).real, -own(value).imag)),
            "($self, /)",
        ),
        NativeRow::one_arg("__format__", format, "($self, format_spec, /)"),
        NativeRow::no_args("__complex__", plain, "($self, /)"),
        NativeRow::no_args("__getnewargs__", getnewargs, "($self, /)"),
    ],
    getsets: &[
        GetSetRow { name: "real", get: |thread, value| Ok(float::new(thread, own(value).real)), set: None },
        GetSetRow { name: "imag", get: |thread, value| Ok(float::new(thread, own(value).imag)), set: None },
    ],
    fill,
    doc: "Create a complex number from a real part and an optional imaginary part.\n\nThis is equivalent to (real + imag*1j) where imag defaults to 0.",
};

fn fill(slots: &Slots) {
    fill_operators(
        slots,
        &number::COMPLEX,
        &[Operator::Add, Operator::Sub, Operator::Mult, Operator::Div, Operator::Pow],
    );
    slots.repr.set(Some(|thread, value| {
        let text = complex_repr(own(value).real, own(value).imag);
        Ok(str::from_string(thread, text))
    }));
    slots.hash.set(Some(complex_hash));
    slots.richcompare.set(Some(|thread, left, right, op| match op {
        CompareOp::Eq | CompareOp::Ne => number::richcompare(thread, left, right, op),
        _ => Ok(Value::not_implemented()),
    }));
    slots.negative.set(Some(|thread, value| Ok(complex::new(thread, -own(value).real, -own(value).imag))));
    slots.positive.set(Some(plain));
    slots.absolute.set(Some(|thread, value| {
        let ComplexBody { real, imag } = &**value.cast::<ComplexBody>();
        let length = real.hypot(*imag);
        if length.is_infinite() && real.is_finite() && imag.is_finite() {
            return Err(thread.raise(ExceptionKind::OverflowError, "absolute value too large"));
        }
        Ok(float::new(thread, length))
    }));
    slots.truth.set(Some(|_, value| Ok(own(value).real != 0.0 || own(value).imag != 0.0)));
    slots.new.set(Some(new));
}

fn own(value: &Value) -> &ComplexBody {
    value.cast::<ComplexBody>()
}

/// The number itself, as an exact complex.
fn plain(thread: &mut Thread, value: &Value) -> Result {
    if value.is_exact::<ComplexBody>() {
        return Ok(value.clone());
    }
    Ok(complex::new(thread, own(value).real, own(value).imag))
}

fn format(thread: &mut Thread, value: &Value, specification: &Value) -> Result {
    match str::chars(specification) {
        Some(chars) if chars.is_empty() => crate::ops::repr::str(thread, value),
        Some(_) => Err(thread.unsupported("format specifications of complex numbers")),
        None => {
            let shown = super::arguments::shown_type(thread, specification);
            Err(thread.type_error(&format!("__format__() argument must be str, not {shown}")))
        }
    }
}

fn getnewargs(thread: &mut Thread, value: &Value) -> Result {
    let parts = vec![float::new(thread, own(value).real), float::new(thread, own(value).imag)];
    Ok(tuple::new(thread, parts))
}

fn complex_hash(_: &mut Thread, value: &Value) -> Result<i64> {
    let (real, imag) =
        (hash::hash_f64(own(value).real, value.id()) as u64, hash::hash_f64(own(value).imag, value.id()) as u64);
    let combined = real.wrapping_add(imag.wrapping_mul(1_000_003)) as i64;
    Ok(if combined == -1 { -2 } else { combined })
}

/// A number given to the constructor; `None` for what is no number.
fn part(thread: &mut Thread, value: &Value) -> Result<Option<(f64, f64)>> {
    if let Some(number) = value.downcast::<ComplexBody>() {
        return Ok(Some((number.real, number.imag)));
    }
    let name = thread.intern("__complex__");
    if let Some(result) = thread.call_special(value, &name, &[])? {
        return match result.downcast::<ComplexBody>() {
            Some(number) => Ok(Some((number.real, number.imag))),
            None => {
                let message = format!("__complex__ returned non-complex (type {})", thread.type_name(&result));
                Err(thread.type_error(&message))
            }
        };
    }
    if let Some(number) = float::get(value) {
        return Ok(Some((number, 0.0)));
    }
    let slots = &thread.type_of(value).slots;
    let (to_float, to_index) = (slots.float.get(), slots.index.get());
    if let Some(function) = to_float {
        let result = function(thread, value)?;
        return Ok(float::get(&result).map(|number| (number, 0.0)));
    }
    if let Some(function) = to_index {
        let result = function(thread, value)?;
        let number = int::to_ibig(&result).unwrap_or(IBig::ZERO);
        return match arith::int::to_f64(&number) {
            Ok(number) => Ok(Some((number, 0.0))),
            Err(error) => Err(thread.arith_error(&error)),
        };
    }
    Ok(None)
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let [real, imag] = named(thread, "complex", args, ["real", "imag"], 2, 0, 0)?;
    let class = class.cast::<TypeBody>();
    if let (Some(same), None) = (real, imag)
        && same.is_exact::<ComplexBody>()
        && class.is_builtin()
    {
        return Ok(same.clone());
    }
    let (real, imag) = match (real, imag) {
        (Some(text), imag) if text.is_a::<StrBody>() => {
            if imag.is_some() {
                return Err(thread.type_error("complex() can't take second arg if first is a string"));
            }
            match parse(&str::to_string(text)) {
                Some(parts) => parts,
                None => return Err(thread.value_error("complex() arg is a malformed string")),
            }
        }
        (_, Some(imag)) if imag.is_a::<StrBody>() => {
            return Err(thread.type_error("complex() second arg can't be a string"));
        }
        (real, imag) => {
            let first = match real {
                Some(real) => match part(thread, real)? {
                    Some(number) => number,
                    None => {
                        let message = format!(
                            "complex() first argument must be a string or a number, not '{}'",
                            thread.type_name(real)
                        );
                        return Err(thread.type_error(&message));
                    }
                },
                None => (0.0, 0.0),
            };
            match imag {
                None => first,
                Some(imag) => match part(thread, imag)? {
                    Some(second) => combine(first, second, real.is_some_and(is_complex), is_complex(imag)),
                    None => {
                        let message =
                            format!("complex() second argument must be a number, not '{}'", thread.type_name(imag));
                        return Err(thread.type_error(&message));
                    }
                },
            }
        }
    };
    Ok(thread.heap().alloc(class, ComplexBody { real, imag }))
}

fn is_complex(value: &Value) -> bool {
    value.is_a::<ComplexBody>()
}

/// `first + second * 1j`, a part that is not there left alone so that signs of zero stay.
fn combine(first: (f64, f64), second: (f64, f64), first_complex: bool, second_complex: bool) -> (f64, f64) {
    let real = if second_complex { first.0 - second.1 } else { first.0 };
    let imag = if first_complex { second.0 + first.1 } else { second.0 };
    (real, imag)
}

/// Reads `1+2j` and its like, parentheses and blanks around it allowed.
fn parse(text: &str) -> Option<(f64, f64)> {
    let text = text.trim();
    let text = match text.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')')?.trim(),
        None => text,
    };
    let number = |text: &str| -> Option<f64> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let plain = digits.bytes().next()?;
        let word = digits.to_ascii_lowercase();
        if !(plain.is_ascii_digit() || plain == b'.' || matches!(word.as_str(), "inf" | "nan" | "infinity")) {
            return None;
        }
        text.replace('_', "").parse().ok()
    };
    let Some(body) = text.strip_suffix(['j', 'J']) else { return Some((number(text)?, 0.0)) };
    let bytes = body.as_bytes();
    let split =
        (1..bytes.len()).rev().find(|&at| matches!(bytes[at], b'+' | b'-') && !matches!(bytes[at - 1], b'e' | b'E'));
    let imaginary = |text: &str| match text {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        text => number(text),
    };
    match split {
        Some(at) => Some((number(&body[..at])?, imaginary(&body[at..])?)),
        None => Some((0.0, imaginary(body)?)),
    }
}
