//! `complex`, as pairs of real and imaginary part.

use super::{ArithClass, ArithError};

/// Real and imaginary part.
pub type Complex = (f64, f64);

/// `lhs * rhs`.
pub fn multiply(lhs: Complex, rhs: Complex) -> Complex {
    (lhs.0 * rhs.0 - lhs.1 * rhs.1, lhs.0 * rhs.1 + lhs.1 * rhs.0)
}

/// `lhs / rhs`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn true_div(lhs: Complex, rhs: Complex) -> Result<Complex, ArithError> {
    quotient(lhs, rhs).ok_or(ArithError::raised(ArithClass::ZeroDivisionError, "complex division by zero"))
}

/// Divides by the larger part first, so that nothing overflows on the way; `None` by zero.
fn quotient(lhs: Complex, rhs: Complex) -> Option<Complex> {
    let (real, imag) = (rhs.0.abs(), rhs.1.abs());
    if real >= imag {
        if real == 0.0 {
            return None;
        }
        let ratio = rhs.1 / rhs.0;
        let denominator = rhs.0 + rhs.1 * ratio;
        Some(((lhs.0 + lhs.1 * ratio) / denominator, (lhs.1 - lhs.0 * ratio) / denominator))
    } else if imag >= real {
        let ratio = rhs.0 / rhs.1;
        let denominator = rhs.0 * ratio + rhs.1;
        Some(((lhs.0 * ratio + lhs.1) / denominator, (lhs.1 * ratio - lhs.0) / denominator))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

/// `base ** exponent`.
///
/// # Errors
/// `ZeroDivisionError` for zero to a negative or complex power, `OverflowError` when the result is too large.
pub fn pow(base: Complex, exponent: Complex) -> Result<Complex, ArithError> {
    const SMALL_EXPONENT: f64 = 100.0;
    let is_small_int = exponent.1 == 0.0 && exponent.0 == exponent.0.floor() && exponent.0.abs() <= SMALL_EXPONENT;
    let power = if is_small_int { pow_int(base, exponent.0 as i32) } else { pow_polar(base, exponent) };
    let power = power.ok_or(ArithError::raised(ArithClass::ZeroDivisionError, "0.0 to a negative or complex power"))?;
    if power.0.is_infinite() || power.1.is_infinite() {
        return Err(ArithError::raised(ArithClass::OverflowError, "complex exponentiation"));
    }
    Ok(power)
}

fn pow_int(base: Complex, exponent: i32) -> Option<Complex> {
    let mut power = (1.0, 0.0);
    let mut square = base;
    let mut left = exponent.unsigned_abs();
    while left != 0 {
        if left & 1 != 0 {
            power = multiply(power, square);
        }
        left >>= 1;
        square = multiply(square, square);
    }
    if exponent > 0 { Some(power) } else { quotient((1.0, 0.0), power) }
}

fn pow_polar(base: Complex, exponent: Complex) -> Option<Complex> {
    if exponent == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if base == (0.0, 0.0) {
        return if exponent.1 != 0.0 || exponent.0 < 0.0 { None } else { Some((0.0, 0.0)) };
    }
    let magnitude = base.0.hypot(base.1);
    let angle = base.1.atan2(base.0);
    let mut length = magnitude.powf(exponent.0);
    let mut phase = angle * exponent.0;
    if exponent.1 != 0.0 {
        length /= (angle * exponent.1).exp();
        phase += exponent.1 * magnitude.ln();
    }
    // The C library calls the cosine of infinity a domain error, which CPython reports as it does a division by zero.
    if phase.is_infinite() {
        return None;
    }
    Some((length * phase.cos(), length * phase.sin()))
}
