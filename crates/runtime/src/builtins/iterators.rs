//! iterators: methods, attributes and slots.

use crate::object::table::TypeTable;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const LIST_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const TUPLE_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const RANGE_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const REVERSED_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const ENUMERATE_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const ZIP_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const MAP_TYPE: TypeTable = TypeTable::EMPTY;

/// What the type can do.
pub const FILTER_TYPE: TypeTable = TypeTable::EMPTY;
