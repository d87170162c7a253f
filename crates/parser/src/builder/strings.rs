//! String literals: prefixes, concatenation, and the f-strings of Python 3.11, which are parsed out of the tokens.

use super::{Builder, ReplacementOrigin};
use crate::Warning;
use crate::escape::{decode_bytes, decode_text};
use crate::failure::{ActionError, Failure, Mark, Result, action};
use crate::grammar::Rule;
use crate::token::code;
use hognose_primitives::{Constant, Text};
use hognose_syntax::*;

/// Deepest nesting of brackets in an f-string's expression.
const BRACKET_LIMIT: usize = 200;

/// One string token, taken apart.
#[derive(Clone, Copy)]
struct Literal {
    token: usize,
    is_bytes: bool,
    is_raw: bool,
    is_format: bool,
    /// Bytes of the source between the quotes.
    start: usize,
    end: usize,
}

/// What has been read of a concatenation that holds an f-string.
struct Joined<'a> {
    values: Vec<Expr<'a>>,
    /// Literal text since the last expression.
    text: Vec<u8>,
    kind: Option<&'a str>,
}

/// Whether a literal part goes on after the brace it ended at.
enum Part {
    /// Two braces stand for one; more literal text may follow.
    Doubled,
    /// The end of the text, or a brace that means something.
    Whole,
}

impl<'a> Builder<'_, 'a> {
    /// `strings`: adjacent literals as one constant or one f-string.
    pub(super) fn strings(&mut self) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::strings);
        let first = self.p;
        while self.eat(code::STRING) {}
        self.cursor.leave(self.p);
        self.concatenation(first, self.p - 1)
    }

    /// String tokens from the first to the last as one expression.
    pub fn concatenation(&mut self, first: usize, last: usize) -> Result<Expr<'a>> {
        let whole = self.span(first, last);
        let kind = self.text(first).starts_with('u').then_some("u");
        let mut joined = Joined { values: Vec::new(), text: Vec::new(), kind };
        let mut is_bytes = false;
        let mut is_format = false;
        for token in first..=last {
            let literal = self.literal(token);
            let content = &self.source.text()[literal.start..literal.end];
            if literal.is_bytes && !content.is_ascii() {
                return action("bytes can only contain ASCII literal characters", Mark::Token(token));
            }
            let alone = first == last && !literal.is_format;
            let mut piece = std::borrow::Cow::Borrowed(&[][..]);
            if !literal.is_format {
                piece = self.decode(&literal, literal.start, literal.end)?;
            }
            if token > first && literal.is_bytes != is_bytes {
                return action("cannot mix bytes and nonbytes literals", Mark::LastRead);
            }
            is_bytes = literal.is_bytes;
            if literal.is_format {
                is_format = true;
                let end = self.format_string(&mut joined, &literal, literal.start, 0, whole)?;
                if end < literal.end {
                    return format_error("unexpected end of string");
                }
            } else if alone {
                let value = if is_bytes { Constant::Bytes(piece[..].into()) } else { text(&piece) };
                let kind = ExprKind::Constant { value: self.arena.constant(value), kind };
                return Ok(Expr { kind, span: whole });
            } else {
                joined.text.extend_from_slice(&piece);
            }
        }
        let kind = if is_bytes {
            self.constant(Constant::Bytes(joined.text[..].into()))
        } else if is_format {
            self.flush(&mut joined, whole);
            ExprKind::JoinedStr { values: self.arena.slice(&joined.values) }
        } else {
            ExprKind::Constant { value: self.arena.constant(text(&joined.text)), kind }
        };
        Ok(Expr { kind, span: whole })
    }

    fn literal(&self, token: usize) -> Literal {
        let place = self.places[token];
        let bytes = &self.source.text().as_bytes()[place.start as usize..place.end as usize];
        let prefix = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let has = |letter: u8| bytes[..prefix].iter().any(|byte| byte.to_ascii_lowercase() == letter);
        let quote = bytes[prefix];
        let triple = bytes.len() >= prefix + 6 && bytes[prefix + 1] == quote && bytes[prefix + 2] == quote;
        let width = if triple { 3 } else { 1 };
        Literal {
            token,
            is_bytes: has(b'b'),
            is_raw: has(b'r'),
            is_format: has(b'f'),
            start: place.start as usize + prefix + width,
            end: place.end as usize - width,
        }
    }

    /// The value of a stretch of literal text.
    fn decode(&mut self, literal: &Literal, start: usize, end: usize) -> Result<std::borrow::Cow<'_, [u8]>> {
        let line = self.start(literal.token).line;
        let content = &self.source.text()[start..end];
        if literal.is_raw {
            return Ok(std::borrow::Cow::Borrowed(content.as_bytes()));
        }
        let decoded = if literal.is_bytes { decode_bytes(content.as_bytes()) } else { decode_text(content) };
        match decoded {
            Ok((value, doubtful)) => {
                self.warnings.extend(doubtful.map(|doubtful| deprecation(doubtful.message(), line)));
                Ok(value)
            }
            Err(bad) => action(bad.message, Mark::LastRead),
        }
    }

    /// Turns the literal text so far into a constant.
    fn flush(&mut self, joined: &mut Joined<'a>, span: Span) {
        if joined.text.is_empty() {
            return;
        }
        let value = self.arena.constant(text(&joined.text));
        joined.text.clear();
        joined.values.push(Expr { kind: ExprKind::Constant { value, kind: joined.kind }, span });
    }

    /// Reads literal text and expressions from `at` to the end of the literal, or in a format specification to its
    /// closing brace; returns where it stopped.
    fn format_string(
        &mut self,
        joined: &mut Joined<'a>,
        literal: &Literal,
        at: usize,
        level: u32,
        whole: Span,
    ) -> Result<usize> {
        let mut at = at;
        loop {
            let (next, part) = self.literal_part(joined, literal, at, level)?;
            at = next;
            if matches!(part, Part::Doubled) {
                continue;
            }
            if at >= literal.end || self.byte(at) == b'}' {
                break;
            }
            let (next, shown, value) = self.replacement_field(literal, at, level, whole, joined.kind)?;
            at = next;
            joined.text.extend_from_slice(shown.as_bytes());
            self.flush(joined, whole);
            joined.values.push(value);
        }
        if level > 0 && (at >= literal.end || self.byte(at) != b'}') {
            return format_error("expecting '}'");
        }
        Ok(at)
    }

    fn byte(&self, at: usize) -> u8 {
        self.source.text().as_bytes()[at]
    }

    /// Literal text up to a brace; adds it to what is joined.
    fn literal_part(
        &mut self,
        joined: &mut Joined<'a>,
        literal: &Literal,
        start: usize,
        level: u32,
    ) -> Result<(usize, Part)> {
        let end = literal.end;
        let mut at = start;
        let mut stop = end;
        let mut next = end;
        let mut part = Part::Whole;
        while at < end {
            let mut byte = self.byte(at);
            at += 1;
            if !literal.is_raw && byte == b'\\' && at < end {
                byte = self.byte(at);
                at += 1;
                if byte == b'N' {
                    // A name in braces is no expression.
                    if at < end {
                        at += 1;
                        if self.byte(at - 1) == b'{' {
                            while at < end {
                                at += 1;
                                if self.byte(at - 1) == b'}' {
                                    break;
                                }
                            }
                        }
                    }
                    continue;
                }
                if byte == b'{' {
                    let line = self.start(literal.token).line;
                    self.warnings.push(deprecation("invalid escape sequence '\\{'".to_owned(), line));
                }
            }
            if byte == b'{' || byte == b'}' {
                if level == 0 {
                    if at < end && self.byte(at) == byte {
                        (stop, next, part) = (at, at + 1, Part::Doubled);
                        break;
                    }
                    if byte == b'}' {
                        return format_error("single '}' is not allowed");
                    }
                }
                (stop, next) = (at - 1, at - 1);
                break;
            }
        }
        if stop > start {
            let piece = self.decode(literal, start, stop)?;
            joined.text.extend_from_slice(&piece);
        }
        Ok((next, part))
    }

    /// `{expression!r:spec}`; returns where it ends, the text that `=` asks to show, and the node.
    fn replacement_field(
        &mut self,
        literal: &Literal,
        brace: usize,
        level: u32,
        whole: Span,
        kind: Option<&'a str>,
    ) -> Result<(usize, String, Expr<'a>)> {
        if level >= 2 {
            return format_error("expressions nested too deeply");
        }
        let end = literal.end;
        let mut at = self.expression_end(literal, brace + 1)?;
        let value = self.replacement_value(literal, brace, at)?;
        let mut shown = String::new();
        if self.byte(at) == b'=' {
            at += 1;
            while at < end && matches!(self.byte(at), b' ' | b'\t'..=b'\r') {
                at += 1;
            }
            if at >= end {
                return format_error("expecting '}'");
            }
            shown.push_str(&self.source.text()[brace + 1..at]);
        }
        let mut conversion = -1;
        if self.byte(at) == b'!' {
            at += 1;
            if at >= end {
                return format_error("expecting '}'");
            }
            let letter = self.byte(at);
            if !matches!(letter, b's' | b'r' | b'a') {
                return format_error("invalid conversion character: expected 's', 'r', or 'a'");
            }
            conversion = i32::from(letter);
            at += 1;
            if at >= end {
                return format_error("expecting '}'");
            }
        }
        let mut format_spec = None;
        if self.byte(at) == b':' {
            at += 1;
            if at >= end {
                return format_error("expecting '}'");
            }
            let mut spec = Joined { values: Vec::new(), text: Vec::new(), kind };
            at = self.format_string(&mut spec, literal, at, level + 1, whole)?;
            // The specification and its last text have the place of the token alone.
            let token = self.span(literal.token, literal.token);
            self.flush(&mut spec, token);
            let spec = ExprKind::JoinedStr { values: self.arena.slice(&spec.values) };
            format_spec = Some(self.alloc(Expr { kind: spec, span: token }));
        }
        if at >= end || self.byte(at) != b'}' {
            return format_error("expecting '}'");
        }
        if !shown.is_empty() && format_spec.is_none() && conversion == -1 {
            conversion = i32::from(b'r');
        }
        let node = ExprKind::FormattedValue { value: self.alloc(value), conversion, format_spec };
        Ok((at + 1, shown, Expr { kind: node, span: whole }))
    }

    /// Where an expression ends: at `!`, `:`, `=` or `}` outside of brackets and quotes.
    fn expression_end(&mut self, literal: &Literal, start: usize) -> Result<usize> {
        let end = literal.end;
        let next_is = |at: usize, byte: u8| at + 1 < end && self.byte(at + 1) == byte;
        let mut open: Vec<u8> = Vec::new();
        let mut quote: Option<(u8, bool)> = None;
        let mut at = start;
        while at < end {
            let byte = self.byte(at);
            let triple = at + 2 < end && self.byte(at + 1) == byte && self.byte(at + 2) == byte;
            if byte == b'\\' {
                return action("f-string expression part cannot include a backslash", Mark::LastRead);
            }
            if let Some((mark, is_triple)) = quote {
                if byte == mark && (!is_triple || triple) {
                    at += if is_triple { 2 } else { 0 };
                    quote = None;
                }
                at += 1;
                continue;
            }
            match byte {
                b'\'' | b'"' => {
                    quote = Some((byte, triple));
                    at += if triple { 2 } else { 0 };
                }
                b'(' | b'[' | b'{' => {
                    if open.len() >= BRACKET_LIMIT {
                        return format_error("too many nested parenthesis");
                    }
                    open.push(byte);
                }
                b'#' => return action("f-string expression part cannot include '#'", Mark::LastRead),
                b'!' | b':' | b'}' | b'=' | b'<' | b'>' if open.is_empty() => {
                    if byte != b':' && byte != b'}' && next_is(at, b'=') {
                        at += 1;
                    } else if byte != b'<' && byte != b'>' {
                        break;
                    }
                }
                b')' | b']' | b'}' => {
                    let closed = char::from(byte);
                    let Some(opened) = open.pop() else {
                        return format_error(&format!("unmatched '{closed}'"));
                    };
                    if !matches!([opened, byte], [b'(', b')'] | [b'[', b']'] | [b'{', b'}']) {
                        let opened = char::from(opened);
                        return format_error(&format!(
                            "closing parenthesis '{closed}' does not match opening parenthesis '{opened}'"
                        ));
                    }
                }
                _ => (),
            }
            at += 1;
        }
        if quote.is_some() {
            return format_error("unterminated string");
        }
        if let Some(&opened) = open.last() {
            return format_error(&format!("unmatched '{}'", char::from(opened)));
        }
        if at >= end {
            return format_error("expecting '}'");
        }
        Ok(at)
    }

    /// The expression between a brace and what ends it.
    fn replacement_value(&mut self, literal: &Literal, brace: usize, end: usize) -> Result<Expr<'a>> {
        let content = &self.source.text()[brace + 1..end];
        if content.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\x0C')) {
            let stop = char::from(self.byte(end));
            return match stop {
                '!' | ':' | '=' => format_error(&format!("expression required before '{stop}'")),
                _ => format_error("empty expression not allowed"),
            };
        }
        let token = self.places[literal.token];
        let before = &self.source.text()[token.start as usize..brace];
        let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
        let reported = self.start(literal.token);
        let actual = self.source.lines().place_on(token.start as usize, token.line as i32);
        let after_brace = content.trim_start_matches([' ', '\t', '\x0C']);
        let origin = ReplacementOrigin {
            first_line: lines == 0,
            newline_follows: after_brace.starts_with('\n'),
            token_column: reported.column_bytes,
            shift: reported.column_bytes - actual.column_bytes,
        };
        self.replacement(brace..end + 1, token.line + lines, origin)
    }
}

fn text(wtf8: &[u8]) -> Constant {
    Constant::Str(Text::from_wtf8(wtf8).expect("literals and escapes are whole characters"))
}

fn deprecation(message: String, line: i32) -> Warning {
    Warning { category: "DeprecationWarning", message, line }
}

/// An error that CPython raises while it reads an f-string.
fn format_error<T>(message: &str) -> Result<T> {
    let message = format!("f-string: {message}");
    Err(Box::new(Failure::Action(ActionError { message, mark: Mark::LastRead })))
}
