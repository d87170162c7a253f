//! The rows that `python -m tokenize -e` prints: comments, blank lines and all.

use crate::lexer::{LexOptions, lex};
use crate::token::{code, exact_name};
use crate::{Mode, Options, Source, diagnosis};
use hognose_syntax::SyntaxError;
use std::fmt;

/// One token as Python's module `tokenize` gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRow {
    /// Its exact kind: `NAME`, `LPAR`, `NL`.
    pub kind: &'static str,
    /// Its text.
    pub text: String,
    /// Line from 1, column in characters from 0.
    pub start: (u32, u32),
    /// The place behind it.
    pub end: (u32, u32),
}

impl fmt::Display for TokenRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = format!("{},{}-{},{}:", self.start.0, self.start.1, self.end.0, self.end.1);
        let mut text = String::new();
        hognose_primitives::write_str_repr(&mut text, self.text.as_bytes());
        write!(f, "{range:<20}{:<15}{text:<15}", self.kind)
    }
}

/// All tokens of a program.
///
/// # Errors
/// The error CPython's own lexer stops with. (The module `tokenize` would go on after some of them.)
pub fn tokenize(source: &Source) -> Result<Vec<TokenRow>, SyntaxError> {
    let options = Options { mode: Mode::Exec, type_comments: false };
    let tokens = lex(source.text(), LexOptions { joined: false, ..crate::lex_options(&options) });
    if tokens.error.is_some() {
        return Err(diagnosis::lexer_error(source, &tokens));
    }
    let mut rows = Rows { source, rows: Vec::with_capacity(tokens.places.len() + 1) };
    rows.push_at("ENCODING", source.encoding(), (0, 0), (0, 0));
    let mut read = 0;
    for (token, place) in tokens.codes.bytes().zip(&tokens.places) {
        let (start, end) = (place.start as usize, place.end as usize);
        match token {
            code::INDENT => {
                let line_start = source.lines().start(place.line as i32).unwrap_or(0);
                rows.gap(read, line_start);
                rows.push("INDENT", line_start, start);
                read = start;
            }
            code::DEDENT => {
                rows.gap(read, start);
                read = read.max(start);
                rows.push_end("DEDENT", start);
            }
            code::NEWLINE => {
                // A comment is part of this token's place.
                let newline = source.text()[start..].find('\n').map(|at| start + at);
                match newline {
                    Some(newline) => {
                        rows.gap(read, newline);
                        rows.push("NEWLINE", newline, newline + 1);
                        read = newline + 1;
                    }
                    None => {
                        rows.gap(read, source.text().len());
                        read = source.text().len();
                        rows.missing_newline();
                    }
                }
            }
            code::ENDMARKER => {
                rows.gap(read, start);
                rows.push_end("ENDMARKER", start);
            }
            _ => {
                rows.gap(read, start);
                rows.push(exact_name(token), start, end);
                read = end;
            }
        }
    }
    Ok(rows.rows)
}

struct Rows<'s> {
    source: &'s Source,
    rows: Vec<TokenRow>,
}

impl Rows<'_> {
    fn push_at(&mut self, kind: &'static str, text: &str, start: (u32, u32), end: (u32, u32)) {
        self.rows.push(TokenRow { kind, text: text.to_owned(), start, end });
    }

    fn push(&mut self, kind: &'static str, start: usize, end: usize) {
        let text = &self.source.text()[start..end];
        let first = self.place(start);
        let last =
            if text.ends_with('\n') { (first.0, first.1 + text.chars().count() as u32) } else { self.place(end) };
        self.push_at(kind, text, first, last);
    }

    /// A token without text; at the end of the program it stands on the line behind the last.
    fn push_end(&mut self, kind: &'static str, at: usize) {
        let text = self.source.text();
        let place = if at < text.len() {
            self.place(at)
        } else {
            let complete = text.is_empty() || text.ends_with('\n');
            (self.source.lines().count() as u32 + u32::from(!complete), 0)
        };
        self.push_at(kind, "", place, place);
    }

    /// The NEWLINE that stands for one missing at the end.
    fn missing_newline(&mut self) {
        let (line, column) = self.place(self.source.text().len());
        let last_line = self.source.line(line as i32).unwrap_or("");
        if !last_line.trim_start().starts_with('#') {
            self.push_at("NEWLINE", "", (line, column), (line, column + 1));
        }
    }

    /// Comments and the ends of blank lines between two tokens.
    fn gap(&mut self, start: usize, end: usize) {
        let text = self.source.text();
        let mut at = start;
        while at < end {
            match text.as_bytes()[at] {
                b'#' => {
                    let length = text[at..end].find('\n').unwrap_or(end - at);
                    self.push("COMMENT", at, at + length);
                    at += length;
                    if at == text.len() && self.is_alone_on_its_line(at) {
                        let place = self.place(at);
                        self.push_at("NL", "", place, place);
                    }
                }
                b'\\' => at += 2,
                b'\n' => {
                    self.push("NL", at, at + 1);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    fn is_alone_on_its_line(&self, end: usize) -> bool {
        let (line, _) = self.place(end);
        self.source.line(line as i32).is_some_and(|line| line.trim_start().starts_with('#'))
    }

    fn place(&self, byte: usize) -> (u32, u32) {
        let place = self.source.lines().place(byte);
        let line_start = byte - place.column_bytes as usize;
        (place.line as u32, self.source.text()[line_start..byte].chars().count() as u32)
    }
}
