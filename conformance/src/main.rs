//! Holds Hognose against CPython.
fn main() {}
