//! `float`: division, powers, exact comparison with ints.
//!
//! Functions that IEEE 754 leaves to the C library (`pow`) are that of the platform, as in CPython.

use super::{ArithClass, ArithError, complex};
use crate::IBig;
use dashu_int::Sign;
use dashu_int::ops::BitTest;
use std::cmp::Ordering;

/// What `**` of two floats gives.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Power {
    Float(f64),
    /// A negative number raised to a fraction.
    Complex {
        real: f64,
        imag: f64,
    },
}

const fn zero_division(message: &'static str) -> ArithError {
    ArithError::raised(ArithClass::ZeroDivisionError, message)
}

/// `lhs / rhs`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn true_div(lhs: f64, rhs: f64) -> Result<f64, ArithError> {
    if rhs == 0.0 {
        return Err(zero_division("float division by zero"));
    }
    Ok(lhs / rhs)
}

/// `lhs % rhs`: has the sign of `rhs`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn modulo(lhs: f64, rhs: f64) -> Result<f64, ArithError> {
    if rhs == 0.0 {
        return Err(zero_division("float modulo"));
    }
    Ok(floor_remainder(lhs % rhs, rhs).0)
}

/// `lhs // rhs`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn floor_div(lhs: f64, rhs: f64) -> Result<f64, ArithError> {
    div_mod(lhs, rhs).map(|(quotient, _)| quotient)
}

/// `divmod(lhs, rhs)`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn div_mod(lhs: f64, rhs: f64) -> Result<(f64, f64), ArithError> {
    if rhs == 0.0 {
        return Err(zero_division("float floor division by zero"));
    }
    let truncated = lhs % rhs;
    let (remainder, was_moved) = floor_remainder(truncated, rhs);
    // This is near a whole number; round it there.
    let quotient = (lhs - truncated) / rhs - if was_moved { 1.0 } else { 0.0 };
    if quotient == 0.0 {
        return Ok((0_f64.copysign(lhs / rhs), remainder));
    }
    let floor = quotient.floor();
    Ok((if quotient - floor > 0.5 { floor + 1.0 } else { floor }, remainder))
}

/// Turns a remainder with the sign of the dividend into one with the sign of `rhs`; says whether `rhs` was added.
fn floor_remainder(truncated: f64, rhs: f64) -> (f64, bool) {
    if truncated == 0.0 {
        (0_f64.copysign(rhs), false)
    } else if (rhs < 0.0) != (truncated < 0.0) {
        (truncated + rhs, true)
    } else {
        (truncated, false)
    }
}

/// `base ** exponent`.
///
/// # Errors
/// `ZeroDivisionError` for zero to a negative power, `OverflowError` when the result is too large.
pub fn pow(base: f64, exponent: f64) -> Result<Power, ArithError> {
    let is_odd = (exponent.abs() % 2.0) == 1.0;
    let value = if exponent == 0.0 {
        1.0
    } else if base.is_nan() {
        base
    } else if exponent.is_nan() {
        if base == 1.0 { 1.0 } else { exponent }
    } else if exponent.is_infinite() {
        let magnitude = base.abs();
        if magnitude == 1.0 {
            1.0
        } else if (exponent > 0.0) == (magnitude > 1.0) {
            f64::INFINITY
        } else {
            0.0
        }
    } else if base.is_infinite() {
        match (exponent > 0.0, is_odd) {
            (true, true) => base,
            (true, false) => f64::INFINITY,
            (false, true) => 0_f64.copysign(base),
            (false, false) => 0.0,
        }
    } else if base == 0.0 {
        if exponent < 0.0 {
            return Err(zero_division("0.0 cannot be raised to a negative power"));
        }
        if is_odd { base } else { 0.0 }
    } else {
        if base < 0.0 && exponent != exponent.floor() {
            let (real, imag) = complex::pow((base, 0.0), (exponent, 0.0))?;
            return Ok(Power::Complex { real, imag });
        }
        let magnitude = if base.abs() == 1.0 { 1.0 } else { base.abs().powf(exponent) };
        if magnitude.is_infinite() {
            return Err(ArithError::ResultOutOfRange);
        }
        if base < 0.0 && is_odd { -magnitude } else { magnitude }
    };
    Ok(Power::Float(value))
}

/// `mantissa * 2**exponent`, for results that need no rounding.
pub(super) fn scale(mantissa: f64, exponent: i64) -> f64 {
    let mut value = mantissa;
    let mut left = exponent;
    while left != 0 && value != 0.0 && value.is_finite() {
        let step = left.clamp(-1000, 1000);
        value *= 2_f64.powi(step as i32);
        left -= step;
    }
    value
}

/// Compares exactly, however large the int is; `None` for NaN.
pub fn compare_int(lhs: f64, rhs: &IBig) -> Option<Ordering> {
    if lhs.is_nan() {
        return None;
    }
    if lhs.is_infinite() {
        return Some(if lhs > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    if rhs.bit_len() <= f64::MANTISSA_DIGITS as usize {
        return lhs.partial_cmp(&rhs.to_f64().value());
    }
    let whole = lhs.trunc();
    let order = exact_int(whole).cmp(rhs);
    // The fraction decides between equal whole parts.
    Some(order.then(lhs.partial_cmp(&whole).expect("both are finite")))
}

/// `int(value)`: towards zero.
///
/// # Errors
/// `OverflowError` for infinity, `ValueError` for NaN.
pub fn to_int(value: f64) -> Result<IBig, ArithError> {
    if value.is_nan() {
        return Err(ArithError::raised(ArithClass::ValueError, "cannot convert float NaN to integer"));
    }
    if value.is_infinite() {
        return Err(ArithError::raised(ArithClass::OverflowError, "cannot convert float infinity to integer"));
    }
    Ok(exact_int(value.trunc()))
}

/// The int of a float that is finite and whole.
fn exact_int(whole: f64) -> IBig {
    if whole.abs() < 9.0e18 {
        return IBig::from(whole as i64);
    }
    let bits = whole.to_bits();
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let exponent = (bits >> 52 & 0x7FF) as usize - 1075;
    let sign = if whole < 0.0 { Sign::Negative } else { Sign::Positive };
    IBig::from_parts(sign, mantissa.into()) << exponent
}
