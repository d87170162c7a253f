//! How CPython rejected a program.

use super::object::wtf8;
use hognose_testkit::canon::Rejection;
use pyo3::exceptions::{PyMemoryError, PyOverflowError, PyRecursionError, PySyntaxError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// What the exception carries, if it is one that the compiler rejects programs with.
pub fn rejection_of(py: Python<'_>, error: &PyErr) -> PyResult<Option<Rejection>> {
    let value = error.value(py);
    let class: String = value.get_type().name()?.extract()?;
    if error.is_instance_of::<PySyntaxError>(py) {
        let number = |name: &str| value.getattr(name)?.extract::<Option<i64>>();
        let text = value.getattr("text")?;
        return Ok(Some(Rejection {
            class,
            message: string(&value.getattr("msg")?)?,
            location: [number("lineno")?, number("offset")?, number("end_lineno")?, number("end_offset")?],
            text: if text.is_none() { None } else { Some(wtf8(text.cast::<PyString>()?)?) },
        }));
    }
    let plain = error.is_instance_of::<PyValueError>(py)
        || error.is_instance_of::<PyOverflowError>(py)
        || error.is_instance_of::<PyMemoryError>(py)
        || error.is_instance_of::<PyRecursionError>(py);
    if !plain {
        return Ok(None);
    }
    Ok(Some(Rejection { class, message: string(value.str()?.as_any())?, location: [None; 4], text: None }))
}

fn string(object: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(String::from_utf8_lossy(&wtf8(&object.str()?)?).into_owned())
}
