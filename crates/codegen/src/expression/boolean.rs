//! `and`, `or`, `not`, comparisons and conditions.

use crate::error::Result;
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_ir::{BlockId, Pseudo};
use hognose_syntax::{BoolOp, CmpOp, Expr, ExprKind, UnaryOp};

/// Arguments of `COMPARE_OP`.
pub(crate) mod compare_op {
    pub(crate) const LT: u32 = 0;
    pub(crate) const LE: u32 = 1;
    pub(crate) const EQ: u32 = 2;
    pub(crate) const NE: u32 = 3;
    pub(crate) const GT: u32 = 4;
    pub(crate) const GE: u32 = 5;
}

impl<'a> Generator<'a, '_> {
    pub(super) fn bool_op(&mut self, op: BoolOp, values: &'a [Expr<'a>]) -> Result {
        let jump = match op {
            BoolOp::And => Opcode::JUMP_IF_FALSE_OR_POP,
            BoolOp::Or => Opcode::JUMP_IF_TRUE_OR_POP,
        };
        let end = self.new_block();
        let Some((last, others)) = values.split_last() else { return Ok(()) };
        for value in others {
            self.expr(value)?;
            self.jump(jump, end);
            let next = self.new_block();
            self.use_block(next);
        }
        self.expr(last)?;
        self.use_block(end);
        Ok(())
    }

    pub(super) fn if_exp(&mut self, test: &'a Expr<'a>, body: &'a Expr<'a>, orelse: &'a Expr<'a>) -> Result {
        let end = self.new_block();
        let next = self.new_block();
        self.jump_if(test, next, false)?;
        self.expr(body)?;
        self.jump_nowhere(Pseudo::JUMP, end);
        self.use_block(next);
        self.expr(orelse)?;
        self.use_block(end);
        Ok(())
    }

    pub(super) fn compare(&mut self, left: &'a Expr<'a>, ops: &'a [CmpOp], comparators: &'a [Expr<'a>]) -> Result {
        self.check_compare(left, ops, comparators);
        self.expr(left)?;
        let (Some((&last_op, _)), Some((last, others))) = (ops.split_last(), comparators.split_last()) else {
            return Ok(());
        };
        if others.is_empty() {
            self.expr(last)?;
            self.compare_op(last_op);
            return Ok(());
        }
        let cleanup = self.new_block();
        for (comparator, &op) in others.iter().zip(ops) {
            self.expr(comparator)?;
            self.op_arg(Opcode::SWAP, 2);
            self.op_arg(Opcode::COPY, 2);
            self.compare_op(op);
            self.jump(Opcode::JUMP_IF_FALSE_OR_POP, cleanup);
        }
        self.expr(last)?;
        self.compare_op(last_op);
        let end = self.new_block();
        self.jump_nowhere(Pseudo::JUMP, end);
        self.use_block(cleanup);
        self.op_arg(Opcode::SWAP, 2);
        self.op(Opcode::POP_TOP);
        self.use_block(end);
        Ok(())
    }

    fn compare_op(&mut self, op: CmpOp) {
        let (op, arg) = match op {
            CmpOp::Eq => (Opcode::COMPARE_OP, compare_op::EQ),
            CmpOp::NotEq => (Opcode::COMPARE_OP, compare_op::NE),
            CmpOp::Lt => (Opcode::COMPARE_OP, compare_op::LT),
            CmpOp::LtE => (Opcode::COMPARE_OP, compare_op::LE),
            CmpOp::Gt => (Opcode::COMPARE_OP, compare_op::GT),
            CmpOp::GtE => (Opcode::COMPARE_OP, compare_op::GE),
            CmpOp::Is => (Opcode::IS_OP, 0),
            CmpOp::IsNot => (Opcode::IS_OP, 1),
            CmpOp::In => (Opcode::CONTAINS_OP, 0),
            CmpOp::NotIn => (Opcode::CONTAINS_OP, 1),
        };
        self.op_arg(op, arg);
    }

    /// Jumps to `target` when the truth of `test` is `when`, and goes on otherwise.
    ///
    /// Leak: after a comparison the current location is the comparison's.
    pub(crate) fn jump_if(&mut self, test: &'a Expr<'a>, target: BlockId, when: bool) -> Result {
        self.enter_node()?;
        match test.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => self.jump_if(operand, target, !when)?,
            ExprKind::BoolOp { op, values } => self.jump_if_bool_op(op, values, target, when)?,
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_block();
                let next = self.new_block();
                self.jump_if(test, next, false)?;
                self.jump_if(body, target, when)?;
                self.jump_nowhere(Pseudo::JUMP, end);
                self.use_block(next);
                self.jump_if(orelse, target, when)?;
                self.use_block(end);
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.locate(test.span);
                if ops.len() > 1 {
                    self.jump_if_chain(left, ops, comparators, target, when)?;
                } else {
                    self.jump_if_value(test, target, when)?;
                }
            }
            _ => self.jump_if_value(test, target, when)?,
        }
        self.leave_node();
        Ok(())
    }

    fn jump_if_value(&mut self, test: &'a Expr<'a>, target: BlockId, when: bool) -> Result {
        self.expr(test)?;
        self.jump(pop_jump_if(when), target);
        Ok(())
    }

    fn jump_if_bool_op(&mut self, op: BoolOp, values: &'a [Expr<'a>], target: BlockId, when: bool) -> Result {
        let Some((last, others)) = values.split_last() else { return Ok(()) };
        // What decides the whole early: a true operand of `or`, a false one of `and`.
        let decisive = op == BoolOp::Or;
        let early = if decisive == when { target } else { self.new_block() };
        for value in others {
            self.jump_if(value, early, decisive)?;
        }
        self.jump_if(last, target, when)?;
        if early != target {
            self.use_block(early);
        }
        Ok(())
    }

    fn jump_if_chain(
        &mut self,
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
        target: BlockId,
        when: bool,
    ) -> Result {
        self.check_compare(left, ops, comparators);
        let (Some((&last_op, _)), Some((last, others))) = (ops.split_last(), comparators.split_last()) else {
            return Ok(());
        };
        let cleanup = self.new_block();
        self.expr(left)?;
        for (comparator, &op) in others.iter().zip(ops) {
            self.expr(comparator)?;
            self.op_arg(Opcode::SWAP, 2);
            self.op_arg(Opcode::COPY, 2);
            self.compare_op(op);
            self.jump(Pseudo::POP_JUMP_IF_FALSE, cleanup);
        }
        self.expr(last)?;
        self.compare_op(last_op);
        self.jump(pop_jump_if(when), target);
        let end = self.new_block();
        self.jump_nowhere(Pseudo::JUMP, end);
        self.use_block(cleanup);
        self.op(Opcode::POP_TOP);
        if !when {
            self.jump_nowhere(Pseudo::JUMP, target);
        }
        self.use_block(end);
        Ok(())
    }
}

fn pop_jump_if(when: bool) -> Pseudo {
    if when { Pseudo::POP_JUMP_IF_TRUE } else { Pseudo::POP_JUMP_IF_FALSE }
}
