//! `yield`, `yield from` and `await`.

use crate::error::Result;
use crate::generator::{Generator, Resume};
use crate::unit::UnitKind;
use hognose_bytecode::Opcode;
use hognose_ir::Pseudo;
use hognose_syntax::Expr;

impl<'a> Generator<'a, '_> {
    pub(super) fn yield_expr(&mut self, value: Option<&'a Expr<'a>>) -> Result {
        if !self.unit.is_function_like() {
            return Err(self.error("'yield' outside function"));
        }
        match value {
            Some(value) => self.expr(value)?,
            None => self.load_none()?,
        }
        self.yield_value();
        Ok(())
    }

    pub(super) fn yield_from_expr(&mut self, value: &'a Expr<'a>) -> Result {
        if !self.unit.is_function_like() {
            return Err(self.error("'yield' outside function"));
        }
        if self.unit.kind == UnitKind::AsyncFunction {
            return Err(self.error("'yield from' inside async function"));
        }
        self.expr(value)?;
        self.op(Opcode::GET_YIELD_FROM_ITER);
        self.load_none()?;
        self.yield_from(Resume::YieldFrom);
        Ok(())
    }

    pub(super) fn await_expr(&mut self, value: &'a Expr<'a>) -> Result {
        let top_level = self.options.top_level_await && self.unit.kind == UnitKind::Module;
        if !top_level {
            if !self.unit.is_function_like() {
                return Err(self.error("'await' outside function"));
            }
            if !matches!(self.unit.kind, UnitKind::AsyncFunction | UnitKind::Comprehension) {
                return Err(self.error("'await' outside async function"));
            }
        }
        self.expr(value)?;
        self.await_value(0)
    }

    /// Yields what lies on the stack.
    pub(crate) fn yield_value(&mut self) {
        if self.scope().generator && self.scope().coroutine {
            self.op(Opcode::ASYNC_GEN_WRAP);
        }
        self.op(Opcode::YIELD_VALUE);
        self.op_arg(Opcode::RESUME, Resume::Yield as u32);
    }

    /// Delegates to the iterator that lies on the stack below `None`.
    pub(crate) fn yield_from(&mut self, kind: Resume) {
        let start = self.new_block();
        let resume = self.new_block();
        let exit = self.new_block();
        self.use_block(start);
        self.jump(Opcode::SEND, exit);
        self.use_block(resume);
        self.op(Opcode::YIELD_VALUE);
        self.op_arg(Opcode::RESUME, kind as u32);
        self.jump(Pseudo::JUMP_NO_INTERRUPT, start);
        self.use_block(exit);
    }
}
