//! code: a verified code object with its constants as values, its register code, and its inline caches.

use crate::layout::CodeEntry;
use crate::value::{Body, Frozen, Kind, Value};
use hognose_bytecode::CodeObject;
use hognose_lowered::{Inst, LowerError, Lowered};
use std::cell::{Cell, OnceCell, UnsafeCell};
use std::sync::Arc;

/// An inline cache: what it holds is up to the instruction. Values in it are borrowed from what the first word guards.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
#[allow(missing_docs)]
pub struct Cache {
    pub guard: u64,
    pub guard2: u64,
    pub payload: u64,
    pub payload2: u64,
}

/// Register code as an engine runs it: instructions and caches may be rewritten in place.
#[repr(C)]
pub struct RunnableCode {
    /// The lowering with its tables; never changed.
    pub lowered: Lowered,
    /// A copy of [`Lowered::code`] whose operations an engine replaces by quickened forms of the same shape.
    pub insts: UnsafeCell<Box<[Inst]>>,
    /// As many as [`Lowered::caches`].
    pub caches: UnsafeCell<Box<[Cache]>>,
}

/// The body of a code object. What engines read stands first; see [`crate::layout`].
#[repr(C)]
pub struct CodeBody {
    /// Native code of the folded form, or null.
    pub entry: Cell<Option<CodeEntry>>,
    /// One past constant 0: constant `k` is at `constants_end[-1 - k]`.
    pub constants_end: *const Value,
    /// Locals, cells and free variables.
    pub nlocalsplus: u32,
    /// `nlocalsplus + co_stacksize`: registers of a frame.
    pub registers: u32,
    /// Positional parameters.
    pub argcount: u32,
    /// No `*args`, `**kwargs` nor keyword-only parameters: exactly `argcount` positional arguments can be bound by
    /// moving them.
    pub simple: bool,
    /// `co_flags`.
    pub flags: u32,
    /// Calls and back edges so far; an engine that compiles on demand counts here.
    pub heat: Cell<u32>,
    /// Whether native compilation was refused; it is not tried again.
    pub refused: Cell<bool>,
    /// The code object itself.
    pub source: Arc<CodeObject>,
    /// Constants in reverse order.
    pub(crate) constants: Box<[Value]>,
    /// `co_names`, interned.
    pub names: Box<[Value]>,
    /// Names of locals, cells and free variables by slot, interned.
    pub localsplusnames: Box<[Value]>,
    /// `co_name`.
    pub name: Value,
    /// `co_qualname`.
    pub qualname: Value,
    /// `co_filename`.
    pub filename: Value,
    /// Start line of each code unit, or -1.
    pub(crate) lines: OnceCell<Box<[i32]>>,
    pub(crate) folded: OnceCell<Result<Box<RunnableCode>, LowerError>>,
    pub(crate) plain: OnceCell<Result<Box<RunnableCode>, LowerError>>,
}

impl Body for CodeBody {
    const KIND: Kind = Kind::Code;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.constants.iter().for_each(&mut *visit);
        self.names.iter().for_each(&mut *visit);
        self.localsplusnames.iter().for_each(&mut *visit);
        for value in [&self.name, &self.qualname, &self.filename] {
            visit(value);
        }
    }
}

impl Frozen for CodeBody {}

impl CodeBody {
    /// Constant `index` of `co_consts`.
    #[inline]
    pub fn constant(&self, index: usize) -> &Value {
        &self.constants[self.constants.len() - 1 - index]
    }

    /// Number of constants.
    pub fn constant_count(&self) -> usize {
        self.constants.len()
    }
}
