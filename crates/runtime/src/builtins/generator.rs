//! generator: methods, attributes and slots.

use crate::Result;
use crate::execute::generator as resume;
use crate::frame::FrameStorage;
use crate::object::exception::ExceptionBody;
use crate::object::generator::{GeneratorBody, GeneratorState};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::object::traceback::TracebackBody;
use crate::object::types::TypeBody;
use crate::ops::types::is_exception_class;
use crate::ops::{Args, call};
use crate::thread::Thread;
use crate::value::Value;

fn fill(slots: &Slots) {
    slots.iter.set(Some(|_, value| Ok(value.clone())));
    slots.next.set(Some(resume::next));
    slots.repr.set(Some(|thread, value| {
        let name = str::to_string(&value.cast::<GeneratorBody>().body(thread).qualname);
        Ok(str::from_string(thread, format!("<generator object {name} at {:#x}>", value.id())))
    }));
}

fn send(thread: &mut Thread, generator: &Value, value: &Value) -> Result {
    resume::send_method(thread, generator, value.clone())
}

fn close(thread: &mut Thread, generator: &Value) -> Result {
    resume::close(thread, generator)?;
    Ok(Value::none())
}

fn throw(thread: &mut Thread, generator: &Value, args: Args<'_>) -> Result {
    let positionals = args.positionals();
    if !(1..=3).contains(&positionals.len()) {
        let bound = if positionals.is_empty() { "at least 1 argument" } else { "at most 3 arguments" };
        let message = format!("throw expected {bound}, got {}", positionals.len());
        return Err(thread.type_error(&message));
    }
    let exception = exception_to_throw(thread, positionals)?;
    if let Some(traceback) = positionals.get(2).filter(|traceback| !traceback.is_none()) {
        if !traceback.is_a::<TracebackBody>() {
            return Err(thread.type_error("throw() third argument must be a traceback object"));
        }
        drop(exception.cast::<ExceptionBody>().traceback.set(traceback.clone()));
    }
    let _ = thread.set_raised(exception);
    resume::throw(thread, generator)
}

/// The exception for `throw(type, value, traceback)`.
fn exception_to_throw(thread: &mut Thread, args: &[Value]) -> Result {
    let none = Value::none();
    let (class, value) = (&args[0], args.get(1).unwrap_or(&none));
    if is_exception_class(class) {
        if value.is_a::<ExceptionBody>() && thread.is_instance(value, class.cast::<TypeBody>()) {
            return Ok(value.clone());
        }
        let arguments: &[Value] = if value.is_none() {
            &[]
        } else if let Some(items) = crate::object::tuple::items(value) {
            items
        } else {
            std::slice::from_ref(value)
        };
        return call::call(thread, class, Args::positional(arguments));
    }
    if class.is_a::<ExceptionBody>() {
        if !value.is_none() {
            return Err(thread.type_error("instance exception may not have a separate value"));
        }
        return Ok(class.clone());
    }
    let message =
        format!("exceptions must be classes or instances deriving from BaseException, not {}", thread.type_name(class));
    Err(thread.type_error(&message))
}

fn name(thread: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<GeneratorBody>().body(thread).name.clone())
}

fn qualname(thread: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<GeneratorBody>().body(thread).qualname.clone())
}

fn code(thread: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<GeneratorBody>().body(thread).code.clone())
}

fn running(thread: &mut Thread, value: &Value) -> Result {
    Ok(Value::bool(value.cast::<GeneratorBody>().body(thread).state == GeneratorState::Running))
}

fn suspended(thread: &mut Thread, value: &Value) -> Result {
    Ok(Value::bool(value.cast::<GeneratorBody>().body(thread).state == GeneratorState::Suspended))
}

fn frame(thread: &mut Thread, value: &Value) -> Result {
    let frame = value.cast::<GeneratorBody>().body(thread).frame.as_ref().map(FrameStorage::frame);
    Ok(match frame {
        Some(frame) => thread.frame_object(frame),
        None => Value::none(),
    })
}

fn delegate(thread: &mut Thread, value: &Value) -> Result {
    Ok(resume::delegate(thread, value.cast::<GeneratorBody>()).unwrap_or_else(Value::none))
}

/// What a generator can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::one_arg("send", send, ""),
        NativeRow::args("throw", throw, ""),
        NativeRow::no_args("close", close, ""),
    ],
    getsets: &[
        GetSetRow { name: "__name__", get: name, set: None },
        GetSetRow { name: "__qualname__", get: qualname, set: None },
        GetSetRow { name: "gi_code", get: code, set: None },
        GetSetRow { name: "gi_frame", get: frame, set: None },
        GetSetRow { name: "gi_running", get: running, set: None },
        GetSetRow { name: "gi_suspended", get: suspended, set: None },
        GetSetRow { name: "gi_yieldfrom", get: delegate, set: None },
    ],
    fill,
    doc: "",
};
