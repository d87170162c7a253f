//! `raise` and `assert`.

use crate::exceptions::ExceptionKind;
use crate::object::exception::ExceptionBody;
use crate::ops::types::{is_exception_class, must_derive};
use crate::ops::{Args, call};
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// `raise`: again what is being handled.
pub fn reraise_handled(thread: &mut Thread) -> Raised {
    match thread.handled_exception() {
        Some(exception) => thread.set_raised(exception),
        None => thread.raise(ExceptionKind::RuntimeError, "No active exception to reraise"),
    }
}

/// `raise exception`, and `raise exception from cause`.
pub fn raise(thread: &mut Thread, exception: &Value, cause: Option<&Value>) -> Raised {
    let value = match instance(thread, exception) {
        Ok(value) => value,
        Err(raised) => return raised,
    };
    if let Some(cause) = cause {
        let cause = if is_exception_class(cause) {
            match instance(thread, cause) {
                Ok(cause) => cause,
                Err(raised) => return raised,
            }
        } else if cause.is_a::<ExceptionBody>() || cause.is_none() {
            cause.clone()
        } else {
            return thread.type_error("exception causes must derive from BaseException");
        };
        let body = value.cast::<ExceptionBody>();
        drop(body.cause.set(cause));
        body.suppress_context.set(true);
    }
    thread.raise_value(value)
}

/// The `raise` statement in its three forms.
pub fn raise_statement(thread: &mut Thread, exception: Option<Value>, cause: Option<Value>) -> Raised {
    match exception {
        Some(exception) => raise(thread, &exception, cause.as_ref()),
        None => reraise_handled(thread),
    }
}

/// An exception from what stands behind `raise`: an instance, or a class that is called.
fn instance(thread: &mut Thread, exception: &Value) -> crate::Result {
    if exception.is_a::<ExceptionBody>() {
        return Ok(exception.clone());
    }
    if !is_exception_class(exception) {
        return Err(must_derive(thread));
    }
    let value = call::call(thread, exception, Args::NONE)?;
    if value.is_a::<ExceptionBody>() {
        return Ok(value);
    }
    let message = format!(
        "calling {} should have returned an instance of BaseException, not {}",
        crate::ops::repr::repr_text(thread, exception)?,
        crate::ops::repr::repr_text(thread, &thread.type_ref(&value).into_value())?
    );
    Err(thread.type_error(&message))
}

/// The class that `assert` raises: `LOAD_ASSERTION_ERROR`.
pub fn assertion_error(thread: &Thread) -> Value {
    thread.exception_types().get(ExceptionKind::AssertionError).value().clone()
}
