//! Views of dicts: `keys()`, `values()`, `items()`, and the read-only `mappingproxy`.

use crate::value::{Body, Frozen, Kind, Value};

/// What a view shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ViewKind {
    Keys,
    Values,
    Items,
}

/// The body of `dict_keys`, `dict_values` and `dict_items`.
pub struct DictViewBody {
    /// The dict.
    pub dict: Value,
    /// What it shows.
    pub kind: ViewKind,
}

impl Body for DictViewBody {
    const KIND: Kind = Kind::DictView;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.dict);
    }
}

impl Frozen for DictViewBody {}

/// The body of a `mappingproxy`.
pub struct MappingProxyBody {
    /// The mapping behind.
    pub mapping: Value,
}

impl Body for MappingProxyBody {
    const KIND: Kind = Kind::MappingProxy;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.mapping);
    }
}

impl Frozen for MappingProxyBody {}
