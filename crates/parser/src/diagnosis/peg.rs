//! The machinery of the second reading: ordered choice with memory, as CPython's own parser works.
//!
//! CPython's words for a mistake depend on the order in which its rules are tried and on how far they have looked, so
//! this parser follows the published grammar of Python 3.11 alternative by alternative. It builds no tree, only what
//! messages need to know of an expression.

use super::place::Frame;
use crate::lexer::Tokens;
use crate::token::code;
use crate::{Mode, Source};
use hognose_syntax::SyntaxError;
use std::collections::HashMap;
use std::rc::Rc;

/// Deepest nesting of rules.
const DEPTH_LIMIT: u32 = 6000;

/// Why reading stops at once.
pub(super) enum Stop {
    /// A rule has raised an error.
    Raised(Raised),
    /// A part that is read on its own, an f-string's expression, has raised one.
    Final(Box<SyntaxError>),
    /// The tokens end in an error of the lexer, and the parser has come to it.
    Lexer,
    /// Rules are nested too deep.
    Memory,
}

/// An error a rule has raised.
pub(super) struct Raised {
    pub message: String,
    pub place: ErrorPlace,
    pub indentation: bool,
}

/// What an error marks.
#[derive(Clone, Copy)]
pub(super) enum ErrorPlace {
    /// From the start of one token to the end of another.
    Tokens(usize, usize),
    /// The last token that was looked at.
    LastRead,
    /// From the start of a token to the end of the last token that was looked at.
    ToLastRead(usize),
    /// The line where a key begins, and the column where it ends.
    Key(usize, usize),
    /// The line of a token, no columns.
    Line(usize),
}

pub(super) type Found<T> = Result<Option<T>, Stop>;
pub(super) type R = Found<Node>;
/// What a rule for mistakes gives: nothing, unless it raises.
pub(super) type Checked = Result<(), Stop>;

/// As much of an expression as messages need.
#[derive(Clone)]
pub(super) struct Node {
    pub shape: Shape,
    pub first: usize,
    pub last: usize,
}

/// What kind of expression.
#[derive(Clone)]
pub(super) enum Shape {
    Name,
    Attribute,
    Subscript,
    Starred(Rc<Node>),
    List(Rc<[Node]>),
    Tuple(Rc<[Node]>),
    /// The left operand, and whether the first operator is `in`.
    Comparison(Rc<Node>, bool),
    /// Any other expression, by the name messages use.
    Other(&'static str),
}

/// The targets a search for a wrong one is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    Star,
    Del,
    For,
}

impl Node {
    /// What messages call the expression.
    pub fn name(&self) -> &'static str {
        match self.shape {
            Shape::Name => "name",
            Shape::Attribute => "attribute",
            Shape::Subscript => "subscript",
            Shape::Starred(_) => "starred",
            Shape::List(_) => "list",
            Shape::Tuple(_) => "tuple",
            Shape::Comparison(..) => "comparison",
            Shape::Other(name) => name,
        }
    }

    /// The first part that cannot be assigned to or deleted.
    pub fn invalid_target(&self, targets: Targets) -> Option<Node> {
        match &self.shape {
            Shape::Name | Shape::Attribute | Shape::Subscript => None,
            Shape::List(elements) | Shape::Tuple(elements) => {
                elements.iter().find_map(|element| element.invalid_target(targets))
            }
            Shape::Starred(_) if targets == Targets::Del => Some(self.clone()),
            Shape::Starred(value) => value.invalid_target(targets),
            Shape::Comparison(left, is_in) if targets == Targets::For => {
                if *is_in {
                    left.invalid_target(targets)
                } else {
                    None
                }
            }
            Shape::Comparison(..) | Shape::Other(_) => Some(self.clone()),
        }
    }
}

/// Rules whose results are kept, as CPython keeps them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Memo {
    SimpleStmt,
    Block,
    ClosedPattern,
    StarPattern,
    Expression,
    StarExpression,
    Disjunction,
    Conjunction,
    Inversion,
    Operation,
    Factor,
    AwaitPrimary,
    Primary,
    TPrimary,
    Strings,
    Arguments,
    StarTarget,
    TargetWithStarAtom,
    DelTarget,
    InvalidNamedExpression,
    SingleTarget,
    Atom,
}

/// One reading of the tokens.
pub(super) struct Peg<'s> {
    pub frame: &'s Frame<'s>,
    pub source: &'s Source,
    pub tokens: &'s Tokens,
    codes: &'s [u8],
    /// How many brackets are open behind each token.
    levels: Vec<u8>,
    pub mark: usize,
    /// How many tokens have been looked at.
    pub fill: usize,
    /// Whether the rules for mistakes are tried.
    pub invalid: bool,
    depth: u32,
    memo: HashMap<(Memo, bool, usize), (Option<Node>, usize)>,
    pub type_comments: bool,
}

/// Gives up the alternative unless the part is there.
macro_rules! need {
    ($part:expr) => {
        match $part? {
            Some(found) => found,
            None => return Ok(None),
        }
    };
}

/// Gives up the alternative unless the condition holds.
macro_rules! check {
    ($condition:expr) => {
        if !$condition {
            return Ok(None);
        }
    };
}

/// Returns the alternative's result if it fits; otherwise goes back to where it began.
macro_rules! alt {
    ($peg:ident, $alternative:expr) => {
        if let Some(found) = $peg.attempt($alternative)? {
            return Ok(Some(found));
        }
    };
}

/// An alternative of a rule for mistakes: when it fits, the rule ends, whether or not it raised.
macro_rules! mistake {
    ($peg:ident, $alternative:expr) => {
        if $peg.attempt($alternative)?.is_some() {
            return Ok(());
        }
    };
}

pub(super) use {alt, check, mistake, need};

impl<'s> Peg<'s> {
    pub fn new(frame: &'s Frame<'s>, type_comments: bool) -> Self {
        let (source, tokens) = (frame.source, frame.tokens);
        let mut level = 0u8;
        let levels = tokens.codes.bytes().map(|token| {
            match token {
                code::LPAR | code::LSQB | code::LBRACE => level += 1,
                code::RPAR | code::RSQB | code::RBRACE => level = level.saturating_sub(1),
                _ => (),
            }
            level
        });
        let levels = levels.collect();
        Peg {
            frame,
            source,
            tokens,
            codes: tokens.codes.as_bytes(),
            levels,
            mark: 0,
            fill: 0,
            invalid: false,
            depth: 0,
            memo: HashMap::new(),
            type_comments,
        }
    }

    /// Begins the second reading, in which the rules for mistakes are tried.
    pub fn restart(&mut self) {
        self.mark = 0;
        self.invalid = true;
        self.depth = 0;
        self.memo.clear();
    }

    /// The start rule.
    pub fn start(&mut self, mode: Mode, replacement: bool) -> Found<()> {
        if replacement {
            return Ok(self.star_expressions()?.map(|_| ()));
        }
        match mode {
            Mode::Exec => self.file(),
            Mode::Eval => self.evaluation(),
            Mode::Single => self.interactive(),
            Mode::FuncType => self.func_type(),
        }
    }

    /// The token at the mark, which counts as looked at.
    pub fn peek(&mut self) -> Result<u8, Stop> {
        let Some(&token) = self.codes.get(self.mark) else {
            self.fill = self.fill.max(self.codes.len());
            return if self.tokens.error.is_some() { Err(Stop::Lexer) } else { Ok(code::ENDMARKER) };
        };
        self.fill = self.fill.max(self.mark + 1);
        Ok(token)
    }

    /// Whether this token comes next.
    pub fn at(&mut self, token: u8) -> Result<bool, Stop> {
        Ok(self.peek()? == token)
    }

    /// Whether one of these tokens comes next.
    pub fn at_any(&mut self, tokens: &[u8]) -> Result<bool, Stop> {
        let next = self.peek()?;
        Ok(tokens.contains(&next))
    }

    /// Steps over this token; gives its index.
    pub fn tok(&mut self, token: u8) -> Found<usize> {
        if self.peek()? != token || self.mark >= self.codes.len() {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(self.mark - 1))
    }

    /// Steps over one of these tokens.
    pub fn tok_any(&mut self, tokens: &[u8]) -> Found<usize> {
        let next = self.peek()?;
        if tokens.contains(&next) { self.tok(next) } else { Ok(None) }
    }

    /// Steps over this token, which must come now or the program is wrong.
    pub fn forced(&mut self, token: u8) -> Found<usize> {
        if self.peek()? != token {
            let message = format!("expected '{}'", crate::token::spelling(token));
            return self.raise(message, ErrorPlace::Tokens(self.mark, self.mark));
        }
        self.tok(token)
    }

    /// The text of a token.
    pub fn text(&self, token: usize) -> &'s str {
        let place = self.tokens.places[token];
        &self.source.text()[place.start as usize..place.end as usize]
    }

    /// A word that is a keyword only here.
    pub fn soft(&mut self, word: &str) -> Found<usize> {
        if self.at(code::NAME)? && self.text(self.mark) == word { self.tok(code::NAME) } else { Ok(None) }
    }

    pub fn name(&mut self) -> R {
        Ok(self.tok(code::NAME)?.map(|token| Node { shape: Shape::Name, first: token, last: token }))
    }

    /// How many brackets are open behind the last token stepped over.
    pub fn level(&self) -> u8 {
        self.levels[self.mark - 1]
    }

    /// Goes back when the alternative does not fit.
    pub fn attempt<T>(&mut self, alternative: impl FnOnce(&mut Self) -> Found<T>) -> Found<T> {
        let mark = self.mark;
        let found = alternative(self)?;
        if found.is_none() {
            self.mark = mark;
        }
        Ok(found)
    }

    /// Whether a part would fit here; goes back in any case.
    pub fn look<T>(&mut self, part: impl FnOnce(&mut Self) -> Found<T>) -> Result<bool, Stop> {
        let mark = self.mark;
        let found = part(self)?.is_some();
        self.mark = mark;
        Ok(found)
    }

    /// A part that may be missing.
    pub fn optional<T>(&mut self, part: impl FnOnce(&mut Self) -> Found<T>) -> Found<Option<T>> {
        Ok(Some(self.attempt(part)?))
    }

    /// Any number of parts.
    pub fn many<T>(&mut self, mut part: impl FnMut(&mut Self) -> Found<T>) -> Result<Vec<T>, Stop> {
        let mut all = Vec::new();
        while let Some(found) = self.attempt(&mut part)? {
            all.push(found);
        }
        Ok(all)
    }

    /// One part or more.
    pub fn many1<T>(&mut self, part: impl FnMut(&mut Self) -> Found<T>) -> Found<Vec<T>> {
        let all = self.many(part)?;
        Ok(if all.is_empty() { None } else { Some(all) })
    }

    /// Parts with a separator between them.
    pub fn separated<T>(&mut self, separator: u8, mut part: impl FnMut(&mut Self) -> Found<T>) -> Found<Vec<T>> {
        let mut all = vec![need!(self.attempt(&mut part))];
        while let Some(next) = self.attempt(|peg| {
            need!(peg.tok(separator));
            part(peg)
        })? {
            all.push(next);
        }
        Ok(Some(all))
    }

    /// A rule whose result is kept. CPython keeps some whether or not the rules for mistakes are tried.
    pub fn memoised(&mut self, rule: Memo, body: impl FnOnce(&mut Self) -> R) -> R {
        let keeps_apart = matches!(rule, Memo::SingleTarget | Memo::Atom | Memo::Operation);
        let key = (rule, keeps_apart && self.invalid, self.mark);
        if let Some((node, mark)) = self.memo.get(&key) {
            self.mark = *mark;
            return Ok(node.clone());
        }
        self.descend()?;
        let found = self.attempt(body)?;
        self.ascend();
        self.memo.insert(key, (found.clone(), self.mark));
        Ok(found)
    }

    pub fn descend(&mut self) -> Checked {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT { Err(Stop::Memory) } else { Ok(()) }
    }

    pub fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// A node from a token to the last one stepped over.
    pub fn node(&self, shape: Shape, first: usize) -> R {
        Ok(Some(Node { shape, first, last: self.mark - 1 }))
    }

    pub fn other(&self, name: &'static str, first: usize) -> R {
        self.node(Shape::Other(name), first)
    }

    pub fn raise<T>(&self, message: impl Into<String>, place: ErrorPlace) -> Result<T, Stop> {
        Err(Stop::Raised(Raised { message: message.into(), place, indentation: false }))
    }

    /// Raises an error that marks the nodes from one to another.
    pub fn raise_range<T>(&self, message: impl Into<String>, first: &Node, last: &Node) -> Result<T, Stop> {
        self.raise(message, ErrorPlace::Tokens(first.first, last.last))
    }

    pub fn raise_at<T>(&self, message: impl Into<String>, node: &Node) -> Result<T, Stop> {
        self.raise_range(message, node, node)
    }

    pub fn raise_token<T>(&self, message: impl Into<String>, token: usize) -> Result<T, Stop> {
        self.raise(message, ErrorPlace::Tokens(token, token))
    }

    /// Raises "expected an indented block after ..." for the header whose keyword is given.
    pub fn raise_block<T>(&self, what: &str, keyword: usize) -> Result<T, Stop> {
        let line = self.tokens.places[keyword].line;
        let message = format!("expected an indented block after {what} on line {line}");
        Err(Stop::Raised(Raised { message, place: ErrorPlace::LastRead, indentation: true }))
    }

    /// Raises when some part of the node is no target; otherwise the alternative fits without raising.
    pub fn raise_target(&self, node: &Node, targets: Targets) -> Found<()> {
        let Some(wrong) = node.invalid_target(targets) else { return Ok(Some(())) };
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        self.raise_at(format!("cannot {verb} {}", wrong.name()), &wrong)
    }

    /// Tries a rule for mistakes, in the second reading only.
    pub fn mistakes(&mut self, rule: impl FnOnce(&mut Self) -> Checked) -> Checked {
        if self.invalid {
            let mark = self.mark;
            self.descend()?;
            rule(self)?;
            self.ascend();
            self.mark = mark;
        }
        Ok(())
    }
}
