//! Statements without a body, and `if`.

use crate::error::Result;
use crate::frame_block::{Preserve, Until};
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_ir::Pseudo;
use hognose_primitives::{Constant, bug};
use hognose_syntax::{Expr, ExprKind, Span, Stmt};

impl<'a> Generator<'a, '_> {
    pub(super) fn expr_statement(&mut self, value: &'a Expr<'a>) -> Result {
        if self.interactive && self.enclosing.is_empty() {
            self.expr(value)?;
            self.op(Opcode::PRINT_EXPR);
        } else if let ExprKind::Constant { .. } = value.kind {
            // A constant does nothing, but tracing stops at its line.
            self.op(Opcode::NOP);
        } else {
            self.expr(value)?;
            self.unlocate();
            self.op(Opcode::POP_TOP);
        }
        Ok(())
    }

    pub(super) fn return_statement(&mut self, span: Span, value: Option<&'a Expr<'a>>) -> Result {
        if !self.unit.is_function_like() {
            return Err(self.error("'return' outside function"));
        }
        if value.is_some() && self.scope().generator && self.scope().coroutine {
            return Err(self.error("'return' with value in async generator"));
        }
        let constant = value.and_then(|value| match value.kind {
            ExprKind::Constant { value, .. } => Some(value),
            _ => None,
        });
        let preserve = if value.is_some() && constant.is_none() { Preserve::Top } else { Preserve::Nothing };
        if let Some(value) = value {
            if preserve == Preserve::Top {
                self.expr(value)?;
            } else {
                // Leak: the columns of the return are the constant's.
                self.locate(bug!("constant-return-at-statement", value.span, span));
                self.op(Opcode::NOP);
            }
        }
        if value.is_none_or(|value| value.span.start.line != span.start.line) {
            self.locate(span);
            self.op(Opcode::NOP);
        }
        self.unwind(preserve, Until::Outside)?;
        match constant {
            Some(constant) => self.load_const(constant)?,
            None if value.is_none() => self.load_none()?,
            None => {}
        }
        self.op(Opcode::RETURN_VALUE);
        Ok(())
    }

    pub(super) fn raise(&mut self, exc: Option<&'a Expr<'a>>, cause: Option<&'a Expr<'a>>) -> Result {
        let mut count = 0;
        if let Some(exc) = exc {
            self.expr(exc)?;
            count += 1;
            if let Some(cause) = cause {
                self.expr(cause)?;
                count += 1;
            }
        }
        self.op_arg(Opcode::RAISE_VARARGS, count);
        Ok(())
    }

    pub(super) fn assert(&mut self, test: &'a Expr<'a>, msg: Option<&'a Expr<'a>>) -> Result {
        let always_true = match test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always_true {
            self.warn("assertion is always true, perhaps remove parentheses?");
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.new_block();
        // Leak: the location of a comparison stays.
        self.jump_if(test, end, true)?;
        self.op(Opcode::LOAD_ASSERTION_ERROR);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_arg(Opcode::PRECALL, 0);
            self.op_arg(Opcode::CALL, 0);
        }
        self.op_arg(Opcode::RAISE_VARARGS, 1);
        self.use_block(end);
        Ok(())
    }

    pub(super) fn if_statement(&mut self, test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>]) -> Result {
        let end = self.new_block();
        let next = if orelse.is_empty() { end } else { self.new_block() };
        self.jump_if(test, next, false)?;
        self.statements(body)?;
        if !orelse.is_empty() {
            self.jump_nowhere(Pseudo::JUMP, end);
            self.use_block(next);
            self.statements(orelse)?;
        }
        self.use_block(end);
        Ok(())
    }
}
