//! float: its body.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Value};

/// The body of a float.
#[repr(C)]
pub struct FloatBody(pub f64);

impl Body for FloatBody {
    const KIND: Kind = Kind::Float;
}

impl Frozen for FloatBody {}

/// A new float.
#[inline]
pub fn new(thread: &Thread, value: f64) -> Value {
    thread.heap().alloc(&thread.types().float, FloatBody(value))
}

/// The number, when `value` is a float or a subclass's instance.
#[inline]
pub fn get(value: &Value) -> Option<f64> {
    value.downcast::<FloatBody>().map(|object| object.0)
}
