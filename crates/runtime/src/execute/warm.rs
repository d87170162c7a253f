//! Filling inline caches: after an instruction was carried out in full, its quickened form may take its place.
//!
//! | form | guard | guard2 | payload |
//! | --- | --- | --- | --- |
//! | `LOAD_GLOBAL_MODULE` | version of the globals' keys | | index of the entry |
//! | `LOAD_GLOBAL_BUILTIN` | version of the globals' keys | version of the builtins' keys | index of the builtins' entry |
//! | `LOAD_ATTR_INSTANCE`, `STORE_ATTR_INSTANCE` | shape, and class version << 32 | | index of the slot |
//! | `STORE_ATTR_ADD` | shape, and class version << 32 | shape after | index of the slot |
//! | `LOAD_ATTR_CLASS`, `LOAD_METHOD_CACHED` | shape (0 for none), and type version << 32 | | the value, borrowed |
//! | `LOAD_ATTR_MODULE` | version of the keys | | index of the entry |
//!
//! `payload2` counts how often the cache was filled; a site that keeps missing stays generic.

use super::step::Step;
use crate::object::code::Cache;
use crate::object::dict::DictBody;
use crate::object::shape::ShapeId;
use crate::ops::attribute::{LoadHint, StoreHint, load_hint, store_hint};
use crate::value::Value;
use hognose_lowered::Op;

/// How often one site may be filled.
const MOST_FILLS: u64 = 8;

impl Step<'_> {
    fn fill(&self, op: Op, cache: Cache) {
        let index = self.inst.c;
        let filled = self.frame.cache(index).payload2;
        if filled < MOST_FILLS {
            self.frame.quicken(op, index, Cache { payload2: filled + 1, ..cache });
        }
    }

    /// After `LOAD_GLOBAL`.
    pub fn warm_global(&self, name: &Value) {
        let globals = self.frame.globals().cast::<DictBody>();
        let guard = globals.keys_version(self.thread);
        if let Some(index) = globals.find_str(self.thread, name) {
            self.fill(Op::LOAD_GLOBAL_MODULE, Cache { guard, payload: index as u64, ..Cache::default() });
        } else if let Some(builtins) = self.frame.builtins().exact::<DictBody>()
            && let Some(index) = builtins.find_str(self.thread, name)
        {
            let guard2 = builtins.keys_version(self.thread);
            self.fill(Op::LOAD_GLOBAL_BUILTIN, Cache { guard, guard2, payload: index as u64, ..Cache::default() });
        }
    }

    /// Before `LOAD_ATTR` or `LOAD_METHOD`.
    pub fn warm_load(&mut self, object: &Value, name: &Value, as_method: bool) {
        if self.frame.cache(self.inst.c).payload2 >= MOST_FILLS {
            return;
        }
        match load_hint(self.thread, object, name, as_method) {
            LoadHint::None | LoadHint::Class { .. } => {}
            LoadHint::Slot { shape, version, index } if !as_method => {
                let guard = guard(shape, version);
                self.fill(Op::LOAD_ATTR_INSTANCE, Cache { guard, payload: index.into(), ..Cache::default() });
            }
            LoadHint::Type { version, shape, value } => {
                let guard = guard(shape.unwrap_or(ShapeId::DICTIONARY), version);
                let op = if as_method { Op::LOAD_METHOD_CACHED } else { Op::LOAD_ATTR_CLASS };
                self.fill(op, Cache { guard, payload: value.word().0, ..Cache::default() });
            }
            LoadHint::Module { keys_version, index } if !as_method => {
                let cache = Cache { guard: keys_version, payload: index.into(), ..Cache::default() };
                self.fill(Op::LOAD_ATTR_MODULE, cache);
            }
            LoadHint::Slot { .. } | LoadHint::Module { .. } => {}
        }
    }

    /// Before `STORE_ATTR`.
    pub fn warm_store(&mut self, object: &Value, name: &Value) {
        if self.frame.cache(self.inst.c).payload2 >= MOST_FILLS {
            return;
        }
        match store_hint(self.thread, object, name) {
            StoreHint::None => {}
            StoreHint::Slot { shape, version, index } => {
                let cache = Cache { guard: guard(shape, version), payload: index.into(), ..Cache::default() };
                self.fill(Op::STORE_ATTR_INSTANCE, cache);
            }
            StoreHint::Add { before, after, version, index } => {
                let guard2 = after.0.into();
                let cache = Cache { guard: guard(before, version), guard2, payload: index.into(), ..Cache::default() };
                self.fill(Op::STORE_ATTR_ADD, cache);
            }
        }
    }
}

/// Shape and version as one number.
fn guard(shape: ShapeId, version: u32) -> u64 {
    u64::from(shape.0) | u64::from(version) << 32
}
