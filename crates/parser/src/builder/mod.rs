//! Tokens and the rules that matched them to nodes.
//!
//! The cursor says which rules begin where; leaves, operators and separators are read from the token string. What
//! the flat grammar takes and Python does not is rejected here.

mod arguments;
mod expression;
mod pattern;
mod statement;
mod strings;

use crate::diagnosis::explain_replacement;
use crate::failure::{Failure, Result, rejected};
use crate::grammar::{Cursor, Rule, recognise};
use crate::lexer::{LexOptions, Tokens, lex_replacement};
use crate::token::{Token, code};
use crate::{Source, Warning};
use hognose_syntax::*;

/// Deepest nesting of nodes, about where CPython gives up.
const DEPTH_LIMIT: u32 = 2990;

/// Deepest nesting of rules that CPython's parser follows.
const PARSER_LIMIT: usize = 5980;

/// Builds the nodes of one token string.
pub(crate) struct Builder<'s, 'a> {
    arena: &'a Arena,
    source: &'s Source,
    codes: &'s [u8],
    places: &'s [Token],
    cursor: Cursor<'s>,
    /// The next token.
    p: usize,
    /// How deep the recursion stands.
    depth: u32,
    /// How many nodes of the statement at hand have a left operand; an upper bound of how deep it leans to the left.
    links: u32,
    origin: Option<Origin>,
    exprs: Vec<Expr<'a>>,
    stmts: Vec<Stmt<'a>>,
    warnings: &'s mut Vec<Warning>,
}

/// Where the tokens of an f-string's expression count from: 3.11 does not always give their true columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The line of the opening brace.
    pub line: u32,
    /// What is added to columns on that line.
    shift: i32,
    /// The column of the opening brace itself, as reported.
    pub brace_reported: i32,
    /// The same as it is.
    brace_column: i32,
}

impl<'s, 'a> Builder<'s, 'a> {
    /// A builder for tokens that match a start rule; rejects them when they do not.
    pub fn new(
        arena: &'a Arena,
        source: &'s Source,
        tokens: &'s Tokens,
        start: Rule,
        warnings: &'s mut Vec<Warning>,
    ) -> Result<Self> {
        if lambdas_too_deep(tokens.codes.as_bytes()) {
            return Err(Box::new(Failure::TooDeep(ErrorClass::MemoryError)));
        }
        let Some(mut cursor) = recognise(start, &tokens.codes) else {
            return Err(Box::new(Failure::Rejected(None)));
        };
        cursor.enter(start);
        Ok(Builder {
            arena,
            source,
            codes: tokens.codes.as_bytes(),
            places: &tokens.places,
            cursor,
            p: 0,
            depth: 0,
            links: 0,
            origin: None,
            exprs: Vec::new(),
            stmts: Vec::new(),
            warnings,
        })
    }

    /// A builder for nothing but [`Builder::concatenation`] of string tokens.
    pub fn for_strings(
        arena: &'a Arena,
        source: &'s Source,
        tokens: &'s Tokens,
        origin: Option<Origin>,
        warnings: &'s mut Vec<Warning>,
    ) -> Self {
        Builder {
            arena,
            source,
            codes: tokens.codes.as_bytes(),
            places: &tokens.places,
            cursor: Cursor::at_string(),
            p: 0,
            depth: 0,
            links: 0,
            origin,
            exprs: Vec::new(),
            stmts: Vec::new(),
            warnings,
        }
    }

    /// The expression of an f-string between braces. `shift` is how far the string token's reported column is from its
    /// true one, `lines` how many lines of the token stand before the brace.
    fn replacement(&mut self, range: std::ops::Range<usize>, line: u32, origin: ReplacementOrigin) -> Result<Expr<'a>> {
        let brace_column = self.source.lines().place_on(range.start, line as i32).column_bytes;
        let shift = if origin.first_line { origin.shift } else { 0 };
        let brace_reported = if origin.newline_follows {
            if origin.first_line { origin.token_column } else { 0 }
        } else {
            brace_column + shift
        };
        let origin = Origin { line, shift, brace_reported, brace_column };
        self.replacement_group(range.clone(), origin)
            .map_err(|failure| Box::new(explain_replacement(self.source, range, origin, *failure)))
    }

    fn replacement_group(&mut self, range: std::ops::Range<usize>, origin: Origin) -> Result<Expr<'a>> {
        let options = LexOptions { joined: true, ..LexOptions::default() };
        let tokens = lex_replacement(self.source.text(), range, origin.line, options);
        if tokens.error.is_some() {
            return Err(Box::new(Failure::Rejected(None)));
        }
        let mut inner = Builder::new(self.arena, self.source, &tokens, Rule::fstring, self.warnings)?;
        inner.depth = self.depth;
        inner.origin = Some(origin);
        inner.group()
    }

    fn code(&self) -> u8 {
        self.code_at(self.p)
    }

    fn code_at(&self, token: usize) -> u8 {
        self.codes.get(token).copied().unwrap_or(code::ENDMARKER)
    }

    /// Steps over the next token if it is this one.
    fn eat(&mut self, token: u8) -> bool {
        let found = self.code() == token;
        self.p += usize::from(found);
        found
    }

    /// Steps over the next token, which must be this one.
    fn expect(&mut self, token: u8) -> Result<()> {
        if self.eat(token) { Ok(()) } else { rejected(self.p) }
    }

    /// Counts one level of recursion; undone by `self.depth -= 1`.
    fn descend(&mut self) -> Result<()> {
        self.depth += 1;
        let class = ErrorClass::MemoryError;
        if self.depth > DEPTH_LIMIT { Err(Box::new(Failure::TooDeep(class))) } else { Ok(()) }
    }

    /// Where a token begins.
    fn start(&self, token: usize) -> Place {
        let Token { start, end, line } = self.places[token];
        let place = self.source.lines().place_on(start as usize, line as i32);
        match self.origin {
            Some(origin) if line == origin.line => origin.place(place, self.end_line(end, line)),
            _ => place,
        }
    }

    /// Where a token ends.
    fn end(&self, token: usize) -> Place {
        let Token { end, line, .. } = self.places[token];
        let mut place = self.source.lines().place_from(end as usize, line as i32);
        if let Some(origin) = self.origin
            && place.line == origin.line as i32
        {
            place.column_bytes += origin.shift;
        }
        place
    }

    fn end_line(&self, end: u32, line: u32) -> i32 {
        self.source.lines().place_from(end as usize, line as i32).line
    }

    /// From the first of these tokens to the end of the last.
    fn span(&self, first: usize, last: usize) -> Span {
        Span { start: self.start(first), end: self.end(last) }
    }

    /// From a place to the end of the token just read.
    fn span_from(&self, start: Place) -> Span {
        Span { start, end: self.end(self.p - 1) }
    }

    /// The text of a token.
    fn text(&self, token: usize) -> &'s str {
        let Token { start, end, .. } = self.places[token];
        &self.source.text()[start as usize..end as usize]
    }

    /// The identifier a token spells.
    fn name(&self, token: usize) -> &'a str {
        let text = self.text(token);
        if text.is_ascii() { self.arena.text(text) } else { self.arena.text(&normal_form(text)) }
    }

    /// Reads a name.
    fn take_name(&mut self) -> &'a str {
        self.p += 1;
        self.name(self.p - 1)
    }

    fn alloc(&self, expression: Expr<'a>) -> &'a Expr<'a> {
        self.arena.alloc(expression)
    }

    /// The expressions pushed since `base`, as a list of the tree.
    fn finish_exprs(&mut self, base: usize) -> &'a [Expr<'a>] {
        let list = self.arena.slice(&self.exprs[base..]);
        self.exprs.truncate(base);
        list
    }

    /// Rejects a finished part that leans deeper to the left than CPython follows.
    fn check_links<'n>(&mut self, node: impl Into<NodeRef<'n>>) -> Result<()> {
        if self.links == 0 { Ok(()) } else { self.check_links_of(&[node.into()]) }
    }

    fn check_links_of(&mut self, nodes: &[NodeRef<'_>]) -> Result<()> {
        let links = std::mem::take(&mut self.links);
        let suspicious = links + self.depth > DEPTH_LIMIT;
        if suspicious && nodes.iter().any(|&node| height(node) > DEPTH_LIMIT as usize) {
            return Err(too_deep(0));
        }
        Ok(())
    }
}

/// What an f-string's expression needs to know of the token it stands in.
#[derive(Clone, Copy, Debug)]
struct ReplacementOrigin {
    /// Whether the brace stands on the token's first line.
    first_line: bool,
    /// Whether nothing but blanks follow the brace on its line.
    newline_follows: bool,
    /// The token's reported column, and how far that is from its true one.
    token_column: i32,
    shift: i32,
}

impl Origin {
    fn place(&self, place: Place, end_line: i32) -> Place {
        let column_bytes = if place.column_bytes == self.brace_column {
            self.brace_reported
        } else if end_line != place.line {
            // A string over several lines: its column is counted from the brace.
            place.column_bytes - self.brace_column
        } else {
            place.column_bytes + self.shift
        };
        Place { line: place.line, column_bytes }
    }
}

/// A run of this many nested parts: CPython's parser gives up at about 6000, its compiler earlier.
fn too_deep(parts: usize) -> Box<Failure> {
    let class = if parts > PARSER_LIMIT { ErrorClass::MemoryError } else { ErrorClass::RecursionError };
    Box::new(Failure::TooDeep(class))
}

/// An identifier as the tree has it: in normal form NFKC.
fn normal_form(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().collect()
}

/// How many nodes stand on the longest way down, measured without recursion.
fn height(root: NodeRef<'_>) -> usize {
    let mut deepest = 0;
    let mut waiting = vec![(root, 1)];
    while let Some((node, level)) = waiting.pop() {
        deepest = deepest.max(level);
        node.fields(&mut |_, field| match field {
            Field::Node(child) => waiting.push((child, level + 1)),
            Field::List(list) => waiting.extend(list.iter().filter_map(|element| match element {
                Field::Node(child) => Some((child, level + 1)),
                _ => None,
            })),
            _ => (),
        });
    }
    deepest
}

/// Whether lambdas stand in lambdas so deep that matching them would need too much stack.
///
/// Everything else that nests is bounded by the lexer's limits or matched by loops.
fn lambdas_too_deep(codes: &[u8]) -> bool {
    let limit = DEPTH_LIMIT as usize;
    if memchr::memchr_iter(code::LAMBDA, codes).nth(limit).is_none() {
        return false;
    }
    #[derive(Clone, Copy, PartialEq)]
    enum Open {
        Bracket,
        Parameters,
        Body,
    }
    let mut open = Vec::new();
    let mut lambdas = 0;
    for &token in codes {
        match token {
            code::LAMBDA => {
                open.push(Open::Parameters);
                lambdas += 1;
                if lambdas > limit {
                    return true;
                }
            }
            code::LPAR | code::LSQB | code::LBRACE => open.push(Open::Bracket),
            code::COLON | code::COMMA | code::NEWLINE | code::RPAR | code::RSQB | code::RBRACE => {
                // A body ends here; parameters go on after a comma and end with a colon.
                while open.last() == Some(&Open::Body) {
                    open.pop();
                    lambdas -= 1;
                }
                match token {
                    code::COLON => {
                        if let Some(last @ Open::Parameters) = open.last_mut() {
                            *last = Open::Body;
                        }
                    }
                    code::RPAR | code::RSQB | code::RBRACE => {
                        while let Some(last) = open.pop() {
                            match last {
                                Open::Bracket => break,
                                Open::Parameters | Open::Body => lambdas -= 1,
                            }
                        }
                    }
                    _ => (),
                }
            }
            _ => (),
        }
    }
    false
}
