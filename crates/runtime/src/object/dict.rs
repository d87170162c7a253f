//! dict: CPython's compact ordered layout. Entries stand in order of insertion; a table of indices finds them.
//!
//! What needs `__eq__` of unknown objects lives in [`crate::ops::mapping`]; here is the table itself.

use crate::thread::Thread;
use crate::value::{Body, Guarded, Kind, Object, Value};
use std::cell::Cell;

/// One entry; a deleted one has no key.
#[repr(C)]
pub struct Entry {
    /// Hash of the key.
    pub hash: i64,
    /// The key.
    pub key: Option<Value>,
    /// The value.
    pub value: Option<Value>,
}

/// The body of a dict.
#[repr(C)]
pub struct DictBody {
    /// Changes, to a number never used before in this interpreter, when a key comes, goes or moves. A cache that
    /// finds the same number may use the index of the entry that it found then. Zero: not yet asked for.
    pub keys_version: Cell<u64>,
    /// Some key is watched: native code has folded its value. Every write must then look.
    pub watched: Cell<bool>,
    /// Every key is an exact str: lookups with a str never run Python.
    pub(crate) only_str: bool,
    /// Live entries.
    pub(crate) used: usize,
    /// In order of insertion.
    pub(crate) entries: Vec<Entry>,
    /// Power of two in length, or empty; [`EMPTY`], [`DELETED`] or the index of an entry.
    pub(crate) indices: Indices,
}

/// A slot of the index table that was never used.
pub const EMPTY: u32 = u32::MAX;
/// A slot of the index table whose entry was deleted.
pub const DELETED: u32 = u32::MAX - 1;

/// The index table, in the narrowest width as in CPython.
pub(crate) enum Indices {
    Narrow(Box<[u8]>),
    Middle(Box<[u16]>),
    Wide(Box<[u32]>),
}

impl Indices {
    pub(crate) fn new(len: usize) -> Indices {
        if len <= 0x80 {
            Indices::Narrow(vec![u8::MAX; len].into())
        } else if len <= 0x8000 {
            Indices::Middle(vec![u16::MAX; len].into())
        } else {
            Indices::Wide(vec![u32::MAX; len].into())
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Indices::Narrow(table) => table.len(),
            Indices::Middle(table) => table.len(),
            Indices::Wide(table) => table.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, slot: usize) -> u32 {
        // Sign extension maps the reserved numbers of each width to those of the widest.
        match self {
            Indices::Narrow(table) => table[slot] as i8 as u32,
            Indices::Middle(table) => table[slot] as i16 as u32,
            Indices::Wide(table) => table[slot],
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, slot: usize, index: u32) {
        match self {
            Indices::Narrow(table) => table[slot] = index as u8,
            Indices::Middle(table) => table[slot] = index as u16,
            Indices::Wide(table) => table[slot] = index,
        }
    }
}

impl Body for DictBody {
    const KIND: Kind = Kind::Dict;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for entry in &self.entries {
            entry.key.iter().for_each(&mut *visit);
            entry.value.iter().for_each(&mut *visit);
        }
    }
}

impl Guarded for DictBody {}

impl Default for DictBody {
    fn default() -> Self {
        DictBody {
            keys_version: Cell::new(0),
            watched: Cell::new(false),
            only_str: true,
            used: 0,
            entries: Vec::new(),
            indices: Indices::new(0),
        }
    }
}

/// CPython's order of probing.
pub(crate) struct Probe {
    slot: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline]
    pub(crate) fn new(hash: i64, mask: usize) -> Probe {
        Probe { slot: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline]
    pub(crate) fn slot(&self) -> usize {
        self.slot
    }

    #[inline]
    pub(crate) fn advance(&mut self) {
        self.perturb >>= 5;
        self.slot = (self.slot.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1)) & self.mask;
    }
}

/// A new empty dict.
pub fn new(thread: &Thread) -> Value {
    thread.heap().alloc(&thread.types().dict, DictBody::default())
}

impl Object<DictBody> {
    /// Number of live entries.
    #[inline]
    pub fn len(&self, thread: &Thread) -> usize {
        self.body(thread).used
    }

    /// Whether there are none.
    pub fn is_empty(&self, thread: &Thread) -> bool {
        self.len(thread) == 0
    }

    /// The first live entry at or after `position`, as values of their own, and the position behind it.
    pub fn next_entry(&self, thread: &Thread, position: usize) -> Option<(usize, Value, Value)> {
        let entries = self.body(thread).entries.get(position..)?;
        let (offset, entry) = entries.iter().enumerate().find(|(_, entry)| entry.key.is_some())?;
        Some((position + offset + 1, entry.key.clone()?, entry.value.clone()?))
    }

    /// The version of the keys, given now if there was none.
    pub fn keys_version(&self, thread: &Thread) -> u64 {
        let body = self.body(thread);
        if body.keys_version.get() == 0 {
            body.keys_version.set(thread.next_keys_version());
        }
        body.keys_version.get()
    }

    /// The value of a str key, without running Python.
    #[inline]
    pub fn get_str(&self, thread: &Thread, key: &Value) -> Option<Value> {
        let index = self.find_str(thread, key)?;
        self.body(thread).entries[index].value.clone()
    }
}
