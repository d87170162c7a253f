//! Comparisons, membership and matching of exceptions.

use crate::Result;
use crate::heap::TupleBody;
use crate::object::float::FloatBody;
use crate::object::str::{self, StrBody};
use crate::object::types::TypeBody;
use crate::ops::types::is_exception_class;
use crate::ops::{CompareOp, iterate, truth};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use std::cmp::Ordering;

/// The comparison that asks the right operand the same question.
pub fn swapped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Eq => CompareOp::Eq,
        CompareOp::Ne => CompareOp::Ne,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
    }
}

/// The answer of a comparison, from the order of its operands.
#[inline]
pub fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
    }
}

/// `lhs op rhs`, any object.
///
/// # Errors
/// TypeError for operands without an order, or what the comparison raises.
#[inline]
pub fn compare(thread: &mut Thread, op: CompareOp, lhs: &Value, rhs: &Value) -> Result {
    if let (Some(left), Some(right)) = (lhs.as_small_int(), rhs.as_small_int()) {
        return Ok(Value::bool(holds(op, left.cmp(&right))));
    }
    compare_any(thread, op, lhs, rhs)
}

fn compare_any(thread: &mut Thread, op: CompareOp, lhs: &Value, rhs: &Value) -> Result {
    if let (Some(left), Some(right)) = (lhs.exact::<FloatBody>(), rhs.exact::<FloatBody>()) {
        let answer = match left.0.partial_cmp(&right.0) {
            Some(order) => holds(op, order),
            None => op == CompareOp::Ne,
        };
        return Ok(Value::bool(answer));
    }
    if let (Some(left), Some(right)) = (lhs.exact::<StrBody>(), rhs.exact::<StrBody>()) {
        let answer = match op {
            CompareOp::Eq => str::equal(lhs, rhs),
            CompareOp::Ne => !str::equal(lhs, rhs),
            _ => holds(op, left.chars().compare(right.chars())),
        };
        return Ok(Value::bool(answer));
    }
    thread.nested(" in comparison", |thread| compare_slots(thread, op, lhs, rhs))
}

fn compare_slots(thread: &mut Thread, op: CompareOp, lhs: &Value, rhs: &Value) -> Result {
    let (left, right) = (thread.type_of(lhs), thread.type_of(rhs));
    let left_function = left.slots.richcompare.get();
    let mut right_function = right.slots.richcompare.get();
    if !left.same(right)
        && right.is_subtype(left)
        && let Some(function) = right_function.take()
    {
        let result = function(thread, rhs, lhs, swapped(op))?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(function) = left_function {
        let result = function(thread, lhs, rhs, op)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(function) = right_function {
        let result = function(thread, rhs, lhs, swapped(op))?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    match op {
        CompareOp::Eq => Ok(Value::bool(lhs.is(rhs))),
        CompareOp::Ne => Ok(Value::bool(!lhs.is(rhs))),
        _ => {
            let message = format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                thread.type_name(lhs),
                thread.type_name(rhs)
            );
            Err(thread.type_error(&message))
        }
    }
}

/// `bool(lhs op rhs)`; equal when identical, as containers compare.
///
/// # Errors
/// As [`compare`].
pub fn compare_bool(thread: &mut Thread, op: CompareOp, lhs: &Value, rhs: &Value) -> Result<bool> {
    if lhs.is(rhs) {
        match op {
            CompareOp::Eq => return Ok(true),
            CompareOp::Ne => return Ok(false),
            _ => {}
        }
    }
    let result = compare(thread, op, lhs, rhs)?;
    truth::is_true(thread, &result)
}

/// Whether two values are the same or equal, as containers ask.
///
/// # Errors
/// As [`compare`].
#[inline]
pub fn equals(thread: &mut Thread, lhs: &Value, rhs: &Value) -> Result<bool> {
    if lhs.is(rhs) {
        return Ok(true);
    }
    if lhs.is_small_int() && rhs.is_small_int() {
        return Ok(false);
    }
    if lhs.is_exact::<StrBody>() && rhs.is_exact::<StrBody>() {
        return Ok(str::equal(lhs, rhs));
    }
    compare_bool(thread, CompareOp::Eq, lhs, rhs)
}

/// `lhs is rhs`; remembers when two equal ints were found that CPython may keep apart.
#[inline]
pub fn is(thread: &Thread, lhs: &Value, rhs: &Value) -> bool {
    let same = lhs.is(rhs);
    if same && lhs.as_small_int().is_some_and(|value| !(-5..=256).contains(&value)) {
        thread.observe_identity();
    }
    same
}

/// `item in container`.
///
/// # Errors
/// TypeError, or what the container or a comparison raises.
pub fn contains(thread: &mut Thread, container: &Value, item: &Value) -> Result<bool> {
    let function = thread.type_of(container).slots.contains.get();
    match function {
        Some(function) => function(thread, container, item),
        None => contains_by_iteration(thread, container, item),
    }
}

/// `item in container` by looking at one item after the other.
///
/// # Errors
/// As [`contains`].
pub fn contains_by_iteration(thread: &mut Thread, container: &Value, item: &Value) -> Result<bool> {
    let iterator = match iterate::iter(thread, container) {
        Ok(iterator) => iterator,
        Err(Raised) if thread.raised_is(crate::exceptions::ExceptionKind::TypeError) => {
            drop(thread.take_raised());
            let message = format!("argument of type '{}' is not iterable", thread.type_name(container));
            return Err(thread.type_error(&message));
        }
        Err(Raised) => return Err(Raised),
    };
    loop {
        let candidate = iterate::next(thread, &iterator)?;
        if candidate.is_exhausted() {
            return Ok(false);
        }
        if equals(thread, &candidate, item)? {
            return Ok(true);
        }
    }
}

/// Whether an exception (or exception class) matches what stands in `except`: a class or a tuple of classes.
///
/// # Errors
/// TypeError for anything else.
pub fn exception_matches(thread: &mut Thread, exception: &Value, pattern: &Value) -> Result<bool> {
    let is_class = |value: &Value| is_exception_class(value);
    let fits = match pattern.downcast::<TupleBody>() {
        Some(items) => items.items().iter().all(is_class),
        None => is_class(pattern),
    };
    if !fits {
        return Err(thread.type_error("catching classes that do not inherit from BaseException is not allowed"));
    }
    let class = match exception.downcast::<TypeBody>() {
        Some(class) => class.to_ref(),
        None => thread.type_ref(exception),
    };
    let matches = |pattern: &Value| pattern.downcast::<TypeBody>().is_some_and(|pattern| class.is_subtype(pattern));
    Ok(match pattern.downcast::<TupleBody>() {
        Some(items) => items.items().iter().any(matches),
        None => matches(pattern),
    })
}
