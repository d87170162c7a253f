//! Removes constants that nothing loads any more, also between others.
//!
//! # Why Python allows it
//! A program sees its constants only by `co_consts` of its own code, which profile `full` says may differ. The first
//! constant stays: of a function it is the docstring.

use super::trim_consts::uses_const;
use crate::Fuel;
use hognose_ir::Cfg;

/// Keeps the first constant and those in use, in their order, and numbers them anew.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut used = vec![false; cfg.unit.consts.len()];
    if let Some(first) = used.first_mut() {
        *first = true;
    }
    for instr in cfg.instrs().filter(|instr| uses_const(instr)) {
        used[instr.arg as usize] = true;
    }
    let unused = used.iter().filter(|used| !**used).count();
    if unused == 0 || !fuel.take() {
        return 0;
    }
    let mut kept = 0;
    let numbers: Vec<u32> = used
        .iter()
        .map(|&used| {
            let number = kept;
            kept += u32::from(used);
            number
        })
        .collect();
    let mut place = 0;
    cfg.unit.consts.retain(|_| {
        place += 1;
        used[place - 1]
    });
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        for instr in cfg.block_mut(id).instrs.iter_mut().filter(|instr| uses_const(instr)) {
            instr.arg = numbers[instr.arg as usize];
        }
    }
    1
}
