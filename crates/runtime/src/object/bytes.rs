//! bytes: its body.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Value};
use std::cell::Cell;
use std::sync::Arc;

/// The body of a bytes object.
pub struct BytesBody {
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// The hash, or -1 while unknown.
    pub hash: Cell<i64>,
}

impl Body for BytesBody {
    const KIND: Kind = Kind::Bytes;
}

impl Frozen for BytesBody {}

/// A new bytes object.
pub fn new(thread: &Thread, bytes: impl Into<Arc<[u8]>>) -> Value {
    thread.heap().alloc(&thread.types().bytes, BytesBody { bytes: bytes.into(), hash: Cell::new(-1) })
}
