//! Jumps to jumps go where those go.

use super::Peephole;
use crate::graph::skip_empty;
use hognose_bytecode::Opcode::{JUMP_IF_FALSE_OR_POP, JUMP_IF_TRUE_OR_POP};
use hognose_ir::Pseudo::{JUMP, POP_JUMP_IF_FALSE, POP_JUMP_IF_NONE, POP_JUMP_IF_NOT_NONE, POP_JUMP_IF_TRUE};
use hognose_ir::{BlockId, Cfg, Op};

/// What a jump becomes, given what stands at its target.
enum Threaded {
    /// It goes where the target goes, as this jump, if both have the same line.
    Through(Op),
    /// The target will not jump: it goes to what follows the target, as this jump.
    Past(Op),
}

fn threaded(jump: Op, target: Op) -> Option<Threaded> {
    let real = [JUMP_IF_FALSE_OR_POP, JUMP_IF_TRUE_OR_POP].map(Op::Real);
    let [if_false_or_pop, if_true_or_pop] = real;
    let [always, if_false, if_true] = [JUMP, POP_JUMP_IF_FALSE, POP_JUMP_IF_TRUE].map(Op::Pseudo);
    let (same, same_pop, opposite, opposite_pop) = if jump == if_false_or_pop {
        (if_false_or_pop, if_false, if_true_or_pop, if_true)
    } else if jump == if_true_or_pop {
        (if_true_or_pop, if_true, if_false_or_pop, if_false)
    } else {
        let threads = [always, if_false, if_true, POP_JUMP_IF_NONE.into(), POP_JUMP_IF_NOT_NONE.into()];
        return (threads.contains(&jump) && target == always).then_some(Threaded::Through(jump));
    };
    if target == same_pop {
        Some(Threaded::Through(same_pop))
    } else if target == always || target == same {
        Some(Threaded::Through(same))
    } else if target == opposite || target == opposite_pop {
        Some(Threaded::Past(same_pop))
    } else {
        None
    }
}

impl Peephole<'_> {
    /// Follows the jumps at the target of the jump at `at`, as far as their line is the same.
    ///
    /// # Source
    /// CPython 3.11, `Python/compile.c`, `jump_thread`.
    pub(super) fn thread_jumps(&mut self, cfg: &mut Cfg, id: BlockId, at: usize) {
        // A ring of jumps has no end; no way without a ring is longer than there are blocks.
        for _ in 0..=cfg.block_count() {
            let jump = cfg.block(id).instrs[at];
            let Some(target) = jump.target.map(|target| skip_empty(cfg, &self.next, target)) else { return };
            if jump.target != Some(target) {
                cfg.block_mut(id).instrs[at].target = Some(target);
            }
            let Some(&there) = cfg.block(target).instrs.first() else { return };
            if jump.location.line != there.location.line {
                return;
            }
            let (op, goal) = match threaded(jump.op, there.op) {
                Some(Threaded::Through(op)) if there.target != Some(target) => (op, there.target),
                Some(Threaded::Past(op)) => (op, self.next[target.index()]),
                Some(Threaded::Through(_)) | None => return,
            };
            if goal.is_none() || !self.may() {
                return;
            }
            let jump = &mut cfg.block_mut(id).instrs[at];
            jump.op = op;
            jump.target = goal;
        }
    }
}
