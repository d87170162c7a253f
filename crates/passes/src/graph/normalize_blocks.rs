//! Lets jumps lead past empty blocks.

use super::skip_empty;
use crate::Fuel;
use hognose_bytecode::Opcode;
use hognose_ir::{Cfg, Op, Pseudo};

/// Sends jumps to empty blocks to the first instruction behind them.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `normalize_basic_block`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    let next = cfg.next_blocks();
    let mut rewrites = 0;
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        let Some(last) = cfg.block(id).last() else { continue };
        let Some(target) = last.target.filter(|_| is_normalized(last.op)) else { continue };
        let target_now = skip_empty(cfg, &next, target);
        if target_now != target
            && let Some(last) = cfg.block_mut(id).instrs.last_mut()
        {
            last.target = Some(target_now);
            rewrites += 1;
        }
    }
    rewrites
}

/// CPython leaves `SEND` and `SETUP_*` alone.
fn is_normalized(op: Op) -> bool {
    match op {
        Op::Real(op) => {
            matches!(op, Opcode::FOR_ITER | Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP)
        }
        Op::Pseudo(op) => match op {
            Pseudo::JUMP
            | Pseudo::JUMP_NO_INTERRUPT
            | Pseudo::POP_JUMP_IF_FALSE
            | Pseudo::POP_JUMP_IF_TRUE
            | Pseudo::POP_JUMP_IF_NONE
            | Pseudo::POP_JUMP_IF_NOT_NONE => true,
            Pseudo::SETUP_FINALLY | Pseudo::SETUP_CLEANUP | Pseudo::SETUP_WITH | Pseudo::POP_BLOCK => false,
        },
    }
}
