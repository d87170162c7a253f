//! cell: attributes and slots.

use crate::Result;
use crate::object::cell::CellBody;
use crate::object::native::GetSetRow;
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::thread::Thread;
use crate::value::Value;

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let contents = value.cast::<CellBody>().get(thread);
        let shown = match contents {
            Some(contents) => format!("{} object at {:#x}", thread.type_name(&contents), contents.id()),
            None => "empty".to_owned(),
        };
        Ok(str::from_string(thread, format!("<cell at {:#x}: {shown}>", value.id())))
    }));
}

fn contents(thread: &mut Thread, value: &Value) -> Result {
    match value.cast::<CellBody>().get(thread) {
        Some(contents) => Ok(contents),
        None => Err(thread.value_error("Cell is empty")),
    }
}

fn set_contents(thread: &mut Thread, _: &Value, value: &Value, new: Option<&Value>) -> Result<()> {
    let old = value.cast::<CellBody>().set(thread, new.cloned());
    drop(old);
    Ok(())
}

/// What a cell can do.
pub const TYPE: TypeTable = TypeTable {
    getsets: &[GetSetRow { name: "cell_contents", get: contents, set: Some(set_contents) }],
    fill,
    ..TypeTable::EMPTY
};
