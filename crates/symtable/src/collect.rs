//! The first walk: what each block does with each name.

use crate::block::{Block, BlockId, BlockKind, ComprehensionKind, Directive, NodeKey, SymbolTable, flag};
use crate::{Options, mangle};
use hognose_primitives::bug;
use hognose_syntax::{
    Alias, Arena, Arg, Arguments, ClassDef, Comprehension, Expr, ExprContext, ExprKind, FunctionDef, Keyword, Mod,
    Pattern, PatternKind, Place, Span, Stmt, StmtKind, SyntaxError, Try, WithItem,
};
use std::borrow::Cow;
use std::collections::HashMap;

type Visit = Result<(), SyntaxError>;

/// Enters every block of a module and notes its names.
///
/// # Errors
/// The first error in visiting order, with the statement or expression that CPython marks.
pub(crate) fn collect<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    options: Options,
) -> Result<SymbolTable<'a>, SyntaxError> {
    // The compiler may nest three times as deep as calls may.
    let scaled = |frames: u32| frames.saturating_mul(3);
    let mut collector = Collector {
        arena,
        future_annotations: options.features.annotations,
        blocks: Vec::new(),
        stack: Vec::new(),
        by_node: HashMap::new(),
        private: None,
        depth: scaled(options.frames),
        depth_limit: scaled(options.recursion_limit),
    };
    collector.enter(BlockKind::Module, "top", Place { line: 0, column_bytes: 0 });
    match *module {
        Mod::Module { body, .. } | Mod::Interactive { body } => collector.visit_body(body)?,
        Mod::Expression { body } => collector.visit_expr(body)?,
        // CPython has no symbol table for it.
        Mod::FunctionType { .. } => {}
    }
    Ok(SymbolTable { blocks: collector.blocks, by_node: collector.by_node, features: options.features })
}

struct Collector<'a> {
    arena: &'a Arena,
    future_annotations: bool,
    blocks: Vec<Block<'a>>,
    /// The blocks around the node being visited, the module first.
    stack: Vec<BlockId>,
    by_node: HashMap<NodeKey, BlockId>,
    /// The class whose private names are mangled.
    private: Option<&'a str>,
    depth: u32,
    depth_limit: u32,
}

impl<'a> Collector<'a> {
    fn enter(&mut self, kind: BlockKind, name: &'a str, start: Place) -> BlockId {
        let id = BlockId(self.blocks.len() as u32);
        let mut block = Block::new(kind, name, start);
        if let Some(&outer) = self.stack.last() {
            let outer = &mut self.blocks[outer.0 as usize];
            block.nested = outer.nested || outer.kind == BlockKind::Function;
            // A walrus is forbidden in the iterable of a comprehension, however deep.
            block.iterable_depth = outer.iterable_depth;
            if kind != BlockKind::Annotation {
                outer.children.push(id);
            }
        }
        self.blocks.push(block);
        self.stack.push(id);
        id
    }

    fn leave(&mut self) {
        self.stack.pop();
    }

    fn current(&mut self) -> &mut Block<'a> {
        let id = self.stack.last().expect("the module's block is never left");
        &mut self.blocks[id.0 as usize]
    }

    fn mangled(&self, name: &'a str) -> &'a str {
        match mangle(self.private, name) {
            Cow::Borrowed(name) => name,
            Cow::Owned(name) => self.arena.text(&name),
        }
    }

    /// The flags that the current block has for a name so far.
    fn flags_of(&mut self, name: &'a str) -> u32 {
        let name = self.mangled(name);
        self.current().flags_of(name)
    }

    fn add(&mut self, name: &'a str, flag: u32, span: Span) -> Visit {
        let block = *self.stack.last().expect("the module's block is never left");
        self.add_to(block, name, flag, span)
    }

    fn add_to(&mut self, block: BlockId, name: &'a str, flag: u32, span: Span) -> Visit {
        let mangled = self.mangled(name);
        let block = &mut self.blocks[block.0 as usize];
        let flags = block.symbols.entry(mangled);
        if flag & *flags & flag::DEF_PARAM != 0 {
            return Err(SyntaxError::at_span(format!("duplicate argument '{name}' in function definition"), span));
        }
        *flags |= flag;
        if block.in_iteration_target {
            if *flags & (flag::DEF_GLOBAL | flag::DEF_NONLOCAL) != 0 {
                return Err(SyntaxError::at_span(
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'"),
                    span,
                ));
            }
            *flags |= flag::DEF_COMP_ITER;
        }
        if flag & flag::DEF_PARAM != 0 {
            block.varnames.push(mangled);
        } else if flag & flag::DEF_GLOBAL != 0 {
            *self.blocks[0].symbols.entry(mangled) |= flag;
        }
        Ok(())
    }

    /// Remembers where a name was declared `global` or `nonlocal`.
    fn add_directive(&mut self, name: &'a str, span: Span) {
        let name = self.mangled(name);
        self.current().directives.push(Directive { name, span });
    }

    fn descend(&mut self) -> Visit {
        self.depth += 1;
        if self.depth > self.depth_limit {
            return Err(SyntaxError::recursion_during_compilation());
        }
        Ok(())
    }

    fn visit_body(&mut self, body: &'a [Stmt<'a>]) -> Visit {
        body.iter().try_for_each(|statement| self.visit_stmt(statement))
    }

    fn visit_exprs(&mut self, exprs: &'a [Expr<'a>]) -> Visit {
        exprs.iter().try_for_each(|expr| self.visit_expr(expr))
    }

    fn visit_optional(&mut self, expr: Option<&'a Expr<'a>>) -> Visit {
        expr.map_or(Ok(()), |expr| self.visit_expr(expr))
    }

    fn visit_stmt(&mut self, statement: &'a Stmt<'a>) -> Visit {
        self.descend()?;
        let span = statement.span;
        match statement.kind {
            StmtKind::FunctionDef(function) => self.visit_function(function, false, span)?,
            StmtKind::AsyncFunctionDef(function) => self.visit_function(function, true, span)?,
            StmtKind::ClassDef(class) => self.visit_class(class, span)?,
            StmtKind::Return { value } => {
                self.visit_optional(value)?;
                self.current().returns_value |= value.is_some();
            }
            StmtKind::Delete { targets } => self.visit_exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.visit_exprs(targets)?;
                self.visit_expr(value)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                bug!("augmented-target-not-bound", self.visit_expr(target)?, ());
                self.visit_expr(value)?;
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.visit_annotated_target(target, value.is_some(), simple, span)?;
                self.visit_annotation(annotation)?;
                self.visit_optional(value)?;
            }
            StmtKind::For(node) | StmtKind::AsyncFor(node) => {
                self.visit_expr(node.target)?;
                self.visit_expr(node.iter)?;
                self.visit_body(node.body)?;
                self.visit_body(node.orelse)?;
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.visit_expr(test)?;
                self.visit_body(body)?;
                self.visit_body(orelse)?;
            }
            StmtKind::With(node) | StmtKind::AsyncWith(node) => {
                for WithItem { context_expr, optional_vars } in node.items {
                    self.visit_expr(context_expr)?;
                    self.visit_optional(*optional_vars)?;
                }
                self.visit_body(node.body)?;
            }
            StmtKind::Match { subject, cases } => {
                self.visit_expr(subject)?;
                for case in cases {
                    self.visit_pattern(&case.pattern)?;
                    self.visit_optional(case.guard)?;
                    self.visit_body(case.body)?;
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.visit_optional(exc)?;
                self.visit_optional(cause)?;
            }
            StmtKind::Try(node) | StmtKind::TryStar(node) => self.visit_try(node)?,
            StmtKind::Assert { test, msg } => {
                self.visit_expr(test)?;
                self.visit_optional(msg)?;
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|alias| self.visit_alias(alias))?;
            }
            StmtKind::Global { names } => self.visit_declaration(names, flag::DEF_GLOBAL, span)?,
            StmtKind::Nonlocal { names } => self.visit_declaration(names, flag::DEF_NONLOCAL, span)?,
            StmtKind::Expr { value } => self.visit_expr(value)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.depth -= 1;
        Ok(())
    }

    fn visit_function(&mut self, function: &'a FunctionDef<'a>, is_async: bool, span: Span) -> Visit {
        let FunctionDef { name, args, body, decorator_list, returns, .. } = *function;
        self.add(name, flag::DEF_LOCAL, span)?;
        self.visit_defaults(args)?;
        self.visit_parameter_annotations(args, span)?;
        if let Some(returns) = returns {
            self.visit_annotation(returns)?;
        }
        self.visit_exprs(decorator_list)?;
        let id = self.enter(BlockKind::Function, name, span.start);
        self.by_node.insert(NodeKey::function(function), id);
        self.current().coroutine = is_async;
        self.visit_parameters(args)?;
        self.visit_body(body)?;
        self.leave();
        Ok(())
    }

    fn visit_defaults(&mut self, args: &'a Arguments<'a>) -> Visit {
        self.visit_exprs(args.defaults)?;
        args.kw_defaults.iter().try_for_each(|default| self.visit_optional(*default))
    }

    fn visit_parameter_annotations(&mut self, args: &'a Arguments<'a>, span: Span) -> Visit {
        if self.future_annotations {
            self.enter(BlockKind::Annotation, "_annotation", span.start);
        }
        let in_order = args.posonlyargs.iter().chain(args.args).chain(args.vararg).chain(args.kwarg);
        for Arg { annotation, .. } in in_order.chain(args.kwonlyargs) {
            self.visit_optional(*annotation)?;
        }
        if self.future_annotations {
            self.leave();
        }
        Ok(())
    }

    fn visit_annotation(&mut self, annotation: &'a Expr<'a>) -> Visit {
        if self.future_annotations {
            self.enter(BlockKind::Annotation, "_annotation", annotation.span.start);
        }
        self.visit_expr(annotation)?;
        if self.future_annotations {
            self.leave();
        }
        Ok(())
    }

    fn visit_parameters(&mut self, args: &'a Arguments<'a>) -> Visit {
        let named = args.posonlyargs.iter().chain(args.args);
        let rest: [Option<&'a Arg<'a>>; 2] =
            bug!("starred-parameters-swapped", [args.vararg, args.kwarg], [args.kwarg, args.vararg]);
        for Arg { arg, span, .. } in named.chain(args.kwonlyargs).chain(rest.into_iter().flatten()) {
            self.add(arg, flag::DEF_PARAM, *span)?;
        }
        let block = self.current();
        block.varargs = args.vararg.is_some();
        block.varkeywords = args.kwarg.is_some();
        Ok(())
    }

    fn visit_class(&mut self, class: &'a ClassDef<'a>, span: Span) -> Visit {
        let ClassDef { name, bases, keywords, body, decorator_list } = *class;
        self.add(name, flag::DEF_LOCAL, span)?;
        self.visit_exprs(bases)?;
        for Keyword { value, .. } in keywords {
            self.visit_expr(value)?;
        }
        self.visit_exprs(decorator_list)?;
        let id = self.enter(BlockKind::Class, name, span.start);
        self.by_node.insert(NodeKey::class(class), id);
        let outer = self.private.replace(name);
        self.visit_body(body)?;
        self.private = outer;
        self.leave();
        Ok(())
    }

    fn visit_annotated_target(&mut self, target: &'a Expr<'a>, has_value: bool, simple: bool, span: Span) -> Visit {
        let ExprKind::Name { id, .. } = target.kind else {
            return self.visit_expr(target);
        };
        let flags = self.flags_of(id);
        if simple && flags & (flag::DEF_GLOBAL | flag::DEF_NONLOCAL) != 0 && self.stack.len() > 1 {
            let declared = if flags & flag::DEF_GLOBAL != 0 { "global" } else { "nonlocal" };
            return Err(SyntaxError::at_span(format!("annotated name '{id}' can't be {declared}"), span));
        }
        if simple {
            self.add(id, flag::DEF_ANNOT | flag::DEF_LOCAL, target.span)
        } else if has_value {
            self.add(id, flag::DEF_LOCAL, target.span)
        } else {
            Ok(())
        }
    }

    fn visit_try(&mut self, node: &'a Try<'a>) -> Visit {
        self.visit_body(node.body)?;
        self.visit_body(node.orelse)?;
        for handler in node.handlers {
            self.visit_optional(handler.type_)?;
            if let Some(name) = handler.name {
                self.add(name, bug!("handler-name-not-bound", flag::DEF_LOCAL, flag::USE), handler.span)?;
            }
            self.visit_body(handler.body)?;
        }
        self.visit_body(node.finalbody)
    }

    fn visit_alias(&mut self, alias: &'a Alias<'a>) -> Visit {
        let name = alias.asname.unwrap_or(alias.name);
        let bound = name.split_once('.').map_or(name, |(first, _)| first);
        if name != "*" {
            return self.add(bound, flag::DEF_IMPORT, alias.span);
        }
        if self.current().kind != BlockKind::Module {
            return Err(SyntaxError::at_span("import * only allowed at module level", alias.span));
        }
        Ok(())
    }

    fn visit_declaration(&mut self, names: &'a [&'a str], declared: u32, span: Span) -> Visit {
        let word = if declared == flag::DEF_GLOBAL { "global" } else { "nonlocal" };
        for &name in names {
            let flags = self.flags_of(name);
            let conflict = if flags & flag::DEF_PARAM != 0 {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if flags & flag::USE != 0 {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if flags & flag::DEF_ANNOT != 0 {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if flags & flag::DEF_LOCAL != 0 {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else {
                None
            };
            if let Some(message) = conflict {
                return Err(SyntaxError::at_span(message, span));
            }
            self.add(name, declared, span)?;
            self.add_directive(name, span);
        }
        Ok(())
    }

    fn visit_expr(&mut self, expr: &'a Expr<'a>) -> Visit {
        self.descend()?;
        let span = expr.span;
        match expr.kind {
            ExprKind::NamedExpr { target, value } => {
                self.forbid_in_annotation("named expression", span)?;
                self.visit_named_expr(target, value, span)?;
            }
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => self.visit_exprs(values)?,
            ExprKind::BinOp { left, right, .. } => {
                self.visit_expr(left)?;
                self.visit_expr(right)?;
            }
            ExprKind::UnaryOp { operand, .. } => self.visit_expr(operand)?,
            ExprKind::Lambda { args, body } => {
                self.visit_defaults(args)?;
                let id = self.enter(BlockKind::Function, "lambda", span.start);
                self.by_node.insert(NodeKey::lambda(body), id);
                self.visit_parameters(args)?;
                self.visit_expr(body)?;
                self.leave();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.visit_expr(test)?;
                self.visit_expr(body)?;
                self.visit_expr(orelse)?;
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().try_for_each(|key| self.visit_optional(*key))?;
                self.visit_exprs(values)?;
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.visit_exprs(elts)?;
            }
            ExprKind::ListComp { elt, generators } => {
                self.visit_comprehension(ComprehensionKind::List, generators, None, elt, span)?;
            }
            ExprKind::SetComp { elt, generators } => {
                self.visit_comprehension(ComprehensionKind::Set, generators, None, elt, span)?;
            }
            ExprKind::DictComp { key, value, generators } => {
                self.visit_comprehension(ComprehensionKind::Dict, generators, Some(value), key, span)?;
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.visit_comprehension(ComprehensionKind::Generator, generators, None, elt, span)?;
            }
            ExprKind::Yield { value } => self.visit_yield(value, span)?,
            ExprKind::YieldFrom { value } => self.visit_yield(Some(value), span)?,
            ExprKind::Await { value } => {
                self.forbid_in_annotation("await expression", span)?;
                self.visit_expr(value)?;
                self.current().coroutine = true;
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.visit_expr(left)?;
                self.visit_exprs(comparators)?;
            }
            ExprKind::Call { func, args, keywords } => {
                self.visit_expr(func)?;
                self.visit_exprs(args)?;
                for Keyword { value, .. } in keywords {
                    self.visit_expr(value)?;
                }
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.visit_expr(value)?;
                self.visit_optional(format_spec)?;
            }
            ExprKind::Constant { .. } => {}
            ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } => self.visit_expr(value)?,
            ExprKind::Subscript { value, slice, .. } => {
                self.visit_expr(value)?;
                self.visit_expr(slice)?;
            }
            ExprKind::Slice { lower, upper, step } => {
                self.visit_optional(lower)?;
                self.visit_optional(upper)?;
                self.visit_optional(step)?;
            }
            ExprKind::Name { id, ctx: ExprContext::Load } => {
                self.add(id, flag::USE, span)?;
                // `super()` without arguments reads `__class__`.
                if id == "super" && self.current().kind == BlockKind::Function {
                    self.add("__class__", flag::USE, span)?;
                }
            }
            ExprKind::Name { id, .. } => self.add(id, flag::DEF_LOCAL, span)?,
        }
        self.depth -= 1;
        Ok(())
    }

    fn visit_yield(&mut self, value: Option<&'a Expr<'a>>, span: Span) -> Visit {
        self.forbid_in_annotation("yield expression", span)?;
        self.visit_optional(value)?;
        let block = self.current();
        block.generator = true;
        let place = match block.comprehension {
            None => return Ok(()),
            Some(ComprehensionKind::List) => "list comprehension",
            Some(ComprehensionKind::Set) => "set comprehension",
            Some(ComprehensionKind::Dict) => "dict comprehension",
            Some(ComprehensionKind::Generator) => "generator expression",
        };
        Err(SyntaxError::at_span(format!("'yield' inside {place}"), span))
    }

    fn forbid_in_annotation(&mut self, what: &str, span: Span) -> Visit {
        if self.current().kind == BlockKind::Annotation {
            let message = format!("'{what}' can not be used within an annotation");
            return Err(SyntaxError::at_span(message, span));
        }
        Ok(())
    }

    fn visit_named_expr(&mut self, target: &'a Expr<'a>, value: &'a Expr<'a>, span: Span) -> Visit {
        if self.current().iterable_depth > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(SyntaxError::at_span(message, span));
        }
        if self.current().comprehension.is_some()
            && let ExprKind::Name { id, .. } = target.kind
        {
            self.bind_around_comprehension(id, target.span)?;
        }
        self.visit_expr(value)?;
        self.visit_expr(target)
    }

    /// Binds the target of a walrus inside a comprehension in the block around all comprehensions.
    fn bind_around_comprehension(&mut self, target: &'a str, span: Span) -> Visit {
        for position in (0..self.stack.len()).rev() {
            let id = self.stack[position];
            let block = &self.blocks[id.0 as usize];
            // CPython looks the plain name up here, not the mangled one.
            let flags = block.flags_of(target);
            if block.comprehension.is_some() {
                if flags & flag::DEF_COMP_ITER != 0 {
                    let message =
                        format!("assignment expression cannot rebind comprehension iteration variable '{target}'");
                    return Err(SyntaxError::at_span(message, span));
                }
                continue;
            }
            let (inside, around) = match block.kind {
                BlockKind::Function if flags & flag::DEF_GLOBAL != 0 => (flag::DEF_GLOBAL, flag::DEF_LOCAL),
                BlockKind::Function => (flag::DEF_NONLOCAL, flag::DEF_LOCAL),
                BlockKind::Module => (flag::DEF_GLOBAL, flag::DEF_GLOBAL),
                BlockKind::Class => {
                    let message = "assignment expression within a comprehension cannot be used in a class body";
                    return Err(SyntaxError::at_span(message, span));
                }
                BlockKind::Annotation => continue,
            };
            self.add(target, inside, span)?;
            self.add_directive(target, span);
            return self.add_to(id, target, around, span);
        }
        unreachable!("the module's block is outermost")
    }

    fn visit_comprehension(
        &mut self,
        kind: ComprehensionKind,
        generators: &'a [Comprehension<'a>],
        value: Option<&'a Expr<'a>>,
        elt: &'a Expr<'a>,
        span: Span,
    ) -> Visit {
        let Some((outermost, others)) = generators.split_first() else {
            return Ok(());
        };
        // The first iterable is evaluated outside and passed in as `.0`.
        self.visit_iterable(&outermost.iter)?;
        let name = match kind {
            ComprehensionKind::List => "listcomp",
            ComprehensionKind::Set => "setcomp",
            ComprehensionKind::Dict => "dictcomp",
            ComprehensionKind::Generator => "genexpr",
        };
        let id = self.enter(BlockKind::Function, name, span.start);
        self.by_node.insert(NodeKey::comprehension(generators), id);
        self.current().comprehension = Some(kind);
        self.current().coroutine = outermost.is_async;
        self.add(".0", flag::DEF_PARAM, span)?;
        self.visit_iteration_target(&outermost.target)?;
        self.visit_exprs(outermost.ifs)?;
        for generator in others {
            self.visit_iteration_target(&generator.target)?;
            self.visit_iterable(&generator.iter)?;
            self.visit_exprs(generator.ifs)?;
            self.current().coroutine |= generator.is_async;
        }
        self.visit_optional(value)?;
        self.visit_expr(elt)?;
        let is_generator = kind == ComprehensionKind::Generator;
        self.current().generator = is_generator;
        let makes_coroutine = self.current().coroutine && !is_generator;
        self.leave();
        self.current().coroutine |= makes_coroutine;
        Ok(())
    }

    fn visit_iteration_target(&mut self, target: &'a Expr<'a>) -> Visit {
        self.current().in_iteration_target = true;
        self.visit_expr(target)?;
        self.current().in_iteration_target = false;
        Ok(())
    }

    fn visit_iterable(&mut self, iter: &'a Expr<'a>) -> Visit {
        self.current().iterable_depth += 1;
        self.visit_expr(iter)?;
        self.current().iterable_depth -= 1;
        Ok(())
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern<'a>) -> Visit {
        let span = pattern.span;
        let binding = |name: Option<&'a str>, collector: &mut Self| {
            name.map_or(Ok(()), |name| collector.add(name, flag::DEF_LOCAL, span))
        };
        self.descend()?;
        match pattern.kind {
            PatternKind::MatchValue { value } => self.visit_expr(value)?,
            PatternKind::MatchSingleton { .. } => {}
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.visit_patterns(patterns)?
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.visit_exprs(keys)?;
                self.visit_patterns(patterns)?;
                binding(rest, self)?;
            }
            PatternKind::MatchClass { cls, patterns, kwd_patterns, .. } => {
                self.visit_expr(cls)?;
                self.visit_patterns(patterns)?;
                self.visit_patterns(kwd_patterns)?;
            }
            PatternKind::MatchStar { name } => binding(name, self)?,
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.visit_pattern(pattern)?;
                }
                binding(name, self)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn visit_patterns(&mut self, patterns: &'a [Pattern<'a>]) -> Visit {
        patterns.iter().try_for_each(|pattern| self.visit_pattern(pattern))
    }
}
