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

impl Pseudo {
    /// Every pseudo-instruction.
    pub const ALL: [Pseudo; 10] = [
        Pseudo::JUMP,
        Pseudo::JUMP_NO_INTERRUPT,
        Pseudo::POP_JUMP_IF_FALSE,
        Pseudo::POP_JUMP_IF_TRUE,
        Pseudo::POP_JUMP_IF_NONE,
        Pseudo::POP_JUMP_IF_NOT_NONE,
        Pseudo::SETUP_FINALLY,
        Pseudo::SETUP_CLEANUP,
        Pseudo::SETUP_WITH,
        Pseudo::POP_BLOCK,
    ];

    /// CPython's name.
    pub fn name(self) -> &'static str {
        match self {
            Pseudo::JUMP => "JUMP",
            Pseudo::JUMP_NO_INTERRUPT => "JUMP_NO_INTERRUPT",
            Pseudo::POP_JUMP_IF_FALSE => "POP_JUMP_IF_FALSE",
            Pseudo::POP_JUMP_IF_TRUE => "POP_JUMP_IF_TRUE",
            Pseudo::POP_JUMP_IF_NONE => "POP_JUMP_IF_NONE",
            Pseudo::POP_JUMP_IF_NOT_NONE => "POP_JUMP_IF_NOT_NONE",
            Pseudo::SETUP_FINALLY => "SETUP_FINALLY",
            Pseudo::SETUP_CLEANUP => "SETUP_CLEANUP",
            Pseudo::SETUP_WITH => "SETUP_WITH",
            Pseudo::POP_BLOCK => "POP_BLOCK",
        }
    }

    /// Whether it only says which handlers are in force: a `SETUP_*` or `POP_BLOCK`.
    pub(crate) fn is_block_mark(self) -> bool {
        self.directions().is_none()
    }

    /// The instructions that assembly chooses between for a jump forward and a jump backward.
    ///
    /// # Source
    /// CPython 3.11, `Python/compile.c`, `normalize_jumps`.
    pub(crate) fn directions(self) -> Option<(Opcode, Opcode)> {
        match self {
            Pseudo::JUMP => Some((Opcode::JUMP_FORWARD, Opcode::JUMP_BACKWARD)),
            Pseudo::JUMP_NO_INTERRUPT => Some((Opcode::JUMP_FORWARD, Opcode::JUMP_BACKWARD_NO_INTERRUPT)),
            Pseudo::POP_JUMP_IF_FALSE => Some((Opcode::POP_JUMP_FORWARD_IF_FALSE, Opcode::POP_JUMP_BACKWARD_IF_FALSE)),
            Pseudo::POP_JUMP_IF_TRUE => Some((Opcode::POP_JUMP_FORWARD_IF_TRUE, Opcode::POP_JUMP_BACKWARD_IF_TRUE)),
            Pseudo::POP_JUMP_IF_NONE => Some((Opcode::POP_JUMP_FORWARD_IF_NONE, Opcode::POP_JUMP_BACKWARD_IF_NONE)),
            Pseudo::POP_JUMP_IF_NOT_NONE => {
                Some((Opcode::POP_JUMP_FORWARD_IF_NOT_NONE, Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE))
            }
            Pseudo::SETUP_FINALLY | Pseudo::SETUP_CLEANUP | Pseudo::SETUP_WITH | Pseudo::POP_BLOCK => None,
        }
    }
}

impl Op {
    /// CPython's name.
    pub fn name(self) -> &'static str {
        match self {
            Op::Real(op) => op.name(),
            Op::Pseudo(op) => op.name(),
        }
    }

    /// The instruction with this name.
    pub fn from_name(name: &str) -> Option<Op> {
        Pseudo::ALL
            .into_iter()
            .find(|op| op.name() == name)
            .map(Op::Pseudo)
            .or_else(|| Opcode::from_name(name).map(Op::Real))
    }

    /// Whether it can go on at its target.
    pub fn is_jump(self) -> bool {
        match self {
            Op::Real(op) => op.is_jump(),
            Op::Pseudo(op) => op.directions().is_some(),
        }
    }

    /// Whether it names a handler for what follows.
    pub fn is_block_push(self) -> bool {
        matches!(self, Op::Pseudo(Pseudo::SETUP_FINALLY | Pseudo::SETUP_CLEANUP | Pseudo::SETUP_WITH))
    }

    /// Whether it has a target: a jump or a `SETUP_*`.
    pub fn has_target(self) -> bool {
        self.is_jump() || self.is_block_push()
    }

    /// Whether it leaves the code unit, by returning or raising.
    pub fn is_exit(self) -> bool {
        matches!(self, Op::Real(Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE))
    }

    /// Whether it is a jump that always goes to its target.
    pub fn is_unconditional_jump(self) -> bool {
        match self {
            Op::Real(op) => op.is_jump() && op.ends_flow(),
            Op::Pseudo(op) => matches!(op, Pseudo::JUMP | Pseudo::JUMP_NO_INTERRUPT),
        }
    }

    /// Whether it never goes on to the next instruction.
    pub fn ends_flow(self) -> bool {
        self.is_exit() || self.is_unconditional_jump()
    }

    /// The net effect on the stack depth when it goes on, or when it goes to its target.
    ///
    /// For a `SETUP_*`, "to its target" is what the handler finds on the stack.
    ///
    /// # Source
    /// CPython 3.11, `Python/compile.c`, `stack_effect`.
    pub fn stack_effect(self, arg: u32, jump: bool) -> i32 {
        match self {
            Op::Real(op) => op.stack_effect(arg, jump),
            Op::Pseudo(op) => match op {
                Pseudo::JUMP | Pseudo::JUMP_NO_INTERRUPT | Pseudo::POP_BLOCK => 0,
                Pseudo::POP_JUMP_IF_FALSE
                | Pseudo::POP_JUMP_IF_TRUE
                | Pseudo::POP_JUMP_IF_NONE
                | Pseudo::POP_JUMP_IF_NOT_NONE => -1,
                Pseudo::SETUP_FINALLY | Pseudo::SETUP_WITH => i32::from(jump),
                Pseudo::SETUP_CLEANUP => 2 * i32::from(jump),
            },
        }
    }
}

impl PartialEq<Opcode> for Op {
    fn eq(&self, other: &Opcode) -> bool {
        *self == Op::Real(*other)
    }
}

impl PartialEq<Pseudo> for Op {
    fn eq(&self, other: &Pseudo) -> bool {
        *self == Op::Pseudo(*other)
    }
}
