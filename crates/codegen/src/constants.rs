//! `co_consts`: which constants are the same.

use crate::error::Result;
use crate::generator::{FinishedCode, Generator};
use hognose_bytecode::{CodeObject, ConstValue, Opcode};
use hognose_primitives::{Constant, IBig, Text};
use std::sync::Arc;

impl<'a> Generator<'a, '_> {
    /// The index in `co_consts` of a constant of the tree.
    pub(crate) fn const_index(&mut self, value: &'a Constant) -> u32 {
        if has_nan(value) { self.nan_index(value, vec![value]) } else { self.fresh_const_index(value) }
    }

    /// The index in `co_consts` of a tuple or frozenset of constants of the tree.
    pub(crate) fn collection_index(&mut self, collection: &Constant, items: &[&'a Constant]) -> u32 {
        if has_nan(collection) {
            self.nan_index(collection, items.iter().map(|&item| item as *const Constant).collect())
        } else {
            self.fresh_const_index(collection)
        }
    }

    /// The index of a constant that holds no NaN.
    fn fresh_const_index(&mut self, value: &Constant) -> u32 {
        let consts = &mut self.unit.cfg.unit.consts;
        *self.unit.const_index.entry(value.key()).or_insert_with(|| {
            consts.push(ConstValue::Value(value.clone()));
            consts.len() as u32 - 1
        })
    }

    fn nan_index(&mut self, value: &Constant, identity: Vec<*const Constant>) -> u32 {
        if let Some((_, index)) = self.unit.nan_index.iter().find(|(known, _)| *known == identity) {
            return *index;
        }
        let consts = &mut self.unit.cfg.unit.consts;
        let index = consts.len() as u32;
        consts.push(ConstValue::Value(value.clone()));
        self.unit.nan_index.push((identity, index));
        index
    }

    /// Loads a constant of the tree.
    pub(crate) fn load_const(&mut self, value: &'a Constant) -> Result {
        let index = self.const_index(value);
        self.op_arg(Opcode::LOAD_CONST, index);
        Ok(())
    }

    /// Loads a constant that code generation made.
    pub(crate) fn load_made(&mut self, value: &Constant) -> Result {
        let index = self.fresh_const_index(value);
        self.op_arg(Opcode::LOAD_CONST, index);
        Ok(())
    }

    /// Loads a tuple or frozenset of constants of the tree.
    pub(crate) fn load_collection(&mut self, collection: &Constant, items: &[&'a Constant]) -> Result {
        let index = self.collection_index(collection, items);
        self.op_arg(Opcode::LOAD_CONST, index);
        Ok(())
    }

    /// Loads `None`.
    pub(crate) fn load_none(&mut self) -> Result {
        let index = self.none_index();
        self.op_arg(Opcode::LOAD_CONST, index);
        Ok(())
    }

    /// Loads an int.
    pub(crate) fn load_int(&mut self, value: usize) -> Result {
        self.load_made(&Constant::Int(IBig::from(value)))
    }

    /// Loads a name as a str.
    pub(crate) fn load_str(&mut self, text: &'a str) -> Result {
        let text = self.text(text);
        self.load_text(text)
    }

    /// Loads a str.
    pub(crate) fn load_text(&mut self, text: Text) -> Result {
        self.load_made(&Constant::Str(text))
    }

    /// A tuple of names.
    pub(crate) fn names_tuple(&mut self, names: impl IntoIterator<Item = &'a str>) -> Constant {
        Constant::Tuple(names.into_iter().map(|name| Constant::Str(self.text(name))).collect())
    }

    /// The index of `None`.
    pub(crate) fn none_index(&mut self) -> u32 {
        self.fresh_const_index(&Constant::None)
    }

    /// The index of a constant that code generation made.
    pub(crate) fn made_index(&mut self, value: &Constant) -> u32 {
        self.fresh_const_index(value)
    }

    /// Loads a code object. Code that was generated twice is one constant.
    pub(crate) fn load_code(&mut self, code: FinishedCode) -> Result {
        let consts = &mut self.unit.cfg.unit.consts;
        let known = consts.iter().position(|known| matches!(known, ConstValue::Code(known) if same_code(known, &code)));
        let index = known.unwrap_or_else(|| {
            consts.push(ConstValue::Code(code));
            consts.len() - 1
        });
        self.op_arg(Opcode::LOAD_CONST, index as u32);
        Ok(())
    }
}

/// Whether CPython's `==` holds: everything is equal but filename, qualified name, stack size and slot kinds.
fn same_code(a: &CodeObject, b: &CodeObject) -> bool {
    a.firstlineno == b.firstlineno
        && a.name == b.name
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.code == b.code
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
        && a.names == b.names
        && a.localsplusnames == b.localsplusnames
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|(a, b)| same_const(a, b))
}

fn same_const(a: &ConstValue, b: &ConstValue) -> bool {
    match (a, b) {
        (ConstValue::Value(a), ConstValue::Value(b)) => a.key() == b.key(),
        (ConstValue::Code(a), ConstValue::Code(b)) => Arc::ptr_eq(a, b) || same_code(a, b),
        (ConstValue::Value(_), ConstValue::Code(_)) | (ConstValue::Code(_), ConstValue::Value(_)) => false,
    }
}

/// Whether a constant is or holds a NaN.
fn has_nan(value: &Constant) -> bool {
    match value {
        Constant::Float(value) => value.is_nan(),
        Constant::Complex { real, imag } => real.is_nan() || imag.is_nan(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => items.iter().any(has_nan),
        Constant::None
        | Constant::Ellipsis
        | Constant::Bool(_)
        | Constant::Int(_)
        | Constant::Str(_)
        | Constant::Bytes(_) => false,
    }
}
