//! How deep the evaluation stack is.

use crate::{AssembleError, BlockId, Cfg};
use hognose_primitives::bug;

/// A block is walked again when it is reached at a greater depth, but not once it is as deep as this.
///
/// Code of our own reaches each block at one depth; the bound is for graphs that were made by hand.
const DEEP_ENOUGH: i64 = 100;

/// Depths of the evaluation stack.
#[derive(Clone, Debug)]
pub struct StackDepths {
    /// The greatest depth reached.
    pub max: u32,
    /// By [`BlockId::index`], the depth at its start; `None` when no way leads there.
    pub at_start: Vec<Option<u32>>,
}

impl StackDepths {
    /// Follows every way from the entry.
    ///
    /// # Errors
    /// [`AssembleError::StackUnderflow`] when more is taken than is there, [`AssembleError::StackTooDeep`] when the
    /// depth does not fit a code object.
    ///
    /// # Source
    /// CPython 3.11, `Python/compile.c`, `stackdepth`.
    pub fn of(cfg: &Cfg) -> Result<Self, AssembleError> {
        let next = cfg.next_blocks();
        let mut walk = Walk { at_start: vec![None; cfg.block_count()], work: Vec::new(), max: 0 };
        if let Some(&entry) = cfg.layout().first() {
            // A generator's frame starts with the value that was sent, which the first RESUME finds there.
            walk.reach(entry, i64::from(cfg.unit.is_generator()))?;
        }
        while let Some(id) = walk.work.pop() {
            let block = cfg.block(id);
            let mut depth = walk.at_start[id.index()].expect("a block has a depth when it is put to work");
            let mut handler = None;
            for instr in &block.instrs {
                if instr.handler != handler {
                    handler = instr.handler;
                    if let Some(handler) = handler.map(|handler| cfg.handler(handler)) {
                        walk.reach(handler.block, i64::from(handler.depth) + 1 + i64::from(handler.lasti))?;
                    }
                }
                if let Some(target) = instr.target {
                    walk.reach(target, depth + i64::from(instr.op.stack_effect(instr.arg, true)))?;
                }
                depth += i64::from(instr.op.stack_effect(instr.arg, false));
                walk.see(depth)?;
            }
            if block.falls_through()
                && let Some(next) = next[id.index()]
            {
                walk.reach(next, depth)?;
            }
        }
        let max = u32::try_from(walk.max).map_err(|_| AssembleError::StackTooDeep)?;
        let at_start = walk.at_start.into_iter().map(|depth| depth.map(|depth| depth as u32)).collect();
        Ok(StackDepths { max: bug!("stack-depth-one-too-deep", max, max + u32::from(max > 7)), at_start })
    }
}

struct Walk {
    at_start: Vec<Option<i64>>,
    work: Vec<BlockId>,
    max: i64,
}

impl Walk {
    fn see(&mut self, depth: i64) -> Result<(), AssembleError> {
        if depth < 0 {
            return Err(AssembleError::StackUnderflow);
        }
        if depth > i64::from(i32::MAX) {
            return Err(AssembleError::StackTooDeep);
        }
        self.max = self.max.max(depth);
        Ok(())
    }

    fn reach(&mut self, block: BlockId, depth: i64) -> Result<(), AssembleError> {
        self.see(depth)?;
        let known = &mut self.at_start[block.index()];
        if known.is_none_or(|known| known < depth && known < DEEP_ENOUGH) {
            *known = Some(depth);
            self.work.push(block);
        }
        Ok(())
    }
}
