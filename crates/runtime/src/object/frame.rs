//! frame: the object that shows a frame to Python, made when first asked for.

use crate::frame::{FrameRef, FrameStorage};
use crate::value::{Body, Frozen, Kind, Slot, Value};
use std::cell::{Cell, RefCell};

/// Where the frame is that a frame object shows.
pub enum FrameState {
    /// It runs, or is suspended in a generator that owns it.
    Live(FrameRef),
    /// It has ended; header and registers moved here.
    Owned(FrameStorage),
    /// Cleared.
    Cleared,
}

/// The body of a frame object.
pub struct FrameBody {
    /// Where the frame is.
    pub state: RefCell<FrameState>,
    /// `f_back` of a frame that has ended, or None.
    pub back: Slot<Value>,
    /// `f_trace`, or None.
    pub trace: Slot<Value>,
    /// `f_trace_lines`.
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`.
    pub trace_opcodes: Cell<bool>,
    /// The line that the last `line` event told, or the one that a trace function jumped to; 0 when not traced.
    pub line: Cell<i32>,
}

impl Body for FrameBody {
    const KIND: Kind = Kind::Frame;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.back.get());
        visit(&self.trace.get());
        if let FrameState::Owned(storage) = &*self.state.borrow() {
            storage.traverse(visit);
        }
    }
}

impl Frozen for FrameBody {}
