//! The `match` statement; patterns themselves are in [`crate::pattern`].

use crate::error::Result;
use crate::generator::Generator;
use crate::pattern::{PatternContext, is_wildcard};
use hognose_bytecode::Opcode;
use hognose_ir::Pseudo;
use hognose_syntax::{Expr, ExprContext, MatchCase};

impl<'a> Generator<'a, '_> {
    pub(super) fn match_statement(&mut self, subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>]) -> Result {
        self.expr(subject)?;
        let end = self.new_block();
        // A last `case _` neither copies nor pops the subject.
        let (tested, default) = match cases {
            [tested @ .., last] if !tested.is_empty() && is_wildcard(&last.pattern) => (tested, Some(last)),
            _ => (cases, None),
        };
        for (index, case) in tested.iter().enumerate() {
            let is_last_tested = index + 1 == tested.len();
            self.locate(case.pattern.span);
            if !is_last_tested {
                self.op_arg(Opcode::COPY, 1);
            }
            let mut cx = PatternContext::new(case.guard.is_some() || index + 1 == cases.len());
            self.pattern(&case.pattern, &mut cx)?;
            for name in std::mem::take(&mut cx.stores) {
                self.name(name, ExprContext::Store)?;
            }
            if let Some(guard) = case.guard {
                let fail = self.fail_block(&mut cx, 0);
                // Leak: the location of a comparison stays.
                self.jump_if(guard, fail, false)?;
            }
            if !is_last_tested {
                self.op(Opcode::POP_TOP);
            }
            self.statements(case.body)?;
            self.unlocate();
            self.jump(Pseudo::JUMP, end);
            self.locate(case.pattern.span);
            self.fail_pops(&mut cx);
        }
        if let Some(case) = default {
            self.locate(case.pattern.span);
            self.op(Opcode::NOP);
            if let Some(guard) = case.guard {
                self.jump_if(guard, end, false)?;
            }
            self.statements(case.body)?;
            self.unlocate();
        }
        self.use_block(end);
        Ok(())
    }
}
