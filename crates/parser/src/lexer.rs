//! Text to tokens, with CPython's rules for indentation, joining and numbers.

use crate::token::{Token, code};
use hognose_primitives::is_printable;
use memchr::{memchr, memchr3};

/// Deepest nesting of brackets.
const BRACKET_LIMIT: usize = 200;
/// Deepest indentation, the outermost level included.
const INDENT_LIMIT: usize = 100;
/// Columns of a tab.
const TAB_WIDTH: u32 = 8;

/// What is read besides plain tokens, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LexOptions {
    /// Give `# type:` comments as tokens.
    pub type_comments: bool,
    /// Join `not in` and `is not` into one token, and tell `match` and `case` at the beginning of a line from names.
    pub joined: bool,
    /// How the end of the input is read.
    pub ending: Ending,
}

/// What stands at the end of the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Ending {
    /// A missing last newline is added.
    #[default]
    AddNewline,
    /// The text ends where it ends.
    AsIs,
    /// An interactive input: NEWLINE and DEDENTs are made at the end, whatever stands there.
    Interactive,
}

/// The tokens of a text.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// One code per token.
    pub codes: String,
    /// Their places.
    pub places: Vec<Token>,
    /// Why reading stopped before the end.
    pub error: Option<LexError>,
    /// Brackets that are open where reading stopped, outermost first.
    pub open_brackets: Vec<Bracket>,
    /// `# type: ignore` comments: line and the text behind `ignore`.
    pub type_ignores: Vec<(u32, std::ops::Range<u32>)>,
    /// Warnings about numbers that touch a keyword: line, kind of literal.
    pub number_warnings: Vec<(u32, &'static str)>,
}

/// A bracket that was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bracket {
    /// The character.
    pub character: u8,
    /// Its byte in the source.
    pub at: u32,
    /// Its line.
    pub line: u32,
}

/// Why a text has no more tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LexError {
    /// What is wrong.
    pub kind: LexErrorKind,
    /// The line that is reported.
    pub line: u32,
    /// The byte up to which the tokeniser had read.
    pub at: u32,
}

/// What is wrong with a text's tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LexErrorKind {
    /// A SyntaxError with a message of its own.
    Message(String),
    /// The same with a range: from the token's byte given here.
    LeadingZeros {
        /// First byte of the number.
        start: u32,
    },
    /// A dedent to a level that no line before has.
    Dedent,
    /// Tabs and spaces that cannot be compared.
    Tabs,
    /// More than a hundred levels.
    TooDeep,
    /// Something behind a backslash.
    Continuation,
    /// The text ends in brackets or behind a backslash.
    EndOfFile,
}

/// Reads all tokens of a text whose newlines are `\n`.
pub fn lex(text: &str, options: LexOptions) -> Tokens {
    Lexer::new(text, 0, text.len(), 1, options).run()
}

/// Reads the tokens of an f-string's expression: `range` begins at its `{` and ends behind the character that closes
/// it, and these two count as parentheses.
pub(crate) fn lex_replacement(text: &str, range: std::ops::Range<usize>, line: u32, options: LexOptions) -> Tokens {
    let mut lexer = Lexer::new(text, range.start, range.end - 1, line, options);
    lexer.replacement = true;
    lexer.run()
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    end: usize,
    line: u32,
    options: LexOptions,
    codes: Vec<u8>,
    out: Tokens,
    /// Columns of the open levels, with tabs of eight and of one.
    indents: Vec<(u32, u32)>,
    /// Whether the next word is the first of a logical line.
    at_line_start: bool,
    replacement: bool,
}

type Step = Result<(), Box<LexError>>;

impl<'t> Lexer<'t> {
    fn new(text: &'t str, start: usize, end: usize, line: u32, options: LexOptions) -> Self {
        let estimate = (end - start) / 5 + 8;
        let out = Tokens { places: Vec::with_capacity(estimate), ..Tokens::default() };
        Lexer {
            text: text.as_bytes(),
            at: start,
            end,
            line,
            options,
            codes: Vec::with_capacity(estimate),
            out,
            indents: vec![(0, 0)],
            at_line_start: true,
            replacement: false,
        }
    }

    fn run(mut self) -> Tokens {
        let result = if self.replacement { self.replacement_tokens() } else { self.lines() };
        self.out.error = result.err().map(|error| *error);
        self.out.codes = String::from_utf8(self.codes).expect("codes are ASCII");
        self.out
    }

    fn replacement_tokens(&mut self) -> Step {
        let (start, line) = (self.at, self.line);
        self.out.open_brackets.push(Bracket { character: b'(', at: start as u32, line });
        self.push(code::LPAR, start, start + 1);
        self.at += 1;
        self.at_line_start = false;
        self.logical_line()?;
        self.push(code::RPAR, self.end, self.end + 1);
        Ok(())
    }

    /// The byte at a position, 0 behind the end.
    fn byte(&self, at: usize) -> u8 {
        if at < self.end { self.text[at] } else { 0 }
    }

    fn push(&mut self, token: u8, start: usize, end: usize) {
        self.push_at(token, start, end, self.line);
    }

    fn push_at(&mut self, token: u8, start: usize, end: usize, line: u32) {
        self.codes.push(token);
        self.out.places.push(Token { start: start as u32, end: end as u32, line });
    }

    fn fail(&self, kind: LexErrorKind, line: u32, at: usize) -> Step {
        Err(Box::new(LexError { kind, line, at: at as u32 }))
    }

    fn message(&self, message: impl Into<String>, at: usize) -> Step {
        self.fail(LexErrorKind::Message(message.into()), self.line, at)
    }

    /// Lines until the end, then what is due there.
    fn lines(&mut self) -> Step {
        loop {
            self.indentation()?;
            if self.at >= self.end {
                break;
            }
            self.at_line_start = true;
            self.logical_line()?;
            if !self.out.open_brackets.is_empty() {
                return self.fail(LexErrorKind::EndOfFile, self.line, self.end);
            }
            let ended = self.codes.last() == Some(&code::NEWLINE);
            if !ended && self.options.ending == Ending::AddNewline {
                self.push(code::NEWLINE, self.end, self.end);
            }
        }
        self.finish()
    }

    fn finish(&mut self) -> Step {
        let last = self.codes.last().copied();
        let in_line = !matches!(last, None | Some(code::NEWLINE | code::INDENT | code::DEDENT));
        let newline_due = match self.options.ending {
            Ending::AddNewline | Ending::AsIs => false,
            // A block that ends with its line is closed first.
            Ending::Interactive => last.is_some() && !(last == Some(code::NEWLINE) && self.indents.len() > 1),
        };
        if newline_due {
            self.push(code::NEWLINE, self.end, self.end);
        }
        if self.options.ending != Ending::AsIs || !in_line {
            let dedents = self.indents.drain(1..).count();
            for _ in 0..dedents {
                self.push(code::DEDENT, self.end, self.end);
            }
            if dedents > 0 && self.options.ending == Ending::Interactive {
                self.push(code::NEWLINE, self.end, self.end);
            }
        }
        self.push(code::ENDMARKER, self.end, self.end);
        Ok(())
    }

    /// Reads blank lines and the indentation of the next line that is not blank; INDENT and DEDENTs.
    fn indentation(&mut self) -> Step {
        loop {
            let (mut column, mut alternate, mut continued) = (0, 0, 0);
            loop {
                match self.byte(self.at) {
                    b' ' => (column, alternate) = (column + 1, alternate + 1),
                    b'\t' => (column, alternate) = ((column / TAB_WIDTH + 1) * TAB_WIDTH, alternate + 1),
                    b'\x0C' => (column, alternate) = (0, 0),
                    b'\\' => {
                        if continued == 0 {
                            continued = column;
                        }
                        self.continuation()?;
                        continue;
                    }
                    _ => break,
                }
                self.at += 1;
            }
            match self.byte(self.at) {
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                    continue;
                }
                b'#' => {
                    let start = self.at;
                    self.skip_comment();
                    if self.options.type_comments && self.type_comment(start) {
                        // The comment is a token, so the rest of its line is one too.
                        self.push(code::NEWLINE, self.at, self.at);
                    }
                    if self.at < self.end {
                        self.at += 1;
                        self.line += 1;
                    }
                    continue;
                }
                _ => (),
            }
            if self.at >= self.end {
                if self.options.ending != Ending::AddNewline {
                    return Ok(());
                }
                // Blanks before the end are a blank line.
                return self.indent_to(0, 0);
            }
            if continued > 0 {
                (column, alternate) = (continued, continued);
            }
            return self.indent_to(column, alternate);
        }
    }

    fn indent_to(&mut self, column: u32, alternate: u32) -> Step {
        let &(current, current_alternate) = self.indents.last().expect("the outermost level stays");
        if column > current {
            if self.indents.len() >= INDENT_LIMIT {
                return self.fail(LexErrorKind::TooDeep, self.line, self.at);
            }
            if alternate <= current_alternate {
                return self.fail(LexErrorKind::Tabs, self.line, self.at);
            }
            self.indents.push((column, alternate));
            self.push(code::INDENT, self.at, self.at);
            return Ok(());
        }
        let mut dedents = 0;
        while self.indents.last().is_some_and(|&(open, _)| open > column) {
            self.indents.pop();
            dedents += 1;
        }
        let &(level, level_alternate) = self.indents.last().expect("the outermost level has column 0");
        if level != column {
            return self.fail(LexErrorKind::Dedent, self.line, self.at);
        }
        if level_alternate != alternate {
            return self.fail(LexErrorKind::Tabs, self.line, self.at);
        }
        for _ in 0..dedents {
            self.push(code::DEDENT, self.at, self.at);
        }
        Ok(())
    }

    /// A backslash that must end its line.
    fn continuation(&mut self) -> Step {
        if self.byte(self.at + 1) != b'\n' {
            // An added newline would stand behind a backslash at the very end.
            if self.at + 1 >= self.end && self.options.ending == Ending::AddNewline {
                return self.fail(LexErrorKind::EndOfFile, self.line, self.end);
            }
            return self.fail(LexErrorKind::Continuation, self.line, self.at + 1);
        }
        if self.at + 2 >= self.end {
            return self.fail(LexErrorKind::EndOfFile, self.line, self.end);
        }
        self.at += 2;
        self.line += 1;
        Ok(())
    }

    fn skip_comment(&mut self) {
        let rest = &self.text[self.at..self.end];
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Tokens up to and with the NEWLINE, or to the end of the text.
    fn logical_line(&mut self) -> Step {
        loop {
            let start = self.at;
            if start >= self.end {
                return Ok(());
            }
            let byte = self.text[start];
            match CLASSES[byte as usize] {
                Class::Blank => self.at += 1,
                Class::Word => self.word(start, byte)?,
                Class::Digit => self.number(start, byte)?,
                Class::Quote => self.string(start, start)?,
                Class::Newline => {
                    if self.out.open_brackets.is_empty() {
                        self.push(code::NEWLINE, start, start);
                        self.at += 1;
                        self.line += 1;
                        return Ok(());
                    }
                    self.at += 1;
                    self.line += 1;
                    continue;
                }
                Class::Comment => {
                    self.skip_comment();
                    if self.options.type_comments && self.type_comment(start) {
                        continue;
                    }
                    if self.out.open_brackets.is_empty() {
                        self.push(code::NEWLINE, start, self.at);
                        if self.at < self.end {
                            self.at += 1;
                            self.line += 1;
                        }
                        return Ok(());
                    }
                    continue;
                }
                Class::Backslash => self.continuation()?,
                Class::Open => {
                    if self.out.open_brackets.len() >= BRACKET_LIMIT {
                        return self.message("too many nested parentheses", start + 1);
                    }
                    self.out.open_brackets.push(Bracket { character: byte, at: start as u32, line: self.line });
                    let token = match byte {
                        b'(' => code::LPAR,
                        b'[' => code::LSQB,
                        _ => code::LBRACE,
                    };
                    self.push(token, start, start + 1);
                    self.at += 1;
                }
                Class::Close => self.close(start, byte)?,
                Class::Operator => self.operator(start, byte),
                Class::Other => {
                    if !(0x20..0x7F).contains(&byte) {
                        let message = format!("invalid non-printable character U+{byte:04X}");
                        return self.message(message, start + 1);
                    }
                    self.push(code::UNKNOWN, start, start + 1);
                    self.at += 1;
                }
            }
            self.at_line_start = self.at_line_start && matches!(CLASSES[byte as usize], Class::Blank);
        }
    }

    fn close(&mut self, start: usize, byte: u8) -> Step {
        let character = char::from(byte);
        let (token, opening) = match byte {
            b')' => (code::RPAR, b'('),
            b']' => (code::RSQB, b'['),
            _ => (code::RBRACE, b'{'),
        };
        let Some(&open) = self.out.open_brackets.last() else {
            return self.message(format!("unmatched '{character}'"), start + 1);
        };
        if open.character != opening {
            let opened = char::from(open.character);
            let place = if open.line == self.line { String::new() } else { format!(" on line {}", open.line) };
            let message =
                format!("closing parenthesis '{character}' does not match opening parenthesis '{opened}'{place}");
            return self.message(message, start + 1);
        }
        self.out.open_brackets.pop();
        self.push(token, start, start + 1);
        self.at += 1;
        Ok(())
    }

    fn operator(&mut self, start: usize, byte: u8) {
        let (second, third) = (self.byte(start + 1), self.byte(start + 2));
        let (token, width) = operator_code(byte, second, third);
        self.push(token, start, start + width);
        self.at = start + width;
    }

    fn word(&mut self, start: usize, first: u8) -> Step {
        if first == b'.' {
            if self.byte(start + 1).is_ascii_digit() {
                return self.number(start, first);
            }
            self.operator(start, first);
            return Ok(());
        }
        let text = self.text;
        let mut at = start;
        let mut ascii = true;
        while at < self.end && IS_WORD[text[at] as usize] {
            ascii &= text[at].is_ascii();
            at += 1;
        }
        if at < self.end && matches!(text[at], b'"' | b'\'') && is_string_prefix(&text[start..at]) {
            return self.string(start, at);
        }
        self.at = at;
        let word = &text[start..at];
        if !ascii {
            self.check_identifier(start, at)?;
        }
        let token = keyword(word, first);
        if self.options.joined {
            match token {
                code::NAME => {
                    let soft = match word {
                        b"match" if self.at_line_start => code::MATCH,
                        b"case" if self.at_line_start => code::CASE,
                        _ => code::NAME,
                    };
                    self.push(soft, start, at);
                    return Ok(());
                }
                code::IN if self.codes.last() == Some(&code::NOT) => return self.join(code::NOT_IN, at),
                code::NOT if self.codes.last() == Some(&code::IS) => return self.join(code::IS_NOT, at),
                _ => (),
            }
        }
        self.push(token, start, at);
        Ok(())
    }

    /// Makes one operator of the last word and the one that ends here.
    fn join(&mut self, token: u8, end: usize) -> Step {
        *self.codes.last_mut().expect("a word stands before") = token;
        self.out.places.last_mut().expect("as many places as codes").end = end as u32;
        Ok(())
    }

    /// Refuses a word with characters that no identifier has.
    fn check_identifier(&self, start: usize, end: usize) -> Step {
        let word = std::str::from_utf8(&self.text[start..end]).expect("words end at ASCII characters");
        for (index, character) in word.char_indices() {
            let point = u32::from(character);
            let fits = if index == 0 { starts_identifier(character) } else { continues_identifier(character) };
            if !fits {
                let message = if is_printable(point) {
                    format!("invalid character '{character}' (U+{point:04X})")
                } else {
                    format!("invalid non-printable character U+{point:04X}")
                };
                return self.message(message, start + index + character.len_utf8());
            }
        }
        Ok(())
    }

    /// A string whose prefix begins at `start` and whose first quote is at `quote_at`.
    fn string(&mut self, start: usize, quote_at: usize) -> Step {
        let quote = self.text[quote_at];
        let first_line = self.line;
        let triple = self.byte(quote_at + 1) == quote && self.byte(quote_at + 2) == quote;
        let mut at = quote_at + if triple { 3 } else { 1 };
        loop {
            let rest = &self.text[at.min(self.end)..self.end];
            let found = if triple { memchr3(quote, b'\\', b'\n', rest) } else { find_end(quote, rest) };
            let Some(offset) = found else {
                let detected = if self.text[self.end - 1] == b'\n' { self.line - 1 } else { self.line };
                return self.unterminated(triple, first_line, detected, start);
            };
            at += offset;
            match self.text[at] {
                b'\\' => {
                    if self.byte(at + 1) == b'\n' {
                        self.line += 1;
                    }
                    at += 2;
                }
                b'\n' if triple => {
                    self.line += 1;
                    at += 1;
                }
                b'\n' => {
                    let detected = self.line;
                    return self.unterminated(triple, first_line, detected, start);
                }
                _ if !triple => {
                    at += 1;
                    break;
                }
                _ if self.byte(at + 1) == quote && self.byte(at + 2) == quote => {
                    at += 3;
                    break;
                }
                _ => at += 1,
            }
        }
        self.push_at(code::STRING, start, at, first_line);
        self.at = at;
        Ok(())
    }

    fn unterminated(&self, triple: bool, line: u32, detected: u32, start: usize) -> Step {
        let kind = if triple { "triple-quoted string" } else { "string" };
        let message = format!("unterminated {kind} literal (detected at line {detected})");
        self.fail(LexErrorKind::Message(message), line, start + 1)
    }

    /// Whether the comment from `start` to here was a type comment, and now is a token.
    fn type_comment(&mut self, start: usize) -> bool {
        let blanks = |bytes: &[u8]| bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let after = &self.text[start + 1..self.at];
        let Some(tail) = after[blanks(after)..].strip_prefix(b"type:") else { return false };
        let value = self.at - tail.len() + blanks(tail);
        let content = &self.text[value..self.at];
        let is_ignore = content.starts_with(b"ignore")
            && content.get(6).is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
        if is_ignore {
            self.out.type_ignores.push((self.line, value as u32 + 6..self.at as u32));
            return false;
        }
        self.push(code::TYPE_COMMENT, value, self.at);
        true
    }

    fn number(&mut self, start: usize, first: u8) -> Step {
        let second = self.byte(start + 1);
        if first == b'0' {
            match second {
                b'x' | b'X' => return self.radix_number(start, "hexadecimal", 16),
                b'o' | b'O' => return self.radix_number(start, "octal", 8),
                b'b' | b'B' => return self.radix_number(start, "binary", 2),
                _ => (),
            }
        }
        let mut at = start;
        let mut zeros_end = None;
        if first == b'0' {
            at += 1;
            loop {
                if self.byte(at) == b'_' {
                    at += 1;
                    if !self.byte(at).is_ascii_digit() {
                        return self.message("invalid decimal literal", at);
                    }
                }
                if self.byte(at) != b'0' {
                    break;
                }
                at += 1;
            }
            if self.byte(at).is_ascii_digit() {
                zeros_end = Some(at + 1);
                at = self.digits(at)?;
            }
        } else if first != b'.' {
            at = self.digits(at)?;
        }
        let mut whole = true;
        if self.byte(at) == b'.' {
            whole = false;
            at += 1;
            if self.byte(at).is_ascii_digit() {
                at = self.digits(at)?;
            }
        }
        if matches!(self.byte(at), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(at + 1), b'+' | b'-'));
            if self.byte(at + 1 + sign).is_ascii_digit() {
                whole = false;
                at = self.digits(at + 1 + sign)?;
            } else if sign == 1 {
                return self.message("invalid decimal literal", at + 2);
            } else {
                return self.end_number(start, at, "decimal");
            }
        }
        if matches!(self.byte(at), b'j' | b'J') {
            return self.end_number(start, at + 1, "imaginary");
        }
        if let Some(zeros_end) = zeros_end.filter(|_| whole) {
            return self.fail(LexErrorKind::LeadingZeros { start: start as u32 }, self.line, zeros_end);
        }
        self.end_number(start, at, "decimal")
    }

    /// Decimal digits, with single underscores between them.
    fn digits(&self, start: usize) -> Result<usize, Box<LexError>> {
        let mut at = start;
        loop {
            while self.byte(at).is_ascii_digit() {
                at += 1;
            }
            if self.byte(at) != b'_' {
                return Ok(at);
            }
            at += 1;
            if !self.byte(at).is_ascii_digit() {
                self.message("invalid decimal literal", at)?;
            }
        }
    }

    fn radix_number(&mut self, start: usize, kind: &'static str, radix: u32) -> Step {
        let mut at = start + 2;
        let is_digit = |byte: u8| char::from(byte).is_digit(radix);
        loop {
            if self.byte(at) == b'_' {
                at += 1;
            }
            let byte = self.byte(at);
            if !is_digit(byte) {
                if byte.is_ascii_digit() {
                    return self.message(format!("invalid digit '{}' in {kind} literal", char::from(byte)), at + 1);
                }
                return self.message(format!("invalid {kind} literal"), at);
            }
            while is_digit(self.byte(at)) {
                at += 1;
            }
            if self.byte(at) != b'_' {
                break;
            }
        }
        let byte = self.byte(at);
        if byte.is_ascii_digit() {
            return self.message(format!("invalid digit '{}' in {kind} literal", char::from(byte)), at + 1);
        }
        self.end_number(start, at, kind)
    }

    /// Ends a number: a word must not follow at once, unless it is a keyword that can follow a number.
    fn end_number(&mut self, start: usize, end: usize, kind: &'static str) -> Step {
        let next = self.byte(end);
        if IS_WORD[next as usize] && end < self.end {
            let rest = &self.text[end..self.end];
            let is_word = |word: &[u8]| {
                rest.starts_with(word) && !rest.get(word.len()).is_some_and(|&byte| IS_WORD[byte as usize])
            };
            let keyword = match next {
                b'a' => is_word(b"and"),
                b'e' => is_word(b"else"),
                b'f' => is_word(b"for"),
                b'i' => matches!(rest.get(1), Some(b'f' | b'n' | b's')),
                b'o' => is_word(b"or"),
                b'n' => is_word(b"not"),
                _ => false,
            };
            if !keyword {
                return self.message(format!("invalid {kind} literal"), end);
            }
            self.out.number_warnings.push((self.line, kind));
        }
        self.push(code::NUMBER, start, end);
        self.at = end;
        Ok(())
    }
}

/// The end of a single-quoted string, or what must be looked at before.
fn find_end(quote: u8, rest: &[u8]) -> Option<usize> {
    // Most strings are short: a plain loop beats a search.
    match rest.iter().take(32).position(|&byte| byte == quote || byte == b'\\' || byte == b'\n') {
        Some(offset) => Some(offset),
        None if rest.len() <= 32 => None,
        None => memchr3(quote, b'\\', b'\n', &rest[32..]).map(|offset| offset + 32),
    }
}

/// Whether the letters before a quote belong to a string.
fn is_string_prefix(prefix: &[u8]) -> bool {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    match *prefix {
        [one] => matches!(lower(one), b'b' | b'r' | b'u' | b'f'),
        [one, two] => matches!([lower(one), lower(two)], [b'b', b'r'] | [b'r', b'b'] | [b'f', b'r'] | [b'r', b'f']),
        _ => false,
    }
}

/// Whether an identifier may begin with the character.
pub(crate) fn starts_identifier(character: char) -> bool {
    character == '_' || unicode_ident::is_xid_start(character) && is_printable(character.into())
}

/// Whether an identifier may go on with the character.
pub(crate) fn continues_identifier(character: char) -> bool {
    unicode_ident::is_xid_continue(character) && is_printable(character.into())
}

/// The code of a word.
fn keyword(word: &[u8], first: u8) -> u8 {
    if word.len() < 2 || word.len() > 8 || !first.is_ascii_alphabetic() {
        return code::NAME;
    }
    match word {
        b"as" => code::AS,
        b"if" => code::IF,
        b"in" => code::IN,
        b"is" => code::IS,
        b"or" => code::OR,
        b"and" => code::AND,
        b"def" => code::DEF,
        b"del" => code::DEL,
        b"for" => code::FOR,
        b"not" => code::NOT,
        b"try" => code::TRY,
        b"None" => code::NONE,
        b"True" => code::TRUE,
        b"elif" => code::ELIF,
        b"else" => code::ELSE,
        b"from" => code::FROM,
        b"pass" => code::PASS,
        b"with" => code::WITH,
        b"False" => code::FALSE,
        b"async" => code::ASYNC,
        b"await" => code::AWAIT,
        b"break" => code::BREAK,
        b"class" => code::CLASS,
        b"raise" => code::RAISE,
        b"while" => code::WHILE,
        b"yield" => code::YIELD,
        b"assert" => code::ASSERT,
        b"except" => code::EXCEPT,
        b"global" => code::GLOBAL,
        b"import" => code::IMPORT,
        b"lambda" => code::LAMBDA,
        b"return" => code::RETURN,
        b"finally" => code::FINALLY,
        b"continue" => code::CONTINUE,
        b"nonlocal" => code::NONLOCAL,
        _ => code::NAME,
    }
}

/// The code and the width of the longest operator that begins with these bytes.
fn operator_code(first: u8, second: u8, third: u8) -> (u8, usize) {
    match (first, second, third) {
        (b'*', b'*', b'=') => (code::DOUBLESTAREQUAL, 3),
        (b'/', b'/', b'=') => (code::DOUBLESLASHEQUAL, 3),
        (b'<', b'<', b'=') => (code::LEFTSHIFTEQUAL, 3),
        (b'>', b'>', b'=') => (code::RIGHTSHIFTEQUAL, 3),
        (b'.', b'.', b'.') => (code::ELLIPSIS, 3),
        (b'*', b'*', _) => (code::DOUBLESTAR, 2),
        (b'/', b'/', _) => (code::DOUBLESLASH, 2),
        (b'<', b'<', _) => (code::LEFTSHIFT, 2),
        (b'>', b'>', _) => (code::RIGHTSHIFT, 2),
        (b'=', b'=', _) => (code::EQEQUAL, 2),
        (b'!', b'=', _) => (code::NOTEQUAL, 2),
        (b'<', b'>', _) => (code::UNKNOWN, 2),
        (b'<', b'=', _) => (code::LESSEQUAL, 2),
        (b'>', b'=', _) => (code::GREATEREQUAL, 2),
        (b'-', b'>', _) => (code::RARROW, 2),
        (b':', b'=', _) => (code::COLONEQUAL, 2),
        (b'+', b'=', _) => (code::PLUSEQUAL, 2),
        (b'-', b'=', _) => (code::MINEQUAL, 2),
        (b'*', b'=', _) => (code::STAREQUAL, 2),
        (b'/', b'=', _) => (code::SLASHEQUAL, 2),
        (b'%', b'=', _) => (code::PERCENTEQUAL, 2),
        (b'@', b'=', _) => (code::ATEQUAL, 2),
        (b'&', b'=', _) => (code::AMPEREQUAL, 2),
        (b'|', b'=', _) => (code::VBAREQUAL, 2),
        (b'^', b'=', _) => (code::CIRCUMFLEXEQUAL, 2),
        (b'+', ..) => (code::PLUS, 1),
        (b'-', ..) => (code::MINUS, 1),
        (b'*', ..) => (code::STAR, 1),
        (b'/', ..) => (code::SLASH, 1),
        (b'%', ..) => (code::PERCENT, 1),
        (b'@', ..) => (code::AT, 1),
        (b'&', ..) => (code::AMPER, 1),
        (b'|', ..) => (code::VBAR, 1),
        (b'^', ..) => (code::CIRCUMFLEX, 1),
        (b'~', ..) => (code::TILDE, 1),
        (b'<', ..) => (code::LESS, 1),
        (b'>', ..) => (code::GREATER, 1),
        (b',', ..) => (code::COMMA, 1),
        (b':', ..) => (code::COLON, 1),
        (b';', ..) => (code::SEMI, 1),
        (b'=', ..) => (code::EQUAL, 1),
        (b'.', ..) => (code::DOT, 1),
        _ => (code::UNKNOWN, 1),
    }
}

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Newline,
    Comment,
    Backslash,
    /// A word, or a dot (an operator or a number).
    Word,
    Digit,
    Quote,
    Open,
    Close,
    Operator,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\x0C' => Class::Blank,
            b'\n' => Class::Newline,
            b'#' => Class::Comment,
            b'\\' => Class::Backslash,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' | 0x80.. => Class::Word,
            b'0'..=b'9' => Class::Digit,
            b'"' | b'\'' => Class::Quote,
            b'(' | b'[' | b'{' => Class::Open,
            b')' | b']' | b'}' => Class::Close,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<' | b'>' | b',' | b':' | b';'
            | b'=' | b'!' => Class::Operator,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

const IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80..);
        byte += 1;
    }
    table
};
