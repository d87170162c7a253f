//! Annotations as text, for `from __future__ import annotations`.
//!
//! CPython has a writer of its own for this; `ast.unparse` differs from it.

use crate::error::Result;
use crate::generator::Generator;
use hognose_primitives::{Constant, Operator, Text, complex_repr, float_repr, write_str_repr};
use hognose_syntax::{Arg, Arguments, BoolOp, CmpOp, Comprehension, Expr, ExprKind, Keyword, UnaryOp};

impl<'a> Generator<'a, '_> {
    /// Loads the text of an annotation.
    pub(crate) fn annotation_text(&mut self, annotation: &'a Expr<'a>) -> Result {
        let mut writer = Writer::default();
        writer.expr(annotation, Level::Test);
        let text = Text::from_wtf8(&writer.0).expect("names, constants and punctuation are WTF-8");
        self.load_text(text)
    }
}

/// How tightly an expression binds; one that binds less than its place asks for is parenthesised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
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
    const ALL: [Level; 16] = [
        Level::Tuple,
        Level::Test,
        Level::Or,
        Level::And,
        Level::Not,
        Level::Compare,
        Level::BitOr,
        Level::BitXor,
        Level::BitAnd,
        Level::Shift,
        Level::Arithmetic,
        Level::Term,
        Level::Factor,
        Level::Power,
        Level::Await,
        Level::Atom,
    ];

    fn tighter(self) -> Level {
        Level::ALL[(self as usize + 1).min(Level::ALL.len() - 1)]
    }

    fn of_operator(op: Operator) -> Level {
        match op {
            Operator::Add | Operator::Sub => Level::Arithmetic,
            Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => Level::Term,
            Operator::LShift | Operator::RShift => Level::Shift,
            Operator::BitOr => Level::BitOr,
            Operator::BitXor => Level::BitXor,
            Operator::BitAnd => Level::BitAnd,
            Operator::Pow => Level::Power,
        }
    }
}

/// Writes expressions as WTF-8.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Writes something, in parentheses when its place binds more tightly than it.
    fn grouped(&mut self, place: Level, own: Level, write: impl FnOnce(&mut Self)) {
        let group = place > own;
        if group {
            self.str("(");
        }
        write(self);
        if group {
            self.str(")");
        }
    }

    fn list(&mut self, exprs: &[Expr<'_>], level: Level) {
        for (index, expr) in exprs.iter().enumerate() {
            self.separate(index > 0);
            self.expr(expr, level);
        }
    }

    fn separate(&mut self, needed: bool) {
        if needed {
            self.str(", ");
        }
    }

    fn expr(&mut self, expr: &Expr<'_>, level: Level) {
        match expr.kind {
            ExprKind::BoolOp { op, values } => {
                let (own, word) = match op {
                    BoolOp::And => (Level::And, " and "),
                    BoolOp::Or => (Level::Or, " or "),
                };
                self.grouped(level, own, |writer| {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            writer.str(word);
                        }
                        writer.expr(value, own.tighter());
                    }
                });
            }
            ExprKind::NamedExpr { target, value } => self.grouped(level, Level::Tuple, |writer| {
                writer.expr(target, Level::Atom);
                writer.str(" := ");
                writer.expr(value, Level::Atom);
            }),
            ExprKind::BinOp { left, op, right } => {
                let own = Level::of_operator(op);
                let (left_level, right_level) =
                    if op == Operator::Pow { (own.tighter(), own) } else { (own, own.tighter()) };
                self.grouped(level, own, |writer| {
                    writer.expr(left, left_level);
                    writer.str(" ");
                    writer.str(op.symbol());
                    writer.str(" ");
                    writer.expr(right, right_level);
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (own, symbol) = match op {
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.grouped(level, own, |writer| {
                    writer.str(symbol);
                    writer.expr(operand, own);
                });
            }
            ExprKind::Lambda { args, body } => self.grouped(level, Level::Test, |writer| {
                let positional = !args.posonlyargs.is_empty() || !args.args.is_empty();
                writer.str(if positional { "lambda " } else { "lambda" });
                writer.parameters(args);
                writer.str(": ");
                writer.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level, Level::Test, |writer| {
                writer.expr(body, Level::Or);
                writer.str(" if ");
                writer.expr(test, Level::Or);
                writer.str(" else ");
                writer.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => {
                self.str("{");
                for (index, (key, value)) in keys.iter().zip(values).enumerate() {
                    self.separate(index > 0);
                    if let Some(key) = key {
                        self.expr(key, Level::Test);
                        self.str(": ");
                        self.expr(value, Level::Test);
                    } else {
                        self.str("**");
                        self.expr(value, Level::BitOr);
                    }
                }
                self.str("}");
            }
            ExprKind::Set { elts } => {
                self.str("{");
                self.list(elts, Level::Test);
                self.str("}");
            }
            ExprKind::ListComp { elt, generators } => self.comprehension("[", elt, None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", elt, None, generators, "}"),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", elt, None, generators, ")"),
            ExprKind::Await { value } => self.grouped(level, Level::Await, |writer| {
                writer.str("await ");
                writer.expr(value, Level::Atom);
            }),
            ExprKind::Yield { value: None } => self.str("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.str("(yield ");
                self.expr(value, Level::Test);
                self.str(")");
            }
            ExprKind::YieldFrom { value } => {
                self.str("(yield from ");
                self.expr(value, Level::Test);
                self.str(")");
            }
            ExprKind::Compare { left, ops, comparators } => self.grouped(level, Level::Compare, |writer| {
                writer.expr(left, Level::BitOr);
                for (op, comparator) in ops.iter().zip(comparators) {
                    writer.str(comparison(*op));
                    writer.expr(comparator, Level::BitOr);
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::FormattedValue { .. } => self.formatted_value(expr),
            ExprKind::JoinedStr { values } => {
                let mut body = Writer::default();
                body.fstring_parts(values);
                self.str("f");
                self.repr(&body.0);
            }
            ExprKind::Constant { value, kind } => {
                self.str(kind.unwrap_or(""));
                self.constant(value);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                // `1.real` would be a float.
                let after_int = matches!(value.kind, ExprKind::Constant { value: Constant::Int(_), .. });
                self.str(if after_int { " ." } else { "." });
                self.str(attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.str("[");
                self.expr(slice, Level::Tuple);
                self.str("]");
            }
            ExprKind::Starred { value, .. } => {
                self.str("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Name { id, .. } => self.str(id),
            ExprKind::List { elts, .. } => {
                self.str("[");
                self.list(elts, Level::Test);
                self.str("]");
            }
            ExprKind::Tuple { elts: [], .. } => self.str("()"),
            ExprKind::Tuple { elts, .. } => self.grouped(level, Level::Tuple, |writer| {
                writer.list(elts, Level::Test);
                if elts.len() == 1 {
                    writer.str(",");
                }
            }),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.str(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.str(":");
                    self.expr(step, Level::Test);
                }
            }
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        first: &Expr<'_>,
        second: Option<&Expr<'_>>,
        generators: &[Comprehension<'_>],
        close: &str,
    ) {
        self.str(open);
        self.expr(first, Level::Test);
        if let Some(second) = second {
            self.str(": ");
            self.expr(second, Level::Test);
        }
        for generator in generators {
            self.str(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple);
            self.str(" in ");
            self.expr(&generator.iter, Level::Or);
            for condition in generator.ifs {
                self.str(" if ");
                self.expr(condition, Level::Or);
            }
        }
        self.str(close);
    }

    fn call(&mut self, func: &Expr<'_>, args: &[Expr<'_>], keywords: &[Keyword<'_>]) {
        self.expr(func, Level::Atom);
        if let ([only], []) = (args, keywords)
            && matches!(only.kind, ExprKind::GeneratorExp { .. })
        {
            self.expr(only, Level::Test);
            return;
        }
        self.str("(");
        self.list(args, Level::Test);
        for (index, keyword) in keywords.iter().enumerate() {
            self.separate(index > 0 || !args.is_empty());
            match keyword.arg {
                Some(name) => {
                    self.str(name);
                    self.str("=");
                }
                None => self.str("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.str(")");
    }

    fn parameters(&mut self, args: &Arguments<'_>) {
        let positional = args.posonlyargs.len() + args.args.len();
        let without_default = positional - args.defaults.len();
        let mut first = true;
        for (index, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            let default = index.checked_sub(without_default).map(|index| &args.defaults[index]);
            self.parameter(&mut first, "", arg, default);
            if index + 1 == args.posonlyargs.len() {
                self.str(", /");
            }
        }
        if let Some(vararg) = args.vararg {
            self.parameter(&mut first, "*", vararg, None);
        } else if !args.kwonlyargs.is_empty() {
            self.separate(!std::mem::replace(&mut first, false));
            self.str("*");
        }
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            self.parameter(&mut first, "", arg, *default);
        }
        if let Some(kwarg) = args.kwarg {
            self.parameter(&mut first, "**", kwarg, None);
        }
    }

    fn parameter(&mut self, first: &mut bool, stars: &str, arg: &Arg<'_>, default: Option<&Expr<'_>>) {
        self.separate(!std::mem::replace(first, false));
        self.str(stars);
        self.str(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.str(": ");
            self.expr(annotation, Level::Test);
        }
        if let Some(default) = default {
            self.str("=");
            self.expr(default, Level::Test);
        }
    }

    fn constant(&mut self, value: &Constant) {
        // `inf` is no literal; this is one that overflows to it.
        const INFINITY: &str = "1e309";
        match value {
            Constant::Ellipsis => self.str("..."),
            Constant::Float(value) => self.str(&float_repr(*value).replace("inf", INFINITY)),
            Constant::Complex { real, imag } => self.str(&complex_repr(*real, *imag).replace("inf", INFINITY)),
            Constant::Tuple(items) => {
                self.str("(");
                for (index, item) in items.iter().enumerate() {
                    self.separate(index > 0);
                    self.constant(item);
                }
                self.str(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::Str(text) => self.repr(text.as_wtf8()),
            Constant::None | Constant::Bool(_) | Constant::Int(_) | Constant::Bytes(_) | Constant::FrozenSet(_) => {
                self.str(&value.repr())
            }
        }
    }

    fn repr(&mut self, wtf8: &[u8]) {
        let mut repr = String::new();
        write_str_repr(&mut repr, wtf8);
        self.str(&repr);
    }

    /// The inside of an f-string or of a format.
    fn fstring_parts(&mut self, parts: &[Expr<'_>]) {
        for part in parts {
            self.fstring_part(part);
        }
    }

    fn fstring_part(&mut self, part: &Expr<'_>) {
        match part.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                for &byte in text.as_wtf8() {
                    self.0.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.0.push(byte);
                    }
                }
            }
            ExprKind::JoinedStr { values } => self.fstring_parts(values),
            ExprKind::FormattedValue { .. } => self.formatted_value(part),
            _ => self.expr(part, Level::Test),
        }
    }

    fn formatted_value(&mut self, expr: &Expr<'_>) {
        let ExprKind::FormattedValue { value, conversion, format_spec } = expr.kind else { return };
        let mut inner = Writer::default();
        inner.expr(value, Level::Or);
        // `{{` would be a brace.
        self.str(if inner.0.starts_with(b"{") { "{ " } else { "{" });
        self.0.extend_from_slice(&inner.0);
        if let Ok(conversion) = u8::try_from(conversion) {
            self.0.extend_from_slice(&[b'!', conversion]);
        }
        if let Some(format_spec) = format_spec {
            self.str(":");
            self.fstring_part(format_spec);
        }
        self.str("}");
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
