//! Operators between the number types.

use super::int::Power as IntPower;
use super::{ArithError, complex, float, int};
use crate::{Constant, IBig, Operator};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A constant that takes part in arithmetic; `bool` counts as `int`.
pub(super) enum Number<'c> {
    Int(Cow<'c, IBig>),
    Float(f64),
    Complex(complex::Complex),
}

impl<'c> Number<'c> {
    pub(super) fn of(value: &'c Constant) -> Option<Self> {
        match value {
            Constant::Bool(value) => Some(Number::Int(Cow::Owned(IBig::from(*value)))),
            Constant::Int(value) => Some(Number::Int(Cow::Borrowed(value))),
            Constant::Float(value) => Some(Number::Float(*value)),
            Constant::Complex { real, imag } => Some(Number::Complex((*real, *imag))),
            Constant::None
            | Constant::Ellipsis
            | Constant::Str(_)
            | Constant::Bytes(_)
            | Constant::Tuple(_)
            | Constant::FrozenSet(_) => None,
        }
    }

    pub(super) fn is_complex(&self) -> bool {
        matches!(self, Number::Complex(_))
    }

    fn to_f64(&self) -> Result<f64, ArithError> {
        match self {
            Number::Int(value) => int::to_f64(value),
            Number::Float(value) => Ok(*value),
            Number::Complex(_) => unreachable!("complex operands are taken first"),
        }
    }

    fn to_complex(&self) -> Result<complex::Complex, ArithError> {
        match self {
            Number::Complex(value) => Ok(*value),
            real => Ok((real.to_f64()?, 0.0)),
        }
    }
}

/// `lhs op rhs`; `None` when the wider of the two types has no such operator.
pub(super) fn binary(op: Operator, lhs: &Number<'_>, rhs: &Number<'_>) -> Option<Result<Constant, ArithError>> {
    match (lhs, rhs) {
        (Number::Int(lhs), Number::Int(rhs)) => of_ints(op, lhs, rhs),
        (Number::Complex(_), _) | (_, Number::Complex(_)) => of_complexes(op, lhs, rhs),
        _ => of_floats(op, lhs, rhs),
    }
}

fn of_ints(op: Operator, lhs: &IBig, rhs: &IBig) -> Option<Result<Constant, ArithError>> {
    let value = match op {
        Operator::Add => Ok(lhs + rhs),
        Operator::Sub => Ok(lhs - rhs),
        Operator::Mult => int::multiply(lhs, rhs),
        Operator::FloorDiv => int::floor_div(lhs, rhs),
        Operator::Mod => int::modulo(lhs, rhs),
        Operator::LShift => int::shift_left(lhs, rhs),
        Operator::RShift => int::shift_right(lhs, rhs),
        Operator::BitAnd => Ok(lhs & rhs),
        Operator::BitOr => Ok(lhs | rhs),
        Operator::BitXor => Ok(lhs ^ rhs),
        Operator::Div => return Some(int::true_div(lhs, rhs).map(Constant::Float)),
        Operator::Pow => {
            return Some(int::pow(lhs, rhs).map(|power| match power {
                IntPower::Int(value) => Constant::Int(value),
                IntPower::Float(value) => Constant::Float(value),
            }));
        }
        Operator::MatMult => return None,
    };
    Some(value.map(Constant::Int))
}

fn of_floats(op: Operator, lhs: &Number<'_>, rhs: &Number<'_>) -> Option<Result<Constant, ArithError>> {
    let operation: fn(f64, f64) -> Result<f64, ArithError> = match op {
        Operator::Add => |lhs, rhs| Ok(lhs + rhs),
        Operator::Sub => |lhs, rhs| Ok(lhs - rhs),
        Operator::Mult => |lhs, rhs| Ok(lhs * rhs),
        Operator::Div => float::true_div,
        Operator::FloorDiv => float::floor_div,
        Operator::Mod => float::modulo,
        Operator::Pow => {
            return Some(floats(lhs, rhs).and_then(|(lhs, rhs)| float::pow(lhs, rhs)).map(|power| match power {
                float::Power::Float(value) => Constant::Float(value),
                float::Power::Complex { real, imag } => Constant::Complex { real, imag },
            }));
        }
        Operator::BitAnd
        | Operator::BitOr
        | Operator::BitXor
        | Operator::LShift
        | Operator::RShift
        | Operator::MatMult => return None,
    };
    let value = floats(lhs, rhs).and_then(|(lhs, rhs)| operation(lhs, rhs));
    Some(value.map(Constant::Float))
}

fn of_complexes(op: Operator, lhs: &Number<'_>, rhs: &Number<'_>) -> Option<Result<Constant, ArithError>> {
    type Complex = complex::Complex;
    let operation: fn(Complex, Complex) -> Result<Complex, ArithError> = match op {
        Operator::Add => |lhs, rhs| Ok((lhs.0 + rhs.0, lhs.1 + rhs.1)),
        Operator::Sub => |lhs, rhs| Ok((lhs.0 - rhs.0, lhs.1 - rhs.1)),
        Operator::Mult => |lhs, rhs| Ok(complex::multiply(lhs, rhs)),
        Operator::Div => complex::true_div,
        Operator::Pow => complex::pow,
        Operator::FloorDiv
        | Operator::Mod
        | Operator::BitAnd
        | Operator::BitOr
        | Operator::BitXor
        | Operator::LShift
        | Operator::RShift
        | Operator::MatMult => return None,
    };
    let value = complexes(lhs, rhs).and_then(|(lhs, rhs)| operation(lhs, rhs));
    Some(value.map(|(real, imag)| Constant::Complex { real, imag }))
}

fn floats(lhs: &Number<'_>, rhs: &Number<'_>) -> Result<(f64, f64), ArithError> {
    Ok((lhs.to_f64()?, rhs.to_f64()?))
}

fn complexes(lhs: &Number<'_>, rhs: &Number<'_>) -> Result<(complex::Complex, complex::Complex), ArithError> {
    Ok((lhs.to_complex()?, rhs.to_complex()?))
}

/// Order of two numbers that are not complex, exact between ints and floats; `None` for NaN.
pub(super) fn partial_cmp(lhs: &Number<'_>, rhs: &Number<'_>) -> Option<Ordering> {
    match (lhs, rhs) {
        (Number::Int(lhs), Number::Int(rhs)) => Some(lhs.cmp(rhs)),
        (Number::Float(lhs), Number::Float(rhs)) => lhs.partial_cmp(rhs),
        (Number::Float(lhs), Number::Int(rhs)) => float::compare_int(*lhs, rhs),
        (Number::Int(lhs), Number::Float(rhs)) => float::compare_int(*rhs, lhs).map(Ordering::reverse),
        (Number::Complex(_), _) | (_, Number::Complex(_)) => None,
    }
}
