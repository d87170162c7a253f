#![forbid(unsafe_code)]
//! Code generation: from the tree and its scopes to one graph of basic blocks per code unit.
//!
//! [`generate`] walks the tree once, in CPython 3.11's order. A nested unit is finished before its surroundings go on,
//! since its code object is one of their constants: the caller says how by the `finish` function, which turns a graph
//! into a code object.
//!
//! # Locations
//!
//! Each unit has a *current location* that every instruction takes. An expression sets it for its own instructions and
//! puts it back; a statement sets it and leaves it. Several odd positions of CPython 3.11 come from places that set it
//! and do not put it back; they are reproduced, and named *leak* in comments.

mod annotation;
mod class;
mod comprehension;
mod constants;
mod error;
mod expression;
mod frame_block;
mod function;
mod generator;
mod hash;
mod module;
mod names;
mod pattern;
mod statement;
mod unit;
mod warning;

pub use error::CompileError;
pub use warning::SyntaxWarning;

use hognose_bytecode::CodeObject;
use hognose_ir::Cfg;
use hognose_primitives::Text;
use hognose_symtable::SymbolTable;
use hognose_syntax::{Arena, Mod};
use std::sync::Arc;

/// What code is generated under.
#[derive(Clone, Debug)]
pub struct Options {
    /// `co_filename`.
    pub filename: Text,
    /// 0; 1 drops `assert` statements; 2 also drops docstrings.
    pub optimize: u8,
    /// Bits of future features for `co_flags`.
    pub future_flags: u32,
    /// Whether annotations are kept as text (`from __future__ import annotations`).
    pub annotations_as_text: bool,
    /// The last line on which a `from __future__` import may stand; -1 when none may.
    pub last_future_line: i32,
    /// Whether a module may hold `await`, `async for` and `async with` outside functions.
    pub top_level_await: bool,
}

/// What code generation gives.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The module's code object.
    pub code: Arc<CodeObject>,
    /// Warnings, in the order they arise.
    pub warnings: Vec<SyntaxWarning>,
}

/// Turns the graph of a unit into its code object.
pub type Finish<'f> = dyn FnMut(Cfg) -> Result<Arc<CodeObject>, CompileError> + 'f;

/// Generates the code of a module whose tree has been folded.
///
/// `symbols` was built from this very tree; `arena` keeps mangled names. `finish` is called once for each unit,
/// innermost first.
///
/// # Errors
/// Every error that CPython's code generator finds, in its order, and what `finish` gives.
pub fn generate<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    symbols: &SymbolTable<'a>,
    options: &Options,
    finish: &mut Finish<'_>,
) -> Result<Generated, CompileError> {
    let mut generator = generator::Generator::new(arena, symbols, options, finish);
    let code = generator.module(module).map_err(|error| *error)?;
    Ok(Generated { code, warnings: generator.warnings })
}
