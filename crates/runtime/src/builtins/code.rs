//! code: attributes.

use crate::Result;
use crate::object::code::CodeBody;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::object::{bytes, list, tuple};
use crate::ops::hash;
use crate::thread::Thread;
use crate::value::Value;
use hognose_bytecode::Location;
use hognose_primitives::Text;

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let code = value.cast::<CodeBody>();
        let text = format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            str::to_string(&code.name),
            value.id(),
            str::to_string(&code.filename),
            code.source.firstlineno
        );
        Ok(str::from_string(thread, text))
    }));
    slots.hash.set(Some(|thread, value| {
        let code = value.cast::<CodeBody>();
        Ok(hash::hash_bytes(thread, &code.source.code) ^ i64::from(code.source.firstlineno))
    }));
}

fn texts<'a>(thread: &mut Thread, names: impl Iterator<Item = &'a Text>) -> Value {
    let names: Vec<Value> = names.map(|name| thread.intern_value(str::from_text(thread, name))).collect();
    tuple::new(thread, names)
}

macro_rules! numbers {
    ($($function:ident, $field:ident;)*) => {
        $(fn $function(thread: &mut Thread, value: &Value) -> Result {
            Ok(thread.int(i64::from(value.cast::<CodeBody>().source.$field)))
        })*
    };
}

numbers! {
    argcount, argcount;
    posonlyargcount, posonlyargcount;
    kwonlyargcount, kwonlyargcount;
    stacksize, stacksize;
    flags, flags;
    firstlineno, firstlineno;
}

macro_rules! byte_strings {
    ($($function:ident, $field:ident;)*) => {
        $(fn $function(thread: &mut Thread, value: &Value) -> Result {
            let source = value.cast::<CodeBody>().source.clone();
            Ok(bytes::new(thread, source.$field.to_vec()))
        })*
    };
}

byte_strings! {
    code, code;
    linetable, linetable;
    exceptiontable, exceptiontable;
}

fn nlocals(thread: &mut Thread, value: &Value) -> Result {
    let source = value.cast::<CodeBody>().source.clone();
    Ok(crate::object::int::from_usize(thread, source.nlocals()))
}

fn varnames(thread: &mut Thread, value: &Value) -> Result {
    let source = value.cast::<CodeBody>().source.clone();
    Ok(texts(thread, source.varnames()))
}

fn cellvars(thread: &mut Thread, value: &Value) -> Result {
    let source = value.cast::<CodeBody>().source.clone();
    Ok(texts(thread, source.cellvars()))
}

fn freevars(thread: &mut Thread, value: &Value) -> Result {
    let source = value.cast::<CodeBody>().source.clone();
    Ok(texts(thread, source.freevars()))
}

fn names(thread: &mut Thread, value: &Value) -> Result {
    Ok(tuple::new(thread, value.cast::<CodeBody>().names.to_vec()))
}

fn consts(thread: &mut Thread, value: &Value) -> Result {
    let code = value.cast::<CodeBody>();
    let items: Vec<Value> = (0..code.constant_count()).map(|index| code.constant(index).clone()).collect();
    Ok(tuple::new(thread, items))
}

fn name(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<CodeBody>().name.clone())
}

fn qualname(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<CodeBody>().qualname.clone())
}

fn filename(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<CodeBody>().filename.clone())
}

fn co_lines(thread: &mut Thread, value: &Value) -> Result {
    let source = value.cast::<CodeBody>().source.clone();
    let mut merged: Vec<(usize, usize, Option<i32>)> = Vec::new();
    for (start, end, line) in source.lines() {
        match merged.last_mut() {
            Some(last) if last.2 == line => last.1 = end,
            _ => merged.push((start, end, line)),
        }
    }
    let mut rows = Vec::new();
    for (start, end, line) in merged {
        let line = line.map_or_else(Value::none, |line| thread.int(i64::from(line)));
        let row = vec![thread.int(start as i64 * 2), thread.int(end as i64 * 2), line];
        rows.push(tuple::new(thread, row));
    }
    let rows = list::new(thread, rows);
    crate::ops::iterate::iter(thread, &rows)
}

fn co_positions(thread: &mut Thread, value: &Value) -> Result {
    let source = value.cast::<CodeBody>().source.clone();
    let mut rows = Vec::new();
    for Location { line, end_line, column, end_column } in source.positions() {
        let row: Vec<Value> = [line, end_line, column, end_column]
            .into_iter()
            .map(|number| if number < 0 { Value::none() } else { thread.int(i64::from(number)) })
            .collect();
        rows.push(tuple::new(thread, row));
    }
    let rows = list::new(thread, rows);
    crate::ops::iterate::iter(thread, &rows)
}

/// What a code object can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::no_args("co_lines", co_lines, "($self, /)"),
        NativeRow::no_args("co_positions", co_positions, "($self, /)"),
    ],
    getsets: &[
        GetSetRow { name: "co_argcount", get: argcount, set: None },
        GetSetRow { name: "co_posonlyargcount", get: posonlyargcount, set: None },
        GetSetRow { name: "co_kwonlyargcount", get: kwonlyargcount, set: None },
        GetSetRow { name: "co_stacksize", get: stacksize, set: None },
        GetSetRow { name: "co_flags", get: flags, set: None },
        GetSetRow { name: "co_nlocals", get: nlocals, set: None },
        GetSetRow { name: "co_varnames", get: varnames, set: None },
        GetSetRow { name: "co_cellvars", get: cellvars, set: None },
        GetSetRow { name: "co_freevars", get: freevars, set: None },
        GetSetRow { name: "co_names", get: names, set: None },
        GetSetRow { name: "co_consts", get: consts, set: None },
        GetSetRow { name: "co_name", get: name, set: None },
        GetSetRow { name: "co_qualname", get: qualname, set: None },
        GetSetRow { name: "co_filename", get: filename, set: None },
        GetSetRow { name: "co_firstlineno", get: firstlineno, set: None },
        GetSetRow { name: "co_code", get: code, set: None },
        GetSetRow { name: "co_linetable", get: linetable, set: None },
        GetSetRow { name: "co_exceptiontable", get: exceptiontable, set: None },
    ],
    fill,
    doc: "Create a code object.  Not for mere mortals.",
};
