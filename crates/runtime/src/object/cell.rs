//! cell: a variable that an inner function shares.

use crate::thread::Thread;
use crate::value::{Body, Guarded, Kind, Object, Value};

/// The body of a cell.
#[repr(C)]
pub struct CellBody {
    /// What the variable holds; `None` while unbound.
    pub contents: Option<Value>,
}

impl Body for CellBody {
    const KIND: Kind = Kind::Cell;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.contents.iter().for_each(visit);
    }
}

impl Guarded for CellBody {}

impl Object<CellBody> {
    /// What the variable holds.
    #[inline]
    pub fn get(&self, thread: &Thread) -> Option<Value> {
        self.body(thread).contents.clone()
    }

    /// Stores, and gives what was there, to be dropped after the store.
    #[inline]
    pub fn set(&self, thread: &mut Thread, value: Option<Value>) -> Option<Value> {
        std::mem::replace(&mut self.body_mut(thread).contents, value)
    }
}

/// A new cell.
pub fn new(thread: &Thread, contents: Option<Value>) -> Value {
    thread.heap().alloc(&thread.types().cell, CellBody { contents })
}
