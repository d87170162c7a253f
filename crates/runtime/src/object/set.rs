//! set and frozenset: CPython's table, whose order of iteration is visible.

use crate::object::{int, str, tuple};
use crate::ops::hash;
use crate::thread::Thread;
use crate::value::{Body, Guarded, Kind, Value};
use std::cell::Cell;

/// One slot of the table.
#[derive(Clone)]
pub enum SetSlot {
    /// Never used.
    Empty,
    /// Removed.
    Dummy,
    /// Hash and key.
    Used(i64, Value),
}

/// The body of a set or frozenset.
pub struct SetBody {
    /// Power of two in length, at least 8.
    pub(crate) table: Vec<SetSlot>,
    /// Used slots and dummies.
    pub(crate) fill: usize,
    /// Used slots.
    pub(crate) used: usize,
    /// Where `pop` looks first.
    pub(crate) finger: usize,
    /// Of a frozenset, or -1 while unknown.
    pub hash: Cell<i64>,
}

impl Default for SetBody {
    fn default() -> Self {
        SetBody { table: vec![SetSlot::Empty; 8], fill: 0, used: 0, finger: 0, hash: Cell::new(-1) }
    }
}

impl Body for SetBody {
    const KIND: Kind = Kind::Set;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for slot in &self.table {
            if let SetSlot::Used(_, key) = slot {
                visit(key);
            }
        }
    }
}

impl Guarded for SetBody {}

/// A frozenset of constants, whose comparison runs no Python.
pub(crate) fn frozen_of_constants(thread: &Thread, items: Vec<Value>) -> Value {
    let mut body = SetBody::default();
    for item in items {
        let hash = constant_hash(thread, &item);
        if body.find(hash, |own| same_constant(own, &item)).is_none() {
            body.insert_new(item, hash);
        }
    }
    thread.heap().alloc(&thread.types().frozenset, body)
}

/// `hash()` of a constant.
fn constant_hash(thread: &Thread, value: &Value) -> i64 {
    if let Some(items) = tuple::items(value) {
        let hashes: Vec<i64> = items.iter().map(|item| constant_hash(thread, item)).collect();
        return hash::combine(hashes.into_iter());
    }
    hash::hash_constant(thread, value)
}

fn same_constant(left: &Value, right: &Value) -> bool {
    if left.is(right) || str::equal(left, right) {
        return true;
    }
    match (tuple::items(left), tuple::items(right)) {
        (Some(left), Some(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_constant(left, right))
        }
        _ => match (int::to_ibig(left), int::to_ibig(right)) {
            (Some(left), Some(right)) => left == right,
            _ => false,
        },
    }
}

/// Neighbouring slots that CPython looks at before it jumps.
const LINEAR_PROBES: usize = 9;

impl SetBody {
    /// Number of items.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The items in table order.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.table.iter().filter_map(|slot| match slot {
            SetSlot::Used(_, key) => Some(key),
            _ => None,
        })
    }

    /// Hashes and items in table order.
    pub(crate) fn hashed(&self) -> impl Iterator<Item = (i64, &Value)> {
        self.table.iter().filter_map(|slot| match slot {
            SetSlot::Used(hash, key) => Some((*hash, key)),
            _ => None,
        })
    }

    /// Makes room for so many more items at once, as CPython does before it merges another container.
    pub(crate) fn reserve(&mut self, more: usize) {
        if (self.fill + more) * 5 >= (self.table.len() - 1) * 3 {
            self.resize((self.used + more) * 2);
        }
    }

    /// Fills an empty table with keys that differ.
    pub(crate) fn fill_clean(&mut self, items: Vec<(Value, i64)>) {
        let mask = self.table.len() - 1;
        for (key, hash) in items {
            let slot = SetBody::probes(hash, mask)
                .find(|&slot| matches!(self.table[slot], SetSlot::Empty))
                .expect("a table is never full");
            self.table[slot] = SetSlot::Used(hash, key);
            self.fill += 1;
            self.used += 1;
        }
    }

    /// Takes out some key, the next from where the last one was found.
    pub(crate) fn pop(&mut self) -> Option<Value> {
        if self.used == 0 {
            return None;
        }
        let mask = self.table.len() - 1;
        let mut slot = self.finger & mask;
        while !matches!(self.table[slot], SetSlot::Used(..)) {
            slot = (slot + 1) & mask;
        }
        self.finger = slot + 1;
        self.remove_at(slot)
    }

    /// The slots that a hash leads to, in CPython's order. It never ends: some slot is always empty.
    pub(crate) fn probes(hash: i64, mask: usize) -> impl Iterator<Item = usize> {
        let mut perturb = hash as u64;
        let mut start = hash as usize & mask;
        let mut offset = 0;
        std::iter::from_fn(move || {
            let slot = start + offset;
            offset += 1;
            if offset > LINEAR_PROBES || start + LINEAR_PROBES > mask {
                perturb >>= 5;
                start = start.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
                offset = 0;
            }
            Some(slot)
        })
    }

    /// The slot of a key that `is_key` accepts, which runs no Python.
    pub(crate) fn find(&self, hash: i64, mut is_key: impl FnMut(&Value) -> bool) -> Option<usize> {
        for slot in SetBody::probes(hash, self.table.len() - 1) {
            match &self.table[slot] {
                SetSlot::Empty => return None,
                SetSlot::Used(own, key) if *own == hash && is_key(key) => return Some(slot),
                _ => {}
            }
        }
        None
    }

    /// Adds a key known to be absent. The last removed slot on its way takes it, as in CPython.
    pub(crate) fn insert_new(&mut self, key: Value, hash: i64) {
        let mask = self.table.len() - 1;
        let mut removed = None;
        let mut place = None;
        for slot in SetBody::probes(hash, mask) {
            match self.table[slot] {
                SetSlot::Empty => {
                    place = Some(slot);
                    break;
                }
                SetSlot::Dummy => removed = Some(slot),
                SetSlot::Used(..) => {}
            }
        }
        self.used += 1;
        if let Some(slot) = removed {
            self.table[slot] = SetSlot::Used(hash, key);
            return;
        }
        let slot = place.expect("a table is never full");
        self.table[slot] = SetSlot::Used(hash, key);
        self.fill += 1;
        if self.fill * 5 >= mask * 3 {
            let wanted = if self.used > 50_000 { self.used * 2 } else { self.used * 4 };
            self.resize(wanted);
        }
    }

    /// Rebuilds the table with more than `wanted` slots.
    pub(crate) fn resize(&mut self, wanted: usize) {
        let mut size = 8;
        while size <= wanted {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.table, vec![SetSlot::Empty; size]);
        self.fill = self.used;
        for slot in old {
            if let SetSlot::Used(hash, _) = slot {
                let place = SetBody::probes(hash, size - 1)
                    .find(|&slot| matches!(self.table[slot], SetSlot::Empty))
                    .expect("a table is never full");
                self.table[place] = slot;
            }
        }
    }

    /// Takes the key of a slot out.
    pub(crate) fn remove_at(&mut self, slot: usize) -> Option<Value> {
        match std::mem::replace(&mut self.table[slot], SetSlot::Dummy) {
            SetSlot::Used(_, key) => {
                self.used -= 1;
                Some(key)
            }
            other => {
                self.table[slot] = other;
                None
            }
        }
    }
}
