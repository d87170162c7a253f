//! Frame blocks: what `return`, `break` and `continue` must leave behind.

use crate::error::Result;
use crate::generator::{Generator, Resume};
use hognose_bytecode::{Location, Opcode};
use hognose_ir::BlockId;
use hognose_primitives::bug;
use hognose_syntax::{ExprContext, Stmt};

/// How many frame blocks may be open at once (CPython's `CO_MAXBLOCKS`).
const MAX_FRAME_BLOCKS: usize = 20;

/// A statement that is being generated and must be left in order.
#[derive(Clone, Copy)]
pub(crate) enum FrameBlock<'a> {
    WhileLoop {
        start: BlockId,
        exit: BlockId,
    },
    /// Keeps its iterator on the stack.
    ForLoop {
        start: BlockId,
        exit: BlockId,
    },
    TryExcept,
    /// The body of a `try` with this `finally`.
    FinallyTry {
        finalbody: &'a [Stmt<'a>],
    },
    /// The `finally` that runs for an exception.
    FinallyEnd,
    With {
        statement: Location,
    },
    AsyncWith {
        statement: Location,
    },
    /// An `except` clause, and the name it deletes.
    HandlerCleanup {
        name: Option<&'a str>,
    },
    /// A value to return lies on the stack.
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
}

/// Whether a value on top of the stack survives unwinding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preserve {
    Nothing,
    Top,
}

/// How far to unwind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    Loop,
    Outside,
}

impl<'a> Generator<'a, '_> {
    /// Opens a frame block.
    pub(crate) fn push_frame_block(&mut self, block: FrameBlock<'a>) -> Result {
        if self.unit.frame_blocks.len() >= MAX_FRAME_BLOCKS {
            return Err(self.error("too many statically nested blocks"));
        }
        self.unit.frame_blocks.push(block);
        Ok(())
    }

    /// Closes the innermost frame block.
    pub(crate) fn pop_frame_block(&mut self) {
        self.unit.frame_blocks.pop();
    }

    /// Leaves frame blocks, innermost first, and gives the loop at which it stopped.
    ///
    /// What is generated for a block sees only the blocks around it.
    pub(crate) fn unwind(&mut self, preserve: Preserve, until: Until) -> Result<Option<FrameBlock<'a>>> {
        let Some(&top) = self.unit.frame_blocks.last() else { return Ok(None) };
        match top {
            FrameBlock::ExceptionGroupHandler => {
                return Err(self.error("'break', 'continue' and 'return' cannot appear in an except* block"));
            }
            FrameBlock::WhileLoop { .. } | FrameBlock::ForLoop { .. } if until == Until::Loop => {
                return Ok(Some(top));
            }
            _ => {}
        }
        self.unit.frame_blocks.pop();
        self.unwind_one(top, preserve)?;
        let stopped_at = self.unwind(preserve, until)?;
        self.unit.frame_blocks.push(top);
        Ok(stopped_at)
    }

    /// Leaves one frame block.
    pub(crate) fn unwind_one(&mut self, block: FrameBlock<'a>, preserve: Preserve) -> Result {
        match block {
            FrameBlock::WhileLoop { .. }
            | FrameBlock::ExceptionHandler
            | FrameBlock::ExceptionGroupHandler
            | FrameBlock::AsyncComprehensionGenerator => {}
            FrameBlock::ForLoop { .. } | FrameBlock::PopValue => {
                self.keep_top(preserve);
                self.op(Opcode::POP_TOP);
            }
            FrameBlock::TryExcept => self.pop_block(),
            FrameBlock::FinallyTry { finalbody } => {
                self.pop_block();
                if preserve == Preserve::Top {
                    self.push_frame_block(FrameBlock::PopValue)?;
                }
                self.statements(finalbody)?;
                if preserve == Preserve::Top {
                    self.pop_frame_block();
                }
                self.unlocate();
            }
            FrameBlock::FinallyEnd => {
                self.keep_top(preserve);
                self.op(Opcode::POP_TOP);
                self.keep_top(preserve);
                self.pop_block();
                self.op(Opcode::POP_EXCEPT);
            }
            FrameBlock::With { statement } | FrameBlock::AsyncWith { statement } => {
                self.unit.cur = statement;
                self.pop_block();
                self.keep_top(preserve);
                self.call_exit_with_nones()?;
                if matches!(block, FrameBlock::AsyncWith { .. }) {
                    self.op_arg(Opcode::GET_AWAITABLE, 2);
                    self.load_none()?;
                    self.yield_from(Resume::Await);
                }
                self.op(Opcode::POP_TOP);
                self.unlocate();
            }
            FrameBlock::HandlerCleanup { name } => {
                if name.is_some() {
                    self.pop_block();
                }
                self.keep_top(preserve);
                self.pop_block();
                self.op(Opcode::POP_EXCEPT);
                if let Some(name) = bug!("leaving-handler-keeps-name", name, None) {
                    self.unbind(name)?;
                }
            }
        }
        Ok(())
    }

    fn keep_top(&mut self, preserve: Preserve) {
        if preserve == Preserve::Top {
            self.op_arg(Opcode::SWAP, 2);
        }
    }

    /// Sets a name to `None` and deletes it, so that it need not be bound.
    pub(crate) fn unbind(&mut self, name: &'a str) -> Result {
        self.load_none()?;
        self.name(name, ExprContext::Store)?;
        self.name(name, ExprContext::Del)
    }
}
