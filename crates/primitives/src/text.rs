//! Python's `str` as constants carry it.

use std::fmt;
use std::sync::Arc;

/// Immutable text that may hold lone surrogates, as WTF-8: UTF-8 in which a surrogate takes its three bytes.
///
/// A surrogate pair is never joined: `"\ud83d\ude00"` has two characters, as in Python.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<[u8]>);

impl Text {
    /// Text from code points.
    ///
    /// # Panics
    /// When a number is above `0x10FFFF`.
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Self {
        let mut bytes = Vec::new();
        for point in points {
            push_code_point(&mut bytes, point);
        }
        Text(bytes.into())
    }

    /// Text from WTF-8 bytes; `None` when they are not WTF-8.
    pub fn from_wtf8(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(_) => break,
                Err(error) => {
                    let bad = &rest[error.valid_up_to()..];
                    match bad {
                        [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => rest = &bad[3..],
                        _ => return None,
                    }
                }
            }
        }
        Some(Text(bytes.into()))
    }

    /// The WTF-8 bytes.
    pub fn as_wtf8(&self) -> &[u8] {
        &self.0
    }

    /// The text, unless it holds a surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text with each surrogate replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match self.as_str() {
            Some(text) => text.to_owned(),
            None => self.code_points().map(|point| char::from_u32(point).unwrap_or('\u{FFFD}')).collect(),
        }
    }

    /// The code points, surrogates included.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let (point, width) = match *rest {
                [] => return None,
                [a @ 0..=0x7F, ..] => (u32::from(a), 1),
                [a @ 0x80..=0xDF, b, ..] => ((u32::from(a) & 0x1F) << 6 | u32::from(b) & 0x3F, 2),
                [a @ 0xE0..=0xEF, b, c, ..] => {
                    ((u32::from(a) & 0x0F) << 12 | (u32::from(b) & 0x3F) << 6 | u32::from(c) & 0x3F, 3)
                }
                [a, b, c, d, ..] => (
                    (u32::from(a) & 0x07) << 18
                        | (u32::from(b) & 0x3F) << 12
                        | (u32::from(c) & 0x3F) << 6
                        | u32::from(d) & 0x3F,
                    4,
                ),
                _ => unreachable!("a Text holds whole characters"),
            };
            rest = &rest[width..];
            Some(point)
        })
    }

    /// The number of code points.
    pub fn len(&self) -> usize {
        self.0.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
    }

    /// This text, then another.
    pub fn concat(&self, other: &Text) -> Text {
        Text([&self.0[..], &other.0[..]].concat().into())
    }

    /// This text so many times.
    pub fn repeat(&self, count: usize) -> Text {
        Text(self.0.repeat(count).into())
    }

    /// Whether there are no characters.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends one code point as WTF-8.
pub(crate) fn push_code_point(bytes: &mut Vec<u8>, point: u32) {
    match char::from_u32(point) {
        Some(character) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            assert!((0xD800..0xE000).contains(&point), "code points end at 0x10FFFF");
            bytes.extend([0xED, 0x80 | (point >> 6) as u8 & 0x3F, 0x80 | point as u8 & 0x3F]);
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(text.as_bytes().into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(text.into_bytes().into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string_lossy())
    }
}
