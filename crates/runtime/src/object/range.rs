//! range: its body.

use crate::value::{Body, Frozen, Kind, Value};

/// The body of a range: three ints and its length.
pub struct RangeBody {
    /// First number.
    pub start: Value,
    /// Limit.
    pub stop: Value,
    /// Difference, not zero.
    pub step: Value,
    /// Number of items, an int.
    pub length: Value,
}

impl Body for RangeBody {
    const KIND: Kind = Kind::Range;
}

impl Frozen for RangeBody {}
