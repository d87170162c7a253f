//! Assignments: plain, augmented and annotated.

use crate::error::Result;
use crate::generator::Generator;
use crate::unit::UnitKind;
use hognose_bytecode::Opcode;
use hognose_syntax::{Expr, ExprContext, ExprKind, Operator, Span};

/// How far the in-place form of an operator is from the plain one in `BINARY_OP`'s argument.
const IN_PLACE: u32 = 13;

impl<'a> Generator<'a, '_> {
    pub(super) fn assign(&mut self, targets: &'a [Expr<'a>], value: &'a Expr<'a>) -> Result {
        self.expr(value)?;
        for (index, target) in targets.iter().enumerate() {
            if index + 1 < targets.len() {
                self.op_arg(Opcode::COPY, 1);
            }
            self.expr(target)?;
        }
        Ok(())
    }

    pub(super) fn aug_assign(&mut self, span: Span, target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a>) -> Result {
        self.locate(target.span);
        match target.kind {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.expr(object)?;
                self.op_arg(Opcode::COPY, 1);
                self.start_at_attribute(target.span, attr);
                self.op_name(Opcode::LOAD_ATTR, attr);
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.expr(object)?;
                self.expr(slice)?;
                self.op_arg(Opcode::COPY, 2);
                self.op_arg(Opcode::COPY, 2);
                self.op(Opcode::BINARY_SUBSCR);
            }
            ExprKind::Name { id, .. } => self.name(id, ExprContext::Load)?,
            _ => return Err(self.unsupported("target of an augmented assignment", target.span)),
        }
        self.locate(span);
        self.expr(value)?;
        self.op_arg(Opcode::BINARY_OP, op as u32 + IN_PLACE);
        self.locate(target.span);
        match target.kind {
            ExprKind::Attribute { attr, .. } => {
                self.start_at_attribute(target.span, attr);
                self.op_arg(Opcode::SWAP, 2);
                self.op_name(Opcode::STORE_ATTR, attr);
            }
            ExprKind::Subscript { .. } => {
                self.op_arg(Opcode::SWAP, 3);
                self.op_arg(Opcode::SWAP, 2);
                self.op(Opcode::STORE_SUBSCR);
            }
            ExprKind::Name { id, .. } => self.name(id, ExprContext::Store)?,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn ann_assign(
        &mut self,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result {
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        let annotates = matches!(self.unit.kind, UnitKind::Module | UnitKind::Class);
        match target.kind {
            ExprKind::Name { id, .. } => {
                self.check_forbidden(id, ExprContext::Store)?;
                if simple && annotates {
                    if self.options.annotations_as_text {
                        self.annotation_text(annotation)?;
                    } else {
                        self.expr(annotation)?;
                    }
                    self.op_name(Opcode::LOAD_NAME, "__annotations__");
                    let mangled = self.mangle(id);
                    self.load_str(mangled)?;
                    self.op(Opcode::STORE_SUBSCR);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                self.check_forbidden(attr, ExprContext::Store)?;
                if value.is_none() {
                    self.evaluate(object)?;
                }
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                if value.is_none() {
                    self.evaluate(object)?;
                    self.evaluate_slice(slice)?;
                }
            }
            _ => return Err(self.unsupported("target of an annotated assignment", target.span)),
        }
        if !simple && !self.options.annotations_as_text && annotates {
            self.evaluate(annotation)?;
        }
        Ok(())
    }

    /// Evaluates an expression for its effects.
    fn evaluate(&mut self, expr: &'a Expr<'a>) -> Result {
        self.expr(expr)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn evaluate_slice(&mut self, slice: &'a Expr<'a>) -> Result {
        match slice.kind {
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().try_for_each(|part| self.evaluate(part))
            }
            ExprKind::Tuple { elts, .. } => elts.iter().try_for_each(|element| self.evaluate_slice(element)),
            _ => self.evaluate(slice),
        }
    }
}
