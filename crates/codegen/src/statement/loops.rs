//! Loops, `break` and `continue`.

use crate::error::Result;
use crate::frame_block::{FrameBlock, Preserve, Until};
use crate::generator::{Generator, Resume};
use hognose_bytecode::Opcode;
use hognose_ir::Pseudo;
use hognose_syntax::{Expr, For, Span, Stmt};

impl<'a> Generator<'a, '_> {
    pub(super) fn while_loop(
        &mut self,
        span: Span,
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    ) -> Result {
        let start = self.new_block();
        let body_block = self.new_block();
        let anchor = self.new_block();
        let end = self.new_block();
        self.use_block(start);
        self.push_frame_block(FrameBlock::WhileLoop { start, exit: end })?;
        self.jump_if(test, anchor, false)?;
        self.use_block(body_block);
        self.statements(body)?;
        // The test is generated once more at the end, so that each turn takes one jump.
        self.locate(span);
        self.jump_if(test, body_block, true)?;
        self.pop_frame_block();
        self.use_block(anchor);
        self.statements(orelse)?;
        self.use_block(end);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, node: &'a For<'a>) -> Result {
        let start = self.new_block();
        let body = self.new_block();
        let cleanup = self.new_block();
        let end = self.new_block();
        self.push_frame_block(FrameBlock::ForLoop { start, exit: end })?;
        self.expr(node.iter)?;
        self.op(Opcode::GET_ITER);
        self.use_block(start);
        self.jump(Opcode::FOR_ITER, cleanup);
        self.use_block(body);
        self.expr(node.target)?;
        self.statements(node.body)?;
        self.unlocate();
        self.jump(Pseudo::JUMP, start);
        self.use_block(cleanup);
        self.pop_frame_block();
        self.statements(node.orelse)?;
        self.use_block(end);
        Ok(())
    }

    pub(super) fn async_for_loop(&mut self, node: &'a For<'a>) -> Result {
        if !self.may_be_async() {
            return Err(self.error("'async for' outside async function"));
        }
        let start = self.new_block();
        let except = self.new_block();
        let end = self.new_block();
        self.expr(node.iter)?;
        self.op(Opcode::GET_AITER);
        self.use_block(start);
        self.push_frame_block(FrameBlock::ForLoop { start, exit: end })?;
        self.jump(Pseudo::SETUP_FINALLY, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none()?;
        self.yield_from(Resume::Await);
        self.pop_block();
        self.expr(node.target)?;
        self.statements(node.body)?;
        self.unlocate();
        self.jump(Pseudo::JUMP, start);
        self.pop_frame_block();
        self.use_block(except);
        // Leak: what follows in `else` starts from the iterator's location.
        self.locate(node.iter.span);
        self.op(Opcode::END_ASYNC_FOR);
        self.statements(node.orelse)?;
        self.use_block(end);
        Ok(())
    }

    pub(super) fn break_statement(&mut self) -> Result {
        let cur = self.unit.cur;
        self.op(Opcode::NOP);
        match self.unwind(Preserve::Nothing, Until::Loop)? {
            Some(FrameBlock::WhileLoop { exit, .. }) => {
                self.jump(Pseudo::JUMP, exit);
                Ok(())
            }
            Some(found @ FrameBlock::ForLoop { exit, .. }) => {
                self.unwind_one(found, Preserve::Nothing)?;
                self.jump(Pseudo::JUMP, exit);
                Ok(())
            }
            _ => {
                self.unit.cur = cur;
                Err(self.error("'break' outside loop"))
            }
        }
    }

    pub(super) fn continue_statement(&mut self) -> Result {
        let cur = self.unit.cur;
        self.op(Opcode::NOP);
        match self.unwind(Preserve::Nothing, Until::Loop)? {
            Some(FrameBlock::WhileLoop { start, .. } | FrameBlock::ForLoop { start, .. }) => {
                self.jump(Pseudo::JUMP, start);
                Ok(())
            }
            _ => {
                self.unit.cur = cur;
                Err(self.error("'continue' not properly in loop"))
            }
        }
    }
}
