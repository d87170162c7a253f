//! Empties blocks that no way from the entry leads to, and counts the ways to the others.

use crate::Fuel;
use hognose_ir::{BlockId, Cfg};
use petgraph::Direction;
use petgraph::visit::{Dfs, EdgeRef, VisitMap};

/// Deletes the instructions of unreachable blocks. A block reached only by an exception is kept.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `mark_reachable` and `optimize_cfg`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    let entry = cfg.entry();
    let graph = cfg.graph();
    let mut search = Dfs::new(graph, entry.node());
    while search.next(graph).is_some() {}
    let reached = search.discovered;
    // Ways count twice where two jumps of a block lead to the same place; the entry has one more, from outside.
    let ways: Vec<u32> = (graph.node_indices())
        .map(|node| {
            let incoming = graph.edges_directed(node, Direction::Incoming);
            let count = incoming.filter(|edge| reached.is_visited(&edge.source())).count() as u32;
            count + u32::from(node == entry.node())
        })
        .collect();
    let mut rewrites = 0;
    for (index, ways) in ways.into_iter().enumerate() {
        let id: BlockId = cfg.allocated()[index];
        let reached = reached.is_visited(&id.node());
        let block = cfg.block_mut(id);
        block.predecessors = if reached { ways } else { 0 };
        if !reached && !block.instrs.is_empty() {
            block.instrs.clear();
            rewrites += 1;
        }
    }
    rewrites
}
