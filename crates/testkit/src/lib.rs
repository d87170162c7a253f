#![forbid(unsafe_code)]
//! What tests, fuzz targets and the harness share: generators, canonical forms, comparers, the worker's client, laws.

pub mod canon;
pub mod check;
pub mod execute;
pub mod generate;
mod level;
pub mod mutate;
mod verdict;
pub mod worker;

pub use level::{Level, Levels};
pub use verdict::Verdict;
