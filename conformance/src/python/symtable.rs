//! Walks the symbol table that CPython's `_symtable` shows.

use super::object::wtf8;
use hognose_testkit::canon::{Form, symtable as canon};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

/// The canonical text of a table, given its top entry.
pub fn symtable(top: &Bound<'_, PyAny>) -> PyResult<Form> {
    let mut form = Form::new();
    let mut pending = vec![(0, top.clone())];
    while let Some((depth, entry)) = pending.pop() {
        write_scope(&mut form, depth, &entry)?;
        let first = pending.len();
        for child in entry.getattr("children")?.cast_into::<PyList>()? {
            pending.push((depth + 1, child));
        }
        pending[first..].reverse();
    }
    Ok(form)
}

fn write_scope(form: &mut Form, depth: u32, entry: &Bound<'_, PyAny>) -> PyResult<()> {
    let name = string(&entry.getattr("name")?)?;
    let mut varnames = Vec::new();
    for varname in entry.getattr("varnames")?.cast_into::<PyList>()? {
        varnames.push(string(&varname)?);
    }
    let mut symbols = Vec::new();
    for (symbol, flags) in entry.getattr("symbols")?.cast_into::<PyDict>()? {
        symbols.push((string(&symbol)?, flags.extract()?));
    }
    let scope = canon::Scope {
        kind: entry.getattr("type")?.extract()?,
        name: &name,
        line: entry.getattr("lineno")?.extract()?,
        nested: entry.getattr("nested")?.is_truthy()?,
        varnames: varnames.iter().map(String::as_str).collect(),
        symbols: symbols.iter().map(|(symbol, flags)| (symbol.as_str(), *flags)).collect(),
    };
    canon::scope(form, depth, &scope);
    Ok(())
}

/// A name; identifiers hold no surrogates.
fn string(name: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(String::from_utf8_lossy(&wtf8(name.cast::<PyString>()?)?).into_owned())
}
