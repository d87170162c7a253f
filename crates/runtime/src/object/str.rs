//! str: its body, in CPython's compact kinds: the width is the least that holds the widest character.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Value};
use hognose_primitives::Text;
use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

/// Most ASCII characters that stand in the body itself.
const INLINE: usize = 30;

/// The characters of a str. ASCII is told from Latin-1 as in CPython: most text is ASCII and needs no decoding.
pub enum Storage {
    /// Up to [`INLINE`] ASCII characters, in the body.
    Inline(u8, [u8; INLINE]),
    /// ASCII.
    Ascii(Vec<u8>),
    /// Characters up to U+00FF, at least one of them not ASCII.
    Latin1(Box<[u8]>),
    /// Characters up to U+FFFF, at least one above U+00FF.
    Ucs2(Box<[u16]>),
    /// At least one character above U+FFFF.
    Ucs4(Box<[u32]>),
}

/// The characters of a str, borrowed.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Chars<'a> {
    Ascii(&'a [u8]),
    Latin1(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

/// The body of a str.
pub struct StrBody {
    /// The hash, or -1 while unknown.
    pub hash: Cell<i64>,
    storage: Storage,
}

impl Body for StrBody {
    const KIND: Kind = Kind::Str;
}

impl Frozen for StrBody {}

impl StrBody {
    /// A body from ASCII bytes.
    pub fn from_ascii(bytes: &[u8]) -> StrBody {
        debug_assert!(bytes.is_ascii());
        let storage = if bytes.len() <= INLINE {
            let mut inline = [0; INLINE];
            inline[..bytes.len()].copy_from_slice(bytes);
            Storage::Inline(bytes.len() as u8, inline)
        } else {
            Storage::Ascii(bytes.to_vec())
        };
        StrBody { hash: Cell::new(-1), storage }
    }

    fn from_ascii_vec(bytes: Vec<u8>) -> StrBody {
        if bytes.len() <= INLINE {
            return StrBody::from_ascii(&bytes);
        }
        StrBody { hash: Cell::new(-1), storage: Storage::Ascii(bytes) }
    }

    /// A body from code points, surrogates allowed.
    pub fn from_code_points(points: &[u32]) -> StrBody {
        let widest = points.iter().copied().max().unwrap_or(0);
        let storage = match widest {
            0..=0x7F => return StrBody::from_ascii_vec(points.iter().map(|&point| point as u8).collect()),
            0x80..=0xFF => Storage::Latin1(points.iter().map(|&point| point as u8).collect()),
            0x100..=0xFFFF => Storage::Ucs2(points.iter().map(|&point| point as u16).collect()),
            _ => Storage::Ucs4(points.into()),
        };
        StrBody { hash: Cell::new(-1), storage }
    }

    /// The characters.
    #[inline]
    pub fn chars(&self) -> Chars<'_> {
        match &self.storage {
            Storage::Inline(len, bytes) => Chars::Ascii(&bytes[..usize::from(*len)]),
            Storage::Ascii(bytes) => Chars::Ascii(bytes),
            Storage::Latin1(bytes) => Chars::Latin1(bytes),
            Storage::Ucs2(units) => Chars::Ucs2(units),
            Storage::Ucs4(units) => Chars::Ucs4(units),
        }
    }

    /// The bytes, when all characters are ASCII.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            Chars::Ascii(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// Number of characters.
    #[inline]
    pub fn len(&self) -> usize {
        self.chars().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends ASCII in place: `s += t` while nobody else holds `s`. False when this body cannot.
    pub fn push_ascii(&mut self, more: &[u8]) -> bool {
        match &mut self.storage {
            Storage::Inline(len, bytes) => {
                let old = usize::from(*len);
                let new = old + more.len();
                if new <= INLINE {
                    bytes[old..new].copy_from_slice(more);
                    *len = new as u8;
                } else {
                    let mut buffer = Vec::with_capacity(new + new / 2);
                    buffer.extend_from_slice(&bytes[..old]);
                    buffer.extend_from_slice(more);
                    self.storage = Storage::Ascii(buffer);
                }
            }
            Storage::Ascii(bytes) => bytes.extend_from_slice(more),
            _ => return false,
        }
        self.hash.set(-1);
        true
    }
}

impl<'a> Chars<'a> {
    /// Number of characters.
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Chars::Ascii(bytes) | Chars::Latin1(bytes) => bytes.len(),
            Chars::Ucs2(units) => units.len(),
            Chars::Ucs4(units) => units.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at an index.
    #[inline]
    pub fn get(self, index: usize) -> Option<u32> {
        match self {
            Chars::Ascii(bytes) | Chars::Latin1(bytes) => bytes.get(index).map(|&byte| u32::from(byte)),
            Chars::Ucs2(units) => units.get(index).map(|&unit| u32::from(unit)),
            Chars::Ucs4(units) => units.get(index).copied(),
        }
    }

    /// The characters of a range of indices, which must lie within.
    pub fn slice(self, range: std::ops::Range<usize>) -> Chars<'a> {
        match self {
            Chars::Ascii(bytes) => Chars::Ascii(&bytes[range]),
            Chars::Latin1(bytes) => Chars::Latin1(&bytes[range]),
            Chars::Ucs2(units) => Chars::Ucs2(&units[range]),
            Chars::Ucs4(units) => Chars::Ucs4(&units[range]),
        }
    }

    /// The code points in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |index| self.get(index).expect("index below the length"))
    }

    /// The code points.
    pub fn to_vec(self) -> Vec<u32> {
        match self {
            Chars::Ascii(bytes) | Chars::Latin1(bytes) => bytes.iter().map(|&byte| u32::from(byte)).collect(),
            Chars::Ucs2(units) => units.iter().map(|&unit| u32::from(unit)).collect(),
            Chars::Ucs4(units) => units.to_vec(),
        }
    }

    /// Appends the code points.
    pub fn append_to(self, points: &mut Vec<u32>) {
        points.extend(self.iter());
    }

    /// As UTF-8 in which a surrogate takes its three bytes.
    pub fn to_wtf8(self) -> Cow<'a, [u8]> {
        match self {
            Chars::Ascii(bytes) => Cow::Borrowed(bytes),
            _ => {
                let mut bytes = Vec::with_capacity(self.len() * 2);
                for point in self.iter() {
                    push_wtf8(&mut bytes, point);
                }
                Cow::Owned(bytes)
            }
        }
    }

    /// The bytes in memory: equal texts have equal bytes, since the kind is always the narrowest.
    pub fn hash_bytes(self) -> Cow<'a, [u8]> {
        match self {
            Chars::Ascii(bytes) | Chars::Latin1(bytes) => Cow::Borrowed(bytes),
            Chars::Ucs2(units) => Cow::Owned(units.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
            Chars::Ucs4(units) => Cow::Owned(units.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
        }
    }

    /// Whether both are the same text.
    #[inline]
    pub fn equals(self, other: Chars<'_>) -> bool {
        match (self, other) {
            (Chars::Ascii(a), Chars::Ascii(b)) | (Chars::Latin1(a), Chars::Latin1(b)) => a == b,
            (Chars::Ucs2(a), Chars::Ucs2(b)) => a == b,
            (Chars::Ucs4(a), Chars::Ucs4(b)) => a == b,
            _ => false,
        }
    }

    /// Order by code points.
    pub fn compare(self, other: Chars<'_>) -> Ordering {
        match (self, other) {
            (Chars::Ascii(a) | Chars::Latin1(a), Chars::Ascii(b) | Chars::Latin1(b)) => a.cmp(b),
            _ => self.iter().cmp(other.iter()),
        }
    }

    /// A body with these characters, as narrow as they allow.
    pub fn to_body(self) -> StrBody {
        match self {
            Chars::Ascii(bytes) => StrBody::from_ascii(bytes),
            _ => StrBody::from_code_points(&self.to_vec()),
        }
    }
}

/// Appends a code point as WTF-8.
pub fn push_wtf8(bytes: &mut Vec<u8>, point: u32) {
    match char::from_u32(point) {
        Some(character) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => bytes.extend([0xE0 | (point >> 12) as u8, 0x80 | (point >> 6) as u8 & 0x3F, 0x80 | point as u8 & 0x3F]),
    }
}

/// A new str. Empty and single Latin-1 characters are shared, as in CPython.
pub fn new(thread: &Thread, text: &str) -> Value {
    if text.is_ascii() {
        return from_ascii(thread, text.as_bytes());
    }
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    from_code_points(thread, &points)
}

/// A new str from ASCII bytes.
pub fn from_ascii(thread: &Thread, bytes: &[u8]) -> Value {
    match bytes {
        [] => thread.empty_str(),
        [byte] => thread.character(u32::from(*byte)),
        _ => thread.heap().alloc(&thread.types().str, StrBody::from_ascii(bytes)),
    }
}

/// A new str from an owned buffer.
pub fn from_string(thread: &Thread, text: String) -> Value {
    if text.len() > INLINE && text.is_ascii() {
        let body = StrBody { hash: Cell::new(-1), storage: Storage::Ascii(text.into_bytes()) };
        return thread.heap().alloc(&thread.types().str, body);
    }
    new(thread, &text)
}

/// A new str from code points, surrogates allowed.
pub fn from_code_points(thread: &Thread, points: &[u32]) -> Value {
    match points {
        [] => thread.empty_str(),
        [point] => thread.character(*point),
        _ => thread.heap().alloc(&thread.types().str, StrBody::from_code_points(points)),
    }
}

/// A new str from characters of another.
pub fn from_chars(thread: &Thread, chars: Chars<'_>) -> Value {
    match chars {
        Chars::Ascii(bytes) => from_ascii(thread, bytes),
        _ => from_code_points(thread, &chars.to_vec()),
    }
}

/// A new str from a constant's text.
pub fn from_text(thread: &Thread, text: &Text) -> Value {
    match text.as_str() {
        Some(text) => new(thread, text),
        None => from_code_points(thread, &text.code_points().collect::<Vec<_>>()),
    }
}

/// A str that grows at its end.
pub struct StrBuilder {
    /// What there is, while all of it is ASCII.
    ascii: Vec<u8>,
    /// What there is, from the first character on that is not ASCII.
    points: Option<Vec<u32>>,
}

impl StrBuilder {
    /// Begins with ASCII text.
    pub fn new(start: &str) -> Self {
        debug_assert!(start.is_ascii());
        StrBuilder { ascii: start.as_bytes().to_vec(), points: None }
    }

    /// Appends ASCII text.
    pub fn push_ascii(&mut self, text: &str) {
        self.push_chars(Chars::Ascii(text.as_bytes()));
    }

    /// Appends the characters of a str; nothing for any other value.
    pub fn push_str(&mut self, text: &Value) {
        if let Some(chars) = chars(text) {
            self.push_chars(chars);
        }
    }

    /// Appends characters.
    pub fn push_chars(&mut self, chars: Chars<'_>) {
        match (&mut self.points, chars) {
            (None, Chars::Ascii(bytes)) => self.ascii.extend_from_slice(bytes),
            (points, chars) => {
                let ascii = &mut self.ascii;
                let points = points.get_or_insert_with(|| std::mem::take(ascii).into_iter().map(u32::from).collect());
                chars.append_to(points);
            }
        }
    }

    /// The str.
    pub fn finish(self, thread: &Thread) -> Value {
        match self.points {
            Some(points) => from_code_points(thread, &points),
            None if self.ascii.len() > INLINE => {
                thread.heap().alloc(&thread.types().str, StrBody::from_ascii_vec(self.ascii))
            }
            None => from_ascii(thread, &self.ascii),
        }
    }
}

/// The characters, when `value` is a str or a subclass's instance.
#[inline]
pub fn chars(value: &Value) -> Option<Chars<'_>> {
    value.downcast::<StrBody>().map(|object| object.chars())
}

/// The text of a str for messages, surrogates escaped as `\udc80`; empty for anything else.
pub fn to_string(value: &Value) -> String {
    let Some(chars) = chars(value) else { return String::new() };
    let mut text = String::with_capacity(chars.len());
    for point in chars.iter() {
        match char::from_u32(point) {
            Some(character) => text.push(character),
            None => text.push_str(&format!("\\u{point:04x}")),
        }
    }
    text
}

/// Whether `value` is a str with exactly this ASCII text.
#[inline]
pub fn is(value: &Value, text: &str) -> bool {
    matches!(chars(value), Some(Chars::Ascii(bytes)) if bytes == text.as_bytes())
}

/// Whether two strs have the same text; false when one is no str.
#[inline]
pub fn equal(left: &Value, right: &Value) -> bool {
    left.is(right)
        || match (left.downcast::<StrBody>(), right.downcast::<StrBody>()) {
            (Some(left), Some(right)) => left.chars().equals(right.chars()),
            _ => false,
        }
}
