//! Tuples of constants become constants.

use hognose_bytecode::{ConstValue, Opcode};
use hognose_ir::{BlockId, Cfg};
use hognose_primitives::{Constant, ConstantKey};
use std::collections::HashMap;

/// Finds the constants of the unit by their key.
///
/// CPython merges equal constants of a compilation into one object and then looks for that object; with one key for
/// each object this is the same.
#[derive(Default)]
pub(super) struct TupleFolder {
    tuples: Option<HashMap<ConstantKey, u32>>,
}

impl TupleFolder {
    /// The tuple that the `BUILD_TUPLE` at `at` builds, when all its items are constants.
    pub(super) fn constant_at(&self, cfg: &Cfg, id: BlockId, at: usize) -> Option<Constant> {
        let instrs = &cfg.block(id).instrs;
        let start = at.checked_sub(instrs[at].arg as usize)?;
        let items: Option<Vec<_>> = instrs[start..at]
            .iter()
            .map(|instr| match cfg.unit.consts.get(instr.arg as usize) {
                Some(ConstValue::Value(item)) if instr.op == Opcode::LOAD_CONST => Some(item.clone()),
                _ => None,
            })
            .collect();
        items.map(|items| Constant::Tuple(items.into()))
    }

    /// Replaces the items and the `BUILD_TUPLE` by one `LOAD_CONST`. A new constant is added at the end.
    ///
    /// # Source
    /// CPython 3.11, `Python/compile.c`, `fold_tuple_on_constants`.
    pub(super) fn fold(&mut self, cfg: &mut Cfg, id: BlockId, at: usize, tuple: Constant) {
        let consts = &mut cfg.unit.consts;
        let tuples = self.tuples.get_or_insert_with(|| {
            let is_tuple =
                |constant: &(usize, &ConstValue)| matches!(constant.1, ConstValue::Value(Constant::Tuple(_)));
            let key = |(index, constant): (usize, &ConstValue)| match constant {
                ConstValue::Value(value) => Some((value.key(), index as u32)),
                ConstValue::Code(_) => None,
            };
            // The first of equal ones wins, as in a search from the front.
            consts.iter().enumerate().rev().filter(is_tuple).filter_map(key).collect()
        });
        let index = *tuples.entry(tuple.key()).or_insert_with(|| {
            consts.push(ConstValue::Value(tuple));
            consts.len() as u32 - 1
        });
        let instrs = &mut cfg.block_mut(id).instrs;
        let count = instrs[at].arg as usize;
        for item in &mut instrs[at - count..at] {
            item.make_nop();
        }
        instrs[at].op = Opcode::LOAD_CONST.into();
        instrs[at].arg = index;
    }
}
