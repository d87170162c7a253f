//! What a program is rejected with, and what Hognose does not do yet.

use crate::Span;
use std::fmt;

/// The exception class CPython raises for a rejected program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ErrorClass {
    SyntaxError,
    IndentationError,
    TabError,
    UnicodeDecodeError,
    UnicodeEncodeError,
    ValueError,
    MemoryError,
    RecursionError,
    OverflowError,
}

impl ErrorClass {
    /// CPython's name of the class.
    pub fn name(self) -> &'static str {
        match self {
            ErrorClass::SyntaxError => "SyntaxError",
            ErrorClass::IndentationError => "IndentationError",
            ErrorClass::TabError => "TabError",
            ErrorClass::UnicodeDecodeError => "UnicodeDecodeError",
            ErrorClass::UnicodeEncodeError => "UnicodeEncodeError",
            ErrorClass::ValueError => "ValueError",
            ErrorClass::MemoryError => "MemoryError",
            ErrorClass::RecursionError => "RecursionError",
            ErrorClass::OverflowError => "OverflowError",
        }
    }
}

/// A rejected program, as CPython reports it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The exception's class.
    pub class: ErrorClass,
    /// CPython's message.
    pub message: String,
    /// `lineno`, `offset`, `end_lineno`, `end_offset` as the exception object carries them: columns count
    /// *characters* from 1. `None` where CPython gives no location; a single [`SyntaxError::NO_OFFSET`] stands for
    /// a `None` among the numbers.
    pub location: Option<[i32; 4]>,
    /// The line's text as `SyntaxError.text` has it.
    pub text: Option<String>,
}

impl SyntaxError {
    /// In [`SyntaxError::location`]: the attribute is `None`, as `end_offset` of some `__future__` errors.
    pub const NO_OFFSET: i32 = i32::MIN;

    /// An error of the symbol table or the compiler, which count columns in bytes: marks the whole span.
    pub fn at_span(message: impl Into<String>, span: Span) -> Self {
        let Span { start, end } = span;
        SyntaxError {
            class: ErrorClass::SyntaxError,
            message: message.into(),
            location: Some([start.line, start.column_bytes + 1, end.line, end.column_bytes + 1]),
            text: None,
        }
    }

    /// The error of a compiler stage that met a tree nested too deeply.
    pub fn recursion_during_compilation() -> Self {
        SyntaxError {
            class: ErrorClass::RecursionError,
            message: "maximum recursion depth exceeded during compilation".to_owned(),
            location: None,
            text: None,
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class.name(), self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// A construct that Hognose does not handle yet; never a wrong answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    /// What it is, in words: `async comprehension`.
    pub construct: String,
    /// Where it stands.
    pub span: Span,
}

impl Unsupported {
    /// Names the construct and its place.
    pub fn new(construct: impl Into<String>, span: Span) -> Self {
        Unsupported { construct: construct.into(), span }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unsupported: {}", self.construct)
    }
}

impl std::error::Error for Unsupported {}
