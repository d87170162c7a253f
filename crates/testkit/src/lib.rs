#![forbid(unsafe_code)]
//! What tests, fuzz targets and the harness share: generators, canonical forms, comparers, laws.

pub mod check;
pub mod generate;
pub mod mutate;
