//! Exceptions on their way: traceback entries, handlers, frames that end.

use crate::frame::{FrameRef, frame_flags};
use crate::object::exception::ExceptionBody;
use crate::object::traceback::TracebackBody;
use crate::thread::Thread;
use crate::value::{Slot, Value};
use hognose_lowered::Place;
use hognose_primitives::bug;

impl Thread {
    /// Brings the raised exception to its handler: gives the frame that goes on, at its `pc`; or `None` when the frame that was
    /// entered from Rust has ended.
    #[cold]
    #[inline(never)]
    pub fn unwind(&mut self, mut frame: FrameRef) -> Option<FrameRef> {
        loop {
            if self.enter_handler(frame) {
                return Some(frame);
            }
            let entry = frame.has(frame_flags::ENTRY);
            let caller = frame.previous();
            self.end_raising(frame);
            if entry {
                return None;
            }
            frame = caller.expect("a frame that was not entered from Rust has a caller");
        }
    }

    /// Ends a frame that the raised exception leaves.
    pub fn end_raising(&mut self, frame: FrameRef) {
        let exception = self.take_raised();
        self.leave_frame(frame);
        self.settle();
        let _ = self.set_raised(exception);
    }

    /// Runs what waits for its finalizer.
    #[inline]
    pub fn settle(&mut self) {
        if self.has_pending() {
            self.run_pending();
        }
    }

    /// Adds the frame's traceback entry (a re-raise has one already), and moves the frame to its handler if it has one: true.
    ///
    /// Without a handler the stack slots are released, and the frame is ready to end.
    pub fn enter_handler(&mut self, frame: FrameRef) -> bool {
        if frame.has(frame_flags::UNWINDING) {
            frame.clear(frame_flags::UNWINDING);
        } else {
            self.record_traceback(frame);
            self.trace_exception(frame);
        }
        let exception = self.take_raised();
        let code = frame.runnable().expect("a running frame has register code");
        let lowered = &code.lowered;
        let pc = frame.pc();
        let handler = lowered.handler(lowered.unit(pc));
        let kept = handler.map_or(0, |handler| handler.depth);
        let live = lowered.slots(pc).len() as u16;
        for slot in (kept..live).rev() {
            if lowered.place(pc, slot) == Place::Home {
                drop(frame.set_register(lowered.home(slot).into(), None));
                self.settle();
            }
        }
        let Some(handler) = handler else {
            let _ = self.set_raised(exception);
            return false;
        };
        for slot in 0..kept.min(live) {
            bring_home(frame, pc, slot);
        }
        let mut top = u32::from(lowered.home(kept));
        if handler.push_lasti {
            let unit = bug!("handler-forgets-reraise-place", frame.unit(), lowered.unit(pc));
            frame.write_dead_register(top, Value::small_int(i64::from(unit)));
            top += 1;
        }
        frame.write_dead_register(top, exception);
        frame.report_unit(None);
        frame.set_pc(handler.target);
        true
    }

    /// Puts the frame at the front of the raised exception's traceback.
    pub fn record_traceback(&mut self, frame: FrameRef) {
        let exception = self.take_raised();
        let object = self.frame_object(frame);
        let next = exception.cast::<ExceptionBody>().traceback.get();
        let body =
            TracebackBody { next: Slot::new(next), frame: object, lasti: frame.unit() as i32 * 2, line: frame.line() };
        let entry = self.heap().alloc(&self.types().traceback, body);
        drop(exception.cast::<ExceptionBody>().traceback.set(entry));
        let _ = self.set_raised(exception);
    }
}

/// Writes a live stack slot of the instruction at `pc` to its home, if it is not there.
pub fn bring_home(frame: FrameRef, pc: u32, slot: u16) {
    let code = frame.runnable().expect("a running frame has register code");
    let home = u32::from(code.lowered.home(slot));
    match code.lowered.place(pc, slot) {
        Place::Home => {}
        Place::Local(local) => match frame.register(local.into()) {
            Some(value) => frame.write_dead_register(home, value.clone()),
            None => frame.clear_dead_register(home),
        },
        Place::Constant(constant) => frame.write_dead_register(home, frame.code().constant(constant.into()).clone()),
        Place::Null => frame.clear_dead_register(home),
    }
}
