//! Python's `==` between constants, and sets of them.

use crate::{Constant, IBig, Text};
use std::collections::HashSet;
use std::sync::Arc;

/// Equal exactly when Python's `==` holds between two constants, NaN apart.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum ValueKey {
    None,
    Ellipsis,
    /// Any number that is an integer: `1`, `True`, `1.0`, `1+0j`.
    Integer(IBig),
    Float(u64),
    Complex(u64, u64),
    Str(Text),
    Bytes(Arc<[u8]>),
    Tuple(Vec<ValueKey>),
    FrozenSet(Vec<ValueKey>),
}

impl Constant {
    /// Its key; `None` for a constant with a NaN inside, which equals nothing.
    fn value_key(&self) -> Option<ValueKey> {
        Some(match self {
            Constant::None => ValueKey::None,
            Constant::Ellipsis => ValueKey::Ellipsis,
            Constant::Bool(value) => ValueKey::Integer(IBig::from(u8::from(*value))),
            Constant::Int(value) => ValueKey::Integer(value.clone()),
            Constant::Float(value) => float_key(*value)?,
            Constant::Complex { real, imag } if *imag == 0.0 => float_key(*real)?,
            Constant::Complex { real, imag } => {
                if real.is_nan() || imag.is_nan() {
                    return None;
                }
                ValueKey::Complex((real + 0.0).to_bits(), imag.to_bits())
            }
            Constant::Str(value) => ValueKey::Str(value.clone()),
            Constant::Bytes(value) => ValueKey::Bytes(value.clone()),
            Constant::Tuple(items) => ValueKey::Tuple(items.iter().map(Constant::value_key).collect::<Option<_>>()?),
            Constant::FrozenSet(items) => {
                let mut keys = items.iter().map(Constant::value_key).collect::<Option<Vec<_>>>()?;
                keys.sort();
                ValueKey::FrozenSet(keys)
            }
        })
    }

    /// Whether Python's `==` holds: `1 == 1.0 == True`.
    pub fn equals(&self, other: &Constant) -> bool {
        self.value_key().is_some_and(|key| other.value_key().as_ref() == Some(&key))
    }

    /// The frozenset of these items: of equal ones the first stays.
    pub fn frozenset(items: impl IntoIterator<Item = Constant>) -> Constant {
        let mut seen = HashSet::new();
        let distinct = items.into_iter().filter(|item| item.value_key().is_none_or(|key| seen.insert(key)));
        Constant::FrozenSet(distinct.collect())
    }
}

fn float_key(value: f64) -> Option<ValueKey> {
    if value.is_nan() {
        return None;
    }
    if value.is_finite() && value.fract() == 0.0 {
        return Some(ValueKey::Integer(IBig::try_from(value).ok()?));
    }
    Some(ValueKey::Float(value.to_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_as_python_does() {
        let one = Constant::Int(IBig::from(1));
        let huge = Constant::Int(IBig::from(10).pow(22));
        assert!(one.equals(&Constant::Bool(true)));
        assert!(Constant::Complex { real: 1.0, imag: -0.0 }.equals(&one));
        assert!(Constant::Float(-0.0).equals(&Constant::Bool(false)));
        assert!(Constant::Float(1e22).equals(&huge));
        assert!(!Constant::Float(1.5).equals(&one));
        assert!(!Constant::Float(f64::NAN).equals(&Constant::Float(f64::NAN)));
        let Constant::FrozenSet(items) = Constant::frozenset([one, Constant::Float(1.0), huge]) else { panic!() };
        assert_eq!(items.len(), 2);
    }
}
