//! What a verifier can object to.

use crate::{DecodeError, TableError};
use hognose_primitives::Text;
use std::fmt;

/// Why a code object is not safe to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// `co_qualname` of the code object.
    pub qualname: Text,
    /// The code unit of the instruction at fault; `None` when a field is.
    pub unit: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a code object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Problem {
    /// `co_code` is not a sequence of instructions.
    Decode(DecodeError),
    /// `co_exceptiontable` cannot be decoded.
    Table(TableError),
    /// A count does not fit in 31 bits.
    CountTooLarge,
    /// `co_argcount` is smaller than `co_posonlyargcount`.
    PositionalOnlyCount,
    /// `co_localsplusnames` and `co_localspluskinds` differ in length.
    KindsLength,
    /// The kind of this slot is none that a slot can have, or stands in the wrong order.
    SlotKind(usize),
    /// There are fewer locals than parameters.
    VarnamesTooSmall,
    /// More than one of generator, coroutine and asynchronous generator.
    GeneratorFlags,
    /// No instructions.
    Empty,
    /// The last instruction goes on to the next.
    FallsOffTheEnd,
    /// An index beyond `co_consts`.
    ConstIndex,
    /// An index beyond `co_names`.
    NameIndex,
    /// A slot that is not there, or not of the kind that the instruction needs.
    Slot,
    /// An argument that the instruction cannot have.
    Argument,
    /// A jump that does not lead to an instruction.
    JumpTarget,
    /// A jump or handler into the prologue or between the parts of a call.
    ForbiddenTarget,
    /// Names looked up in a namespace that functions do not have.
    NameInFunction,
    /// Free variables, cells or the generator are not set up as `co_localspluskinds` and `co_flags` say.
    Prologue,
    /// An instruction of the prologue elsewhere.
    StrayPrologue,
    /// An instruction that only a generator or coroutine may have.
    OnlyInGenerator,
    /// `KW_NAMES`, `PRECALL` and `CALL` do not stand together, or disagree.
    CallSequence,
    /// The constant of `KW_NAMES` is no tuple of at most so many strings as the call has arguments.
    KeywordNames,
    /// Protected ranges that are empty, out of order, overlapping or not made of whole instructions.
    HandlerRange,
    /// A handler that does not begin at an instruction.
    HandlerTarget,
    /// Fewer values on the stack than the instruction takes or looks at.
    Underflow,
    /// More values than `co_stacksize`, or than any compiler would stack in so little code.
    Overflow,
    /// Two paths reach the instruction with different depths.
    DepthMismatch { one: u32, other: u32 },
    /// Values are left when the function returns.
    LeftOver(u32),
    /// The instruction takes away values which the handler of its range keeps.
    BelowHandler,
    /// A value on the stack is not what the instruction needs; 1 is the top.
    Operand { depth: u32, needed: &'static str },
    /// The function has another number of free variables than it is given cells.
    ClosureSize,
    /// The checks would take too long.
    TooComplex,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Problem::Decode(error) => return error.fmt(f),
            Problem::Table(error) => return write!(f, "exception table: {error}"),
            Problem::SlotKind(slot) => return write!(f, "slot {slot} has no kind that can stand there"),
            Problem::DepthMismatch { one, other } => {
                return write!(f, "reached with {one} values on the stack, and with {other}");
            }
            Problem::LeftOver(count) => return write!(f, "{count} values are left on the stack"),
            Problem::Operand { depth, needed } => return write!(f, "value {depth} from the top should be {needed}"),
            Problem::CountTooLarge => "a count does not fit in 31 bits",
            Problem::PositionalOnlyCount => "more positional-only parameters than positional ones",
            Problem::KindsLength => "names and kinds of the slots differ in number",
            Problem::VarnamesTooSmall => "fewer locals than parameters",
            Problem::GeneratorFlags => "more than one of generator, coroutine and asynchronous generator",
            Problem::Empty => "no instructions",
            Problem::FallsOffTheEnd => "the last instruction goes on to the next",
            Problem::ConstIndex => "no such constant",
            Problem::NameIndex => "no such name",
            Problem::Slot => "no such slot, or one of another kind",
            Problem::Argument => "an argument that it cannot have",
            Problem::JumpTarget => "the jump does not lead to an instruction",
            Problem::ForbiddenTarget => "a jump or handler leads here",
            Problem::NameInFunction => "a function has no namespace",
            Problem::Prologue => "free variables, cells or generator are not set up as they should be",
            Problem::StrayPrologue => "an instruction of the prologue after it",
            Problem::OnlyInGenerator => "not in a generator or coroutine",
            Problem::CallSequence => "KW_NAMES, PRECALL and CALL do not belong together",
            Problem::KeywordNames => "no tuple of at most so many strings as there are arguments",
            Problem::HandlerRange => "a protected range that is empty, out of order or cuts an instruction",
            Problem::HandlerTarget => "the handler is no instruction",
            Problem::Underflow => "not enough values on the stack",
            Problem::Overflow => "too many values on the stack",
            Problem::BelowHandler => "takes values that the handler of its range keeps",
            Problem::ClosureSize => "free variables and cells differ in number",
            Problem::TooComplex => "too complex to check",
        };
        f.write_str(text)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Some(unit) => write!(f, "{}, code unit {unit}: {}", self.qualname, self.problem),
            None => write!(f, "{}: {}", self.qualname, self.problem),
        }
    }
}

impl std::error::Error for VerifyError {}
