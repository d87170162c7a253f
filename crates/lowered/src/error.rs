//! Why a code object could not be lowered.

use std::fmt;

/// Why there is no register code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LowerError {
    /// A construct that is not done yet.
    Unsupported {
        /// What it is, in the words of the language reference.
        construct: &'static str,
        /// Where, in code units.
        unit: u32,
    },
    /// The code object breaks a rule that the verifier of code objects checks.
    Malformed {
        /// The rule.
        what: &'static str,
        /// Where, in code units.
        unit: u32,
    },
}

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LowerError::Unsupported { construct, unit } => write!(f, "unsupported: {construct} (code unit {unit})"),
            LowerError::Malformed { what, unit } => write!(f, "malformed code: {what} (code unit {unit})"),
        }
    }
}

impl std::error::Error for LowerError {}
