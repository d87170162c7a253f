//! Gives returns that still have no line the line of the code before them.

use crate::Fuel;
use hognose_bytecode::Opcode;
use hognose_ir::Cfg;

/// Sets the line, and nothing but the line, in blocks that return without one.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `guarantee_lineno_for_exits`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    let mut line = cfg.unit.firstlineno;
    let mut rewrites = 0;
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        let Some(last) = cfg.block(id).last() else { continue };
        if last.location.line >= 0 {
            line = last.location.line;
        } else if last.op == Opcode::RETURN_VALUE {
            for instr in &mut cfg.block_mut(id).instrs {
                instr.location.line = line;
            }
            rewrites += 1;
        }
    }
    rewrites
}
