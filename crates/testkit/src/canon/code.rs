//! Code objects: every `co_` field, nested code included.

use super::{Form, constant};
use hognose_bytecode::{CodeObject, ConstValue, Location, Opcode};
use hognose_primitives::Text;

/// Prints a code object and, behind it, the code objects among its constants.
///
/// The file name is left out: it is an input.
pub fn code(code: &CodeObject) -> Form {
    let mut form = Form::new();
    write(&mut form, code, "0");
    form
}

fn write(form: &mut Form, code: &CodeObject, path: &str) {
    form.count_unit();
    form.push("code ").push(path).push(" ").push_quoted(code.qualname.as_wtf8()).end_line();
    form.push("co_name ").push_quoted(code.name.as_wtf8()).end_line();
    for (field, value) in [
        ("co_argcount", i64::from(code.argcount)),
        ("co_posonlyargcount", i64::from(code.posonlyargcount)),
        ("co_kwonlyargcount", i64::from(code.kwonlyargcount)),
        ("co_nlocals", code.nlocals() as i64),
        ("co_stacksize", i64::from(code.stacksize)),
        ("co_firstlineno", i64::from(code.firstlineno)),
    ] {
        form.push(field).push(" ").push_int(value).end_line();
    }
    form.push(&format!("co_flags {:#x}", code.flags)).end_line();
    names(form, "co_names", code.names.iter());
    names(form, "co_varnames", code.varnames());
    names(form, "co_cellvars", code.cellvars());
    names(form, "co_freevars", code.freevars());
    for (index, value) in code.consts.iter().enumerate() {
        form.push("co_consts ").push_int(index as i64).push(" ");
        match value {
            ConstValue::Value(value) => constant(form, value),
            ConstValue::Code(nested) => {
                form.push("code ").push_quoted(nested.qualname.as_wtf8());
            }
        }
        form.end_line();
    }
    instructions(form, code);
    form.push("co_linetable ").push_hex(&code.linetable).end_line();
    form.push("co_exceptiontable ").push_hex(&code.exceptiontable).end_line();
    for (index, value) in code.consts.iter().enumerate() {
        if let ConstValue::Code(nested) = value {
            write(form, nested, &format!("{path}.{index}"));
        }
    }
}

fn names<'a>(form: &mut Form, field: &str, names: impl Iterator<Item = &'a Text>) {
    form.push(field);
    for name in names {
        form.push(" ").push_quoted(name.as_wtf8());
    }
    form.end_line();
}

/// One line per code unit, so that a difference names the instruction, and one for its place.
fn instructions(form: &mut Form, code: &CodeObject) {
    let mut places = code.positions().into_iter();
    for (unit, bytes) in code.code.chunks(2).enumerate() {
        form.push("co_code ").push_int(unit as i64 * 2).push(" ");
        match Opcode::from_number(bytes[0]) {
            Some(opcode) => form.push(opcode.name()),
            None => form.push("opcode-").push_int(i64::from(bytes[0])),
        };
        for &arg in &bytes[1..] {
            form.push(" ").push_int(i64::from(arg));
        }
        form.end_line();
        if let Some(Location { line, end_line, column, end_column }) = places.next() {
            form.push("position ").push_int(unit as i64 * 2);
            for number in [line, column, end_line, end_column] {
                form.push(" ").push_int(number.into());
            }
            form.end_line();
        }
    }
}
