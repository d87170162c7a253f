//! The poll word's slow path.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::frame::{FrameRef, frame_flags};
use crate::thread::{Thread, poll};

impl Thread {
    /// Whether some bit of the poll word is set.
    #[inline(always)]
    pub fn poll_requested(&self) -> bool {
        self.poll_word() != 0
    }

    /// Does what the poll word asks for, in the frame that runs.
    ///
    /// A frame that has a trace function of its own is flagged [`frame_flags::TRACE_REQUESTED`] when it runs in folded code.
    ///
    /// # Errors
    /// KeyboardInterrupt.
    #[cold]
    #[inline(never)]
    pub fn poll(&mut self, frame: FrameRef) -> Result<()> {
        let word = self.poll_word();
        if word & poll::TRACE != 0 && crate::execute::trace::is_traced(frame) && !frame.has(frame_flags::PLAIN) {
            frame.set(frame_flags::TRACE_REQUESTED);
        }
        if word & (poll::INTERRUPT | poll::STOP) != 0 {
            self.clear_poll(poll::INTERRUPT | poll::STOP);
            return Err(self.raise_with(ExceptionKind::KeyboardInterrupt, Vec::new()));
        }
        Ok(())
    }
}
