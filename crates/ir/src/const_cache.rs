//! Constants shared by all units of one compilation.

use hognose_primitives::{Constant, ConstantKey};
use std::collections::HashMap;
use std::sync::Arc;

/// Makes equal constants of one compilation the same object, inside tuples and frozensets too.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `merge_consts_recursive`.
#[derive(Default, Debug)]
pub struct ConstCache {
    known: HashMap<ConstantKey, Constant>,
}

impl ConstCache {
    /// An empty cache.
    pub fn new() -> Self {
        ConstCache::default()
    }

    /// The first constant seen that equals this one under CPython's rule for merging.
    pub fn merge(&mut self, constant: Constant) -> Constant {
        if matches!(constant, Constant::None | Constant::Ellipsis | Constant::Bool(_)) {
            return constant;
        }
        let key = constant.key();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let merged = match constant {
            Constant::Tuple(items) => Constant::Tuple(self.merge_items(&items)),
            Constant::FrozenSet(items) => Constant::FrozenSet(self.merge_items(&items)),
            atom => atom,
        };
        self.known.insert(key, merged.clone());
        merged
    }

    fn merge_items(&mut self, items: &[Constant]) -> Arc<[Constant]> {
        items.iter().map(|item| self.merge(item.clone())).collect()
    }
}
