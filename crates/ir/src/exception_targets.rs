//! Which handler watches over each instruction.

use crate::{AssembleError, BlockId, Cfg, Instr, Op, Pseudo};
use hognose_primitives::bug;
use std::collections::HashMap;

/// A stack of handlers: the top and the rest, as an index into a shared pool; `None` is the empty stack.
type Stack = Option<u32>;

/// The handlers in force at the start of each block, found by walking `SETUP_*` and `POP_BLOCK`.
///
/// All ways to a block bring the same handlers, since frame blocks nest.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `label_exception_targets`.
#[derive(Debug)]
pub struct ExceptionTargets {
    /// Each entry: the handler on top, what is below it.
    pool: Vec<(BlockId, Stack)>,
    /// Where each entry stands in the pool.
    places: HashMap<(BlockId, Stack), u32>,
    /// By block; `None` when no way leads there.
    at_start: Vec<Option<Stack>>,
    /// By block: the handler wants the offset of the raising instruction.
    lasti: Vec<bool>,
}

/// A place in a block, for asking which handler is in force there.
#[derive(Clone, Copy, Debug)]
pub struct HandlerCursor {
    stack: Stack,
}

impl ExceptionTargets {
    /// Walks all blocks that a way leads to.
    ///
    /// # Errors
    /// [`AssembleError::UnbalancedPopBlock`] when a `POP_BLOCK` has no `SETUP_*`.
    pub fn of(cfg: &Cfg) -> Result<Self, AssembleError> {
        let next = cfg.next_blocks();
        let mut targets = ExceptionTargets {
            pool: Vec::new(),
            places: HashMap::new(),
            at_start: vec![None; cfg.block_count()],
            lasti: vec![false; cfg.block_count()],
        };
        let Some(&entry) = cfg.layout().first() else { return Ok(targets) };
        targets.at_start[entry.index()] = Some(None);
        let mut work = vec![entry];
        while let Some(id) = work.pop() {
            let block = cfg.block(id);
            let mut stack = targets.at_start[id.index()].flatten();
            let mut reach = |targets: &mut Self, block: BlockId, stack: Stack| {
                let seen = &mut targets.at_start[block.index()];
                if seen.is_none() {
                    *seen = Some(stack);
                    work.push(block);
                }
            };
            for instr in &block.instrs {
                match (instr.op, instr.target) {
                    (op, Some(handler)) if op.is_block_push() => {
                        reach(&mut targets, handler, stack);
                        targets.lasti[handler.index()] |= match op {
                            Op::Pseudo(Pseudo::SETUP_CLEANUP) => true,
                            Op::Pseudo(Pseudo::SETUP_WITH) => bug!("with-forgets-lasti", true, false),
                            _ => false,
                        };
                        stack = targets.pushed(handler, stack);
                    }
                    (Op::Pseudo(Pseudo::POP_BLOCK), _) => {
                        let top = stack.ok_or(AssembleError::UnbalancedPopBlock(id))?;
                        stack = targets.pool[top as usize].1;
                    }
                    (_, Some(target)) => reach(&mut targets, target, stack),
                    (_, None) => {}
                }
            }
            if block.falls_through()
                && let Some(next) = next[id.index()]
            {
                reach(&mut targets, next, stack);
            }
        }
        Ok(targets)
    }

    fn pushed(&mut self, handler: BlockId, below: Stack) -> Stack {
        let place = *self.places.entry((handler, below)).or_insert_with(|| {
            self.pool.push((handler, below));
            self.pool.len() as u32 - 1
        });
        Some(place)
    }

    /// A cursor before the first instruction of a block.
    pub fn start_of(&self, block: BlockId) -> HandlerCursor {
        HandlerCursor { stack: self.at_start[block.index()].flatten() }
    }

    /// The handler of the instruction after the cursor, and moves over it.
    ///
    /// `SETUP_*` and `POP_BLOCK` themselves have none.
    pub fn step(&self, cursor: &mut HandlerCursor, instr: &Instr) -> Option<BlockId> {
        if instr.op.is_block_push() {
            let handler = instr.target?;
            cursor.stack = self.places.get(&(handler, cursor.stack)).copied();
            return None;
        }
        if instr.op == Pseudo::POP_BLOCK {
            cursor.stack = cursor.stack.and_then(|top| self.pool[top as usize].1);
            return None;
        }
        cursor.stack.map(|top| self.pool[top as usize].0)
    }

    /// Whether a handler wants the offset of the raising instruction (CPython's `b_preserve_lasti`).
    pub fn preserves_lasti(&self, handler: BlockId) -> bool {
        self.lasti[handler.index()]
    }
}
