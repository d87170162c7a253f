//! Instructions of the graph: CPython's, and those that only exist before assembly.

use hognose_bytecode::Opcode;

/// An instruction of the graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// One that stays as it is.
    Real(Opcode),
    /// One that assembly replaces or removes.
    Pseudo(Pseudo),
}

/// CPython's pseudo-instructions of 3.11 (`Include/internal/pycore_opcode.h`, `Python/compile.c`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(non_camel_case_types, missing_docs)]
pub enum Pseudo {
    JUMP,
    JUMP_NO_INTERRUPT,
    POP_JUMP_IF_FALSE,
    POP_JUMP_IF_TRUE,
    POP_JUMP_IF_NONE,
    POP_JUMP_IF_NOT_NONE,
    SETUP_FINALLY,
    SETUP_CLEANUP,
    SETUP_WITH,
    POP_BLOCK,
}

impl From<Opcode> for Op {
    fn from(op: Opcode) -> Self {
        Op::Real(op)
    }
}

impl From<Pseudo> for Op {
    fn from(op: Pseudo) -> Self {
        Op::Pseudo(op)
    }
}
