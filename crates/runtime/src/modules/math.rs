//! `math`: a few functions of one float.

use super::{new_module, set};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::native::NativeRow;
use crate::object::{float, int};
use crate::thread::Thread;
use crate::value::Value;

pub(super) fn create(thread: &mut Thread) -> Value {
    let module = new_module(thread, "math", FUNCTIONS);
    for (name, value) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        let value = float::new(thread, value);
        set(thread, &module, name, value);
    }
    module
}

/// A float argument.
fn argument(thread: &mut Thread, value: &Value) -> Result<f64> {
    if let Some(number) = float::get(value) {
        return Ok(number);
    }
    if let Some(number) = int::to_ibig(value) {
        return hognose_primitives::arith::int::to_f64(&number).map_err(|error| thread.arith_error(&error));
    }
    let function = thread.type_of(value).slots.float.get();
    if let Some(function) = function {
        let result = function(thread, value)?;
        if let Some(number) = float::get(&result) {
            return Ok(number);
        }
    }
    let message = format!("must be real number, not {}", thread.type_name(value));
    Err(thread.type_error(&message))
}

fn one(thread: &mut Thread, value: &Value, function: impl Fn(f64) -> f64) -> Result {
    let number = argument(thread, value)?;
    let result = function(number);
    if result.is_nan() && !number.is_nan() {
        return Err(thread.value_error("math domain error"));
    }
    if result.is_infinite() && number.is_finite() {
        return Err(thread.raise(ExceptionKind::OverflowError, "math range error"));
    }
    Ok(float::new(thread, result))
}

fn to_int(thread: &mut Thread, value: &Value, round: impl Fn(f64) -> f64) -> Result {
    if int::is_int(value) {
        return Ok(int::from_ibig(thread, int::to_ibig(value).expect("an int")));
    }
    let number = round(argument(thread, value)?);
    match hognose_primitives::arith::float::to_int(number) {
        Ok(number) => Ok(int::from_ibig(thread, number)),
        Err(error) => Err(thread.arith_error(&error)),
    }
}

fn log(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    let number = argument(thread, value)?;
    if number <= 0.0 {
        return Err(thread.value_error("math domain error"));
    }
    Ok(float::new(thread, number.ln()))
}

const FUNCTIONS: &[NativeRow] = &[
    NativeRow::one_arg("sqrt", |thread, _, value| one(thread, value, f64::sqrt), "($module, x, /)"),
    NativeRow::one_arg("sin", |thread, _, value| one(thread, value, f64::sin), "($module, x, /)"),
    NativeRow::one_arg("cos", |thread, _, value| one(thread, value, f64::cos), "($module, x, /)"),
    NativeRow::one_arg("tan", |thread, _, value| one(thread, value, f64::tan), "($module, x, /)"),
    NativeRow::one_arg("exp", |thread, _, value| one(thread, value, f64::exp), "($module, x, /)"),
    NativeRow::one_arg("fabs", |thread, _, value| one(thread, value, f64::abs), "($module, x, /)"),
    NativeRow::one_arg("floor", |thread, _, value| to_int(thread, value, f64::floor), "($module, x, /)"),
    NativeRow::one_arg("ceil", |thread, _, value| to_int(thread, value, f64::ceil), "($module, x, /)"),
    NativeRow::one_arg("trunc", |thread, _, value| to_int(thread, value, f64::trunc), "($module, x, /)"),
    NativeRow::one_arg("log", log, ""),
];
