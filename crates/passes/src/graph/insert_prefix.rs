//! What a unit does before its first statement: cells, and the generator object.

use crate::Fuel;
use hognose_bytecode::{Location, Opcode, kind};
use hognose_ir::{Cfg, Instr, Op};

/// Puts `COPY_FREE_VARS`, `MAKE_CELL` and `RETURN_GENERATOR` before the `RESUME`.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `insert_prefix_instructions`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    let prefixes = [Opcode::COPY_FREE_VARS, Opcode::MAKE_CELL, Opcode::RETURN_GENERATOR].map(Op::Real);
    if cfg.is_lifted() || cfg.block(cfg.entry()).instrs.iter().any(|instr| prefixes.contains(&instr.op)) {
        return 0;
    }
    let Some(slots) = cfg.slots() else { return 0 };
    let mut prefix = Vec::new();
    let free = slots.kinds.iter().filter(|kind| *kind & kind::FREE != 0).count();
    if free > 0 {
        prefix.push(Instr::new(Opcode::COPY_FREE_VARS, free as u32, Location::NONE));
    }
    for (slot, kind) in slots.kinds.iter().enumerate() {
        if kind & kind::CELL != 0 {
            prefix.push(Instr::new(Opcode::MAKE_CELL, slot as u32, Location::NONE));
        }
    }
    if cfg.unit.is_generator() {
        let line = cfg.unit.firstlineno;
        let location = Location { line, end_line: line, column: -1, end_column: -1 };
        prefix.push(Instr::new(Opcode::RETURN_GENERATOR, 0, location));
        prefix.push(Instr::new(Opcode::POP_TOP, 0, Location::NONE));
    }
    let rewrites = prefix.len();
    let entry = cfg.entry();
    cfg.block_mut(entry).instrs.splice(0..0, prefix);
    rewrites
}
