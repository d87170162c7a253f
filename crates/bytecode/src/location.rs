//! Source places of instructions.

/// The source range of an instruction; -1 in a field means that CPython has none there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs)]
pub struct Location {
    pub line: i32,
    pub end_line: i32,
    /// UTF-8 bytes from the start of the line.
    pub column: i32,
    /// UTF-8 bytes from the start of the end line.
    pub end_column: i32,
}

impl Location {
    /// No location at all.
    pub const NONE: Location = Location { line: -1, end_line: -1, column: -1, end_column: -1 };
}
