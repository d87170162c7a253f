//! Warnings about code that is legal and most likely wrong.

use crate::generator::Generator;
use hognose_bytecode::Location;
use hognose_primitives::Constant;
use hognose_syntax::{CmpOp, Expr, ExprKind};

/// A `SyntaxWarning` of the code generator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxWarning {
    /// CPython's message.
    pub message: String,
    /// Its line is the warning's; all of it would be the error's if warnings were errors.
    pub location: Location,
}

impl<'a> Generator<'a, '_> {
    pub(crate) fn warn(&mut self, message: impl Into<String>) {
        self.warnings.push(SyntaxWarning { message: message.into(), location: self.unit.cur });
    }

    /// Warns of the first `is` or `is not` that has a literal beside it.
    pub(crate) fn check_compare(&mut self, left: &Expr<'a>, ops: &[CmpOp], comparators: &[Expr<'a>]) {
        let mut left_is_fine = is_identity_operand(left);
        for (op, right) in ops.iter().zip(comparators) {
            let right_is_fine = is_identity_operand(right);
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && !(left_is_fine && right_is_fine) {
                self.warn(match op {
                    CmpOp::Is => "\"is\" with a literal. Did you mean \"==\"?",
                    _ => "\"is not\" with a literal. Did you mean \"!=\"?",
                });
                return;
            }
            left_is_fine = right_is_fine;
        }
    }

    /// Warns of a call of something that cannot be called.
    pub(crate) fn check_callee(&mut self, callee: &Expr<'a>) {
        let callable = !matches!(
            callee.kind,
            ExprKind::Constant { .. }
                | ExprKind::Tuple { .. }
                | ExprKind::List { .. }
                | ExprKind::ListComp { .. }
                | ExprKind::Dict { .. }
                | ExprKind::DictComp { .. }
                | ExprKind::Set { .. }
                | ExprKind::SetComp { .. }
                | ExprKind::GeneratorExp { .. }
                | ExprKind::JoinedStr { .. }
                | ExprKind::FormattedValue { .. }
        );
        if !callable && let Some(name) = type_name(callee) {
            self.warn(format!("'{name}' object is not callable; perhaps you missed a comma?"));
        }
    }

    /// Warns of a subscript of something that has none.
    pub(crate) fn check_subscripted(&mut self, value: &Expr<'a>) {
        let subscriptable = match value.kind {
            ExprKind::Constant { value, .. } => !matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::Bool(_)
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::Lambda { .. } => false,
            _ => true,
        };
        if !subscriptable && let Some(name) = type_name(value) {
            self.warn(format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
        }
    }

    /// Warns of an index of a sequence that is known to be neither an integer nor a slice.
    pub(crate) fn check_index(&mut self, value: &Expr<'a>, index: &Expr<'a>) {
        let Some(index_type) = type_name(index) else { return };
        if matches!(index.kind, ExprKind::Constant { value: Constant::Int(_) | Constant::Bool(_), .. }) {
            return;
        }
        let is_sequence = match value.kind {
            ExprKind::Constant { value, .. } => {
                matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if is_sequence && let Some(name) = type_name(value) {
            self.warn(format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            ));
        }
    }
}

/// Whether `is` may have this operand without a warning.
fn is_identity_operand(operand: &Expr<'_>) -> bool {
    match operand.kind {
        ExprKind::Constant { value, .. } => {
            matches!(value, Constant::None | Constant::Bool(_) | Constant::Ellipsis)
        }
        _ => true,
    }
}

/// The name of the type that an expression is known to have.
fn type_name(expr: &Expr<'_>) -> Option<&'static str> {
    Some(match expr.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => match value {
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
        },
        _ => return None,
    })
}
