//! Conditions, exceptions, `with`, and what else decides where control goes.

use super::Next;
use super::number::{comparison, is};
use super::step::Step;
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::types::type_flags;
use crate::ops::{compare, matching, raise, truth};
use crate::value::{Raised, Value};
use hognose_lowered::{Field, Op};

fn jump_when(condition: bool) -> Result<Next> {
    Ok(if condition { Next::Jump } else { Next::Go })
}

/// The truth of a comparison's result: raises at the place of the jump.
fn truth_at_jump(step: &mut Step<'_>, value: Value) -> Result<bool> {
    if value.is_bool() {
        return Ok(value.is_true());
    }
    let unit = step.frame.runnable().map(|code| code.lowered.second_unit(step.frame.pc()));
    step.frame.report_unit(unit);
    let result = truth::is_true(step.thread, &value);
    drop(value);
    step.settle();
    if result.is_ok() {
        step.frame.report_unit(None);
    }
    result
}

pub(super) fn jump_if(step: &mut Step<'_>) -> Result<Next> {
    let value = step.a()?;
    let result = truth::is_true(step.thread, &value);
    drop(value);
    step.settle();
    jump_when(result? == (step.inst.op == Op::JUMP_IF_TRUE))
}

pub(super) fn jump_if_none(step: &mut Step<'_>) -> Result<Next> {
    let value = step.a()?;
    let none = value.is_none();
    drop(value);
    jump_when(none == (step.inst.op == Op::JUMP_IF_NONE))
}

pub(super) fn jump_or_pop(step: &mut Step<'_>) -> Result<Next> {
    let value = step.take(step.inst.a)?;
    let truth = truth::is_true(step.thread, &value)?;
    if truth == (step.inst.op == Op::JUMP_IF_TRUE_OR_POP) {
        step.put(step.inst.a, value);
        return Ok(Next::Jump);
    }
    Ok(Next::Go)
}

pub(super) fn jump_if_compare(step: &mut Step<'_>) -> Result<Next> {
    let lhs = step.a()?;
    let rhs = match step.inst.op.fields()[1] {
        Field::Immediate => Value::small_int(i64::from(step.inst.b as i16)),
        _ => step.b()?,
    };
    // Four groups of six: each comparison with both senses, then both again with an immediate.
    let number = step.inst.op as u8 - Op::JUMP_IF_LT as u8;
    let sense = (number / 6).is_multiple_of(2);
    let result = compare::compare(step.thread, comparison(number % 6), &lhs, &rhs);
    drop(lhs);
    drop(rhs);
    step.settle();
    let result = result?;
    jump_when(truth_at_jump(step, result)? == sense)
}

pub(super) fn jump_if_is(step: &mut Step<'_>) -> Result<Next> {
    let (lhs, rhs) = (step.a()?, step.b()?);
    let same = is(step, &lhs, &rhs);
    drop(lhs);
    drop(rhs);
    jump_when(same == (step.inst.op == Op::JUMP_IF_IS))
}

pub(super) fn jump_if_in(step: &mut Step<'_>) -> Result<Next> {
    let (value, container) = (step.a()?, step.b()?);
    let result = compare::contains(step.thread, &container, &value);
    drop(value);
    drop(container);
    step.settle();
    jump_when(result? == (step.inst.op == Op::JUMP_IF_IN))
}

pub(super) fn resume(step: &mut Step<'_>) -> Result<Next> {
    step.thread.poll(step.frame)?;
    Ok(Next::Go)
}

pub(super) fn load_assertion_error(step: &mut Step<'_>) -> Result<Next> {
    let ty = step.thread.exception_types().get(ExceptionKind::AssertionError).value().clone();
    step.store(ty);
    Ok(Next::Go)
}

pub(super) fn raise_varargs(step: &mut Step<'_>) -> Result<Next> {
    let count = step.inst.a;
    let cause = if count == 2 { Some(step.c()?) } else { None };
    let exception = if count >= 1 { Some(step.b()?) } else { None };
    if count == 0 && step.thread.handled_exception().is_some() {
        // What is raised again has its entry of this frame already.
        step.frame.set(crate::frame::frame_flags::UNWINDING);
    }
    Err(raise::raise_statement(step.thread, exception, cause))
}

pub(super) fn push_exc_info(step: &mut Step<'_>) -> Result<Next> {
    let exception = step.take(step.inst.a)?;
    let before = step.thread.push_handled(exception.clone());
    step.put(step.inst.a, before);
    step.put(step.inst.a + 1, exception);
    Ok(Next::Go)
}

pub(super) fn pop_except(step: &mut Step<'_>) -> Result<Next> {
    let before = step.take(step.inst.a)?;
    step.thread.pop_handled(before);
    Ok(Next::Go)
}

pub(super) fn check_exc_match(step: &mut Step<'_>) -> Result<Next> {
    let ty = step.c()?;
    let exception = step.peek(step.inst.b)?;
    let result = compare::exception_matches(step.thread, &exception, &ty);
    drop(ty);
    let matches = result?;
    step.store(Value::bool(matches));
    Ok(Next::Go)
}

pub(super) fn reraise(step: &mut Step<'_>) -> Result<Next> {
    let exception = step.take(step.inst.a)?;
    if step.inst.c != 0 {
        let unit = step.peek(step.inst.b)?.as_small_int().and_then(|unit| u32::try_from(unit).ok());
        step.frame.report_unit(unit);
    }
    step.frame.set(crate::frame::frame_flags::UNWINDING);
    Err(step.thread.set_raised(exception))
}

pub(super) fn before_with(step: &mut Step<'_>) -> Result<Next> {
    let manager = step.take(step.inst.a)?;
    let (exit, entered) = crate::ops::context::enter(step.thread, manager)?;
    step.put(step.inst.a, exit);
    step.put(step.inst.a + 1, entered);
    Ok(Next::Go)
}

pub(super) fn with_except_start(step: &mut Step<'_>) -> Result<Next> {
    let (exit, exception) = (step.peek(step.inst.a)?, step.peek(step.inst.a + 3)?);
    let result = crate::ops::context::exit(step.thread, &exit, &exception)?;
    step.put(step.inst.a + 4, result);
    Ok(Next::Go)
}

pub(super) fn print_expr(step: &mut Step<'_>) -> Result<Next> {
    Err(step.thread.unsupported("interactive expression statement"))
}

pub(super) fn match_subject(step: &mut Step<'_>) -> Result<Next> {
    let subject = step.peek(step.inst.b)?;
    let result = match step.inst.op {
        Op::GET_LEN => matching::length(step.thread, &subject)?,
        Op::MATCH_MAPPING => Value::bool(step.thread.type_of(&subject).has(type_flags::MATCHES_MAPPING)),
        Op::MATCH_SEQUENCE => Value::bool(step.thread.type_of(&subject).has(type_flags::MATCHES_SEQUENCE)),
        _ => {
            let keys = step.peek(step.inst.c)?;
            matching::keys(step.thread, &subject, &keys)?
        }
    };
    step.store(result);
    Ok(Next::Go)
}

pub(super) fn match_class(step: &mut Step<'_>) -> Result<Next> {
    let base = step.inst.a;
    let operands = step.take_run(base, 3)?;
    let [subject, class, names] = &operands[..] else { return Err(Raised) };
    let result = matching::class(step.thread, subject, class, usize::from(step.inst.b), names)?;
    drop(operands);
    step.put(base, result);
    Ok(Next::Go)
}
