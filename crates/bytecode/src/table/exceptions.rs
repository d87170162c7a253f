//! `co_exceptiontable`: which handler an exception at a code unit goes to.
//!
//! An entry is four numbers: start, length, target, and depth times two plus one if the code unit's offset is wanted.
//! Numbers are big-endian groups of six bits, 0x40 meaning that more follow; the first byte of an entry has 0x80 too.
//!
//! # Source
//! CPython 3.11, `Objects/exception_handling_notes.txt`.

use super::TableError;
use crate::CodeObject;
use hognose_primitives::bug;

/// One entry of an exception table. Offsets are in code units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExceptionEntry {
    /// The first code unit that is covered.
    pub start: u32,
    /// The first code unit after the range.
    pub end: u32,
    /// Where the handler begins.
    pub target: u32,
    /// How deep the stack is made before the exception is pushed.
    pub depth: u32,
    /// Whether the offset of the instruction that raised is pushed below the exception.
    pub lasti: bool,
}

/// Encodes `co_exceptiontable`, byte for byte as CPython's compiler does.
///
/// Entries are written as they are given; CPython's are sorted by start and do not overlap.
pub fn encode_exception_table(entries: &[ExceptionEntry]) -> Vec<u8> {
    let mut table = Vec::with_capacity(entries.len() * 5);
    for entry in entries {
        let first = table.len();
        push(&mut table, entry.start);
        table[first] |= 0x80;
        push(&mut table, entry.end.saturating_sub(entry.start));
        push(&mut table, entry.target);
        push(&mut table, entry.depth << 1 | u32::from(entry.lasti));
    }
    table
}

fn push(table: &mut Vec<u8>, value: u32) {
    let groups = (32 - value.leading_zeros()).div_ceil(6).max(1);
    for group in (0..bug!("exception-table-offsets-of-twelve-bits", groups, groups.min(2))).rev() {
        let more = if group > 0 { 0x40 } else { 0 };
        table.push(more | (value >> (6 * group) & 0x3F) as u8);
    }
}

/// The entries of an exception table in order; it ends after the first error.
pub fn decode_exception_table(table: &[u8]) -> ExceptionEntries<'_> {
    ExceptionEntries { table, at: 0 }
}

/// The entry that covers a code unit. CPython searches in order and takes the first.
pub fn handler_at(table: &[u8], unit: u32) -> Option<ExceptionEntry> {
    decode_exception_table(table).map_while(Result::ok).find(|entry| entry.start <= unit && unit < entry.end)
}

/// Iterator over the entries of an exception table. See [`decode_exception_table`].
#[derive(Clone, Debug)]
pub struct ExceptionEntries<'a> {
    table: &'a [u8],
    at: usize,
}

impl ExceptionEntries<'_> {
    fn number(&mut self, first_of_entry: bool) -> Result<u32, TableError> {
        let start = self.at;
        let mut value = 0_u32;
        loop {
            let byte = *self.table.get(self.at).ok_or(TableError::Truncated)?;
            if (byte & 0x80 != 0) != (first_of_entry && self.at == start) {
                return Err(TableError::NotAnEntry(self.at));
            }
            self.at += 1;
            if value >> 26 != 0 {
                return Err(TableError::TooLarge(start));
            }
            value = value << 6 | u32::from(byte & 0x3F);
            if byte & 0x40 == 0 {
                return Ok(value);
            }
        }
    }

    fn entry(&mut self) -> Result<ExceptionEntry, TableError> {
        let at = self.at;
        let start = self.number(true)?;
        let length = self.number(false)?;
        let target = self.number(false)?;
        let depth_lasti = self.number(false)?;
        let end = start.checked_add(length).ok_or(TableError::TooLarge(at))?;
        Ok(ExceptionEntry { start, end, target, depth: depth_lasti >> 1, lasti: depth_lasti & 1 == 1 })
    }
}

impl Iterator for ExceptionEntries<'_> {
    type Item = Result<ExceptionEntry, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.table.len() {
            return None;
        }
        let entry = self.entry();
        if entry.is_err() {
            self.at = self.table.len();
        }
        Some(entry)
    }
}

impl CodeObject {
    /// The entries of `co_exceptiontable`.
    pub fn exception_entries(&self) -> ExceptionEntries<'_> {
        decode_exception_table(&self.exceptiontable)
    }
}
