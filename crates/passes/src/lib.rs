#![forbid(unsafe_code)]
//! passes.
