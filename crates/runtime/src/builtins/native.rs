//! native: methods, attributes and slots.

use crate::object::table::TypeTable;

/// What the type can do.
pub const FUNCTION_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const METHOD_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const WRAPPER_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const GETSET_TYPE: TypeTable = TypeTable::EMPTY;
