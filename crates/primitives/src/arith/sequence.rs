//! `str`, `bytes`, `tuple`: concatenation, repetition, subscripts.

use super::{ArithClass, ArithError, MAX_RESULT_BYTES};
use crate::{Constant, IBig, Operator, Text};
use std::borrow::Cow;
use std::sync::Arc;

/// `lhs op rhs` where one of them at least is no number.
pub(super) fn binary(op: Operator, lhs: &Constant, rhs: &Constant) -> Result<Constant, ArithError> {
    match op {
        Operator::Add => add(lhs, rhs),
        Operator::Mult => match (is_sequence(lhs), is_sequence(rhs)) {
            (true, _) => repeat(lhs, rhs),
            (_, true) => repeat(rhs, lhs),
            _ => Err(ArithError::unsupported_operands(op, lhs, rhs)),
        },
        Operator::Mod if matches!(lhs, Constant::Str(_) | Constant::Bytes(_)) => Err(ArithError::Formatting),
        _ => Err(ArithError::unsupported_operands(op, lhs, rhs)),
    }
}

fn is_sequence(value: &Constant) -> bool {
    matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
}

fn add(lhs: &Constant, rhs: &Constant) -> Result<Constant, ArithError> {
    match (lhs, rhs) {
        (Constant::Str(lhs), Constant::Str(rhs)) => Ok(Constant::Str(lhs.concat(rhs))),
        (Constant::Bytes(lhs), Constant::Bytes(rhs)) => Ok(Constant::Bytes([&lhs[..], &rhs[..]].concat().into())),
        (Constant::Tuple(lhs), Constant::Tuple(rhs)) => Ok(Constant::Tuple([&lhs[..], &rhs[..]].concat().into())),
        (Constant::Str(_) | Constant::Tuple(_), _) => {
            let kind = lhs.type_name();
            Err(ArithError::type_error(format!("can only concatenate {kind} (not \"{}\") to {kind}", rhs.type_name())))
        }
        (Constant::Bytes(_), _) => Err(ArithError::type_error(format!("can't concat {} to bytes", rhs.type_name()))),
        _ => Err(ArithError::unsupported_operands(Operator::Add, lhs, rhs)),
    }
}

fn repeat(sequence: &Constant, count: &Constant) -> Result<Constant, ArithError> {
    let Some(count) = index_value(count) else {
        let kind = count.type_name();
        return Err(ArithError::type_error(format!("can't multiply sequence by non-int of type '{kind}'")));
    };
    let Ok(count) = i64::try_from(&*count) else {
        return Err(ArithError::raised(ArithClass::OverflowError, "cannot fit 'int' into an index-sized integer"));
    };
    let count = usize::try_from(count).unwrap_or(0);
    let fits = |length: usize, item_bytes: usize, too_long: ArithError| {
        if length.checked_mul(count).is_none_or(|items| i64::try_from(items).is_err()) {
            Err(too_long)
        } else if (length * count).saturating_mul(item_bytes) > MAX_RESULT_BYTES {
            Err(ArithError::MEMORY)
        } else {
            Ok(())
        }
    };
    const STR: ArithError = ArithError::raised(ArithClass::OverflowError, "repeated string is too long");
    const BYTES: ArithError = ArithError::raised(ArithClass::OverflowError, "repeated bytes are too long");
    match sequence {
        Constant::Str(text) => {
            fits(text.len(), 1, STR)?;
            fits(text.as_wtf8().len(), 1, ArithError::MEMORY)?;
            Ok(Constant::Str(text.repeat(count)))
        }
        Constant::Bytes(bytes) => {
            fits(bytes.len(), 1, BYTES)?;
            Ok(Constant::Bytes(bytes.repeat(count).into()))
        }
        Constant::Tuple(items) => {
            fits(items.len(), size_of::<Constant>(), ArithError::MEMORY)?;
            let repeated: Arc<[Constant]> = std::iter::repeat_n(&items[..], count).flatten().cloned().collect();
            Ok(Constant::Tuple(repeated))
        }
        _ => unreachable!("only sequences are repeated"),
    }
}

/// The int that a value is as an index.
fn index_value(value: &Constant) -> Option<Cow<'_, IBig>> {
    match value {
        Constant::Bool(value) => Some(Cow::Owned(IBig::from(*value))),
        Constant::Int(value) => Some(Cow::Borrowed(value)),
        _ => None,
    }
}

/// `value[index]`.
pub(super) fn subscript(value: &Constant, index: &Constant) -> Result<Constant, ArithError> {
    let (length, out_of_range) = match value {
        Constant::Str(text) => (text.len(), "string index out of range"),
        Constant::Bytes(bytes) => (bytes.len(), "index out of range"),
        Constant::Tuple(items) => (items.len(), "tuple index out of range"),
        _ => {
            let message = format!("'{}' object is not subscriptable", value.type_name());
            return Err(ArithError::type_error(message));
        }
    };
    let Some(position) = index_value(index) else {
        let kind = index.type_name();
        return Err(ArithError::type_error(match value {
            Constant::Str(_) => format!("string indices must be integers, not '{kind}'"),
            Constant::Bytes(_) => format!("byte indices must be integers or slices, not {kind}"),
            _ => format!("tuple indices must be integers or slices, not {kind}"),
        }));
    };
    let Ok(position) = i64::try_from(&*position) else {
        return Err(ArithError::raised(ArithClass::IndexError, "cannot fit 'int' into an index-sized integer"));
    };
    let position = if position < 0 { position.saturating_add(length as i64) } else { position };
    let position = usize::try_from(position).ok().filter(|&position| position < length);
    let position = position.ok_or(ArithError::raised(ArithClass::IndexError, out_of_range))?;
    Ok(match value {
        Constant::Str(text) => Constant::Str(Text::from_code_points(text.code_points().nth(position))),
        Constant::Bytes(bytes) => Constant::Int(IBig::from(bytes[position])),
        Constant::Tuple(items) => items[position].clone(),
        _ => unreachable!("only sequences have a length"),
    })
}
