#![forbid(unsafe_code)]
//! CPython 3.11's syntax tree: nodes, positions, `ast.dump` text and syntax errors.

mod arena;
mod error;
mod tree;

pub use arena::Arena;
pub use error::{ErrorClass, SyntaxError, Unsupported};
pub use tree::*;
