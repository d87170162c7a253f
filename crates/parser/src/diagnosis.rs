//! Finds the words and the place CPython gives for a rejected program.

use crate::failure::Failure;
use crate::{Options, ParseError, Source};
use hognose_syntax::{ErrorClass, SyntaxError};

/// The error CPython gives for a program that the builder or the grammar has rejected.
pub(crate) fn explain(source: &Source, options: &Options, failure: Failure) -> ParseError {
    let _ = (source, options);
    let error = |class, message: &str| SyntaxError { class, message: message.to_owned(), location: None, text: None };
    match failure {
        Failure::Final(error) => ParseError::Syntax(error),
        Failure::Unsupported(construct) => construct.into(),
        Failure::TooDeep(class) => error(class, "").into(),
        Failure::Action(action) => error(ErrorClass::SyntaxError, &action.message).into(),
        Failure::Rejected(_) => error(ErrorClass::SyntaxError, "invalid syntax").into(),
    }
}
