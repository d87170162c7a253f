//! The `with` statement.

use crate::Result;
use crate::object::exception::ExceptionBody;
use crate::ops::{Args, call};
use crate::thread::Thread;
use crate::value::Value;

/// The bound `__exit__` of a manager, and what its `__enter__` gives: `BEFORE_WITH`.
///
/// # Errors
/// TypeError when it is no context manager, or what `__enter__` raises.
pub fn enter(thread: &mut Thread, manager: Value) -> Result<(Value, Value)> {
    let name = thread.type_name(&manager);
    let enter = thread.names().__enter__.clone();
    let Some(enter) = thread.special_method(&manager, &enter)? else {
        let message = format!("'{name}' object does not support the context manager protocol");
        return Err(thread.type_error(&message));
    };
    let exit = thread.names().__exit__.clone();
    let Some(exit) = thread.special_method(&manager, &exit)? else {
        let message = format!("'{name}' object does not support the context manager protocol (missed __exit__ method)");
        return Err(thread.type_error(&message));
    };
    drop(manager);
    let entered = call::call(thread, &enter, Args::NONE)?;
    Ok((exit, entered))
}

/// What `__exit__` answers to an exception: `WITH_EXCEPT_START`.
///
/// # Errors
/// What it raises.
pub fn exit(thread: &mut Thread, exit: &Value, exception: &Value) -> Result {
    let class = thread.type_ref(exception).into_value();
    let traceback = exception.cast::<ExceptionBody>().traceback.get();
    call::call(thread, exit, Args::positional(&[class, exception.clone(), traceback]))
}
