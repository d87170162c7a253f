//! Expressions.

mod boolean;
mod call;
mod collection;
mod suspend;
mod text;

pub(crate) use boolean::compare_op;

use crate::error::{CompileError, Result};
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_primitives::bug;
use hognose_syntax::{Expr, ExprContext, ExprKind, Span, UnaryOp, Unsupported};

impl<'a> Generator<'a, '_> {
    /// Expressions, one after the other.
    pub(crate) fn exprs(&mut self, exprs: &'a [Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    /// One expression. It puts the current location back.
    pub(crate) fn expr(&mut self, expr: &'a Expr<'a>) -> Result {
        self.enter_node()?;
        let cur = self.unit.cur;
        self.locate(expr.span);
        self.located_expr(expr)?;
        self.unit.cur = cur;
        self.leave_node();
        Ok(())
    }

    fn located_expr(&mut self, expr: &'a Expr<'a>) -> Result {
        match expr.kind {
            ExprKind::BoolOp { op, values } => self.bool_op(op, values)?,
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_arg(Opcode::COPY, 1);
                self.expr(target)?;
            }
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.op_arg(Opcode::BINARY_OP, op as u32);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                self.op(match op {
                    UnaryOp::Invert => Opcode::UNARY_INVERT,
                    UnaryOp::Not => Opcode::UNARY_NOT,
                    UnaryOp::UAdd => Opcode::UNARY_POSITIVE,
                    UnaryOp::USub => Opcode::UNARY_NEGATIVE,
                });
            }
            ExprKind::Lambda { args, body } => self.lambda(expr.span, args, body)?,
            ExprKind::IfExp { test, body, orelse } => self.if_exp(test, body, orelse)?,
            ExprKind::Dict { keys, values } => self.dict(keys, values)?,
            ExprKind::Set { elts } => self.set(elts)?,
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension(expr)?,
            ExprKind::Await { value } => self.await_expr(value)?,
            ExprKind::Yield { value } => self.yield_expr(value)?,
            ExprKind::YieldFrom { value } => self.yield_from_expr(value)?,
            ExprKind::Compare { left, ops, comparators } => self.compare(left, ops, comparators)?,
            ExprKind::Call { func, args, keywords } => self.call(expr.span, func, args, keywords)?,
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(expr.span, value, conversion, format_spec)?;
            }
            ExprKind::JoinedStr { values } => self.joined_str(values)?,
            ExprKind::Constant { value, .. } => self.load_const(value)?,
            ExprKind::Attribute { value, attr, ctx } => self.attribute(expr.span, value, attr, ctx)?,
            ExprKind::Subscript { value, slice, ctx } => self.subscript(value, slice, ctx)?,
            ExprKind::Starred { ctx, .. } => {
                return Err(self.error(match ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    ExprContext::Load | ExprContext::Del => "can't use starred expression here",
                }));
            }
            ExprKind::Name { id, ctx } => self.name(id, ctx)?,
            ExprKind::List { elts, ctx } => self.list(elts, ctx)?,
            ExprKind::Tuple { elts, ctx } => self.tuple(elts, ctx)?,
            ExprKind::Slice { lower, upper, step } => self.slice(lower, upper, step)?,
        }
        Ok(())
    }

    fn attribute(&mut self, span: Span, value: &'a Expr<'a>, attr: &'a str, ctx: ExprContext) -> Result {
        self.expr(value)?;
        self.start_at_attribute(span, attr);
        let op = match ctx {
            ExprContext::Load => Opcode::LOAD_ATTR,
            ExprContext::Store => {
                self.check_forbidden(attr, ctx)?;
                Opcode::STORE_ATTR
            }
            ExprContext::Del => Opcode::DELETE_ATTR,
        };
        self.op_name(op, attr);
        Ok(())
    }

    /// Moves the start of the current location to the attribute's name when that stands on a later line.
    ///
    /// CPython counts the name's characters where columns count bytes.
    pub(crate) fn start_at_attribute(&mut self, attribute: Span, attr: &str) {
        let cur = &mut self.unit.cur;
        let line = attribute.end.line;
        if bug!("attribute-starts-with-its-object", cur.line == line, true) {
            return;
        }
        cur.line = line;
        let characters = attr.chars().count() as i32;
        if characters <= attribute.end.column_bytes {
            cur.column = attribute.end.column_bytes - characters;
        } else {
            cur.column = -1;
            cur.end_column = -1;
        }
        cur.end_line = cur.end_line.max(line);
        if cur.line == cur.end_line {
            cur.end_column = cur.end_column.max(cur.column);
        }
    }

    fn subscript(&mut self, value: &'a Expr<'a>, slice: &'a Expr<'a>, ctx: ExprContext) -> Result {
        if ctx == ExprContext::Load {
            self.check_subscripted(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        self.expr(slice)?;
        self.op(match ctx {
            ExprContext::Load => Opcode::BINARY_SUBSCR,
            ExprContext::Store => Opcode::STORE_SUBSCR,
            ExprContext::Del => Opcode::DELETE_SUBSCR,
        });
        Ok(())
    }

    fn slice(
        &mut self,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    ) -> Result {
        for bound in [lower, upper] {
            match bound {
                Some(bound) => self.expr(bound)?,
                None => self.load_none()?,
            }
        }
        if let Some(step) = step {
            self.expr(step)?;
        }
        self.op_arg(Opcode::BUILD_SLICE, if step.is_some() { 3 } else { 2 });
        Ok(())
    }

    /// A construct that cannot be generated.
    pub(crate) fn unsupported(&self, construct: &str, span: Span) -> Box<CompileError> {
        Box::new(CompileError::Unsupported(Unsupported::new(construct, span)))
    }
}
