//! `with` and `async with`.

use crate::error::Result;
use crate::frame_block::FrameBlock;
use crate::generator::{Generator, Resume, location};
use crate::unit::UnitKind;
use hognose_bytecode::{Opcode, flags};
use hognose_ir::{BlockId, Pseudo};
use hognose_primitives::bug;
use hognose_syntax::{Span, With};

impl<'a> Generator<'a, '_> {
    /// The items of a `with` statement from `index` on, and its body.
    pub(super) fn with(&mut self, span: Span, node: &'a With<'a>, index: usize) -> Result {
        let item = &node.items[index];
        let block = self.new_block();
        let handler = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.expr(&item.context_expr)?;
        self.op(Opcode::BEFORE_WITH);
        self.jump(Pseudo::SETUP_WITH, handler);
        self.use_block(block);
        self.push_frame_block(FrameBlock::With { statement: location(span) })?;
        match item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op(Opcode::POP_TOP),
        }
        if index + 1 == node.items.len() {
            self.statements(node.body)?;
        } else {
            self.with(span, node, index + 1)?;
        }
        self.unlocate();
        self.pop_block();
        self.pop_frame_block();
        self.locate(span);
        self.call_exit_with_nones()?;
        self.op(Opcode::POP_TOP);
        self.jump(Pseudo::JUMP, exit);
        self.use_block(handler);
        self.jump(Pseudo::SETUP_CLEANUP, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.op(Opcode::WITH_EXCEPT_START);
        self.finish_with(cleanup)?;
        self.use_block(exit);
        Ok(())
    }

    /// The items of an `async with` statement from `index` on, and its body.
    pub(super) fn async_with(&mut self, span: Span, node: &'a With<'a>, index: usize) -> Result {
        if !self.may_be_async() {
            return Err(self.error("'async with' outside async function"));
        }
        let item = &node.items[index];
        let block = self.new_block();
        let handler = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.expr(&item.context_expr)?;
        self.op(Opcode::BEFORE_ASYNC_WITH);
        self.await_value(1)?;
        self.jump(Pseudo::SETUP_WITH, handler);
        self.use_block(block);
        self.push_frame_block(FrameBlock::AsyncWith { statement: location(span) })?;
        match item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op(Opcode::POP_TOP),
        }
        if index + 1 == node.items.len() {
            self.statements(node.body)?;
        } else {
            self.async_with(span, node, index + 1)?;
        }
        self.pop_frame_block();
        // Unlike in `with`, this takes the location that the body left.
        self.pop_block();
        self.locate(span);
        self.call_exit_with_nones()?;
        self.await_value(2)?;
        self.op(Opcode::POP_TOP);
        self.jump(Pseudo::JUMP, exit);
        self.use_block(handler);
        self.jump(Pseudo::SETUP_CLEANUP, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.op(Opcode::WITH_EXCEPT_START);
        self.await_value(bug!("aexit-awaited-as-aenter", 2, 1))?;
        self.finish_with(cleanup)?;
        self.use_block(exit);
        Ok(())
    }

    /// Calls `__exit__`, which lies on the stack, for a body that ended without exception.
    pub(crate) fn call_exit_with_nones(&mut self) -> Result {
        for _ in 0..3 {
            self.load_none()?;
        }
        self.op_arg(Opcode::PRECALL, 2);
        self.op_arg(Opcode::CALL, 2);
        Ok(())
    }

    /// Awaits what lies on the stack; `origin` is `GET_AWAITABLE`'s argument.
    pub(crate) fn await_value(&mut self, origin: u32) -> Result {
        self.op_arg(Opcode::GET_AWAITABLE, origin);
        self.load_none()?;
        self.yield_from(Resume::Await);
        Ok(())
    }

    /// Swallows or raises the exception again, by what `__exit__` returned.
    fn finish_with(&mut self, cleanup: BlockId) -> Result {
        self.unlocate();
        let suppress = self.new_block();
        self.jump(Pseudo::POP_JUMP_IF_TRUE, suppress);
        self.op_arg(Opcode::RERAISE, 2);
        self.use_block(cleanup);
        self.pop_except_and_reraise();
        self.use_block(suppress);
        self.op(Opcode::POP_TOP);
        self.pop_block();
        self.op(Opcode::POP_EXCEPT);
        self.op(Opcode::POP_TOP);
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    /// Ends a handler that raised an exception itself.
    pub(crate) fn pop_except_and_reraise(&mut self) {
        self.op_arg(Opcode::COPY, 3);
        self.op(Opcode::POP_EXCEPT);
        self.op_arg(Opcode::RERAISE, 1);
    }

    /// Whether `async for` and `async with` may stand here. A module that holds one becomes a coroutine.
    pub(crate) fn may_be_async(&mut self) -> bool {
        match self.unit.kind {
            UnitKind::AsyncFunction => true,
            UnitKind::Module if self.options.top_level_await => {
                self.unit.cfg.unit.flags |= flags::COROUTINE;
                true
            }
            UnitKind::Module | UnitKind::Class | UnitKind::Function | UnitKind::Lambda | UnitKind::Comprehension => {
                false
            }
        }
    }
}
