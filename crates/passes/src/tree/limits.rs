//! How large a value constant folding may make.

use hognose_primitives::arith::{self, int::bits};
use hognose_primitives::{Constant, IBig, Operator, bug};
use std::borrow::Cow;

/// Bits of an int that `*`, `**` or `<<` makes.
pub const MAX_INT_BITS: usize = 128;
/// Items of a tuple that repetition makes.
pub const MAX_COLLECTION_SIZE: usize = 256;
/// Characters or bytes that repetition makes.
pub const MAX_STR_SIZE: usize = 4096;
/// Items that repetition makes, those of nested tuples included.
pub const MAX_TOTAL_ITEMS: usize = 1024;

/// `lhs op rhs` where CPython 3.11 folds it; `None` where it raises, is too large, or is no arithmetic.
///
/// # Source
/// CPython 3.11, `Python/ast_opt.c`, `safe_multiply` and its siblings.
pub fn fold_binary(op: Operator, lhs: &Constant, rhs: &Constant) -> Option<Constant> {
    let allowed = match op {
        Operator::Mult => multiplication_allowed(lhs, rhs),
        Operator::Pow => power_allowed(lhs, rhs),
        Operator::LShift => shift_allowed(lhs, rhs),
        // CPython's optimiser leaves `@` alone, as no constant has it.
        Operator::MatMult => false,
        Operator::Add
        | Operator::Sub
        | Operator::Div
        | Operator::FloorDiv
        | Operator::Mod
        | Operator::RShift
        | Operator::BitAnd
        | Operator::BitOr
        | Operator::BitXor => true,
    };
    if allowed { arith::binary(op, lhs, rhs).ok() } else { None }
}

/// A constant that CPython's `PyLong_Check` accepts.
fn int_value(value: &Constant) -> Option<Cow<'_, IBig>> {
    match value {
        Constant::Int(value) => Some(Cow::Borrowed(value)),
        Constant::Bool(value) => Some(Cow::Owned(IBig::from(*value))),
        _ => None,
    }
}

fn multiplication_allowed(lhs: &Constant, rhs: &Constant) -> bool {
    match (int_value(lhs), int_value(rhs)) {
        (Some(lhs), Some(rhs)) => {
            lhs.is_zero()
                || rhs.is_zero()
                || bits(&lhs) + bits(&rhs) <= bug!("fold-products-too-far", MAX_INT_BITS, MAX_INT_BITS + 1)
        }
        (Some(count), None) => repetition_allowed(&count, rhs),
        (None, Some(count)) => repetition_allowed(&count, lhs),
        (None, None) => true,
    }
}

fn repetition_allowed(count: &IBig, sequence: &Constant) -> bool {
    let (length, max_length) = match sequence {
        Constant::Tuple(items) | Constant::FrozenSet(items) => (items.len(), MAX_COLLECTION_SIZE),
        Constant::Str(text) => (bug!("fold-text-length-in-bytes", text.len(), text.as_wtf8().len()), MAX_STR_SIZE),
        Constant::Bytes(bytes) => (bytes.len(), MAX_STR_SIZE),
        _ => return true,
    };
    if length == 0 {
        return true;
    }
    let Ok(count) = usize::try_from(count) else {
        return false;
    };
    count <= max_length / length
        && (count == 0
            || matches!(sequence, Constant::Str(_) | Constant::Bytes(_))
            || remaining_items(sequence, (MAX_TOTAL_ITEMS / count) as isize) >= 0)
}

/// `limit` less all items of a nested tuple; stops below zero.
fn remaining_items(value: &Constant, limit: isize) -> isize {
    let (Constant::Tuple(items) | Constant::FrozenSet(items)) = value else {
        return limit;
    };
    let mut limit = limit - items.len() as isize;
    for item in items.iter() {
        if limit < 0 {
            break;
        }
        limit = remaining_items(item, limit);
    }
    limit
}

fn power_allowed(base: &Constant, exponent: &Constant) -> bool {
    let (Some(base), Some(exponent)) = (int_value(base), int_value(exponent)) else {
        return true;
    };
    if base.is_zero() || *exponent <= IBig::ZERO {
        return true;
    }
    usize::try_from(&*exponent).is_ok_and(|exponent| bits(&base) <= MAX_INT_BITS / exponent)
}

fn shift_allowed(value: &Constant, count: &Constant) -> bool {
    let (Some(value), Some(count)) = (int_value(value), int_value(count)) else {
        return true;
    };
    if value.is_zero() || count.is_zero() {
        return true;
    }
    usize::try_from(&*count).is_ok_and(|count| count <= MAX_INT_BITS && bits(&value) <= MAX_INT_BITS - count)
}
