//! `gc`: the cycle collector, as far as programs steer it.

use super::{new_module, set};
use crate::Result;
use crate::object::native::NativeRow;
use crate::object::{int, list, tuple};
use crate::ops::{Args, collect};
use crate::thread::Thread;
use crate::value::Value;

pub(super) fn create(thread: &mut Thread) -> Value {
    let module = new_module(thread, "gc", FUNCTIONS);
    let garbage = list::new(thread, Vec::new());
    set(thread, &module, "garbage", garbage);
    module
}

fn collect_all(thread: &mut Thread, _: &Value, _: Args<'_>) -> Result {
    let found = collect::collect(thread);
    Ok(int::from_usize(thread, found))
}

fn enable(thread: &mut Thread, _: &Value) -> Result {
    thread.collector_enabled = true;
    Ok(Value::none())
}

fn disable(thread: &mut Thread, _: &Value) -> Result {
    thread.collector_enabled = false;
    Ok(Value::none())
}

fn is_enabled(thread: &mut Thread, _: &Value) -> Result {
    Ok(Value::bool(thread.collector_enabled))
}

fn get_threshold(thread: &mut Thread, _: &Value) -> Result {
    Ok(tuple::new(thread, vec![Value::small_int(700), Value::small_int(10), Value::small_int(10)]))
}

const FUNCTIONS: &[NativeRow] = &[
    NativeRow::args("collect", collect_all, "($module, /, generation=2)"),
    NativeRow::no_args("enable", enable, "($module, /)"),
    NativeRow::no_args("disable", disable, "($module, /)"),
    NativeRow::no_args("isenabled", is_enabled, "($module, /)"),
    NativeRow::no_args("get_threshold", get_threshold, "($module, /)"),
];
