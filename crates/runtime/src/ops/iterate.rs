//! Iteration and unpacking.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::iterator::{IteratorBody, IteratorState, ListIteratorBody, RangeIteratorBody, TupleIteratorBody};
use crate::object::list::{self, ListBody};
use crate::object::types::TypeRef;
use crate::object::{int, tuple};
use crate::thread::Thread;
use crate::value::{Raised, Slot, Value};
use std::cell::Cell;

/// `iter(value)`.
///
/// # Errors
/// TypeError, or what `__iter__` raises.
pub fn iter(thread: &mut Thread, value: &Value) -> Result {
    if value.is_exact::<ListBody>() {
        let body = ListIteratorBody { list: Slot::new(value.clone()), index: Cell::new(0) };
        return Ok(thread.heap().alloc(&thread.types().list_iterator, body));
    }
    if value.is_exact::<tuple::TupleBody>() {
        let body = TupleIteratorBody { tuple: Slot::new(value.clone()), index: Cell::new(0) };
        return Ok(thread.heap().alloc(&thread.types().tuple_iterator, body));
    }
    let slots = &thread.type_of(value).slots;
    let (function, has_items) = (slots.iter.get(), slots.getitem.get().is_some());
    match function {
        Some(function) => {
            let iterator = function(thread, value)?;
            if thread.type_of(&iterator).slots.next.get().is_none() {
                let message = format!("iter() returned non-iterator of type '{}'", thread.type_name(&iterator));
                return Err(thread.type_error(&message));
            }
            Ok(iterator)
        }
        None if has_items && !value.is_a::<crate::object::dict::DictBody>() => sequence_iterator(thread, value),
        None => Err(not_iterable(thread, value)),
    }
}

#[cold]
fn not_iterable(thread: &mut Thread, value: &Value) -> Raised {
    let message = format!("'{}' object is not iterable", thread.type_name(value));
    thread.type_error(&message)
}

/// The iterator over an object with `__getitem__` only.
///
/// # Errors
/// TypeError when it has none.
pub fn sequence_iterator(thread: &mut Thread, value: &Value) -> Result {
    if thread.type_of(value).slots.getitem.get().is_none() {
        return Err(not_iterable(thread, value));
    }
    Ok(new_iterator(thread, &thread.types().sequence_iterator.clone(), IteratorState::Sequence(value.clone(), 0)))
}

/// A new iterator of one of the types that share a kind.
pub fn new_iterator(thread: &Thread, ty: &TypeRef, state: IteratorState) -> Value {
    thread.heap().alloc(ty, IteratorBody { state })
}

/// The next item, or EXHAUSTED. What ended the iteration is dropped.
///
/// # Errors
/// What the iterator raises.
#[inline]
pub fn next(thread: &mut Thread, iterator: &Value) -> Result {
    if let Some(range) = iterator.exact::<RangeIteratorBody>() {
        return Ok(range_next(thread, range));
    }
    if let Some(items) = iterator.exact::<ListIteratorBody>() {
        return Ok(list_next(thread, items));
    }
    let item = next_keeping_value(thread, iterator)?;
    if item.is_exhausted() {
        thread.clear_stop();
    }
    Ok(item)
}

/// The next item, or EXHAUSTED; the value of StopIteration then waits for [`Thread::take_stop_value`].
///
/// # Errors
/// What the iterator raises.
pub fn next_keeping_value(thread: &mut Thread, iterator: &Value) -> Result {
    let function = thread.type_of(iterator).slots.next.get();
    match function {
        Some(function) => function(thread, iterator),
        None => {
            let message = format!("'{}' object is not an iterator", thread.type_name(iterator));
            Err(thread.type_error(&message))
        }
    }
}

/// `next` of a range iterator.
#[inline]
pub fn range_next(thread: &Thread, range: &RangeIteratorBody) -> Value {
    let left = range.left.get();
    if left == 0 {
        return Value::exhausted();
    }
    range.left.set(left - 1);
    let value = range.next.get();
    range.next.set(value.wrapping_add(range.step.get()));
    int::from_i64(thread, value)
}

/// `next` of a list iterator.
#[inline]
pub fn list_next(thread: &Thread, iterator: &ListIteratorBody) -> Value {
    let index = iterator.index.get();
    let item = iterator.list.with(|list| list.downcast::<ListBody>().and_then(|list| list.get(thread, index)));
    match item {
        Some(item) => {
            iterator.index.set(index + 1);
            item
        }
        None => {
            drop(iterator.list.set(Value::none()));
            Value::exhausted()
        }
    }
}

/// `next` of a tuple iterator.
#[inline]
pub fn tuple_next(iterator: &TupleIteratorBody) -> Value {
    let index = iterator.index.get();
    let item = iterator.tuple.with(|tuple| tuple::items(tuple).and_then(|items| items.get(index).cloned()));
    match item {
        Some(item) => {
            iterator.index.set(index + 1);
            item
        }
        None => {
            drop(iterator.tuple.set(Value::none()));
            Value::exhausted()
        }
    }
}

impl Thread {
    /// Keeps the raised StopIteration as what ended an iteration.
    pub(crate) fn stop_with_raised(&self) {
        self.stop_exception.set(Some(self.take_raised()));
    }

    /// Says that an iteration ended with a generator's result.
    pub fn stop_with_value(&self, value: Value) -> Value {
        self.stop_value.set(if value.is_none() { None } else { Some(value) });
        Value::exhausted()
    }

    /// Forgets what ended an iteration.
    #[inline]
    pub fn clear_stop(&self) {
        drop(self.stop_value.take());
        drop(self.stop_exception.take());
    }

    /// The value that ended the iteration that just gave EXHAUSTED: a generator's result, or None.
    pub fn take_stop_value(&self) -> Value {
        let exception = self.stop_exception.take();
        let value = self.stop_value.take();
        match exception {
            Some(exception) => exception
                .cast::<crate::object::exception::ExceptionBody>()
                .attribute(ExceptionKind::StopIteration, "value")
                .unwrap_or_else(Value::none),
            None => value.unwrap_or_else(Value::none),
        }
    }

    /// Raises the StopIteration that belongs to an EXHAUSTED: `next(iterator)`.
    pub fn raise_exhausted(&mut self) -> Raised {
        let value = self.stop_value.take();
        match self.stop_exception.take() {
            Some(exception) => self.set_raised(exception),
            None => self.raise_stop_iteration(value.unwrap_or_else(Value::none)),
        }
    }
}

/// The items of any iterable.
///
/// # Errors
/// TypeError, or what the iteration raises.
pub fn collect(thread: &mut Thread, iterable: &Value) -> Result<Vec<Value>> {
    if let Some(list) = iterable.exact::<ListBody>() {
        return Ok(list.items(thread).to_vec());
    }
    if iterable.is_exact::<tuple::TupleBody>() {
        return Ok(tuple::items(iterable).unwrap_or_default().to_vec());
    }
    let iterator = iter(thread, iterable)?;
    let mut items = Vec::new();
    loop {
        let item = next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(items);
        }
        items.push(item);
    }
}

/// The items of a sequence for `UNPACK_SEQUENCE`: exactly `count`.
///
/// # Errors
/// TypeError, ValueError, or what the iteration raises.
pub fn unpack(thread: &mut Thread, value: &Value, count: usize) -> Result<Vec<Value>> {
    if value.is_exact::<tuple::TupleBody>() {
        let items = tuple::items(value).unwrap_or_default();
        if items.len() == count {
            return Ok(items.to_vec());
        }
    } else if let Some(list) = value.exact::<ListBody>() {
        let items = list.items(thread);
        if items.len() == count {
            return Ok(items.to_vec());
        }
    }
    let iterator = unpack_iterator(thread, value)?;
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        let item = next(thread, &iterator)?;
        if item.is_exhausted() {
            let message = format!("not enough values to unpack (expected {count}, got {})", items.len());
            return Err(thread.value_error(&message));
        }
        items.push(item);
    }
    let more = next(thread, &iterator)?;
    if more.is_exhausted() {
        return Ok(items);
    }
    let message = format!("too many values to unpack (expected {count})");
    Err(thread.value_error(&message))
}

/// The items for `UNPACK_EX`: `before`, then one list, then `after`.
///
/// # Errors
/// As [`unpack`].
pub fn unpack_star(thread: &mut Thread, value: &Value, before: usize, after: usize) -> Result<Vec<Value>> {
    let iterator = unpack_iterator(thread, value)?;
    let mut items = Vec::new();
    loop {
        let item = next(thread, &iterator)?;
        if item.is_exhausted() {
            break;
        }
        items.push(item);
    }
    if items.len() < before + after {
        let message =
            format!("not enough values to unpack (expected at least {}, got {})", before + after, items.len());
        return Err(thread.value_error(&message));
    }
    let tail = items.split_off(items.len() - after);
    let middle = items.split_off(before);
    items.push(list::new(thread, middle));
    items.extend(tail);
    Ok(items)
}

fn unpack_iterator(thread: &mut Thread, value: &Value) -> Result {
    let slots = &thread.type_of(value).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        let message = format!("cannot unpack non-iterable {} object", thread.type_name(value));
        return Err(thread.type_error(&message));
    }
    iter(thread, value)
}
