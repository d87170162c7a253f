//! Why there is no native code.

use hognose_lowered::LowerError;
use std::fmt;

/// Why an engine or the native code of a function cannot be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NativeError {
    /// Native code is only made for x86-64 under a Unix.
    Processor,
    /// The code object breaks a rule.
    Malformed(String),
    /// The code object has no register code.
    Lower(LowerError),
    /// The system refuses memory for code.
    Memory,
    /// The function was to stay on the interpreter.
    Excluded,
    /// The assembler refused the code: a jump out of its reach.
    Assembler(String),
}

impl fmt::Display for NativeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NativeError::Processor => f.write_str("native code is only made for x86-64 under Linux and other Unixes"),
            NativeError::Malformed(rule) => write!(f, "bad code object: {rule}"),
            NativeError::Lower(error) => error.fmt(f),
            NativeError::Memory => f.write_str("the system refuses memory for native code"),
            NativeError::Excluded => f.write_str("kept on the interpreter by request"),
            NativeError::Assembler(error) => write!(f, "assembler: {error}"),
        }
    }
}

impl std::error::Error for NativeError {}
