//! Visits every node of a tree.

use crate::{Field, NodeRef};

/// Calls `visit` for the node and everything below it, parents first, in the order of the fields.
///
/// The depth of the tree does not matter: the walk keeps its own stack.
pub fn walk<'a>(node: impl Into<NodeRef<'a>>, mut visit: impl FnMut(NodeRef<'a>)) {
    let mut waiting = vec![node.into()];
    let mut children = Vec::new();
    while let Some(node) = waiting.pop() {
        visit(node);
        node.fields(&mut |_, field| match field {
            Field::Node(child) => children.push(child),
            Field::List(list) => children.extend(list.iter().filter_map(|element| match element {
                Field::Node(child) => Some(child),
                _ => None,
            })),
            Field::Absent | Field::None | Field::Text(_) | Field::Int(_) | Field::Constant(_) => (),
        });
        waiting.extend(children.drain(..).rev());
    }
}
