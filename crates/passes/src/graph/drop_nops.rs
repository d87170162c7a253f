//! Removes every NOP, those that hold a line too.
//!
//! # Why Python allows it
//! A NOP does nothing; only tracing could stop there, and profile `full` says that line events may differ.

use super::eliminate_empty;
use crate::Fuel;
use hognose_bytecode::Opcode;
use hognose_ir::Cfg;

/// Removes NOPs, and blocks that had nothing else.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut rewrites = 0;
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        if cfg.block(id).instrs.iter().any(|instr| instr.op == Opcode::NOP) && fuel.take() {
            cfg.block_mut(id).instrs.retain(|instr| instr.op != Opcode::NOP);
            rewrites += 1;
        }
    }
    if rewrites > 0 {
        eliminate_empty::run(cfg, fuel);
    }
    rewrites
}
