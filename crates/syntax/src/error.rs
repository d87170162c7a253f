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
    /// *characters* from 1. `None` where CPython gives no location.
    pub location: Option<[i32; 4]>,
    /// The line's text as `SyntaxError.text` has it.
    pub text: Option<String>,
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
