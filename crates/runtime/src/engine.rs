//! What an engine is to the runtime.

use crate::Result;
use crate::frame::FrameRef;
use crate::object::code::CodeBody;
use crate::thread::Thread;
use crate::value::Ref;

/// Runs frames. The VM and the native code generator are one each; both work on the same frames, so that either
/// continues where the other stopped.
pub trait Engine {
    /// `vm` or `native`.
    fn name(&self) -> &'static str;

    /// Runs the current frame from its `pc` until it returns, yields or raises.
    ///
    /// The frame has [`crate::frame::frame_flags::ENTRY`] set. When it returns or raises, the engine has ended it
    /// ([`Thread::leave_frame`]); when it yields, the engine has suspended it ([`Thread::suspend_frame`]), and its
    /// flag `SUSPENDED` tells a yielded value from a returned one.
    ///
    /// # Errors
    /// The exception that left the frame; its traceback has an entry for the frame.
    fn run(&self, thread: &mut Thread, frame: FrameRef) -> Result;

    /// Compiles code, if this engine does such a thing, and sets `code.entry` or `code.refused`.
    fn prepare(&self, _thread: &mut Thread, _code: &Ref<CodeBody>) {}
}

impl Thread {
    /// Whether a call that the VM carries out stays in the VM's loop: nobody else could run the callee.
    #[inline(always)]
    pub fn runs_calls_in_vm(&self) -> bool {
        self.native.is_none()
    }

    /// Runs the current frame on the engine it should run on.
    ///
    /// # Errors
    /// The exception that left the frame.
    pub fn run_frame(&mut self, frame: FrameRef) -> Result {
        frame.set(crate::frame::frame_flags::ENTRY);
        let engine = match (&self.native, self.tracing.get()) {
            (Some(native), 0) => {
                let native = native.clone();
                let code = frame.code();
                if code.entry.get().is_none() && !code.refused.get() && (self.options.native_eagerly || is_hot(code)) {
                    let code = code.to_ref();
                    native.prepare(self, &code);
                }
                if frame.code().entry.get().is_some() && frame.can_enter_native() {
                    native
                } else {
                    self.vm.clone().expect("engines are set before code runs")
                }
            }
            _ => self.vm.clone().expect("engines are set before code runs"),
        };
        engine.run(self, frame)
    }
}

/// Calls before native code is made for a function, when it is made on demand.
const HOT_CALLS: u32 = 8;

/// Counts a call, and says whether there have been enough.
fn is_hot(code: &CodeBody) -> bool {
    let heat = code.heat.get().saturating_add(1);
    code.heat.set(heat);
    heat > HOT_CALLS
}

impl FrameRef {
    /// Whether native code can take the frame where it stands: not traced, not in the plain form.
    pub fn can_enter_native(&self) -> bool {
        use crate::frame::frame_flags::{PLAIN, TRACED};
        self.header().flags & (PLAIN | TRACED) == 0
    }
}
