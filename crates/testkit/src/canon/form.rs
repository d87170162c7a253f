//! The text of a canonical form, its digest, and what differs between two.

use std::hash::Hasher;

/// A canonical text under construction or complete.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Form {
    bytes: Vec<u8>,
    units: u32,
}

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text, given up.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many nodes, scopes, code objects it holds.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// A digest: equal texts have equal ones, on every machine and run.
    pub fn digest(&self) -> u64 {
        let mut hasher = siphasher::sip::SipHasher13::new();
        hasher.write(&self.bytes);
        hasher.finish()
    }

    /// Counts one more unit.
    pub fn count_unit(&mut self) {
        self.units += 1;
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// Appends bytes as they are.
    pub fn push_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Appends bytes as hexadecimal digits.
    pub fn push_hex(&mut self, bytes: &[u8]) -> &mut Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in bytes {
            self.bytes.push(DIGITS[usize::from(byte >> 4)]);
            self.bytes.push(DIGITS[usize::from(byte & 15)]);
        }
        self
    }

    /// Appends a number in decimal.
    pub fn push_int(&mut self, value: i64) -> &mut Self {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            self.bytes.push(b'-');
        }
        self.bytes.extend_from_slice(&digits[at..]);
        self
    }

    /// Appends WTF-8 text in quotes; line ends, backslashes, quotes and other control characters are escaped.
    pub fn push_quoted(&mut self, wtf8: &[u8]) -> &mut Self {
        self.bytes.push(b'\'');
        for &byte in wtf8 {
            match byte {
                b'\n' => self.bytes.extend_from_slice(b"\\n"),
                b'\\' | b'\'' => self.bytes.extend_from_slice(&[b'\\', byte]),
                0..=31 | 127 => {
                    self.bytes.extend_from_slice(b"\\x");
                    self.push_hex(&[byte]);
                }
                _ => self.bytes.push(byte),
            }
        }
        self.bytes.push(b'\'');
        self
    }

    /// Ends the line.
    pub fn end_line(&mut self) {
        self.bytes.push(b'\n');
    }
}

/// The first line in which two texts differ: its number from 1, CPython's line and ours.
///
/// A side that has ended gives an empty line.
pub fn first_difference(cpython: &[u8], ours: &[u8]) -> Option<(usize, String, String)> {
    let mut left = cpython.split(|&byte| byte == b'\n');
    let mut right = ours.split(|&byte| byte == b'\n');
    let mut number = 0;
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            (a, b) => {
                let line = |side: Option<&[u8]>| String::from_utf8_lossy(side.unwrap_or_default()).into_owned();
                return Some((number, line(a), line(b)));
            }
        }
    }
}

/// Replaces each `0x…` by `<@n>`, numbered by first appearance, so that equal addresses stay equal.
///
/// Fewer than six digits are no address but a number that a program printed.
pub fn mask_addresses(text: &[u8]) -> Vec<u8> {
    let mut seen: Vec<&[u8]> = Vec::new();
    let mut masked = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(b"0x") {
            let digits = text[at + 2..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let standing_alone = at == 0 || !text[at - 1].is_ascii_alphanumeric();
            if (6..=16).contains(&digits) && standing_alone {
                let address = &text[at..at + 2 + digits];
                let number = seen.iter().position(|known| *known == address).unwrap_or_else(|| {
                    seen.push(address);
                    seen.len() - 1
                });
                masked.extend_from_slice(format!("<@{}>", number + 1).as_bytes());
                at += 2 + digits;
                continue;
            }
        }
        masked.push(text[at]);
        at += 1;
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_their_identity() {
        let text = b"<A at 0x7f00aa10> <B at 0x7f00aa20> <A at 0x7f00aa10> 0xff x0x1234567";
        assert_eq!(mask_addresses(text), b"<A at <@1>> <B at <@2>> <A at <@1>> 0xff x0x1234567");
    }

    #[test]
    fn difference_is_the_first_line_that_differs() {
        assert_eq!(first_difference(b"a\nb\n", b"a\nc\n"), Some((2, "b".into(), "c".into())));
        assert_eq!(first_difference(b"a\n", b"a\n"), None);
        assert_eq!(first_difference(b"a", b"a\nb"), Some((2, String::new(), "b".into())));
    }

    #[test]
    fn numbers_print_like_rust_does() {
        for value in [0, 7, -1, 10, i64::MIN, i64::MAX] {
            let mut form = Form::new();
            form.push_int(value);
            assert_eq!(form.as_bytes(), value.to_string().as_bytes());
        }
    }
}
