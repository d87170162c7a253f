//! Gives each jump to an exit without lines an exit of its own, which then has the line of the jump.

use super::is_exit_without_line;
use crate::Fuel;
use hognose_ir::{Block, BlockId, Cfg};

/// Copies exits without lines until each is reached in one way, and gives them lines where the way is falling through.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `duplicate_exits_without_lineno`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut rewrites = 0;
    // The copies of each block, the first one made last in the layout.
    let mut copies: Vec<Vec<BlockId>> = vec![Vec::new(); cfg.block_count()];
    for place in (0..cfg.block_count()).rev() {
        let id = cfg.allocated()[place];
        let Some(&jump) = cfg.block(id).last().filter(|last| last.op.is_jump()) else { continue };
        let Some(target) = jump.target else { continue };
        let exit = cfg.block(target);
        if !is_exit_without_line(exit) || exit.predecessors <= 1 || !fuel.take() {
            continue;
        }
        let mut instrs = exit.instrs.clone();
        if let Some(first) = instrs.first_mut() {
            first.location = jump.location;
        }
        let copy = cfg.new_block();
        *cfg.block_mut(copy) = Block { instrs, predecessors: 1 };
        cfg.block_mut(target).predecessors -= 1;
        if let Some(jump) = cfg.block_mut(id).instrs.last_mut() {
            jump.target = Some(copy);
        }
        copies[target.index()].push(copy);
        rewrites += 1;
    }
    let mut layout = Vec::with_capacity(cfg.layout().len() + rewrites);
    for (place, &id) in cfg.layout().iter().enumerate() {
        if place == 0 || !cfg.block(id).instrs.is_empty() {
            layout.push(id);
        }
        layout.extend(copies[id.index()].iter().rev());
    }
    if layout != cfg.layout() {
        cfg.set_layout(layout);
    }
    for place in 1..cfg.layout().len() {
        let (id, next) = (cfg.layout()[place - 1], cfg.layout()[place]);
        let block = cfg.block(id);
        let Some(last) = block.last().filter(|_| block.falls_through()).copied() else { continue };
        let exit = cfg.block(next);
        if is_exit_without_line(exit) && last.location.line >= 0 && fuel.take() {
            cfg.block_mut(next).instrs[0].location = last.location;
            rewrites += 1;
        }
    }
    rewrites
}
