//! Generators: made from a frame, resumed in place by any engine.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::frame::{FrameRef, FrameStorage, frame_flags};
use crate::object::exception::ExceptionBody;
use crate::object::generator::{GeneratorBody, GeneratorState};
use crate::ops::types::is_exception_class;
use crate::ops::{Args, attribute, call, iterate};
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// `RETURN_GENERATOR`: moves the current frame to the heap and gives the generator that owns it.
///
/// The frame's `pc` must be that of the `RETURN_GENERATOR` instruction, and its stack empty. The frame that was current before is current
/// again; the engine returns the generator to it as the function's result.
pub fn return_generator(thread: &mut Thread, frame: FrameRef) -> Value {
    let function = frame.function().to_ref();
    let code = function.code();
    let storage = thread.detach_frame(frame);
    let body = GeneratorBody {
        state: GeneratorState::Created,
        frame: None,
        handled: Value::none(),
        name: function.name.get(),
        qualname: function.qualname.get(),
        code: code.into_value(),
    };
    let generator = thread.heap().alloc(&thread.types().generator, body);
    storage.set_generator(generator.word());
    generator.cast::<GeneratorBody>().body_mut(thread).frame = Some(storage);
    generator
}

/// How a generator was resumed.
pub enum Resume<'a> {
    /// With a value.
    Send(&'a Value),
    /// With the exception that the thread holds as raised.
    Throw,
    /// Where the frame was made to stand.
    Continue,
}

/// Resumes a generator: `Ok` gives what it yielded, or EXHAUSTED when it returned (its result then is the stop value).
///
/// # Errors
/// What it raises; ValueError when it is running already.
pub fn resume(thread: &mut Thread, generator: &Value, how: Resume<'_>) -> Result {
    let body = generator.cast::<GeneratorBody>().body(thread);
    let state = body.state;
    match state {
        GeneratorState::Running => {
            if let Resume::Throw = how {
                drop(thread.take_raised());
            }
            return Err(thread.value_error("generator already executing"));
        }
        GeneratorState::Finished => {
            return match how {
                Resume::Send(_) | Resume::Continue => Ok(Value::exhausted()),
                Resume::Throw => Err(Raised),
            };
        }
        GeneratorState::Created | GeneratorState::Suspended => {}
    }
    let frame = body.frame.as_ref().map(FrameStorage::frame).expect("not finished, so it has its frame");
    if let (GeneratorState::Created, Resume::Send(value)) = (state, &how)
        && !value.is_none()
    {
        return Err(thread.type_error("can't send non-None value to a just-started generator"));
    }
    // The frame must outlive the run even if the generator is dropped meanwhile.
    let keep = generator.clone();
    thread.resume_frame(frame)?;
    let body = keep.cast::<GeneratorBody>().body_mut(thread);
    body.state = GeneratorState::Running;
    let handled = std::mem::replace(&mut body.handled, Value::none());
    thread.handled.push(handled);
    match how {
        Resume::Send(value) => frame.receive(value.clone()),
        Resume::Throw => frame.set(frame_flags::THROWING),
        Resume::Continue => {}
    }
    let result = thread.run_frame(frame);
    let handled = thread.handled.pop().expect("pushed above");
    let body = keep.cast::<GeneratorBody>().body_mut(thread);
    let suspended = result.is_ok() && body.state == GeneratorState::Running && frame_is_suspended(body);
    if suspended {
        body.state = GeneratorState::Suspended;
        body.handled = handled;
        return result;
    }
    body.state = GeneratorState::Finished;
    drop(handled);
    match result {
        Ok(value) => Ok(thread.stop_with_value(value)),
        Err(Raised) => Err(stop_becomes_error(thread)),
    }
}

fn frame_is_suspended(body: &GeneratorBody) -> bool {
    body.frame.as_ref().is_some_and(|frame| frame.frame().has(frame_flags::SUSPENDED))
}

/// A StopIteration that leaves a generator becomes a RuntimeError.
fn stop_becomes_error(thread: &mut Thread) -> Raised {
    if !thread.raised_is(ExceptionKind::StopIteration) {
        return Raised;
    }
    let cause = thread.take_raised();
    let error = crate::object::str::new(thread, "generator raised StopIteration");
    let error = thread.new_exception(ExceptionKind::RuntimeError, vec![error]);
    let body = error.cast::<ExceptionBody>();
    drop(body.cause.set(cause.clone()));
    drop(body.context.set(cause));
    body.suppress_context.set(true);
    thread.set_raised(error)
}

/// `generator.__next__()` for loops: an item, or EXHAUSTED.
///
/// # Errors
/// As [`resume`].
pub fn next(thread: &mut Thread, generator: &Value) -> Result {
    resume(thread, generator, Resume::Send(&Value::none()))
}

/// `generator.send(value)`.
///
/// # Errors
/// StopIteration at the end, or as [`resume`].
pub fn send(thread: &mut Thread, generator: &Value, value: &Value) -> Result {
    let result = resume(thread, generator, Resume::Send(value))?;
    if result.is_exhausted() { Err(thread.raise_exhausted()) } else { Ok(result) }
}

/// What `SEND` does: sends to a sub-iterator. EXHAUSTED says that it ended; its result is the stop value.
///
/// # Errors
/// What the iterator raises.
pub fn send_to_iterator(thread: &mut Thread, iterator: &Value, value: &Value) -> Result {
    if iterator.is_a::<GeneratorBody>() {
        return resume(thread, iterator, Resume::Send(value));
    }
    if value.is_none() {
        return iterate::next_keeping_value(thread, iterator);
    }
    let result = call::call_method(thread, iterator, "send", std::slice::from_ref(value));
    match result {
        Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
            thread.stop_with_raised();
            Ok(Value::exhausted())
        }
        result => result,
    }
}

/// The iterator that a suspended generator delegates to by `yield from`, if it does.
pub fn delegate(thread: &Thread, generator: &Value) -> Option<Value> {
    let body = generator.cast::<GeneratorBody>().body(thread);
    if body.state != GeneratorState::Suspended {
        return None;
    }
    let frame = body.frame.as_ref()?.frame();
    let unit = frame.unit() as usize;
    let code = &frame.code().source.code;
    // CPython: the instruction after the suspended one is RESUME 2 (yield from) or 3 (await).
    let next = code.get((unit + 1) * 2..(unit + 2) * 2)?;
    if next[0] != hognose_bytecode::Opcode::RESUME as u8 || next[1] & 3 < 2 {
        return None;
    }
    let top = frame.code().nlocalsplus + frame.depth().checked_sub(1)?;
    frame.register(top).cloned()
}

/// `generator.throw(...)`.
///
/// # Errors
/// What comes out of the generator.
pub fn throw(thread: &mut Thread, generator: &Value, exception: &Value) -> Result {
    if let Some(inner) = delegate(thread, generator) {
        if thread.is_exception(exception, ExceptionKind::GeneratorExit) {
            set_running(thread, generator, true);
            let closed = close_iterator(thread, &inner);
            set_running(thread, generator, false);
            if closed.is_err() {
                return finish(thread, generator, Resume::Throw);
            }
        } else {
            let method = thread.names().throw.clone();
            let found = if inner.is_a::<GeneratorBody>() {
                Some(Value::none())
            } else {
                attribute::getattr_optional(thread, &inner, &method)?
            };
            if let Some(found) = found {
                set_running(thread, generator, true);
                let result = if inner.is_a::<GeneratorBody>() {
                    throw(thread, &inner, exception)
                } else {
                    call::call(thread, &found, Args::positional(std::slice::from_ref(exception)))
                };
                set_running(thread, generator, false);
                return match result {
                    Ok(value) => Ok(value),
                    Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
                        thread.stop_with_raised();
                        let value = thread.take_stop_value();
                        end_delegation(thread, generator, value);
                        finish(thread, generator, Resume::Continue)
                    }
                    // The handler's cleanup, or the end of the frame, releases the sub-iterator.
                    Err(Raised) => finish(thread, generator, Resume::Throw),
                };
            }
        }
    }
    let _ = thread.set_raised(exception.clone());
    finish(thread, generator, Resume::Throw)
}

fn finish(thread: &mut Thread, generator: &Value, how: Resume<'_>) -> Result {
    let result = resume(thread, generator, how)?;
    if result.is_exhausted() { Err(thread.raise_exhausted()) } else { Ok(result) }
}

fn set_running(thread: &mut Thread, generator: &Value, running: bool) {
    let body = generator.cast::<GeneratorBody>().body_mut(thread);
    body.state = if running { GeneratorState::Running } else { GeneratorState::Suspended };
}

/// Puts the result in place of the sub-iterator and lets the frame go on behind its `SEND`.
fn end_delegation(thread: &mut Thread, generator: &Value, result: Value) {
    let frame = generator.cast::<GeneratorBody>().body(thread).frame.as_ref().map(FrameStorage::frame);
    let Some(frame) = frame else { return };
    let Some(depth) = frame.depth().checked_sub(1) else { return };
    let target = unit_behind_send(&frame, frame.unit());
    drop(frame.set_register(frame.code().nlocalsplus + depth, Some(result)));
    if let (Some(unit), Some(code)) = (target, frame.runnable())
        && let Some(pc) = code.lowered.entry(unit)
    {
        frame.set_pc(pc);
    }
}

/// The code unit behind the loop of a `yield from` whose `YIELD_VALUE` is at `unit`.
fn unit_behind_send(frame: &FrameRef, unit: u32) -> Option<u32> {
    use hognose_bytecode::Opcode;
    let code = &frame.code().source.code;
    let mut at = (0..=unit as usize).rev().find(|&at| code[at * 2] == Opcode::SEND as u8)?;
    let mut distance = usize::from(code[at * 2 + 1]);
    let mut shift = 8;
    let send = at;
    while at > 0 && code[(at - 1) * 2] == Opcode::EXTENDED_ARG as u8 {
        at -= 1;
        distance |= usize::from(code[at * 2 + 1]) << shift;
        shift += 8;
    }
    Some((send + 1 + distance) as u32)
}

/// The exception for `throw(type, value, traceback)`.
///
/// # Errors
/// TypeError.
pub fn exception_to_throw(thread: &mut Thread, args: &[Value]) -> Result {
    let none = Value::none();
    let (class, value) = (&args[0], args.get(1).unwrap_or(&none));
    if is_exception_class(class) {
        if value.is_a::<ExceptionBody>() && thread.is_instance(value, class.cast::<crate::object::types::TypeBody>()) {
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

/// `generator.close()`.
///
/// # Errors
/// RuntimeError when it yields instead of ending, or what it raises.
pub fn close(thread: &mut Thread, generator: &Value) -> Result<()> {
    let state = generator.cast::<GeneratorBody>().body(thread).state;
    match state {
        GeneratorState::Finished => return Ok(()),
        GeneratorState::Created => {
            let body = generator.cast::<GeneratorBody>().body_mut(thread);
            body.state = GeneratorState::Finished;
            let frame = body.frame.take();
            drop(frame);
            return Ok(());
        }
        GeneratorState::Running => return Err(thread.value_error("generator already executing")),
        GeneratorState::Suspended => {}
    }
    let mut raised = false;
    if let Some(inner) = delegate(thread, generator) {
        set_running(thread, generator, true);
        raised = close_iterator(thread, &inner).is_err();
        set_running(thread, generator, false);
    }
    if !raised {
        let exit = thread.new_exception(ExceptionKind::GeneratorExit, Vec::new());
        let _ = thread.set_raised(exit);
    }
    let result = resume(thread, generator, Resume::Throw);
    match result {
        Ok(value) if value.is_exhausted() => {
            thread.clear_stop();
            Ok(())
        }
        Ok(_) => Err(thread.raise(ExceptionKind::RuntimeError, "generator ignored GeneratorExit")),
        Err(Raised)
            if thread.raised_is(ExceptionKind::StopIteration) || thread.raised_is(ExceptionKind::GeneratorExit) =>
        {
            drop(thread.take_raised());
            Ok(())
        }
        Err(Raised) => Err(Raised),
    }
}

fn close_iterator(thread: &mut Thread, iterator: &Value) -> Result<()> {
    if iterator.is_a::<GeneratorBody>() {
        return close(thread, iterator);
    }
    let name = thread.names().close.clone();
    match attribute::getattr_optional(thread, iterator, &name)? {
        Some(method) => call::call(thread, &method, Args::NONE).map(drop),
        None => Ok(()),
    }
}

/// The iterator for `yield from value`: `GET_YIELD_FROM_ITER`.
///
/// # Errors
/// As [`iterate::iter`].
pub fn yield_from_iter(thread: &mut Thread, value: &Value) -> Result {
    if value.is_a::<GeneratorBody>() { Ok(value.clone()) } else { iterate::iter(thread, value) }
}
