//! Values that a program can hold as constants.

use crate::{IBig, Text};
use std::sync::Arc;

/// A constant of the tree or of a code object (which adds nested code objects).
///
/// There is no `PartialEq`: Python's `==` (`1 == True`), CPython's rule for merging constants and bit equality
/// all differ. [`Constant::key`] is the merging rule.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Constant {
    None,
    Ellipsis,
    Bool(bool),
    Int(IBig),
    Float(f64),
    Complex { real: f64, imag: f64 },
    Str(Text),
    Bytes(Arc<[u8]>),
    Tuple(Arc<[Constant]>),
    FrozenSet(Arc<[Constant]>),
}

/// Equal exactly when CPython merges two constants of one compilation: same type, same value, `0.0` apart from
/// `-0.0`; frozensets as sets.
///
/// # Source
/// CPython 3.11, `Objects/codeobject.c`, `_PyCode_ConstantKey`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum ConstantKey {
    None,
    Ellipsis,
    Bool(bool),
    Int(IBig),
    Float(u64),
    Complex(u64, u64),
    Str(Text),
    Bytes(Arc<[u8]>),
    Tuple(Vec<ConstantKey>),
    FrozenSet(Vec<ConstantKey>),
}

impl Constant {
    /// The name of its Python type, as messages have it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Constant::None => "NoneType",
            Constant::Ellipsis => "ellipsis",
            Constant::Bool(_) => "bool",
            Constant::Int(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        }
    }

    /// The key under which CPython merges this constant.
    pub fn key(&self) -> ConstantKey {
        match self {
            Constant::None => ConstantKey::None,
            Constant::Ellipsis => ConstantKey::Ellipsis,
            Constant::Bool(value) => ConstantKey::Bool(*value),
            Constant::Int(value) => ConstantKey::Int(value.clone()),
            Constant::Float(value) => ConstantKey::Float(value.to_bits()),
            Constant::Complex { real, imag } => ConstantKey::Complex(real.to_bits(), imag.to_bits()),
            Constant::Str(value) => ConstantKey::Str(value.clone()),
            Constant::Bytes(value) => ConstantKey::Bytes(value.clone()),
            Constant::Tuple(items) => ConstantKey::Tuple(items.iter().map(Constant::key).collect()),
            Constant::FrozenSet(items) => {
                let mut keys: Vec<_> = items.iter().map(Constant::key).collect();
                keys.sort();
                ConstantKey::FrozenSet(keys)
            }
        }
    }
}
