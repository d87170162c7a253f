//! What instructions compute from constants, with the arithmetic that folds constants of the tree.

use crate::tree::fold_binary;
use hognose_bytecode::{ConstValue, Opcode};
use hognose_ir::Cfg;
use hognose_primitives::arith::{self, Sign};
use hognose_primitives::{Comparison, Constant, ConstantKey, Operator};
use std::collections::HashMap;

/// How many constants an instruction that [`evaluate`] knows takes from the stack.
pub(super) fn operand_count(op: Opcode) -> Option<usize> {
    match op {
        Opcode::UNARY_POSITIVE | Opcode::UNARY_NEGATIVE | Opcode::UNARY_NOT | Opcode::UNARY_INVERT => Some(1),
        Opcode::BINARY_OP | Opcode::COMPARE_OP | Opcode::IS_OP => Some(2),
        _ => None,
    }
}

/// The result of an instruction whose operands are constants; `None` where it raises, where the result is too large to
/// be a constant, or where it depends on more than the operands.
///
/// Constants have exactly Python's own types, whose operators no program can replace.
pub(super) fn evaluate(op: Opcode, arg: u32, operands: &[&Constant]) -> Option<Constant> {
    match (op, operands) {
        (Opcode::UNARY_POSITIVE, [value]) => arith::unary(Sign::Plus, value).ok(),
        (Opcode::UNARY_NEGATIVE, [value]) => arith::unary(Sign::Minus, value).ok(),
        (Opcode::UNARY_INVERT, [value]) => arith::unary(Sign::Invert, value).ok(),
        (Opcode::UNARY_NOT, [value]) => Some(Constant::Bool(!arith::truth(value))),
        (Opcode::BINARY_OP, [lhs, rhs]) => {
            // Immutable values have no in-place operators of their own.
            let operator = *Operator::ALL.get(arg as usize % Operator::ALL.len())?;
            fold_binary(operator, lhs, rhs)
        }
        (Opcode::COMPARE_OP, [lhs, rhs]) if is_ordered(lhs, rhs) => {
            let comparison = *Comparison::ALL.get(arg as usize)?;
            arith::compare(comparison, lhs, rhs).ok().map(Constant::Bool)
        }
        (Opcode::IS_OP, [lhs, rhs]) => {
            // Whether other equal constants are one object is nothing to rely on.
            let same = is_singleton(lhs) || is_singleton(rhs);
            same.then(|| Constant::Bool((lhs.key() == rhs.key()) != (arg == 1)))
        }
        _ => None,
    }
}

/// Whether both are numbers, both text or both bytes. CPython can be told to warn about other comparisons.
fn is_ordered(lhs: &Constant, rhs: &Constant) -> bool {
    let is_number = |value: &Constant| matches!(value, Constant::Int(_) | Constant::Bool(_) | Constant::Float(_));
    match (lhs, rhs) {
        (Constant::Str(_), Constant::Str(_)) | (Constant::Bytes(_), Constant::Bytes(_)) => true,
        _ => is_number(lhs) && is_number(rhs),
    }
}

fn is_singleton(value: &Constant) -> bool {
    matches!(value, Constant::None | Constant::Bool(_) | Constant::Ellipsis)
}

/// Whether equal constants of this kind may stand for each other: NaN equals nothing, not even itself.
pub(super) fn is_interchangeable(value: &Constant) -> bool {
    match value {
        Constant::Float(value) => !value.is_nan(),
        Constant::Complex { real, imag } => !real.is_nan() && !imag.is_nan(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => items.iter().all(is_interchangeable),
        Constant::None
        | Constant::Ellipsis
        | Constant::Bool(_)
        | Constant::Int(_)
        | Constant::Str(_)
        | Constant::Bytes(_) => true,
    }
}

/// `co_consts` of a unit, by value.
pub(super) struct ConstIndex {
    places: HashMap<ConstantKey, u32>,
}

impl ConstIndex {
    pub(super) fn of(cfg: &Cfg) -> Self {
        let mut places = HashMap::new();
        for (index, constant) in cfg.unit.consts.iter().enumerate() {
            if let ConstValue::Value(value) = constant {
                places.entry(value.key()).or_insert(index as u32);
            }
        }
        ConstIndex { places }
    }

    /// Where the constant stands; a new one is added at the end.
    pub(super) fn place(&mut self, cfg: &mut Cfg, value: &Constant) -> u32 {
        let consts = &mut cfg.unit.consts;
        *self.places.entry(value.key()).or_insert_with(|| {
            consts.push(ConstValue::Value(value.clone()));
            consts.len() as u32 - 1
        })
    }
}
