//! `sys.settrace`: the events that traced frames tell.

use crate::Result;
use crate::frame::{FrameRef, frame_flags};
use crate::object::frame::FrameBody;
use crate::object::{str, tuple};
use crate::ops::{Args, call};
use crate::thread::{Thread, poll};
use crate::value::{Raised, Value};
use hognose_bytecode::Opcode;

/// What a trace function is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum TraceEvent {
    Call,
    Line,
    Return,
    Exception,
    Opcode,
}

impl TraceEvent {
    /// CPython's name.
    pub fn name(self) -> &'static str {
        match self {
            TraceEvent::Call => "call",
            TraceEvent::Line => "line",
            TraceEvent::Return => "return",
            TraceEvent::Exception => "exception",
            TraceEvent::Opcode => "opcode",
        }
    }
}

impl Thread {
    /// Whether a trace function is set: frames then run the plain form.
    #[inline]
    pub fn is_tracing(&self) -> bool {
        self.tracing.get() != 0
    }

    /// `sys.settrace(function)`; `None` ends tracing.
    pub fn set_trace(&mut self, function: Option<Value>) {
        self.tracing.set(u32::from(function.is_some()));
        if function.is_some() {
            self.set_poll(poll::TRACE);
        } else {
            self.clear_poll(poll::TRACE);
        }
        let old = std::mem::replace(&mut self.trace_function, function);
        drop(old);
    }

    /// Tells a trace function that a frame begins (or a generator's frame goes on): `call`. What it returns becomes the
    /// frame's own trace function.
    ///
    /// # Errors
    /// What the trace function raises; tracing then ends.
    pub fn trace_call(&mut self, frame: FrameRef) -> Result<()> {
        let Some(function) = self.trace_function.clone() else { return Ok(()) };
        if self.in_trace {
            return Ok(());
        }
        frame.set(frame_flags::TRACED);
        let result = self.call_trace(&function, frame, TraceEvent::Call, Value::none())?;
        let object = self.frame_object(frame);
        drop(object.cast::<FrameBody>().trace.set(result));
        Ok(())
    }

    /// Tells a frame's own trace function about an event. `line` events are for the engine to find: when the line
    /// changes, or on a backward jump; see [`Thread::trace_line`].
    ///
    /// # Errors
    /// What the trace function raises; tracing then ends.
    pub fn trace_event(&mut self, frame: FrameRef, event: TraceEvent, argument: Value) -> Result<()> {
        if self.in_trace || !self.is_tracing() {
            return Ok(());
        }
        let Some(object) = frame.frame_object().cloned() else { return Ok(()) };
        let body = object.cast::<FrameBody>();
        let function = body.trace.get();
        if function.is_none() {
            return Ok(());
        }
        let result = self.call_trace(&function, frame, event, argument)?;
        if !result.is_none() {
            drop(body.trace.set(result));
        }
        Ok(())
    }

    /// To be called before each CPython instruction but `RESUME` of a traced frame: tells `line` when the line is another one than that of the
    /// instruction executed before, or control jumped back.
    ///
    /// # Errors
    /// What the trace function raises.
    pub fn trace_line(&mut self, frame: FrameRef, unit: u32, previous_unit: u32) -> Result<()> {
        if self.in_trace || !self.is_tracing() {
            return Ok(());
        }
        let code = frame.code().to_ref();
        let line = code.line_of(unit);
        if line < 0 || !frame.frame_object().is_some_and(|object| object.cast::<FrameBody>().trace_lines.get()) {
            return Ok(());
        }
        let opcode = |unit: u32| code.source.code.get(unit as usize * 2).copied();
        let entry = (0..).find(|&unit| opcode(unit).is_none_or(|number| number == Opcode::RESUME as u8)).unwrap_or(0);
        let last_line = if previous_unit <= entry { -1 } else { code.line_of(previous_unit) };
        let jumped_back = unit < previous_unit && opcode(unit) != Some(Opcode::SEND as u8);
        if line != last_line || jumped_back {
            frame.set_traced_line(line);
            return self.trace_event(frame, TraceEvent::Line, Value::none());
        }
        Ok(())
    }

    fn call_trace(&mut self, function: &Value, frame: FrameRef, event: TraceEvent, argument: Value) -> Result {
        let object = self.frame_object(frame);
        let name = str::new(self, event.name());
        self.in_trace = true;
        let raised = self.raised.take();
        let tracing = self.tracing.replace(0);
        let result = call::call(self, function, Args::positional(&[object.clone(), name, argument]));
        self.in_trace = false;
        if self.trace_function.is_some() {
            self.tracing.set(tracing.max(1));
        }
        match result {
            Ok(result) => {
                self.raised.set(raised);
                Ok(result)
            }
            Err(Raised) => {
                let error = self.take_raised();
                self.set_trace(None);
                drop(object.cast::<FrameBody>().trace.set(Value::none()));
                Err(self.set_raised(error))
            }
        }
    }

    /// The argument of an `exception` event: class, exception, traceback.
    pub fn trace_exception(&mut self, frame: FrameRef) -> Result<()> {
        let Some(exception) = self.raised() else { return Ok(()) };
        let class = self.type_ref(&exception).into_value();
        let traceback = crate::ops::unwind::traceback_of(&exception);
        let argument = tuple::new(self, vec![class, exception, traceback]);
        self.trace_event(frame, TraceEvent::Exception, argument)
    }
}
