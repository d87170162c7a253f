//! Finding cycles: counts minus the references from inside, then what the rest reaches.

use crate::heap::traverse;
use crate::object::generator::{GeneratorBody, GeneratorState};
use crate::thread::Thread;
use crate::value::{Header, Kind, Value, Word, header_flags};
use hashbrown::HashMap;

impl Thread {
    /// Frees unreachable cycles; gives the number of objects found unreachable.
    pub(crate) fn collect_cycles(&mut self) -> usize {
        let objects: Vec<*mut Header> = self
            .heap()
            .live_objects()
            .into_iter()
            // SAFETY: `live_objects` gives objects that live.
            .filter(|&object| is_container(unsafe { (*object).kind }))
            .collect();
        let mut outside: HashMap<*mut Header, i64> = HashMap::with_capacity(objects.len());
        for &object in &objects {
            // SAFETY: the object lives.
            outside.insert(object, i64::from(unsafe { (*object).count.get() }));
        }
        for &object in &objects {
            // SAFETY: the object lives, and nothing changes during the walk.
            traverse(unsafe { &*object }, &mut |value| {
                if let Some(count) = header_of(value).and_then(|header| outside.get_mut(&header)) {
                    *count -= 1;
                }
            });
        }
        let mut reached: Vec<*mut Header> = objects.iter().copied().filter(|object| outside[object] > 0).collect();
        for &object in &reached {
            // SAFETY: the object lives.
            unsafe { (*object).set_flag(header_flags::MARKED) };
        }
        while let Some(object) = reached.pop() {
            // SAFETY: the object lives.
            traverse(unsafe { &*object }, &mut |value| {
                if let Some(header) = header_of(value) {
                    // SAFETY: what a live object owns lives.
                    let other = unsafe { &*header };
                    if is_container(other.kind) && !other.has_flag(header_flags::MARKED) {
                        other.set_flag(header_flags::MARKED);
                        reached.push(header);
                    }
                }
            });
        }
        let mut garbage: Vec<Value> = Vec::new();
        for &object in &objects {
            // SAFETY: the object lives.
            let header = unsafe { &*object };
            if header.has_flag(header_flags::MARKED) {
                header.clear_flag(header_flags::MARKED);
            } else {
                header.retain();
                // SAFETY: the count was just taken.
                garbage.push(unsafe { Word(object as u64).into_value() });
            }
        }
        let found = garbage.len();
        let created = self.heap().creation_order();
        garbage.sort_by_key(|value| created.get(&(value.id() as usize)).copied().unwrap_or(usize::MAX));
        for value in &garbage {
            let header = value.header().expect("objects were collected");
            let asks = match header.kind {
                Kind::Generator => value.cast::<GeneratorBody>().body(self).state == GeneratorState::Suspended,
                _ => !header.exact && header.ty().has_finalizer(),
            };
            if asks && !header.has_flag(header_flags::FINALIZED) {
                header.set_flag(header_flags::FINALIZED);
                crate::ops::finalize::finalize(self, value);
            }
        }
        for value in &garbage {
            crate::ops::clear::clear(self, value);
        }
        drop(garbage);
        found
    }
}

fn header_of(value: &Value) -> Option<*mut Header> {
    let word = value.word();
    word.is_object().then(|| word.header())
}

/// Whether objects of a kind can be part of a cycle.
fn is_container(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Float | Kind::BigInt | Kind::Complex | Kind::Str | Kind::Bytes | Kind::Range | Kind::RangeIterator
    ) && kind != Kind::Code
}
