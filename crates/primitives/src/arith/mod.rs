//! What Python's operators do with immutable values: results and errors as CPython gives them.
//!
//! No limits are set on the size of a result here, except that one which would take more than [`MAX_RESULT_BYTES`] is
//! CPython's `MemoryError`; the limits of constant folding stand in the pass that folds.

pub mod complex;
pub mod float;
pub mod int;
mod number;
mod sequence;
#[cfg(test)]
mod tests;

use crate::{Comparison, Constant, Operator};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// A result larger than this is refused with `MemoryError`.
pub const MAX_RESULT_BYTES: usize = 1 << 30;

/// The class of an exception that an operation raises.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum ArithClass {
    TypeError,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    MemoryError,
    IndexError,
}

impl ArithClass {
    /// CPython's name of the class.
    pub fn name(self) -> &'static str {
        match self {
            ArithClass::TypeError => "TypeError",
            ArithClass::ValueError => "ValueError",
            ArithClass::ZeroDivisionError => "ZeroDivisionError",
            ArithClass::OverflowError => "OverflowError",
            ArithClass::MemoryError => "MemoryError",
            ArithClass::IndexError => "IndexError",
        }
    }
}

/// Why an operation gives no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ArithError {
    /// It raises.
    Raised {
        /// The exception's class.
        class: ArithClass,
        /// Its only argument; without one when empty.
        message: Cow<'static, str>,
    },
    /// It raises `OverflowError(34, 'Numerical result out of range')`: the error of the C library.
    ResultOutOfRange,
    /// `%` with text or bytes on the left is formatting, which is not arithmetic.
    Formatting,
}

impl ArithError {
    pub(crate) const fn raised(class: ArithClass, message: &'static str) -> Self {
        ArithError::Raised { class, message: Cow::Borrowed(message) }
    }

    pub(crate) const MEMORY: ArithError = ArithError::raised(ArithClass::MemoryError, "");

    fn type_error(message: String) -> Self {
        ArithError::Raised { class: ArithClass::TypeError, message: Cow::Owned(message) }
    }

    fn unsupported_operands(op: Operator, lhs: &Constant, rhs: &Constant) -> Self {
        let symbol = if op == Operator::Pow { "** or pow()" } else { op.symbol() };
        let (lhs, rhs) = (lhs.type_name(), rhs.type_name());
        Self::type_error(format!("unsupported operand type(s) for {symbol}: '{lhs}' and '{rhs}'"))
    }
}

impl fmt::Display for ArithError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArithError::Raised { class, message } if message.is_empty() => f.write_str(class.name()),
            ArithError::Raised { class, message } => write!(f, "{}: {message}", class.name()),
            ArithError::ResultOutOfRange => f.write_str("OverflowError: (34, 'Numerical result out of range')"),
            ArithError::Formatting => f.write_str("formatting with % is not arithmetic"),
        }
    }
}

impl std::error::Error for ArithError {}

/// `lhs op rhs`.
///
/// # Errors
/// What CPython raises. Operands in frozensets do not occur in constant expressions: every operator on them is
/// `TypeError` here.
pub fn binary(op: Operator, lhs: &Constant, rhs: &Constant) -> Result<Constant, ArithError> {
    use number::Number;
    match (Number::of(lhs), Number::of(rhs)) {
        (Some(lhs_number), Some(rhs_number)) => {
            if let (Constant::Bool(lhs), Constant::Bool(rhs)) = (lhs, rhs) {
                match op {
                    Operator::BitAnd => return Ok(Constant::Bool(lhs & rhs)),
                    Operator::BitOr => return Ok(Constant::Bool(lhs | rhs)),
                    Operator::BitXor => return Ok(Constant::Bool(lhs ^ rhs)),
                    _ => {}
                }
            }
            number::binary(op, &lhs_number, &rhs_number)
                .unwrap_or_else(|| Err(ArithError::unsupported_operands(op, lhs, rhs)))
        }
        _ => sequence::binary(op, lhs, rhs),
    }
}

/// The operators with one operand; `not` is [`truth`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Sign {
    Plus,
    Minus,
    Invert,
}

/// `+operand`, `-operand`, `~operand`.
///
/// # Errors
/// `TypeError` when the type has no such operator.
pub fn unary(op: Sign, operand: &Constant) -> Result<Constant, ArithError> {
    let value = match (op, operand) {
        (Sign::Plus, Constant::Bool(value)) => Constant::Int((*value).into()),
        (Sign::Plus, Constant::Int(_) | Constant::Float(_) | Constant::Complex { .. }) => operand.clone(),
        (Sign::Minus, Constant::Bool(value)) => Constant::Int(-crate::IBig::from(*value)),
        (Sign::Minus, Constant::Int(value)) => Constant::Int(-value),
        (Sign::Minus, Constant::Float(value)) => Constant::Float(-value),
        (Sign::Minus, &Constant::Complex { real, imag }) => Constant::Complex { real: -real, imag: -imag },
        (Sign::Invert, Constant::Bool(value)) => Constant::Int(!crate::IBig::from(*value)),
        (Sign::Invert, Constant::Int(value)) => Constant::Int(!value),
        _ => {
            let symbol = match op {
                Sign::Plus => "+",
                Sign::Minus => "-",
                Sign::Invert => "~",
            };
            return Err(ArithError::type_error(format!(
                "bad operand type for unary {symbol}: '{}'",
                operand.type_name()
            )));
        }
    };
    Ok(value)
}

/// `value[index]` without slices.
///
/// # Errors
/// What CPython raises.
pub fn subscript(value: &Constant, index: &Constant) -> Result<Constant, ArithError> {
    sequence::subscript(value, index)
}

/// `bool(value)`.
pub fn truth(value: &Constant) -> bool {
    match value {
        Constant::None => false,
        Constant::Ellipsis => true,
        Constant::Bool(value) => *value,
        Constant::Int(value) => !value.is_zero(),
        Constant::Float(value) => *value != 0.0,
        Constant::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
        Constant::Str(value) => !value.is_empty(),
        Constant::Bytes(value) => !value.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

/// `lhs op rhs` of a comparison.
///
/// # Errors
/// `TypeError` when the types have no order. Frozensets count as unordered.
pub fn compare(op: Comparison, lhs: &Constant, rhs: &Constant) -> Result<bool, ArithError> {
    if matches!(op, Comparison::Eq | Comparison::Ne) {
        return Ok(lhs.equals(rhs) == (op == Comparison::Eq));
    }
    let ordering = match (lhs, rhs) {
        (Constant::Str(lhs), Constant::Str(rhs)) => Some(lhs.cmp(rhs)),
        (Constant::Bytes(lhs), Constant::Bytes(rhs)) => Some(lhs.cmp(rhs)),
        (Constant::Tuple(lhs), Constant::Tuple(rhs)) => {
            return match lhs.iter().zip(rhs.iter()).find(|(lhs, rhs)| !lhs.equals(rhs)) {
                Some((lhs, rhs)) => compare(op, lhs, rhs),
                None => Ok(op.holds(Some(lhs.len().cmp(&rhs.len())))),
            };
        }
        _ => match (number::Number::of(lhs), number::Number::of(rhs)) {
            (Some(lhs), Some(rhs)) if !lhs.is_complex() && !rhs.is_complex() => number::partial_cmp(&lhs, &rhs),
            _ => {
                return Err(ArithError::type_error(format!(
                    "'{}' not supported between instances of '{}' and '{}'",
                    op.symbol(),
                    lhs.type_name(),
                    rhs.type_name()
                )));
            }
        },
    };
    Ok(op.holds(ordering))
}

impl Comparison {
    /// Whether two values in this order satisfy the comparison; `None` is unordered, as NaN is.
    pub fn holds(self, ordering: Option<Ordering>) -> bool {
        match self {
            Comparison::Lt => ordering == Some(Ordering::Less),
            Comparison::Le => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
            Comparison::Eq => ordering == Some(Ordering::Equal),
            Comparison::Ne => ordering != Some(Ordering::Equal),
            Comparison::Gt => ordering == Some(Ordering::Greater),
            Comparison::Ge => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}
