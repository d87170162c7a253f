#![forbid(unsafe_code)]
//! CPython 3.11's symbol table: which block each name belongs to and how it is reached from there.
//!
//! [`build`] walks the tree twice, as CPython does: [`collect`] notes what each block does with each name, [`resolve`]
//! decides each name's [`Scope`]. The order of names, parameters and children is CPython's.
//!
//! # Finding the block of a node
//!
//! Code generation asks for a block by the *identity* of a part that the node holds by reference, because nodes
//! themselves are copied freely: [`SymbolTable::function`] by its `FunctionDef`, [`SymbolTable::class`] by its
//! `ClassDef`, [`SymbolTable::lambda`] by its body and [`SymbolTable::comprehension`] by its list of generators. A part
//! belongs to one node only, as long as whoever makes a tree allocates each part anew. So a node that is
//! generated twice (the body of a `finally`) finds the same block twice.

mod block;
mod collect;
mod dump;
mod future;
mod mangle;
mod resolve;

pub use block::{Block, BlockId, BlockKind, ComprehensionKind, Scope, Symbol, SymbolTable, flag};
pub use dump::dump;
pub use future::{Features, Future, scan_future};
pub use mangle::mangle;

use hognose_syntax::{Arena, Mod, SyntaxError};

/// What a symbol table is built under.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Future features in force: those that [`scan_future`] found and those of the caller of `compile`.
    pub features: Features,
    /// `sys.getrecursionlimit()`; nesting of the tree may go three times as deep.
    pub recursion_limit: u32,
    /// How many Python frames are active where the compiler was called.
    pub frames: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options { features: Features::default(), recursion_limit: 1000, frames: 0 }
    }
}

/// Builds the symbol table of a module.
///
/// `arena` keeps the mangled names.
///
/// # Errors
/// Every error that CPython's symbol table finds, in its order; `RecursionError` when the tree is nested too deeply.
pub fn build<'a>(arena: &'a Arena, module: &Mod<'a>, options: Options) -> Result<SymbolTable<'a>, SyntaxError> {
    let mut table = collect::collect(arena, module, options)?;
    resolve::resolve(&mut table)?;
    Ok(table)
}
