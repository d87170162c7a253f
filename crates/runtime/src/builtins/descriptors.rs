//! descriptors: methods, attributes and slots.

use crate::object::table::TypeTable;

/// What the type can do.
pub const PROPERTY_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const STATICMETHOD_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const CLASSMETHOD_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const SUPER_TYPE: TypeTable = TypeTable::EMPTY;
