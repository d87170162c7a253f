//! Reading a graph back.

use super::literal;
use super::print::USUAL_FLAGS;
use crate::{BlockId, Cfg, Handler, Instr, Op, Slots, Unit};
use hognose_bytecode::{CodeObject, ConstValue, Location, kind};
use hognose_primitives::Text;
use std::fmt;
use std::sync::Arc;

/// The greatest block number that a text may use.
const MAX_BLOCK: usize = 1_000_000;

/// Why a text is not a graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Reads the text form of a graph that has no nested code.
///
/// # Errors
/// Where the text is not such a form. What it says is not checked; that is [`crate::verify`]'s task.
pub fn parse_cfg(text: &str) -> Result<Cfg, ParseError> {
    parse_cfg_with(text, &[])
}

/// Reads the text form of a graph; `codes` are the nested code objects in the order of `co_consts`.
///
/// # Errors
/// Where the text is not such a form.
pub fn parse_cfg_with(text: &str, codes: &[Arc<CodeObject>]) -> Result<Cfg, ParseError> {
    let mut parser = Parser { cfg: Cfg::without_blocks(usual_unit()), codes, qualname: false, listed: Vec::new() };
    for (number, line) in text.lines().enumerate() {
        let mut cursor = Cursor { rest: line, line: number + 1 };
        parser.line(&mut cursor)?;
    }
    parser.begin();
    if !parser.qualname {
        parser.cfg.unit.qualname = parser.cfg.unit.name.clone();
    }
    Ok(parser.cfg)
}

fn usual_unit() -> Unit {
    Unit {
        name: "f".into(),
        qualname: "f".into(),
        filename: "".into(),
        firstlineno: 1,
        flags: USUAL_FLAGS,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        consts: Vec::new(),
        names: Vec::new(),
        varnames: Vec::new(),
        cellvars: Vec::new(),
        freevars: Vec::new(),
    }
}

/// What is left of a line.
pub(super) struct Cursor<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn error(&self, message: &str) -> ParseError {
        ParseError { line: self.line, message: message.to_owned() }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn next_char(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    pub(super) fn take(&mut self, bytes: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }

    /// As many characters as `belongs` accepts.
    pub(super) fn word_of(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn number<N: std::str::FromStr>(&mut self) -> Result<N, ParseError> {
        self.skip_blanks();
        let word = self.word_of(|c| c.is_ascii_digit() || c == '-');
        word.parse().map_err(|_| self.error("a number is missing or too large"))
    }

    fn name(&mut self) -> Result<Text, ParseError> {
        self.skip_blanks();
        for quote in ['\'', '"'] {
            if self.rest.starts_with(quote) {
                self.next_char();
                return literal::read_text(self, quote);
            }
        }
        let word = self.word_of(|c| !c.is_whitespace() && !matches!(c, ',' | ';'));
        if word.is_empty() { Err(self.error("a name is missing")) } else { Ok(word.into()) }
    }

    /// Items with commas between, to the end of the line.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, ParseError>) -> Result<Vec<T>, ParseError> {
        let mut items = Vec::new();
        self.skip_blanks();
        while !self.rest.is_empty() {
            items.push(item(self)?);
            self.skip_blanks();
            if !self.eat(",") {
                break;
            }
            self.skip_blanks();
        }
        Ok(items)
    }
}

struct Parser<'a> {
    cfg: Cfg,
    codes: &'a [Arc<CodeObject>],
    qualname: bool,
    /// By block, whether it has been listed.
    listed: Vec<bool>,
}

impl Parser<'_> {
    fn line(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        loop {
            cursor.skip_blanks();
            if cursor.rest.is_empty() || cursor.rest.starts_with('#') {
                return Ok(());
            }
            let word = cursor.word_of(|c| c.is_ascii_alphanumeric() || c == '_');
            if !self.header(word, cursor)? && !self.label(word, cursor)? {
                self.instr(word, cursor)?;
            }
            cursor.skip_blanks();
            let ended = cursor.eat(";") || cursor.rest.is_empty() || cursor.rest.starts_with('#');
            if !ended && !word.starts_with('b') {
                return Err(cursor.error("there is something left over on the line"));
            }
        }
    }

    /// Reads a header line, unless `word` does not begin one.
    fn header(&mut self, word: &str, cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
        let unit = &mut self.cfg.unit;
        match word {
            "unit" => unit.name = cursor.name()?,
            "qualname" => {
                unit.qualname = cursor.name()?;
                self.qualname = true;
            }
            "file" => unit.filename = cursor.name()?,
            "line" => unit.firstlineno = cursor.number()?,
            "flags" => {
                cursor.skip_blanks();
                let digits = if cursor.eat("0x") { cursor.word_of(|c| c.is_ascii_hexdigit()) } else { "" };
                unit.flags = u32::from_str_radix(digits, 16).map_err(|_| cursor.error("flags are like 0x3"))?;
            }
            "args" => {
                unit.argcount = cursor.number()?;
                unit.posonlyargcount = cursor.number()?;
                unit.kwonlyargcount = cursor.number()?;
            }
            "consts" => {
                let codes = self.codes;
                unit.consts = cursor.list(|cursor| {
                    if !cursor.eat("code ") {
                        return literal::read(cursor).map(ConstValue::Value);
                    }
                    let number: usize = cursor.number()?;
                    let code = codes.get(number).ok_or_else(|| cursor.error("there is no such code object"))?;
                    Ok(ConstValue::Code(code.clone()))
                })?;
            }
            "names" => unit.names = cursor.list(Cursor::name)?,
            "varnames" => unit.varnames = cursor.list(Cursor::name)?,
            "cellvars" => unit.cellvars = cursor.list(Cursor::name)?,
            "freevars" => unit.freevars = cursor.list(Cursor::name)?,
            "slots" => {
                let slots = cursor.list(|cursor| Ok((cursor.name()?, read_kind(cursor)?)))?;
                let (names, kinds) = slots.into_iter().unzip();
                self.cfg.set_slots(Slots { names, kinds });
            }
            "lifted" => self.cfg.set_lifted(),
            "stack" => {
                let depth = cursor.number()?;
                self.cfg.set_stack_floor(depth);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads `b3:` or `b3 (2):`, of which `word` is the beginning.
    fn label(&mut self, word: &str, cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
        let Some(block) = self.block(word, cursor)? else { return Ok(false) };
        cursor.skip_blanks();
        if cursor.eat("(") {
            self.cfg.block_mut(block).predecessors = cursor.number()?;
            if !cursor.eat(")") {
                return Err(cursor.error("a parenthesis is missing"));
            }
        }
        if !cursor.eat(":") {
            return Err(cursor.error("a colon is missing"));
        }
        if std::mem::replace(&mut self.listed[block.index()], true) {
            return Err(cursor.error("this block stands there already"));
        }
        self.cfg.use_block(block);
        Ok(true)
    }

    /// The block of the name `b3`; blocks are created up to it.
    fn block(&mut self, word: &str, cursor: &Cursor<'_>) -> Result<Option<BlockId>, ParseError> {
        let Some(Ok(number)) = word.strip_prefix('b').map(str::parse::<usize>) else { return Ok(None) };
        if number > MAX_BLOCK {
            return Err(cursor.error("this block number is too large"));
        }
        while self.cfg.block_count() <= number {
            self.cfg.new_block();
        }
        self.listed.resize(self.cfg.block_count(), false);
        Ok(Some(self.cfg.allocated()[number]))
    }

    fn instr(&mut self, word: &str, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        let op = Op::from_name(word).ok_or_else(|| cursor.error(&format!("{word:?} is not an instruction")))?;
        self.begin();
        let mut instr = Instr::new(op, 0, Location::NONE);
        cursor.skip_blanks();
        if cursor.rest.starts_with('b') {
            instr.target = self.read_block(cursor)?.into();
        } else if cursor.rest.starts_with(|c: char| c.is_ascii_digit()) {
            instr.arg = cursor.number()?;
        }
        cursor.skip_blanks();
        if cursor.eat("@") {
            instr.location = read_location(cursor)?;
        }
        cursor.skip_blanks();
        if cursor.eat("!") {
            let block = self.read_block(cursor)?;
            let depth = if cursor.eat("/") { cursor.number()? } else { 0 };
            let lasti = cursor.eat("+lasti");
            instr.handler = Some(self.cfg.add_handler(Handler { block, depth, lasti }));
        }
        self.cfg.push(instr);
        Ok(())
    }

    /// Makes the entry, unless there is a block already.
    fn begin(&mut self) {
        if self.cfg.layout().is_empty() {
            let entry = self.cfg.new_block();
            self.cfg.use_block(entry);
            self.listed.resize(self.cfg.block_count(), false);
            self.listed[entry.index()] = true;
        }
    }

    fn read_block(&mut self, cursor: &mut Cursor<'_>) -> Result<BlockId, ParseError> {
        let word = cursor.word_of(|c| c.is_ascii_alphanumeric());
        self.block(word, cursor)?.ok_or_else(|| cursor.error("a block is named like b3"))
    }
}

fn read_kind(cursor: &mut Cursor<'_>) -> Result<u8, ParseError> {
    cursor.skip_blanks();
    let mut bits = 0;
    for word in cursor.word_of(|c| c.is_ascii_alphabetic() || c == '+').split('+') {
        bits |= match word {
            "local" => kind::LOCAL,
            "cell" => kind::CELL,
            "free" => kind::FREE,
            "" => 0,
            _ => return Err(cursor.error("a slot is local, cell or free")),
        };
    }
    Ok(bits)
}

fn read_location(cursor: &mut Cursor<'_>) -> Result<Location, ParseError> {
    let part = |cursor: &mut Cursor<'_>| if cursor.eat("?") { Ok(-1) } else { cursor.number() };
    let line = part(cursor)?;
    if !cursor.eat(":") {
        return Ok(Location { line, end_line: line, column: -1, end_column: -1 });
    }
    let column = part_before_dash(cursor)?;
    if !cursor.eat("-") {
        return Err(cursor.error("a place is like @2:0-2:5"));
    }
    let end_line = part(cursor)?;
    if !cursor.eat(":") {
        return Err(cursor.error("a place is like @2:0-2:5"));
    }
    let end_column = part(cursor)?;
    Ok(Location { line, end_line, column, end_column })
}

/// A number that ends at a dash, so that it cannot take the dash for a sign of the next one.
fn part_before_dash(cursor: &mut Cursor<'_>) -> Result<i32, ParseError> {
    if cursor.eat("?") {
        return Ok(-1);
    }
    let sign = if cursor.eat("-") { "-" } else { "" };
    let digits = cursor.word_of(|c| c.is_ascii_digit());
    format!("{sign}{digits}").parse().map_err(|_| cursor.error("a column is missing or too large"))
}
