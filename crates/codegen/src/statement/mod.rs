//! Statements.

mod assign;
mod import;
mod loops;
mod matching;
mod simple;
mod try_except;
mod with;

use crate::error::Result;
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_syntax::{Stmt, StmtKind};

impl<'a> Generator<'a, '_> {
    /// One statement. It leaves the current location as its last part set it.
    pub(crate) fn statement(&mut self, statement: &'a Stmt<'a>) -> Result {
        self.enter_node()?;
        self.locate(statement.span);
        match statement.kind {
            StmtKind::FunctionDef(function) => self.function_def(statement.span, function, false)?,
            StmtKind::AsyncFunctionDef(function) => self.function_def(statement.span, function, true)?,
            StmtKind::ClassDef(class) => self.class_def(statement.span, class)?,
            StmtKind::Return { value } => self.return_statement(statement.span, value)?,
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => self.assign(targets, value)?,
            StmtKind::AugAssign { target, op, value } => self.aug_assign(statement.span, target, op, value)?,
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(target, annotation, value, simple)?;
            }
            StmtKind::For(inner) => self.for_loop(inner)?,
            StmtKind::AsyncFor(inner) => self.async_for_loop(inner)?,
            StmtKind::While { test, body, orelse } => self.while_loop(statement.span, test, body, orelse)?,
            StmtKind::If { test, body, orelse } => self.if_statement(test, body, orelse)?,
            StmtKind::With(inner) => self.with(statement.span, inner, 0)?,
            StmtKind::AsyncWith(inner) => self.async_with(statement.span, inner, 0)?,
            StmtKind::Match { subject, cases } => self.match_statement(subject, cases)?,
            StmtKind::Raise { exc, cause } => self.raise(exc, cause)?,
            StmtKind::Try(inner) => self.try_statement(inner, false)?,
            StmtKind::TryStar(inner) => self.try_statement(inner, true)?,
            StmtKind::Assert { test, msg } => self.assert(test, msg)?,
            StmtKind::Import { names } => self.import(names)?,
            StmtKind::ImportFrom { module, names, level } => self.import_from(statement.span, module, names, level)?,
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => {}
            StmtKind::Expr { value } => self.expr_statement(value)?,
            StmtKind::Pass => self.op(Opcode::NOP),
            StmtKind::Break => self.break_statement()?,
            StmtKind::Continue => self.continue_statement()?,
        }
        self.leave_node();
        Ok(())
    }
}
