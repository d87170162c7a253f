//! Canonical forms: one text per value of a stage, equal exactly when the level calls the values equal.
//!
//! CPython's side is walked in `conformance` and printed with the same line writers, one fact per line,
//! so that the first differing line names the difference.

mod code;
mod constant;
mod form;
mod rejection;
pub mod symtable;
pub mod tokens;
pub mod tree;

pub use code::code;
pub use constant::constant;
pub use form::{Form, first_difference, mask_addresses};
pub use rejection::{Rejection, rejection};
