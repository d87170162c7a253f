#![forbid(unsafe_code)]
//! The pipeline: from source to code object, as a whole or stage by stage.

mod options;
mod validate;

pub use hognose_codegen::CompileError;
pub use hognose_parser::{Mode, Source, Warning};
pub use hognose_passes::{Fuel, Plan, Profile};
pub use options::Options;
pub use validate::validate;

use hognose_bytecode::CodeObject;
use hognose_ir::{AssembleError, Cfg};
use hognose_parser::{ParseError, Parsed};
use hognose_passes::tree::FoldOptions;
use hognose_symtable::{Future, SymbolTable, scan_future};
use hognose_syntax::{Arena, ErrorClass, Mod, SyntaxError};
use std::sync::Arc;

/// A compiled program.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The module's code object.
    pub code: Arc<CodeObject>,
    /// Warnings of all stages, in CPython's order.
    pub warnings: Vec<Warning>,
}

/// Compiles a program.
///
/// # Errors
/// What CPython rejects is [`CompileError::Syntax`], what Hognose cannot do yet [`CompileError::Unsupported`].
pub fn compile(source: &Source, options: &Options<'_>) -> Result<Compiled, CompileError> {
    let arena = Arena::new();
    let Parsed { tree, mut warnings } = parse(&arena, source, options)?;
    let compiled = compile_tree(&arena, tree, options).map_err(|error| with_text(error, source, options))?;
    warnings.extend(compiled.warnings);
    Ok(Compiled { code: compiled.code, warnings })
}

/// Compiles a program that has been parsed.
///
/// # Errors
/// As [`compile`]; errors carry no line of the source.
pub fn compile_tree<'a>(arena: &'a Arena, tree: Mod<'a>, options: &Options<'_>) -> Result<Compiled, CompileError> {
    let future = future(&tree, options)?;
    let mut fuel = options.fuel();
    let tree = fold(arena, &tree, &future, options, &mut fuel)?;
    let symbols = symbols(arena, &tree, &future, options)?;
    let generated =
        hognose_codegen::generate(arena, &tree, &symbols, &codegen_options(&future, options), &mut |cfg| {
            Ok(Arc::new(finish(cfg, options, &mut fuel)?))
        })?;
    let warnings = generated.warnings.into_iter().map(|warning| Warning {
        category: "SyntaxWarning",
        message: warning.message,
        line: warning.location.line,
    });
    Ok(Compiled { code: generated.code, warnings: warnings.collect() })
}

/// Text to tree.
///
/// # Errors
/// As [`compile`].
pub fn parse<'a>(arena: &'a Arena, source: &Source, options: &Options<'_>) -> Result<Parsed<'a>, CompileError> {
    let parser = hognose_parser::Options { mode: options.mode, ..hognose_parser::Options::default() };
    hognose_parser::parse_source(arena, source, &parser).map_err(|error| match error {
        ParseError::Syntax(error) => CompileError::Syntax(*error),
        ParseError::Unsupported(construct) => CompileError::Unsupported(construct),
    })
}

/// The future features in force: the program's own and the caller's.
///
/// # Errors
/// A future import that means nothing or stands too late.
pub fn future(tree: &Mod<'_>, options: &Options<'_>) -> Result<Future, CompileError> {
    let own = scan_future(tree)?;
    Ok(Future { features: own.features.union(options.features), ..own })
}

/// Folds constants of the tree.
///
/// # Errors
/// `RecursionError` for a tree that is too deep.
pub fn fold<'a>(
    arena: &'a Arena,
    tree: &Mod<'a>,
    future: &Future,
    options: &Options<'_>,
    fuel: &mut Fuel,
) -> Result<Mod<'a>, CompileError> {
    // Without fuel only the values of patterns are folded, which code generation needs.
    let mut no_fuel = Fuel::limited(0);
    let fuel = if options.plan.has_named("fold-tree") { fuel } else { &mut no_fuel };
    let options = FoldOptions {
        level: options.optimize,
        future_annotations: future.features.annotations,
        recursion_limit: options.recursion_limit,
        frames: options.frames,
    };
    Ok(hognose_passes::tree::fold(arena, tree, options, fuel)?)
}

/// The scopes of a tree.
///
/// # Errors
/// What CPython's symbol table rejects.
pub fn symbols<'a>(
    arena: &'a Arena,
    tree: &Mod<'a>,
    future: &Future,
    options: &Options<'_>,
) -> Result<SymbolTable<'a>, CompileError> {
    let options = hognose_symtable::Options {
        features: future.features,
        recursion_limit: options.recursion_limit,
        frames: options.frames,
    };
    Ok(hognose_symtable::build(arena, tree, options)?)
}

/// What code generation runs under.
pub fn codegen_options(future: &Future, options: &Options<'_>) -> hognose_codegen::Options {
    hognose_codegen::Options {
        filename: options.filename.clone(),
        optimize: options.optimize,
        future_flags: future.features.flags() | options.inherited_flags,
        annotations_as_text: future.features.annotations,
        last_future_line: future.last_line,
        top_level_await: options.top_level_await,
    }
}

/// Optimises the graph of one unit and assembles it.
///
/// # Errors
/// `OverflowError` for code that is longer than a code object may be.
pub fn finish(mut cfg: Cfg, options: &Options<'_>, fuel: &mut Fuel) -> Result<CodeObject, CompileError> {
    hognose_passes::run(&mut cfg, &options.plan, fuel);
    assemble(&cfg)
}

/// Assembles a graph that all passes have run on.
///
/// # Errors
/// As [`finish`].
pub fn assemble(cfg: &Cfg) -> Result<CodeObject, CompileError> {
    hognose_ir::assemble(cfg).map_err(|error| match error {
        AssembleError::TooLong | AssembleError::StackTooDeep => CompileError::Syntax(SyntaxError {
            class: ErrorClass::OverflowError,
            message: error.to_string(),
            location: None,
            text: None,
        }),
        fault => unreachable!("code generation and passes keep graphs sound: {fault}"),
    })
}

/// Adds the line of the source to an error that has none.
fn with_text(error: CompileError, source: &Source, options: &Options<'_>) -> CompileError {
    match error {
        CompileError::Syntax(mut error) if options.filename_is_source && error.text.is_none() => {
            error.text = error.location.and_then(|[line, ..]| source.line(line)).map(str::to_owned);
            CompileError::Syntax(error)
        }
        error => error,
    }
}
