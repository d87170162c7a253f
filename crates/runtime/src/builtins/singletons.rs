//! singletons: methods, attributes and slots.

use crate::object::table::TypeTable;

/// What the type can do.
pub const NONE_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const ELLIPSIS_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const NOT_IMPLEMENTED_TYPE: TypeTable = TypeTable::EMPTY;
