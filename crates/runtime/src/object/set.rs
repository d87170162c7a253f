//! set and frozenset: CPython's table, whose order of iteration is visible.

use crate::value::{Body, Guarded, Kind, Value};
use std::cell::Cell;

/// One slot of the table.
#[derive(Clone)]
pub enum SetSlot {
    /// Never used.
    Empty,
    /// Removed.
    Dummy,
    /// Hash and key.
    Used(i64, Value),
}

/// The body of a set or frozenset.
pub struct SetBody {
    /// Power of two in length, at least 8.
    pub(crate) table: Vec<SetSlot>,
    /// Used slots and dummies.
    pub(crate) fill: usize,
    /// Used slots.
    pub(crate) used: usize,
    /// Of a frozenset, or -1 while unknown.
    pub hash: Cell<i64>,
}

impl Default for SetBody {
    fn default() -> Self {
        SetBody { table: vec![SetSlot::Empty; 8], fill: 0, used: 0, hash: Cell::new(-1) }
    }
}

impl Body for SetBody {
    const KIND: Kind = Kind::Set;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for slot in &self.table {
            if let SetSlot::Used(_, key) = slot {
                visit(key);
            }
        }
    }
}

impl Guarded for SetBody {}
