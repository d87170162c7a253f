//! What both sides turn their values into.

use hognose_testkit::canon::{self, Form, Rejection};
use hognose_testkit::worker::Outcome;
use std::time::Instant;

/// A form as an outcome, with its text or only the digest.
pub fn form_outcome(form: Form, full: bool) -> Outcome {
    Outcome::Form {
        digest: form.digest(),
        length: form.as_bytes().len() as u64,
        units: form.units(),
        text: full.then(|| form.into_bytes()),
    }
}

/// A rejection; levels other than `errors` only compare that there is one.
pub fn rejected(rejection: &Rejection, whole: bool) -> Outcome {
    Outcome::Rejected(if whole { canon::rejection(rejection).into_bytes() } else { b"rejected\n".to_vec() })
}

/// At level `errors`: there is none.
pub fn accepted() -> Form {
    let mut form = Form::new();
    form.push("accepted").end_line();
    form
}

/// A result and the microseconds it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_micros() as u64)
}
