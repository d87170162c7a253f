//! How a program was rejected.

use super::Form;
use hognose_syntax::SyntaxError;

/// What a compile-time exception carries; `None` is Python's `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejection {
    /// Name of the exception's class.
    pub class: String,
    /// `msg`, or `str()` of an exception that is no SyntaxError.
    pub message: String,
    /// `lineno`, `offset`, `end_lineno`, `end_offset`.
    pub location: [Option<i64>; 4],
    /// `text`, WTF-8.
    pub text: Option<Vec<u8>>,
}

impl From<&SyntaxError> for Rejection {
    fn from(error: &SyntaxError) -> Self {
        Rejection {
            class: error.class.name().to_owned(),
            message: error.message.clone(),
            location: match error.location {
                Some(numbers) => numbers.map(|number| (number != SyntaxError::NO_OFFSET).then_some(i64::from(number))),
                None => [None; 4],
            },
            text: error.text.as_ref().map(|text| text.clone().into_bytes()),
        }
    }
}

/// The canonical text of a rejection.
pub fn rejection(rejection: &Rejection) -> Form {
    let mut form = Form::new();
    form.count_unit();
    form.push(&rejection.class).push(": ").push_quoted(rejection.message.as_bytes()).end_line();
    for (name, value) in ["lineno", "offset", "end_lineno", "end_offset"].into_iter().zip(rejection.location) {
        form.push(name).push(" ");
        match value {
            Some(value) => form.push_int(value),
            None => form.push("None"),
        };
        form.end_line();
    }
    match &rejection.text {
        Some(text) => form.push("text ").push_quoted(text).end_line(),
        None => form.push("text None").end_line(),
    }
    form
}
