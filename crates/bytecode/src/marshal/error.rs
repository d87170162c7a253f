//! What can be wrong with marshal data, in CPython's words.

use std::fmt;

/// Why bytes cannot be read. Its text is CPython's message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MarshalError {
    /// The data ends where an object should begin.
    NoObject,
    /// The data ends inside a number that is one byte long.
    NoByte,
    /// The data ends inside an object.
    TooShort,
    /// What stands in brackets after `bad marshal data`.
    Bad(&'static str),
    /// The end marker of a dict where a value should be; names the container.
    Null(&'static str),
    /// Nested deeper than 2000 levels.
    TooDeep,
    /// References make it larger than a reader should unfold.
    TooLarge,
    /// A string that is not UTF-8: the bytes at fault, where they are, and why.
    NotUtf8 {
        /// The bytes that cannot be decoded.
        bytes: Vec<u8>,
        /// Their offset in the string.
        start: usize,
        /// `invalid start byte` and the like.
        reason: &'static str,
    },
    /// A float written as text, which is not one.
    NotAFloat(String),
    /// A code object with a field of the wrong type, a negative count or arrays of different lengths.
    BadCode,
    /// A code object with a name that is no string.
    NotAString,
    /// `co_code` has an odd length.
    OddCode,
    /// `co_varnames` does not hold all parameters.
    VarnamesTooSmall,
    /// A type that no constant has, such as a list.
    Unsupported(&'static str),
}

impl MarshalError {
    /// The class that CPython raises.
    pub fn exception(&self) -> &'static str {
        match self {
            MarshalError::NoObject | MarshalError::NoByte | MarshalError::TooShort => "EOFError",
            MarshalError::Null(_) => "TypeError",
            MarshalError::NotUtf8 { .. } => "UnicodeDecodeError",
            MarshalError::BadCode | MarshalError::NotAString => "SystemError",
            MarshalError::Bad(_)
            | MarshalError::TooDeep
            | MarshalError::TooLarge
            | MarshalError::NotAFloat(_)
            | MarshalError::OddCode
            | MarshalError::VarnamesTooSmall
            | MarshalError::Unsupported(_) => "ValueError",
        }
    }
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MarshalError::NoObject => f.write_str("EOF read where object expected"),
            MarshalError::NoByte => f.write_str("EOF read where not expected"),
            MarshalError::TooShort => f.write_str("marshal data too short"),
            MarshalError::Bad(what) => write!(f, "bad marshal data ({what})"),
            MarshalError::Null(container) => write!(f, "NULL object in marshal data for {container}"),
            MarshalError::TooDeep => f.write_str("recursion limit exceeded"),
            MarshalError::TooLarge => f.write_str("references unfold to too many objects"),
            MarshalError::NotUtf8 { bytes, start, reason } => match bytes[..] {
                [byte] => write!(f, "'utf-8' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"),
                _ => {
                    let last = start + bytes.len() - 1;
                    write!(f, "'utf-8' codec can't decode bytes in position {start}-{last}: {reason}")
                }
            },
            MarshalError::NotAFloat(text) => write!(f, "could not convert string to float: '{text}'"),
            MarshalError::BadCode => f.write_str("Objects/codeobject.c:250: bad argument to internal function"),
            MarshalError::NotAString => f.write_str("non-string found in code slot"),
            MarshalError::OddCode => f.write_str("code: co_code is malformed"),
            MarshalError::VarnamesTooSmall => f.write_str("code: co_varnames is too small"),
            MarshalError::Unsupported(what) => write!(f, "a constant cannot be {what}"),
        }
    }
}

impl std::error::Error for MarshalError {}

/// Why a code object cannot be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteError {
    /// Nested deeper than 2000 levels.
    TooDeep,
    /// A count or a length that does not fit in 31 bits.
    TooLarge,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WriteError::TooDeep => "object too deeply nested to marshal",
            WriteError::TooLarge => "unmarshallable object",
        })
    }
}

impl std::error::Error for WriteError {}
