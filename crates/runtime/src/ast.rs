//! `ast` nodes as Python objects: what `compile()` takes and gives.

use crate::Result;
use crate::frontend::CompileOptions;
use crate::thread::Thread;
use crate::value::Value;

/// Whether a value is an instance of a class of module `ast`.
pub fn is_node(_thread: &Thread, _value: &Value) -> bool {
    false
}

/// Compiles a tree of nodes.
///
/// # Errors
/// TypeError and ValueError for malformed trees, SyntaxError.
pub fn compile_node(thread: &mut Thread, _node: &Value, _options: &CompileOptions) -> Result {
    Err(thread.unsupported("compile() of a tree"))
}

/// Parses text to a tree of nodes.
///
/// # Errors
/// SyntaxError.
pub fn parse(thread: &mut Thread, _source: &[u8], _options: &CompileOptions) -> Result {
    Err(thread.unsupported("compile() to a tree"))
}
