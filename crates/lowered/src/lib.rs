#![forbid(unsafe_code)]
//! lowered.
