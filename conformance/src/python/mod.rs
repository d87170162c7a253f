//! CPython inside this process: its start, and what it makes of a program.

mod code;
mod examine;
mod object;
mod rejection;
mod start;
mod symtable;
mod tokens;
mod tree;

pub use code::import_code;
pub use examine::Cpython;
pub use rejection::rejection_of;
pub use start::{EXECUTABLE, HOME, VERSION, start};
pub use tree::Walker;
