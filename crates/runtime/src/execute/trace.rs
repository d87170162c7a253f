//! `sys.settrace`: the trace function and its events.

use crate::Result;
use crate::frame::{FrameRef, frame_flags};
use crate::object::frame::FrameBody;
use crate::object::{str, tuple};
use crate::ops::Args;
use crate::thread::{Thread, poll};
use crate::value::{Raised, Value};

/// What a trace function is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Event {
    Call,
    Line,
    Return,
    Exception,
    Opcode,
}

impl Event {
    /// Its name in Python.
    pub fn name(self) -> &'static str {
        match self {
            Event::Call => "call",
            Event::Line => "line",
            Event::Return => "return",
            Event::Exception => "exception",
            Event::Opcode => "opcode",
        }
    }
}

impl Thread {
    /// `sys.settrace`.
    pub fn set_trace_function(&mut self, function: Option<Value>) {
        let old = std::mem::replace(&mut self.trace_function, function);
        self.show_tracing();
        drop(old);
    }

    /// `sys.gettrace`.
    pub fn trace_function(&self) -> Option<Value> {
        self.trace_function.clone()
    }

    /// Whether events are told now: a trace function is set, and not running itself.
    #[inline]
    pub fn is_tracing(&self) -> bool {
        self.tracing.get() != 0
    }

    fn show_tracing(&self) {
        let on = self.trace_function.is_some() && !self.in_trace;
        self.tracing.set(u32::from(on));
        if on {
            self.set_poll(poll::TRACE);
        } else {
            self.clear_poll(poll::TRACE);
        }
    }

    /// Tells an event of a frame: a call to the global trace function, everything else to the frame's own.
    ///
    /// # Errors
    /// What the trace function raises; tracing is then off.
    pub fn call_trace(&mut self, frame: FrameRef, event: Event, arg: &Value) -> Result<()> {
        if !self.is_tracing() {
            return Ok(());
        }
        let object = match event {
            Event::Call => self.frame_object(frame),
            _ => match frame.frame_object() {
                Some(object) => object.clone(),
                None => return Ok(()),
            },
        };
        let body = object.cast::<FrameBody>();
        let function = match event {
            Event::Call => self.trace_function(),
            _ => Some(body.trace.get()).filter(|function| !function.is_none()),
        };
        let Some(function) = function else { return Ok(()) };
        self.in_trace = true;
        self.show_tracing();
        let name = str::new(self, event.name());
        let arguments = [object.clone(), name, arg.clone()];
        let result = crate::ops::call::call(self, &function, Args::positional(&arguments));
        self.in_trace = false;
        self.show_tracing();
        match result {
            Ok(answer) => {
                if !answer.is_none() {
                    drop(body.trace.set(answer));
                }
                Ok(())
            }
            Err(Raised) => {
                self.set_trace_function(None);
                drop(body.trace.set(Value::none()));
                Err(Raised)
            }
        }
    }

    /// Tells that an exception is on its way through a frame. What the trace function raises takes its place.
    pub(crate) fn trace_exception(&mut self, frame: FrameRef) {
        if !self.is_tracing() || !is_traced(frame) {
            return;
        }
        let exception = self.take_raised();
        let ty = self.type_of(&exception).to_value();
        let traceback = exception.cast::<crate::object::exception::ExceptionBody>().traceback.get();
        let arg = tuple::new(self, vec![ty, exception.clone(), traceback]);
        if self.call_trace(frame, Event::Exception, &arg).is_ok() {
            let _ = self.set_raised(exception);
        }
    }
}

/// Whether a frame has a trace function of its own.
pub fn is_traced(frame: FrameRef) -> bool {
    frame.frame_object().is_some_and(|object| !object.cast::<FrameBody>().trace.get().is_none())
}

/// Moves a frame from folded to plain code at the head of a block, at a function's start or where a generator goes on.
pub fn leave_folded_at_head(frame: FrameRef) {
    let pc = frame.pc();
    let folded = &frame.code().runnable(false).expect("it runs").lowered;
    let head = folded.entries.iter().position(|&entry| entry == pc);
    let unit = head.map_or_else(|| folded.unit(pc), |unit| unit as u32);
    enter_plain(frame, unit);
}

/// Moves a frame from folded to plain code behind the instruction at `pc`, which has finished: its result is at home.
pub fn leave_folded_after(frame: FrameRef) {
    let pc = frame.pc();
    let folded = &frame.code().runnable(false).expect("it runs").lowered;
    for slot in 0..folded.slots(pc).len() as u16 {
        crate::execute::unwind::bring_home(frame, pc, slot);
    }
    let unit = folded.unit(pc);
    enter_plain(frame, unit + 1);
}

/// Enters plain code at the first CPython instruction at or behind a code unit.
fn enter_plain(frame: FrameRef, unit: u32) {
    let plain = &frame.code().runnable(true).expect("folded code means that plain code exists").lowered;
    let entry = (unit..plain.entries.len() as u32).find_map(|unit| plain.entry(unit)).unwrap_or(0);
    frame.set(frame_flags::PLAIN);
    frame.clear(frame_flags::TRACE_REQUESTED);
    frame.set_pc(entry);
}
