//! Any bytes as the source of a program: it is compiled or rejected, in bounded time and stack.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_testkit::check::source(bytes));
