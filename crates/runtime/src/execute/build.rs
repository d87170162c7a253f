//! Making containers, taking them apart, and f-strings.

use super::Next;
use super::step::Step;
use crate::Result;
use crate::object::{dict, list, slice, tuple};
use crate::ops::{build, format, iterate, mapping};

pub(super) fn unpack_sequence(step: &mut Step<'_>) -> Result<Next> {
    let sequence = step.b()?;
    let count = usize::from(step.inst.c);
    let items = iterate::unpack(step.thread, &sequence, count)?;
    put_reversed(step, items);
    Ok(Next::Go)
}

pub(super) fn unpack_ex(step: &mut Step<'_>) -> Result<Next> {
    let sequence = step.b()?;
    let (before, after) = (usize::from(step.inst.c & 0xFF), usize::from(step.inst.c >> 8));
    let items = iterate::unpack_star(step.thread, &sequence, before, after)?;
    put_reversed(step, items);
    Ok(Next::Go)
}

/// The first item is the top of the stack.
fn put_reversed(step: &mut Step<'_>, items: Vec<crate::Value>) {
    let first = step.inst.a;
    for (register, item) in (first..).zip(items.into_iter().rev()) {
        step.put(register, item);
    }
}

pub(super) fn build_tuple(step: &mut Step<'_>) -> Result<Next> {
    let items = step.take_run(step.inst.a, step.inst.b.into())?;
    let result = tuple::new(step.thread, items);
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn build_list(step: &mut Step<'_>) -> Result<Next> {
    let items = step.take_run(step.inst.a, step.inst.b.into())?;
    let result = list::new(step.thread, items);
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn build_set(step: &mut Step<'_>) -> Result<Next> {
    let items = step.take_run(step.inst.a, step.inst.b.into())?;
    let result = build::build_set(step.thread, &items)?;
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn build_map(step: &mut Step<'_>) -> Result<Next> {
    let items = step.take_run(step.inst.a, 2 * usize::from(step.inst.b))?;
    let result = dict::new(step.thread);
    for pair in items.chunks_exact(2) {
        mapping::insert(step.thread, &result, pair[0].clone(), pair[1].clone())?;
    }
    drop(items);
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn build_const_key_map(step: &mut Step<'_>) -> Result<Next> {
    let count = usize::from(step.inst.b);
    let mut values = step.take_run(step.inst.a, count + 1)?;
    let keys = values.pop().expect("the run ends with the keys");
    let result = dict::new(step.thread);
    let keys = iterate::collect(step.thread, &keys)?;
    for (key, value) in keys.into_iter().zip(values) {
        mapping::insert(step.thread, &result, key, value)?;
    }
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn build_string(step: &mut Step<'_>) -> Result<Next> {
    let parts = step.take_run(step.inst.a, step.inst.b.into())?;
    let result = build::build_string(step.thread, &parts);
    drop(parts);
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn build_slice(step: &mut Step<'_>) -> Result<Next> {
    let mut parts = step.take_run(step.inst.a, step.inst.b.into())?.into_iter();
    let mut next = || parts.next().unwrap_or_else(crate::Value::none);
    let (start, stop, stride) = (next(), next(), next());
    let result = slice::new(step.thread, start, stop, stride);
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn format_value(step: &mut Step<'_>) -> Result<Next> {
    let spec = if step.inst.b & 4 != 0 { Some(step.take(step.inst.a + 1)?) } else { None };
    let value = step.take(step.inst.a)?;
    let result = format::format_value(step.thread, &value, u32::from(step.inst.b & 3), spec.as_ref());
    drop(value);
    drop(spec);
    step.settle();
    let result = result?;
    step.put(step.inst.a, result);
    Ok(Next::Go)
}

pub(super) fn list_append(step: &mut Step<'_>) -> Result<Next> {
    let value = step.b()?;
    let list = step.peek(step.inst.a)?;
    list.cast::<list::ListBody>().items_mut(step.thread).push(value);
    Ok(Next::Go)
}

pub(super) fn set_add(step: &mut Step<'_>) -> Result<Next> {
    let value = step.b()?;
    let set = step.peek(step.inst.a)?;
    mapping::set_add(step.thread, set.cast(), &value)?;
    Ok(Next::Go)
}

pub(super) fn map_add(step: &mut Step<'_>) -> Result<Next> {
    let (key, value) = (step.b()?, step.c()?);
    let map = step.peek(step.inst.a)?;
    mapping::insert(step.thread, &map, key, value)?;
    Ok(Next::Go)
}

pub(super) fn list_extend(step: &mut Step<'_>) -> Result<Next> {
    let values = step.b()?;
    let list = step.peek(step.inst.a)?;
    build::list_extend(step.thread, &list, &values)?;
    Ok(Next::Go)
}

pub(super) fn set_update(step: &mut Step<'_>) -> Result<Next> {
    let values = step.b()?;
    let set = step.peek(step.inst.a)?;
    build::set_update(step.thread, &set, &values)?;
    Ok(Next::Go)
}

pub(super) fn dict_update(step: &mut Step<'_>) -> Result<Next> {
    let values = step.b()?;
    let dict = step.peek(step.inst.a)?;
    build::dict_update(step.thread, &dict, &values)?;
    Ok(Next::Go)
}

pub(super) fn dict_merge(step: &mut Step<'_>) -> Result<Next> {
    let values = step.b()?;
    let dict = step.peek(step.inst.a)?;
    let callable = step.peek(step.inst.c)?;
    build::dict_merge(step.thread, &dict, &values, &callable)?;
    Ok(Next::Go)
}

pub(super) fn list_to_tuple(step: &mut Step<'_>) -> Result<Next> {
    let list = step.b()?;
    let items = list.cast::<list::ListBody>().items(step.thread).to_vec();
    drop(list);
    let result = tuple::new(step.thread, items);
    step.store(result);
    Ok(Next::Go)
}
