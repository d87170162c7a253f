//! frame: attributes and methods.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::frame::{FrameRef, frame_flags};
use crate::object::frame::{FrameBody, FrameState};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::ops::{namespace, repr};
use crate::thread::Thread;
use crate::value::Value;

fn behind(thread: &mut Thread, object: &Value) -> Result<FrameRef> {
    match thread.frame_behind(object) {
        Some(frame) => Ok(frame),
        None => Err(thread.raise(ExceptionKind::RuntimeError, "the frame was cleared")),
    }
}

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let frame = behind(thread, value)?;
        let file = frame.code().filename.clone();
        let file = repr::repr_text(thread, &file)?;
        let text = format!(
            "<frame at {:#x}, file {file}, line {}, code {}>",
            value.id(),
            frame.line(),
            str::to_string(&frame.code().name)
        );
        Ok(str::from_string(thread, text))
    }));
}

fn back(thread: &mut Thread, value: &Value) -> Result {
    let live = match &*value.cast::<FrameBody>().state.borrow() {
        FrameState::Live(frame) => Some(*frame),
        _ => None,
    };
    match live {
        Some(frame) => Ok(match frame.previous() {
            Some(previous) => thread.frame_object(previous),
            None => Value::none(),
        }),
        None => Ok(value.cast::<FrameBody>().back.get()),
    }
}

fn code(thread: &mut Thread, value: &Value) -> Result {
    Ok(behind(thread, value)?.code().to_value())
}

fn globals(thread: &mut Thread, value: &Value) -> Result {
    Ok(behind(thread, value)?.globals().clone())
}

fn builtins(thread: &mut Thread, value: &Value) -> Result {
    Ok(behind(thread, value)?.builtins().clone())
}

fn locals(thread: &mut Thread, value: &Value) -> Result {
    let frame = behind(thread, value)?;
    Ok(namespace::locals(thread, frame))
}

fn lasti(thread: &mut Thread, value: &Value) -> Result {
    let frame = behind(thread, value)?;
    Ok(thread.int(i64::from(frame.unit()) * 2))
}

fn line(thread: &mut Thread, value: &Value) -> Result {
    let frame = behind(thread, value)?;
    let line = frame.line();
    Ok(if line < 0 { Value::none() } else { thread.int(i64::from(line)) })
}

fn set_line(thread: &mut Thread, _: &Value, _: &Value, _: Option<&Value>) -> Result<()> {
    Err(thread.unsupported("assignment to f_lineno"))
}

fn trace(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<FrameBody>().trace.get())
}

fn set_trace(thread: &mut Thread, _: &Value, value: &Value, function: Option<&Value>) -> Result<()> {
    let function = function.cloned().unwrap_or_else(Value::none);
    let is_set = !function.is_none();
    drop(value.cast::<FrameBody>().trace.set(function));
    if let (true, Some(frame)) = (is_set, thread.frame_behind(value)) {
        frame.set(frame_flags::TRACE_REQUESTED);
    }
    Ok(())
}

fn trace_lines(_: &mut Thread, value: &Value) -> Result {
    Ok(Value::bool(value.cast::<FrameBody>().trace_lines.get()))
}

fn set_trace_lines(thread: &mut Thread, _: &Value, value: &Value, new: Option<&Value>) -> Result<()> {
    match new {
        Some(new) if new.is_bool() => {
            value.cast::<FrameBody>().trace_lines.set(new.is_true());
            Ok(())
        }
        _ => Err(thread.type_error("attribute value type must be bool")),
    }
}

fn trace_opcodes(_: &mut Thread, value: &Value) -> Result {
    Ok(Value::bool(value.cast::<FrameBody>().trace_opcodes.get()))
}

fn set_trace_opcodes(thread: &mut Thread, _: &Value, value: &Value, new: Option<&Value>) -> Result<()> {
    match new {
        Some(new) if new.is_bool() => {
            value.cast::<FrameBody>().trace_opcodes.set(new.is_true());
            Ok(())
        }
        _ => Err(thread.type_error("attribute value type must be bool")),
    }
}

fn clear(thread: &mut Thread, value: &Value) -> Result {
    let is_live = matches!(&*value.cast::<FrameBody>().state.borrow(), FrameState::Live(_));
    if is_live {
        return Err(thread.raise(ExceptionKind::RuntimeError, "cannot clear an executing frame"));
    }
    if let Some(frame) = thread.frame_behind(value) {
        for register in 0..frame.code().nlocalsplus {
            drop(frame.set_register(register, None));
        }
    }
    Ok(Value::none())
}

/// What a frame object can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[NativeRow::no_args("clear", clear, "")],
    getsets: &[
        GetSetRow { name: "f_back", get: back, set: None },
        GetSetRow { name: "f_code", get: code, set: None },
        GetSetRow { name: "f_globals", get: globals, set: None },
        GetSetRow { name: "f_builtins", get: builtins, set: None },
        GetSetRow { name: "f_locals", get: locals, set: None },
        GetSetRow { name: "f_lasti", get: lasti, set: None },
        GetSetRow { name: "f_lineno", get: line, set: Some(set_line) },
        GetSetRow { name: "f_trace", get: trace, set: Some(set_trace) },
        GetSetRow { name: "f_trace_lines", get: trace_lines, set: Some(set_trace_lines) },
        GetSetRow { name: "f_trace_opcodes", get: trace_opcodes, set: Some(set_trace_opcodes) },
    ],
    fill,
    doc: "",
};
