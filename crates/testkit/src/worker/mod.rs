//! Worker processes: what they are asked, what they answer, and how they are kept alive.
//!
//! A worker is `hognose-conform worker cpython` or `hognose-conform worker ours`. It is found by its path;
//! whoever uses this module links neither pyo3 nor the harness.

mod client;
mod find;
mod protocol;

pub use client::{Keeper, Limits, Lost, Side, Worker};
pub use find::find_executable;
pub use protocol::{Answer, Broken, Finding, Outcome, Request, Run, Source, read_frame, write_frame};
