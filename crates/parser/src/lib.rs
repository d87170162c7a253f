#![forbid(unsafe_code)]
//! parser.
