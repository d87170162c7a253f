//! slice: its body.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Value};

/// The body of a slice.
#[allow(missing_docs)]
pub struct SliceBody {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

impl Body for SliceBody {
    const KIND: Kind = Kind::Slice;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.start);
        visit(&self.stop);
        visit(&self.step);
    }
}

impl Frozen for SliceBody {}

/// A new slice.
pub fn new(thread: &Thread, start: Value, stop: Value, step: Value) -> Value {
    thread.heap().alloc(&thread.types().slice, SliceBody { start, stop, step })
}
