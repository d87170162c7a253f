//! Generators: made, resumed, thrown into, closed.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::frame::{FrameRef, FrameStorage, frame_flags};
use crate::object::exception::ExceptionBody;
use crate::object::generator::{GeneratorBody, GeneratorState};
use crate::ops::{attribute, call, iterate};
use crate::thread::Thread;
use crate::value::{Object, Raised, Value};
use hognose_lowered::Op;
use hognose_primitives::bug;

/// How a generator, or any iterator, answers to a value sent.
pub enum Sent {
    /// It yielded this.
    Yielded(Value),
    /// It has ended with this result.
    Returned(Value),
}

impl Thread {
    /// `RETURN_GENERATOR`: makes a generator of the current frame, which is at that instruction, and takes it off the stack.
    pub fn make_generator(&mut self, frame: FrameRef) -> Value {
        let flags = frame.header().flags & !frame_flags::ENTRY | frame_flags::GENERATOR | frame_flags::SUSPENDED;
        let function = frame.function().to_value();
        let function = function.cast::<crate::object::function::FunctionBody>();
        let (name, qualname) = (function.name.get(), function.qualname.get());
        let code = frame.code().to_value();
        self.unlink_frame(frame);
        let storage = FrameStorage::take(frame, 0);
        storage.frame().clear(u32::MAX);
        storage.frame().set(flags);
        let body = GeneratorBody {
            state: GeneratorState::Created,
            frame: Some(storage),
            handled: Value::none(),
            name,
            qualname,
            code,
        };
        let generator = self.heap().alloc(&self.types().generator, body);
        let storage = generator.cast::<GeneratorBody>().body_mut(self).frame.as_ref().expect("just stored");
        storage.set_generator(generator.word());
        generator
    }
}

/// How a generator is resumed.
enum Input {
    /// With a value sent to where it is suspended.
    Send(Value),
    /// By raising, where it is suspended, the exception that the thread holds.
    Throw,
    /// With the result of what it delegated to, in this home, at this instruction.
    Delegated { value: Value, home: u32, pc: u32 },
}

/// Resumes a generator with a value (None for the first time).
///
/// # Errors
/// What the generator raises; StopIteration inside it becomes RuntimeError. ValueError when it runs already.
pub fn send_to_generator(thread: &mut Thread, generator: &Value, value: Value) -> Result<Sent> {
    resume(thread, generator, Input::Send(value))
}

fn resume(thread: &mut Thread, generator: &Value, input: Input) -> Result<Sent> {
    let object = generator.cast::<GeneratorBody>();
    let body = object.body_mut(thread);
    match body.state {
        GeneratorState::Running => {
            if let Input::Throw = input {
                drop(thread.take_raised());
            }
            return Err(thread.value_error("generator already executing"));
        }
        GeneratorState::Finished => {
            return match input {
                Input::Throw => Err(Raised),
                _ => Ok(Sent::Returned(Value::none())),
            };
        }
        GeneratorState::Created => match &input {
            Input::Send(value) if !value.is_none() => {
                return Err(thread.type_error("can't send non-None value to a just-started generator"));
            }
            _ => {}
        },
        GeneratorState::Suspended => {}
    }
    let body = object.body_mut(thread);
    body.state = GeneratorState::Running;
    let handled = std::mem::replace(&mut body.handled, Value::none());
    let frame = body.frame.as_ref().expect("only a finished generator has none").frame();
    thread.handled.push(handled);
    let result = run(thread, frame, input);
    let handled = thread.handled.pop().expect("pushed above");
    let suspended = object.body(thread).frame.is_some() && frame.has(frame_flags::SUSPENDED);
    let body = object.body_mut(thread);
    if suspended {
        body.state = GeneratorState::Suspended;
        body.handled = handled;
    } else {
        body.state = GeneratorState::Finished;
        drop(handled);
    }
    match result {
        Ok(value) if suspended => Ok(Sent::Yielded(value)),
        Ok(value) => Ok(Sent::Returned(value)),
        Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
            Err(replace_by_runtime_error(thread, "generator raised StopIteration"))
        }
        Err(Raised) => Err(Raised),
    }
}

fn run(thread: &mut Thread, frame: FrameRef, input: Input) -> Result {
    let (register, value, pc) = match input {
        Input::Throw => {
            let thrown = thread.take_raised();
            // A RecursionError takes the place of what was thrown.
            thread.resume_frame(frame)?;
            let _ = thread.set_raised(thrown);
            frame.set(frame_flags::ENTRY);
            return match thread.unwind(frame) {
                Some(frame) => thread.run_frame(frame),
                None => Err(Raised),
            };
        }
        Input::Send(value) => {
            let pc = frame.pc();
            let code = frame.runnable().expect("it ran before");
            (u32::from(code.lowered.code[pc as usize].a), value, pc + 1)
        }
        Input::Delegated { value, home, pc } => (home, value, pc),
    };
    thread.resume_frame(frame)?;
    frame.set(frame_flags::ENTRY);
    frame.write_dead_register(register, value);
    frame.set_pc(pc);
    thread.run_frame(frame)
}

/// Puts RuntimeError in the place of the raised exception, which becomes its cause and context.
fn replace_by_runtime_error(thread: &mut Thread, message: &str) -> Raised {
    let inner = thread.take_raised();
    let message = crate::object::str::new(thread, message);
    let error = thread.new_exception(ExceptionKind::RuntimeError, vec![message]);
    let body = error.cast::<ExceptionBody>();
    drop(body.cause.set(inner.clone()));
    body.suppress_context.set(true);
    drop(body.context.set(inner));
    thread.set_raised(error)
}

/// Sends a value to whatever `yield from` delegates to.
///
/// # Errors
/// What the iterator raises, StopIteration apart.
pub fn send(thread: &mut Thread, receiver: &Value, value: Value) -> Result<Sent> {
    if receiver.is_a::<GeneratorBody>() {
        return send_to_generator(thread, receiver, value);
    }
    let result = if value.is_none() {
        match iterate::next_keeping_value(thread, receiver) {
            Ok(item) if item.is_exhausted() => return Ok(Sent::Returned(thread.take_stop_value())),
            other => other,
        }
    } else {
        let name = thread.intern("send");
        match attribute::getattr(thread, receiver, &name) {
            Ok(method) => call::call(thread, &method, crate::ops::Args::positional(&[value])),
            Err(Raised) => Err(Raised),
        }
    };
    match result {
        Ok(value) => Ok(Sent::Yielded(value)),
        Err(Raised) => take_stop_iteration(thread).map(Sent::Returned),
    }
}

/// The value of the raised StopIteration, which is then gone.
///
/// # Errors
/// Any other exception.
pub fn take_stop_iteration(thread: &mut Thread) -> Result {
    if !thread.raised_is(ExceptionKind::StopIteration) {
        return Err(Raised);
    }
    let exception = thread.take_raised();
    let value = exception.cast::<ExceptionBody>().attribute(ExceptionKind::StopIteration, "value");
    Ok(value.unwrap_or_else(Value::none))
}

/// What `yield from` iterates: a generator itself, or an iterator.
///
/// # Errors
/// TypeError when it is not iterable.
pub fn yield_from_iter(thread: &mut Thread, iterable: Value) -> Result {
    if iterable.is_a::<GeneratorBody>() {
        return Ok(iterable);
    }
    iterate::iter(thread, &iterable)
}

/// `__next__` as a slot: EXHAUSTED when it returned; its result then waits as the stop value.
///
/// # Errors
/// What it raises.
pub fn next(thread: &mut Thread, generator: &Value) -> Result {
    match send_to_generator(thread, generator, Value::none())? {
        Sent::Yielded(value) => Ok(value),
        Sent::Returned(value) => Ok(thread.stop_with_value(value)),
    }
}

/// `send`.
///
/// # Errors
/// What it raises; StopIteration when it returned.
pub fn send_method(thread: &mut Thread, generator: &Value, value: Value) -> Result {
    match send_to_generator(thread, generator, value)? {
        Sent::Yielded(value) => Ok(value),
        Sent::Returned(value) => Err(thread.raise_stop_iteration(value)),
    }
}

/// The iterator that a suspended generator delegates to by `yield from`.
pub fn delegate(thread: &Thread, generator: &Object<GeneratorBody>) -> Option<Value> {
    let body = generator.body(thread);
    if body.state != GeneratorState::Suspended {
        return None;
    }
    let frame = body.frame.as_ref()?.frame();
    let code = frame.runnable()?;
    let pc = frame.pc() as usize;
    let resume = code.lowered.code.get(pc + 1)?;
    let delegates = resume.op == Op::RESUME && resume.a >= 2;
    let home = code.lowered.code[pc].a;
    if delegates { frame.register(u32::from(home) - 1).cloned() } else { None }
}

/// `throw`, for an exception that the thread holds as raised.
///
/// # Errors
/// What the generator raises; StopIteration when it returned.
pub fn throw(thread: &mut Thread, generator: &Value) -> Result {
    let object = generator.cast::<GeneratorBody>();
    let answer = match delegate(thread, object) {
        Some(inner) => throw_into_delegate(thread, generator, inner)?,
        None => resume(thread, generator, Input::Throw)?,
    };
    match answer {
        Sent::Yielded(value) => Ok(value),
        Sent::Returned(value) => Err(thread.raise_stop_iteration(value)),
    }
}

fn throw_into_delegate(thread: &mut Thread, generator: &Value, inner: Value) -> Result<Sent> {
    let object = generator.cast::<GeneratorBody>();
    if thread.raised_is(ExceptionKind::GeneratorExit) {
        let thrown = thread.take_raised();
        object.body_mut(thread).state = GeneratorState::Running;
        let closed = close_delegate(thread, &inner);
        object.body_mut(thread).state = GeneratorState::Suspended;
        drop(inner);
        if closed.is_ok() {
            let _ = thread.set_raised(thrown);
        }
        return resume(thread, generator, Input::Throw);
    }
    let result = if inner.is_a::<GeneratorBody>() {
        object.body_mut(thread).state = GeneratorState::Running;
        throw(thread, &inner)
    } else {
        let thrown = thread.take_raised();
        let name = thread.intern("throw");
        match attribute::getattr(thread, &inner, &name) {
            Ok(method) => {
                object.body_mut(thread).state = GeneratorState::Running;
                call::call(thread, &method, crate::ops::Args::positional(&[thrown]))
            }
            Err(Raised) if thread.raised_is(ExceptionKind::AttributeError) => {
                drop(thread.take_raised());
                drop(inner);
                let _ = thread.set_raised(thrown);
                return resume(thread, generator, Input::Throw);
            }
            Err(Raised) => Err(Raised),
        }
    };
    object.body_mut(thread).state = GeneratorState::Suspended;
    match result {
        Ok(value) => Ok(Sent::Yielded(value)),
        Err(Raised) => {
            // The delegate has ended: with a result, the generator goes on behind its `yield from`.
            match take_stop_iteration(thread) {
                Ok(value) => {
                    let frame = object.body(thread).frame.as_ref().expect("suspended").frame();
                    drop(inner);
                    let (home, pc) = leave_delegation(frame);
                    resume(thread, generator, Input::Delegated { value, home, pc })
                }
                Err(Raised) => resume(thread, generator, Input::Throw),
            }
        }
    }
}

/// Lets go of the delegate of a frame that is suspended in `yield from`: the home for its result, and where the frame goes on.
fn leave_delegation(frame: FrameRef) -> (u32, u32) {
    let code = frame.runnable().expect("it ran before");
    let list = &code.lowered.code;
    // YIELD_VALUE, RESUME, then the jump back to SEND, whose own jump leads behind the loop.
    let back = frame.pc() + 2;
    let at = back.wrapping_add_signed(list[back as usize].distance());
    let send = list[at as usize];
    drop(frame.set_register(send.a.into(), None));
    (send.a.into(), at.wrapping_add_signed(send.distance()))
}

fn close_delegate(thread: &mut Thread, inner: &Value) -> Result<()> {
    if inner.is_a::<GeneratorBody>() {
        return close(thread, inner);
    }
    let name = thread.intern("close");
    let method = attribute::getattr(thread, inner, &name);
    match thread.catch(method, ExceptionKind::AttributeError)? {
        Some(method) => call::call(thread, &method, crate::ops::Args::NONE).map(drop),
        None => Ok(()),
    }
}

/// `close`.
///
/// # Errors
/// What the generator raises instead of ending.
pub fn close(thread: &mut Thread, generator: &Value) -> Result<()> {
    let object = generator.cast::<GeneratorBody>();
    match object.body(thread).state {
        GeneratorState::Finished => return Ok(()),
        GeneratorState::Created => {
            let body = object.body_mut(thread);
            body.state = GeneratorState::Finished;
            let storage = body.frame.take();
            drop(storage);
            thread.settle();
            return Ok(());
        }
        GeneratorState::Suspended | GeneratorState::Running => {}
    }
    let closed = match delegate(thread, object) {
        Some(inner) => {
            object.body_mut(thread).state = GeneratorState::Running;
            let closed = close_delegate(thread, &inner);
            object.body_mut(thread).state = GeneratorState::Suspended;
            closed
        }
        None => Ok(()),
    };
    if closed.is_ok() {
        let exit = thread.new_exception(ExceptionKind::GeneratorExit, Vec::new());
        let _ = bug!("close-loses-context", thread.raise_value(exit), thread.set_raised(exit));
    }
    match resume(thread, generator, Input::Throw) {
        Ok(Sent::Yielded(_)) => Err(thread.raise(ExceptionKind::RuntimeError, "generator ignored GeneratorExit")),
        Ok(Sent::Returned(_)) => Ok(()),
        Err(Raised)
            if thread.raised_is(ExceptionKind::GeneratorExit) || thread.raised_is(ExceptionKind::StopIteration) =>
        {
            drop(thread.take_raised());
            Ok(())
        }
        Err(Raised) => Err(Raised),
    }
}
