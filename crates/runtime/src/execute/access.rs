//! Names, cells, attributes, items and imports.

use super::Next;
use super::step::Step;
use crate::Result;
use crate::execute::namespace;
use crate::object::cell::{self, CellBody};
use crate::object::tuple;
use crate::ops::{attribute, import, item};
use hognose_lowered::Op;

pub(super) fn move_value(step: &mut Step<'_>) -> Result<Next> {
    let inst = step.inst;
    let (a, b) = (u32::from(inst.a), u32::from(inst.b));
    match inst.op {
        Op::COPY => {
            let value = step.b()?;
            step.store(value);
        }
        Op::MOVE => {
            let value = step.take(inst.b)?;
            step.store(value);
        }
        Op::SWAP => {
            let first = step.frame.set_register(a, None);
            let second = step.frame.set_register(b, first);
            drop(step.frame.set_register(a, second));
        }
        Op::PUSH_NULL => step.frame.clear_dead_register(a),
        _ => drop(step.frame.set_register(a, None)),
    }
    Ok(Next::Go)
}

pub(super) fn check_fast(step: &mut Step<'_>) -> Result<Next> {
    if step.frame.register(step.inst.a.into()).is_some() {
        return Ok(Next::Go);
    }
    let name = step.variable(step.inst.a);
    Err(namespace::raise_unbound_local(step.thread, &name))
}

pub(super) fn delete_fast(step: &mut Step<'_>) -> Result<Next> {
    match step.frame.set_register(step.inst.a.into(), None) {
        Some(old) => {
            drop(old);
            Ok(Next::Go)
        }
        None => check_fast(step),
    }
}

pub(super) fn load_global(step: &mut Step<'_>) -> Result<Next> {
    let name = step.name(step.inst.b);
    let value = namespace::load_global(step.thread, step.frame, &name)?;
    step.warm_global(&name);
    step.store(value);
    Ok(Next::Go)
}

pub(super) fn store_global(step: &mut Step<'_>) -> Result<Next> {
    let value = step.a()?;
    let name = step.name(step.inst.b);
    namespace::store_global(step.thread, step.frame, &name, value)?;
    Ok(Next::Go)
}

pub(super) fn delete_global(step: &mut Step<'_>) -> Result<Next> {
    let name = step.name(step.inst.b);
    namespace::delete_global(step.thread, step.frame, &name)?;
    Ok(Next::Go)
}

pub(super) fn load_name(step: &mut Step<'_>) -> Result<Next> {
    let name = step.name(step.inst.b);
    let value = namespace::load_name(step.thread, step.frame, &name)?;
    step.store(value);
    Ok(Next::Go)
}

pub(super) fn store_name(step: &mut Step<'_>) -> Result<Next> {
    let value = step.a()?;
    let name = step.name(step.inst.b);
    namespace::store_name(step.thread, step.frame, &name, value)?;
    Ok(Next::Go)
}

pub(super) fn delete_name(step: &mut Step<'_>) -> Result<Next> {
    let name = step.name(step.inst.b);
    namespace::delete_name(step.thread, step.frame, &name)?;
    Ok(Next::Go)
}

pub(super) fn make_cell(step: &mut Step<'_>) -> Result<Next> {
    let contents = step.frame.set_register(step.inst.a.into(), None);
    let cell = cell::new(step.thread, contents);
    drop(step.frame.set_register(step.inst.a.into(), Some(cell)));
    Ok(Next::Go)
}

pub(super) fn copy_free_vars(step: &mut Step<'_>) -> Result<Next> {
    let count = u32::from(step.inst.a);
    let closure = step.frame.function().closure.clone();
    let first = step.code().nlocalsplus - count;
    for index in 0..count {
        let cell = tuple::items(&closure).and_then(|cells| cells.get(index as usize).cloned());
        drop(step.frame.set_register(first + index, cell));
    }
    Ok(Next::Go)
}

/// The cell in a register.
fn cell_of(step: &mut Step<'_>, register: u16) -> Result {
    step.peek(register)
}

pub(super) fn load_deref(step: &mut Step<'_>) -> Result<Next> {
    let cell = cell_of(step, step.inst.b)?;
    match cell.downcast::<CellBody>().and_then(|cell| cell.get(step.thread)) {
        Some(value) => {
            step.store(value);
            Ok(Next::Go)
        }
        None => Err(raise_unbound_cell(step, step.inst.b)),
    }
}

/// A cell variable of the function itself is a local that is unbound; a free one is a name.
fn raise_unbound_cell(step: &mut Step<'_>, register: u16) -> crate::Raised {
    let name = step.variable(register);
    let free = step.code().source.localspluskinds[usize::from(register)] & hognose_bytecode::kind::FREE != 0;
    if free {
        namespace::raise_unbound_free(step.thread, &name)
    } else {
        namespace::raise_unbound_local(step.thread, &name)
    }
}

pub(super) fn load_classderef(step: &mut Step<'_>) -> Result<Next> {
    let name = step.variable(step.inst.b);
    if let Some(value) = namespace::load_from_locals(step.thread, step.frame, &name)? {
        step.store(value);
        return Ok(Next::Go);
    }
    load_deref(step)
}

pub(super) fn store_deref(step: &mut Step<'_>) -> Result<Next> {
    let value = step.a()?;
    let cell = cell_of(step, step.inst.b)?;
    let old = cell.downcast::<CellBody>().and_then(|cell| cell.set(step.thread, Some(value)));
    drop(old);
    Ok(Next::Go)
}

pub(super) fn delete_deref(step: &mut Step<'_>) -> Result<Next> {
    let cell = cell_of(step, step.inst.a)?;
    match cell.downcast::<CellBody>().and_then(|cell| cell.set(step.thread, None)) {
        Some(old) => {
            drop(old);
            Ok(Next::Go)
        }
        None => Err(raise_unbound_cell(step, step.inst.a)),
    }
}

pub(super) fn load_attr(step: &mut Step<'_>) -> Result<Next> {
    let object = step.b()?;
    let name = step.cache_name(step.inst.c);
    step.warm_load(&object, &name, false);
    let result = attribute::getattr(step.thread, &object, &name);
    drop(object);
    step.settle();
    let value = result?;
    step.store(value);
    Ok(Next::Go)
}

pub(super) fn store_attr(step: &mut Step<'_>) -> Result<Next> {
    let (value, object) = (step.a()?, step.b()?);
    let name = step.cache_name(step.inst.c);
    step.warm_store(&object, &name);
    let result = attribute::setattr(step.thread, &object, &name, &value);
    drop(value);
    drop(object);
    result?;
    Ok(Next::Go)
}

pub(super) fn delete_attr(step: &mut Step<'_>) -> Result<Next> {
    let object = step.b()?;
    let name = step.name(step.inst.c);
    attribute::delattr(step.thread, &object, &name)?;
    Ok(Next::Go)
}

/// Leaves the function and the receiver when the attribute is a plain function of the class, else NULL and the attribute.
pub(super) fn load_method(step: &mut Step<'_>) -> Result<Next> {
    let object = step.b()?;
    let name = step.cache_name(step.inst.c);
    step.warm_load(&object, &name, true);
    match attribute::load_method(step.thread, &object, &name)? {
        attribute::LoadedMethod::Method(method) => {
            step.put(step.inst.a, method);
            step.put(step.inst.a + 1, object);
        }
        attribute::LoadedMethod::Attribute(attribute) => {
            drop(object);
            step.settle();
            step.frame.clear_dead_register(step.inst.a.into());
            step.put(step.inst.a + 1, attribute);
        }
    }
    Ok(Next::Go)
}

pub(super) fn binary_subscr(step: &mut Step<'_>) -> Result<Next> {
    let (container, key) = (step.b()?, step.c()?);
    let result = item::getitem(step.thread, &container, &key);
    drop(container);
    drop(key);
    step.settle();
    let value = result?;
    step.store(value);
    Ok(Next::Go)
}

pub(super) fn store_subscr(step: &mut Step<'_>) -> Result<Next> {
    let (value, container, key) = (step.a()?, step.b()?, step.c()?);
    let result = item::setitem(step.thread, &container, &key, &value);
    drop(value);
    drop(container);
    drop(key);
    result?;
    Ok(Next::Go)
}

pub(super) fn delete_subscr(step: &mut Step<'_>) -> Result<Next> {
    let (container, key) = (step.b()?, step.c()?);
    let result = item::delitem(step.thread, &container, &key);
    drop(container);
    drop(key);
    result?;
    Ok(Next::Go)
}

pub(super) fn load_build_class(step: &mut Step<'_>) -> Result<Next> {
    let value = namespace::load_build_class(step.thread, step.frame)?;
    step.store(value);
    Ok(Next::Go)
}

pub(super) fn import_name(step: &mut Step<'_>) -> Result<Next> {
    let from_list = step.take(step.inst.a + 1)?;
    let level = step.take(step.inst.a)?;
    let name = step.name(step.inst.b);
    let module = import::import_name(step.thread, step.frame, &name, &level, &from_list)?;
    step.put(step.inst.a, module);
    Ok(Next::Go)
}

pub(super) fn import_from(step: &mut Step<'_>) -> Result<Next> {
    let module = step.peek(step.inst.b)?;
    let name = step.name(step.inst.c);
    let value = import::import_from(step.thread, &module, &name)?;
    step.store(value);
    Ok(Next::Go)
}

pub(super) fn import_star(step: &mut Step<'_>) -> Result<Next> {
    let module = step.a()?;
    import::import_star(step.thread, step.frame, &module)?;
    Ok(Next::Go)
}

pub(super) fn setup_annotations(step: &mut Step<'_>) -> Result<Next> {
    namespace::setup_annotations(step.thread, step.frame)?;
    Ok(Next::Go)
}
