//! An expression as text: what `from __future__ import annotations` keeps of an annotation.

use crate::*;
use hognose_primitives::{Constant, write_str_repr};

/// How tightly a place binds; an expression that binds looser stands in parentheses there.
///
/// # Source
/// CPython 3.11, the levels of `Python/ast_unparse.c`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    /// Also what `|` binds like.
    Expr,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    /// The next tighter level.
    fn tighter(self) -> Level {
        use Level::*;
        match self {
            Tuple => Test,
            Test => Or,
            Or => And,
            And => Not,
            Not => Compare,
            Compare => Expr,
            Expr => BitXor,
            BitXor => BitAnd,
            BitAnd => Shift,
            Shift => Arithmetic,
            Arithmetic => Term,
            Term => Factor,
            Factor => Power,
            Power => Await,
            Await | Atom => Atom,
        }
    }
}

/// The text CPython keeps of an annotation that is not evaluated.
pub fn expression_text(expression: &Expr<'_>) -> String {
    let mut text = Text { out: String::new() };
    text.expr(expression, Level::Test);
    text.out
}

/// How infinity is written: a number too large for a float.
const INFINITY: &str = "1e309";

struct Text {
    out: String,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes something, in parentheses if the place binds tighter than it does.
    fn wrapped(&mut self, parentheses: bool, write: impl FnOnce(&mut Self)) {
        if parentheses {
            self.push("(");
        }
        write(self);
        if parentheses {
            self.push(")");
        }
    }

    fn list(&mut self, elements: &[Expr<'_>], level: Level) {
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.expr(element, level);
        }
    }

    fn expr(&mut self, expression: &Expr<'_>, place: Level) {
        match expression.kind {
            ExprKind::BoolOp { op, values } => {
                let (level, word) = match op {
                    BoolOp::And => (Level::And, " and "),
                    BoolOp::Or => (Level::Or, " or "),
                };
                self.wrapped(place > level, |text| {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            text.push(word);
                        }
                        text.expr(value, level.tighter());
                    }
                });
            }
            ExprKind::NamedExpr { target, value } => self.wrapped(place > Level::Tuple, |text| {
                text.expr(target, Level::Atom);
                text.push(" := ");
                text.expr(value, Level::Atom);
            }),
            ExprKind::BinOp { left, op, right } => {
                let level = binary_level(op);
                let (left_level, right_level) =
                    if op == Operator::Pow { (level.tighter(), level) } else { (level, level.tighter()) };
                self.wrapped(place > level, |text| {
                    text.expr(left, left_level);
                    text.push(" ");
                    text.push(op.symbol());
                    text.push(" ");
                    text.expr(right, right_level);
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (level, sign) = match op {
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.wrapped(place > level, |text| {
                    text.push(sign);
                    text.expr(operand, level);
                });
            }
            ExprKind::Lambda { args, body } => self.wrapped(place > Level::Test, |text| {
                // CPython leaves the blank out when nothing but stars follow.
                let positional = args.posonlyargs.len() + args.args.len();
                text.push(if positional == 0 { "lambda" } else { "lambda " });
                text.arguments(args);
                text.push(": ");
                text.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.wrapped(place > Level::Test, |text| {
                text.expr(body, Level::Test.tighter());
                text.push(" if ");
                text.expr(test, Level::Test.tighter());
                text.push(" else ");
                text.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => {
                self.push("{");
                for (index, (key, value)) in keys.iter().zip(values).enumerate() {
                    if index > 0 {
                        self.push(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, Level::Test);
                            self.push(": ");
                            self.expr(value, Level::Test);
                        }
                        None => {
                            self.push("**");
                            self.expr(value, Level::Expr);
                        }
                    }
                }
                self.push("}");
            }
            ExprKind::Set { elts } => {
                self.push("{");
                self.list(elts, Level::Test);
                self.push("}");
            }
            ExprKind::ListComp { elt, generators } => self.comprehension("[", elt, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", elt, generators, "}"),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", elt, generators, ")"),
            ExprKind::DictComp { key, value, generators } => {
                self.push("{");
                self.expr(key, Level::Test);
                self.push(": ");
                self.expr(value, Level::Test);
                self.clauses(generators);
                self.push("}");
            }
            ExprKind::Await { value } => self.wrapped(place > Level::Await, |text| {
                text.push("await ");
                text.expr(value, Level::Atom);
            }),
            ExprKind::Yield { value: None } => self.push("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.push("(yield ");
                self.expr(value, Level::Test);
                self.push(")");
            }
            ExprKind::YieldFrom { value } => {
                self.push("(yield from ");
                self.expr(value, Level::Test);
                self.push(")");
            }
            ExprKind::Compare { left, ops, comparators } => self.wrapped(place > Level::Compare, |text| {
                text.expr(left, Level::Compare.tighter());
                for (op, comparator) in ops.iter().zip(comparators) {
                    text.push(comparison(*op));
                    text.expr(comparator, Level::Compare.tighter());
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::FormattedValue { .. } | ExprKind::JoinedStr { .. } => {
                let mut body = Text { out: String::new() };
                body.format_part(expression);
                self.push("f");
                write_str_repr(&mut self.out, body.out.as_bytes());
            }
            ExprKind::Constant { value, kind } => {
                self.push(kind.unwrap_or(""));
                self.constant(value);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                let number = matches!(value.kind, ExprKind::Constant { value: Constant::Int(_), .. });
                self.push(if number { " ." } else { "." });
                self.push(attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.push("[");
                self.expr(slice, Level::Tuple);
                self.push("]");
            }
            ExprKind::Starred { value, .. } => {
                self.push("*");
                self.expr(value, Level::Expr);
            }
            ExprKind::Name { id, .. } => self.push(id),
            ExprKind::List { elts, .. } => {
                self.push("[");
                self.list(elts, Level::Test);
                self.push("]");
            }
            ExprKind::Tuple { elts: [], .. } => self.push("()"),
            ExprKind::Tuple { elts, .. } => self.wrapped(place > Level::Tuple, |text| {
                text.list(elts, Level::Test);
                if elts.len() == 1 {
                    text.push(",");
                }
            }),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.push(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.push(":");
                    self.expr(step, Level::Test);
                }
            }
        }
    }

    fn constant(&mut self, value: &Constant) {
        match value {
            Constant::Ellipsis => self.push("..."),
            Constant::Tuple(items) => {
                self.push("(");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.push(", ");
                    }
                    self.constant(item);
                }
                self.push(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::Float(number) if number.is_infinite() => self.push(&value.repr().replace("inf", INFINITY)),
            Constant::Complex { .. } => self.push(&value.repr().replace("inf", INFINITY)),
            _ => value.write_repr(&mut self.out),
        }
    }

    fn comprehension(&mut self, open: &str, elt: &Expr<'_>, generators: &[Comprehension<'_>], close: &str) {
        self.push(open);
        self.expr(elt, Level::Test);
        self.clauses(generators);
        self.push(close);
    }

    fn clauses(&mut self, generators: &[Comprehension<'_>]) {
        for generator in generators {
            self.push(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple);
            self.push(" in ");
            self.expr(&generator.iter, Level::Test.tighter());
            for condition in generator.ifs {
                self.push(" if ");
                self.expr(condition, Level::Test.tighter());
            }
        }
    }

    fn call(&mut self, func: &Expr<'_>, args: &[Expr<'_>], keywords: &[Keyword<'_>]) {
        self.expr(func, Level::Atom);
        if let ([generator], []) = (args, keywords)
            && matches!(generator.kind, ExprKind::GeneratorExp { .. })
        {
            // Its own parentheses serve for the call.
            return self.expr(generator, Level::Tuple);
        }
        self.push("(");
        self.list(args, Level::Test);
        for (index, keyword) in keywords.iter().enumerate() {
            if index > 0 || !args.is_empty() {
                self.push(", ");
            }
            match keyword.arg {
                Some(name) => {
                    self.push(name);
                    self.push("=");
                }
                None => self.push("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.push(")");
    }

    /// A part of an f-string, before the whole is quoted.
    fn format_part(&mut self, part: &Expr<'_>) {
        match part.kind {
            ExprKind::Constant { value: Constant::Str(value), .. } => {
                self.push(&value.to_string_lossy().replace('{', "{{").replace('}', "}}"));
            }
            ExprKind::JoinedStr { values } => {
                for value in values {
                    self.format_part(value);
                }
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = Text { out: String::new() };
                inner.expr(value, Level::Test.tighter());
                // A brace behind a brace would stand for one.
                self.push(if inner.out.starts_with('{') { "{ " } else { "{" });
                self.push(&inner.out);
                if let Some(letter) = u32::try_from(conversion).ok().and_then(char::from_u32) {
                    self.out.push('!');
                    self.out.push(letter);
                }
                if let Some(spec) = format_spec {
                    self.push(":");
                    self.format_part(spec);
                }
                self.push("}");
            }
            _ => self.expr(part, Level::Test),
        }
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        let mut first = true;
        let mut separate = |text: &mut Self| {
            if !std::mem::replace(&mut first, false) {
                text.push(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        let plain = positional - args.defaults.len().min(positional);
        for (index, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            separate(self);
            self.arg(arg);
            if let Some(default) = index.checked_sub(plain).and_then(|index| args.defaults.get(index)) {
                self.push("=");
                self.expr(default, Level::Test);
            }
            if index + 1 == args.posonlyargs.len() {
                self.push(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            separate(self);
            self.push("*");
            if let Some(arg) = args.vararg {
                self.arg(arg);
            }
        }
        for (index, arg) in args.kwonlyargs.iter().enumerate() {
            separate(self);
            self.arg(arg);
            if let Some(Some(default)) = args.kw_defaults.get(index) {
                self.push("=");
                self.expr(default, Level::Test);
            }
        }
        if let Some(arg) = args.kwarg {
            separate(self);
            self.push("**");
            self.arg(arg);
        }
    }

    fn arg(&mut self, arg: &Arg<'_>) {
        self.push(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.push(": ");
            self.expr(annotation, Level::Test);
        }
    }
}

fn binary_level(op: Operator) -> Level {
    match op {
        Operator::BitOr => Level::Expr,
        Operator::BitXor => Level::BitXor,
        Operator::BitAnd => Level::BitAnd,
        Operator::LShift | Operator::RShift => Level::Shift,
        Operator::Add | Operator::Sub => Level::Arithmetic,
        Operator::Mult | Operator::Div | Operator::FloorDiv | Operator::Mod | Operator::MatMult => Level::Term,
        Operator::Pow => Level::Power,
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
