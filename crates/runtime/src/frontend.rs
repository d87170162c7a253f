//! The front end as the runtime sees it: what `compile()`, `exec()` and `ast` need.

use hognose_bytecode::CodeObject;
use hognose_syntax::{Arena, Mod, SyntaxError, Unsupported};
use std::sync::Arc;

/// `mode` of `compile()`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum CompileMode {
    Exec,
    Eval,
    Single,
    FuncType,
}

/// Why nothing was compiled.
#[derive(Debug)]
pub enum FrontendError {
    /// The program is wrong.
    Syntax(SyntaxError),
    /// The program uses what is not done yet.
    Unsupported(Unsupported),
    /// A limit of CPython's was met (`RecursionError`, `MemoryError`, `OverflowError`), or a tree is malformed
    /// (`ValueError`, `TypeError`): class and message.
    Other(&'static str, String),
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// `filename`.
    pub filename: String,
    /// `mode`.
    pub mode: CompileMode,
    /// `flags`, future features and the rest.
    pub flags: u32,
    /// `optimize`: 0, 1 or 2.
    pub optimize: u8,
}

/// A tree being handed over: called once with the arena, gives the tree or the error that building it met.
pub type TreeBuilder<'b> = &'b mut dyn for<'a> FnMut(&'a Arena) -> Result<Mod<'a>, FrontendError>;

/// Source to code, without the runtime depending on the compiler.
pub trait Frontend {
    /// Compiles text.
    ///
    /// # Errors
    /// See [`FrontendError`].
    fn compile(&self, source: &[u8], options: &CompileOptions) -> Result<Arc<CodeObject>, FrontendError>;

    /// Parses text and shows the tree to `visit`.
    ///
    /// # Errors
    /// See [`FrontendError`].
    fn parse(
        &self,
        source: &[u8],
        options: &CompileOptions,
        visit: &mut dyn FnMut(&Mod<'_>),
    ) -> Result<(), FrontendError>;

    /// Compiles a tree that `build` makes.
    ///
    /// # Errors
    /// See [`FrontendError`].
    fn compile_tree(&self, build: TreeBuilder<'_>, options: &CompileOptions) -> Result<Arc<CodeObject>, FrontendError>;
}
