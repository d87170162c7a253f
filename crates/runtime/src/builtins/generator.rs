//! generator: methods, attributes and slots.

use crate::object::table::TypeTable;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable::EMPTY;
