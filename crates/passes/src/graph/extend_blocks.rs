//! Copies short exits to the blocks that jump to them.

use crate::Fuel;
use hognose_ir::{Cfg, Pseudo};
use hognose_primitives::bug;

/// The longest exit that is copied, in instructions.
const MAX_COPY_SIZE: usize = 4;

/// Replaces a jump to a short exit without lines by the exit itself.
///
/// Blocks are visited newest first, as CPython does: a copy can make its block such an exit.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `extend_block`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut rewrites = 0;
    for place in (0..cfg.block_count()).rev() {
        let id = cfg.allocated()[place];
        let Some(target) = cfg.block(id).last().filter(|last| last.op == Pseudo::JUMP).and_then(|last| last.target)
        else {
            continue;
        };
        let exit = cfg.block(target);
        let copied = exit.is_exit()
            && exit.instrs.len() <= bug!("extend-block-one-less", MAX_COPY_SIZE, MAX_COPY_SIZE - 2)
            && exit.instrs.iter().all(|instr| instr.location.line <= 0);
        if copied && fuel.take() {
            let copies = exit.instrs.clone();
            let block = cfg.block_mut(id);
            if let Some(jump) = block.instrs.last_mut() {
                jump.make_nop();
            }
            block.instrs.extend(copies);
            rewrites += 1;
        }
    }
    rewrites
}
