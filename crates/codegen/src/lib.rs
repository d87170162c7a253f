#![forbid(unsafe_code)]
//! codegen.
