//! Operators and comparisons.

use super::Next;
use super::step::Step;
use crate::Result;
use crate::ops::{CompareOp, Operator};
use crate::ops::{arithmetic, compare, truth};
use crate::value::Value;
use hognose_lowered::{Field, Op};

/// `b operator c` into `a`; aux bit 0 asks for the in-place form.
fn operate(step: &mut Step<'_>, operator: Operator, in_place: bool) -> Result<Next> {
    let lhs = step.b()?;
    let rhs = match step.inst.op.fields()[2] {
        Field::Immediate => step.immediate_c(),
        _ => step.c()?,
    };
    let result = if in_place {
        arithmetic::inplace_op(step.thread, operator, &lhs, &rhs)
    } else {
        arithmetic::binary_op(step.thread, operator, &lhs, &rhs)
    };
    drop(lhs);
    drop(rhs);
    step.settle();
    let result = result?;
    step.store(result);
    Ok(Next::Go)
}

macro_rules! operators {
    ($($name:ident => $operator:ident;)*) => {
        $(pub(super) fn $name(step: &mut Step<'_>) -> Result<Next> {
            let in_place = step.inst.aux() & 1 != 0;
            operate(step, Operator::$operator, in_place)
        })*
    };
}

operators! {
    add => Add;
    sub => Sub;
    mul => Mult;
    div => Div;
    floor_div => FloorDiv;
    modulo => Mod;
    and => BitAnd;
    or => BitOr;
    xor => BitXor;
    lshift => LShift;
    rshift => RShift;
}

pub(super) fn binary_op(step: &mut Step<'_>) -> Result<Next> {
    operate(step, Operator::ALL[usize::from(step.inst.aux())], false)
}

pub(super) fn inplace_op(step: &mut Step<'_>) -> Result<Next> {
    operate(step, Operator::ALL[usize::from(step.inst.aux())], true)
}

pub(super) fn unary(step: &mut Step<'_>) -> Result<Next> {
    let operand = step.b()?;
    let result = match step.inst.op {
        Op::UNARY_NEGATIVE => arithmetic::negative(step.thread, &operand),
        Op::UNARY_POSITIVE => arithmetic::positive(step.thread, &operand),
        Op::UNARY_INVERT => arithmetic::invert(step.thread, &operand),
        _ => truth::is_true(step.thread, &operand).map(|truth| Value::bool(!truth)),
    };
    drop(operand);
    step.settle();
    let result = result?;
    step.store(result);
    Ok(Next::Go)
}

pub(super) fn compare_op(step: &mut Step<'_>) -> Result<Next> {
    let (lhs, rhs) = (step.b()?, step.c()?);
    let result = compare::compare(step.thread, comparison(step.inst.aux()), &lhs, &rhs);
    drop(lhs);
    drop(rhs);
    step.settle();
    let result = result?;
    step.store(result);
    Ok(Next::Go)
}

/// The comparison with `COMPARE_OP`'s number.
pub(super) fn comparison(number: u8) -> CompareOp {
    CompareOp::ALL[usize::from(number)]
}

/// Whether two values are the same object; equal ints outside CPython's cache may not be there.
pub(super) fn is(step: &Step<'_>, lhs: &Value, rhs: &Value) -> bool {
    let same = lhs.is(rhs);
    if same && lhs.as_small_int().is_some_and(|int| !(-5..=256).contains(&int)) {
        step.thread.observe_identity();
    }
    same
}

pub(super) fn is_op(step: &mut Step<'_>) -> Result<Next> {
    let (lhs, rhs) = (step.b()?, step.c()?);
    let same = is(step, &lhs, &rhs);
    drop(lhs);
    drop(rhs);
    step.settle();
    step.store(Value::bool(same != (step.inst.aux() & 1 != 0)));
    Ok(Next::Go)
}

pub(super) fn contains_op(step: &mut Step<'_>) -> Result<Next> {
    let (item, container) = (step.b()?, step.c()?);
    let result = compare::contains(step.thread, &container, &item);
    drop(item);
    drop(container);
    step.settle();
    let found = result?;
    step.store(Value::bool(found != (step.inst.aux() & 1 != 0)));
    Ok(Next::Go)
}
