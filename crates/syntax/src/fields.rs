//! Every node with its fields by name, in the order of `Python.asdl`: the one table that printers and walkers read.

use crate::*;
use hognose_primitives::Constant;

/// Any node of a tree.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum NodeRef<'a> {
    Mod(&'a Mod<'a>),
    Stmt(&'a Stmt<'a>),
    Expr(&'a Expr<'a>),
    Pattern(&'a Pattern<'a>),
    Comprehension(&'a Comprehension<'a>),
    ExceptHandler(&'a ExceptHandler<'a>),
    Arguments(&'a Arguments<'a>),
    Arg(&'a Arg<'a>),
    Keyword(&'a Keyword<'a>),
    Alias(&'a Alias<'a>),
    WithItem(&'a WithItem<'a>),
    MatchCase(&'a MatchCase<'a>),
    TypeIgnore(&'a TypeIgnore<'a>),
    BoolOp(BoolOp),
    Operator(Operator),
    UnaryOp(UnaryOp),
    CmpOp(CmpOp),
    ExprContext(ExprContext),
}

/// What a field of a node holds.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// An optional field that is `None`; `ast.dump` leaves it out.
    Absent,
    /// `None` as an element of a list (`**mapping` in a dict display, a missing keyword default).
    None,
    /// A child.
    Node(NodeRef<'a>),
    /// Several children, names or operators.
    List(List<'a>),
    /// A name or other text.
    Text(&'a str),
    /// A number.
    Int(i64),
    /// The value of a constant.
    Constant(&'a Constant),
}

/// The elements of a list field.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum List<'a> {
    Stmts(&'a [Stmt<'a>]),
    Exprs(&'a [Expr<'a>]),
    OptionalExprs(&'a [Option<&'a Expr<'a>>]),
    Patterns(&'a [Pattern<'a>]),
    Comprehensions(&'a [Comprehension<'a>]),
    ExceptHandlers(&'a [ExceptHandler<'a>]),
    Args(&'a [Arg<'a>]),
    Keywords(&'a [Keyword<'a>]),
    Aliases(&'a [Alias<'a>]),
    WithItems(&'a [WithItem<'a>]),
    MatchCases(&'a [MatchCase<'a>]),
    TypeIgnores(&'a [TypeIgnore<'a>]),
    CmpOps(&'a [CmpOp]),
    Names(&'a [&'a str]),
}

macro_rules! lists {
    ($($variant:ident($element:ty) = |$item:ident| $field:expr;)*) => {
        impl<'a> List<'a> {
            /// How many elements there are.
            pub fn len(self) -> usize {
                match self { $(List::$variant(items) => items.len(),)* }
            }

            /// Whether there are none.
            pub fn is_empty(self) -> bool {
                self.len() == 0
            }

            /// Element `index`, if there is one.
            pub fn get(self, index: usize) -> Option<Field<'a>> {
                match self { $(List::$variant(items) => items.get(index).map(|$item| $field),)* }
            }

            /// The elements in order.
            pub fn iter(self) -> impl Iterator<Item = Field<'a>> {
                (0..self.len()).filter_map(move |index| self.get(index))
            }
        }
        $(impl<'a> From<&'a [$element]> for Field<'a> {
            fn from(items: &'a [$element]) -> Self {
                Field::List(List::$variant(items))
            }
        })*
    };
}

lists! {
    Stmts(Stmt<'a>) = |item| Field::Node(NodeRef::Stmt(item));
    Exprs(Expr<'a>) = |item| Field::Node(NodeRef::Expr(item));
    OptionalExprs(Option<&'a Expr<'a>>) = |item| item.map_or(Field::None, |item| Field::Node(NodeRef::Expr(item)));
    Patterns(Pattern<'a>) = |item| Field::Node(NodeRef::Pattern(item));
    Comprehensions(Comprehension<'a>) = |item| Field::Node(NodeRef::Comprehension(item));
    ExceptHandlers(ExceptHandler<'a>) = |item| Field::Node(NodeRef::ExceptHandler(item));
    Args(Arg<'a>) = |item| Field::Node(NodeRef::Arg(item));
    Keywords(Keyword<'a>) = |item| Field::Node(NodeRef::Keyword(item));
    Aliases(Alias<'a>) = |item| Field::Node(NodeRef::Alias(item));
    WithItems(WithItem<'a>) = |item| Field::Node(NodeRef::WithItem(item));
    MatchCases(MatchCase<'a>) = |item| Field::Node(NodeRef::MatchCase(item));
    TypeIgnores(TypeIgnore<'a>) = |item| Field::Node(NodeRef::TypeIgnore(item));
    CmpOps(CmpOp) = |item| Field::Node(NodeRef::CmpOp(*item));
    Names(&'a str) = |item| Field::Text(item);
}

macro_rules! children {
    ($($variant:ident($node:ty);)*) => {
        $(impl<'a> From<&'a $node> for NodeRef<'a> {
            fn from(node: &'a $node) -> Self {
                NodeRef::$variant(node)
            }
        }
        impl<'a> From<&'a $node> for Field<'a> {
            fn from(node: &'a $node) -> Self {
                Field::Node(NodeRef::$variant(node))
            }
        })*
    };
}

children! {
    Mod(Mod<'a>);
    Stmt(Stmt<'a>);
    Expr(Expr<'a>);
    Pattern(Pattern<'a>);
    Comprehension(Comprehension<'a>);
    ExceptHandler(ExceptHandler<'a>);
    Arguments(Arguments<'a>);
    Arg(Arg<'a>);
    Keyword(Keyword<'a>);
    Alias(Alias<'a>);
    WithItem(WithItem<'a>);
    MatchCase(MatchCase<'a>);
    TypeIgnore(TypeIgnore<'a>);
}

macro_rules! words {
    ($($kind:ident { $($name:ident),* };)*) => {
        $(impl $kind {
            /// The name of its node.
            pub fn name(self) -> &'static str {
                match self { $($kind::$name => stringify!($name),)* }
            }
        }
        impl From<$kind> for Field<'_> {
            fn from(word: $kind) -> Self {
                Field::Node(NodeRef::$kind(word))
            }
        })*
    };
}

words! {
    BoolOp { And, Or };
    UnaryOp { Invert, Not, UAdd, USub };
    CmpOp { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn };
    ExprContext { Load, Store, Del };
}

impl From<Operator> for Field<'_> {
    fn from(operator: Operator) -> Self {
        Field::Node(NodeRef::Operator(operator))
    }
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Field::Text(text)
    }
}

impl<'a> From<&'a Constant> for Field<'a> {
    fn from(value: &'a Constant) -> Self {
        Field::Constant(value)
    }
}

impl<'a, T: Into<Field<'a>>> From<Option<T>> for Field<'a> {
    fn from(optional: Option<T>) -> Self {
        optional.map_or(Field::Absent, Into::into)
    }
}

impl From<bool> for Field<'_> {
    fn from(flag: bool) -> Self {
        Field::Int(flag.into())
    }
}

impl From<i32> for Field<'_> {
    fn from(number: i32) -> Self {
        Field::Int(number.into())
    }
}

impl From<u32> for Field<'_> {
    fn from(number: u32) -> Self {
        Field::Int(number.into())
    }
}

/// Receives each field of a node, in order.
pub type Visit<'v, 'a> = &'v mut dyn FnMut(&'static str, Field<'a>);

macro_rules! node {
    ($visit:ident, $name:ident { $($field:ident),* $(,)? }) => {{
        $($visit(stringify!($field).trim_end_matches('_'), Field::from($field));)*
        stringify!($name)
    }};
}

impl<'a> NodeRef<'a> {
    /// The name of the node's kind.
    pub fn kind(self) -> &'static str {
        self.fields(&mut |_, _| ())
    }

    /// Where the node stands; `None` for kinds without a position.
    pub fn span(self) -> Option<Span> {
        match self {
            NodeRef::Stmt(node) => Some(node.span),
            NodeRef::Expr(node) => Some(node.span),
            NodeRef::Pattern(node) => Some(node.span),
            NodeRef::ExceptHandler(node) => Some(node.span),
            NodeRef::Arg(node) => Some(node.span),
            NodeRef::Keyword(node) => Some(node.span),
            NodeRef::Alias(node) => Some(node.span),
            NodeRef::Mod(_)
            | NodeRef::Comprehension(_)
            | NodeRef::Arguments(_)
            | NodeRef::WithItem(_)
            | NodeRef::MatchCase(_)
            | NodeRef::TypeIgnore(_)
            | NodeRef::BoolOp(_)
            | NodeRef::Operator(_)
            | NodeRef::UnaryOp(_)
            | NodeRef::CmpOp(_)
            | NodeRef::ExprContext(_) => None,
        }
    }

    /// Hands out each field by name, in the order of the ASDL, and returns the name of the node's kind.
    pub fn fields(self, visit: Visit<'_, 'a>) -> &'static str {
        match self {
            NodeRef::Mod(module) => mod_fields(module, visit),
            NodeRef::Stmt(statement) => stmt_fields(statement, visit),
            NodeRef::Expr(expression) => expr_fields(expression, visit),
            NodeRef::Pattern(pattern) => pattern_fields(pattern, visit),
            NodeRef::Comprehension(&Comprehension { ref target, ref iter, ifs, is_async }) => {
                node!(visit, comprehension { target, iter, ifs, is_async })
            }
            NodeRef::ExceptHandler(&ExceptHandler { type_, name, body, .. }) => {
                node!(visit, ExceptHandler { type_, name, body })
            }
            NodeRef::Arguments(&Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults }) => {
                node!(visit, arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults })
            }
            NodeRef::Arg(&Arg { arg, annotation, type_comment, .. }) => {
                node!(visit, arg { arg, annotation, type_comment })
            }
            NodeRef::Keyword(&Keyword { arg, ref value, .. }) => node!(visit, keyword { arg, value }),
            NodeRef::Alias(&Alias { name, asname, .. }) => node!(visit, alias { name, asname }),
            NodeRef::WithItem(&WithItem { ref context_expr, optional_vars }) => {
                node!(visit, withitem { context_expr, optional_vars })
            }
            NodeRef::MatchCase(&MatchCase { ref pattern, guard, body }) => {
                node!(visit, match_case { pattern, guard, body })
            }
            NodeRef::TypeIgnore(&TypeIgnore { lineno, tag }) => node!(visit, TypeIgnore { lineno, tag }),
            NodeRef::BoolOp(op) => op.name(),
            NodeRef::Operator(op) => op.name(),
            NodeRef::UnaryOp(op) => op.name(),
            NodeRef::CmpOp(op) => op.name(),
            NodeRef::ExprContext(context) => context.name(),
        }
    }
}

fn mod_fields<'a>(module: &'a Mod<'a>, visit: Visit<'_, 'a>) -> &'static str {
    match *module {
        Mod::Module { body, type_ignores } => node!(visit, Module { body, type_ignores }),
        Mod::Interactive { body } => node!(visit, Interactive { body }),
        Mod::Expression { body } => node!(visit, Expression { body }),
        Mod::FunctionType { argtypes, returns } => node!(visit, FunctionType { argtypes, returns }),
    }
}

fn stmt_fields<'a>(statement: &'a Stmt<'a>, visit: Visit<'_, 'a>) -> &'static str {
    match statement.kind {
        StmtKind::FunctionDef(&FunctionDef { name, args, body, decorator_list, returns, type_comment }) => {
            node!(visit, FunctionDef { name, args, body, decorator_list, returns, type_comment })
        }
        StmtKind::AsyncFunctionDef(&FunctionDef { name, args, body, decorator_list, returns, type_comment }) => {
            node!(visit, AsyncFunctionDef { name, args, body, decorator_list, returns, type_comment })
        }
        StmtKind::ClassDef(&ClassDef { name, bases, keywords, body, decorator_list }) => {
            node!(visit, ClassDef { name, bases, keywords, body, decorator_list })
        }
        StmtKind::Return { value } => node!(visit, Return { value }),
        StmtKind::Delete { targets } => node!(visit, Delete { targets }),
        StmtKind::Assign { targets, value, type_comment } => node!(visit, Assign { targets, value, type_comment }),
        StmtKind::AugAssign { target, op, value } => node!(visit, AugAssign { target, op, value }),
        StmtKind::AnnAssign { target, annotation, value, simple } => {
            node!(visit, AnnAssign { target, annotation, value, simple })
        }
        StmtKind::For(&For { target, iter, body, orelse, type_comment }) => {
            node!(visit, For { target, iter, body, orelse, type_comment })
        }
        StmtKind::AsyncFor(&For { target, iter, body, orelse, type_comment }) => {
            node!(visit, AsyncFor { target, iter, body, orelse, type_comment })
        }
        StmtKind::While { test, body, orelse } => node!(visit, While { test, body, orelse }),
        StmtKind::If { test, body, orelse } => node!(visit, If { test, body, orelse }),
        StmtKind::With(&With { items, body, type_comment }) => node!(visit, With { items, body, type_comment }),
        StmtKind::AsyncWith(&With { items, body, type_comment }) => {
            node!(visit, AsyncWith { items, body, type_comment })
        }
        StmtKind::Match { subject, cases } => node!(visit, Match { subject, cases }),
        StmtKind::Raise { exc, cause } => node!(visit, Raise { exc, cause }),
        StmtKind::Try(&Try { body, handlers, orelse, finalbody }) => {
            node!(visit, Try { body, handlers, orelse, finalbody })
        }
        StmtKind::TryStar(&Try { body, handlers, orelse, finalbody }) => {
            node!(visit, TryStar { body, handlers, orelse, finalbody })
        }
        StmtKind::Assert { test, msg } => node!(visit, Assert { test, msg }),
        StmtKind::Import { names } => node!(visit, Import { names }),
        StmtKind::ImportFrom { module, names, level } => node!(visit, ImportFrom { module, names, level }),
        StmtKind::Global { names } => node!(visit, Global { names }),
        StmtKind::Nonlocal { names } => node!(visit, Nonlocal { names }),
        StmtKind::Expr { value } => node!(visit, Expr { value }),
        StmtKind::Pass => "Pass",
        StmtKind::Break => "Break",
        StmtKind::Continue => "Continue",
    }
}

fn expr_fields<'a>(expression: &'a Expr<'a>, visit: Visit<'_, 'a>) -> &'static str {
    match expression.kind {
        ExprKind::BoolOp { op, values } => node!(visit, BoolOp { op, values }),
        ExprKind::NamedExpr { target, value } => node!(visit, NamedExpr { target, value }),
        ExprKind::BinOp { left, op, right } => node!(visit, BinOp { left, op, right }),
        ExprKind::UnaryOp { op, operand } => node!(visit, UnaryOp { op, operand }),
        ExprKind::Lambda { args, body } => node!(visit, Lambda { args, body }),
        ExprKind::IfExp { test, body, orelse } => node!(visit, IfExp { test, body, orelse }),
        ExprKind::Dict { keys, values } => node!(visit, Dict { keys, values }),
        ExprKind::Set { elts } => node!(visit, Set { elts }),
        ExprKind::ListComp { elt, generators } => node!(visit, ListComp { elt, generators }),
        ExprKind::SetComp { elt, generators } => node!(visit, SetComp { elt, generators }),
        ExprKind::DictComp { key, value, generators } => node!(visit, DictComp { key, value, generators }),
        ExprKind::GeneratorExp { elt, generators } => node!(visit, GeneratorExp { elt, generators }),
        ExprKind::Await { value } => node!(visit, Await { value }),
        ExprKind::Yield { value } => node!(visit, Yield { value }),
        ExprKind::YieldFrom { value } => node!(visit, YieldFrom { value }),
        ExprKind::Compare { left, ops, comparators } => node!(visit, Compare { left, ops, comparators }),
        ExprKind::Call { func, args, keywords } => node!(visit, Call { func, args, keywords }),
        ExprKind::FormattedValue { value, conversion, format_spec } => {
            node!(visit, FormattedValue { value, conversion, format_spec })
        }
        ExprKind::JoinedStr { values } => node!(visit, JoinedStr { values }),
        ExprKind::Constant { value, kind } => node!(visit, Constant { value, kind }),
        ExprKind::Attribute { value, attr, ctx } => node!(visit, Attribute { value, attr, ctx }),
        ExprKind::Subscript { value, slice, ctx } => node!(visit, Subscript { value, slice, ctx }),
        ExprKind::Starred { value, ctx } => node!(visit, Starred { value, ctx }),
        ExprKind::Name { id, ctx } => node!(visit, Name { id, ctx }),
        ExprKind::List { elts, ctx } => node!(visit, List { elts, ctx }),
        ExprKind::Tuple { elts, ctx } => node!(visit, Tuple { elts, ctx }),
        ExprKind::Slice { lower, upper, step } => node!(visit, Slice { lower, upper, step }),
    }
}

fn pattern_fields<'a>(pattern: &'a Pattern<'a>, visit: Visit<'_, 'a>) -> &'static str {
    match pattern.kind {
        PatternKind::MatchValue { value } => node!(visit, MatchValue { value }),
        PatternKind::MatchSingleton { value } => node!(visit, MatchSingleton { value }),
        PatternKind::MatchSequence { patterns } => node!(visit, MatchSequence { patterns }),
        PatternKind::MatchMapping { keys, patterns, rest } => node!(visit, MatchMapping { keys, patterns, rest }),
        PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
            node!(visit, MatchClass { cls, patterns, kwd_attrs, kwd_patterns })
        }
        PatternKind::MatchStar { name } => node!(visit, MatchStar { name }),
        PatternKind::MatchAs { pattern, name } => node!(visit, MatchAs { pattern, name }),
        PatternKind::MatchOr { patterns } => node!(visit, MatchOr { patterns }),
    }
}
