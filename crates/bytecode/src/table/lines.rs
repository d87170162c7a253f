//! `co_linetable`: the source place of each code unit.
//!
//! An entry covers one to eight code units. Its first byte holds 0x80, the form in bits 3 to 6 and the number of units
//! less one in bits 0 to 2. The forms, with `line` the line of the entry before:
//!
//! | form | bytes that follow | place |
//! | --- | --- | --- |
//! | 0 to 9 | one | same line, column `8 * form + high three bits`, end column at most 15 after it |
//! | 10 to 12 | column, end column | `form - 10` lines further |
//! | 13 | signed distance | another line, no columns |
//! | 14 | signed distance, lines to the end, column + 1, end column + 1 | anything |
//! | 15 | none | no place |
//!
//! Numbers are little-endian groups of six bits, 0x40 meaning that more follow; a sign is the lowest bit.
//!
//! # Source
//! CPython 3.11, `Objects/locations.md`.

use super::TableError;
use crate::{CodeObject, Location};
use hognose_primitives::bug;

const LONGEST_ENTRY: usize = 8;
const FORM_NO_COLUMNS: u8 = 13;
const FORM_LONG: u8 = 14;
const FORM_NO_LOCATION: u8 = 15;

/// One entry of a line table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineEntry {
    /// Where the instruction comes from.
    pub location: Location,
    /// How many code units the entry covers, 1 to 8.
    pub units: usize,
}

/// Encodes `co_linetable`, byte for byte as CPython's compiler does.
///
/// `instructions` gives for each instruction its place and its size in code units, prefixes and caches included.
pub fn encode_linetable(firstlineno: i32, instructions: impl IntoIterator<Item = (Location, usize)>) -> Vec<u8> {
    let mut encoder = Encoder { table: Vec::new(), line: firstlineno };
    for (location, units) in instructions {
        let mut rest = units;
        while rest > LONGEST_ENTRY {
            encoder.entry(location, LONGEST_ENTRY);
            rest -= LONGEST_ENTRY;
        }
        if rest > 0 {
            encoder.entry(location, rest);
        }
    }
    encoder.table
}

struct Encoder {
    table: Vec<u8>,
    line: i32,
}

impl Encoder {
    fn entry(&mut self, location: Location, units: usize) {
        let Location { line, end_line, column, end_column } = location;
        if line < 0 {
            return self.start(FORM_NO_LOCATION, units);
        }
        let distance = line.wrapping_sub(self.line);
        self.line = bug!("linetable-line-lost-without-columns", line, if column < 0 { self.line } else { line });
        if column < 0 || end_column < 0 {
            if end_line == line || end_line == -1 {
                self.start(FORM_NO_COLUMNS, units);
                return self.signed(distance);
            }
        } else if end_line == line {
            let width = end_column.wrapping_sub(column);
            let widest = bug!("linetable-short-form-too-wide", 15, 16);
            if distance == 0 && column < 80 && (0..=widest).contains(&width) {
                self.start((column >> 3) as u8, units);
                return self.table.push(((column & 7) << 4 | width) as u8);
            }
            if (0..3).contains(&distance) && column < 128 && end_column < 128 {
                self.start(10 + distance as u8, units);
                return self.table.extend([column as u8, end_column as u8]);
            }
        }
        self.start(FORM_LONG, units);
        self.signed(distance);
        self.unsigned(end_line.wrapping_sub(line) as u32);
        self.unsigned(column.wrapping_add(1) as u32);
        self.unsigned(end_column.wrapping_add(1) as u32);
    }

    fn start(&mut self, form: u8, units: usize) {
        self.table.push(0x80 | form << 3 | (units - 1) as u8);
    }

    fn unsigned(&mut self, mut value: u32) {
        while value >= 0x40 {
            self.table.push(0x40 | (value & 0x3F) as u8);
            value >>= 6;
        }
        self.table.push(value as u8);
    }

    fn signed(&mut self, value: i32) {
        let shifted = value.unsigned_abs() << 1;
        self.unsigned(shifted | u32::from(value < 0));
    }
}

/// The entries of a line table in order; it ends after the first error.
pub fn decode_linetable(firstlineno: i32, table: &[u8]) -> LineEntries<'_> {
    LineEntries { table, at: 0, line: firstlineno }
}

/// Iterator over the entries of a line table. See [`decode_linetable`].
#[derive(Clone, Debug)]
pub struct LineEntries<'a> {
    table: &'a [u8],
    at: usize,
    line: i32,
}

impl LineEntries<'_> {
    fn byte(&mut self) -> Result<u8, TableError> {
        let byte = *self.table.get(self.at).ok_or(TableError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn unsigned(&mut self) -> Result<u32, TableError> {
        let start = self.at;
        let mut value = 0_u32;
        for shift in (0..).step_by(6) {
            let byte = self.byte()?;
            let group = u32::from(byte & 0x3F);
            if shift > 30 || group << shift >> shift != group {
                return Err(TableError::TooLarge(start));
            }
            value |= group << shift;
            if byte & 0x40 == 0 {
                break;
            }
        }
        Ok(value)
    }

    fn signed(&mut self) -> Result<i32, TableError> {
        let value = self.unsigned()?;
        let magnitude = (value >> 1) as i32;
        Ok(if value & 1 == 1 { -magnitude } else { magnitude })
    }

    fn entry(&mut self) -> Result<LineEntry, TableError> {
        let start = self.at;
        let first = self.byte()?;
        if first & 0x80 == 0 {
            return Err(TableError::NotAnEntry(start));
        }
        let units = usize::from(first & 7) + 1;
        let form = first >> 3 & 15;
        let location = match form {
            FORM_NO_LOCATION => Location::NONE,
            FORM_NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed()?);
                Location { line: self.line, end_line: self.line, column: -1, end_column: -1 }
            }
            FORM_LONG => {
                self.line = self.line.wrapping_add(self.signed()?);
                let end_line = self.line.wrapping_add(self.unsigned()? as i32);
                let column = (self.unsigned()? as i32).wrapping_sub(1);
                let end_column = (self.unsigned()? as i32).wrapping_sub(1);
                Location { line: self.line, end_line, column, end_column }
            }
            10.. => {
                self.line = self.line.wrapping_add(i32::from(form) - 10);
                let (column, end_column) = (i32::from(self.byte()?), i32::from(self.byte()?));
                Location { line: self.line, end_line: self.line, column, end_column }
            }
            _ => {
                let byte = i32::from(self.byte()?);
                let column = i32::from(form) << 3 | byte >> 4 & 7;
                Location { line: self.line, end_line: self.line, column, end_column: column + (byte & 15) }
            }
        };
        Ok(LineEntry { location, units })
    }
}

impl Iterator for LineEntries<'_> {
    type Item = Result<LineEntry, TableError>;

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
    /// The entries of `co_linetable`.
    pub fn line_entries(&self) -> LineEntries<'_> {
        decode_linetable(self.firstlineno, &self.linetable)
    }

    /// `co_positions`: the place of each code unit.
    ///
    /// Units that the table does not reach, or that follow an error in it, have none.
    pub fn positions(&self) -> Vec<Location> {
        let units = self.code.len() / 2;
        let mut positions = Vec::with_capacity(units);
        for entry in self.line_entries().map_while(Result::ok) {
            let room = units - positions.len();
            positions.extend(std::iter::repeat_n(entry.location, entry.units.min(room)));
        }
        positions.resize(units, Location::NONE);
        positions
    }

    /// `co_lines`: start and end in code units, and the line, of each entry of the table up to the first error.
    pub fn lines(&self) -> impl Iterator<Item = (usize, usize, Option<i32>)> {
        let mut start = 0;
        self.line_entries().map_while(Result::ok).map(move |entry| {
            let end = start + entry.units;
            let line = (entry.location != Location::NONE).then_some(entry.location.line);
            (std::mem::replace(&mut start, end), end, line)
        })
    }

    /// Where lines start: code unit and line, for each entry whose line differs from the last one given.
    ///
    /// # Source
    /// CPython 3.11, `Lib/dis.py`, `findlinestarts`.
    pub fn line_starts(&self) -> impl Iterator<Item = (usize, i32)> {
        let mut last = None;
        self.lines().filter_map(move |(start, _, line)| {
            let line = line.filter(|line| last != Some(*line))?;
            last = Some(line);
            Some((start, line))
        })
    }
}
