//! Patterns of `case` clauses.
//!
//! A pattern consumes the subject on top of the stack. Captured values stay on the stack, below whatever else the
//! pattern keeps there, until the whole pattern has matched.

use crate::error::Result;
use crate::expression::compare_op;
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_ir::{BlockId, Op, Pseudo};
use hognose_primitives::arith::{self, Sign};
use hognose_primitives::{Constant, Operator, bug};
use hognose_syntax::{Expr, ExprContext, ExprKind, Pattern, PatternKind, UnaryOp};

/// What is known while a pattern is generated.
pub(crate) struct PatternContext<'a> {
    /// Captured names, in the order of their values on the stack.
    pub(crate) stores: Vec<&'a str>,
    /// Whether a pattern that matches everything may stand here.
    allow_irrefutable: bool,
    /// Where a failing pattern goes, by the number of values that must be popped.
    fail_pop: Vec<BlockId>,
    /// Values on the stack above the captured ones.
    on_top: usize,
}

impl PatternContext<'_> {
    pub(crate) fn new(allow_irrefutable: bool) -> Self {
        PatternContext { stores: Vec::new(), allow_irrefutable, fail_pop: Vec::new(), on_top: 0 }
    }
}

/// Whether a pattern is `_`.
pub(crate) fn is_wildcard(pattern: &Pattern<'_>) -> bool {
    matches!(pattern.kind, PatternKind::MatchAs { name: None, .. })
}

fn is_star_wildcard(pattern: &Pattern<'_>) -> bool {
    matches!(pattern.kind, PatternKind::MatchStar { name: None })
}

impl<'a> Generator<'a, '_> {
    /// The block to go to when a pattern fails and `pops` values must be popped.
    pub(crate) fn fail_block(&mut self, cx: &mut PatternContext<'a>, pops: usize) -> BlockId {
        while cx.fail_pop.len() <= pops {
            cx.fail_pop.push(self.new_block());
        }
        cx.fail_pop[pops]
    }

    fn jump_to_fail(&mut self, cx: &mut PatternContext<'a>, op: impl Into<Op>) {
        let pops = cx.on_top + cx.stores.len();
        let fail = self.fail_block(cx, pops);
        self.jump(op, fail);
    }

    /// Pops what failing patterns left, each block falling through to the one with one value less.
    pub(crate) fn fail_pops(&mut self, cx: &mut PatternContext<'a>) {
        let blocks = std::mem::take(&mut cx.fail_pop);
        let Some((&all_popped, pops)) = blocks.split_first() else { return };
        for &block in pops.iter().rev() {
            self.use_block(block);
            self.op(Opcode::POP_TOP);
        }
        self.use_block(all_popped);
    }

    /// Moves the top of the stack below the `count - 1` values under it.
    fn rotate(&mut self, count: usize) {
        for distance in (2..=count).rev() {
            self.op_arg(Opcode::SWAP, distance as u32);
        }
    }

    /// Captures the top of the stack; without a name it is popped.
    fn capture(&mut self, name: Option<&'a str>, cx: &mut PatternContext<'a>) -> Result {
        let Some(name) = name else {
            self.op(Opcode::POP_TOP);
            return Ok(());
        };
        self.check_forbidden(name, ExprContext::Store)?;
        self.check_duplicate(name, cx)?;
        self.rotate(cx.on_top + cx.stores.len() + 1);
        cx.stores.push(name);
        Ok(())
    }

    fn check_duplicate(&self, name: &'a str, cx: &PatternContext<'a>) -> Result {
        if cx.stores.contains(&name) {
            return Err(self.error(format!("multiple assignments to name '{name}' in pattern")));
        }
        Ok(())
    }

    /// One pattern. It leaves the current location as it set it.
    pub(crate) fn pattern(&mut self, pattern: &'a Pattern<'a>, cx: &mut PatternContext<'a>) -> Result {
        self.enter_node()?;
        self.locate(pattern.span);
        match pattern.kind {
            PatternKind::MatchValue { value } => self.value_pattern(value, cx)?,
            PatternKind::MatchSingleton { value } => {
                self.load_const(value)?;
                self.op_arg(Opcode::IS_OP, 0);
                self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(patterns, cx)?,
            PatternKind::MatchMapping { keys, patterns, rest } => self.mapping_pattern(keys, patterns, rest, cx)?,
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.class_pattern(pattern, cls, patterns, kwd_attrs, kwd_patterns, cx)?;
            }
            PatternKind::MatchStar { name } => self.capture(name, cx)?,
            PatternKind::MatchAs { pattern, name } => self.as_pattern(pattern, name, cx)?,
            PatternKind::MatchOr { patterns } => self.or_pattern(patterns, cx)?,
        }
        self.leave_node();
        Ok(())
    }

    /// A pattern inside another one: it may match everything.
    fn sub_pattern(&mut self, pattern: &'a Pattern<'a>, cx: &mut PatternContext<'a>) -> Result {
        let allow_irrefutable = std::mem::replace(&mut cx.allow_irrefutable, true);
        self.pattern(pattern, cx)?;
        cx.allow_irrefutable = allow_irrefutable;
        Ok(())
    }

    /// The value of a literal: a constant, a negative number, a complex number.
    ///
    /// The latter two are constants too once the tree is folded.
    fn literal(&self, expr: &Expr<'a>) -> Option<&'a Constant> {
        match expr.kind {
            ExprKind::Constant { value, .. } => Some(value),
            ExprKind::UnaryOp { op: UnaryOp::USub, operand } => {
                let value = arith::unary(Sign::Minus, self.literal(operand)?).ok()?;
                Some(self.arena.constant(value))
            }
            ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
                let value = arith::binary(op, self.literal(left)?, self.literal(right)?).ok()?;
                Some(self.arena.constant(value))
            }
            _ => None,
        }
    }

    /// Loads what a subject or key is compared with: a literal that `accept` accepts, or an attribute.
    fn load_literal_or_attribute(
        &mut self,
        expr: &'a Expr<'a>,
        otherwise: &'static str,
        accept: impl FnOnce(&Self, &'a Constant) -> Result,
    ) -> Result {
        if let Some(value) = self.literal(expr) {
            accept(self, value)?;
            let cur = self.unit.cur;
            self.locate(expr.span);
            self.load_const(value)?;
            self.unit.cur = cur;
            return Ok(());
        }
        match expr.kind {
            ExprKind::Attribute { .. } => self.expr(expr),
            _ => Err(self.error(otherwise)),
        }
    }

    fn value_pattern(&mut self, value: &'a Expr<'a>, cx: &mut PatternContext<'a>) -> Result {
        let message = "patterns may only match literals and attribute lookups";
        self.load_literal_or_attribute(value, message, |_, _| Ok(()))?;
        self.op_arg(Opcode::COMPARE_OP, compare_op::EQ);
        self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
        Ok(())
    }

    fn as_pattern(
        &mut self,
        pattern: Option<&'a Pattern<'a>>,
        name: Option<&'a str>,
        cx: &mut PatternContext<'a>,
    ) -> Result {
        let Some(pattern) = pattern else {
            if !cx.allow_irrefutable {
                return Err(self.error(match name {
                    Some(name) => format!("name capture '{name}' makes remaining patterns unreachable"),
                    None => "wildcard makes remaining patterns unreachable".to_owned(),
                }));
            }
            return self.capture(name, cx);
        };
        cx.on_top += 1;
        self.op_arg(Opcode::COPY, 1);
        self.pattern(pattern, cx)?;
        cx.on_top -= 1;
        self.capture(name, cx)
    }

    /// Fails unless the length of the sequence or mapping on top compares so.
    fn check_length(&mut self, compare: u32, length: usize, cx: &mut PatternContext<'a>) -> Result {
        self.op(Opcode::GET_LEN);
        self.load_int(length)?;
        self.op_arg(Opcode::COMPARE_OP, compare);
        self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
        Ok(())
    }

    /// Fails when `None` lies on the stack.
    fn check_not_none(&mut self) -> Result {
        self.op_arg(Opcode::COPY, 1);
        self.load_none()?;
        self.op_arg(Opcode::IS_OP, 1);
        Ok(())
    }

    fn sequence_pattern(&mut self, patterns: &'a [Pattern<'a>], cx: &mut PatternContext<'a>) -> Result {
        let mut star = None;
        for (index, pattern) in patterns.iter().enumerate() {
            if matches!(pattern.kind, PatternKind::MatchStar { .. }) && star.replace(index).is_some() {
                return Err(self.error("multiple starred names in sequence pattern"));
            }
        }
        let only_wildcards = patterns.iter().all(|pattern| is_wildcard(pattern) || is_star_wildcard(pattern));
        cx.on_top += 1;
        self.op(Opcode::MATCH_SEQUENCE);
        self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
        match star {
            None => self.check_length(compare_op::EQ, patterns.len(), cx)?,
            Some(_) if patterns.len() > 1 => self.check_length(compare_op::GE, patterns.len() - 1, cx)?,
            Some(_) => {}
        }
        cx.on_top -= 1;
        match star {
            _ if only_wildcards => {
                self.op(Opcode::POP_TOP);
                Ok(())
            }
            Some(star) if is_star_wildcard(&patterns[star]) => self.subscript_items(patterns, star, cx),
            _ => self.unpack_items(patterns, star, cx),
        }
    }

    /// Takes the items of a sequence whose starred part is not wanted by their indices.
    fn subscript_items(&mut self, patterns: &'a [Pattern<'a>], star: usize, cx: &mut PatternContext<'a>) -> Result {
        cx.on_top += 1;
        for (index, pattern) in patterns.iter().enumerate() {
            if index == star || is_wildcard(pattern) {
                continue;
            }
            self.op_arg(Opcode::COPY, 1);
            if index < star {
                self.load_int(index)?;
            } else {
                // The subject may not take negative indices.
                self.op(Opcode::GET_LEN);
                self.load_int(patterns.len() - index)?;
                self.op_arg(Opcode::BINARY_OP, Operator::Sub as u32);
            }
            self.op(Opcode::BINARY_SUBSCR);
            self.sub_pattern(pattern, cx)?;
        }
        cx.on_top -= 1;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn unpack_items(
        &mut self,
        patterns: &'a [Pattern<'a>],
        star: Option<usize>,
        cx: &mut PatternContext<'a>,
    ) -> Result {
        match star {
            Some(star) => {
                let after = patterns.len() - star - 1;
                if star >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    return Err(self.error("too many expressions in star-unpacking sequence pattern"));
                }
                self.op_arg(Opcode::UNPACK_EX, (star + (after << 8)) as u32);
            }
            None => self.op_arg(Opcode::UNPACK_SEQUENCE, patterns.len() as u32),
        }
        self.unpacked_items(patterns.iter(), patterns.len(), cx)
    }

    /// Matches values that were unpacked onto the stack.
    fn unpacked_items(
        &mut self,
        patterns: impl Iterator<Item = &'a Pattern<'a>>,
        count: usize,
        cx: &mut PatternContext<'a>,
    ) -> Result {
        cx.on_top += count;
        for pattern in patterns {
            cx.on_top -= 1;
            self.sub_pattern(pattern, cx)?;
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<&'a str>,
        cx: &mut PatternContext<'a>,
    ) -> Result {
        cx.on_top += 1;
        self.op(Opcode::MATCH_MAPPING);
        self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
        if keys.is_empty() && rest.is_none() {
            cx.on_top -= 1;
            self.op(Opcode::POP_TOP);
            return Ok(());
        }
        if !keys.is_empty() {
            self.check_length(compare_op::GE, keys.len(), cx)?;
        }
        self.mapping_keys(keys)?;
        let count = keys.len() as u32;
        self.op_arg(Opcode::BUILD_TUPLE, count);
        self.op(Opcode::MATCH_KEYS);
        // The tuples of keys and of values.
        cx.on_top += 2;
        self.check_not_none()?;
        self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
        self.op_arg(Opcode::UNPACK_SEQUENCE, count);
        cx.on_top -= 1;
        self.unpacked_items(patterns.iter(), patterns.len(), cx)?;
        cx.on_top -= 2;
        if let Some(rest) = rest {
            // A copy of the subject without the keys.
            self.op_arg(Opcode::BUILD_MAP, 0);
            self.op_arg(Opcode::SWAP, 3);
            self.op_arg(Opcode::DICT_UPDATE, 2);
            self.op_arg(Opcode::UNPACK_SEQUENCE, count);
            for left in (1..=count).rev() {
                self.op_arg(Opcode::COPY, 1 + left);
                self.op_arg(Opcode::SWAP, 2);
                self.op(Opcode::DELETE_SUBSCR);
            }
            self.capture(Some(rest), cx)
        } else {
            self.op(Opcode::POP_TOP);
            self.op(Opcode::POP_TOP);
            Ok(())
        }
    }

    fn mapping_keys(&mut self, keys: &'a [Expr<'a>]) -> Result {
        let message = "mapping pattern keys may only match literals and attribute lookups";
        let mut seen: Vec<&Constant> = Vec::new();
        for key in keys {
            self.load_literal_or_attribute(key, message, |this, value| {
                if seen.iter().any(|known| known.equals(value)) {
                    return Err(this.error(format!("mapping pattern checks duplicate key ({})", value.repr())));
                }
                seen.push(value);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        whole: &'a Pattern<'a>,
        cls: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        kwd_attrs: &'a [&'a str],
        kwd_patterns: &'a [Pattern<'a>],
        cx: &mut PatternContext<'a>,
    ) -> Result {
        for (index, (attr, pattern)) in kwd_attrs.iter().zip(kwd_patterns).enumerate() {
            self.locate(pattern.span);
            self.check_forbidden(attr, ExprContext::Store)?;
            if let Some(again) = kwd_attrs[index + 1..].iter().position(|other| other == attr) {
                self.locate(kwd_patterns[index + 1 + again].span);
                return Err(self.error(format!("attribute name repeated in class pattern: {attr}")));
            }
        }
        self.locate(whole.span);
        self.expr(cls)?;
        let names = self.names_tuple(kwd_attrs.iter().copied());
        self.load_made(&names)?;
        self.op_arg(Opcode::MATCH_CLASS, patterns.len() as u32);
        self.check_not_none()?;
        cx.on_top += 1;
        self.jump_to_fail(cx, Pseudo::POP_JUMP_IF_FALSE);
        let count = patterns.len() + kwd_attrs.len();
        self.op_arg(Opcode::UNPACK_SEQUENCE, count as u32);
        // The tuple is gone and its items are there.
        cx.on_top -= 1;
        cx.on_top += count;
        for pattern in patterns.iter().chain(kwd_patterns) {
            cx.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(Opcode::POP_TOP);
            } else {
                self.sub_pattern(pattern, cx)?;
            }
        }
        Ok(())
    }

    fn or_pattern(&mut self, alternatives: &'a [Pattern<'a>], cx: &mut PatternContext<'a>) -> Result {
        let end = self.new_block();
        // The names that the first alternative captures, in its order, which the others must bring theirs into.
        let mut control: Vec<&'a str> = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            self.locate(alternative.span);
            let is_last = index + 1 == alternatives.len();
            let mut inner = PatternContext::new(is_last && cx.allow_irrefutable);
            self.op_arg(Opcode::COPY, 1);
            self.pattern(alternative, &mut inner)?;
            let mut stores = std::mem::take(&mut inner.stores);
            if index == 0 {
                control = stores;
            } else {
                self.reorder_captures(&mut stores, &control)?;
            }
            self.jump(Pseudo::JUMP, end);
            self.fail_pops(&mut inner);
        }
        self.op(Opcode::POP_TOP);
        self.jump_to_fail(cx, Pseudo::JUMP);
        self.use_block(end);
        // The captured values lie on top of the copy of the subject and must go below everything else.
        let distance = control.len() + 1 + cx.on_top + cx.stores.len();
        for name in control {
            self.rotate(distance);
            self.check_duplicate(name, cx)?;
            cx.stores.push(name);
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    /// Brings captured values from the order of `stores` into that of `control`.
    fn reorder_captures(&mut self, stores: &mut Vec<&'a str>, control: &[&'a str]) -> Result {
        if stores.len() != control.len() {
            return Err(self.error("alternative patterns bind different names"));
        }
        for (wanted, name) in control.iter().enumerate().rev() {
            let Some(found) = stores.iter().position(|store| store == name) else {
                return Err(self.error("alternative patterns bind different names"));
            };
            if bug!("alternatives-keep-their-order", wanted != found, false) {
                let rotations = found + 1;
                let rotated: Vec<&str> = stores.drain(..rotations).collect();
                let place = wanted - found;
                stores.splice(place..place, rotated);
                for _ in 0..rotations {
                    self.rotate(wanted + 1);
                }
            }
        }
        Ok(())
    }
}
