//! The unit of a module, and the bodies of modules and classes.

use crate::error::Result;
use crate::generator::{FinishedCode, Generator};
use crate::unit::{ImplicitReturn, UnitKind};
use hognose_bytecode::Opcode;
use hognose_primitives::Constant;
use hognose_syntax::{ErrorClass, ExprContext, ExprKind, Mod, Stmt, StmtKind, SyntaxError};

use crate::error::CompileError;

impl<'a> Generator<'a, '_> {
    /// Generates a whole module and gives its code.
    pub(crate) fn module(&mut self, module: &Mod<'a>) -> Result<FinishedCode> {
        self.enter_module();
        let implicit = match *module {
            Mod::Module { body, .. } => {
                self.body(body)?;
                ImplicitReturn::None
            }
            Mod::Interactive { body } => {
                if has_annotations(body) {
                    self.op(Opcode::SETUP_ANNOTATIONS);
                }
                self.interactive = true;
                self.statements(body)?;
                ImplicitReturn::None
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                ImplicitReturn::Top
            }
            Mod::FunctionType { .. } => {
                return Err(Box::new(CompileError::Syntax(SyntaxError {
                    class: ErrorClass::ValueError,
                    message: "a function type has no code".to_owned(),
                    location: None,
                    text: None,
                })));
            }
        };
        self.end_with_return(implicit)?;
        (self.finish)(self.unit.cfg.clone()).map_err(Box::new)
    }

    /// The body of a module or class: annotations, docstring, statements.
    pub(crate) fn body(&mut self, body: &'a [Stmt<'a>]) -> Result {
        if self.unit.kind == UnitKind::Module
            && let Some(first) = body.first()
        {
            self.locate(first.span);
        }
        if has_annotations(body) {
            self.op(Opcode::SETUP_ANNOTATIONS);
        }
        if self.options.optimize < 2
            && let Some(docstring) = docstring(body)
        {
            self.expr(docstring)?;
            self.unlocate();
            self.name("__doc__", ExprContext::Store)?;
            return self.statements(&body[1..]);
        }
        self.statements(body)
    }

    /// Statements, one after the other.
    pub(crate) fn statements(&mut self, body: &'a [Stmt<'a>]) -> Result {
        body.iter().try_for_each(|statement| self.statement(statement))
    }
}

/// The expression that is the docstring of a body.
pub(crate) fn docstring<'a>(body: &'a [Stmt<'a>]) -> Option<&'a hognose_syntax::Expr<'a>> {
    match body.first()?.kind {
        StmtKind::Expr { value } => match value.kind {
            ExprKind::Constant { value: Constant::Str(_), .. } => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an annotated assignment stands in these statements, outside nested functions and classes.
fn has_annotations(body: &[Stmt<'_>]) -> bool {
    body.iter().any(|statement| match statement.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For(inner) | StmtKind::AsyncFor(inner) => {
            has_annotations(inner.body) || has_annotations(inner.orelse)
        }
        StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
            has_annotations(body) || has_annotations(orelse)
        }
        StmtKind::With(inner) | StmtKind::AsyncWith(inner) => has_annotations(inner.body),
        StmtKind::Try(inner) | StmtKind::TryStar(inner) => {
            has_annotations(inner.body)
                || inner.handlers.iter().any(|handler| has_annotations(handler.body))
                || has_annotations(inner.orelse)
                || has_annotations(inner.finalbody)
        }
        StmtKind::Match { cases, .. } => cases.iter().any(|case| has_annotations(case.body)),
        StmtKind::FunctionDef(_)
        | StmtKind::AsyncFunctionDef(_)
        | StmtKind::ClassDef(_)
        | StmtKind::Return { .. }
        | StmtKind::Delete { .. }
        | StmtKind::Assign { .. }
        | StmtKind::AugAssign { .. }
        | StmtKind::Raise { .. }
        | StmtKind::Assert { .. }
        | StmtKind::Import { .. }
        | StmtKind::ImportFrom { .. }
        | StmtKind::Global { .. }
        | StmtKind::Nonlocal { .. }
        | StmtKind::Expr { .. }
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue => false,
    })
}
