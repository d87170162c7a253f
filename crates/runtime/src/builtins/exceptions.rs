//! Exceptions: methods, attributes and slots of the classes.

use crate::exceptions::ExceptionKind;
use crate::object::table::TypeTable;

/// What an exception class adds to its base.
pub fn table_of(_kind: ExceptionKind) -> &'static TypeTable {
    const { &TypeTable::EMPTY }
}
