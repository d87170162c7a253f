//! Unwinding: tracebacks and the search for a handler.

use crate::frame::FrameRef;
use crate::object::exception::ExceptionBody;
use crate::object::traceback::TracebackBody;
use crate::thread::Thread;
use crate::value::{Slot, Value};
use hognose_lowered::Handler;

impl Thread {
    /// Adds an entry for `frame`, where it stands, to the traceback of the raised exception.
    ///
    /// Engines call this once per frame that an exception passes or is caught in, before they look for a handler
    /// (except for a `RERAISE`, which keeps the entry that is there).
    pub fn add_traceback(&mut self, frame: FrameRef) {
        let exception = self.take_raised();
        let unit = frame.unit();
        let shown = self.frame_object(frame);
        let body = exception.cast::<ExceptionBody>();
        let entry = TracebackBody {
            next: Slot::new(body.traceback.get()),
            frame: shown,
            lasti: unit as i32 * 2,
            line: frame.code().line_of(unit),
        };
        let entry = self.heap().alloc(&self.types().traceback, entry);
        drop(body.traceback.set(entry));
        self.raised.set(Some(exception));
    }

    /// The raised exception, which stays raised.
    pub fn raised(&self) -> Option<Value> {
        let raised = self.raised.take();
        self.raised.set(raised.clone());
        raised
    }
}

impl FrameRef {
    /// The handler for an exception raised at a code unit of this frame.
    pub fn handler(&self, unit: u32) -> Option<Handler> {
        self.runnable()?.lowered.handler(unit).copied()
    }
}

/// The traceback of an exception without the first entries, for re-raising elsewhere.
pub fn traceback_of(exception: &Value) -> Value {
    exception.cast::<ExceptionBody>().traceback.get()
}
