//! None, Ellipsis and NotImplemented: slots.

use crate::Result;
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::ops::{Args, hash};
use crate::thread::Thread;
use crate::value::Value;

fn no_arguments(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result<()> {
    if args.is_empty() {
        return Ok(());
    }
    let name = class.cast::<crate::object::types::TypeBody>().name();
    let message = format!("{name} takes no arguments");
    Err(thread.type_error(&message))
}

fn fill_none(slots: &Slots) {
    slots.repr.set(Some(|thread, _| Ok(str::new(thread, "None"))));
    slots.truth.set(Some(|_, _| Ok(false)));
    slots.hash.set(Some(|_, value| Ok(hash::hash_pointer(value.id()))));
    slots.new.set(Some(|thread, class, args| {
        no_arguments(thread, class, args)?;
        Ok(Value::none())
    }));
}

fn fill_ellipsis(slots: &Slots) {
    slots.repr.set(Some(|thread, _| Ok(str::new(thread, "Ellipsis"))));
    slots.new.set(Some(|thread, class, args| {
        no_arguments(thread, class, args)?;
        Ok(Value::ellipsis())
    }));
}

fn fill_not_implemented(slots: &Slots) {
    slots.repr.set(Some(|thread, _| Ok(str::new(thread, "NotImplemented"))));
    slots.new.set(Some(|thread, class, args| {
        no_arguments(thread, class, args)?;
        Ok(Value::not_implemented())
    }));
}

/// What None can do.
pub const NONE_TYPE: TypeTable = TypeTable { fill: fill_none, ..TypeTable::EMPTY };

/// What Ellipsis can do.
pub const ELLIPSIS_TYPE: TypeTable = TypeTable { fill: fill_ellipsis, ..TypeTable::EMPTY };

/// What NotImplemented can do.
pub const NOT_IMPLEMENTED_TYPE: TypeTable = TypeTable { fill: fill_not_implemented, ..TypeTable::EMPTY };
