//! `int`: floor division, powers, shifts, conversions.

use super::{ArithClass, ArithError, MAX_RESULT_BYTES, float};
use crate::IBig;
use dashu_int::ops::{BitTest, DivRem, UnsignedAbs};
use dashu_int::{Sign, UBig};

const MAX_RESULT_BITS: usize = MAX_RESULT_BYTES * 8;

/// What `**` of two ints gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Power {
    /// The exponent is not negative.
    Int(IBig),
    /// The exponent is negative.
    Float(f64),
}

/// The length of the magnitude in bits: 0 for 0.
pub fn bits(value: &IBig) -> usize {
    value.bit_len()
}

/// `lhs // rhs`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn floor_div(lhs: &IBig, rhs: &IBig) -> Result<IBig, ArithError> {
    div_mod(lhs, rhs).map(|(quotient, _)| quotient)
}

/// `lhs % rhs`: has the sign of `rhs`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn modulo(lhs: &IBig, rhs: &IBig) -> Result<IBig, ArithError> {
    if rhs.is_zero() {
        return Err(ArithError::raised(ArithClass::ZeroDivisionError, "integer modulo by zero"));
    }
    div_mod(lhs, rhs).map(|(_, remainder)| remainder)
}

/// `divmod(lhs, rhs)`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn div_mod(lhs: &IBig, rhs: &IBig) -> Result<(IBig, IBig), ArithError> {
    if rhs.is_zero() {
        return Err(ArithError::raised(ArithClass::ZeroDivisionError, "integer division or modulo by zero"));
    }
    let (quotient, remainder) = lhs.div_rem(rhs);
    if !remainder.is_zero() && remainder.sign() != rhs.sign() {
        return Ok((quotient - IBig::ONE, remainder + rhs));
    }
    Ok((quotient, remainder))
}

/// `lhs * rhs`.
///
/// # Errors
/// `MemoryError` when the product is too large.
pub fn multiply(lhs: &IBig, rhs: &IBig) -> Result<IBig, ArithError> {
    if lhs.bit_len() + rhs.bit_len() > MAX_RESULT_BITS {
        return Err(ArithError::MEMORY);
    }
    Ok(lhs * rhs)
}

/// `lhs / rhs`, rounded correctly however large the operands are.
///
/// # Errors
/// `ZeroDivisionError`, or `OverflowError` when the quotient is.
pub fn true_div(lhs: &IBig, rhs: &IBig) -> Result<f64, ArithError> {
    const MANTISSA_BITS: i64 = f64::MANTISSA_DIGITS as i64;
    const MIN_EXPONENT: i64 = f64::MIN_EXP as i64;
    const MAX_EXPONENT: i64 = f64::MAX_EXP as i64;
    const TOO_LARGE: ArithError =
        ArithError::raised(ArithClass::OverflowError, "integer division result too large for a float");

    if rhs.is_zero() {
        return Err(ArithError::raised(ArithClass::ZeroDivisionError, "division by zero"));
    }
    // Zero counts as positive: `0 / -1` is -0.0.
    let negative = lhs.sign() != rhs.sign();
    let signed = |magnitude: f64| if negative { -magnitude } else { magnitude };
    let (lhs, rhs) = (lhs.unsigned_abs(), rhs.unsigned_abs());
    if lhs.is_zero() {
        return Ok(signed(0.0));
    }
    let exactly = |value: &UBig| u64::try_from(value).ok().filter(|&value| value <= 1 << MANTISSA_BITS);
    if let (Some(lhs), Some(rhs)) = (exactly(&lhs), exactly(&rhs)) {
        return Ok(signed(lhs as f64 / rhs as f64));
    }

    let magnitude = lhs.bit_len() as i64 - rhs.bit_len() as i64;
    if magnitude > MAX_EXPONENT {
        return Err(TOO_LARGE);
    }
    if magnitude < MIN_EXPONENT - MANTISSA_BITS - 1 {
        return Ok(signed(0.0));
    }
    // The quotient is `bits * 2**shift` with at least two bits more than the mantissa takes, the last one sticky.
    let shift = magnitude.max(MIN_EXPONENT) - MANTISSA_BITS - 2;
    let (quotient, remainder) = if shift > 0 {
        let divisor = rhs << shift as usize;
        lhs.div_rem(&divisor)
    } else {
        (lhs << -shift as usize).div_rem(&rhs)
    };
    let mut bits = u64::try_from(&quotient).expect("the quotient has 57 bits at most");
    bits |= u64::from(!remainder.is_zero());
    let quotient_bits = i64::from(u64::BITS - bits.leading_zeros());
    let extra_bits = quotient_bits.max(MIN_EXPONENT - shift) - MANTISSA_BITS;
    let half = 1_u64 << (extra_bits - 1);
    if bits & half != 0 && bits & (3 * half - 1) != 0 {
        bits += half;
    }
    bits &= !(2 * half - 1);
    let result = float::scale(bits as f64, shift);
    if result.is_infinite() { Err(TOO_LARGE) } else { Ok(signed(result)) }
}

/// `base ** exponent`.
///
/// # Errors
/// With a negative exponent those of `float ** float`; `MemoryError` when the power is too large.
pub fn pow(base: &IBig, exponent: &IBig) -> Result<Power, ArithError> {
    if exponent.sign() == Sign::Negative {
        return match float::pow(to_f64(base)?, to_f64(exponent)?)? {
            float::Power::Float(value) => Ok(Power::Float(value)),
            float::Power::Complex { .. } => unreachable!("the exponent is a whole number"),
        };
    }
    let is_unit = base.bit_len() <= 1;
    if is_unit {
        // 0, 1 and -1: any exponent will do.
        let power = if exponent.is_zero() || base.sign() == Sign::Negative && !exponent.bit(0) {
            IBig::ONE
        } else {
            base.clone()
        };
        return Ok(Power::Int(power));
    }
    let exponent = usize::try_from(exponent).map_err(|_| ArithError::MEMORY)?;
    // A power has at least (bits - 1) * exponent bits.
    if (base.bit_len() - 1).checked_mul(exponent).is_none_or(|bits| bits > MAX_RESULT_BITS) {
        return Err(ArithError::MEMORY);
    }
    Ok(Power::Int(base.pow(exponent)))
}

/// `pow(base, exponent, modulus)`.
///
/// # Errors
/// `ValueError` when the modulus is zero, or the exponent is negative and the base has no inverse.
pub fn pow_mod(base: &IBig, exponent: &IBig, modulus: &IBig) -> Result<IBig, ArithError> {
    if modulus.is_zero() {
        return Err(ArithError::raised(ArithClass::ValueError, "pow() 3rd argument cannot be 0"));
    }
    let magnitude = IBig::from(modulus.unsigned_abs());
    let mut base = modulo(base, &magnitude)?;
    if exponent.sign() == Sign::Negative {
        base = inverse(&base, &magnitude)?;
    }
    let exponent = exponent.unsigned_abs();
    let mut power = modulo(&IBig::ONE, &magnitude)?;
    for position in (0..exponent.bit_len()).rev() {
        power = &power * &power % &magnitude;
        if exponent.bit(position) {
            power = &power * &base % &magnitude;
        }
    }
    modulo(&power, modulus)
}

/// The inverse of `value` in `0..modulus`.
fn inverse(value: &IBig, modulus: &IBig) -> Result<IBig, ArithError> {
    let (mut remainder, mut next_remainder) = (value.clone(), modulus.clone());
    let (mut factor, mut next_factor) = (IBig::ONE, IBig::ZERO);
    while !next_remainder.is_zero() {
        let (quotient, rest) = remainder.div_rem(&next_remainder);
        (remainder, next_remainder) = (next_remainder, rest);
        let rest = factor - &quotient * &next_factor;
        (factor, next_factor) = (next_factor, rest);
    }
    if !remainder.is_one() {
        return Err(ArithError::raised(ArithClass::ValueError, "base is not invertible for the given modulus"));
    }
    modulo(&factor, modulus)
}

/// `lhs << rhs`.
///
/// # Errors
/// `ValueError` for a negative count; `OverflowError` or `MemoryError` when the result is too large.
pub fn shift_left(lhs: &IBig, rhs: &IBig) -> Result<IBig, ArithError> {
    if rhs.sign() == Sign::Negative {
        return Err(NEGATIVE_SHIFT);
    }
    if lhs.is_zero() {
        return Ok(IBig::ZERO);
    }
    // CPython counts in digits of 30 bits, in a signed word.
    let Ok(count) = usize::try_from(rhs) else {
        let digits = rhs / IBig::from(30);
        return Err(match i64::try_from(digits) {
            Ok(_) => ArithError::MEMORY,
            Err(_) => ArithError::raised(ArithClass::OverflowError, "too many digits in integer"),
        });
    };
    if count.saturating_add(lhs.bit_len()) > MAX_RESULT_BITS {
        return Err(ArithError::MEMORY);
    }
    Ok(lhs << count)
}

/// `lhs >> rhs`, rounding down.
///
/// # Errors
/// `ValueError` for a negative count.
pub fn shift_right(lhs: &IBig, rhs: &IBig) -> Result<IBig, ArithError> {
    if rhs.sign() == Sign::Negative {
        return Err(NEGATIVE_SHIFT);
    }
    match usize::try_from(rhs) {
        Ok(count) if count < lhs.bit_len() => Ok(lhs >> count),
        _ if lhs.sign() == Sign::Negative => Ok(IBig::NEG_ONE),
        _ => Ok(IBig::ZERO),
    }
}

const NEGATIVE_SHIFT: ArithError = ArithError::raised(ArithClass::ValueError, "negative shift count");

/// The nearest float, ties to even.
///
/// # Errors
/// `OverflowError` when there is none.
pub fn to_f64(value: &IBig) -> Result<f64, ArithError> {
    let nearest = value.to_f64().value();
    if nearest.is_infinite() {
        return Err(ArithError::raised(ArithClass::OverflowError, "int too large to convert to float"));
    }
    Ok(nearest)
}
