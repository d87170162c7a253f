//! Replaces jumps to the next block by falling through.

use super::eliminate_empty;
use crate::Fuel;
use hognose_ir::{Cfg, Op, Pseudo};

/// Turns a jump to the block that follows anyway into a NOP, which keeps its line.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `optimize_cfg`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut rewrites = 0;
    for place in 1..cfg.layout().len() {
        let (id, next) = (cfg.layout()[place - 1], cfg.layout()[place]);
        let Some(last) = cfg.block(id).last() else { continue };
        let jumps = matches!(last.op, Op::Pseudo(Pseudo::JUMP | Pseudo::JUMP_NO_INTERRUPT));
        if jumps && last.target == Some(next) && fuel.take() {
            if let Some(last) = cfg.block_mut(id).instrs.last_mut() {
                last.make_nop();
            }
            rewrites += 1;
        }
    }
    if rewrites > 0 {
        eliminate_empty::run(cfg, fuel);
    }
    rewrites
}
