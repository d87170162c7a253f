//! The two tables beside the instructions: where they come from, and where their exceptions go.

pub(crate) mod exceptions;
pub(crate) mod lines;

use std::fmt;

/// Why bytes are not a line or exception table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableError {
    /// The table ends inside an entry.
    Truncated,
    /// The byte at this offset should start an entry and does not.
    NotAnEntry(usize),
    /// The number that begins at this offset has more than 32 bits.
    TooLarge(usize),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Truncated => write!(f, "the table ends inside an entry"),
            TableError::NotAnEntry(offset) => write!(f, "byte {offset} does not start an entry"),
            TableError::TooLarge(offset) => write!(f, "the number at byte {offset} has more than 32 bits"),
        }
    }
}

impl std::error::Error for TableError {}
