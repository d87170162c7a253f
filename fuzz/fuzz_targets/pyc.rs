//! Any bytes as a `.pyc` file: read and verified, or rejected.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_testkit::check::pyc(bytes));
