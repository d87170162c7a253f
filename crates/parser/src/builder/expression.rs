//! Expressions: precedence, displays, comprehensions, calls, subscripts.

use super::{Builder, DEPTH_LIMIT, too_deep};
use crate::failure::{Mark, Result, action, rejected};
use crate::grammar::Rule;
use crate::number;
use crate::token::code;
use hognose_primitives::{Constant, bug};
use hognose_syntax::*;

/// How tightly operators bind; higher is tighter.
mod binding {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARISON: u8 = 4;
    pub const BIT_OR: u8 = 5;
    pub const BIT_XOR: u8 = 6;
    pub const BIT_AND: u8 = 7;
    pub const SHIFT: u8 = 8;
    pub const ARITHMETIC: u8 = 9;
    pub const TERM: u8 = 10;
    pub const UNARY: u8 = 11;
    pub const POWER: u8 = 12;
}

/// What an infix token does.
#[derive(Clone, Copy)]
enum Infix {
    Bool(BoolOp),
    Compare(CmpOp),
    Binary(Operator),
}

fn infix(token: u8) -> Option<(u8, Infix)> {
    use Infix::{Binary, Bool, Compare};
    Some(match token {
        code::OR => (binding::OR, Bool(BoolOp::Or)),
        code::AND => (binding::AND, Bool(BoolOp::And)),
        code::EQEQUAL => (binding::COMPARISON, Compare(CmpOp::Eq)),
        code::NOTEQUAL => (binding::COMPARISON, Compare(CmpOp::NotEq)),
        code::LESS => (binding::COMPARISON, Compare(CmpOp::Lt)),
        code::LESSEQUAL => (binding::COMPARISON, Compare(CmpOp::LtE)),
        code::GREATER => (binding::COMPARISON, Compare(CmpOp::Gt)),
        code::GREATEREQUAL => (binding::COMPARISON, Compare(CmpOp::GtE)),
        code::IN => (binding::COMPARISON, Compare(CmpOp::In)),
        code::NOT_IN => (binding::COMPARISON, Compare(CmpOp::NotIn)),
        code::IS => (binding::COMPARISON, Compare(CmpOp::Is)),
        code::IS_NOT => (binding::COMPARISON, Compare(CmpOp::IsNot)),
        code::VBAR => (binding::BIT_OR, Binary(Operator::BitOr)),
        code::CIRCUMFLEX => (binding::BIT_XOR, Binary(Operator::BitXor)),
        code::AMPER => (binding::BIT_AND, Binary(Operator::BitAnd)),
        code::LEFTSHIFT => (binding::SHIFT, Binary(Operator::LShift)),
        code::RIGHTSHIFT => (binding::SHIFT, Binary(Operator::RShift)),
        code::PLUS => (binding::ARITHMETIC, Binary(Operator::Add)),
        code::MINUS => (binding::ARITHMETIC, Binary(Operator::Sub)),
        code::STAR => (binding::TERM, Binary(Operator::Mult)),
        code::SLASH => (binding::TERM, Binary(Operator::Div)),
        code::DOUBLESLASH => (binding::TERM, Binary(Operator::FloorDiv)),
        code::PERCENT => (binding::TERM, Binary(Operator::Mod)),
        code::AT => (binding::TERM, Binary(Operator::MatMult)),
        code::DOUBLESTAR => (binding::POWER, Binary(Operator::Pow)),
        _ => return None,
    })
}

/// What may be assigned to, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TargetKind {
    /// `=`, `for`, `as`: names, attributes, subscripts, lists, tuples, starred.
    Assign,
    /// `del`: the same without starred.
    Delete,
}

impl<'a> Builder<'_, 'a> {
    /// `expression`: a conditional expression, a disjunction or a lambda.
    pub(super) fn expression(&mut self) -> Result<Expr<'a>> {
        if self.code() == code::LAMBDA {
            return self.lambda();
        }
        let mut first = self.p;
        let body = self.disjunction()?;
        if self.code() != code::IF {
            return Ok(body);
        }
        let mut parts = vec![];
        let mut last = body;
        while self.eat(code::IF) {
            let test = self.disjunction()?;
            self.expect(code::ELSE)?;
            parts.push((first, last, test));
            first = self.p;
            last = if self.code() == code::LAMBDA { self.lambda()? } else { self.disjunction()? };
        }
        if parts.len() as u32 + self.depth > DEPTH_LIMIT {
            return Err(too_deep(parts.len()));
        }
        while let Some((first, body, test)) = parts.pop() {
            let span = self.span(first, self.p - 1);
            let (test, body, orelse) = (self.alloc(test), self.alloc(body), self.alloc(last));
            last = Expr { kind: ExprKind::IfExp { test, body, orelse }, span };
        }
        Ok(last)
    }

    /// `disjunction`: operators of every precedence.
    pub(super) fn disjunction(&mut self) -> Result<Expr<'a>> {
        self.operation(binding::OR)
    }

    /// `bitwise_or`: what a star may stand before.
    fn bitwise_or(&mut self) -> Result<Expr<'a>> {
        let value = self.operation(binding::BIT_OR)?;
        // The grammar's run of operators may go on behind what a star takes.
        if infix(self.code()).is_some() { rejected(self.p) } else { Ok(value) }
    }

    /// Operands and operators that bind at least as tightly as `min`.
    fn operation(&mut self, min: u8) -> Result<Expr<'a>> {
        self.descend()?;
        let first = self.p;
        let mut left = match self.code() {
            code::NOT if min > binding::NOT => return rejected(self.p),
            code::NOT => self.prefixed(binding::NOT)?,
            code::PLUS | code::MINUS | code::TILDE => self.prefixed(binding::UNARY)?,
            _ => self.operand()?,
        };
        while let Some((tightness, operator)) = infix(self.code()).filter(|&(tightness, _)| tightness >= min) {
            left = match operator {
                Infix::Bool(op) => self.bool_op(left, first, op, tightness)?,
                Infix::Compare(_) => self.comparison(left, first)?,
                Infix::Binary(op) => {
                    self.p += 1;
                    self.links += 1;
                    let power = bug!("power-groups-to-the-left", binding::UNARY, binding::POWER + 1);
                    let right_min = if tightness == binding::POWER { power } else { tightness + 1 };
                    let right = self.operation(right_min)?;
                    let span = self.span(first, self.p - 1);
                    Expr { kind: ExprKind::BinOp { left: self.alloc(left), op, right: self.alloc(right) }, span }
                }
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// Any number of prefix operators of one precedence, and their operand.
    fn prefixed(&mut self, min: u8) -> Result<Expr<'a>> {
        let first = self.p;
        let op = |token| match token {
            code::NOT => Some(UnaryOp::Not),
            code::PLUS => Some(UnaryOp::UAdd),
            code::MINUS => Some(UnaryOp::USub),
            code::TILDE => Some(UnaryOp::Invert),
            _ => None,
        };
        while op(self.code()).is_some_and(|op| (op == UnaryOp::Not) == (min == binding::NOT)) {
            self.p += 1;
        }
        let behind = self.p;
        if (behind - first) as u32 + self.depth > DEPTH_LIMIT {
            return Err(too_deep(behind - first));
        }
        self.links += (behind - first) as u32;
        let mut operand = self.operation(min)?;
        for token in (first..behind).rev() {
            let op = op(self.codes[token]).expect("only prefix operators were stepped over");
            let span = self.span(token, self.p - 1);
            operand = Expr { kind: ExprKind::UnaryOp { op, operand: self.alloc(operand) }, span };
        }
        Ok(operand)
    }

    fn bool_op(&mut self, left: Expr<'a>, first: usize, op: BoolOp, tightness: u8) -> Result<Expr<'a>> {
        let token = self.code();
        let base = self.exprs.len();
        self.exprs.push(left);
        while self.eat(token) {
            let value = self.operation(tightness + 1)?;
            self.exprs.push(value);
        }
        let values = self.finish_exprs(base);
        Ok(Expr { kind: ExprKind::BoolOp { op, values }, span: self.span(first, self.p - 1) })
    }

    fn comparison(&mut self, left: Expr<'a>, first: usize) -> Result<Expr<'a>> {
        let base = self.exprs.len();
        let mut ops = Vec::new();
        while let Some((_, Infix::Compare(op))) = infix(self.code()) {
            self.p += 1;
            ops.push(op);
            let comparator = self.operation(binding::BIT_OR)?;
            self.exprs.push(comparator);
        }
        let comparators = self.finish_exprs(base);
        let kind = ExprKind::Compare { left: self.alloc(left), ops: self.arena.slice(&ops), comparators };
        Ok(Expr { kind, span: self.span(first, self.p - 1) })
    }

    /// `await` and an atom with its trailers.
    pub(super) fn operand(&mut self) -> Result<Expr<'a>> {
        let first = self.p;
        let awaited = self.eat(code::AWAIT);
        let mut value = self.atom()?;
        // Parentheses do not belong to what they enclose, but to what follows them.
        let start = self.start(first + usize::from(awaited));
        loop {
            value = match self.code() {
                code::DOT => {
                    self.p += 1;
                    let attr = self.take_name();
                    let kind = ExprKind::Attribute { value: self.alloc(value), attr, ctx: ExprContext::Load };
                    Expr { kind, span: self.span_from(start) }
                }
                code::LPAR => self.call(value, start)?,
                code::LSQB => self.subscript(value, start)?,
                _ => break,
            };
            self.links += 1;
        }
        if awaited {
            let span = self.span_from(self.start(first));
            value = Expr { kind: ExprKind::Await { value: self.alloc(value) }, span };
        }
        Ok(value)
    }

    fn atom(&mut self) -> Result<Expr<'a>> {
        let token = self.p;
        let kind = match self.code() {
            code::NAME | code::MATCH | code::CASE => ExprKind::Name { id: self.name(token), ctx: ExprContext::Load },
            code::NUMBER => self.number(token)?,
            code::TRUE => self.constant(Constant::Bool(true)),
            code::FALSE => self.constant(Constant::Bool(false)),
            code::NONE => self.constant(Constant::None),
            code::ELLIPSIS => self.constant(Constant::Ellipsis),
            code::STRING => return self.strings(),
            code::LPAR => return self.group(),
            code::LSQB => return self.list(),
            code::LBRACE => return self.brace(),
            _ => return rejected(token),
        };
        self.p += 1;
        Ok(Expr { kind, span: self.span(token, token) })
    }

    pub(super) fn constant(&self, value: Constant) -> ExprKind<'a> {
        ExprKind::Constant { value: self.arena.constant(value), kind: None }
    }

    pub(super) fn number(&self, token: usize) -> Result<ExprKind<'a>> {
        match number::value(self.text(token)) {
            Ok(value) => Ok(self.constant(value)),
            Err(digits) => action(number::too_long(digits), Mark::LineOnly(token)),
        }
    }

    /// The tuple that a first element begins, when a comma follows it.
    pub(super) fn tuple_after(
        &mut self,
        first: Expr<'a>,
        start: Place,
        element: fn(&mut Self) -> Result<Expr<'a>>,
    ) -> Result<Expr<'a>> {
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(code::COMMA) {
            if !begins_expression(self.code()) {
                break;
            }
            let next = element(self)?;
            self.exprs.push(next);
        }
        let elts = self.finish_exprs(base);
        Ok(Expr { kind: ExprKind::Tuple { elts, ctx: ExprContext::Load }, span: self.span_from(start) })
    }

    /// `star_expressions`.
    pub(super) fn expressions(&mut self) -> Result<Expr<'a>> {
        let start = self.start(self.p);
        let first = self.star_expression()?;
        if self.code() != code::COMMA {
            return Ok(first);
        }
        self.tuple_after(first, start, Self::star_expression)
    }

    /// `star_expression`.
    pub(super) fn star_expression(&mut self) -> Result<Expr<'a>> {
        if self.code() == code::STAR { self.starred(Self::bitwise_or) } else { self.expression() }
    }

    /// `star_named_expression`.
    pub(super) fn star_named(&mut self) -> Result<Expr<'a>> {
        if self.code() == code::STAR { self.starred(Self::bitwise_or) } else { self.named() }
    }

    fn starred(&mut self, value: fn(&mut Self) -> Result<Expr<'a>>) -> Result<Expr<'a>> {
        let star = self.p;
        self.p += 1;
        let value = value(self)?;
        let span = self.span(star, self.p - 1);
        Ok(Expr { kind: ExprKind::Starred { value: self.alloc(value), ctx: ExprContext::Load }, span })
    }

    /// `named_expression`.
    pub(super) fn named(&mut self) -> Result<Expr<'a>> {
        let first = self.p;
        let target = self.expression()?;
        if self.code() != code::COLONEQUAL {
            return Ok(target);
        }
        if self.p != first + 1 || !matches!(target.kind, ExprKind::Name { .. }) {
            return rejected(self.p);
        }
        self.p += 1;
        let value = self.expression()?;
        let span = self.span_from(target.span.start);
        let target = self.target(target, TargetKind::Assign)?;
        let kind = ExprKind::NamedExpr { target: self.alloc(target), value: self.alloc(value) };
        Ok(Expr { kind, span })
    }

    /// `yield_expr`.
    pub(super) fn yield_(&mut self) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::yield_);
        let start = self.start(self.p);
        self.p += 1;
        let kind = if self.eat(code::FROM) {
            let value = self.expression()?;
            ExprKind::YieldFrom { value: self.alloc(value) }
        } else if begins_expression(self.code()) {
            let value = self.expressions()?;
            ExprKind::Yield { value: Some(self.alloc(value)) }
        } else {
            ExprKind::Yield { value: None }
        };
        self.cursor.leave(self.p);
        Ok(Expr { kind, span: self.span_from(start) })
    }

    /// Parentheses: a tuple, a generator expression, or one expression.
    pub(super) fn group(&mut self) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::group);
        let open = self.p;
        self.p += 1;
        let value = match self.code() {
            code::RPAR => None,
            code::YIELD => Some(self.yield_()?),
            _ => Some(self.star_named()?),
        };
        let kind = match (value, self.code()) {
            (None, _) => ExprKind::Tuple { elts: &[], ctx: ExprContext::Load },
            (Some(elt), code::FOR | code::ASYNC) => {
                if matches!(elt.kind, ExprKind::Starred { .. }) {
                    return rejected(self.p);
                }
                ExprKind::GeneratorExp { elt: self.alloc(elt), generators: self.comprehensions()? }
            }
            (Some(first), code::COMMA) => self.tuple_after(first, first.span.start, Self::star_named)?.kind,
            (Some(value), _) => {
                if matches!(value.kind, ExprKind::Starred { .. }) {
                    return rejected(self.p);
                }
                self.expect(code::RPAR)?;
                self.cursor.leave(self.p);
                return Ok(value);
            }
        };
        self.expect(code::RPAR)?;
        self.cursor.leave(self.p);
        Ok(Expr { kind, span: self.span(open, self.p - 1) })
    }

    fn list(&mut self) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::list);
        let open = self.p;
        self.p += 1;
        let base = self.exprs.len();
        let mut kind = None;
        while self.code() != code::RSQB {
            let element = self.star_named()?;
            if matches!(self.code(), code::FOR | code::ASYNC) {
                if matches!(element.kind, ExprKind::Starred { .. }) {
                    return rejected(self.p);
                }
                kind = Some(ExprKind::ListComp { elt: self.alloc(element), generators: self.comprehensions()? });
                break;
            }
            self.exprs.push(element);
            if !self.eat(code::COMMA) {
                break;
            }
        }
        self.expect(code::RSQB)?;
        self.cursor.leave(self.p);
        let elts = self.finish_exprs(base);
        let kind = kind.unwrap_or(ExprKind::List { elts, ctx: ExprContext::Load });
        Ok(Expr { kind, span: self.span(open, self.p - 1) })
    }

    /// Braces: a dict, a set, or a comprehension of either.
    fn brace(&mut self) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::brace);
        let open = self.p;
        self.p += 1;
        let base = self.exprs.len();
        let mut keys: Vec<Option<&'a Expr<'a>>> = Vec::new();
        let mut is_dict = self.code() == code::RBRACE;
        let mut kind = None;
        let mut first = true;
        while self.code() != code::RBRACE {
            let at = self.p;
            let (key, value) = self.entry()?;
            let in_dict = key.is_some();
            if !first && in_dict != is_dict {
                return rejected(at);
            }
            is_dict = in_dict;
            if matches!(self.code(), code::FOR | code::ASYNC) {
                let comprehension = match key {
                    Some(None) => return rejected(self.p),
                    Some(Some(key)) => {
                        let value = self.alloc(value);
                        ExprKind::DictComp { key, value, generators: self.comprehensions()? }
                    }
                    None if matches!(value.kind, ExprKind::Starred { .. }) => return rejected(self.p),
                    None => ExprKind::SetComp { elt: self.alloc(value), generators: self.comprehensions()? },
                };
                kind = Some(comprehension);
                break;
            }
            first = false;
            keys.extend(key);
            self.exprs.push(value);
            if !self.eat(code::COMMA) {
                break;
            }
        }
        self.expect(code::RBRACE)?;
        self.cursor.leave(self.p);
        let values = self.finish_exprs(base);
        let kind = kind.unwrap_or_else(|| {
            if is_dict {
                ExprKind::Dict { keys: self.arena.slice(&keys), values }
            } else {
                ExprKind::Set { elts: values }
            }
        });
        Ok(Expr { kind, span: self.span(open, self.p - 1) })
    }

    /// One entry of braces; the key is `Some(None)` before `**mapping`, `None` for an element of a set.
    #[allow(clippy::type_complexity)]
    fn entry(&mut self) -> Result<(Option<Option<&'a Expr<'a>>>, Expr<'a>)> {
        if self.eat(code::DOUBLESTAR) {
            return Ok((Some(None), self.bitwise_or()?));
        }
        let element = self.star_named()?;
        if self.code() != code::COLON {
            return Ok((None, element));
        }
        self.p += 1;
        Ok((Some(Some(self.alloc(element))), self.expression()?))
    }

    /// All `for` clauses that follow.
    fn comprehensions(&mut self) -> Result<&'a [Comprehension<'a>]> {
        let mut generators = Vec::new();
        while matches!(self.code(), code::FOR | code::ASYNC) {
            self.cursor.enter(Rule::comprehension);
            let is_async = self.eat(code::ASYNC);
            self.expect(code::FOR)?;
            let target = self.targets()?;
            self.expect(code::IN)?;
            let iter = self.disjunction()?;
            let base = self.exprs.len();
            while self.eat(code::IF) {
                let condition = self.disjunction()?;
                self.exprs.push(condition);
            }
            let ifs = self.finish_exprs(base);
            self.cursor.leave(self.p);
            generators.push(Comprehension { target, iter, ifs, is_async });
        }
        Ok(self.arena.slice(&generators))
    }

    /// `star_targets` of a `for`: operands without operators, so that `in` ends them.
    pub(super) fn targets(&mut self) -> Result<Expr<'a>> {
        let start = self.start(self.p);
        let first = self.one_target()?;
        if self.code() != code::COMMA {
            return Ok(first);
        }
        let tuple = self.tuple_after(first, start, Self::one_target)?;
        self.target(tuple, TargetKind::Assign)
    }

    /// `star_target`.
    pub(super) fn one_target(&mut self) -> Result<Expr<'a>> {
        let target = if self.code() == code::STAR { self.starred(Self::operand)? } else { self.operand()? };
        self.target(target, TargetKind::Assign)
    }

    /// The expression as a target: every context in it set. Rejects what cannot be one.
    pub(super) fn target(&mut self, expression: Expr<'a>, target: TargetKind) -> Result<Expr<'a>> {
        let ctx = match target {
            TargetKind::Assign => ExprContext::Store,
            TargetKind::Delete => ExprContext::Del,
        };
        let kind = match expression.kind {
            ExprKind::Name { id, .. } => ExprKind::Name { id, ctx },
            ExprKind::Attribute { value, attr, .. } => ExprKind::Attribute { value, attr, ctx },
            ExprKind::Subscript { value, slice, .. } => ExprKind::Subscript { value, slice, ctx },
            ExprKind::Starred { value, .. } if target == TargetKind::Assign => {
                let value = self.target(*value, target)?;
                ExprKind::Starred { value: self.alloc(value), ctx }
            }
            ExprKind::List { elts, .. } => ExprKind::List { elts: self.target_list(elts, target)?, ctx },
            ExprKind::Tuple { elts, .. } => ExprKind::Tuple { elts: self.target_list(elts, target)?, ctx },
            _ => return rejected(self.p),
        };
        Ok(Expr { kind, span: expression.span })
    }

    fn target_list(&mut self, elements: &'a [Expr<'a>], target: TargetKind) -> Result<&'a [Expr<'a>]> {
        let base = self.exprs.len();
        for &element in elements {
            let element = self.target(element, target)?;
            self.exprs.push(element);
        }
        Ok(self.finish_exprs(base))
    }

    fn subscript(&mut self, value: Expr<'a>, start: Place) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::index);
        self.p += 1;
        let first = self.p;
        let first_slice = self.slice()?;
        let slice = if self.code() == code::COMMA || matches!(first_slice.kind, ExprKind::Starred { .. }) {
            let base = self.exprs.len();
            self.exprs.push(first_slice);
            while self.eat(code::COMMA) && self.code() != code::RSQB {
                let next = self.slice()?;
                self.exprs.push(next);
            }
            let elts = self.finish_exprs(base);
            Expr { kind: ExprKind::Tuple { elts, ctx: ExprContext::Load }, span: self.span(first, self.p - 1) }
        } else {
            first_slice
        };
        self.expect(code::RSQB)?;
        self.cursor.leave(self.p);
        let kind = ExprKind::Subscript { value: self.alloc(value), slice: self.alloc(slice), ctx: ExprContext::Load };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    fn slice(&mut self) -> Result<Expr<'a>> {
        let first = self.p;
        if self.code() == code::STAR {
            return self.starred(Self::expression);
        }
        let lower = if self.code() == code::COLON { None } else { Some(self.named()?) };
        if self.code() != code::COLON {
            return match lower {
                Some(index) => Ok(index),
                None => rejected(self.p),
            };
        }
        self.p += 1;
        let upper = self.bound()?;
        let step = if self.eat(code::COLON) { self.bound()? } else { None };
        let lower = lower.map(|lower| self.alloc(lower));
        let kind = ExprKind::Slice { lower, upper, step };
        Ok(Expr { kind, span: self.span(first, self.p - 1) })
    }

    fn bound(&mut self) -> Result<Option<&'a Expr<'a>>> {
        if !begins_expression(self.code()) {
            return Ok(None);
        }
        let bound = self.expression()?;
        Ok(Some(self.alloc(bound)))
    }

    fn call(&mut self, func: Expr<'a>, start: Place) -> Result<Expr<'a>> {
        let (args, keywords) = self.call_arguments(true)?;
        let kind = ExprKind::Call { func: self.alloc(func), args, keywords };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    /// The parenthesised arguments of a call, or the bases of a class (where no bare generator may stand).
    #[allow(clippy::type_complexity)]
    pub(super) fn call_arguments(&mut self, generator: bool) -> Result<(&'a [Expr<'a>], &'a [Keyword<'a>])> {
        #[derive(PartialEq, PartialOrd)]
        enum Seen {
            Positional,
            Keyword,
            Mapping,
        }
        self.cursor.enter(Rule::call);
        let open = self.p;
        self.p += 1;
        let base = self.exprs.len();
        let mut keywords = Vec::new();
        let mut seen = Seen::Positional;
        while self.code() != code::RPAR {
            let first = self.p;
            match self.code() {
                code::STAR => {
                    if seen == Seen::Mapping {
                        return rejected(first);
                    }
                    let argument = self.starred(Self::expression)?;
                    self.exprs.push(argument);
                }
                code::DOUBLESTAR => {
                    self.p += 1;
                    let value = self.expression()?;
                    keywords.push(Keyword { arg: None, value, span: self.span(first, self.p - 1) });
                    seen = Seen::Mapping;
                }
                code::NAME if self.code_at(first + 1) == code::EQUAL => {
                    let arg = self.take_name();
                    self.p += 1;
                    let value = self.expression()?;
                    let start = bug!("keyword-argument-begins-at-its-value", first, first + 2);
                    keywords.push(Keyword { arg: Some(arg), value, span: self.span(start, self.p - 1) });
                    if seen == Seen::Positional {
                        seen = Seen::Keyword;
                    }
                }
                _ => {
                    if seen != Seen::Positional {
                        return rejected(first);
                    }
                    let argument = self.named()?;
                    let argument = match self.code() {
                        code::FOR | code::ASYNC => {
                            if !generator || first != open + 1 {
                                return rejected(self.p);
                            }
                            let elt = self.alloc(argument);
                            let generators = self.comprehensions()?;
                            if self.code() != code::RPAR {
                                return rejected(self.p);
                            }
                            let kind = ExprKind::GeneratorExp { elt, generators };
                            Expr { kind, span: self.span(open, self.p) }
                        }
                        code::EQUAL => return rejected(self.p),
                        _ => argument,
                    };
                    self.exprs.push(argument);
                }
            }
            if !self.eat(code::COMMA) {
                break;
            }
        }
        self.expect(code::RPAR)?;
        self.cursor.leave(self.p);
        Ok((self.finish_exprs(base), self.arena.slice(&keywords)))
    }
}

/// Whether an expression (or a starred one) can begin with the token.
pub(super) fn begins_expression(token: u8) -> bool {
    (code::NAME..=code::STAR).contains(&token) || token == code::LAMBDA
}
