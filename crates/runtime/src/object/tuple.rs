//! tuple: construction. The body stands in [`crate::heap`], since short tuples keep their items in the cell.

use crate::thread::Thread;
use crate::value::Value;

pub use crate::heap::TupleBody;

/// A new tuple.
pub fn new(thread: &Thread, items: Vec<Value>) -> Value {
    thread.heap().alloc_tuple(&thread.types().tuple, items.into_iter())
}

/// A new tuple of the items that an iterator gives.
#[inline]
pub fn from_iter(thread: &Thread, items: impl ExactSizeIterator<Item = Value>) -> Value {
    thread.heap().alloc_tuple(&thread.types().tuple, items)
}

/// The items, when `value` is a tuple or a subclass's instance.
#[inline]
pub fn items(value: &Value) -> Option<&[Value]> {
    value.downcast::<TupleBody>().map(|object| object.items())
}
