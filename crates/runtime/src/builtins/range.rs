//! range: methods, attributes and slots.

use super::arguments::positional;
use super::sequence::{Subscript, subscript};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::int;
use crate::object::iterator::{IteratorState, RangeIteratorBody};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::range::RangeBody;
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::tuple;
use crate::ops::arithmetic::index;
use crate::ops::{Args, CompareOp, compare, hash, iterate, repr};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::{IBig, arith};
use std::cell::Cell;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::one_arg("count", count, ""),
        NativeRow::one_arg("index", position, ""),
        NativeRow::no_args("__reversed__", reversed, ""),
    ],
    getsets: &[
        GetSetRow { name: "start", get: |_, range| Ok(own(range).start.clone()), set: None },
        GetSetRow { name: "stop", get: |_, range| Ok(own(range).stop.clone()), set: None },
        GetSetRow { name: "step", get: |_, range| Ok(own(range).step.clone()), set: None },
    ],
    fill,
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
};

fn fill(slots: &Slots) {
    slots.repr.set(Some(range_repr));
    slots.hash.set(Some(range_hash));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(iter));
    slots.truth.set(Some(|_, range| Ok(own(range).length.as_small_int() != Some(0))));
    slots.len.set(Some(len));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    slots.new.set(Some(new));
}

fn own(range: &Value) -> &RangeBody {
    range.cast::<RangeBody>()
}

fn big(value: &Value) -> IBig {
    int::to_ibig(value).unwrap_or(IBig::ZERO)
}

fn new(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "range", args, 1, 3)?;
    let (start, stop, step) = match values {
        [stop] => (Value::small_int(0), exact_index(thread, stop)?, Value::small_int(1)),
        _ => {
            let (start, stop) = (exact_index(thread, &values[0])?, exact_index(thread, &values[1])?);
            let step = match values.get(2) {
                Some(step) => exact_index(thread, step)?,
                None => Value::small_int(1),
            };
            (start, stop, step)
        }
    };
    make(thread, start, stop, step)
}

/// `operator.index` as an int that is no bool and of no subclass.
fn exact_index(thread: &mut Thread, value: &Value) -> Result {
    let number = index(thread, value)?;
    if number.is_small_int() { Ok(number) } else { Ok(int::from_ibig(thread, big(&number))) }
}

/// A new range.
///
/// # Errors
/// ValueError for a step of zero.
fn make(thread: &mut Thread, start: Value, stop: Value, step: Value) -> Result {
    if int::to_i64(&step) == Some(0) {
        return Err(thread.value_error("range() arg 3 must not be zero"));
    }
    let length = length(thread, &start, &stop, &step);
    let ty = thread.types().range.clone();
    Ok(thread.heap().alloc(&ty, RangeBody { start, stop, step, length }))
}

fn length(thread: &Thread, start: &Value, stop: &Value, step: &Value) -> Value {
    if let (Some(start), Some(stop), Some(step)) = (start.as_small_int(), stop.as_small_int(), step.as_small_int()) {
        let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
        let count = if low < high { (high - low - 1) as u64 / step.unsigned_abs() + 1 } else { 0 };
        return int::from_usize(thread, count as usize);
    }
    let (start, stop, step) = (big(start), big(stop), big(step));
    let (low, high, stride) = if step > IBig::ZERO { (start, stop, step) } else { (stop, start, -step) };
    let count = if low < high { (high - low - IBig::ONE) / stride + IBig::ONE } else { IBig::ZERO };
    int::from_ibig(thread, count)
}

fn len(thread: &mut Thread, range: &Value) -> Result<usize> {
    match own(range).length.as_small_int().and_then(|length| usize::try_from(length).ok()) {
        Some(length) => Ok(length),
        None => Err(thread.raise(ExceptionKind::OverflowError, "Python int too large to convert to C ssize_t")),
    }
}

/// The item at an index that lies within.
fn item(thread: &Thread, range: &RangeBody, index: &IBig) -> Value {
    int::from_ibig(thread, big(&range.start) + index * big(&range.step))
}

fn iter(thread: &mut Thread, range: &Value) -> Result {
    let RangeBody { start, step, length, .. } = own(range);
    Ok(iterator(thread, start, step, length))
}

/// An iterator over `length` numbers.
fn iterator(thread: &mut Thread, start: &Value, step: &Value, length: &Value) -> Value {
    let fits = |number: &Value| int::to_i64(number).filter(|number| number.unsigned_abs() < 1 << 61);
    if let (Some(start), Some(step), Some(length)) = (fits(start), fits(step), fits(length))
        && step.checked_mul(length).is_some_and(|span| span.unsigned_abs() < 1 << 61)
    {
        let body = RangeIteratorBody { next: Cell::new(start), step: Cell::new(step), left: Cell::new(length as u64) };
        return thread.heap().alloc(&thread.types().range_iterator, body);
    }
    let ty = thread.types().long_range_iterator.clone();
    let state = IteratorState::LongRange { next: start.clone(), step: step.clone(), left: length.clone() };
    iterate::new_iterator(thread, &ty, state)
}

fn reversed(thread: &mut Thread, range: &Value) -> Result {
    let body = own(range);
    let last = item(thread, body, &(big(&body.length) - IBig::ONE));
    let step = int::from_ibig(thread, -big(&body.step));
    Ok(iterator(thread, &last, &step, &body.length))
}

fn range_repr(thread: &mut Thread, range: &Value) -> Result {
    let RangeBody { start, stop, step, .. } = own(range);
    let mut text = StrBuilder::new("range(");
    text.push_str(&repr::repr(thread, start)?);
    text.push_ascii(", ");
    text.push_str(&repr::repr(thread, stop)?);
    if step.as_small_int() != Some(1) {
        text.push_ascii(", ");
        text.push_str(&repr::repr(thread, step)?);
    }
    text.push_ascii(")");
    Ok(text.finish(thread))
}

/// What makes two ranges equal: length, and first item and step as far as they matter.
fn key(range: &RangeBody) -> [Value; 3] {
    match range.length.as_small_int() {
        Some(0) => [range.length.clone(), Value::none(), Value::none()],
        Some(1) => [range.length.clone(), range.start.clone(), Value::none()],
        _ => [range.length.clone(), range.start.clone(), range.step.clone()],
    }
}

fn range_hash(thread: &mut Thread, range: &Value) -> Result<i64> {
    let key = tuple::new(thread, key(own(range)).into());
    hash::hash(thread, &key)
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let (Some(first), Some(second)) = (left.downcast::<RangeBody>(), right.downcast::<RangeBody>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    for (a, b) in key(first).iter().zip(&key(second)) {
        if !compare::equals(thread, a, b)? {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
    }
    Ok(Value::bool(op == CompareOp::Eq))
}

fn getitem(thread: &mut Thread, range: &Value, key: &Value) -> Result {
    let body = own(range);
    if int::is_int(key) {
        let (mut index, length) = (big(key), big(&body.length));
        if index < IBig::ZERO {
            index += &length;
        }
        if index < IBig::ZERO || index >= length {
            return Err(thread.raise(ExceptionKind::IndexError, "range object index out of range"));
        }
        return Ok(item(thread, body, &index));
    }
    match subscript(thread, "range", key)? {
        Subscript::Index(index) => {
            let index = thread.int(index);
            getitem(thread, range, &index)
        }
        Subscript::Slice(bounds) => {
            let selection = bounds.select(len(thread, range)?);
            let start = item(thread, body, &IBig::from(selection.start));
            let stop = item(thread, body, &IBig::from(selection.stop));
            let step = int::from_ibig(thread, big(&body.step) * IBig::from(selection.step));
            make(thread, start, stop, step)
        }
    }
}

/// The index of a number that the range has.
fn find(range: &RangeBody, number: &IBig) -> Option<IBig> {
    let (index, rest) = arith::int::div_mod(&(number - big(&range.start)), &big(&range.step)).ok()?;
    (rest == IBig::ZERO && index >= IBig::ZERO && index < big(&range.length)).then_some(index)
}

fn contains(thread: &mut Thread, range: &Value, value: &Value) -> Result<bool> {
    if value.is_small_int() || value.is_bool() || value.is_exact::<int::IntBody>() {
        return Ok(find(own(range), &big(value)).is_some());
    }
    compare::contains_by_iteration(thread, range, value)
}

fn count(thread: &mut Thread, range: &Value, value: &Value) -> Result {
    if int::is_int(value) {
        return Ok(thread.int(i64::from(find(own(range), &big(value)).is_some())));
    }
    let mut found = 0;
    let iterator = iter(thread, range)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(thread.int(found));
        }
        found += i64::from(compare::equals(thread, &item, value)?);
    }
}

fn position(thread: &mut Thread, range: &Value, value: &Value) -> Result {
    if int::is_int(value) {
        return match find(own(range), &big(value)) {
            Some(index) => Ok(int::from_ibig(thread, index)),
            None => {
                let text = repr::repr_text(thread, value)?;
                Err(thread.value_error(&format!("{text} is not in range")))
            }
        };
    }
    let iterator = iter(thread, range)?;
    let mut at = 0;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Err(thread.value_error("sequence.index(x): x not in sequence"));
        }
        if compare::equals(thread, &item, value)? {
            return Ok(thread.int(at));
        }
        at += 1;
    }
}
