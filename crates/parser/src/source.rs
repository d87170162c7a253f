//! From bytes to text: byte order mark, coding cookie, newlines.

use crate::ParseError;
use crate::single_byte::upper_half;
use hognose_syntax::{ErrorClass, LineIndex, Span, SyntaxError, Unsupported};

/// The decoded text of a program, with `\n` as its only newline.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    encoding: String,
    counts_characters: bool,
    lines: LineIndex,
}

impl Source {
    /// Decodes a file's bytes: a byte order mark or a coding cookie names the encoding, UTF-8 is the default.
    ///
    /// # Errors
    /// The SyntaxError CPython gives for text that its encoding cannot decode; `Unsupported` for an encoding other
    /// than UTF-8, Latin-1 and ASCII.
    pub fn decode(bytes: &[u8]) -> Result<Self, ParseError> {
        let (bom, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(body) => (true, body),
            None => (false, bytes),
        };
        if body.contains(&0) {
            return Err(unlocated("source code string cannot contain null bytes").into());
        }
        let cookie = find_cookie(body);
        let encoding = cookie.as_deref().unwrap_or("utf-8");
        if bom && encoding != "utf-8" {
            return Err(at_start(format!("encoding problem: {encoding} with BOM")).into());
        }
        let text = match codec(encoding).as_str() {
            "utf_8" => match std::str::from_utf8(body) {
                Ok(text) => text.to_owned(),
                Err(error) => {
                    let problem = format!("(unicode error) {}", utf8_problem(body, &error));
                    return Err(at_start(problem).into());
                }
            },
            "iso8859_1" => body.iter().map(|&byte| char::from(byte)).collect(),
            "ascii" => match body.iter().position(|byte| !byte.is_ascii()) {
                None => String::from_utf8_lossy(body).into_owned(),
                Some(at) => {
                    let byte = body[at];
                    let problem = format!(
                        "'ascii' codec can't decode byte 0x{byte:02x} in position {at}: ordinal not in range(128)"
                    );
                    return Err(at_start(problem).into());
                }
            },
            other => {
                let Some(upper) = upper_half(other) else {
                    return Err(Unsupported::new(format!("source encoding {encoding}"), Span::NONE).into());
                };
                let upper: Vec<char> = upper.chars().collect();
                let decode = |byte: u8| if byte.is_ascii() { byte.into() } else { upper[usize::from(byte) - 128] };
                let text: String = body.iter().map(|&byte| decode(byte)).collect();
                if let Some(at) = text.chars().position(|character| character == '\u{FFFE}') {
                    let problem = format!(
                        "'charmap' codec can't decode byte 0x{:02x} in position {at}: character maps to <undefined>",
                        body[at]
                    );
                    return Err(at_start(problem).into());
                }
                text
            }
        };
        Ok(Source::new(text, encoding.to_owned(), bom || cookie.is_some()))
    }

    /// Takes text that is decoded already, as `compile` takes a `str`; a coding cookie in it means nothing.
    ///
    /// # Errors
    /// The SyntaxError CPython gives for text with a NUL character.
    pub fn from_text(text: &str) -> Result<Self, SyntaxError> {
        if text.contains('\0') {
            return Err(unlocated("source code string cannot contain null bytes"));
        }
        Ok(Source::new(text.to_owned(), "utf-8".to_owned(), true))
    }

    fn new(text: String, encoding: String, counts_characters: bool) -> Self {
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        let lines = LineIndex::new(&text);
        Source { text, encoding, counts_characters, lines }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// CPython's name of the encoding it was read with.
    pub fn encoding(&self) -> &str {
        &self.encoding
    }

    /// Whether columns of errors count characters. CPython counts bytes when nothing names the encoding.
    pub(crate) fn counts_characters(&self) -> bool {
        self.counts_characters
    }

    /// Where its lines begin.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// A line (numbered from 1) with its newline.
    pub fn line(&self, line: i32) -> Option<&str> {
        self.lines.line(&self.text, line)
    }
}

/// An error that names no place at all.
fn unlocated(message: &str) -> SyntaxError {
    SyntaxError { class: ErrorClass::SyntaxError, message: message.to_owned(), location: None, text: None }
}

/// An error of decoding: CPython places it before the first line.
fn at_start(message: String) -> SyntaxError {
    SyntaxError { class: ErrorClass::SyntaxError, message, location: Some([0, -1, 0, -1]), text: None }
}

/// The encoding that a comment in the first two lines names, normalised.
fn find_cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&byte| byte == b'\n' || byte == b'\r').take(2) {
        let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0C')).count();
        match line.get(blank) {
            None => continue,
            Some(b'#') => (),
            Some(_) => return None,
        }
        if let Some(name) = cookie_in(&line[blank..]) {
            return Some(normalise(name));
        }
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<&[u8]> {
    let after =
        comment.windows(7).position(|window| &window[..6] == b"coding" && matches!(window[6], b':' | b'='))? + 7;
    let rest = &comment[after..];
    let start = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let name = &rest[start..];
    let length =
        name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')).count();
    (length > 0).then(|| &name[..length])
}

/// CPython's short list of other spellings; any other name stays as written.
fn normalise(name: &[u8]) -> String {
    let written = String::from_utf8_lossy(name);
    let head: String = written.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |known: &str| head == known || head.starts_with(&format!("{known}-"));
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        written.into_owned()
    }
}

/// The codec that a name stands for, in lower case with underscores.
fn codec(encoding: &str) -> String {
    let name = encoding.to_ascii_lowercase().replace(['-', ' '], "_");
    match name.as_str() {
        "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => "utf_8".to_owned(),
        "latin1" | "latin" | "latin_1" | "l1" | "8859" | "cp819" | "iso8859" | "iso_8859_1" | "iso_ir_100" => {
            "iso8859_1".to_owned()
        }
        "646" | "us_ascii" | "ansi_x3.4_1968" | "iso646_us" | "us" => "ascii".to_owned(),
        _ => name,
    }
}

/// The text of Python's UnicodeDecodeError for the first bytes that are not UTF-8.
fn utf8_problem(bytes: &[u8], error: &std::str::Utf8Error) -> String {
    let at = error.valid_up_to();
    let first = bytes[at];
    let (length, reason) = match error.error_len() {
        None => (bytes.len() - at, "unexpected end of data"),
        Some(_) if !(0xC2..=0xF4).contains(&first) => (1, "invalid start byte"),
        Some(length) => (length, "invalid continuation byte"),
    };
    if length == 1 {
        format!("'utf-8' codec can't decode byte 0x{first:02x} in position {at}: {reason}")
    } else {
        format!("'utf-8' codec can't decode bytes in position {at}-{}: {reason}", at + length - 1)
    }
}
