//! `time`: clocks.

use super::new_module;
use crate::Result;
use crate::object::float;
use crate::object::native::NativeRow;
use crate::thread::Thread;
use crate::value::Value;

pub(super) fn create(thread: &mut Thread) -> Value {
    new_module(thread, "time", FUNCTIONS)
}

fn monotonic_ns(thread: &mut Thread, _: &Value) -> Result {
    let now = thread.host().borrow_mut().monotonic_ns();
    Ok(thread.int(now as i64))
}

fn monotonic(thread: &mut Thread, _: &Value) -> Result {
    let now = thread.host().borrow_mut().monotonic_ns();
    Ok(float::new(thread, now as f64 / 1e9))
}

fn time_ns(thread: &mut Thread, _: &Value) -> Result {
    let now = thread.host().borrow_mut().realtime_ns();
    Ok(thread.int(now as i64))
}

fn time(thread: &mut Thread, _: &Value) -> Result {
    let now = thread.host().borrow_mut().realtime_ns();
    Ok(float::new(thread, now as f64 / 1e9))
}

fn process_time(thread: &mut Thread, _: &Value) -> Result {
    let now = thread.host().borrow_mut().process_time_ns();
    Ok(float::new(thread, now as f64 / 1e9))
}

fn process_time_ns(thread: &mut Thread, _: &Value) -> Result {
    let now = thread.host().borrow_mut().process_time_ns();
    Ok(thread.int(now as i64))
}

const FUNCTIONS: &[NativeRow] = &[
    NativeRow::no_args("perf_counter", monotonic, ""),
    NativeRow::no_args("perf_counter_ns", monotonic_ns, ""),
    NativeRow::no_args("monotonic", monotonic, ""),
    NativeRow::no_args("monotonic_ns", monotonic_ns, ""),
    NativeRow::no_args("time", time, ""),
    NativeRow::no_args("time_ns", time_ns, ""),
    NativeRow::no_args("process_time", process_time, ""),
    NativeRow::no_args("process_time_ns", process_time_ns, ""),
];
