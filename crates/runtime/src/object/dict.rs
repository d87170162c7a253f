//! dict: CPython's compact ordered layout. Entries stand in order of insertion; a table of indices finds them.
//!
//! What needs `__eq__` of unknown objects lives in [`crate::ops::mapping`]; here is the table itself.

use crate::object::str::{self, StrBody};
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

impl DictBody {
    /// Number of live entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Entries in order of insertion, deleted ones included.
    #[inline]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Live keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Value, &Value)> {
        self.entries.iter().filter_map(|entry| Some((entry.key.as_ref()?, entry.value.as_ref()?)))
    }

    /// The entry with this hash that `is_key` accepts, which runs no Python.
    #[inline]
    pub(crate) fn find(&self, hash: i64, mut is_key: impl FnMut(&Value) -> bool) -> Option<usize> {
        if self.used == 0 {
            return None;
        }
        let mut probe = Probe::new(hash, self.indices.len() - 1);
        loop {
            match self.indices.get(probe.slot()) {
                EMPTY => return None,
                DELETED => {}
                index => {
                    let entry = &self.entries[index as usize];
                    if entry.hash == hash && entry.key.as_ref().is_some_and(&mut is_key) {
                        return Some(index as usize);
                    }
                }
            }
            probe.advance();
        }
    }

    /// The entry of an exact str, in any dict whose keys are all exact strs, or by identity and text elsewhere.
    #[inline]
    pub(crate) fn find_str(&self, key: &Value, hash: i64) -> Option<usize> {
        self.find(hash, |own| own.is(key) || str::equal(own, key) && own.is_exact::<StrBody>())
    }

    /// Appends an entry whose key is known to be absent.
    pub(crate) fn insert_new(&mut self, key: Value, hash: i64, value: Value) {
        if self.entries.len() >= usable(self.indices.len()) {
            self.resize();
        }
        self.keys_version.set(0);
        self.only_str &= key.is_exact::<StrBody>();
        let index = self.entries.len() as u32;
        self.entries.push(Entry { hash, key: Some(key), value: Some(value) });
        self.used += 1;
        self.place(hash, index);
    }

    fn place(&mut self, hash: i64, index: u32) {
        let mut probe = Probe::new(hash, self.indices.len() - 1);
        while self.indices.get(probe.slot()) < DELETED {
            probe.advance();
        }
        self.indices.set(probe.slot(), index);
    }

    /// Removes deleted entries and makes room for three times as many as live.
    fn resize(&mut self) {
        self.keys_version.set(0);
        let size = (self.used * 3).next_power_of_two().max(8);
        self.entries.retain(|entry| entry.key.is_some());
        self.entries.reserve(usable(size).saturating_sub(self.entries.len()));
        self.indices = Indices::new(size);
        for index in 0..self.entries.len() {
            self.place(self.entries[index].hash, index as u32);
        }
    }

    /// Takes an entry out; key and value come back, to be dropped afterwards.
    pub(crate) fn remove_at(&mut self, index: usize) -> (Value, Value) {
        self.keys_version.set(0);
        let hash = self.entries[index].hash;
        let mut probe = Probe::new(hash, self.indices.len() - 1);
        while self.indices.get(probe.slot()) != index as u32 {
            probe.advance();
        }
        self.indices.set(probe.slot(), DELETED);
        self.used -= 1;
        let entry = &mut self.entries[index];
        let taken = (entry.key.take(), entry.value.take());
        match taken {
            (Some(key), Some(value)) => (key, value),
            _ => unreachable!("a live entry has key and value"),
        }
    }

    /// Forgets entries from `len` on, all deleted: the next one takes their place.
    pub(crate) fn truncate(&mut self, len: usize) {
        debug_assert!(self.entries[len..].iter().all(|entry| entry.key.is_none()));
        self.entries.truncate(len);
    }
}

/// How many entries a table of this size takes before it grows.
fn usable(size: usize) -> usize {
    size * 2 / 3
}

impl Object<DictBody> {
    /// The index of the entry of an exact str key, without running Python.
    ///
    /// Right for every dict whose keys are exact strs: namespaces nearly always. In other dicts a key that only
    /// *compares* equal to the str is not found.
    #[inline]
    pub fn find_str(&self, thread: &Thread, key: &Value) -> Option<usize> {
        let text = key.exact::<StrBody>()?;
        let hash = crate::ops::hash::hash_str(thread, text);
        self.body(thread).find_str(key, hash)
    }

    /// Stores under an exact str key, without running Python; what was there comes back.
    pub fn set_str(&self, thread: &mut Thread, key: &Value, value: Value) -> Option<Value> {
        let hash = crate::ops::hash::hash_str(thread, key.cast::<StrBody>());
        let body = self.body_mut(thread);
        match body.find_str(key, hash) {
            Some(index) => body.entries[index].value.replace(value),
            None => {
                body.insert_new(key.clone(), hash, value);
                None
            }
        }
    }

    /// Removes an exact str key, without running Python; what was there comes back.
    pub fn remove_str(&self, thread: &mut Thread, key: &Value) -> Option<Value> {
        let index = self.find_str(thread, key)?;
        let (key, value) = self.body_mut(thread).remove_at(index);
        drop(key);
        Some(value)
    }
}
