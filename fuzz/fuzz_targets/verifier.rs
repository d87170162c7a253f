//! A code object with any instructions and tables: what the verifier accepts, every later stage can take.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_testkit::check::any_code(bytes));
