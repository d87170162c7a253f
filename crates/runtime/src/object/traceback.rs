//! traceback: its body.

use crate::value::{Body, Frozen, Kind, Slot, Value};

/// The body of a traceback entry.
pub struct TracebackBody {
    /// `tb_next`, or None.
    pub next: Slot<Value>,
    /// `tb_frame`.
    pub frame: Value,
    /// `tb_lasti`, in bytes as CPython has it.
    pub lasti: i32,
    /// `tb_lineno`; -1 when there is none.
    pub line: i32,
}

impl Body for TracebackBody {
    const KIND: Kind = Kind::Traceback;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.next.get());
        visit(&self.frame);
    }
}

impl Frozen for TracebackBody {}
