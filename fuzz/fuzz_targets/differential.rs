//! A generated program: our back ends print what CPython prints, asked through the worker of `hognose-conform`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_testkit::check::differential(bytes));
