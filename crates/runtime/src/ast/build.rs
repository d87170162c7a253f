//! Objects to a tree.

use super::constant_of;
use crate::frontend::FrontendError;
use crate::object::list::ListBody;
use crate::object::str;
use crate::ops::{attribute, iterate};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use hognose_primitives::Operator;
use hognose_syntax::*;

type Built<T> = Result<T, FrontendError>;

/// The exception is set in the thread.
fn raised(_: Raised) -> FrontendError {
    FrontendError::Other("", String::new())
}

struct Builder<'t, 'a> {
    thread: &'t mut Thread,
    arena: &'a Arena,
}

/// The module that an object describes.
///
/// # Errors
/// TypeError, ValueError, RecursionError; constructs that are not done yet.
pub(super) fn module<'a>(thread: &mut Thread, arena: &'a Arena, node: &Value) -> Built<Mod<'a>> {
    let mut builder = Builder { thread, arena };
    match builder.kind(node).as_str() {
        "Module" => Ok(Mod::Module { body: builder.statements(node, "body")?, type_ignores: &[] }),
        "Interactive" => Ok(Mod::Interactive { body: builder.statements(node, "body")? }),
        "Expression" => Ok(Mod::Expression { body: builder.expression(node, "body")? }),
        kind => Err(FrontendError::Other("TypeError", format!("expected Module node, got {kind}"))),
    }
}

macro_rules! word {
    ($self:ident, $node:ident, $field:literal, $kind:ident { $($name:ident),* }) => {{
        let value = $self.field($node, $field)?;
        match $self.kind(&value).as_str() {
            $(stringify!($name) => $kind::$name,)*
            other => return Err($self.unexpected(stringify!($kind), other)),
        }
    }};
}

impl<'a> Builder<'_, 'a> {
    fn kind(&self, node: &Value) -> String {
        self.thread.type_name(node)
    }

    fn unexpected(&self, wanted: &str, got: &str) -> FrontendError {
        FrontendError::Other("TypeError", format!("expected some sort of {wanted}, but got {got}"))
    }

    fn optional(&mut self, node: &Value, name: &str) -> Built<Option<Value>> {
        let interned = self.thread.intern(name);
        let found = attribute::getattr_optional(self.thread, node, &interned).map_err(raised)?;
        Ok(found.filter(|value| !value.is_none()))
    }

    fn field(&mut self, node: &Value, name: &str) -> Built<Value> {
        match self.optional(node, name)? {
            Some(value) => Ok(value),
            None => Err(FrontendError::Other(
                "TypeError",
                format!("required field \"{name}\" missing from {}", self.kind(node)),
            )),
        }
    }

    fn items(&mut self, node: &Value, name: &str) -> Built<Vec<Value>> {
        let value = self.field(node, name)?;
        if !value.is_a::<ListBody>() {
            let message = format!("{} field \"{name}\" must be a list, not a {}", self.kind(node), self.kind(&value));
            return Err(FrontendError::Other("TypeError", message));
        }
        iterate::collect(self.thread, &value).map_err(raised)
    }

    fn text(&mut self, node: &Value, name: &str) -> Built<&'a str> {
        let value = self.field(node, name)?;
        Ok(self.arena.text(&str::to_string(&value)))
    }

    fn optional_text(&mut self, node: &Value, name: &str) -> Built<Option<&'a str>> {
        let value = self.optional(node, name)?;
        Ok(value.map(|value| self.arena.text(&str::to_string(&value))))
    }

    fn number(&mut self, node: &Value, name: &str) -> Built<i64> {
        let value = self.optional(node, name)?;
        Ok(value.and_then(|value| crate::object::int::to_i64(&value)).unwrap_or(0))
    }

    fn texts(&mut self, node: &Value, name: &str) -> Built<&'a [&'a str]> {
        let items = self.items(node, name)?;
        let texts: Vec<&'a str> = items.iter().map(|item| self.arena.text(&str::to_string(item))).collect();
        Ok(self.arena.slice(&texts))
    }

    fn span(&mut self, node: &Value) -> Built<Span> {
        self.field(node, "lineno")?;
        let line = self.number(node, "lineno")? as i32;
        let column = self.number(node, "col_offset")? as i32;
        let end_line = self.optional(node, "end_lineno")?.and_then(|value| value.as_small_int());
        let end_column = self.optional(node, "end_col_offset")?.and_then(|value| value.as_small_int());
        let end_line = end_line.map_or(line, |line| line as i32);
        Ok(Span::new(line, column, end_line, end_column.map_or(column, |column| column as i32)))
    }

    fn enter(&mut self) -> Built<()> {
        self.thread.enter_recursion(" during compilation").map_err(raised)
    }

    fn statements(&mut self, node: &Value, name: &str) -> Built<&'a [Stmt<'a>]> {
        let mut built = Vec::new();
        for item in self.items(node, name)? {
            self.enter()?;
            let statement = self.statement(&item);
            self.thread.leave_recursion();
            built.push(statement?);
        }
        Ok(self.arena.slice(&built))
    }

    fn one(&mut self, node: &Value) -> Built<Expr<'a>> {
        self.enter()?;
        let expression = self.expr(node);
        self.thread.leave_recursion();
        expression
    }

    fn expression(&mut self, node: &Value, name: &str) -> Built<&'a Expr<'a>> {
        let value = self.field(node, name)?;
        let built = self.one(&value)?;
        Ok(self.arena.alloc(built))
    }

    fn optional_expression(&mut self, node: &Value, name: &str) -> Built<Option<&'a Expr<'a>>> {
        match self.optional(node, name)? {
            Some(value) => {
                let built = self.one(&value)?;
                Ok(Some(self.arena.alloc(built)))
            }
            None => Ok(None),
        }
    }

    fn expressions(&mut self, node: &Value, name: &str) -> Built<&'a [Expr<'a>]> {
        let mut built = Vec::new();
        for item in self.items(node, name)? {
            built.push(self.one(&item)?);
        }
        Ok(self.arena.slice(&built))
    }

    fn optional_expressions(&mut self, node: &Value, name: &str) -> Built<&'a [Option<&'a Expr<'a>>]> {
        let mut built: Vec<Option<&'a Expr<'a>>> = Vec::new();
        for item in self.items(node, name)? {
            built.push(if item.is_none() {
                None
            } else {
                let expression = self.one(&item)?;
                Some(self.arena.alloc(expression))
            });
        }
        Ok(self.arena.slice(&built))
    }

    fn context(&mut self, node: &Value) -> Built<ExprContext> {
        Ok(word!(self, node, "ctx", ExprContext { Load, Store, Del }))
    }

    fn operator(&mut self, node: &Value) -> Built<Operator> {
        let value = self.field(node, "op")?;
        let kind = self.kind(&value);
        let found = Operator::ALL.into_iter().find(|operator| operator.name() == kind);
        found.ok_or_else(|| self.unexpected("operator", &kind))
    }

    fn arg(&mut self, node: &Value) -> Built<Arg<'a>> {
        Ok(Arg {
            arg: self.text(node, "arg")?,
            annotation: self.optional_expression(node, "annotation")?,
            type_comment: self.optional_text(node, "type_comment")?,
            span: self.span(node)?,
        })
    }

    fn args(&mut self, node: &Value, name: &str) -> Built<&'a [Arg<'a>]> {
        let mut built = Vec::new();
        for item in self.items(node, name)? {
            built.push(self.arg(&item)?);
        }
        Ok(self.arena.slice(&built))
    }

    fn optional_arg(&mut self, node: &Value, name: &str) -> Built<Option<&'a Arg<'a>>> {
        match self.optional(node, name)? {
            Some(value) => {
                let built = self.arg(&value)?;
                Ok(Some(self.arena.alloc(built)))
            }
            None => Ok(None),
        }
    }

    fn arguments(&mut self, node: &Value) -> Built<&'a Arguments<'a>> {
        let node = &self.field(node, "args")?;
        let built = Arguments {
            posonlyargs: self.args(node, "posonlyargs")?,
            args: self.args(node, "args")?,
            vararg: self.optional_arg(node, "vararg")?,
            kwonlyargs: self.args(node, "kwonlyargs")?,
            kw_defaults: self.optional_expressions(node, "kw_defaults")?,
            kwarg: self.optional_arg(node, "kwarg")?,
            defaults: self.expressions(node, "defaults")?,
        };
        Ok(self.arena.alloc(built))
    }

    fn keywords(&mut self, node: &Value) -> Built<&'a [Keyword<'a>]> {
        let mut built = Vec::new();
        for item in self.items(node, "keywords")? {
            built.push(Keyword {
                arg: self.optional_text(&item, "arg")?,
                value: *self.expression(&item, "value")?,
                span: self.span(&item)?,
            });
        }
        Ok(self.arena.slice(&built))
    }

    fn generators(&mut self, node: &Value) -> Built<&'a [Comprehension<'a>]> {
        let mut built = Vec::new();
        for item in self.items(node, "generators")? {
            built.push(Comprehension {
                target: *self.expression(&item, "target")?,
                iter: *self.expression(&item, "iter")?,
                ifs: self.expressions(&item, "ifs")?,
                is_async: self.number(&item, "is_async")? != 0,
            });
        }
        Ok(self.arena.slice(&built))
    }

    fn aliases(&mut self, node: &Value) -> Built<&'a [Alias<'a>]> {
        let mut built = Vec::new();
        for item in self.items(node, "names")? {
            built.push(Alias {
                name: self.text(&item, "name")?,
                asname: self.optional_text(&item, "asname")?,
                span: self.span(&item)?,
            });
        }
        Ok(self.arena.slice(&built))
    }

    fn function(&mut self, node: &Value) -> Built<&'a FunctionDef<'a>> {
        let built = FunctionDef {
            name: self.text(node, "name")?,
            args: self.arguments(node)?,
            body: self.statements(node, "body")?,
            decorator_list: self.expressions(node, "decorator_list")?,
            returns: self.optional_expression(node, "returns")?,
            type_comment: self.optional_text(node, "type_comment")?,
        };
        Ok(self.arena.alloc(built))
    }

    fn for_loop(&mut self, node: &Value) -> Built<&'a For<'a>> {
        let built = For {
            target: self.expression(node, "target")?,
            iter: self.expression(node, "iter")?,
            body: self.statements(node, "body")?,
            orelse: self.statements(node, "orelse")?,
            type_comment: self.optional_text(node, "type_comment")?,
        };
        Ok(self.arena.alloc(built))
    }

    fn with(&mut self, node: &Value) -> Built<&'a With<'a>> {
        let mut items = Vec::new();
        for item in self.items(node, "items")? {
            items.push(WithItem {
                context_expr: *self.expression(&item, "context_expr")?,
                optional_vars: self.optional_expression(&item, "optional_vars")?,
            });
        }
        let built = With {
            items: self.arena.slice(&items),
            body: self.statements(node, "body")?,
            type_comment: self.optional_text(node, "type_comment")?,
        };
        Ok(self.arena.alloc(built))
    }

    fn try_block(&mut self, node: &Value) -> Built<&'a Try<'a>> {
        let body = self.statements(node, "body")?;
        let mut handlers = Vec::new();
        for item in self.items(node, "handlers")? {
            handlers.push(ExceptHandler {
                type_: self.optional_expression(&item, "type")?,
                name: self.optional_text(&item, "name")?,
                body: self.statements(&item, "body")?,
                span: self.span(&item)?,
            });
        }
        let built = Try {
            body,
            handlers: self.arena.slice(&handlers),
            orelse: self.statements(node, "orelse")?,
            finalbody: self.statements(node, "finalbody")?,
        };
        Ok(self.arena.alloc(built))
    }

    fn class(&mut self, node: &Value) -> Built<&'a ClassDef<'a>> {
        let built = ClassDef {
            name: self.text(node, "name")?,
            bases: self.expressions(node, "bases")?,
            keywords: self.keywords(node)?,
            body: self.statements(node, "body")?,
            decorator_list: self.expressions(node, "decorator_list")?,
        };
        Ok(self.arena.alloc(built))
    }

    fn statement(&mut self, node: &Value) -> Built<Stmt<'a>> {
        let name = self.kind(node);
        let kind = match name.as_str() {
            "FunctionDef" => StmtKind::FunctionDef(self.function(node)?),
            "AsyncFunctionDef" => StmtKind::AsyncFunctionDef(self.function(node)?),
            "ClassDef" => StmtKind::ClassDef(self.class(node)?),
            "Return" => StmtKind::Return { value: self.optional_expression(node, "value")? },
            "Delete" => StmtKind::Delete { targets: self.expressions(node, "targets")? },
            "Assign" => StmtKind::Assign {
                targets: self.expressions(node, "targets")?,
                value: self.expression(node, "value")?,
                type_comment: self.optional_text(node, "type_comment")?,
            },
            "AugAssign" => StmtKind::AugAssign {
                target: self.expression(node, "target")?,
                op: self.operator(node)?,
                value: self.expression(node, "value")?,
            },
            "AnnAssign" => StmtKind::AnnAssign {
                target: self.expression(node, "target")?,
                annotation: self.expression(node, "annotation")?,
                value: self.optional_expression(node, "value")?,
                simple: self.number(node, "simple")? != 0,
            },
            "For" => StmtKind::For(self.for_loop(node)?),
            "AsyncFor" => StmtKind::AsyncFor(self.for_loop(node)?),
            "While" => StmtKind::While {
                test: self.expression(node, "test")?,
                body: self.statements(node, "body")?,
                orelse: self.statements(node, "orelse")?,
            },
            "If" => StmtKind::If {
                test: self.expression(node, "test")?,
                body: self.statements(node, "body")?,
                orelse: self.statements(node, "orelse")?,
            },
            "With" => StmtKind::With(self.with(node)?),
            "AsyncWith" => StmtKind::AsyncWith(self.with(node)?),
            "Raise" => StmtKind::Raise {
                exc: self.optional_expression(node, "exc")?,
                cause: self.optional_expression(node, "cause")?,
            },
            "Try" => StmtKind::Try(self.try_block(node)?),
            "TryStar" => StmtKind::TryStar(self.try_block(node)?),
            "Assert" => {
                StmtKind::Assert { test: self.expression(node, "test")?, msg: self.optional_expression(node, "msg")? }
            }
            "Import" => StmtKind::Import { names: self.aliases(node)? },
            "ImportFrom" => StmtKind::ImportFrom {
                module: self.optional_text(node, "module")?,
                names: self.aliases(node)?,
                level: self.number(node, "level")? as u32,
            },
            "Global" => StmtKind::Global { names: self.texts(node, "names")? },
            "Nonlocal" => StmtKind::Nonlocal { names: self.texts(node, "names")? },
            "Expr" => StmtKind::Expr { value: self.expression(node, "value")? },
            "Pass" => StmtKind::Pass,
            "Break" => StmtKind::Break,
            "Continue" => StmtKind::Continue,
            "Match" => {
                let span = self.span(node)?;
                return Err(FrontendError::Unsupported(Unsupported::new(
                    "compile() of a match statement's tree",
                    span,
                )));
            }
            other => return Err(self.unexpected("stmt", other)),
        };
        Ok(Stmt { kind, span: self.span(node)? })
    }

    fn expr(&mut self, node: &Value) -> Built<Expr<'a>> {
        let name = self.kind(node);
        let kind = match name.as_str() {
            "BoolOp" => ExprKind::BoolOp {
                op: word!(self, node, "op", BoolOp { And, Or }),
                values: self.expressions(node, "values")?,
            },
            "NamedExpr" => {
                ExprKind::NamedExpr { target: self.expression(node, "target")?, value: self.expression(node, "value")? }
            }
            "BinOp" => ExprKind::BinOp {
                left: self.expression(node, "left")?,
                op: self.operator(node)?,
                right: self.expression(node, "right")?,
            },
            "UnaryOp" => ExprKind::UnaryOp {
                op: word!(self, node, "op", UnaryOp { Invert, Not, UAdd, USub }),
                operand: self.expression(node, "operand")?,
            },
            "Lambda" => ExprKind::Lambda { args: self.arguments(node)?, body: self.expression(node, "body")? },
            "IfExp" => ExprKind::IfExp {
                test: self.expression(node, "test")?,
                body: self.expression(node, "body")?,
                orelse: self.expression(node, "orelse")?,
            },
            "Dict" => ExprKind::Dict {
                keys: self.optional_expressions(node, "keys")?,
                values: self.expressions(node, "values")?,
            },
            "Set" => ExprKind::Set { elts: self.expressions(node, "elts")? },
            "ListComp" => ExprKind::ListComp { elt: self.expression(node, "elt")?, generators: self.generators(node)? },
            "SetComp" => ExprKind::SetComp { elt: self.expression(node, "elt")?, generators: self.generators(node)? },
            "DictComp" => ExprKind::DictComp {
                key: self.expression(node, "key")?,
                value: self.expression(node, "value")?,
                generators: self.generators(node)?,
            },
            "GeneratorExp" => {
                ExprKind::GeneratorExp { elt: self.expression(node, "elt")?, generators: self.generators(node)? }
            }
            "Await" => ExprKind::Await { value: self.expression(node, "value")? },
            "Yield" => ExprKind::Yield { value: self.optional_expression(node, "value")? },
            "YieldFrom" => ExprKind::YieldFrom { value: self.expression(node, "value")? },
            "Compare" => ExprKind::Compare {
                left: self.expression(node, "left")?,
                ops: self.comparisons(node)?,
                comparators: self.expressions(node, "comparators")?,
            },
            "Call" => ExprKind::Call {
                func: self.expression(node, "func")?,
                args: self.expressions(node, "args")?,
                keywords: self.keywords(node)?,
            },
            "FormattedValue" => ExprKind::FormattedValue {
                value: self.expression(node, "value")?,
                conversion: self.number(node, "conversion")? as i32,
                format_spec: self.optional_expression(node, "format_spec")?,
            },
            "JoinedStr" => ExprKind::JoinedStr { values: self.expressions(node, "values")? },
            "Constant" => {
                let name = self.thread.intern("value");
                let value = attribute::getattr(self.thread, node, &name).map_err(raised)?;
                let Some(constant) = constant_of(&value) else {
                    let message = format!("got an invalid type in Constant: {}", self.kind(&value));
                    return Err(FrontendError::Other("TypeError", message));
                };
                ExprKind::Constant { value: self.arena.constant(constant), kind: self.optional_text(node, "kind")? }
            }
            "Attribute" => ExprKind::Attribute {
                value: self.expression(node, "value")?,
                attr: self.text(node, "attr")?,
                ctx: self.context(node)?,
            },
            "Subscript" => ExprKind::Subscript {
                value: self.expression(node, "value")?,
                slice: self.expression(node, "slice")?,
                ctx: self.context(node)?,
            },
            "Starred" => ExprKind::Starred { value: self.expression(node, "value")?, ctx: self.context(node)? },
            "Name" => ExprKind::Name { id: self.text(node, "id")?, ctx: self.context(node)? },
            "List" => ExprKind::List { elts: self.expressions(node, "elts")?, ctx: self.context(node)? },
            "Tuple" => ExprKind::Tuple { elts: self.expressions(node, "elts")?, ctx: self.context(node)? },
            "Slice" => ExprKind::Slice {
                lower: self.optional_expression(node, "lower")?,
                upper: self.optional_expression(node, "upper")?,
                step: self.optional_expression(node, "step")?,
            },
            other => return Err(self.unexpected("expr", other)),
        };
        Ok(Expr { kind, span: self.span(node)? })
    }

    fn comparisons(&mut self, node: &Value) -> Built<&'a [CmpOp]> {
        let mut built = Vec::new();
        for item in self.items(node, "ops")? {
            let kind = self.kind(&item);
            built.push(match kind.as_str() {
                "Eq" => CmpOp::Eq,
                "NotEq" => CmpOp::NotEq,
                "Lt" => CmpOp::Lt,
                "LtE" => CmpOp::LtE,
                "Gt" => CmpOp::Gt,
                "GtE" => CmpOp::GtE,
                "Is" => CmpOp::Is,
                "IsNot" => CmpOp::IsNot,
                "In" => CmpOp::In,
                "NotIn" => CmpOp::NotIn,
                other => return Err(self.unexpected("cmpop", other)),
            });
        }
        Ok(self.arena.slice(&built))
    }
}
