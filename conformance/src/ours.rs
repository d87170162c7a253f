//! Hognose's answers to the worker protocol.

use crate::outcome::{accepted, form_outcome, rejected, timed};
use hognose_bytecode::CodeObject;
use hognose_bytecode::pyc::{self, Validation};
use hognose_compiler::{CompileError, Options};
use hognose_passes::{Plan, Profile};
use hognose_primitives::Text;
use hognose_syntax::{Arena, Span, SyntaxError, Unsupported};
use hognose_testkit::Level;
use hognose_testkit::canon::{self, Form, Rejection, symtable, tokens, tree};
use hognose_testkit::worker::{Answer, Finding, Outcome, Request, Source};
use std::path::Path;
use std::sync::Arc;

/// Answers one request.
pub fn answer(request: &Request) -> Answer {
    match request {
        Request::Identify => Answer::Identity(format!("Hognose {}", env!("CARGO_PKG_VERSION"))),
        Request::Examine { levels, source, full } => {
            let mut compiled = None;
            Answer::Findings(levels.iter().map(|level| finding(level, source, *full, &mut compiled)).collect())
        }
        Request::MakePyc(source) => Answer::Pyc(make_pyc(source)),
        Request::LoadPyc { bytes, full } => {
            let (code, microseconds) = timed(|| pyc::read(bytes).map(|(_, code)| code));
            let outcome = match code {
                Ok(code) => form_outcome(canon::code(&code), *full),
                Err(error) => Outcome::Rejected(format!("{}: {error}\n", error.exception()).into_bytes()),
            };
            Answer::Findings(vec![Finding { level: Level::Pyc, outcome, microseconds }])
        }
        Request::Run { .. } => Answer::Refused("programs are run by the harness".to_owned()),
    }
}

/// A program's code, and the microseconds it took; kept for the levels that look at it.
type Compiled = Option<(Made<Arc<CodeObject>>, u64)>;

fn finding(level: Level, source: &Source, full: bool, compiled: &mut Compiled) -> Finding {
    let (form, microseconds) = match level {
        Level::Ast => with_tree(source, |_, parsed, _| Ok((tree::tree(&parsed.tree), 0))),
        Level::Symtable => with_tree(source, |arena, parsed, options| {
            let future = hognose_compiler::future(&parsed.tree, options)?;
            let (table, microseconds) = timed(|| hognose_compiler::symbols(arena, &parsed.tree, &future, options));
            Ok((symtable::symtable(&table?), microseconds))
        }),
        Level::Bytecode | Level::Errors => {
            let (code, microseconds) = compiled.get_or_insert_with(|| timed(|| compile(source)));
            let code = code.as_ref().map_err(Clone::clone);
            let form = code.map(|code| if level == Level::Errors { accepted() } else { canon::code(code) });
            (form, *microseconds)
        }
        Level::Tokens => {
            let (tokens, microseconds) = timed(|| decode(source).map(|source| tokens::tokens(&source)));
            let outcome = match tokens {
                Ok(Ok(form)) => form_outcome(form, full),
                Ok(Err(_)) => Outcome::Rejected(b"rejected\n".to_vec()),
                Err(error) => error_outcome(&error, false),
            };
            return Finding { level, outcome, microseconds };
        }
        Level::Pyc | Level::Result => {
            let outcome = Outcome::Trouble(format!("level {level} is not examined in one request"));
            return Finding { level, outcome, microseconds: 0 };
        }
    };
    let outcome = match form {
        Ok(form) => form_outcome(form, full),
        Err(error) => error_outcome(&error, level == Level::Errors),
    };
    Finding { level, outcome, microseconds }
}

type Made<T> = Result<T, CompileError>;

/// Parses, and prints what `make` finds in the tree; gives the microseconds of the parser and of `make`'s own stage.
fn with_tree(
    source: &Source,
    make: impl for<'a> FnOnce(&'a Arena, &hognose_parser::Parsed<'a>, &Options<'_>) -> Made<(Form, u64)>,
) -> (Made<Form>, u64) {
    let arena = Arena::new();
    let options = match options(source) {
        Ok(options) => options,
        Err(error) => return (Err(error), 0),
    };
    let (parsed, microseconds) = timed(|| {
        let decoded = decode(source)?;
        hognose_compiler::parse(&arena, &decoded, &options)
    });
    match parsed.and_then(|parsed| make(&arena, &parsed, &options)) {
        Ok((form, own)) => (Ok(form), microseconds + own),
        Err(error) => (Err(error), microseconds),
    }
}

fn compile(source: &Source) -> Made<Arc<CodeObject>> {
    Ok(hognose_compiler::compile(&decode(source)?, &options(source)?)?.code)
}

fn decode(source: &Source) -> Made<hognose_compiler::Source> {
    hognose_compiler::Source::decode(&source.bytes).map_err(|error| match error {
        hognose_parser::ParseError::Syntax(error) => CompileError::Syntax(*error),
        hognose_parser::ParseError::Unsupported(what) => CompileError::Unsupported(what),
    })
}

/// Options of the compiler as on the command line.
fn options(source: &Source) -> Made<Options<'static>> {
    let mut profile = Profile::Cpython;
    let mut disabled = Vec::new();
    let mut fuel = None;
    let mut words = source.options.split_whitespace();
    let wrong = |what: String| CompileError::Unsupported(Unsupported::new(what, Span::NONE));
    while let (Some(option), value) = (words.next(), words.next().unwrap_or_default()) {
        match option {
            "--profile" => {
                profile = Profile::from_name(value).ok_or_else(|| wrong(format!("profile {value}")))?;
            }
            "--disable-pass" => disabled.push(value),
            "--fuel" => fuel = Some(value.parse().map_err(|_| wrong(format!("fuel {value}")))?),
            _ => return Err(wrong(format!("option {option}"))),
        }
    }
    let mut plan = Plan::new(profile);
    for pass in disabled {
        plan = plan.disable(pass).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(Options {
        filename: Text::from(source.filename.as_str()),
        optimize: source.optimize,
        plan,
        fuel,
        filename_is_source: Path::new(&source.filename).is_file(),
        ..Options::default()
    })
}

fn make_pyc(source: &Source) -> Result<Vec<u8>, Outcome> {
    let code = compile(source).map_err(|error| error_outcome(&error, false))?;
    let validation = Validation::Timestamp { mtime: 0, size: 0 };
    pyc::write(&code, validation).map_err(|error| Outcome::Rejected(error.to_string().into_bytes()))
}

fn error_outcome(error: &CompileError, whole: bool) -> Outcome {
    match error {
        CompileError::Syntax(error) => rejected(&Rejection::from(error as &SyntaxError), whole),
        CompileError::Unsupported(what) => Outcome::Unsupported(what.construct.clone()),
    }
}
