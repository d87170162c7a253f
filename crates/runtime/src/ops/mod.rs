//! What each operation means, written once for both engines.
//!
//! Operands are borrowed; results are owned. `Err(Raised)` says that the thread holds the exception. A caller that
//! goes on to run Python code or returns to an engine's instruction must first run what waits
//! ([`Thread::has_pending`]); engines look after each call into this module.

pub mod arithmetic;
pub mod attribute;
pub mod bind;
pub mod build;
pub mod call;
pub mod clear;
pub mod collect;
pub mod compare;
pub mod context;
pub mod finalize;
pub mod format;
pub mod frames;
pub mod hash;
pub mod import;
pub mod item;
pub mod iterate;
pub mod lookup;
pub mod mapping;
pub mod matching;
pub mod namespace;
pub mod raise;
pub mod repr;
pub mod special;
pub mod truth;
pub mod types;

use crate::object::str;
use crate::thread::Thread;
use crate::value::Value;

pub use hognose_primitives::Comparison as CompareOp;
pub use hognose_primitives::Operator;

/// The arguments of a call, borrowed: positional ones first, then the values of the keywords, whose names are `names`.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// Positional arguments, then keyword values.
    pub values: &'a [Value],
    /// Names of the keyword arguments, strs; as many as keyword values.
    pub names: &'a [Value],
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const NONE: Args<'static> = Args { values: &[], names: &[] };

    /// Positional arguments only.
    #[inline]
    pub const fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[] }
    }

    /// The positional arguments.
    #[inline]
    pub fn positionals(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    /// The keyword arguments: name and value.
    pub fn keywords(&self) -> impl ExactSizeIterator<Item = (&'a Value, &'a Value)> + use<'a> {
        let first = self.values.len() - self.names.len();
        self.names.iter().zip(&self.values[first..])
    }

    /// The value of a keyword argument.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.keywords().find(|(own, _)| str::is(own, name)).map(|(_, value)| value)
    }

    /// Whether there are no arguments at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl Thread {
    /// Runs `action` one level deeper, with a RecursionError when that is too deep.
    ///
    /// # Errors
    /// RecursionError (its message ends in `what`), or what `action` raises.
    pub fn nested<T>(&mut self, what: &str, action: impl FnOnce(&mut Thread) -> crate::Result<T>) -> crate::Result<T> {
        self.enter_recursion(what)?;
        let result = action(self);
        self.leave_recursion();
        result
    }
}
