//! dict_views: methods, attributes and slots.

use crate::object::table::TypeTable;

/// What the type can do.
pub const KEYS_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const VALUES_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const ITEMS_TYPE: TypeTable = TypeTable::EMPTY;
