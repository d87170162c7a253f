//! Where the nodes of a tree live.

use bumpalo::Bump;
use hognose_primitives::Constant;

/// Owns the nodes, names and constants of any number of trees and frees them together.
#[derive(Default)]
pub struct Arena {
    nodes: Bump,
    constants: typed_arena::Arena<Constant>,
}

impl Arena {
    /// An empty arena.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps one node.
    pub fn alloc<T: Copy>(&self, node: T) -> &T {
        self.nodes.alloc(node)
    }

    /// Keeps a list of nodes.
    pub fn slice<T: Copy>(&self, nodes: &[T]) -> &[T] {
        self.nodes.alloc_slice_copy(nodes)
    }

    /// Keeps a name or other text.
    pub fn text(&self, text: &str) -> &str {
        self.nodes.alloc_str(text)
    }

    /// Keeps a constant.
    pub fn constant(&self, value: Constant) -> &Constant {
        self.constants.alloc(value)
    }
}
