//! The table of passes, in the order in which they run.

use crate::graph::*;
use crate::{Fuel, Profile};
use hognose_ir::Cfg;

/// One pass.
#[derive(Debug)]
pub struct Pass {
    /// What the command line calls it.
    pub name: &'static str,
    /// What it does.
    pub run: Run,
    /// The smallest profile that has it. The passes of profile `none` cannot be left out.
    pub profile: Profile,
    /// Passes that come before it, and why.
    pub after: &'static [(&'static str, &'static str)],
}

/// What a pass works on.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// The tree of a whole module, before names are resolved; the pipeline calls it there.
    Tree,
    /// The graph of one unit. Gives the number of rewrites.
    Graph(fn(&mut Cfg, &mut Fuel) -> usize),
}

/// Every pass.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `assemble` and `optimize_cfg`, for those of profile `cpython` and the required
/// ones.
pub const PASSES: &[Pass] = &[
    Pass { name: "fold-tree", run: Run::Tree, profile: Profile::Cpython, after: &[] },
    Pass { name: "normalize-blocks", run: Run::Graph(normalize_blocks::run), profile: Profile::None, after: &[] },
    Pass {
        name: "extend-blocks",
        run: Run::Graph(extend_blocks::run),
        profile: Profile::Cpython,
        after: &[("normalize-blocks", "a jump to an empty block would not show the exit behind it")],
    },
    Pass {
        name: "number-cells",
        run: Run::Graph(number_cells::run),
        profile: Profile::None,
        after: &[("extend-blocks", "a copied instruction is numbered as its original is")],
    },
    Pass {
        name: "insert-prefix",
        run: Run::Graph(insert_prefix::run),
        profile: Profile::None,
        after: &[("number-cells", "cells are made in the order of their slots")],
    },
    Pass {
        name: "propagate-constants",
        run: Run::Graph(propagate_constants::run),
        profile: Profile::Full,
        after: &[("number-cells", "it must know which locals a cell shares")],
    },
    Pass {
        name: "fold-constants",
        run: Run::Graph(fold_constants::run),
        profile: Profile::Full,
        after: &[("propagate-constants", "it makes the operands constants")],
    },
    Pass {
        name: "peephole",
        run: Run::Graph(peephole::run),
        profile: Profile::Cpython,
        after: &[
            ("normalize-blocks", "a jump is threaded through the first instruction of its target"),
            ("fold-constants", "a condition that became a constant is decided here"),
            ("insert-prefix", "the prefix holds the NOPs and POP_TOPs of its block together"),
        ],
    },
    Pass {
        name: "extend-blocks-again",
        run: Run::Graph(extend_blocks::run),
        profile: Profile::Cpython,
        after: &[("peephole", "it makes jumps unconditional, and blocks short enough to be copied")],
    },
    Pass {
        name: "remove-unreachable",
        run: Run::Graph(remove_unreachable::run),
        profile: Profile::None,
        after: &[
            ("peephole", "a decided condition leaves a side that no way leads to"),
            ("extend-blocks-again", "an exit may have been copied to all who jumped to it"),
        ],
    },
    Pass {
        name: "eliminate-empty",
        run: Run::Graph(eliminate_empty::run),
        profile: Profile::None,
        after: &[("remove-unreachable", "it empties the blocks that no way leads to")],
    },
    Pass {
        name: "remove-dead-stores",
        run: Run::Graph(remove_dead_stores::run),
        profile: Profile::Full,
        after: &[
            ("propagate-constants", "a load that became a constant no longer reads the local"),
            ("remove-unreachable", "a load that no way leads to reads nothing"),
        ],
    },
    Pass {
        name: "remove-nops",
        run: Run::Graph(remove_nops::run),
        profile: Profile::Cpython,
        after: &[("eliminate-empty", "whether a last NOP goes depends on the block that now follows")],
    },
    Pass {
        name: "remove-redundant-jumps",
        run: Run::Graph(remove_redundant_jumps::run),
        profile: Profile::Cpython,
        after: &[("eliminate-empty", "empty blocks stand between a jump and its target")],
    },
    Pass {
        name: "duplicate-exits",
        run: Run::Graph(duplicate_exits::run),
        profile: Profile::Cpython,
        after: &[
            ("remove-unreachable", "it counts the ways to an exit"),
            ("eliminate-empty", "jumps reach exits directly"),
        ],
    },
    Pass {
        name: "drop-nops",
        run: Run::Graph(drop_nops::run),
        profile: Profile::Full,
        after: &[("remove-redundant-jumps", "it makes NOPs"), ("remove-dead-stores", "it makes NOPs")],
    },
    Pass {
        name: "compact-consts",
        run: Run::Graph(compact_consts::run),
        profile: Profile::Full,
        after: &[("remove-dead-stores", "the last load of a constant may go with a store")],
    },
    Pass {
        name: "trim-consts",
        run: Run::Graph(trim_consts::run),
        profile: Profile::Cpython,
        after: &[("remove-unreachable", "constants of dead code do not count"), ("peephole", "it replaces constants")],
    },
    Pass {
        name: "propagate-lines",
        run: Run::Graph(propagate_lines::run),
        profile: Profile::None,
        after: &[
            ("remove-unreachable", "a place is only inherited where one way leads"),
            ("duplicate-exits", "a copied exit has one way that leads to it"),
        ],
    },
    Pass {
        name: "guarantee-exit-lines",
        run: Run::Graph(guarantee_exit_lines::run),
        profile: Profile::None,
        after: &[("propagate-lines", "only exits that inherited no line need one")],
    },
];
