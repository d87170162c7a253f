//! Indices and slices of sequences.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::slice::SliceBody;
use crate::ops::arithmetic::{index_as_i64, index_clamped};
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// What stands between the brackets.
pub enum Subscript {
    /// A single index, not yet brought into range.
    Index(i64),
    /// A slice, not yet fitted to a length.
    Slice(Bounds),
}

/// Start, stop and step of a slice.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    start: i64,
    stop: i64,
    /// Not zero.
    pub step: i64,
}

/// The items that a slice selects from a sequence of a certain length.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    /// Index of the first item; where an insertion goes when there is none.
    pub start: i64,
    /// Where the slice ends, between -1 and the length.
    pub stop: i64,
    /// Difference between indices, not zero.
    pub step: i64,
    /// How many items.
    pub count: usize,
}

/// Reads a key: an int-like index or a slice. `type_name` is that of the sequence, for messages.
///
/// # Errors
/// TypeError for anything else, ValueError for a step of zero, or what `__index__` raises.
pub fn subscript(thread: &mut Thread, type_name: &str, key: &Value) -> Result<Subscript> {
    if let Some(index) = key.as_small_int() {
        return Ok(Subscript::Index(index));
    }
    if key.is_a::<SliceBody>() {
        return bounds(thread, key).map(Subscript::Slice);
    }
    if thread.type_of(key).slots.index.get().is_some() {
        return match index_as_i64(thread, key) {
            Ok(index) => Ok(Subscript::Index(index)),
            Err(Raised) if thread.raised_is(ExceptionKind::OverflowError) => {
                drop(thread.take_raised());
                let message = format!("cannot fit '{}' into an index-sized integer", thread.type_name(key));
                Err(thread.raise(ExceptionKind::IndexError, &message))
            }
            Err(Raised) => Err(Raised),
        };
    }
    let message = format!("{type_name} indices must be integers or slices, not {}", thread.type_name(key));
    Err(thread.type_error(&message))
}

/// The place of an index in a sequence; `None` when it is out of range.
pub fn place(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add_unsigned(len as u64)? } else { index };
    usize::try_from(index).ok().filter(|&index| index < len)
}

/// Start, stop and step of a slice object.
///
/// # Errors
/// ValueError for a step of zero, TypeError for parts that are neither None nor int-like.
///
/// # Source
/// CPython 3.11, `Objects/sliceobject.c`, `PySlice_Unpack`.
pub fn bounds(thread: &mut Thread, slice: &Value) -> Result<Bounds> {
    let SliceBody { start, stop, step } = &**slice.cast::<SliceBody>();
    let step = part(thread, step, 1)?.max(-i64::MAX);
    if step == 0 {
        return Err(thread.value_error("slice step cannot be zero"));
    }
    let start = part(thread, start, if step < 0 { i64::MAX } else { 0 })?;
    let stop = part(thread, stop, if step < 0 { i64::MIN } else { i64::MAX })?;
    Ok(Bounds { start, stop, step })
}

fn part(thread: &mut Thread, value: &Value, default: i64) -> Result<i64> {
    if value.is_none() {
        return Ok(default);
    }
    if thread.type_of(value).slots.index.get().is_none() {
        return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    index_clamped(thread, value)
}

impl Bounds {
    /// Fits the slice to a sequence.
    ///
    /// # Source
    /// CPython 3.11, `Objects/sliceobject.c`, `PySlice_AdjustIndices`.
    pub fn select(self, len: usize) -> Selection {
        let len = len as i64;
        let fit = |index: i64| {
            let index = if index < 0 { index.saturating_add(len) } else { index };
            if self.step < 0 { index.clamp(-1, len - 1) } else { index.clamp(0, len) }
        };
        let (start, stop) = (fit(self.start), fit(self.stop));
        let distance = if self.step < 0 { start - stop } else { stop - start };
        let count = if distance > 0 { (distance - 1) / self.step.saturating_abs() + 1 } else { 0 };
        Selection { start, stop, step: self.step, count: count as usize }
    }
}

impl Selection {
    /// The selected indices in order.
    pub fn indices(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |number| (self.start + number as i64 * self.step) as usize)
    }

    /// The selected range, when the step is 1.
    pub fn range(self) -> Option<std::ops::Range<usize>> {
        (self.step == 1).then(|| self.start as usize..self.start as usize + self.count)
    }
}
