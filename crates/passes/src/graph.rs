//! Passes over the graph of one unit: one file and one row of the table for each.

pub(crate) mod compact_consts;
pub(crate) mod drop_nops;
pub(crate) mod duplicate_exits;
pub(crate) mod eliminate_empty;
mod evaluate;
pub(crate) mod extend_blocks;
mod flow;
pub(crate) mod fold_constants;
pub(crate) mod guarantee_exit_lines;
pub(crate) mod insert_prefix;
pub(crate) mod normalize_blocks;
pub(crate) mod number_cells;
pub(crate) mod peephole;
pub(crate) mod propagate_constants;
pub(crate) mod propagate_lines;
pub(crate) mod remove_dead_stores;
pub(crate) mod remove_nops;
pub(crate) mod remove_redundant_jumps;
pub(crate) mod remove_unreachable;
pub(crate) mod trim_consts;

use crate::{Fuel, PASSES, Plan, Run};
use hognose_ir::{Block, BlockId, Cfg};

/// Runs the passes of a plan over the graph of one unit; afterwards it can be assembled.
///
/// # Panics
/// In builds with debug assertions, when a pass leaves a graph that `ir::verify` does not accept.
pub fn run(cfg: &mut Cfg, plan: &Plan<'_>, fuel: &mut Fuel) {
    for pass in PASSES {
        let Run::Graph(run) = pass.run else { continue };
        if !plan.has(pass) {
            continue;
        }
        let rewrites = run(cfg, fuel);
        if rewrites > 0 {
            plan.tell(pass, cfg);
        }
        if cfg!(debug_assertions)
            && let Err(error) = hognose_ir::verify(cfg)
        {
            panic!("pass {} broke the graph of {}: {error}\n{cfg}", pass.name, cfg.unit.qualname);
        }
    }
}

/// The block, or when it is empty the first one after it that is not. When there is none, the block itself.
fn skip_empty(cfg: &Cfg, next: &[Option<BlockId>], block: BlockId) -> BlockId {
    let mut at = block;
    while cfg.block(at).instrs.is_empty() {
        match next[at.index()] {
            Some(after) => at = after,
            None => return block,
        }
    }
    at
}

/// Whether a block leaves the unit and has no line of its own, so that its copies need none either.
fn is_exit_without_line(block: &Block) -> bool {
    block.is_exit() && block.instrs.iter().all(|instr| instr.location.line < 0)
}
