//! The interpreter of register code.
//!
//! `dispatch` runs folded code; `trace` runs plain code with `sys.settrace`'s events.
#![deny(unsafe_op_in_unsafe_fn)]
#![deny(unsafe_code)]

#[allow(unsafe_code)]
mod dispatch;
mod number;
mod trace;

use hognose_runtime::{Engine, FrameRef, Result, Thread};

/// The interpreter as an engine. It has no state of its own.
#[derive(Clone, Copy, Default, Debug)]
pub struct Vm;

impl Engine for Vm {
    fn name(&self) -> &'static str {
        "vm"
    }

    fn run(&self, thread: &mut Thread, frame: FrameRef) -> Result {
        if thread.is_tracing() || frame.has(hognose_runtime::frame::frame_flags::PLAIN) {
            return trace::run(thread, frame);
        }
        dispatch::run(thread, frame)
    }
}
