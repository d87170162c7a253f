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

mod source;

pub use source::Source;

use hognose_syntax::{Arena, Mod, SyntaxError, Unsupported};
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
    let _ = (arena, source, options);
    Err(Unsupported::new("parsing", hognose_syntax::Span::NONE).into())
}
