//! The cache of lookups along a type's MRO.

use crate::object::types::Type;
use crate::value::{Value, Word};
use std::cell::Cell;

const ENTRIES: usize = 1 << 12;

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    name: Word,
    /// Borrowed from a namespace of the MRO, or zero when the name is not there.
    value: Word,
}

/// What looking an interned name up in a type gave, by the type's version.
pub(crate) struct MethodCache {
    entries: Box<[Cell<Entry>]>,
}

impl MethodCache {
    pub(crate) fn new() -> MethodCache {
        let blank = Entry { version: 0, name: Word::UNBOUND, value: Word::UNBOUND };
        MethodCache { entries: vec![Cell::new(blank); ENTRIES].into() }
    }

    fn index(version: u32, name: Word) -> usize {
        (version as usize).wrapping_mul(31).wrapping_add(name.0 as usize >> 3) & (ENTRIES - 1)
    }

    /// The remembered answer; the outer `None` says that nothing is remembered.
    #[inline]
    pub(crate) fn get(&self, ty: &Type, name: &Value) -> Option<Option<Value>> {
        let version = ty.version.get();
        let entry = self.entries[MethodCache::index(version, name.word())].get();
        if entry.version != version || entry.name != name.word() {
            return None;
        }
        if entry.value.is_unbound() {
            return Some(None);
        }
        // SAFETY: a type of this version still has the value in a namespace of its MRO: any change there gives the type
        // a version that was never used before.
        Some(Some(unsafe { entry.value.as_value() }.clone()))
    }

    /// Remembers an answer for an interned name, which the interpreter keeps alive.
    pub(crate) fn set(&self, ty: &Type, name: &Value, value: Option<&Value>) {
        let version = ty.version.get();
        let value = value.map_or(Word::UNBOUND, Value::word);
        self.entries[MethodCache::index(version, name.word())].set(Entry { version, name: name.word(), value });
    }
}
