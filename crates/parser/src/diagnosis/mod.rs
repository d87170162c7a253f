//! Finds the words and the place CPython gives for a rejected program.
//!
//! CPython reads a program that its grammar rejects a second time, with rules for usual mistakes. So do we: [`peg`] and
//! its neighbours follow the alternatives of the published grammar in their order. This module runs the two readings,
//! weighs what the lexer has to say, and words the place.

mod expressions;
mod parameters;
mod patterns;
mod peg;
mod place;
mod statements;

use crate::builder::{Builder, Origin};
use crate::failure::{Failure, Mark};
use crate::lexer::{LexErrorKind, LexOptions, Tokens, lex, lex_replacement};
use crate::token::code;
use crate::{Mode, Options, ParseError, Source};
use hognose_syntax::{Arena, ErrorClass, SyntaxError};
use peg::{ErrorPlace, Found, Memo, Peg, R, Raised, Shape, Stop};
use place::Frame;

/// From how many tokens on the readings get a stack of their own.
const LONG: usize = 500;
/// The size of that stack; the readings' depth is bounded as CPython's is.
const STACK_BYTES: usize = 256 << 20;

/// The error CPython gives for a program that the builder or the grammar has rejected.
pub(crate) fn explain(source: &Source, options: &Options, failure: Failure) -> ParseError {
    if let Failure::TooDeep(class) = failure {
        return too_deep(class).into();
    }
    let tokens = lex(source.text(), LexOptions { joined: false, ..crate::lex_options(options) });
    let frame = Frame { source, tokens: &tokens, replacement: None };
    match read_on_a_large_stack(&frame, options) {
        Some(error) => error.into(),
        None => fallback(source, options, failure).into(),
    }
}

/// The error CPython gives for the expression in an f-string's braces.
pub(crate) fn explain_replacement(
    source: &Source,
    range: std::ops::Range<usize>,
    origin: Origin,
    failure: Failure,
) -> Failure {
    if matches!(failure, Failure::TooDeep(_)) {
        return failure;
    }
    let tokens = lex_replacement(source.text(), range.clone(), origin.line, LexOptions::default());
    let frame = Frame { source, tokens: &tokens, replacement: Some((range, origin)) };
    match read_on_a_large_stack(&frame, &Options::default()) {
        Some(error) => Failure::Final(Box::new(error)),
        None => failure,
    }
}

/// The error that the lexer has stopped with.
///
/// # Panics
/// When it has not.
pub(crate) fn lexer_error(source: &Source, tokens: &Tokens) -> SyntaxError {
    Frame { source, tokens, replacement: None }.lexer_error(tokens.places.len())
}

fn too_deep(class: ErrorClass) -> SyntaxError {
    let message = match class {
        ErrorClass::RecursionError => "maximum recursion depth exceeded during compilation",
        _ => "",
    };
    SyntaxError { class, message: message.to_owned(), location: None, text: None }
}

/// The error of a program that the readings accept although the builder did not: ours, as far as it is known.
fn fallback(source: &Source, options: &Options, failure: Failure) -> SyntaxError {
    let tokens = lex(source.text(), crate::lex_options(options));
    let frame = Frame { source, tokens: &tokens, replacement: None };
    let last = tokens.places.len().saturating_sub(1);
    let (message, token) = match failure {
        Failure::Final(error) => return *error,
        Failure::Action(action) => match action.mark {
            Mark::Token(token) | Mark::LineOnly(token) => (action.message, token),
            Mark::LastRead => (action.message, last),
        },
        Failure::Rejected(token) => ("invalid syntax".to_owned(), token.unwrap_or(last).min(last)),
        Failure::TooDeep(class) => return too_deep(class),
    };
    let raised = Raised { message, place: ErrorPlace::Tokens(token, token), indentation: false };
    frame.error(&raised, last + 1)
}

fn read_on_a_large_stack(frame: &Frame<'_>, options: &Options) -> Option<SyntaxError> {
    if frame.tokens.places.len() < LONG {
        return read(frame, options);
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        match builder.spawn_scoped(scope, || read(frame, options)) {
            Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => read(frame, options),
        }
    })
}

/// Both readings; `None` when they find nothing wrong.
fn read(frame: &Frame<'_>, options: &Options) -> Option<SyntaxError> {
    let mut peg = Peg::new(frame, options.type_comments);
    let replacement = frame.replacement.is_some();
    let mut last_token = 0;
    for second in [false, true] {
        if second {
            last_token = peg.fill.saturating_sub(1);
            peg.restart();
        }
        match peg.start(options.mode, replacement) {
            Ok(Some(())) => {
                if options.mode == Mode::Single && !replacement && has_more_statements(&mut peg) {
                    let message = "multiple statements found while compiling a single statement".to_owned();
                    let raised = Raised { message, place: ErrorPlace::LastRead, indentation: false };
                    return Some(frame.error(&raised, peg.fill));
                }
                if !second {
                    return None;
                }
                break;
            }
            Ok(None) => (),
            Err(Stop::Lexer) => return Some(frame.lexer_error(peg.fill)),
            Err(Stop::Memory) => return Some(too_deep(ErrorClass::MemoryError)),
            Err(Stop::Final(error)) => {
                return Some(frame.rest_of_source(peg.fill).unwrap_or(*error));
            }
            Err(Stop::Raised(raised)) => {
                let error = frame.error(&raised, peg.fill);
                return Some(frame.rest_of_source(peg.fill).unwrap_or(error));
            }
        }
    }
    Some(generic(frame, last_token, peg.fill))
}

/// The error when no rule had anything to say.
fn generic(frame: &Frame<'_>, last_token: usize, fill: usize) -> SyntaxError {
    let token = frame.tokens.codes.as_bytes().get(last_token).copied().unwrap_or(code::ENDMARKER);
    let raise = |message: &str, place, indentation| {
        frame.error(&Raised { message: message.to_owned(), place, indentation }, fill)
    };
    match token {
        code::INDENT => raise("unexpected indent", ErrorPlace::LastRead, true),
        code::DEDENT => raise("unexpected unindent", ErrorPlace::LastRead, true),
        _ => {
            let error = raise("invalid syntax", ErrorPlace::Tokens(last_token, last_token), false);
            frame.rest_of_source(fill).unwrap_or(error)
        }
    }
}

/// Whether an interactive input goes on behind its statement.
fn has_more_statements(peg: &mut Peg<'_>) -> bool {
    let rest = peg.tokens.codes.as_bytes().get(peg.mark..).unwrap_or_default();
    rest.iter().any(|token| !matches!(*token, code::NEWLINE | code::DEDENT | code::ENDMARKER))
        || matches!(&peg.tokens.error, Some(error) if error.kind != LexErrorKind::EndOfFile)
}

impl Peg<'_> {
    /// `strings`: literals are read for their mistakes.
    pub(super) fn strings(&mut self) -> R {
        self.memoised(Memo::Strings, |peg| {
            let first = peg.mark;
            while peg.tok(code::STRING)?.is_some() {}
            if peg.mark == first {
                return Ok(None);
            }
            let name = peg.read_strings(first)?;
            let Some(name) = name else { return Ok(None) };
            peg.node(Shape::Other(name), first)
        })
    }

    fn read_strings(&mut self, first: usize) -> Found<&'static str> {
        let arena = Arena::new();
        let mut warnings = Vec::new();
        let origin = self.frame.replacement.as_ref().map(|(_, origin)| *origin);
        let mut builder = Builder::for_strings(&arena, self.source, self.tokens, origin, &mut warnings);
        match builder.concatenation(first, self.mark - 1) {
            Ok(value) => Ok(Some(match value.kind {
                hognose_syntax::ExprKind::JoinedStr { .. } => "f-string expression",
                _ => "literal",
            })),
            Err(failure) => Err(match *failure {
                Failure::Final(error) => Stop::Final(error),
                Failure::TooDeep(_) => Stop::Memory,
                Failure::Action(action) => {
                    let place = match action.mark {
                        Mark::LastRead => ErrorPlace::LastRead,
                        Mark::Token(token) => ErrorPlace::Tokens(token, token),
                        Mark::LineOnly(token) => ErrorPlace::Line(token),
                    };
                    Stop::Raised(Raised { message: action.message, place, indentation: false })
                }
                Failure::Rejected(_) => {
                    let message = "f-string: invalid syntax".to_owned();
                    Stop::Raised(Raised { message, place: ErrorPlace::LastRead, indentation: false })
                }
            }),
        }
    }
}
