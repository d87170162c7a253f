//! Removes NOPs that hold no line of their own.

use crate::Fuel;
use hognose_ir::{BlockId, Cfg};

/// Cleans every block. The NOPs that stay are lines where a tracer stops.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `clean_basic_block`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let next = cfg.next_blocks();
    (0..cfg.layout().len()).map(|place| clean(cfg, &next, cfg.layout()[place], fuel)).sum()
}

/// Cleans one block.
pub(super) fn clean(cfg: &mut Cfg, next: &[Option<BlockId>], id: BlockId, fuel: &mut Fuel) -> usize {
    use hognose_bytecode::Opcode::NOP;
    if !cfg.block(id).instrs.iter().any(|instr| instr.op == NOP) || !fuel.is_left() {
        return 0;
    }
    let mut after = next[id.index()];
    let next_line = loop {
        let Some(block) = after else { break None };
        match cfg.block(block).instrs.first() {
            Some(first) => break Some(first.location.line),
            None => after = next[block.index()],
        }
    };
    let removed = hognose_ir::remove_nops(&mut cfg.block_mut(id).instrs, 0, next_line);
    usize::from(removed > 0 && fuel.take())
}
