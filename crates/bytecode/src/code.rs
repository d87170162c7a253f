//! The code object: the waist between compiler and engines.

use hognose_primitives::{Constant, Text};
use std::sync::Arc;

/// A function's, class's or module's code in CPython 3.11's own shape.
#[derive(Clone, Debug)]
pub struct CodeObject {
    /// `co_argcount`: positional parameters, the positional-only ones included.
    pub argcount: u32,
    /// `co_posonlyargcount`.
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`.
    pub kwonlyargcount: u32,
    /// `co_stacksize`, in words.
    pub stacksize: u32,
    /// `co_flags`, bits of [`flags`].
    pub flags: u32,
    /// `co_code`: pairs of opcode and argument, caches as zeros.
    pub code: Box<[u8]>,
    /// `co_consts`.
    pub consts: Box<[ConstValue]>,
    /// `co_names`.
    pub names: Box<[Text]>,
    /// Names of locals, cells and free variables in slot order.
    pub localsplusnames: Box<[Text]>,
    /// For each slot, bits of [`kind`].
    pub localspluskinds: Box<[u8]>,
    /// `co_filename`.
    pub filename: Text,
    /// `co_name`.
    pub name: Text,
    /// `co_qualname`.
    pub qualname: Text,
    /// `co_firstlineno`.
    pub firstlineno: i32,
    /// `co_linetable`.
    pub linetable: Box<[u8]>,
    /// `co_exceptiontable`.
    pub exceptiontable: Box<[u8]>,
}

/// One entry of `co_consts`.
#[derive(Clone, Debug)]
pub enum ConstValue {
    /// An immutable value.
    Value(Constant),
    /// The code of a nested function, class or comprehension.
    Code(Arc<CodeObject>),
}

/// Bits of `co_flags`.
#[allow(missing_docs)]
pub mod flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
}

/// Bits of an entry of `localspluskinds`. A captured parameter is a local and a cell.
#[allow(missing_docs)]
pub mod kind {
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

impl CodeObject {
    fn names_of(&self, bit: u8) -> impl Iterator<Item = &Text> {
        self.localsplusnames
            .iter()
            .zip(&self.localspluskinds)
            .filter(move |(_, kind)| **kind & bit != 0)
            .map(|(n, _)| n)
    }

    /// `co_varnames`, in slot order.
    pub fn varnames(&self) -> impl Iterator<Item = &Text> {
        self.names_of(kind::LOCAL)
    }

    /// `co_cellvars`, in slot order.
    pub fn cellvars(&self) -> impl Iterator<Item = &Text> {
        self.names_of(kind::CELL)
    }

    /// `co_freevars`, in slot order.
    pub fn freevars(&self) -> impl Iterator<Item = &Text> {
        self.names_of(kind::FREE)
    }

    /// `co_nlocals`.
    pub fn nlocals(&self) -> usize {
        self.varnames().count()
    }
}
