//! The harness: CPython 3.11 and Hognose side by side, level by level.
//!
//! The only place of the project that knows CPython is there.

pub mod bench;
pub mod blame;
pub mod compare;
pub mod corpus;
pub mod counts;
pub mod expected;
pub mod isolation;
pub mod ours;
mod outcome;
pub mod program;
pub mod python;
pub mod report;
pub mod result;
pub mod session;
pub mod worker;
pub mod zoo;
