//! Arithmetic and comparison of int, float and complex: from values to the plain numbers of `primitives` and back.

use crate::Result;
use crate::object::complex::{self, ComplexBody};
use crate::object::float::{self, FloatBody};
use crate::object::int;
use crate::object::slots::{BinaryFn, Slots};
use crate::ops::{CompareOp, Operator};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::{Constant, arith};

/// The operators of a numeric type, in the order of [`Operator::ALL`].
pub type Operators = [Option<BinaryFn>; 13];

macro_rules! operators {
    ($table:ident, $function:ident) => {
        /// One function per operator, so that each has an address of its own.
        pub const $table: Operators = [
            Some(|thread, left, right| $function(thread, Operator::Add, left, right)),
            Some(|thread, left, right| $function(thread, Operator::BitAnd, left, right)),
            Some(|thread, left, right| $function(thread, Operator::FloorDiv, left, right)),
            Some(|thread, left, right| $function(thread, Operator::LShift, left, right)),
            None,
            Some(|thread, left, right| $function(thread, Operator::Mult, left, right)),
            Some(|thread, left, right| $function(thread, Operator::Mod, left, right)),
            Some(|thread, left, right| $function(thread, Operator::BitOr, left, right)),
            Some(|thread, left, right| $function(thread, Operator::Pow, left, right)),
            Some(|thread, left, right| $function(thread, Operator::RShift, left, right)),
            Some(|thread, left, right| $function(thread, Operator::Sub, left, right)),
            Some(|thread, left, right| $function(thread, Operator::Div, left, right)),
            Some(|thread, left, right| $function(thread, Operator::BitXor, left, right)),
        ];
    };
}

operators!(INT, int_binary);
operators!(FLOAT, float_binary);
operators!(COMPLEX, complex_binary);

/// Fills the slots of some operators.
pub fn fill_operators(slots: &Slots, operators: &Operators, of: &[Operator]) {
    for &op in of {
        slots.binary[op as usize].set(operators[op as usize]);
    }
}

/// An int, float or complex as a constant; `None` for any other value.
pub fn number(value: &Value) -> Option<Constant> {
    if let Some(number) = int::to_ibig(value) {
        return Some(Constant::Int(number));
    }
    if let Some(number) = float::get(value) {
        return Some(Constant::Float(number));
    }
    value.downcast::<ComplexBody>().map(|number| Constant::Complex { real: number.real, imag: number.imag })
}

/// A number as a value.
///
/// # Panics
/// When the constant is no number: our bug.
pub fn value_of(thread: &Thread, number: Constant) -> Value {
    match number {
        Constant::Int(number) => int::from_ibig(thread, number),
        Constant::Float(number) => float::new(thread, number),
        Constant::Bool(value) => Value::bool(value),
        Constant::Complex { real, imag } => complex::new(thread, real, imag),
        _ => unreachable!("arithmetic of numbers gives numbers"),
    }
}

fn arithmetic(thread: &mut Thread, op: Operator, left: &Constant, right: &Constant) -> Result {
    match arith::binary(op, left, right) {
        Ok(result) => Ok(value_of(thread, result)),
        Err(error) => Err(thread.arith_error(&error)),
    }
}

fn int_binary(thread: &mut Thread, op: Operator, left: &Value, right: &Value) -> Result {
    let (Some(left), Some(right)) = (int::to_ibig(left), int::to_ibig(right)) else {
        return Ok(Value::not_implemented());
    };
    arithmetic(thread, op, &Constant::Int(left), &Constant::Int(right))
}

/// The number as a float, when it is a float or an int that a float holds exactly.
fn exact_f64(value: &Value) -> Option<f64> {
    match value.as_small_int() {
        Some(small) if small.unsigned_abs() <= 1 << 53 => Some(small as f64),
        Some(_) => None,
        None => value.exact::<FloatBody>().map(|number| number.0),
    }
}

fn float_binary(thread: &mut Thread, op: Operator, left: &Value, right: &Value) -> Result {
    if let (Some(left), Some(right)) = (exact_f64(left), exact_f64(right)) {
        let result = match op {
            Operator::Add => Some(left + right),
            Operator::Sub => Some(left - right),
            Operator::Mult => Some(left * right),
            Operator::Div if right != 0.0 => Some(left / right),
            _ => None,
        };
        if let Some(result) = result {
            return Ok(float::new(thread, result));
        }
    }
    match (number(left), number(right)) {
        (Some(Constant::Complex { .. }) | None, _) | (_, Some(Constant::Complex { .. }) | None) => {
            Ok(Value::not_implemented())
        }
        (Some(left), Some(right)) => arithmetic(thread, op, &left, &right),
    }
}

fn complex_binary(thread: &mut Thread, op: Operator, left: &Value, right: &Value) -> Result {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => arithmetic(thread, op, &left, &right),
        _ => Ok(Value::not_implemented()),
    }
}

/// Compares two numbers exactly; complex ones have no order.
///
/// # Errors
/// None of its own.
pub fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let _ = thread;
    let (Some(left), Some(right)) = (number(left), number(right)) else { return Ok(Value::not_implemented()) };
    match arith::compare(op, &left, &right) {
        Ok(answer) => Ok(Value::bool(answer)),
        Err(_) => Ok(Value::not_implemented()),
    }
}

/// As [`richcompare`] where only another int is known: a float compares itself.
///
/// # Errors
/// None of its own.
pub fn int_richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    if !int::is_int(left) || !int::is_int(right) {
        return Ok(Value::not_implemented());
    }
    richcompare(thread, left, right, op)
}

/// As [`richcompare`] without complex numbers.
///
/// # Errors
/// None of its own.
pub fn float_richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    if left.is_a::<ComplexBody>() || right.is_a::<ComplexBody>() {
        return Ok(Value::not_implemented());
    }
    richcompare(thread, left, right, op)
}
