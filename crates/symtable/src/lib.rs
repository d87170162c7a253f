#![forbid(unsafe_code)]
//! symtable.
