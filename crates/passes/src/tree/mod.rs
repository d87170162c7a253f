//! Passes over the tree, which run before the symbol table is built.

mod fold;
mod format;
mod limits;

pub use fold::{FoldOptions, fold};
pub use limits::{MAX_COLLECTION_SIZE, MAX_INT_BITS, MAX_STR_SIZE, MAX_TOTAL_ITEMS, fold_binary};
