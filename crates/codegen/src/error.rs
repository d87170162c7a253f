//! Why a program is not compiled.

use hognose_syntax::{SyntaxError, Unsupported};
use std::fmt;

/// Why a program is not compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompileError {
    /// CPython rejects it too.
    Syntax(SyntaxError),
    /// Hognose does not handle it yet.
    Unsupported(Unsupported),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Syntax(error) => error.fmt(f),
            CompileError::Unsupported(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CompileError {}

impl From<SyntaxError> for CompileError {
    fn from(error: SyntaxError) -> Self {
        CompileError::Syntax(error)
    }
}

impl From<Unsupported> for CompileError {
    fn from(error: Unsupported) -> Self {
        CompileError::Unsupported(error)
    }
}

/// Result of a generating function; the error is boxed because nearly all calls succeed.
pub(crate) type Result<T = ()> = std::result::Result<T, Box<CompileError>>;
