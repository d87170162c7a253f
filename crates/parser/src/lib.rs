#![forbid(unsafe_code)]
//! Text to tree: decoding, lexer, pest grammar over the tokens, builder.
//!
//! ```
//! use hognose_parser::{Options, parse};
//! use hognose_syntax::{Arena, DumpOptions, dump};
//!
//! let arena = Arena::new();
//! let tree = parse(&arena, b"x = 7 * 86400", &Options::default()).unwrap();
//! assert!(dump(&tree, &DumpOptions::default()).starts_with("Module(body=[Assign(targets=[Name(id='x'"));
//! ```

// Without pest's `std` feature (a stack probe at each rule, a third of its time) the derived code names this crate.
extern crate alloc;

mod builder;
mod diagnosis;
mod escape;
mod failure;
mod grammar;
mod lexer;
mod number;
mod single_byte;
mod source;
pub mod token;
mod tokenize;

pub use lexer::{Bracket, Ending, LexError, LexErrorKind, LexOptions, Tokens, lex};
pub use source::Source;
pub use tokenize::{TokenRow, tokenize};

use builder::Builder;
use failure::Failure;
use grammar::Rule;
use hognose_syntax::{Arena, Mod, SyntaxError, TypeIgnore, Unsupported};
use std::fmt;

/// What kind of input a text is: the start rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// A module: statements.
    #[default]
    Exec,
    /// One expression.
    Eval,
    /// One interactive input.
    Single,
    /// A type comment of a function: `(int, str) -> bool`.
    FuncType,
}

/// How to parse.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// The start rule.
    pub mode: Mode,
    /// Keep `# type:` comments in the tree.
    pub type_comments: bool,
}

/// Why there is no tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParseError {
    /// CPython rejects the program too, in these words.
    Syntax(Box<SyntaxError>),
    /// Hognose cannot read this construct yet.
    Unsupported(Unsupported),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Syntax(error) => error.fmt(f),
            ParseError::Unsupported(construct) => construct.fmt(f),
        }
    }
}

impl std::error::Error for ParseError {}

impl From<SyntaxError> for ParseError {
    fn from(error: SyntaxError) -> Self {
        ParseError::Syntax(Box::new(error))
    }
}

impl From<Unsupported> for ParseError {
    fn from(construct: Unsupported) -> Self {
        ParseError::Unsupported(construct)
    }
}

/// A warning CPython gives while it parses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// `DeprecationWarning` or `SyntaxWarning`.
    pub category: &'static str,
    /// CPython's message.
    pub message: String,
    /// The line it is given for.
    pub line: i32,
}

/// A tree and what came up on the way.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The tree.
    pub tree: Mod<'a>,
    /// Warnings in the order in which CPython gives them.
    pub warnings: Vec<Warning>,
}

/// Reads a program given as bytes: decodes it as a file is decoded, and parses it.
///
/// # Errors
/// What CPython rejects is [`ParseError::Syntax`], what Hognose cannot do yet [`ParseError::Unsupported`].
pub fn parse<'a>(arena: &'a Arena, source: &[u8], options: &Options) -> Result<Mod<'a>, ParseError> {
    parse_source(arena, &Source::decode(source)?, options).map(|parsed| parsed.tree)
}

/// Parses a decoded program; gives warnings too.
///
/// # Errors
/// As [`parse`].
pub fn parse_source<'a>(arena: &'a Arena, source: &Source, options: &Options) -> Result<Parsed<'a>, ParseError> {
    let mut warnings = Vec::new();
    match build(arena, source, options, &mut warnings) {
        Ok(tree) => Ok(Parsed { tree, warnings }),
        Err(failure) => Err(diagnosis::explain(source, options, *failure)),
    }
}

fn build<'a>(
    arena: &'a Arena,
    source: &Source,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Result<Mod<'a>, Box<Failure>> {
    let tokens = lex(source.text(), lex_options(options));
    if tokens.error.is_some() {
        return Err(Box::new(Failure::Rejected(None)));
    }
    for &(line, kind) in &tokens.number_warnings {
        let message = format!("invalid {kind} literal");
        warnings.push(Warning { category: "SyntaxWarning", message, line: line as i32 });
    }
    let start = match options.mode {
        Mode::Exec => Rule::file,
        Mode::Eval => Rule::evaluation,
        Mode::Single => Rule::interactive,
        Mode::FuncType => Rule::func_type,
    };
    let builder = Builder::new(arena, source, &tokens, start, warnings)?;
    match options.mode {
        Mode::Exec => {
            let ignores = tokens.type_ignores.iter().map(|(line, tag)| {
                let tag = &source.text()[tag.start as usize..tag.end as usize];
                TypeIgnore { lineno: *line as i32, tag: arena.text(tag) }
            });
            let ignores: Vec<_> = ignores.collect();
            builder.module(arena.slice(&ignores))
        }
        Mode::Eval => builder.evaluation(),
        Mode::Single => builder.interactive(),
        Mode::FuncType => builder.function_type(),
    }
}

fn lex_options(options: &Options) -> LexOptions {
    let ending = match options.mode {
        Mode::Exec => Ending::AddNewline,
        Mode::Eval | Mode::FuncType => Ending::AsIs,
        Mode::Single => Ending::Interactive,
    };
    LexOptions { type_comments: options.type_comments, joined: true, ending }
}
