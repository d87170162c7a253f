//! Plain code, one CPython instruction after the other, with the events of `sys.settrace`.

use hognose_lowered::{Inst, Lowered, Op, flag};
use hognose_primitives::bug;
use hognose_runtime::execute::trace::{Event, leave_folded_at_head};
use hognose_runtime::execute::{Next, execute};
use hognose_runtime::frame::frame_flags;
use hognose_runtime::object::frame::FrameBody;
use hognose_runtime::{FrameRef, Raised, Result, Thread, Value};

/// Runs a frame in plain code until it returns, yields or raises; it has ended or is suspended then.
pub(crate) fn run(thread: &mut Thread, frame: FrameRef) -> Result {
    // The instruction that ran before: what a line event depends on.
    let mut before = frame.unit();
    if frame.pc() > 0 {
        frame.set_pc(frame.pc() - 1);
        before = frame.unit();
        frame.set_pc(frame.pc() + 1);
    }
    if !frame.has(frame_flags::PLAIN) {
        leave_folded_at_head(frame);
    }
    loop {
        match step(thread, frame, &mut before) {
            Ok(Step::Went) => {}
            Ok(Step::Ended(value)) => return Ok(value),
            Ok(Step::EndedRaising) => return Err(Raised),
            Err(Raised) => {
                if !thread.enter_handler(frame) {
                    tell_exit(thread, frame);
                    thread.end_raising(frame);
                    return Err(Raised);
                }
            }
        }
    }
}

enum Step {
    Went,
    Ended(Value),
    EndedRaising,
}

/// Tells the end of a frame that an exception leaves.
fn tell_exit(thread: &mut Thread, frame: FrameRef) {
    let exception = thread.take_raised();
    if thread.call_trace(frame, Event::Return, &Value::none()).is_ok() {
        let _ = thread.set_raised(exception);
    }
}

fn step(thread: &mut Thread, frame: FrameRef, before: &mut u32) -> Result<Step> {
    let code = frame.runnable().expect("the frame was entered with its code");
    let lowered = &code.lowered;
    let pc = frame.pc();
    let inst = lowered.code[pc as usize];
    let unit = lowered.unit(pc);
    if lowered.entry(unit) == Some(pc) {
        let previous = std::mem::replace(before, unit);
        if thread.is_tracing() {
            tell_instruction(thread, frame, lowered, inst, unit, previous)?;
        }
    }
    match inst.op {
        Op::RETURN_VALUE => {
            let value = take_value_a(frame, inst);
            if thread.call_trace(frame, Event::Return, &value).is_err() {
                drop(value);
                thread.end_raising(frame);
                return Ok(Step::EndedRaising);
            }
            thread.leave_frame(frame);
            thread.settle();
            Ok(Step::Ended(value))
        }
        Op::YIELD_VALUE => {
            let value = frame.set_register(inst.b.into(), None).unwrap_or_else(Value::none);
            thread.call_trace(frame, Event::Return, &value)?;
            frame.set_depth(u32::from(inst.a - lowered.nlocalsplus));
            thread.suspend_frame(frame);
            Ok(Step::Ended(value))
        }
        Op::RETURN_GENERATOR => {
            let generator = thread.make_generator(frame);
            Ok(Step::Ended(generator))
        }
        Op::JUMP | Op::JUMP_NO_INTERRUPT => {
            frame.set_pc(pc.wrapping_add_signed(inst.distance()));
            if inst.op == Op::JUMP && inst.distance() <= 0 && thread.poll_requested() {
                thread.poll(frame)?;
            }
            Ok(Step::Went)
        }
        _ => {
            let next = match execute(thread, frame, inst)? {
                Next::Go => pc + 1,
                Next::Jump => pc.wrapping_add_signed(inst.distance()),
            };
            frame.set_pc(next);
            Ok(Step::Went)
        }
    }
}

fn take_value_a(frame: FrameRef, inst: Inst) -> Value {
    let operand = inst.value_a();
    let value = match (operand.as_register(), operand.as_constant()) {
        (Some(register), _) if inst.flags & flag::A_OWNED != 0 => frame.set_register(register.into(), None),
        (Some(register), _) => frame.register(register.into()).cloned(),
        (_, Some(constant)) => Some(frame.code().constant(constant.into()).clone()),
        _ => None,
    };
    value.unwrap_or_else(Value::none)
}

/// The events that come before a CPython instruction.
fn tell_instruction(
    thread: &mut Thread,
    frame: FrameRef,
    lowered: &Lowered,
    inst: Inst,
    unit: u32,
    previous: u32,
) -> Result<()> {
    let first_resume = lowered.code.iter().position(|inst| inst.op == Op::RESUME).unwrap_or(0);
    let first_resume = lowered.unit(first_resume as u32);
    if unit < first_resume {
        return Ok(());
    }
    if inst.op == Op::RESUME {
        return thread.call_trace(frame, Event::Call, &Value::none());
    }
    let Some(object) = frame.frame_object().cloned() else { return Ok(()) };
    let body = object.cast::<FrameBody>();
    let line = frame.code().line_of(unit);
    let last_line = if previous <= first_resume { -1 } else { frame.code().line_of(previous) };
    let backwards = unit < previous && inst.op != Op::SEND;
    if line != -1 && body.trace_lines.get() && (line != last_line || bug!("trace-forgets-loops", backwards, false)) {
        thread.call_trace(frame, Event::Line, &Value::none())?;
    }
    if body.trace_opcodes.get() {
        thread.call_trace(frame, Event::Opcode, &Value::none())?;
    }
    Ok(())
}
