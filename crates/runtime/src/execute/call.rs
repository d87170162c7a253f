//! Calls, functions, iteration.

use super::Next;
use super::step::Step;
use crate::Result;
use crate::execute::generator;
use crate::object::code::CodeBody;
use crate::object::dict::DictBody;
use crate::object::function::FunctionBody;
use crate::object::str::StrBody;
use crate::object::tuple;
use crate::ops::Args;
use crate::ops::{call, iterate};
use crate::value::{Ref, Slot, Value};
use std::cell::Cell;

/// Calls what a run of registers holds: NULL or method, callable or self, arguments.
fn call_run(step: &mut Step<'_>, has_method: bool, names: &[Value]) -> Result<Next> {
    let (base, count) = (step.inst.a, usize::from(step.inst.b));
    let (callable, first) = if has_method { (step.take(base)?, 1) } else { (step.take(base + 1)?, 2) };
    let arguments = step.take_run(base + first, count + 2 - usize::from(first))?;
    if let Some(function) = callable.exact::<FunctionBody>() {
        // The frame takes the arguments over: they may die while it runs.
        let entered = step.thread.enter_function(function, Args { values: &arguments, names });
        drop(callable);
        drop(arguments);
        step.settle();
        let result = step.thread.run_frame(entered?)?;
        step.put(base, result);
        return Ok(Next::Go);
    }
    let result = call::call(step.thread, &callable, Args { values: &arguments, names });
    drop(callable);
    step.settle();
    arguments.into_iter().for_each(drop);
    step.settle();
    let result = result?;
    step.put(base, result);
    Ok(Next::Go)
}

pub(super) fn call(step: &mut Step<'_>) -> Result<Next> {
    call_run(step, false, &[])
}

pub(super) fn call_method(step: &mut Step<'_>) -> Result<Next> {
    let has_method = step.frame.register(step.inst.a.into()).is_some();
    call_run(step, has_method, &[])
}

pub(super) fn call_kw(step: &mut Step<'_>) -> Result<Next> {
    let runnable = step.frame.runnable().expect("the frame runs it");
    let constant = runnable.lowered.caches[usize::from(step.inst.c)].operand;
    let names = step.code().constant(constant.into()).clone();
    let has_method = step.frame.register(step.inst.a.into()).is_some();
    match tuple::items(&names) {
        Some(names) if names.len() <= usize::from(step.inst.b) => call_run(step, has_method, names),
        _ => Err(step.thread.raise(crate::exceptions::ExceptionKind::SystemError, "keyword names are no tuple")),
    }
}

pub(super) fn call_function_ex(step: &mut Step<'_>) -> Result<Next> {
    let base = step.inst.a;
    let keywords = if step.inst.b & 1 != 0 { Some(step.take(base + 3)?) } else { None };
    let callable = step.take(base + 1)?;
    let arguments = step.take(base + 2)?;
    let result = call::call_ex(step.thread, &callable, &arguments, keywords.as_ref());
    drop(callable);
    drop(arguments);
    drop(keywords);
    step.settle();
    let result = result?;
    step.put(base, result);
    Ok(Next::Go)
}

pub(super) fn make_function(step: &mut Step<'_>) -> Result<Next> {
    let (base, bits) = (step.inst.a, step.inst.b);
    let mut parts = step.take_run(base, 1 + bits.count_ones() as usize)?.into_iter();
    let mut part = |bit: u16| if bits & bit != 0 { parts.next() } else { None };
    let (defaults, kwdefaults, annotations, closure) = (part(1), part(2), part(4), part(8));
    let code = parts.next().expect("the run ends with the code");
    let Ok(code) = Ref::<CodeBody>::new(code) else {
        return Err(step.thread.raise(crate::exceptions::ExceptionKind::SystemError, "MAKE_FUNCTION without code"));
    };
    let globals = step.frame.globals().clone();
    let name = step.thread.names().__name__.clone();
    let module = globals.cast::<DictBody>().get_str(step.thread, &name).unwrap_or_else(Value::none);
    let doc = match code.constant_count() {
        0 => Value::none(),
        _ => Some(code.constant(0)).filter(|first| first.is_a::<StrBody>()).cloned().unwrap_or_else(Value::none),
    };
    let or_none = |value: Option<Value>| value.unwrap_or_else(Value::none);
    let body = FunctionBody {
        version: Cell::new(step.thread.next_version()),
        globals,
        builtins: step.frame.builtins().clone(),
        closure: or_none(closure),
        defaults: Slot::new(or_none(defaults)),
        kwdefaults: Slot::new(or_none(kwdefaults)),
        name: Slot::new(code.name.clone()),
        qualname: Slot::new(code.qualname.clone()),
        doc: Slot::new(doc),
        module: Slot::new(module),
        annotations: Slot::new(or_none(annotations)),
        dict: Slot::new(None),
        code: Slot::new(code),
    };
    let function = step.thread.heap().alloc(&step.thread.types().function, body);
    step.put(base, function);
    Ok(Next::Go)
}

pub(super) fn get_iter(step: &mut Step<'_>) -> Result<Next> {
    let iterable = step.b()?;
    let result = iterate::iter(step.thread, &iterable);
    drop(iterable);
    step.settle();
    let iterator = result?;
    step.store(iterator);
    Ok(Next::Go)
}

pub(super) fn get_yield_from_iter(step: &mut Step<'_>) -> Result<Next> {
    let iterable = step.b()?;
    let iterator = generator::yield_from_iter(step.thread, iterable)?;
    step.store(iterator);
    Ok(Next::Go)
}

pub(super) fn for_iter(step: &mut Step<'_>) -> Result<Next> {
    let iterator = step.peek(step.inst.b)?;
    let item = iterate::next(step.thread, &iterator)?;
    if item.is_exhausted() {
        drop(iterator);
        drop(step.take(step.inst.b)?);
        return Ok(Next::Jump);
    }
    step.store(item);
    Ok(Next::Go)
}

/// Sends a value to the iterator below it.
pub(super) fn send(step: &mut Step<'_>) -> Result<Next> {
    let value = step.take(step.inst.a + 1)?;
    let receiver = step.peek(step.inst.a)?;
    match generator::send(step.thread, &receiver, value)? {
        generator::Sent::Yielded(value) => {
            step.put(step.inst.a + 1, value);
            Ok(Next::Go)
        }
        generator::Sent::Returned(value) => {
            drop(receiver);
            drop(step.take(step.inst.a)?);
            step.put(step.inst.a, value);
            Ok(Next::Jump)
        }
    }
}
