//! `try`, `except`, `except*` and `finally`.

use crate::error::Result;
use crate::frame_block::FrameBlock;
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_ir::{BlockId, Pseudo};
use hognose_syntax::{ExceptHandler, ExprContext, Try};

impl<'a> Generator<'a, '_> {
    /// `try` or, when `star`, `try` with `except*`.
    pub(super) fn try_statement(&mut self, node: &'a Try<'a>, star: bool) -> Result {
        if node.finalbody.is_empty() { self.try_body(node, star) } else { self.try_finally(node, star) }
    }

    fn try_body(&mut self, node: &'a Try<'a>, star: bool) -> Result {
        if star { self.try_except_star(node) } else { self.try_except(node) }
    }

    fn try_finally(&mut self, node: &'a Try<'a>, star: bool) -> Result {
        let body = self.new_block();
        let end = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.jump(Pseudo::SETUP_FINALLY, end);
        self.use_block(body);
        self.push_frame_block(FrameBlock::FinallyTry { finalbody: node.finalbody })?;
        if node.handlers.is_empty() {
            self.statements(node.body)?;
        } else {
            self.try_body(node, star)?;
        }
        self.pop_block_nowhere();
        self.pop_frame_block();
        self.statements(node.finalbody)?;
        self.jump_nowhere(Pseudo::JUMP, exit);

        self.use_block(end);
        self.unlocate();
        self.jump(Pseudo::SETUP_CLEANUP, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_frame_block(FrameBlock::FinallyEnd)?;
        self.statements(node.finalbody)?;
        self.pop_frame_block();
        // Leak: the location is the one that the last statement left.
        self.op_arg(Opcode::RERAISE, 0);
        self.use_block(cleanup);
        self.pop_except_and_reraise();
        self.use_block(exit);
        Ok(())
    }

    fn try_except(&mut self, node: &'a Try<'a>) -> Result {
        let body = self.new_block();
        let mut except = self.new_block();
        let end = self.new_block();
        let cleanup = self.new_block();
        self.jump(Pseudo::SETUP_FINALLY, except);
        self.use_block(body);
        self.push_frame_block(FrameBlock::TryExcept)?;
        self.statements(node.body)?;
        self.pop_frame_block();
        self.pop_block_nowhere();
        self.statements(node.orelse)?;
        self.jump_nowhere(Pseudo::JUMP, end);

        self.use_block(except);
        self.unlocate();
        self.jump(Pseudo::SETUP_CLEANUP, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_frame_block(FrameBlock::ExceptionHandler)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            self.locate(handler.span);
            if handler.type_.is_none() && index + 1 < node.handlers.len() {
                return Err(self.error("default 'except:' must be last"));
            }
            except = self.new_block();
            if let Some(type_) = handler.type_ {
                self.expr(type_)?;
                self.op(Opcode::CHECK_EXC_MATCH);
                self.jump(Pseudo::POP_JUMP_IF_FALSE, except);
            }
            self.except_body(handler, end)?;
            self.use_block(except);
        }
        self.unlocate();
        self.pop_frame_block();
        self.op_arg(Opcode::RERAISE, 0);
        self.use_block(cleanup);
        self.pop_except_and_reraise();
        self.use_block(end);
        Ok(())
    }

    /// The body of an `except` clause that matched; its exception lies on the stack.
    fn except_body(&mut self, handler: &'a ExceptHandler<'a>, end: BlockId) -> Result {
        let Some(name) = handler.name else {
            let cleanup_body = self.new_block();
            self.op(Opcode::POP_TOP);
            self.use_block(cleanup_body);
            self.push_frame_block(FrameBlock::HandlerCleanup { name: None })?;
            self.statements(handler.body)?;
            self.pop_frame_block();
            self.unlocate();
            self.pop_block();
            self.op(Opcode::POP_EXCEPT);
            self.jump(Pseudo::JUMP, end);
            return Ok(());
        };
        let cleanup_end = self.new_block();
        let cleanup_body = self.new_block();
        self.name(name, ExprContext::Store)?;
        self.jump(Pseudo::SETUP_CLEANUP, cleanup_end);
        self.use_block(cleanup_body);
        self.push_frame_block(FrameBlock::HandlerCleanup { name: Some(name) })?;
        self.statements(handler.body)?;
        self.pop_frame_block();
        self.unlocate();
        self.pop_block();
        self.pop_block();
        self.op(Opcode::POP_EXCEPT);
        self.unbind(name)?;
        self.jump(Pseudo::JUMP, end);
        self.use_block(cleanup_end);
        self.unlocate();
        self.unbind(name)?;
        self.op_arg(Opcode::RERAISE, 1);
        Ok(())
    }

    fn try_except_star(&mut self, node: &'a Try<'a>) -> Result {
        let body = self.new_block();
        let mut except = self.new_block();
        let orelse = self.new_block();
        let end = self.new_block();
        let cleanup = self.new_block();
        let reraise_star = self.new_block();
        self.jump(Pseudo::SETUP_FINALLY, except);
        self.use_block(body);
        self.push_frame_block(FrameBlock::TryExcept)?;
        self.statements(node.body)?;
        self.pop_frame_block();
        self.pop_block_nowhere();
        self.jump_nowhere(Pseudo::JUMP, orelse);

        self.use_block(except);
        self.unlocate();
        self.jump(Pseudo::SETUP_CLEANUP, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_frame_block(FrameBlock::ExceptionGroupHandler)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            self.locate(handler.span);
            except = self.new_block();
            let with_error = self.new_block();
            let no_match = self.new_block();
            if index == 0 {
                // The exceptions that the clauses raise are collected in a list below the original one.
                self.op_arg(Opcode::COPY, 1);
                self.op_arg(Opcode::BUILD_LIST, 0);
                self.op_arg(Opcode::SWAP, 2);
            }
            if let Some(type_) = handler.type_ {
                self.expr(type_)?;
                self.op(Opcode::CHECK_EG_MATCH);
                self.op_arg(Opcode::COPY, 1);
                self.jump(Pseudo::POP_JUMP_IF_NONE, no_match);
            }
            self.except_star_body(handler, except, with_error)?;
            self.use_block(except);
            self.op(Opcode::NOP);
            self.jump(Pseudo::JUMP, with_error);
            self.use_block(no_match);
            self.op(Opcode::POP_TOP);
            self.use_block(with_error);
            if index + 1 == node.handlers.len() {
                self.op_arg(Opcode::LIST_APPEND, 1);
                self.jump(Pseudo::JUMP, reraise_star);
            }
        }
        self.unlocate();
        self.pop_frame_block();
        let reraise = self.new_block();
        self.use_block(reraise_star);
        self.op(Opcode::PREP_RERAISE_STAR);
        self.op_arg(Opcode::COPY, 1);
        self.jump(Pseudo::POP_JUMP_IF_NOT_NONE, reraise);
        self.op(Opcode::POP_TOP);
        self.pop_block();
        self.op(Opcode::POP_EXCEPT);
        self.jump(Pseudo::JUMP, end);
        self.use_block(reraise);
        self.pop_block();
        self.op_arg(Opcode::SWAP, 2);
        self.op(Opcode::POP_EXCEPT);
        self.op_arg(Opcode::RERAISE, 0);
        self.use_block(cleanup);
        self.pop_except_and_reraise();
        self.use_block(orelse);
        self.statements(node.orelse)?;
        self.use_block(end);
        Ok(())
    }

    /// The body of an `except*` clause that matched; its part of the group lies on the stack.
    fn except_star_body(&mut self, handler: &'a ExceptHandler<'a>, next: BlockId, with_error: BlockId) -> Result {
        let cleanup_end = self.new_block();
        let cleanup_body = self.new_block();
        match handler.name {
            Some(name) => self.name(name, ExprContext::Store)?,
            None => self.op(Opcode::POP_TOP),
        }
        self.jump(Pseudo::SETUP_CLEANUP, cleanup_end);
        self.use_block(cleanup_body);
        self.push_frame_block(FrameBlock::HandlerCleanup { name: handler.name })?;
        self.statements(handler.body)?;
        self.pop_frame_block();
        self.unlocate();
        self.pop_block();
        if let Some(name) = handler.name {
            self.unbind(name)?;
        }
        self.jump(Pseudo::JUMP, next);
        self.use_block(cleanup_end);
        self.unlocate();
        if let Some(name) = handler.name {
            self.unbind(name)?;
        }
        self.op_arg(Opcode::LIST_APPEND, 3);
        self.op(Opcode::POP_TOP);
        self.jump(Pseudo::JUMP, with_error);
        Ok(())
    }
}
