#![forbid(unsafe_code)]
//! compiler.
