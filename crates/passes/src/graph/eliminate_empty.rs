//! Takes empty blocks out of the layout.

use super::skip_empty;
use crate::Fuel;
use hognose_ir::Cfg;

/// Removes empty blocks from the layout, and lets what led to them lead to what follows.
///
/// The entry stays, and so does a last block that nothing follows.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `eliminate_empty_basic_blocks`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    let next = cfg.next_blocks();
    let layout = cfg.layout();
    let end = layout.len() - 1;
    let kept: Vec<_> = (layout.iter().enumerate())
        .filter(|&(place, &id)| place == 0 || place == end || !cfg.block(id).instrs.is_empty())
        .map(|(_, &id)| id)
        .collect();
    let rewrites = layout.len() - kept.len();
    if rewrites == 0 {
        return 0;
    }
    let mut stale = Vec::new();
    for &id in &kept {
        for (place, instr) in cfg.block(id).instrs.iter().enumerate() {
            if let Some(target) = instr.target
                && cfg.block(target).instrs.is_empty()
            {
                stale.push((id, place, skip_empty(cfg, &next, target)));
            }
        }
    }
    for (id, place, target) in stale {
        cfg.block_mut(id).instrs[place].target = Some(target);
    }
    let handlers: Vec<_> = cfg.handlers().iter().map(|handler| skip_empty(cfg, &next, handler.block)).collect();
    cfg.set_handler_blocks(&handlers);
    cfg.set_layout(kept);
    rewrites
}
