//! Folds constant expressions where CPython 3.11 folds them.
//!
//! Nodes that change are copied into the arena; all others are shared with the old tree. A folded node keeps the place
//! of the whole expression.

use super::format::parts_of_format;
use super::limits::fold_binary;
use crate::Fuel;
use hognose_primitives::{Constant, Operator, arith, bug};
use hognose_syntax::{
    Arena, Arg, Arguments, ClassDef, CmpOp, Comprehension, ExceptHandler, Expr, ExprContext, ExprKind, For,
    FunctionDef, Keyword, MatchCase, Mod, Pattern, PatternKind, Stmt, StmtKind, SyntaxError, Try, UnaryOp, With,
    WithItem,
};

/// Under which circumstances to fold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoldOptions {
    /// Optimisation level: 0, 1 for `-O`, 2 for `-OO`; decides `__debug__`.
    pub level: u8,
    /// `from __future__ import annotations` is in force: annotations become text and are left as written.
    pub future_annotations: bool,
    /// `sys.getrecursionlimit()`; nesting of the tree may go three times as deep.
    pub recursion_limit: u32,
    /// How many Python frames are active where the compiler was called.
    pub frames: u32,
}

impl Default for FoldOptions {
    fn default() -> Self {
        FoldOptions { level: 0, future_annotations: false, recursion_limit: 1000, frames: 0 }
    }
}

/// Folds a module; each rewrite takes fuel, save those in the values of patterns, which must become constants.
///
/// # Errors
/// `RecursionError` when the tree is nested too deeply.
///
/// # Source
/// CPython 3.11, `Python/ast_opt.c`.
pub fn fold<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    options: FoldOptions,
    fuel: &mut Fuel,
) -> Result<Mod<'a>, SyntaxError> {
    let scaled = |frames: u32| frames.saturating_mul(3);
    let mut folder = Folder {
        arena,
        options,
        fuel,
        required: false,
        depth: scaled(options.frames),
        depth_limit: scaled(options.recursion_limit),
    };
    Ok(match *module {
        Mod::Module { body, type_ignores } => Mod::Module { body: folder.fold_documented(body)?, type_ignores },
        Mod::Interactive { body } => Mod::Interactive { body: folder.fold_body(body)? },
        Mod::Expression { body } => Mod::Expression { body: folder.fold_ref(body)? },
        Mod::FunctionType { .. } => *module,
    })
}

/// A node that has changed, if it has.
type Changed<T> = Result<Option<T>, SyntaxError>;

struct Folder<'a, 'f> {
    arena: &'a Arena,
    options: FoldOptions,
    fuel: &'f mut Fuel,
    /// Whether this is a value that a pattern is compared with: code generation wants a constant there.
    required: bool,
    depth: u32,
    depth_limit: u32,
}

impl<'a> Folder<'a, '_> {
    fn descend(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > self.depth_limit {
            return Err(SyntaxError::recursion_during_compilation());
        }
        Ok(())
    }

    /// Folds each node of a list; gives the same list when none has changed.
    fn fold_list<T: Copy>(
        &mut self,
        nodes: &'a [T],
        fold: impl Fn(&mut Self, &'a T) -> Changed<T>,
    ) -> Result<&'a [T], SyntaxError> {
        let mut changed: Option<Vec<T>> = None;
        for (position, node) in nodes.iter().enumerate() {
            if let Some(new) = fold(self, node)? {
                changed.get_or_insert_with(|| nodes.to_vec())[position] = new;
            }
        }
        Ok(changed.map_or(nodes, |nodes| self.arena.slice(&nodes)))
    }

    fn fold_exprs(&mut self, exprs: &'a [Expr<'a>]) -> Result<&'a [Expr<'a>], SyntaxError> {
        self.fold_list(exprs, Self::fold_expr)
    }

    fn fold_body(&mut self, body: &'a [Stmt<'a>]) -> Result<&'a [Stmt<'a>], SyntaxError> {
        self.fold_list(body, Self::fold_stmt)
    }

    fn fold_ref(&mut self, expr: &'a Expr<'a>) -> Result<&'a Expr<'a>, SyntaxError> {
        Ok(self.fold_expr(expr)?.map_or(expr, |new| self.arena.alloc(new)))
    }

    fn fold_optional(&mut self, expr: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>, SyntaxError> {
        expr.map(|expr| self.fold_ref(expr)).transpose()
    }

    fn fold_optionals(&mut self, exprs: &'a [Option<&'a Expr<'a>>]) -> Result<&'a [Option<&'a Expr<'a>>], SyntaxError> {
        self.fold_list(exprs, |folder, expr| {
            let Some(expr) = *expr else { return Ok(None) };
            let new = folder.fold_ref(expr)?;
            Ok(if same(expr, new) { None } else { Some(Some(new)) })
        })
    }

    /// Folds an annotation, unless annotations are kept as text.
    fn fold_annotation(&mut self, annotation: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>, SyntaxError> {
        if self.options.future_annotations { Ok(annotation) } else { self.fold_optional(annotation) }
    }

    /// Folds a body that may begin with a docstring.
    ///
    /// A string that folding has only now put there is no docstring: it becomes an f-string without expressions.
    fn fold_documented(&mut self, body: &'a [Stmt<'a>]) -> Result<&'a [Stmt<'a>], SyntaxError> {
        let folded = self.fold_body(body)?;
        if docstring(body).is_none()
            && let Some(text) = docstring(folded)
            && let [first, rest @ ..] = folded
        {
            let kind = ExprKind::JoinedStr { values: std::slice::from_ref(text) };
            let value = self.arena.alloc(Expr { kind, span: first.span });
            let mut statements = vec![Stmt { kind: StmtKind::Expr { value }, span: first.span }];
            statements.extend(rest);
            return Ok(self.arena.slice(&statements));
        }
        Ok(folded)
    }

    fn fold_stmt(&mut self, statement: &'a Stmt<'a>) -> Changed<Stmt<'a>> {
        self.descend()?;
        let arena = self.arena;
        let kind = match statement.kind {
            StmtKind::FunctionDef(function) => {
                self.fold_function(function)?.map(|new| StmtKind::FunctionDef(arena.alloc(new)))
            }
            StmtKind::AsyncFunctionDef(function) => {
                self.fold_function(function)?.map(|new| StmtKind::AsyncFunctionDef(arena.alloc(new)))
            }
            StmtKind::ClassDef(class) => self.fold_class(class)?.map(|new| StmtKind::ClassDef(arena.alloc(new))),
            StmtKind::Return { value } => {
                let new = self.fold_optional(value)?;
                changed(same_optional(value, new), StmtKind::Return { value: new })
            }
            StmtKind::Delete { targets } => {
                let new = self.fold_exprs(targets)?;
                changed(same_list(targets, new), StmtKind::Delete { targets: new })
            }
            StmtKind::Assign { targets, value, type_comment } => {
                let new_targets = self.fold_exprs(targets)?;
                let new_value = self.fold_ref(value)?;
                let kind = StmtKind::Assign { targets: new_targets, value: new_value, type_comment };
                changed(same_list(targets, new_targets) && same(value, new_value), kind)
            }
            StmtKind::AugAssign { target, op, value } => {
                let new_target = self.fold_ref(target)?;
                let new_value = self.fold_ref(value)?;
                let kind = StmtKind::AugAssign { target: new_target, op, value: new_value };
                changed(same(target, new_target) && same(value, new_value), kind)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                let new_target = self.fold_ref(target)?;
                let new_annotation = self.fold_annotation(Some(annotation))?.unwrap_or(annotation);
                let new_value = self.fold_optional(value)?;
                let is_same =
                    same(target, new_target) && same(annotation, new_annotation) && same_optional(value, new_value);
                let kind =
                    StmtKind::AnnAssign { target: new_target, annotation: new_annotation, value: new_value, simple };
                changed(is_same, kind)
            }
            StmtKind::For(node) => self.fold_for(node, true)?.map(|new| StmtKind::For(arena.alloc(new))),
            StmtKind::AsyncFor(node) => self.fold_for(node, false)?.map(|new| StmtKind::AsyncFor(arena.alloc(new))),
            StmtKind::While { test, body, orelse } => self
                .fold_branches(test, body, orelse)?
                .map(|(test, body, orelse)| StmtKind::While { test, body, orelse }),
            StmtKind::If { test, body, orelse } => {
                self.fold_branches(test, body, orelse)?.map(|(test, body, orelse)| StmtKind::If { test, body, orelse })
            }
            StmtKind::With(node) => self.fold_with(node)?.map(|new| StmtKind::With(arena.alloc(new))),
            StmtKind::AsyncWith(node) => self.fold_with(node)?.map(|new| StmtKind::AsyncWith(arena.alloc(new))),
            StmtKind::Match { subject, cases } => {
                let new_subject = self.fold_ref(subject)?;
                let new_cases = self.fold_list(cases, Self::fold_case)?;
                let kind = StmtKind::Match { subject: new_subject, cases: new_cases };
                changed(same(subject, new_subject) && same_list(cases, new_cases), kind)
            }
            StmtKind::Raise { exc, cause } => {
                let new_exc = self.fold_optional(exc)?;
                let new_cause = self.fold_optional(cause)?;
                let is_same = same_optional(exc, new_exc) && same_optional(cause, new_cause);
                changed(is_same, StmtKind::Raise { exc: new_exc, cause: new_cause })
            }
            StmtKind::Try(node) => self.fold_try(node)?.map(|new| StmtKind::Try(arena.alloc(new))),
            StmtKind::TryStar(node) => self.fold_try(node)?.map(|new| StmtKind::TryStar(arena.alloc(new))),
            StmtKind::Assert { test, msg } => {
                let new_test = self.fold_ref(test)?;
                let new_msg = self.fold_optional(msg)?;
                let is_same = same(test, new_test) && same_optional(msg, new_msg);
                changed(is_same, StmtKind::Assert { test: new_test, msg: new_msg })
            }
            StmtKind::Expr { value } => {
                let new = self.fold_ref(value)?;
                changed(same(value, new), StmtKind::Expr { value: new })
            }
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue => None,
        };
        self.depth -= 1;
        Ok(kind.map(|kind| Stmt { kind, span: statement.span }))
    }

    fn fold_function(&mut self, function: &'a FunctionDef<'a>) -> Changed<FunctionDef<'a>> {
        let args = self.fold_arguments(function.args)?;
        let body = self.fold_documented(function.body)?;
        let decorator_list = self.fold_exprs(function.decorator_list)?;
        let returns = self.fold_annotation(function.returns)?;
        let is_same = same(function.args, args)
            && same_list(function.body, body)
            && same_list(function.decorator_list, decorator_list)
            && same_optional(function.returns, returns);
        Ok(changed(is_same, FunctionDef { args, body, decorator_list, returns, ..*function }))
    }

    fn fold_class(&mut self, class: &'a ClassDef<'a>) -> Changed<ClassDef<'a>> {
        let bases = self.fold_exprs(class.bases)?;
        let keywords = self.fold_list(class.keywords, Self::fold_keyword)?;
        let body = self.fold_documented(class.body)?;
        let decorator_list = self.fold_exprs(class.decorator_list)?;
        let is_same = same_list(class.bases, bases)
            && same_list(class.keywords, keywords)
            && same_list(class.body, body)
            && same_list(class.decorator_list, decorator_list);
        Ok(changed(is_same, ClassDef { bases, keywords, body, decorator_list, ..*class }))
    }

    fn fold_keyword(&mut self, keyword: &'a Keyword<'a>) -> Changed<Keyword<'a>> {
        Ok(self.fold_expr(&keyword.value)?.map(|value| Keyword { value, ..*keyword }))
    }

    fn fold_arguments(&mut self, args: &'a Arguments<'a>) -> Result<&'a Arguments<'a>, SyntaxError> {
        let new = Arguments {
            posonlyargs: self.fold_list(args.posonlyargs, Self::fold_arg)?,
            args: self.fold_list(args.args, Self::fold_arg)?,
            vararg: self.fold_optional_arg(args.vararg)?,
            kwonlyargs: self.fold_list(args.kwonlyargs, Self::fold_arg)?,
            kw_defaults: self.fold_optionals(args.kw_defaults)?,
            kwarg: self.fold_optional_arg(args.kwarg)?,
            defaults: self.fold_exprs(args.defaults)?,
        };
        let is_same = same_list(args.posonlyargs, new.posonlyargs)
            && same_list(args.args, new.args)
            && same_optional(args.vararg, new.vararg)
            && same_list(args.kwonlyargs, new.kwonlyargs)
            && same_list(args.kw_defaults, new.kw_defaults)
            && same_optional(args.kwarg, new.kwarg)
            && same_list(args.defaults, new.defaults);
        Ok(if is_same { args } else { self.arena.alloc(new) })
    }

    fn fold_arg(&mut self, arg: &'a Arg<'a>) -> Changed<Arg<'a>> {
        let annotation = self.fold_annotation(arg.annotation)?;
        Ok(changed(same_optional(arg.annotation, annotation), Arg { annotation, ..*arg }))
    }

    fn fold_optional_arg(&mut self, arg: Option<&'a Arg<'a>>) -> Result<Option<&'a Arg<'a>>, SyntaxError> {
        let Some(old) = arg else { return Ok(None) };
        Ok(Some(self.fold_arg(old)?.map_or(old, |new| self.arena.alloc(new))))
    }

    fn fold_for(&mut self, node: &'a For<'a>, folds_iter: bool) -> Changed<For<'a>> {
        let target = self.fold_ref(node.target)?;
        let mut iter = self.fold_ref(node.iter)?;
        let body = self.fold_body(node.body)?;
        let orelse = self.fold_body(node.orelse)?;
        // CPython leaves the iterable of `async for` alone.
        if folds_iter && let Some(new) = self.fold_iter(iter) {
            iter = self.arena.alloc(new);
        }
        let is_same = same(node.target, target)
            && same(node.iter, iter)
            && same_list(node.body, body)
            && same_list(node.orelse, orelse);
        Ok(changed(is_same, For { target, iter, body, orelse, ..*node }))
    }

    fn fold_branches(
        &mut self,
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    ) -> Changed<(&'a Expr<'a>, &'a [Stmt<'a>], &'a [Stmt<'a>])> {
        let new_test = self.fold_ref(test)?;
        let new_body = self.fold_body(body)?;
        let new_orelse = self.fold_body(orelse)?;
        let is_same = same(test, new_test) && same_list(body, new_body) && same_list(orelse, new_orelse);
        Ok(changed(is_same, (new_test, new_body, new_orelse)))
    }

    fn fold_with(&mut self, node: &'a With<'a>) -> Changed<With<'a>> {
        let items = self.fold_list(node.items, |folder, item| {
            let context_expr = folder.fold_expr(&item.context_expr)?;
            let optional_vars = folder.fold_optional(item.optional_vars)?;
            let is_same = context_expr.is_none() && same_optional(item.optional_vars, optional_vars);
            let context_expr = context_expr.unwrap_or(item.context_expr);
            Ok(changed(is_same, WithItem { context_expr, optional_vars }))
        })?;
        let body = self.fold_body(node.body)?;
        Ok(changed(same_list(node.items, items) && same_list(node.body, body), With { items, body, ..*node }))
    }

    fn fold_try(&mut self, node: &'a Try<'a>) -> Changed<Try<'a>> {
        let body = self.fold_body(node.body)?;
        let handlers = self.fold_list(node.handlers, |folder, handler| {
            let type_ = folder.fold_optional(handler.type_)?;
            let body = folder.fold_body(handler.body)?;
            let is_same = same_optional(handler.type_, type_) && same_list(handler.body, body);
            Ok(changed(is_same, ExceptHandler { type_, body, ..*handler }))
        })?;
        let orelse = self.fold_body(node.orelse)?;
        let finalbody = self.fold_body(node.finalbody)?;
        let is_same = same_list(node.body, body)
            && same_list(node.handlers, handlers)
            && same_list(node.orelse, orelse)
            && same_list(node.finalbody, finalbody);
        Ok(changed(is_same, Try { body, handlers, orelse, finalbody }))
    }

    fn fold_case(&mut self, case: &'a MatchCase<'a>) -> Changed<MatchCase<'a>> {
        let pattern = self.fold_pattern(&case.pattern)?;
        let guard = self.fold_optional(case.guard)?;
        let body = self.fold_body(case.body)?;
        let is_same = pattern.is_none() && same_optional(case.guard, guard) && same_list(case.body, body);
        Ok(changed(is_same, MatchCase { pattern: pattern.unwrap_or(case.pattern), guard, body }))
    }

    /// Folds what has to be folded whatever the fuel.
    fn required<T>(&mut self, fold: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.required, true);
        let folded = fold(self);
        self.required = outer;
        folded
    }

    /// Whether one more rewrite may be made; counts it.
    fn may_fold(&mut self) -> bool {
        self.required || self.fuel.take()
    }

    fn fold_pattern(&mut self, pattern: &'a Pattern<'a>) -> Changed<Pattern<'a>> {
        self.descend()?;
        let kind = match pattern.kind {
            PatternKind::MatchValue { value } => {
                let new = self.required(|folder| folder.fold_ref(value))?;
                changed(same(value, new), PatternKind::MatchValue { value: new })
            }
            PatternKind::MatchSequence { patterns } => {
                let new = self.fold_patterns(patterns)?;
                changed(same_list(patterns, new), PatternKind::MatchSequence { patterns: new })
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                let new_keys = self.required(|folder| folder.fold_exprs(keys))?;
                let new_patterns = self.fold_patterns(patterns)?;
                let kind = PatternKind::MatchMapping { keys: new_keys, patterns: new_patterns, rest };
                changed(same_list(keys, new_keys) && same_list(patterns, new_patterns), kind)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                let new_cls = self.fold_ref(cls)?;
                let new_patterns = self.fold_patterns(patterns)?;
                let new_kwd_patterns = self.fold_patterns(kwd_patterns)?;
                let is_same = same(cls, new_cls)
                    && same_list(patterns, new_patterns)
                    && same_list(kwd_patterns, new_kwd_patterns);
                let kind = PatternKind::MatchClass {
                    cls: new_cls,
                    patterns: new_patterns,
                    kwd_attrs,
                    kwd_patterns: new_kwd_patterns,
                };
                changed(is_same, kind)
            }
            PatternKind::MatchAs { pattern: Some(inner), name } => {
                self.fold_pattern(inner)?.map(|new| PatternKind::MatchAs { pattern: Some(self.arena.alloc(new)), name })
            }
            PatternKind::MatchOr { patterns } => {
                let new = self.fold_patterns(patterns)?;
                changed(same_list(patterns, new), PatternKind::MatchOr { patterns: new })
            }
            PatternKind::MatchSingleton { .. }
            | PatternKind::MatchStar { .. }
            | PatternKind::MatchAs { pattern: None, .. } => None,
        };
        self.depth -= 1;
        Ok(kind.map(|kind| Pattern { kind, span: pattern.span }))
    }

    fn fold_patterns(&mut self, patterns: &'a [Pattern<'a>]) -> Result<&'a [Pattern<'a>], SyntaxError> {
        self.fold_list(patterns, Self::fold_pattern)
    }

    fn fold_expr(&mut self, expr: &'a Expr<'a>) -> Changed<Expr<'a>> {
        self.descend()?;
        let span = expr.span;
        let kind = match expr.kind {
            ExprKind::BoolOp { op, values } => {
                let new = self.fold_exprs(values)?;
                changed(same_list(values, new), ExprKind::BoolOp { op, values: new })
            }
            // The target is a name, which has nothing to fold.
            ExprKind::NamedExpr { target, value } => {
                let new = self.fold_ref(value)?;
                changed(same(value, new), ExprKind::NamedExpr { target, value: new })
            }
            ExprKind::BinOp { left, op, right } => {
                let new_left = self.fold_ref(left)?;
                let new_right = self.fold_ref(right)?;
                self.fold_bin_op(new_left, op, new_right).or(changed(
                    same(left, new_left) && same(right, new_right),
                    ExprKind::BinOp { left: new_left, op, right: new_right },
                ))
            }
            ExprKind::UnaryOp { op, operand } => {
                let new = self.fold_ref(operand)?;
                if let Some(comparison) = self.fold_not_comparison(op, new) {
                    self.depth -= 1;
                    let span = bug!("fold-not-in-at-not", comparison.span, span);
                    return Ok(Some(Expr { span, ..comparison }));
                }
                self.fold_unary_op(op, new).or(changed(same(operand, new), ExprKind::UnaryOp { op, operand: new }))
            }
            ExprKind::Lambda { args, body } => {
                let new_args = self.fold_arguments(args)?;
                let new_body = self.fold_ref(body)?;
                let kind = ExprKind::Lambda { args: new_args, body: new_body };
                changed(same(args, new_args) && same(body, new_body), kind)
            }
            ExprKind::IfExp { test, body, orelse } => {
                let new_test = self.fold_ref(test)?;
                let new_body = self.fold_ref(body)?;
                let new_orelse = self.fold_ref(orelse)?;
                let is_same = same(test, new_test) && same(body, new_body) && same(orelse, new_orelse);
                changed(is_same, ExprKind::IfExp { test: new_test, body: new_body, orelse: new_orelse })
            }
            ExprKind::Dict { keys, values } => {
                let new_keys = self.fold_optionals(keys)?;
                let new_values = self.fold_exprs(values)?;
                let is_same = same_list(keys, new_keys) && same_list(values, new_values);
                changed(is_same, ExprKind::Dict { keys: new_keys, values: new_values })
            }
            ExprKind::Set { elts } => {
                let new = self.fold_exprs(elts)?;
                changed(same_list(elts, new), ExprKind::Set { elts: new })
            }
            ExprKind::ListComp { elt, generators } => {
                let new_elt = self.fold_ref(elt)?;
                let new_generators = self.fold_list(generators, Self::fold_comprehension)?;
                let kind = ExprKind::ListComp { elt: new_elt, generators: new_generators };
                changed(same(elt, new_elt) && same_list(generators, new_generators), kind)
            }
            ExprKind::SetComp { elt, generators } => {
                let new_elt = self.fold_ref(elt)?;
                let new_generators = self.fold_list(generators, Self::fold_comprehension)?;
                let kind = ExprKind::SetComp { elt: new_elt, generators: new_generators };
                changed(same(elt, new_elt) && same_list(generators, new_generators), kind)
            }
            ExprKind::DictComp { key, value, generators } => {
                let new_key = self.fold_ref(key)?;
                let new_value = self.fold_ref(value)?;
                let new_generators = self.fold_list(generators, Self::fold_comprehension)?;
                let is_same = same(key, new_key) && same(value, new_value) && same_list(generators, new_generators);
                let kind = ExprKind::DictComp { key: new_key, value: new_value, generators: new_generators };
                changed(is_same, kind)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let new_elt = self.fold_ref(elt)?;
                let new_generators = self.fold_list(generators, Self::fold_comprehension)?;
                let kind = ExprKind::GeneratorExp { elt: new_elt, generators: new_generators };
                changed(same(elt, new_elt) && same_list(generators, new_generators), kind)
            }
            ExprKind::Await { value } => {
                let new = self.fold_ref(value)?;
                changed(same(value, new), ExprKind::Await { value: new })
            }
            ExprKind::Yield { value } => {
                let new = self.fold_optional(value)?;
                changed(same_optional(value, new), ExprKind::Yield { value: new })
            }
            ExprKind::YieldFrom { value } => {
                let new = self.fold_ref(value)?;
                changed(same(value, new), ExprKind::YieldFrom { value: new })
            }
            ExprKind::Compare { left, ops, comparators } => {
                let new_left = self.fold_ref(left)?;
                let mut new_comparators = self.fold_exprs(comparators)?;
                if let Some((CmpOp::In | CmpOp::NotIn, [others @ .., last])) = ops.last().zip(Some(new_comparators))
                    && let Some(new_last) = self.fold_iter(last)
                {
                    new_comparators = self.arena.slice(&[others, &[new_last]].concat());
                }
                let is_same = same(left, new_left) && same_list(comparators, new_comparators);
                changed(is_same, ExprKind::Compare { left: new_left, ops, comparators: new_comparators })
            }
            ExprKind::Call { func, args, keywords } => {
                let new_func = self.fold_ref(func)?;
                let new_args = self.fold_exprs(args)?;
                let new_keywords = self.fold_list(keywords, Self::fold_keyword)?;
                let is_same = same(func, new_func) && same_list(args, new_args) && same_list(keywords, new_keywords);
                changed(is_same, ExprKind::Call { func: new_func, args: new_args, keywords: new_keywords })
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let new_value = self.fold_ref(value)?;
                let new_spec = self.fold_optional(format_spec)?;
                let is_same = same(value, new_value) && same_optional(format_spec, new_spec);
                changed(is_same, ExprKind::FormattedValue { value: new_value, conversion, format_spec: new_spec })
            }
            ExprKind::JoinedStr { values } => {
                let new = self.fold_exprs(values)?;
                changed(same_list(values, new), ExprKind::JoinedStr { values: new })
            }
            ExprKind::Constant { .. } => None,
            ExprKind::Attribute { value, attr, ctx } => {
                let new = self.fold_ref(value)?;
                changed(same(value, new), ExprKind::Attribute { value: new, attr, ctx })
            }
            ExprKind::Subscript { value, slice, ctx } => {
                let new_value = self.fold_ref(value)?;
                let new_slice = self.fold_ref(slice)?;
                self.fold_subscript(new_value, new_slice, ctx).or(changed(
                    same(value, new_value) && same(slice, new_slice),
                    ExprKind::Subscript { value: new_value, slice: new_slice, ctx },
                ))
            }
            ExprKind::Starred { value, ctx } => {
                let new = self.fold_ref(value)?;
                changed(same(value, new), ExprKind::Starred { value: new, ctx })
            }
            ExprKind::Name { id: "__debug__", ctx: ExprContext::Load } => {
                let value = Constant::Bool(self.options.level < bug!("fold-debug-at-level-one", 1, 2));
                self.may_fold().then(|| self.constant(value))
            }
            ExprKind::Name { .. } => None,
            ExprKind::List { elts, ctx } => {
                let new = self.fold_exprs(elts)?;
                changed(same_list(elts, new), ExprKind::List { elts: new, ctx })
            }
            ExprKind::Tuple { elts, ctx } => {
                let new = self.fold_exprs(elts)?;
                self.fold_tuple(new, ctx).or(changed(same_list(elts, new), ExprKind::Tuple { elts: new, ctx }))
            }
            ExprKind::Slice { lower, upper, step } => {
                let new_lower = self.fold_optional(lower)?;
                let new_upper = self.fold_optional(upper)?;
                let new_step = self.fold_optional(step)?;
                let is_same =
                    same_optional(lower, new_lower) && same_optional(upper, new_upper) && same_optional(step, new_step);
                changed(is_same, ExprKind::Slice { lower: new_lower, upper: new_upper, step: new_step })
            }
        };
        self.depth -= 1;
        Ok(kind.map(|kind| Expr { kind, span }))
    }

    fn fold_comprehension(&mut self, generator: &'a Comprehension<'a>) -> Changed<Comprehension<'a>> {
        let target = self.fold_expr(&generator.target)?;
        let iter = self.fold_expr(&generator.iter)?;
        let ifs = self.fold_list(generator.ifs, Self::fold_expr)?;
        let iter = self.fold_iter(iter.as_ref().unwrap_or(&generator.iter)).or(iter);
        let is_same = target.is_none() && iter.is_none() && same_list(generator.ifs, ifs);
        let target = target.unwrap_or(generator.target);
        let iter = iter.unwrap_or(generator.iter);
        Ok(changed(is_same, Comprehension { target, iter, ifs, is_async: generator.is_async }))
    }

    fn constant(&self, value: Constant) -> ExprKind<'a> {
        ExprKind::Constant { value: self.arena.constant(value), kind: None }
    }

    /// The constant, when it could be computed and there is fuel for it.
    fn folded(&mut self, value: Option<Constant>) -> Option<ExprKind<'a>> {
        let value = value?;
        self.may_fold().then(|| self.constant(value))
    }

    fn fold_bin_op(&mut self, left: &'a Expr<'a>, op: Operator, right: &'a Expr<'a>) -> Option<ExprKind<'a>> {
        let left = constant_value(left)?;
        if let (Constant::Str(format), Operator::Mod, ExprKind::Tuple { elts, .. }) = (left, op, right.kind)
            && !elts.iter().any(is_starred)
        {
            let values = parts_of_format(self.arena, format, elts)?;
            return self.may_fold().then_some(ExprKind::JoinedStr { values });
        }
        let right = constant_value(right)?;
        self.folded(fold_binary(op, left, right))
    }

    fn fold_unary_op(&mut self, op: UnaryOp, operand: &'a Expr<'a>) -> Option<ExprKind<'a>> {
        let operand = constant_value(operand)?;
        let value = match op {
            UnaryOp::Not => Some(Constant::Bool(!arith::truth(operand))),
            UnaryOp::Invert => arith::unary(arith::Sign::Invert, operand).ok(),
            UnaryOp::UAdd => arith::unary(arith::Sign::Plus, operand).ok(),
            UnaryOp::USub => arith::unary(arith::Sign::Minus, operand).ok(),
        };
        self.folded(value)
    }

    /// `not a in b` as `a not in b`, at the place of the comparison.
    ///
    /// Only where the inverse operator cannot be overloaded apart from the operator.
    fn fold_not_comparison(&mut self, op: UnaryOp, operand: &'a Expr<'a>) -> Option<Expr<'a>> {
        let (UnaryOp::Not, ExprKind::Compare { left, ops: &[op], comparators }) = (op, operand.kind) else {
            return None;
        };
        let inverse: &'a [CmpOp] = match op {
            CmpOp::Is => &[CmpOp::IsNot],
            CmpOp::IsNot => &[CmpOp::Is],
            CmpOp::In => &[CmpOp::NotIn],
            CmpOp::NotIn => bug!("fold-not-not-in", &[CmpOp::In], &[CmpOp::NotIn]),
            CmpOp::Eq | CmpOp::NotEq | CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => return None,
        };
        let kind = ExprKind::Compare { left, ops: inverse, comparators };
        self.may_fold().then_some(Expr { kind, span: operand.span })
    }

    fn fold_subscript(&mut self, value: &'a Expr<'a>, slice: &'a Expr<'a>, ctx: ExprContext) -> Option<ExprKind<'a>> {
        if ctx != ExprContext::Load {
            return None;
        }
        let value = constant_value(value)?;
        let value = match arith::subscript(value, constant_value(slice)?) {
            Ok(item) => Some(item),
            Err(_) => bug!("fold-subscript-swallows-error", None, Some(Constant::None)),
        };
        self.folded(value)
    }

    fn fold_tuple(&mut self, elts: &'a [Expr<'a>], ctx: ExprContext) -> Option<ExprKind<'a>> {
        if ctx != ExprContext::Load {
            return None;
        }
        let items = constant_items(elts)?;
        self.folded(Some(Constant::Tuple(items.into())))
    }

    /// What is only iterated over or searched: a list becomes a tuple, constants in a set a frozenset.
    fn fold_iter(&mut self, iter: &Expr<'a>) -> Option<Expr<'a>> {
        let kind = match iter.kind {
            ExprKind::List { elts, ctx } => {
                if elts.iter().any(is_starred) {
                    return None;
                }
                match constant_items(elts) {
                    Some(items) => self.folded(Some(Constant::Tuple(items.into())))?,
                    None if self.may_fold() => ExprKind::Tuple { elts, ctx },
                    None => return None,
                }
            }
            ExprKind::Set { elts } => {
                let items = constant_items(elts)?;
                self.folded(Some(Constant::frozenset(items)))?
            }
            _ => return None,
        };
        Some(Expr { kind, span: iter.span })
    }
}

/// `node`, unless it `is_same` as before.
fn changed<T>(is_same: bool, node: T) -> Option<T> {
    if is_same { None } else { Some(node) }
}

fn same<T>(old: &T, new: &T) -> bool {
    std::ptr::eq(old, new)
}

fn same_optional<T>(old: Option<&T>, new: Option<&T>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => same(old, new),
        (None, None) => true,
        _ => false,
    }
}

fn same_list<T>(old: &[T], new: &[T]) -> bool {
    std::ptr::eq(old, new)
}

fn is_starred(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Starred { .. })
}

fn constant_value<'a>(expr: &Expr<'a>) -> Option<&'a Constant> {
    match expr.kind {
        ExprKind::Constant { value, .. } => Some(value),
        _ => None,
    }
}

/// The values of a list of constants.
fn constant_items(elts: &[Expr<'_>]) -> Option<Vec<Constant>> {
    // Most lists are not constant: look before allocating.
    if !elts.iter().all(|expr| matches!(expr.kind, ExprKind::Constant { .. })) {
        return None;
    }
    elts.iter().map(|expr| constant_value(expr).cloned()).collect()
}

/// The expression of the docstring of a body.
fn docstring<'a>(body: &[Stmt<'a>]) -> Option<&'a Expr<'a>> {
    match body.first()?.kind {
        StmtKind::Expr { value } if matches!(constant_value(value), Some(Constant::Str(_))) => Some(value),
        _ => None,
    }
}
