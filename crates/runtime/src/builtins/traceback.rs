//! traceback: attributes.

use crate::Result;
use crate::object::native::GetSetRow;
use crate::object::table::TypeTable;
use crate::object::traceback::TracebackBody;
use crate::thread::Thread;
use crate::value::Value;

fn next(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<TracebackBody>().next.get())
}

fn set_next(thread: &mut Thread, _: &Value, value: &Value, next: Option<&Value>) -> Result<()> {
    let Some(next) = next else { return Err(thread.type_error("can't delete tb_next attribute")) };
    if !next.is_none() && !next.is_a::<TracebackBody>() {
        let message = format!("expected traceback object, got '{}'", thread.type_name(next));
        return Err(thread.type_error(&message));
    }
    let mut link = next.clone();
    while let Some(entry) = link.clone().downcast::<TracebackBody>() {
        if link.is(value) {
            return Err(thread.value_error("traceback loop detected"));
        }
        link = entry.next.get();
    }
    drop(value.cast::<TracebackBody>().next.set(next.clone()));
    Ok(())
}

fn frame(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<TracebackBody>().frame.clone())
}

fn lasti(thread: &mut Thread, value: &Value) -> Result {
    Ok(thread.int(i64::from(value.cast::<TracebackBody>().lasti)))
}

fn line(thread: &mut Thread, value: &Value) -> Result {
    let line = value.cast::<TracebackBody>().line;
    Ok(if line < 0 { Value::none() } else { thread.int(i64::from(line)) })
}

/// What a traceback can do.
pub const TYPE: TypeTable = TypeTable {
    getsets: &[
        GetSetRow { name: "tb_next", get: next, set: Some(set_next) },
        GetSetRow { name: "tb_frame", get: frame, set: None },
        GetSetRow { name: "tb_lasti", get: lasti, set: None },
        GetSetRow { name: "tb_lineno", get: line, set: None },
    ],
    ..TypeTable::EMPTY
};
