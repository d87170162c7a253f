//! complex: its body.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Value};

/// The body of a complex number.
pub struct ComplexBody {
    /// Real part.
    pub real: f64,
    /// Imaginary part.
    pub imag: f64,
}

impl Body for ComplexBody {
    const KIND: Kind = Kind::Complex;
}

impl Frozen for ComplexBody {}

/// A new complex number.
pub fn new(thread: &Thread, real: f64, imag: f64) -> Value {
    thread.heap().alloc(&thread.types().complex, ComplexBody { real, imag })
}
