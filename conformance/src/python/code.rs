//! CPython's code objects as ours.

use super::object::{constant, text};
use hognose_bytecode::{CodeObject, ConstValue, kind};
use hognose_primitives::Text;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyTuple};
use std::sync::Arc;

/// Reads every `co_` field, nested code included.
pub fn import_code(code: &Bound<'_, PyAny>) -> PyResult<CodeObject> {
    let number = |field: &str| code.getattr(field)?.extract::<u32>();
    let bytes =
        |field: &str| -> PyResult<Box<[u8]>> { Ok(code.getattr(field)?.cast_into::<PyBytes>()?.as_bytes().into()) };
    let varnames = names(code, "co_varnames")?;
    let cellvars = names(code, "co_cellvars")?;
    let freevars = names(code, "co_freevars")?;
    let mut slots = Vec::new();
    for name in &varnames {
        let cell = if cellvars.contains(name) { kind::CELL } else { 0 };
        slots.push((name.clone(), kind::LOCAL | cell));
    }
    slots.extend(cellvars.iter().filter(|name| !varnames.contains(name)).map(|name| (name.clone(), kind::CELL)));
    slots.extend(freevars.iter().map(|name| (name.clone(), kind::FREE)));
    let (localsplusnames, localspluskinds): (Vec<Text>, Vec<u8>) = slots.into_iter().unzip();
    for (slot, name) in localsplusnames.iter().enumerate() {
        if text(&code.call_method1("_varname_from_oparg", (slot,))?)? != *name {
            return Err(PyValueError::new_err("locals, cells and free variables are not in this order"));
        }
    }
    let mut consts = Vec::new();
    for value in code.getattr("co_consts")?.cast_into::<PyTuple>()? {
        consts.push(if value.is_exact_instance_of::<PyCode>() {
            ConstValue::Code(Arc::new(import_code(&value)?))
        } else {
            ConstValue::Value(constant(&value)?)
        });
    }
    Ok(CodeObject {
        argcount: number("co_argcount")?,
        posonlyargcount: number("co_posonlyargcount")?,
        kwonlyargcount: number("co_kwonlyargcount")?,
        stacksize: number("co_stacksize")?,
        flags: number("co_flags")?,
        code: bytes("co_code")?,
        consts: consts.into(),
        names: names(code, "co_names")?.into(),
        localsplusnames: localsplusnames.into(),
        localspluskinds: localspluskinds.into(),
        filename: text(&code.getattr("co_filename")?)?,
        name: text(&code.getattr("co_name")?)?,
        qualname: text(&code.getattr("co_qualname")?)?,
        firstlineno: code.getattr("co_firstlineno")?.extract()?,
        linetable: bytes("co_linetable")?,
        exceptiontable: bytes("co_exceptiontable")?,
    })
}

fn names(code: &Bound<'_, PyAny>, field: &str) -> PyResult<Vec<Text>> {
    code.getattr(field)?.cast_into::<PyTuple>()?.iter().map(|name| text(&name)).collect()
}
