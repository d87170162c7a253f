//! Gives instructions without a place the place of the instruction before them.

use crate::Fuel;
use hognose_bytecode::Location;
use hognose_ir::{BlockId, Cfg};
use hognose_primitives::bug;

/// Hands places on inside a block, and from its end to a block that only this one leads to.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `propagate_line_numbers`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    let mut rewrites = 0;
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        let next = cfg.layout().get(place + 1).copied();
        let mut inherited = Location::NONE;
        let block = cfg.block_mut(id);
        for instr in &mut block.instrs {
            if instr.location.line < 0 {
                rewrites += usize::from(instr.location != inherited);
                instr.location = inherited;
            } else {
                inherited = instr.location;
            }
        }
        let Some(&last) = block.last() else { continue };
        let heirs = [next.filter(|_| block.falls_through()), last.target.filter(|_| last.op.is_jump())];
        for heir in heirs.into_iter().flatten() {
            rewrites += usize::from(inherit(cfg, heir, inherited));
        }
    }
    rewrites
}

fn inherit(cfg: &mut Cfg, heir: BlockId, location: Location) -> bool {
    let block = cfg.block_mut(heir);
    if block.predecessors != 1 && !bug!("lines-flow-through-joins", false, block.predecessors == 2) {
        return false;
    }
    match block.instrs.first_mut() {
        Some(first) if first.location.line < 0 && first.location != location => {
            first.location = location;
            true
        }
        _ => false,
    }
}
