#![forbid(unsafe_code)]
//! CPython 3.11's syntax tree: nodes, positions, `ast.dump` text and syntax errors.

mod arena;
mod dump;
mod error;
mod expression_text;
mod fields;
mod line_index;
mod report;
mod tree;
mod walk;

pub use arena::Arena;
pub use dump::{DumpOptions, dump};
pub use error::{ErrorClass, SyntaxError, Unsupported};
pub use expression_text::expression_text;
pub use fields::{Field, List, NodeRef, Visit};
pub use line_index::LineIndex;
pub use tree::*;
pub use walk::walk;
