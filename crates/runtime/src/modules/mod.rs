//! Native modules: `builtins`, `sys`, `time`, `gc`, `math`.

use crate::Result;
use crate::thread::Thread;
use crate::value::Value;

/// Makes the modules of a new interpreter.
pub(crate) fn create(_thread: &mut Thread) {}

/// Makes a native module; `None` when there is none of this name.
///
/// # Errors
/// What making it raises.
pub fn load(_thread: &mut Thread, _name: &str) -> Result<Option<Value>> {
    Ok(None)
}
