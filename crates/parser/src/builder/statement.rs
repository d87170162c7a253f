//! Statements and start rules.

use super::expression::{TargetKind, begins_expression};
use super::{Builder, DEPTH_LIMIT, too_deep};
use crate::failure::{Result, rejected};
use crate::grammar::Rule;
use crate::token::code;
use hognose_primitives::bug;
use hognose_syntax::*;

impl<'a> Builder<'_, 'a> {
    /// `file`; type comments that ignore errors are handed in.
    pub fn module(mut self, type_ignores: &'a [TypeIgnore<'a>]) -> Result<Mod<'a>> {
        while self.code() != code::ENDMARKER {
            self.statement()?;
        }
        let body = self.finish_stmts(0);
        Ok(Mod::Module { body, type_ignores })
    }

    /// `interactive`.
    pub fn interactive(mut self) -> Result<Mod<'a>> {
        if self.code() == code::NEWLINE {
            let pass = Stmt { kind: StmtKind::Pass, span: self.span(self.p, self.p) };
            return Ok(Mod::Interactive { body: self.arena.slice(&[pass]) });
        }
        self.statement()?;
        let body = self.finish_stmts(0);
        Ok(Mod::Interactive { body })
    }

    /// `eval`.
    pub fn evaluation(mut self) -> Result<Mod<'a>> {
        let start = self.start(0);
        let mut body = self.expression()?;
        if self.code() == code::COMMA {
            body = self.tuple_after(body, start, Self::expression)?;
        }
        self.check_links(&body)?;
        Ok(Mod::Expression { body: self.alloc(body) })
    }

    /// `func_type`.
    pub fn function_type(mut self) -> Result<Mod<'a>> {
        #[derive(PartialEq, PartialOrd)]
        enum Seen {
            Types,
            Star,
            Mapping,
        }
        self.p += 1;
        let mut seen = Seen::Types;
        while self.code() != code::RPAR {
            let allowed = match self.code() {
                code::STAR => std::mem::replace(&mut seen, Seen::Star) < Seen::Star,
                code::DOUBLESTAR => std::mem::replace(&mut seen, Seen::Mapping) < Seen::Mapping,
                _ => seen == Seen::Types,
            };
            if !allowed {
                return rejected(self.p);
            }
            if matches!(self.code(), code::STAR | code::DOUBLESTAR) {
                self.p += 1;
            }
            let argument = self.expression()?;
            self.exprs.push(argument);
            if !self.eat(code::COMMA) {
                break;
            }
        }
        self.expect(code::RPAR)?;
        self.expect(code::RARROW)?;
        let argtypes = self.finish_exprs(0);
        let returns = self.expression()?;
        self.check_links(&returns)?;
        Ok(Mod::FunctionType { argtypes, returns: self.alloc(returns) })
    }

    fn finish_stmts(&mut self, base: usize) -> &'a [Stmt<'a>] {
        let list = self.arena.slice(&self.stmts[base..]);
        self.stmts.truncate(base);
        list
    }

    /// A compound statement, or a line of simple ones; they go to `self.stmts`.
    fn statement(&mut self) -> Result<()> {
        let Some(rule) = self.cursor.rule_at(self.p) else { return rejected(self.p) };
        let statement = match rule {
            Rule::if_ => self.if_()?,
            Rule::funcdef => self.function(self.p, &[], false)?,
            Rule::classdef => self.class(&[])?,
            Rule::decorated => self.decorated()?,
            Rule::for_ => self.for_(self.p, false)?,
            Rule::try_ => self.try_()?,
            Rule::with_ => self.with(self.p, false)?,
            Rule::while_ => self.while_()?,
            Rule::async_ => self.async_()?,
            Rule::match_ => self.match_()?,
            _ => return self.simple_line(),
        };
        self.stmts.push(statement);
        Ok(())
    }

    fn simple_line(&mut self) -> Result<()> {
        loop {
            let statement = self.simple()?;
            self.check_links(&statement)?;
            self.stmts.push(statement);
            if self.eat(code::SEMI) && self.code() != code::NEWLINE {
                continue;
            }
            return self.expect(code::NEWLINE);
        }
    }

    fn simple(&mut self) -> Result<Stmt<'a>> {
        let first = self.p;
        let Some(rule) = self.cursor.rule_at(first) else { return rejected(first) };
        self.cursor.enter(rule);
        let kind = match rule {
            Rule::expr_stmt => self.expr_stmt()?,
            Rule::return_ => {
                self.p += 1;
                let value = if begins_expression(self.code()) { Some(self.expressions()?) } else { None };
                StmtKind::Return { value: value.map(|value| self.alloc(value)) }
            }
            Rule::raise_ => self.raise()?,
            Rule::assert_ => {
                self.p += 1;
                let test = self.expression()?;
                let msg = if self.eat(code::COMMA) { Some(self.expression()?) } else { None };
                StmtKind::Assert { test: self.alloc(test), msg: msg.map(|msg| self.alloc(msg)) }
            }
            Rule::del_ => {
                self.p += 1;
                let base = self.exprs.len();
                while begins_expression(self.code()) {
                    let target = self.operand()?;
                    let target = self.target(target, TargetKind::Delete)?;
                    self.exprs.push(target);
                    if !self.eat(code::COMMA) {
                        break;
                    }
                }
                StmtKind::Delete { targets: self.finish_exprs(base) }
            }
            Rule::import_ => self.import(),
            Rule::import_from => self.import_from(),
            Rule::global_ => StmtKind::Global { names: self.name_list() },
            Rule::nonlocal_ => StmtKind::Nonlocal { names: self.name_list() },
            Rule::pass_ => self.keyword(StmtKind::Pass),
            Rule::break_ => self.keyword(StmtKind::Break),
            Rule::continue_ => self.keyword(StmtKind::Continue),
            _ => return rejected(first),
        };
        self.cursor.leave(self.p);
        Ok(Stmt { kind, span: self.span(first, self.p - 1) })
    }

    fn keyword(&mut self, kind: StmtKind<'a>) -> StmtKind<'a> {
        self.p += 1;
        kind
    }

    /// A right-hand side: `yield` or expressions.
    fn value(&mut self) -> Result<Expr<'a>> {
        if self.code() == code::YIELD { self.yield_() } else { self.expressions() }
    }

    /// An expression, an assignment, an annotated or an augmented assignment.
    fn expr_stmt(&mut self) -> Result<StmtKind<'a>> {
        let first = self.p;
        let value = self.value()?;
        match self.code() {
            code::EQUAL => self.assignment(value),
            code::COLON => self.annotated_assignment(first, value),
            token => match augmented(token) {
                None => Ok(StmtKind::Expr { value: self.alloc(value) }),
                Some(op) => {
                    let target = self.single_target(value)?;
                    self.p += 1;
                    let value = self.value()?;
                    Ok(StmtKind::AugAssign { target: self.alloc(target), op, value: self.alloc(value) })
                }
            },
        }
    }

    fn assignment(&mut self, first: Expr<'a>) -> Result<StmtKind<'a>> {
        let base = self.exprs.len();
        let mut value = first;
        let mut value_token = self.p - 1;
        while self.code() == code::EQUAL {
            if self.code_at(value_token) == code::YIELD {
                return rejected(self.p);
            }
            let target = self.target(value, TargetKind::Assign)?;
            self.exprs.push(target);
            self.p += 1;
            value_token = self.p;
            value = self.value()?;
        }
        let type_comment = self.type_comment();
        let targets = self.finish_exprs(base);
        Ok(StmtKind::Assign { targets, value: self.alloc(value), type_comment })
    }

    /// `single_target`: a name, an attribute or a subscript, perhaps in parentheses.
    fn single_target(&mut self, target: Expr<'a>) -> Result<Expr<'a>> {
        match target.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                self.target(target, TargetKind::Assign)
            }
            _ => rejected(self.p),
        }
    }

    fn annotated_assignment(&mut self, first: usize, target: Expr<'a>) -> Result<StmtKind<'a>> {
        let simple = self.p == first + 1 && matches!(target.kind, ExprKind::Name { .. });
        let target = self.single_target(target)?;
        self.p += 1;
        let annotation = self.expression()?;
        let value = if self.eat(code::EQUAL) { Some(self.value()?) } else { None };
        Ok(StmtKind::AnnAssign {
            target: self.alloc(target),
            annotation: self.alloc(annotation),
            value: value.map(|value| self.alloc(value)),
            simple,
        })
    }

    fn type_comment(&mut self) -> Option<&'a str> {
        let token = self.p;
        self.eat(code::TYPE_COMMENT).then(|| self.arena.text(self.text(token)))
    }

    fn raise(&mut self) -> Result<StmtKind<'a>> {
        self.p += 1;
        if !begins_expression(self.code()) {
            return Ok(StmtKind::Raise { exc: None, cause: None });
        }
        let exc = self.expression()?;
        let cause = if self.eat(code::FROM) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Raise { exc: Some(self.alloc(exc)), cause: cause.map(|cause| self.alloc(cause)) })
    }

    /// `global` or `nonlocal` and its names.
    fn name_list(&mut self) -> &'a [&'a str] {
        let mut names = Vec::new();
        loop {
            self.p += 1;
            names.push(self.take_name());
            if self.code() != code::COMMA {
                return self.arena.slice(&names);
            }
        }
    }

    /// `a.b.c`: the dots are part of the name.
    fn dotted_name(&mut self) -> &'a str {
        let first = self.take_name();
        if self.code() != code::DOT {
            return first;
        }
        let mut name = first.to_owned();
        while self.eat(code::DOT) {
            name.push('.');
            name.push_str(self.take_name());
        }
        self.arena.text(&name)
    }

    fn import(&mut self) -> StmtKind<'a> {
        let mut names = Vec::new();
        loop {
            self.p += 1;
            let first = self.p;
            let name = self.dotted_name();
            names.push(self.alias(first, name));
            if self.code() != code::COMMA {
                return StmtKind::Import { names: self.arena.slice(&names) };
            }
        }
    }

    /// An imported name whose first token is given, with what it is renamed to.
    fn alias(&mut self, first: usize, name: &'a str) -> Alias<'a> {
        let asname = if self.eat(code::AS) { Some(self.take_name()) } else { None };
        Alias { name, asname, span: self.span(first, self.p - 1) }
    }

    fn import_from(&mut self) -> StmtKind<'a> {
        self.p += 1;
        let mut level = 0;
        loop {
            level += match self.code() {
                code::DOT => 1,
                code::ELLIPSIS => 3,
                _ => break,
            };
            self.p += 1;
        }
        let module = if self.code() == code::NAME { Some(self.dotted_name()) } else { None };
        self.p += 1;
        let mut names = Vec::new();
        if self.eat(code::STAR) {
            names.push(Alias { name: "*", asname: None, span: self.span(self.p - 1, self.p - 1) });
        } else {
            let parenthesised = self.eat(code::LPAR);
            while self.code() == code::NAME {
                let first = self.p;
                let name = self.take_name();
                names.push(self.alias(first, name));
                if !self.eat(code::COMMA) {
                    break;
                }
            }
            self.p += usize::from(parenthesised);
        }
        StmtKind::ImportFrom { module, names: self.arena.slice(&names), level }
    }

    /// A colon and what it introduces.
    fn block(&mut self) -> Result<&'a [Stmt<'a>]> {
        self.expect(code::COLON)?;
        self.body()
    }

    /// An indented block, or the rest of the line.
    fn body(&mut self) -> Result<&'a [Stmt<'a>]> {
        self.descend()?;
        self.cursor.enter(Rule::block);
        let base = self.stmts.len();
        if self.eat(code::NEWLINE) {
            self.expect(code::INDENT)?;
            while !self.eat(code::DEDENT) {
                self.statement()?;
            }
        } else {
            self.simple_line()?;
        }
        self.cursor.leave(self.p);
        self.depth -= 1;
        Ok(self.finish_stmts(base))
    }

    fn else_(&mut self) -> Result<&'a [Stmt<'a>]> {
        if self.eat(code::ELSE) { self.block() } else { Ok(&[]) }
    }

    /// The span of a compound statement that has just been read: to its last token that is not a line's end.
    fn compound_span(&self, first: usize) -> Span {
        let line_end = |token: &u8| matches!(*token, code::NEWLINE | code::INDENT | code::DEDENT);
        let trailing = self.codes[..self.p].iter().rev().take_while(|&token| line_end(token)).count();
        let trailing = bug!("compound-statement-ends-at-its-dedent", trailing, trailing.min(1));
        self.span(first, self.p - trailing - 1)
    }

    fn condition(&mut self) -> Result<Expr<'a>> {
        let test = self.named()?;
        self.check_links(&test)?;
        Ok(test)
    }

    fn if_(&mut self) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::if_);
        let mut branches = Vec::new();
        while matches!(self.code(), code::IF | code::ELIF) {
            let first = self.p;
            self.p += 1;
            let test = self.condition()?;
            branches.push((first, test, self.block()?));
            if self.code() != code::ELIF {
                break;
            }
        }
        let mut orelse = self.else_()?;
        self.cursor.leave(self.p);
        if branches.len() as u32 + self.depth > DEPTH_LIMIT {
            return Err(too_deep(branches.len()));
        }
        loop {
            let (first, test, body) = branches.pop().expect("an if has at least one branch");
            let span = self.compound_span(first);
            let statement = Stmt { kind: StmtKind::If { test: self.alloc(test), body, orelse }, span };
            if branches.is_empty() {
                return Ok(statement);
            }
            orelse = self.arena.slice(&[statement]);
        }
    }

    fn while_(&mut self) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::while_);
        let first = self.p;
        self.p += 1;
        let test = self.condition()?;
        let body = self.block()?;
        let orelse = self.else_()?;
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        Ok(Stmt { kind: StmtKind::While { test: self.alloc(test), body, orelse }, span })
    }

    fn for_(&mut self, first: usize, is_async: bool) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::for_);
        self.p += 1;
        let target = self.targets()?;
        self.expect(code::IN)?;
        let iter = self.expressions()?;
        self.check_links_of(&[NodeRef::from(&target), NodeRef::from(&iter)])?;
        self.expect(code::COLON)?;
        let type_comment = self.type_comment();
        let body = self.body()?;
        let orelse = self.else_()?;
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        let (target, iter) = (self.alloc(target), self.alloc(iter));
        let fields = self.arena.alloc(For { target, iter, body, orelse, type_comment });
        Ok(Stmt { kind: if is_async { StmtKind::AsyncFor(fields) } else { StmtKind::For(fields) }, span })
    }

    fn try_(&mut self) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::try_);
        let first = self.p;
        self.p += 1;
        let body = self.block()?;
        let mut handlers = Vec::new();
        let mut star = false;
        while self.code() == code::EXCEPT {
            let is_star = self.code_at(self.p + 1) == code::STAR;
            if !handlers.is_empty() && is_star != star {
                return rejected(self.p);
            }
            star = is_star;
            handlers.push(self.handler(is_star)?);
        }
        let orelse = self.else_()?;
        let finalbody = if self.eat(code::FINALLY) { self.block()? } else { &[] };
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        let handlers = self.arena.slice(&handlers);
        let fields = self.arena.alloc(Try { body, handlers, orelse, finalbody });
        Ok(Stmt { kind: if star { StmtKind::TryStar(fields) } else { StmtKind::Try(fields) }, span })
    }

    fn handler(&mut self, star: bool) -> Result<ExceptHandler<'a>> {
        self.cursor.enter(Rule::handler);
        let first = self.p;
        self.p += 1 + usize::from(star);
        let mut type_ = None;
        let mut name = None;
        if self.code() != code::COLON {
            let class = self.expression()?;
            self.check_links(&class)?;
            type_ = Some(self.alloc(class));
            if self.eat(code::AS) {
                name = Some(self.take_name());
            }
        } else if star {
            return rejected(self.p);
        }
        let body = self.block()?;
        self.cursor.leave(self.p);
        Ok(ExceptHandler { type_, name, body, span: self.compound_span(first) })
    }

    fn with(&mut self, first: usize, is_async: bool) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::with_);
        self.p += 1;
        let mut items = Vec::new();
        let parenthesised = self.cursor.rule_at(self.p) == Some(Rule::with_group);
        if parenthesised {
            self.cursor.enter(Rule::with_group);
            self.p += 1;
        }
        while !matches!(self.code(), code::COLON | code::RPAR) {
            items.push(self.with_item()?);
            if !self.eat(code::COMMA) {
                break;
            }
        }
        if parenthesised {
            self.expect(code::RPAR)?;
            self.cursor.leave(self.p);
        }
        self.expect(code::COLON)?;
        let type_comment = self.type_comment();
        let body = self.body()?;
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        let fields = self.arena.alloc(With { items: self.arena.slice(&items), body, type_comment });
        Ok(Stmt { kind: if is_async { StmtKind::AsyncWith(fields) } else { StmtKind::With(fields) }, span })
    }

    fn with_item(&mut self) -> Result<WithItem<'a>> {
        let context_expr = self.expression()?;
        self.check_links(&context_expr)?;
        let mut optional_vars = None;
        if self.eat(code::AS) {
            let target = self.one_target()?;
            self.check_links(&target)?;
            optional_vars = Some(self.alloc(target));
        }
        Ok(WithItem { context_expr, optional_vars })
    }

    fn async_(&mut self) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::async_);
        let first = self.p;
        self.p += 1;
        let statement = match self.code() {
            code::DEF => self.function(first, &[], true)?,
            code::WITH => self.with(first, true)?,
            _ => self.for_(first, true)?,
        };
        self.cursor.leave(self.p);
        Ok(statement)
    }

    fn decorated(&mut self) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::decorated);
        let base = self.exprs.len();
        while self.eat(code::AT) {
            let decorator = self.condition()?;
            self.exprs.push(decorator);
            self.expect(code::NEWLINE)?;
        }
        let decorators = self.finish_exprs(base);
        let statement = match self.code() {
            code::CLASS => self.class(decorators)?,
            code::ASYNC => {
                self.cursor.enter(Rule::async_def);
                self.p += 1;
                let function = self.function(self.p - 1, decorators, true)?;
                self.cursor.leave(self.p);
                function
            }
            _ => self.function(self.p, decorators, false)?,
        };
        self.cursor.leave(self.p);
        Ok(statement)
    }

    fn function(&mut self, first: usize, decorator_list: &'a [Expr<'a>], is_async: bool) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::funcdef);
        self.p += 1;
        let name = self.take_name();
        self.expect(code::LPAR)?;
        let args = self.parameters(code::RPAR)?;
        self.check_links(&args)?;
        self.expect(code::RPAR)?;
        let mut returns = None;
        if self.eat(code::RARROW) {
            let annotation = self.expression()?;
            self.check_links(&annotation)?;
            returns = Some(self.alloc(annotation));
        }
        self.expect(code::COLON)?;
        if self.code() == code::NEWLINE && self.code_at(self.p + 1) == code::TYPE_COMMENT {
            self.p += 1;
        }
        let type_comment = self.type_comment();
        let body = self.body()?;
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        let args = self.arena.alloc(args);
        let fields = self.arena.alloc(FunctionDef { name, args, body, decorator_list, returns, type_comment });
        let kind = if is_async { StmtKind::AsyncFunctionDef(fields) } else { StmtKind::FunctionDef(fields) };
        Ok(Stmt { kind, span })
    }

    fn class(&mut self, decorator_list: &'a [Expr<'a>]) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::classdef);
        let first = self.p;
        self.p += 1;
        let name = self.take_name();
        let (bases, keywords) =
            if self.code() == code::LPAR { self.call_arguments(false)? } else { (&[][..], &[][..]) };
        let parts: Vec<_> = bases.iter().map(NodeRef::from).chain(keywords.iter().map(NodeRef::from)).collect();
        self.check_links_of(&parts)?;
        let body = self.block()?;
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        let fields = self.arena.alloc(ClassDef { name, bases, keywords, body, decorator_list });
        Ok(Stmt { kind: StmtKind::ClassDef(fields), span })
    }

    fn match_(&mut self) -> Result<Stmt<'a>> {
        self.cursor.enter(Rule::match_);
        let first = self.p;
        self.p += 1;
        let subject = self.subject()?;
        self.check_links(&subject)?;
        self.expect(code::COLON)?;
        self.expect(code::NEWLINE)?;
        self.expect(code::INDENT)?;
        let mut cases = Vec::new();
        self.descend()?;
        while !self.eat(code::DEDENT) {
            self.cursor.enter(Rule::case_);
            self.p += 1;
            let pattern = self.patterns()?;
            self.check_links(&pattern)?;
            let guard = if self.eat(code::IF) { Some(self.condition()?) } else { None };
            let body = self.block()?;
            self.cursor.leave(self.p);
            cases.push(MatchCase { pattern, guard: guard.map(|guard| self.alloc(guard)), body });
        }
        self.depth -= 1;
        self.cursor.leave(self.p);
        let span = self.compound_span(first);
        Ok(Stmt { kind: StmtKind::Match { subject: self.alloc(subject), cases: self.arena.slice(&cases) }, span })
    }

    /// `subject_expr`: one expression, or a tuple without parentheses.
    fn subject(&mut self) -> Result<Expr<'a>> {
        let first = self.p;
        let star = self.code() == code::STAR;
        let subject = self.star_named()?;
        if self.code() == code::COMMA {
            return self.tuple_after(subject, self.start(first), Self::star_named);
        }
        if star { rejected(self.p) } else { Ok(subject) }
    }
}

/// The operator of an augmented assignment.
fn augmented(token: u8) -> Option<Operator> {
    Some(match token {
        code::PLUSEQUAL => Operator::Add,
        code::MINEQUAL => Operator::Sub,
        code::STAREQUAL => Operator::Mult,
        code::SLASHEQUAL => Operator::Div,
        code::PERCENTEQUAL => Operator::Mod,
        code::ATEQUAL => Operator::MatMult,
        code::DOUBLESLASHEQUAL => Operator::FloorDiv,
        code::DOUBLESTAREQUAL => Operator::Pow,
        code::LEFTSHIFTEQUAL => Operator::LShift,
        code::RIGHTSHIFTEQUAL => Operator::RShift,
        code::AMPEREQUAL => Operator::BitAnd,
        code::VBAREQUAL => Operator::BitOr,
        code::CIRCUMFLEXEQUAL => Operator::BitXor,
        _ => return None,
    })
}
