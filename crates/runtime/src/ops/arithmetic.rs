//! Operators: which operand's function is asked, in which order.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::float::{self, FloatBody};
use crate::object::int::{self, IntBody};
use crate::object::slots::{BinaryFn, UnaryFn};
use crate::ops::Operator;
use crate::thread::Thread;
use crate::value::{Raised, Value};
use hognose_primitives::bug;

/// `lhs op rhs`.
///
/// # Errors
/// TypeError for unfit operands, or what the operation raises.
pub fn binary_op(thread: &mut Thread, op: Operator, lhs: &Value, rhs: &Value) -> Result {
    if let (Some(left), Some(right)) = (lhs.as_small_int(), rhs.as_small_int())
        && let Some(result) = small_ints(thread, op, left, right)
    {
        return Ok(result);
    }
    if let (Some(left), Some(right)) = (lhs.exact::<FloatBody>(), rhs.exact::<FloatBody>()) {
        let result = match op {
            Operator::Add => left.0 + right.0,
            Operator::Sub => left.0 - right.0,
            Operator::Mult => left.0 * right.0,
            Operator::Div if right.0 != 0.0 => left.0 / right.0,
            _ => return binary_op_any(thread, op, lhs, rhs),
        };
        return Ok(float::new(thread, result));
    }
    binary_op_any(thread, op, lhs, rhs)
}

fn binary_op_any(thread: &mut Thread, op: Operator, lhs: &Value, rhs: &Value) -> Result {
    let result = ask_numbers(thread, op, lhs, rhs)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    if let Some(result) = ask_sequences(thread, op, lhs, rhs, false)? {
        return Ok(result);
    }
    Err(unsupported_operands(thread, op.symbol(), lhs, rhs, op))
}

/// The result for tagged ints, when it is simple.
#[inline]
fn small_ints(thread: &Thread, op: Operator, left: i64, right: i64) -> Option<Value> {
    let result = match op {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => left.checked_mul(right)?,
        Operator::FloorDiv if right != 0 => {
            let below = left % right != 0 && (left < 0) != (right < 0);
            left / right - i64::from(bug!("floor-division-truncates", below, below && right < 0))
        }
        Operator::Mod if right != 0 => {
            let rest = left % right;
            if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }
        }
        Operator::BitAnd => left & right,
        Operator::BitOr => left | right,
        Operator::BitXor => left ^ right,
        Operator::RShift if right >= 0 => left >> right.min(63),
        Operator::LShift if (0..62).contains(&right) && (left << right) >> right == left => left << right,
        _ => return None,
    };
    Some(int::from_i64(thread, result))
}

/// Asks both operands' number functions, a subclass's reflected one first.
fn ask_numbers(thread: &mut Thread, op: Operator, lhs: &Value, rhs: &Value) -> Result {
    let (left, right) = (thread.type_of(lhs), thread.type_of(rhs));
    let left_function = left.slots.binary[op as usize].get();
    let mut right_function: Option<BinaryFn> = None;
    let mut right_first = false;
    if !left.same(right) {
        right_function = right.slots.binary[op as usize].get();
        // Native functions of one Rust item serve both sides: asking twice would only repeat the answer.
        let same =
            matches!((left_function, right_function), (Some(left), Some(right)) if std::ptr::fn_addr_eq(left, right));
        if same {
            right_function = None;
        }
        right_first = bug!("subclass-answers-late", right_function.is_some() && right.is_subtype(left), false);
    }
    if right_first && let Some(function) = right_function.take() {
        let result = function(thread, lhs, rhs)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(function) = left_function {
        let result = function(thread, lhs, rhs)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    match right_function {
        Some(function) => function(thread, lhs, rhs),
        None => Ok(Value::not_implemented()),
    }
}

/// `+` and `*` of sequences.
fn ask_sequences(thread: &mut Thread, op: Operator, lhs: &Value, rhs: &Value, inplace: bool) -> Result<Option<Value>> {
    let (left, right) = (thread.type_of(lhs), thread.type_of(rhs));
    match op {
        Operator::Add => {
            let own = if inplace { left.slots.inplace_concat.get() } else { None };
            match own.or(left.slots.concat.get()) {
                Some(concat) => concat(thread, lhs, rhs).map(Some),
                None => Ok(None),
            }
        }
        Operator::Mult => {
            let own = if inplace { left.slots.inplace_repeat.get() } else { None };
            if let Some(repeat) = own.or(left.slots.repeat.get()) {
                let count = repeat_count(thread, rhs)?;
                return repeat(thread, lhs, count).map(Some);
            }
            if let Some(repeat) = right.slots.repeat.get() {
                let count = repeat_count(thread, lhs)?;
                return repeat(thread, rhs, count).map(Some);
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn repeat_count(thread: &mut Thread, count: &Value) -> Result<i64> {
    if thread.type_of(count).slots.index.get().is_none() {
        let message = format!("can't multiply sequence by non-int of type '{}'", thread.type_name(count));
        return Err(thread.type_error(&message));
    }
    index_as_i64(thread, count)
}

#[cold]
fn unsupported_operands(thread: &mut Thread, symbol: &str, lhs: &Value, rhs: &Value, op: Operator) -> Raised {
    let symbol = if op == Operator::Pow && symbol == "**" { "** or pow()" } else { symbol };
    let (left, right) = (thread.type_name(lhs), thread.type_name(rhs));
    if op == Operator::RShift
        && lhs
            .downcast::<crate::object::native::NativeFunctionBody>()
            .is_some_and(|function| function.row.name == "print")
    {
        let message = format!(
            "unsupported operand type(s) for {symbol}: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
        );
        return thread.type_error(&message);
    }
    let message = format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'");
    thread.type_error(&message)
}

/// `lhs op= rhs`; the result is what the target is bound to.
///
/// # Errors
/// As [`binary_op`].
pub fn inplace_op(thread: &mut Thread, op: Operator, lhs: &Value, rhs: &Value) -> Result {
    if lhs.is_small_int() || lhs.is_exact::<FloatBody>() {
        if let (Some(left), Some(right)) = (lhs.as_small_int(), rhs.as_small_int())
            && let Some(result) = small_ints(thread, op, left, right)
        {
            return Ok(result);
        }
    } else {
        let function = thread.type_of(lhs).slots.inplace[op as usize].get();
        if let Some(function) = function {
            let result = function(thread, lhs, rhs)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
    }
    let result = ask_numbers(thread, op, lhs, rhs)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    if let Some(result) = ask_sequences(thread, op, lhs, rhs, true)? {
        return Ok(result);
    }
    let symbol = format!("{}=", op.symbol());
    Err(unsupported_operands(thread, &symbol, lhs, rhs, op))
}

fn unary(thread: &mut Thread, operand: &Value, function: Option<UnaryFn>, symbol: &str) -> Result {
    match function {
        Some(function) => function(thread, operand),
        None => {
            let message = format!("bad operand type for unary {symbol}: '{}'", thread.type_name(operand));
            Err(thread.type_error(&message))
        }
    }
}

/// `-operand`.
///
/// # Errors
/// TypeError, or what the operation raises.
pub fn negative(thread: &mut Thread, operand: &Value) -> Result {
    let function = thread.type_of(operand).slots.negative.get();
    unary(thread, operand, function, "-")
}

/// `+operand`.
///
/// # Errors
/// TypeError, or what the operation raises.
pub fn positive(thread: &mut Thread, operand: &Value) -> Result {
    let function = thread.type_of(operand).slots.positive.get();
    unary(thread, operand, function, "+")
}

/// `~operand`.
///
/// # Errors
/// TypeError, or what the operation raises.
pub fn invert(thread: &mut Thread, operand: &Value) -> Result {
    let function = thread.type_of(operand).slots.invert.get();
    unary(thread, operand, function, "~")
}

/// `operator.index(value)`: an int.
///
/// # Errors
/// TypeError, or what `__index__` raises.
pub fn index(thread: &mut Thread, value: &Value) -> Result {
    if int::is_int(value) {
        return Ok(value.clone());
    }
    let function = thread.type_of(value).slots.index.get();
    let Some(function) = function else {
        let message = format!("'{}' object cannot be interpreted as an integer", thread.type_name(value));
        return Err(thread.type_error(&message));
    };
    let result = function(thread, value)?;
    if int::is_int(&result) {
        return Ok(result);
    }
    let message = format!("__index__ returned non-int (type {})", thread.type_name(&result));
    Err(thread.type_error(&message))
}

/// `operator.index(value)` as a machine number.
///
/// # Errors
/// As [`index`]; OverflowError.
pub fn index_as_i64(thread: &mut Thread, value: &Value) -> Result<i64> {
    if let Some(small) = value.as_small_int() {
        return Ok(small);
    }
    let number = index(thread, value)?;
    match int::to_i64(&number) {
        Some(number) => Ok(number),
        None => {
            let message = format!("cannot fit '{}' into an index-sized integer", thread.type_name(value));
            Err(thread.raise(ExceptionKind::OverflowError, &message))
        }
    }
}

/// As [`index_as_i64`], numbers out of range cut off at the ends: for slices.
///
/// # Errors
/// As [`index`].
pub fn index_clamped(thread: &mut Thread, value: &Value) -> Result<i64> {
    let number = index(thread, value)?;
    Ok(int::to_i64(&number).unwrap_or_else(|| {
        let negative = number.downcast::<IntBody>().is_some_and(|number| number.0 < hognose_primitives::IBig::from(0));
        if negative { i64::MIN } else { i64::MAX }
    }))
}
