//! The tree: every node and field of CPython 3.11's `Python.asdl`.
//!
//! Nodes live in an [`Arena`](crate::Arena) and are plain copies: a list is a slice of nodes, an
//! optional node a reference. Names of kinds and fields are CPython's.

use hognose_primitives::Constant;

/// A place in the source: line from 1, column in UTF-8 bytes from 0.
///
/// `-1` in both is CPython's "no place" (a token without text).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Place {
    /// Line number, from 1.
    pub line: i32,
    /// UTF-8 bytes from the start of the line.
    pub column_bytes: i32,
}

/// Where a node stands: from its first character to just behind its last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Span {
    /// `lineno`, `col_offset`.
    pub start: Place,
    /// `end_lineno`, `end_col_offset`.
    pub end: Place,
}

impl Span {
    /// CPython's "no location": all four numbers are -1.
    pub const NONE: Span = Span::new(-1, -1, -1, -1);

    /// A span from CPython's four numbers, in the order `lineno, col_offset, end_lineno, end_col_offset`.
    pub const fn new(line: i32, column_bytes: i32, end_line: i32, end_column_bytes: i32) -> Self {
        Span { start: Place { line, column_bytes }, end: Place { line: end_line, column_bytes: end_column_bytes } }
    }

    /// From the start of `self` to the end of `last`.
    pub const fn to(self, last: Span) -> Self {
        Span { start: self.start, end: last.end }
    }
}

/// What [`parse`](https://docs.python.org/3.11/library/ast.html) gives: `mod` in the ASDL.
#[derive(Clone, Copy, Debug)]
pub enum Mod<'a> {
    /// Mode `exec`.
    Module {
        /// The statements.
        body: &'a [Stmt<'a>],
        /// `# type: ignore` comments, on request.
        type_ignores: &'a [TypeIgnore<'a>],
    },
    /// Mode `single`.
    Interactive {
        /// The statements of one interactive input.
        body: &'a [Stmt<'a>],
    },
    /// Mode `eval`.
    Expression {
        /// The expression.
        body: &'a Expr<'a>,
    },
    /// Mode `func_type`.
    FunctionType {
        /// Parameter types.
        argtypes: &'a [Expr<'a>],
        /// Return type.
        returns: &'a Expr<'a>,
    },
}

/// A `# type: ignore` comment.
#[derive(Clone, Copy, Debug)]
pub struct TypeIgnore<'a> {
    /// Its line.
    pub lineno: i32,
    /// What follows `ignore`.
    pub tag: &'a str,
}

/// A statement.
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    /// Kind and fields.
    pub kind: StmtKind<'a>,
    /// Place.
    pub span: Span,
}

/// What `FunctionDef` and `AsyncFunctionDef` share.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct FunctionDef<'a> {
    pub name: &'a str,
    pub args: &'a Arguments<'a>,
    pub body: &'a [Stmt<'a>],
    pub decorator_list: &'a [Expr<'a>],
    pub returns: Option<&'a Expr<'a>>,
    pub type_comment: Option<&'a str>,
}

/// Fields of a class statement.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct ClassDef<'a> {
    pub name: &'a str,
    pub bases: &'a [Expr<'a>],
    pub keywords: &'a [Keyword<'a>],
    pub body: &'a [Stmt<'a>],
    pub decorator_list: &'a [Expr<'a>],
}

/// What `For` and `AsyncFor` share.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct For<'a> {
    pub target: &'a Expr<'a>,
    pub iter: &'a Expr<'a>,
    pub body: &'a [Stmt<'a>],
    pub orelse: &'a [Stmt<'a>],
    pub type_comment: Option<&'a str>,
}

/// What `With` and `AsyncWith` share.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct With<'a> {
    pub items: &'a [WithItem<'a>],
    pub body: &'a [Stmt<'a>],
    pub type_comment: Option<&'a str>,
}

/// What `Try` and `TryStar` share.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Try<'a> {
    pub body: &'a [Stmt<'a>],
    pub handlers: &'a [ExceptHandler<'a>],
    pub orelse: &'a [Stmt<'a>],
    pub finalbody: &'a [Stmt<'a>],
}

/// `stmt` in the ASDL, in its order.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum StmtKind<'a> {
    FunctionDef(&'a FunctionDef<'a>),
    AsyncFunctionDef(&'a FunctionDef<'a>),
    ClassDef(&'a ClassDef<'a>),
    Return { value: Option<&'a Expr<'a>> },
    Delete { targets: &'a [Expr<'a>] },
    Assign { targets: &'a [Expr<'a>], value: &'a Expr<'a>, type_comment: Option<&'a str> },
    AugAssign { target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a> },
    AnnAssign { target: &'a Expr<'a>, annotation: &'a Expr<'a>, value: Option<&'a Expr<'a>>, simple: bool },
    For(&'a For<'a>),
    AsyncFor(&'a For<'a>),
    While { test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>] },
    If { test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>] },
    With(&'a With<'a>),
    AsyncWith(&'a With<'a>),
    Match { subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>] },
    Raise { exc: Option<&'a Expr<'a>>, cause: Option<&'a Expr<'a>> },
    Try(&'a Try<'a>),
    TryStar(&'a Try<'a>),
    Assert { test: &'a Expr<'a>, msg: Option<&'a Expr<'a>> },
    Import { names: &'a [Alias<'a>] },
    ImportFrom { module: Option<&'a str>, names: &'a [Alias<'a>], level: u32 },
    Global { names: &'a [&'a str] },
    Nonlocal { names: &'a [&'a str] },
    Expr { value: &'a Expr<'a> },
    Pass,
    Break,
    Continue,
}

/// An expression.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    /// Kind and fields.
    pub kind: ExprKind<'a>,
    /// Place.
    pub span: Span,
}

/// `expr` in the ASDL, in its order.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: &'a [Expr<'a>],
    },
    NamedExpr {
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    },
    BinOp {
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: &'a Expr<'a>,
    },
    Lambda {
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    },
    IfExp {
        test: &'a Expr<'a>,
        body: &'a Expr<'a>,
        orelse: &'a Expr<'a>,
    },
    /// A key of `None` is a `**mapping`.
    Dict {
        keys: &'a [Option<&'a Expr<'a>>],
        values: &'a [Expr<'a>],
    },
    Set {
        elts: &'a [Expr<'a>],
    },
    ListComp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    SetComp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    DictComp {
        key: &'a Expr<'a>,
        value: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    GeneratorExp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    Await {
        value: &'a Expr<'a>,
    },
    Yield {
        value: Option<&'a Expr<'a>>,
    },
    YieldFrom {
        value: &'a Expr<'a>,
    },
    /// `ops` and `comparators` are equally long.
    Compare {
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
    },
    Call {
        func: &'a Expr<'a>,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    },
    /// `conversion` is -1 or the code of `s`, `r`, `a`.
    FormattedValue {
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    },
    JoinedStr {
        values: &'a [Expr<'a>],
    },
    Constant {
        value: &'a Constant,
        kind: Option<&'a str>,
    },
    Attribute {
        value: &'a Expr<'a>,
        attr: &'a str,
        ctx: ExprContext,
    },
    Subscript {
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Starred {
        value: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Name {
        id: &'a str,
        ctx: ExprContext,
    },
    List {
        elts: &'a [Expr<'a>],
        ctx: ExprContext,
    },
    Tuple {
        elts: &'a [Expr<'a>],
        ctx: ExprContext,
    },
    Slice {
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    },
}

/// One `for ... in ... if ...` of a comprehension.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Comprehension<'a> {
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub ifs: &'a [Expr<'a>],
    pub is_async: bool,
}

/// One `except` clause.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct ExceptHandler<'a> {
    pub type_: Option<&'a Expr<'a>>,
    pub name: Option<&'a str>,
    pub body: &'a [Stmt<'a>],
    pub span: Span,
}

/// Parameters of a function. The last `defaults` belong to the last of `posonlyargs + args`;
/// `kw_defaults` is as long as `kwonlyargs`.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Arguments<'a> {
    pub posonlyargs: &'a [Arg<'a>],
    pub args: &'a [Arg<'a>],
    pub vararg: Option<&'a Arg<'a>>,
    pub kwonlyargs: &'a [Arg<'a>],
    pub kw_defaults: &'a [Option<&'a Expr<'a>>],
    pub kwarg: Option<&'a Arg<'a>>,
    pub defaults: &'a [Expr<'a>],
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Arg<'a> {
    pub arg: &'a str,
    pub annotation: Option<&'a Expr<'a>>,
    pub type_comment: Option<&'a str>,
    pub span: Span,
}

/// A keyword argument; `arg` of `None` is `**value`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Keyword<'a> {
    pub arg: Option<&'a str>,
    pub value: Expr<'a>,
    pub span: Span,
}

/// An imported name.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Alias<'a> {
    pub name: &'a str,
    pub asname: Option<&'a str>,
    pub span: Span,
}

/// One item of a `with` statement.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct WithItem<'a> {
    pub context_expr: Expr<'a>,
    pub optional_vars: Option<&'a Expr<'a>>,
}

/// One `case`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct MatchCase<'a> {
    pub pattern: Pattern<'a>,
    pub guard: Option<&'a Expr<'a>>,
    pub body: &'a [Stmt<'a>],
}

/// A pattern of a `case`.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    /// Kind and fields.
    pub kind: PatternKind<'a>,
    /// Place.
    pub span: Span,
}

/// `pattern` in the ASDL, in its order.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum PatternKind<'a> {
    MatchValue {
        value: &'a Expr<'a>,
    },
    /// `None`, `True` or `False`.
    MatchSingleton {
        value: &'a Constant,
    },
    MatchSequence {
        patterns: &'a [Pattern<'a>],
    },
    MatchMapping {
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<&'a str>,
    },
    MatchClass {
        cls: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        kwd_attrs: &'a [&'a str],
        kwd_patterns: &'a [Pattern<'a>],
    },
    MatchStar {
        name: Option<&'a str>,
    },
    MatchAs {
        pattern: Option<&'a Pattern<'a>>,
        name: Option<&'a str>,
    },
    MatchOr {
        patterns: &'a [Pattern<'a>],
    },
}

/// `boolop`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BoolOp {
    And,
    Or,
}

/// `expr_context`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

/// `unaryop`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// `cmpop`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

pub use hognose_primitives::Operator;
