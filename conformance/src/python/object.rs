//! Python objects as values of ours.

use hognose_primitives::{Constant, IBig, Text};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyComplex, PyEllipsis, PyFloat, PyFrozenSet, PyInt, PyString, PyTuple};

/// The characters of a `str` as WTF-8.
pub fn wtf8(text: &Bound<'_, PyString>) -> PyResult<Vec<u8>> {
    match text.to_str() {
        Ok(text) => Ok(text.as_bytes().to_vec()),
        Err(_) => {
            let encoded = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
            Ok(encoded.cast_into::<PyBytes>()?.as_bytes().to_vec())
        }
    }
}

/// A `str` as [`Text`].
pub fn text(object: &Bound<'_, PyAny>) -> PyResult<Text> {
    let bytes = wtf8(object.cast::<PyString>()?)?;
    Text::from_wtf8(&bytes).ok_or_else(|| PyTypeError::new_err("a str that is not WTF-8"))
}

/// A constant by its exact type.
pub fn constant(object: &Bound<'_, PyAny>) -> PyResult<Constant> {
    if object.is_none() {
        Ok(Constant::None)
    } else if object.is_exact_instance_of::<PyString>() {
        Ok(Constant::Str(text(object)?))
    } else if object.is_exact_instance_of::<PyBool>() {
        Ok(Constant::Bool(object.is_truthy()?))
    } else if object.is_exact_instance_of::<PyInt>() {
        Ok(Constant::Int(int(object)?))
    } else if let Ok(float) = object.cast_exact::<PyFloat>() {
        Ok(Constant::Float(float.value()))
    } else if let Ok(bytes) = object.cast_exact::<PyBytes>() {
        Ok(Constant::Bytes(bytes.as_bytes().into()))
    } else if let Ok(tuple) = object.cast_exact::<PyTuple>() {
        Ok(Constant::Tuple(tuple.iter().map(|item| constant(&item)).collect::<PyResult<_>>()?))
    } else if let Ok(complex) = object.cast_exact::<PyComplex>() {
        Ok(Constant::Complex { real: complex.real(), imag: complex.imag() })
    } else if let Ok(set) = object.cast_exact::<PyFrozenSet>() {
        Ok(Constant::FrozenSet(set.iter().map(|item| constant(&item)).collect::<PyResult<_>>()?))
    } else if object.is_exact_instance_of::<PyEllipsis>() {
        Ok(Constant::Ellipsis)
    } else {
        Err(PyTypeError::new_err(format!("a constant of type {}", object.get_type().name()?)))
    }
}

/// An int of any size; big ones cross as hexadecimal text.
fn int(object: &Bound<'_, PyAny>) -> PyResult<IBig> {
    if let Ok(value) = object.extract::<i64>() {
        return Ok(IBig::from(value));
    }
    let digits: String = object.call_method1("__format__", ("x",))?.extract()?;
    IBig::from_str_radix(&digits, 16).map_err(|error| PyTypeError::new_err(error.to_string()))
}
