//! Asks CPython's own tokenizer.

use super::object::wtf8;
use hognose_testkit::canon::Form;
use hognose_testkit::canon::tokens::{TokenFacts, token};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

/// Prints the tokens that `_tokenize.TokenizerIter` gives for a text.
pub fn tokens(tokenizer: &Bound<'_, PyAny>) -> PyResult<Form> {
    let mut form = Form::new();
    for item in tokenizer.try_iter()? {
        let item = item?.cast_into::<PyTuple>()?;
        let number = |index: usize| item.get_item(index)?.extract::<i64>();
        let class = match number(1)? {
            1 | AWAIT | ASYNC => "name",
            2 => "number",
            3 => "string",
            4 => "newline",
            5 => "indent",
            6 => "dedent",
            _ => "op",
        };
        let text = wtf8(item.get_item(0)?.cast::<PyString>()?)?;
        let place = [number(2)?, number(4)?, number(3)?, number(5)?];
        token(&mut form, &TokenFacts { class, text: &text, place });
    }
    Ok(form)
}

/// Numbers of the tokens for two keywords.
const AWAIT: i64 = 55;
const ASYNC: i64 = 56;
