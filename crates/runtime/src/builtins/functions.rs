//! The functions of module `builtins`.

use crate::object::native::NativeRow;

/// The table of functions.
pub const FUNCTIONS: &[NativeRow] = &[];
