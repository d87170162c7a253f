//! Where an error stands, in the units CPython reports.

use super::peg::{ErrorPlace, Raised};
use crate::Source;
use crate::builder::Origin;
use crate::lexer::{LexErrorKind, Tokens};
use crate::token::code;
use hognose_syntax::{ErrorClass, SyntaxError};
use std::ops::Range;

/// The text that is read: a program, or an f-string's expression in parentheses of its own.
pub(super) struct Frame<'s> {
    pub source: &'s Source,
    pub tokens: &'s Tokens,
    pub replacement: Option<(Range<usize>, Origin)>,
}

/// A place before it is worded: lines, and columns in bytes from 1.
struct Columns {
    line: i32,
    column: i32,
    end_line: i32,
    end_column: i32,
}

impl Frame<'_> {
    /// A raised error; `fill` tokens had been looked at.
    pub fn error(&self, raised: &Raised, fill: usize) -> SyntaxError {
        let last = fill.saturating_sub(1);
        let columns = match raised.place {
            ErrorPlace::Tokens(first, last) => Columns {
                line: self.line(first),
                column: self.start_column(first) + 1,
                end_line: self.end_line(last),
                end_column: self.end_column(last) + 1,
            },
            ErrorPlace::LastRead => Columns {
                line: self.line(last),
                column: match self.start_column(last) {
                    -1 => self.reading_column(last),
                    column => column + 1,
                },
                end_line: self.end_line(last),
                end_column: match self.end_column(last) {
                    -1 => -1,
                    column => column + 1,
                },
            },
            ErrorPlace::ToLastRead(first) => Columns {
                line: self.line(first),
                column: self.start_column(first) + 1,
                end_line: self.end_line(last),
                end_column: self.reading_column(last),
            },
            ErrorPlace::Key(first, last) => Columns {
                line: self.line(first),
                column: self.end_column(last),
                end_line: self.end_line(last),
                end_column: 0,
            },
            ErrorPlace::Line(token) => {
                let line = self.line(token);
                Columns { line, column: 0, end_line: line, end_column: 0 }
            }
        };
        let class = if raised.indentation { ErrorClass::IndentationError } else { ErrorClass::SyntaxError };
        let message = if self.replacement.is_some() && !raised.message.starts_with("f-string: ") {
            format!("f-string: {}", raised.message)
        } else {
            raised.message.clone()
        };
        self.worded(class, message, columns, self.reading_line(last))
    }

    /// The error the lexer stopped with; `fill` tokens had been looked at before.
    pub fn lexer_error(&self, fill: usize) -> SyntaxError {
        let error = self.tokens.error.as_ref().expect("the tokens end in an error");
        let line = error.line as i32;
        let here = error.at as usize;
        let simple = |class, message: &str, column, end_column| {
            let columns = Columns { line, column, end_line: line, end_column };
            self.worded(class, message.to_owned(), columns, line)
        };
        match &error.kind {
            LexErrorKind::Message(message) => {
                let text = self.line_text(line);
                let read = self.bytes_before(here, line).min(text.len());
                let column = String::from_utf8_lossy(&text.as_bytes()[..read]).chars().count() as i32;
                let location = Some([line, column, line, column]);
                SyntaxError { class: ErrorClass::SyntaxError, message: message.clone(), location, text: Some(text) }
            }
            LexErrorKind::LeadingZeros { start } => {
                let column = self.bytes_before(*start as usize, line) as i32 + 1;
                let end_column = self.bytes_before(here, line) as i32;
                SyntaxError {
                    class: ErrorClass::SyntaxError,
                    message: "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal \
                              integers"
                        .to_owned(),
                    location: Some([line, column, line, end_column]),
                    text: Some(self.line_text(line)),
                }
            }
            LexErrorKind::Dedent => {
                let column = self.line_text(line).len() as i32 + 1;
                let message = "unindent does not match any outer indentation level";
                simple(ErrorClass::IndentationError, message, column, -1)
            }
            LexErrorKind::Tabs => {
                simple(ErrorClass::TabError, "inconsistent use of tabs and spaces in indentation", 1, 0)
            }
            LexErrorKind::TooDeep => simple(ErrorClass::IndentationError, "too many levels of indentation", 1, 0),
            LexErrorKind::Continuation => {
                // CPython counts from the first of the lines that backslashes have joined.
                let column = self.bytes_before(here, self.first_joined_line(line)) as i32 + 1;
                let message = "unexpected character after line continuation character";
                simple(ErrorClass::SyntaxError, message, column, 0)
            }
            LexErrorKind::EndOfFile => match self.never_closed(self.last_line()) {
                Some(error) => error,
                None => {
                    let line = self.last_line();
                    let column = self.line_text(line).len() as i32 + 1;
                    let columns = Columns { line, column, end_line: line, end_column: -1 };
                    let _ = fill;
                    self.worded(ErrorClass::SyntaxError, "unexpected EOF while parsing".to_owned(), columns, line)
                }
            },
        }
    }

    /// "'(' was never closed", for the innermost bracket that is open where the lexer stopped.
    fn never_closed(&self, reading_line: i32) -> Option<SyntaxError> {
        let bracket = self.tokens.open_brackets.last()?;
        let line = bracket.line as i32;
        let column = self.bytes_before(bracket.at as usize, line) as i32 + 1;
        let message = format!("'{}' was never closed", char::from(bracket.character));
        let columns = Columns { line, column, end_line: line, end_column: 0 };
        Some(self.worded(ErrorClass::SyntaxError, message, columns, reading_line))
    }

    /// What the tokens behind those looked at say: an error of the lexer there, or a bracket that is never closed and
    /// stands on an earlier line, comes before the parser's own.
    pub fn rest_of_source(&self, fill: usize) -> Option<SyntaxError> {
        let error = self.tokens.error.as_ref()?;
        match error.kind {
            LexErrorKind::Message(_) | LexErrorKind::LeadingZeros { .. } => Some(self.lexer_error(fill)),
            LexErrorKind::Dedent
            | LexErrorKind::Tabs
            | LexErrorKind::TooDeep
            | LexErrorKind::Continuation
            | LexErrorKind::EndOfFile => {
                let bracket = self.tokens.open_brackets.last()?;
                let read_line = self.line(fill.saturating_sub(1));
                if read_line > bracket.line as i32 { self.never_closed(error.line as i32) } else { None }
            }
        }
    }

    /// The last line of the text; 0 when it is empty.
    fn last_line(&self) -> i32 {
        let text = self.source.text();
        let lines = self.source.lines().count() as i32;
        if text.is_empty() || text.ends_with('\n') { lines - 1 } else { lines }
    }

    /// Whether a token stands at the end of the text, where CPython has read no further line.
    fn is_at_end(&self, token: usize) -> bool {
        let place = self.tokens.places.get(token);
        self.replacement.is_none()
            && place.is_none_or(|place| {
                place.start as usize >= self.source.text().len() && self.code(token) != code::NEWLINE
            })
    }

    fn code(&self, token: usize) -> u8 {
        self.tokens.codes.as_bytes().get(token).copied().unwrap_or(code::ENDMARKER)
    }

    fn has_no_columns(&self, token: usize) -> bool {
        matches!(self.code(token), code::INDENT | code::DEDENT | code::ENDMARKER)
    }

    fn line(&self, token: usize) -> i32 {
        if self.is_at_end(token) { self.last_line() } else { self.tokens.places[token].line as i32 }
    }

    fn end_line(&self, token: usize) -> i32 {
        if self.is_at_end(token) {
            return self.last_line();
        }
        let place = self.tokens.places[token];
        self.source.lines().place_from(place.end as usize, place.line as i32).line
    }

    /// The line up to which CPython's lexer had read.
    fn reading_line(&self, last: usize) -> i32 {
        self.end_line(last)
    }

    /// Bytes of a line before one of its bytes.
    fn bytes_before(&self, byte: usize, line: i32) -> usize {
        byte - self.line_start(line).min(byte)
    }

    /// Where a line of this text begins.
    fn line_start(&self, line: i32) -> usize {
        match &self.replacement {
            Some((range, origin)) if line == origin.line as i32 => range.start,
            _ => self.source.lines().start(line).unwrap_or(0),
        }
    }

    /// A token's column from 0, or -1.
    fn start_column(&self, token: usize) -> i32 {
        if self.has_no_columns(token) {
            return -1;
        }
        let place = self.tokens.places[token];
        let column = self.bytes_before(place.start as usize, place.line as i32) as i32;
        self.counted(column, place.line as i32, self.end_line(token))
    }

    fn end_column(&self, token: usize) -> i32 {
        if self.has_no_columns(token) {
            return -1;
        }
        let line = self.end_line(token);
        let column = self.bytes_before(self.tokens.places[token].end as usize, line) as i32;
        self.counted(column, line, line)
    }

    /// An f-string's expression counts from its brace on the first line, and wrongly on the others.
    fn counted(&self, column: i32, line: i32, end_line: i32) -> i32 {
        match &self.replacement {
            Some((_, origin)) if line != origin.line as i32 || end_line != line => column - origin.brace_reported,
            _ => column,
        }
    }

    /// How much of its line CPython's lexer had read behind a token.
    fn reading_column(&self, token: usize) -> i32 {
        if self.is_at_end(token) {
            return self.line_text(self.last_line()).len() as i32 + 1;
        }
        let place = self.tokens.places[token];
        let newline = i32::from(self.code(token) == code::NEWLINE);
        self.bytes_before(place.end as usize, self.end_line(token)) as i32 + newline
    }

    /// A line without its newline.
    fn line_text(&self, line: i32) -> String {
        match &self.replacement {
            None => self.source.line(line).unwrap_or("").trim_end_matches('\n').to_owned(),
            Some((range, origin)) => {
                let start = self.line_start(line);
                let rest = &self.source.text()[start..range.end];
                let whole = rest.find('\n').map_or(rest, |newline| &rest[..newline]);
                let mut text = whole.to_owned();
                if start + whole.len() == range.end {
                    text.pop();
                    text.push(')');
                }
                if line == origin.line as i32 {
                    text.replace_range(..1, "(");
                }
                text
            }
        }
    }

    /// The text an error shows: when its line is the last one read, all that the lexer holds, else that line.
    fn shown_text(&self, line: i32, reading_line: i32) -> String {
        if line < reading_line {
            return self.line_text(line);
        }
        if self.replacement.is_some() {
            return self.line_text(line) + "\n";
        }
        let first = self.first_joined_line(line);
        let mut text = String::new();
        for line in first..=line {
            text.push_str(&self.line_text(line));
            text.push('\n');
        }
        text
    }

    /// The first line that CPython's lexer still holds with this one: the lines of a token, and lines that backslashes
    /// join.
    fn first_joined_line(&self, line: i32) -> i32 {
        let mut first = line;
        if self.replacement.is_some() {
            return first;
        }
        loop {
            let spanning = self.tokens.places.iter().zip(self.tokens.codes.bytes()).find(|(place, token)| {
                *token == code::STRING
                    && (place.line as i32) < first
                    && self.source.lines().place_from(place.end as usize, place.line as i32).line == first
            });
            first = match spanning {
                Some((place, _)) => place.line as i32,
                None if first > 1 && self.is_continued(first - 1) => first - 1,
                None => return first,
            };
        }
    }

    fn is_continued(&self, line: i32) -> bool {
        let text = self.line_text(line);
        text.ends_with('\\') && !text.contains('#')
    }

    fn worded(&self, class: ErrorClass, message: String, columns: Columns, reading_line: i32) -> SyntaxError {
        let text = self.shown_text(columns.line, reading_line);
        let Columns { line, mut column, end_line, mut end_column } = columns;
        if self.source.counts_characters() && self.replacement.is_none() {
            column = characters(&text, column);
            end_column = if end_column > 0 { characters(&text, end_column) } else { end_column };
        }
        SyntaxError { class, message, location: Some([line, column, end_line, end_column]), text: Some(text) }
    }
}

/// A column in bytes as one in characters; both from 1, and both 0 for none.
fn characters(line: &str, column: i32) -> i32 {
    let column = column.max(0) as usize;
    let count = line.char_indices().take_while(|&(at, _)| at < column).count() as i32;
    count + i32::from(column > line.len())
}
