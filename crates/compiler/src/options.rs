//! What a program is compiled under.

use hognose_parser::Mode;
use hognose_passes::{Fuel, Plan, Profile};
use hognose_primitives::Text;
use hognose_symtable::Features;

/// What a program is compiled under.
#[derive(Debug)]
pub struct Options<'p> {
    /// `co_filename`.
    pub filename: Text,
    /// The start rule.
    pub mode: Mode,
    /// CPython's `-O` level: 0; 1 drops `assert` statements; 2 also drops docstrings.
    pub optimize: u8,
    /// Future features of the caller of `compile`, in force beside those of the program.
    pub features: Features,
    /// Further bits of the caller's future flags that `co_flags` inherits.
    pub inherited_flags: u32,
    /// Whether a module may hold `await`, `async for` and `async with` outside functions.
    pub top_level_await: bool,
    /// Which passes run.
    pub plan: Plan<'p>,
    /// How many rewrites the passes may make; `None` is no limit.
    pub fuel: Option<u64>,
    /// Whether `filename` names a readable file with this very text, whose lines then stand in errors of the later
    /// stages too.
    pub filename_is_source: bool,
    /// `sys.getrecursionlimit()`; a tree may be three times as deep.
    pub recursion_limit: u32,
    /// How many Python frames are active where the compiler was called.
    pub frames: u32,
}

impl Options<'_> {
    /// The budget of rewrites of one compilation.
    pub fn fuel(&self) -> Fuel {
        self.fuel.map_or(Fuel::unlimited(), Fuel::limited)
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            filename: Text::from("<string>"),
            mode: Mode::Exec,
            optimize: 0,
            features: Features::default(),
            inherited_flags: 0,
            top_level_await: false,
            plan: Plan::new(Profile::Cpython),
            fuel: None,
            filename_is_source: false,
            recursion_limit: 1000,
            frames: 0,
        }
    }
}
