//! `marshal`, version 4: constants and code objects as bytes, the payload of a `.pyc` file.

mod error;
mod kind;
mod read;
mod write;

pub use error::{MarshalError, WriteError};
pub use read::{load, load_code};
pub use write::dump;

/// How deep objects may be nested, in CPython's count.
const MAX_DEPTH: usize = 2000;
