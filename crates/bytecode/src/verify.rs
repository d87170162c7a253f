//! Checks a code object from anywhere, so that an engine can run it without checking again.
//!
//! What CPython's compiler writes is accepted. Of the rest, only what keeps these promises is:
//!
//! * every code unit belongs to one instruction; opcodes, caches, indices and other arguments are valid;
//! * on every path the stack has the same depth at an instruction, never below zero and never above `co_stacksize`, and it
//!   is empty after `RETURN_VALUE` has taken its value;
//! * jumps and handlers lead to the first unit of an instruction, never between `KW_NAMES`, `PRECALL` and `CALL`, which
//!   stand together, and never into the prologue: `COPY_FREE_VARS` with the right number, one `MAKE_CELL` for each cell,
//!   `RETURN_GENERATOR` in a generator or coroutine and nowhere else;
//! * NULL stands on the stack only where a call takes it, or is dropped when an exception unwinds the stack;
//! * `LIST_APPEND` and its like find a list, set or dict; `MAKE_FUNCTION` finds a code object from `co_consts`, tuples, a dict
//!   and as many cells as the code has free variables; `POP_EXCEPT` finds what `PUSH_EXC_INFO` pushed; `RERAISE` finds an
//!   exception (or `PREP_RERAISE_STAR`'s result, which may be None) and, where it asks for it, an offset pushed by a handler;
//! * whichever instruction of a protected range raises, the slots that its handler keeps are untouched by it;
//! * slots of `co_localsplusnames` are locals, then cells, then free variables, the parameters first; cells are reached
//!   only by the instructions for cells.
//!
//! What stays for run time: locals and cells may be unbound, the operand of `FOR_ITER` need not be an iterator, and loops
//! may be closed by any backward jump.

mod error;
mod flow;
mod operands;
mod stack;

pub use error::{Problem, VerifyError};

use crate::{CodeObject, ConstValue, ExceptionEntry, Instruction};
use std::collections::HashSet;
use std::sync::Arc;

/// What was found out about a code object that is safe to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedInfo {
    /// The instructions in order.
    pub instructions: Box<[Instruction]>,
    /// The entries of the exception table: sorted, apart, in range.
    pub handlers: Box<[ExceptionEntry]>,
    /// The deepest that the stack gets; at most `co_stacksize`, which may be far more than is needed.
    pub max_depth: u32,
    /// How many of the instructions set up free variables, cells and the generator.
    pub prologue: usize,
    /// For each code unit, the depth before the instruction that begins there; -1 elsewhere and where no path leads.
    depths: Box<[i32]>,
    /// For each code unit, whether a jump or a handler leads there.
    targets: Box<[bool]>,
}

impl VerifiedInfo {
    /// The stack depth before the instruction whose first unit this is; `None` when no path leads there.
    pub fn depth_at(&self, unit: usize) -> Option<u32> {
        u32::try_from(*self.depths.get(unit)?).ok()
    }

    /// Whether a jump or a handler leads to this unit.
    pub fn is_target(&self, unit: usize) -> bool {
        self.targets.get(unit).copied().unwrap_or(false)
    }
}

/// Checks one code object, not the ones in its constants.
///
/// # Errors
/// The first promise of this module that it breaks, and where.
pub fn verify(code: &CodeObject) -> Result<VerifiedInfo, VerifyError> {
    let fail = |(unit, problem)| VerifyError { qualname: code.qualname.clone(), unit, problem };
    let checked = operands::check(code).map_err(fail)?;
    flow::check(code, checked).map_err(fail)
}

/// Checks a code object and all that are nested in it.
///
/// # Errors
/// Those of [`verify`], for the first code object that is wrong.
pub fn verify_all(code: &CodeObject) -> Result<(), VerifyError> {
    let mut seen = HashSet::new();
    let mut waiting = vec![code];
    while let Some(code) = waiting.pop() {
        verify(code)?;
        for item in &code.consts {
            if let ConstValue::Code(nested) = item
                && seen.insert(Arc::as_ptr(nested))
            {
                waiting.push(nested);
            }
        }
    }
    Ok(())
}
