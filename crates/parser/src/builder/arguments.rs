//! Parameters of functions and lambdas.

use super::Builder;
use crate::failure::{Result, rejected};
use crate::grammar::Rule;
use crate::token::code;
use hognose_primitives::bug;
use hognose_syntax::*;

/// How far a parameter list has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Section {
    /// Before any star.
    Positional,
    /// Behind `*` or `*args`.
    KeywordOnly,
    /// Behind `**kwargs`.
    Done,
}

impl<'a> Builder<'_, 'a> {
    /// `lambda`.
    pub(super) fn lambda(&mut self) -> Result<Expr<'a>> {
        self.descend()?;
        self.cursor.enter(Rule::lambda);
        let first = self.p;
        self.p += 1;
        let args = self.parameters(code::COLON)?;
        self.expect(code::COLON)?;
        let body = self.expression()?;
        self.cursor.leave(self.p);
        self.depth -= 1;
        let kind = ExprKind::Lambda { args: self.arena.alloc(args), body: self.alloc(body) };
        Ok(Expr { kind, span: self.span(first, self.p - 1) })
    }

    /// Parameters up to the closing token, which is not read. Annotations are read unless it is a lambda's colon.
    pub(super) fn parameters(&mut self, close: u8) -> Result<Arguments<'a>> {
        let annotated = close == code::RPAR;
        let mut posonlyargs: Vec<Arg<'a>> = Vec::new();
        let mut args: Vec<Arg<'a>> = Vec::new();
        let mut kwonlyargs: Vec<Arg<'a>> = Vec::new();
        let mut kw_defaults = Vec::new();
        let mut defaults = Vec::new();
        let (mut vararg, mut kwarg) = (None, None);
        let mut section = Section::Positional;
        let mut slash_seen = false;
        let mut bare_star = None;
        while self.code() != close {
            let first = self.p;
            if section == Section::Done {
                return rejected(first);
            }
            match self.code() {
                code::SLASH => {
                    if section != Section::Positional || slash_seen || args.is_empty() {
                        return rejected(first);
                    }
                    self.p += 1;
                    slash_seen = true;
                    posonlyargs = std::mem::take(&mut args);
                }
                code::STAR => {
                    if section != Section::Positional {
                        return rejected(first);
                    }
                    section = Section::KeywordOnly;
                    self.p += 1;
                    if self.code() == code::NAME {
                        let arg = self.parameter(annotated, true)?;
                        let arg = self.with_type_comment(arg);
                        vararg = Some(self.arena.alloc(arg));
                    } else {
                        bare_star = Some(first);
                    }
                }
                code::DOUBLESTAR => {
                    if bare_star.is_some() && kwonlyargs.is_empty() {
                        return rejected(first);
                    }
                    section = Section::Done;
                    self.p += 1;
                    let arg = self.parameter(annotated, false)?;
                    let arg = self.with_type_comment(arg);
                    kwarg = Some(self.arena.alloc(arg));
                }
                _ => {
                    let arg = self.parameter(annotated, false)?;
                    let default = if self.eat(code::EQUAL) { Some(self.expression()?) } else { None };
                    let arg = self.with_type_comment(arg);
                    if section == Section::KeywordOnly {
                        kwonlyargs.push(arg);
                        let default = bug!("keyword-only-default-lost", default, default.filter(|_| vararg.is_none()));
                        kw_defaults.push(default.map(|default| self.alloc(default)));
                    } else {
                        match default {
                            Some(default) => defaults.push(default),
                            None if !defaults.is_empty() => return rejected(first),
                            None => (),
                        }
                        args.push(arg);
                    }
                    continue_or_end(self, close)?;
                    continue;
                }
            }
            continue_or_end(self, close)?;
        }
        if let Some(star) = bare_star.filter(|_| kwonlyargs.is_empty()) {
            return rejected(star + 1);
        }
        Ok(Arguments {
            posonlyargs: self.arena.slice(&posonlyargs),
            args: self.arena.slice(&args),
            vararg,
            kwonlyargs: self.arena.slice(&kwonlyargs),
            kw_defaults: self.arena.slice(&kw_defaults),
            kwarg,
            defaults: self.arena.slice(&defaults),
        })
    }

    /// A name with its annotation; behind a star the annotation may be starred.
    fn parameter(&mut self, annotated: bool, starred: bool) -> Result<Arg<'a>> {
        let first = self.p;
        let arg = self.take_name();
        let mut annotation = None;
        if annotated && self.eat(code::COLON) {
            let expression = if starred { self.star_expression()? } else { self.expression()? };
            annotation = Some(self.alloc(expression));
        }
        Ok(Arg { arg, annotation, type_comment: None, span: self.span(first, self.p - 1) })
    }

    /// Adds the type comment behind a parameter, which may stand behind its comma.
    fn with_type_comment(&mut self, arg: Arg<'a>) -> Arg<'a> {
        let at = match (self.code(), self.code_at(self.p + 1)) {
            (code::TYPE_COMMENT, _) => self.p,
            (code::COMMA, code::TYPE_COMMENT) => self.p + 1,
            _ => return arg,
        };
        Arg { type_comment: Some(self.arena.text(self.text(at))), ..arg }
    }
}

/// Steps over what separates parameters.
fn continue_or_end(builder: &mut Builder<'_, '_>, close: u8) -> Result<()> {
    builder.eat(code::TYPE_COMMENT);
    if builder.eat(code::COMMA) {
        builder.eat(code::TYPE_COMMENT);
        return Ok(());
    }
    if builder.code() == close { Ok(()) } else { rejected(builder.p) }
}
