//! A generated program: our bytecode is CPython's, asked through the worker of `hognose-conform`, and both back ends
//! do the same with it.
#![no_main]

use hognose_testkit::check::Differential;
use std::sync::{LazyLock, Mutex};

static DIFFERENTIAL: LazyLock<Mutex<Differential>> =
    LazyLock::new(|| Mutex::new(Differential::start().expect("the worker is there")));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    DIFFERENTIAL.lock().expect("one input at a time").check(bytes);
});
