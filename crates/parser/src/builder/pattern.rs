//! Patterns of `case`.

use super::Builder;
use crate::failure::{Result, rejected};
use crate::grammar::Rule;
use crate::token::code;
use hognose_primitives::Constant;
use hognose_syntax::*;

impl<'a> Builder<'_, 'a> {
    /// `patterns`: one pattern, or a sequence without brackets.
    pub(super) fn patterns(&mut self) -> Result<Pattern<'a>> {
        let first = self.p;
        let star = self.code() == code::STAR;
        let pattern = self.maybe_star_pattern()?;
        if self.code() != code::COMMA {
            return if star { rejected(self.p) } else { Ok(pattern) };
        }
        let patterns = self.sequence_after(pattern)?;
        Ok(Pattern { kind: PatternKind::MatchSequence { patterns }, span: self.span(first, self.p - 1) })
    }

    /// The elements of a sequence whose first is known and whose first comma comes next.
    fn sequence_after(&mut self, first: Pattern<'a>) -> Result<&'a [Pattern<'a>]> {
        let mut patterns = vec![first];
        while self.eat(code::COMMA) {
            if matches!(self.code(), code::COLON | code::IF | code::RPAR | code::RSQB) {
                break;
            }
            patterns.push(self.maybe_star_pattern()?);
        }
        Ok(self.arena.slice(&patterns))
    }

    fn maybe_star_pattern(&mut self) -> Result<Pattern<'a>> {
        if self.code() != code::STAR {
            return self.pattern();
        }
        let star = self.p;
        self.p += 1;
        let name = self.capture_name();
        Ok(Pattern { kind: PatternKind::MatchStar { name }, span: self.span(star, self.p - 1) })
    }

    /// A name that is bound; `_` binds nothing.
    fn capture_name(&mut self) -> Option<&'a str> {
        let name = self.take_name();
        (name != "_").then_some(name)
    }

    /// `as_pattern` and what it is made of.
    fn pattern(&mut self) -> Result<Pattern<'a>> {
        self.cursor.enter(Rule::pattern);
        let first = self.p;
        let mut pattern = self.closed()?;
        if self.code() == code::VBAR {
            let mut patterns = vec![pattern];
            while self.eat(code::VBAR) {
                patterns.push(self.closed()?);
            }
            let patterns = self.arena.slice(&patterns);
            pattern = Pattern { kind: PatternKind::MatchOr { patterns }, span: self.span(first, self.p - 1) };
        }
        if self.eat(code::AS) {
            if self.text(self.p) == "_" {
                return rejected(self.p);
            }
            let name = Some(self.take_name());
            let kind = PatternKind::MatchAs { pattern: Some(self.arena.alloc(pattern)), name };
            pattern = Pattern { kind, span: self.span(first, self.p - 1) };
        }
        self.cursor.leave(self.p);
        Ok(pattern)
    }

    fn closed(&mut self) -> Result<Pattern<'a>> {
        let first = self.p;
        let kind = match self.code() {
            code::NAME => return self.name_pattern(),
            code::NUMBER | code::MINUS => {
                let value = self.signed_number()?;
                PatternKind::MatchValue { value: self.alloc(value) }
            }
            code::STRING => {
                let value = self.strings()?;
                PatternKind::MatchValue { value: self.alloc(value) }
            }
            code::NONE => self.singleton(Constant::None),
            code::TRUE => self.singleton(Constant::Bool(true)),
            code::FALSE => self.singleton(Constant::Bool(false)),
            code::LPAR => return self.group_pattern(),
            code::LSQB => {
                self.cursor.enter(Rule::list_pattern);
                self.p += 1;
                let patterns = match self.code() {
                    code::RSQB => &[],
                    _ => {
                        let element = self.maybe_star_pattern()?;
                        self.sequence_after(element)?
                    }
                };
                self.expect(code::RSQB)?;
                self.cursor.leave(self.p);
                PatternKind::MatchSequence { patterns }
            }
            code::LBRACE => self.mapping_pattern()?,
            _ => return rejected(first),
        };
        Ok(Pattern { kind, span: self.span(first, self.p - 1) })
    }

    fn singleton(&mut self, value: Constant) -> PatternKind<'a> {
        self.p += 1;
        PatternKind::MatchSingleton { value: self.arena.constant(value) }
    }

    /// A capture, a wildcard, a dotted value, or a class pattern.
    fn name_pattern(&mut self) -> Result<Pattern<'a>> {
        self.cursor.enter(Rule::name_pattern);
        let first = self.p;
        let value = self.name_or_attribute();
        let dotted = self.p > first + 1;
        let kind = if self.code() == code::LPAR {
            self.class_pattern(value)?
        } else if dotted {
            PatternKind::MatchValue { value: self.alloc(value) }
        } else {
            let name = self.name(first);
            PatternKind::MatchAs { pattern: None, name: (name != "_").then_some(name) }
        };
        self.cursor.leave(self.p);
        Ok(Pattern { kind, span: self.span(first, self.p - 1) })
    }

    fn name_or_attribute(&mut self) -> Expr<'a> {
        let first = self.p;
        let id = self.take_name();
        let mut value = Expr { kind: ExprKind::Name { id, ctx: ExprContext::Load }, span: self.span(first, first) };
        while self.eat(code::DOT) {
            let attr = self.take_name();
            let kind = ExprKind::Attribute { value: self.alloc(value), attr, ctx: ExprContext::Load };
            value = Expr { kind, span: self.span(first, self.p - 1) };
            self.links += 1;
        }
        value
    }

    fn class_pattern(&mut self, cls: Expr<'a>) -> Result<PatternKind<'a>> {
        self.p += 1;
        let mut patterns = Vec::new();
        let mut kwd_attrs = Vec::new();
        let mut kwd_patterns = Vec::new();
        while self.code() != code::RPAR {
            if self.code() == code::NAME && self.code_at(self.p + 1) == code::EQUAL {
                kwd_attrs.push(self.take_name());
                self.p += 1;
                kwd_patterns.push(self.pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.pattern()?);
            } else {
                return rejected(self.p);
            }
            if !self.eat(code::COMMA) {
                break;
            }
        }
        self.expect(code::RPAR)?;
        Ok(PatternKind::MatchClass {
            cls: self.alloc(cls),
            patterns: self.arena.slice(&patterns),
            kwd_attrs: self.arena.slice(&kwd_attrs),
            kwd_patterns: self.arena.slice(&kwd_patterns),
        })
    }

    /// Parentheses: one pattern in a group, or a sequence.
    fn group_pattern(&mut self) -> Result<Pattern<'a>> {
        self.cursor.enter(Rule::group_pattern);
        let open = self.p;
        self.p += 1;
        let mut patterns: &'a [Pattern<'a>] = &[];
        if self.code() != code::RPAR {
            let star = self.code() == code::STAR;
            let element = self.maybe_star_pattern()?;
            if self.code() == code::RPAR {
                if star {
                    return rejected(self.p);
                }
                self.p += 1;
                self.cursor.leave(self.p);
                return Ok(element);
            }
            patterns = self.sequence_after(element)?;
        }
        self.expect(code::RPAR)?;
        self.cursor.leave(self.p);
        Ok(Pattern { kind: PatternKind::MatchSequence { patterns }, span: self.span(open, self.p - 1) })
    }

    fn mapping_pattern(&mut self) -> Result<PatternKind<'a>> {
        self.cursor.enter(Rule::mapping_pattern);
        self.p += 1;
        let base = self.exprs.len();
        let mut patterns = Vec::new();
        let mut rest = None;
        while self.code() != code::RBRACE {
            if rest.is_some() {
                return rejected(self.p);
            }
            if self.eat(code::DOUBLESTAR) {
                if self.text(self.p) == "_" {
                    return rejected(self.p);
                }
                rest = Some(self.take_name());
            } else {
                let key = self.mapping_key()?;
                self.exprs.push(key);
                self.expect(code::COLON)?;
                patterns.push(self.pattern()?);
            }
            if !self.eat(code::COMMA) {
                break;
            }
        }
        self.expect(code::RBRACE)?;
        self.cursor.leave(self.p);
        let keys = self.finish_exprs(base);
        Ok(PatternKind::MatchMapping { keys, patterns: self.arena.slice(&patterns), rest })
    }

    fn mapping_key(&mut self) -> Result<Expr<'a>> {
        let first = self.p;
        let kind = match self.code() {
            code::NUMBER | code::MINUS => return self.signed_number(),
            code::STRING => return self.strings(),
            code::NAME => {
                self.cursor.enter(Rule::attribute_key);
                let key = self.name_or_attribute();
                self.cursor.leave(self.p);
                return Ok(key);
            }
            code::NONE => self.constant(Constant::None),
            code::TRUE => self.constant(Constant::Bool(true)),
            code::FALSE => self.constant(Constant::Bool(false)),
            _ => return rejected(first),
        };
        self.p += 1;
        Ok(Expr { kind, span: self.span(first, first) })
    }

    /// A number with a sign, or a complex number: a real part, then an imaginary one.
    fn signed_number(&mut self) -> Result<Expr<'a>> {
        self.cursor.enter(Rule::number_pattern);
        let first = self.p;
        let negative = self.eat(code::MINUS);
        let mut value = self.pattern_number()?;
        let is_real = !is_imaginary(&value);
        if negative {
            let kind = ExprKind::UnaryOp { op: UnaryOp::USub, operand: self.alloc(value) };
            value = Expr { kind, span: self.span(first, self.p - 1) };
        }
        let op = match self.code() {
            code::PLUS => Some(Operator::Add),
            code::MINUS => Some(Operator::Sub),
            _ => None,
        };
        if let Some(op) = op {
            self.p += 1;
            let imaginary = self.pattern_number()?;
            if !is_real || !is_imaginary(&imaginary) {
                return rejected(self.p - 1);
            }
            let kind = ExprKind::BinOp { left: self.alloc(value), op, right: self.alloc(imaginary) };
            value = Expr { kind, span: self.span(first, self.p - 1) };
        }
        self.cursor.leave(self.p);
        Ok(value)
    }

    fn pattern_number(&mut self) -> Result<Expr<'a>> {
        let token = self.p;
        let kind = self.number(token)?;
        self.p += 1;
        Ok(Expr { kind, span: self.span(token, token) })
    }
}

fn is_imaginary(number: &Expr<'_>) -> bool {
    matches!(number.kind, ExprKind::Constant { value: Constant::Complex { .. }, .. })
}
