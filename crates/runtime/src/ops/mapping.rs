//! Dicts and sets with any keys: lookups that may run `__hash__` and `__eq__`, which may change the container.

use crate::Result;
use crate::object::dict::{DELETED, DictBody, EMPTY, Probe};
use crate::object::set::{SetBody, SetSlot};
use crate::object::str::StrBody;
use crate::ops::{compare, hash};
use crate::thread::Thread;
use crate::value::{Object, Value};

/// The entry of a key; `None` when it is not there.
///
/// # Errors
/// What `__eq__` raises.
pub fn find(thread: &mut Thread, dict: &Object<DictBody>, key: &Value, hash: i64) -> Result<Option<usize>> {
    let body = dict.body(thread);
    if body.is_empty() {
        return Ok(None);
    }
    if body.only_str && key.is_exact::<StrBody>() {
        return Ok(body.find_str(key, hash));
    }
    'start: loop {
        let body = dict.body(thread);
        if body.is_empty() {
            return Ok(None);
        }
        let len = body.indices.len();
        let mut probe = Probe::new(hash, len - 1);
        loop {
            let body = dict.body(thread);
            let index = body.indices.get(probe.slot());
            if index == EMPTY {
                return Ok(None);
            }
            if index != DELETED {
                let entry = &body.entries()[index as usize];
                let Some(own) = &entry.key else {
                    probe.advance();
                    continue;
                };
                if own.is(key) {
                    return Ok(Some(index as usize));
                }
                if entry.hash == hash {
                    let own = own.clone();
                    let equal = compare::equals(thread, &own, key)?;
                    let body = dict.body(thread);
                    let unchanged = body.indices.len() == len
                        && body.indices.get(probe.slot()) == index
                        && body
                            .entries()
                            .get(index as usize)
                            .is_some_and(|entry| entry.key.as_ref().is_some_and(|key| key.is(&own)));
                    if !unchanged {
                        continue 'start;
                    }
                    if equal {
                        return Ok(Some(index as usize));
                    }
                }
            }
            probe.advance();
        }
    }
}

/// `dict.get(key)`.
///
/// # Errors
/// TypeError for an unhashable key, or what `__hash__` or `__eq__` raises.
#[inline]
pub fn get(thread: &mut Thread, dict: &Object<DictBody>, key: &Value) -> Result<Option<Value>> {
    let hash = hash::hash(thread, key)?;
    let index = find(thread, dict, key, hash)?;
    Ok(index.and_then(|index| dict.body(thread).entries()[index].value.clone()))
}

/// `dict[key] = value`.
///
/// # Errors
/// As [`get`].
#[inline]
pub fn set(thread: &mut Thread, dict: &Object<DictBody>, key: &Value, value: Value) -> Result<()> {
    let hash = hash::hash(thread, key)?;
    set_hashed(thread, dict, key, hash, value)
}

/// `dict[key] = value` with a known hash.
///
/// # Errors
/// What `__eq__` raises.
pub fn set_hashed(thread: &mut Thread, dict: &Object<DictBody>, key: &Value, hash: i64, value: Value) -> Result<()> {
    let index = find(thread, dict, key, hash)?;
    let body = dict.body_mut(thread);
    let old = match index {
        Some(index) => body.entries[index].value.replace(value),
        None => {
            body.insert_new(key.clone(), hash, value);
            None
        }
    };
    drop(old);
    Ok(())
}

/// Takes a key out; `None` when it is not there.
///
/// # Errors
/// As [`get`].
pub fn remove(thread: &mut Thread, dict: &Object<DictBody>, key: &Value) -> Result<Option<Value>> {
    let hash = hash::hash(thread, key)?;
    match find(thread, dict, key, hash)? {
        Some(index) => {
            let (key, value) = dict.body_mut(thread).remove_at(index);
            drop(key);
            Ok(Some(value))
        }
        None => Ok(None),
    }
}

/// The slot of a key in a set.
///
/// # Errors
/// What `__eq__` raises.
pub fn set_find(thread: &mut Thread, set: &Object<SetBody>, key: &Value, hash: i64) -> Result<Option<usize>> {
    'start: loop {
        let len = set.body(thread).table.len();
        for slot in SetBody::probes(hash, len - 1) {
            match &set.body(thread).table[slot] {
                SetSlot::Empty => return Ok(None),
                SetSlot::Used(own_hash, own) if *own_hash == hash => {
                    if own.is(key) {
                        return Ok(Some(slot));
                    }
                    let own = own.clone();
                    let equal = compare::equals(thread, &own, key)?;
                    let body = set.body(thread);
                    let unchanged =
                        body.table.len() == len && matches!(&body.table[slot], SetSlot::Used(_, now) if now.is(&own));
                    if !unchanged {
                        continue 'start;
                    }
                    if equal {
                        return Ok(Some(slot));
                    }
                }
                _ => {}
            }
        }
    }
}

/// `set.add(key)`.
///
/// # Errors
/// TypeError for an unhashable key, or what `__hash__` or `__eq__` raises.
pub fn set_add(thread: &mut Thread, set: &Object<SetBody>, key: &Value) -> Result<()> {
    let hash = hash::hash(thread, key)?;
    if set_find(thread, set, key, hash)?.is_none() {
        set.body_mut(thread).insert_new(key.clone(), hash);
    }
    Ok(())
}

/// `key in set`.
///
/// # Errors
/// As [`set_add`].
pub fn set_contains(thread: &mut Thread, set: &Object<SetBody>, key: &Value) -> Result<bool> {
    let hash = hash::hash(thread, key)?;
    Ok(set_find(thread, set, key, hash)?.is_some())
}

/// Stores a key in a dict: `MAP_ADD`, displays.
///
/// # Errors
/// As [`get`].
pub fn insert(thread: &mut Thread, dict: &Value, key: Value, value: Value) -> Result<()> {
    set(thread, dict.cast::<DictBody>(), &key, value)
}
