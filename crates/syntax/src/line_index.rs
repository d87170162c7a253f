//! Where the lines of a text begin.

use crate::Place;

/// Finds lines and places of a text whose newlines are all `\n`.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text below 4 GiB.
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        LineIndex { starts: std::iter::once(0).chain(newlines.map(|(at, _)| at as u32 + 1)).collect() }
    }

    /// How many lines there are; behind a final newline stands one more, empty line.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The text of a line (numbered from 1) with its newline, out of the text that was indexed.
    pub fn line<'t>(&self, text: &'t str, line: i32) -> Option<&'t str> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |&end| end as usize);
        text.get(start..end)
    }

    /// The byte where a line (numbered from 1) begins.
    pub fn start(&self, line: i32) -> Option<usize> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.starts.get(index).map(|&start| start as usize)
    }

    /// The place of a byte of the text.
    pub fn place(&self, byte: usize) -> Place {
        let line = self.starts.partition_point(|&start| start as usize <= byte);
        Place { line: line as i32, column_bytes: (byte - self.starts[line - 1] as usize) as i32 }
    }

    /// The place of a byte that is known to stand on this line.
    ///
    /// # Panics
    /// When there is no such line.
    #[inline]
    pub fn place_on(&self, byte: usize, line: i32) -> Place {
        Place { line, column_bytes: byte as i32 - self.starts[line as usize - 1] as i32 }
    }

    /// The place of a byte on this line or a later one; fast when it is this one. The end of a line, its newline
    /// included, belongs to it.
    ///
    /// # Panics
    /// When there is no such line.
    #[inline]
    pub fn place_from(&self, byte: usize, line: i32) -> Place {
        match self.starts.get(line as usize) {
            Some(&next) if byte >= next as usize => self.place(byte),
            _ => self.place_on(byte, line),
        }
    }
}
