//! The shape that a tree must have, for trees that the parser did not make.

use hognose_syntax::{Arguments, ErrorClass, ExprKind, Mod, NodeRef, PatternKind, StmtKind, SyntaxError, Try, walk};

/// Checks that lists are as long as code generation needs them.
///
/// The parser makes only trees of this shape; a program can pass others to `compile`. Which context expressions have
/// and what constants hold is not checked.
///
/// # Errors
/// CPython's `ValueError`.
///
/// # Source
/// CPython 3.11, `Python/ast.c`.
pub fn validate(tree: &Mod<'_>) -> Result<(), SyntaxError> {
    let mut problem = None;
    walk(tree, |node| {
        if problem.is_none() {
            problem = fault(node);
        }
    });
    match problem {
        None => Ok(()),
        Some(message) => Err(SyntaxError { class: ErrorClass::ValueError, message, location: None, text: None }),
    }
}

/// What is wrong with one node.
fn fault(node: NodeRef<'_>) -> Option<String> {
    match node {
        NodeRef::Stmt(statement) => statement_fault(statement.kind),
        NodeRef::Expr(expr) => expression_fault(expr.kind).map(str::to_owned),
        NodeRef::Pattern(pattern) => pattern_fault(pattern.kind).map(str::to_owned),
        NodeRef::Arguments(arguments) => arguments_fault(arguments).map(str::to_owned),
        NodeRef::ExceptHandler(handler) => empty(handler.body, "body", "ExceptHandler"),
        NodeRef::MatchCase(case) => empty(case.body, "body", "match_case"),
        _ => None,
    }
}

fn empty<T>(list: &[T], field: &str, node: &str) -> Option<String> {
    list.is_empty().then(|| format!("empty {field} on {node}"))
}

fn statement_fault(statement: StmtKind<'_>) -> Option<String> {
    match statement {
        StmtKind::FunctionDef(node) => empty(node.body, "body", "FunctionDef"),
        StmtKind::AsyncFunctionDef(node) => empty(node.body, "body", "AsyncFunctionDef"),
        StmtKind::ClassDef(node) => empty(node.body, "body", "ClassDef"),
        StmtKind::Delete { targets } => empty(targets, "targets", "Delete"),
        StmtKind::Assign { targets, .. } => empty(targets, "targets", "Assign"),
        StmtKind::For(node) => empty(node.body, "body", "For"),
        StmtKind::AsyncFor(node) => empty(node.body, "body", "AsyncFor"),
        StmtKind::While { body, .. } => empty(body, "body", "While"),
        StmtKind::If { body, .. } => empty(body, "body", "If"),
        StmtKind::With(node) => empty(node.items, "items", "With").or_else(|| empty(node.body, "body", "With")),
        StmtKind::AsyncWith(node) => {
            empty(node.items, "items", "AsyncWith").or_else(|| empty(node.body, "body", "AsyncWith"))
        }
        StmtKind::Match { cases, .. } => empty(cases, "cases", "Match"),
        StmtKind::Try(node) => try_fault(node, "Try"),
        StmtKind::TryStar(node) => try_fault(node, "TryStar"),
        StmtKind::Import { names } => empty(names, "names", "Import"),
        StmtKind::ImportFrom { names, .. } => empty(names, "names", "ImportFrom"),
        StmtKind::Global { names } => empty(names, "names", "Global"),
        StmtKind::Nonlocal { names } => empty(names, "names", "Nonlocal"),
        StmtKind::Return { .. }
        | StmtKind::AugAssign { .. }
        | StmtKind::AnnAssign { .. }
        | StmtKind::Raise { .. }
        | StmtKind::Assert { .. }
        | StmtKind::Expr { .. }
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue => None,
    }
}

fn try_fault(node: &Try<'_>, name: &str) -> Option<String> {
    empty(node.body, "body", name).or_else(|| match (node.handlers, node.orelse, node.finalbody) {
        ([], _, []) => Some(format!("{name} has neither except handlers nor finalbody")),
        ([], [_, ..], _) => Some(format!("{name} has orelse but no except handlers")),
        _ => None,
    })
}

fn expression_fault(expr: ExprKind<'_>) -> Option<&'static str> {
    match expr {
        ExprKind::BoolOp { values, .. } if values.len() < 2 => Some("BoolOp with less than 2 values"),
        ExprKind::Compare { comparators: [], .. } => Some("Compare with no comparators"),
        ExprKind::Compare { ops, comparators, .. } if ops.len() != comparators.len() => {
            Some("Compare has a different number of comparators and operands")
        }
        ExprKind::Dict { keys, values } if keys.len() != values.len() => {
            Some("Dict doesn't have the same number of keys as values")
        }
        ExprKind::ListComp { generators: [], .. }
        | ExprKind::SetComp { generators: [], .. }
        | ExprKind::DictComp { generators: [], .. }
        | ExprKind::GeneratorExp { generators: [], .. } => Some("comprehension with no generators"),
        _ => None,
    }
}

fn pattern_fault(pattern: PatternKind<'_>) -> Option<&'static str> {
    match pattern {
        PatternKind::MatchMapping { keys, patterns, .. } if keys.len() != patterns.len() => {
            Some("MatchMapping doesn't have the same number of keys as patterns")
        }
        PatternKind::MatchClass { kwd_attrs, kwd_patterns, .. } if kwd_attrs.len() != kwd_patterns.len() => {
            Some("MatchClass doesn't have the same number of keyword attributes as patterns")
        }
        PatternKind::MatchOr { patterns } if patterns.len() < 2 => Some("MatchOr requires at least 2 patterns"),
        _ => None,
    }
}

fn arguments_fault(arguments: &Arguments<'_>) -> Option<&'static str> {
    if arguments.defaults.len() > arguments.posonlyargs.len() + arguments.args.len() {
        return Some("more positional defaults than args on arguments");
    }
    if arguments.kw_defaults.len() != arguments.kwonlyargs.len() {
        return Some("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use hognose_syntax::{Expr, Span, Stmt};

    #[test]
    fn rejects_a_comprehension_without_clauses() {
        let name = Expr { kind: ExprKind::Name { id: "a", ctx: hognose_syntax::ExprContext::Load }, span: Span::NONE };
        let value = Expr { kind: ExprKind::ListComp { elt: &name, generators: &[] }, span: Span::NONE };
        let body = [Stmt { kind: StmtKind::Expr { value: &value }, span: Span::NONE }];
        let error = validate(&Mod::Module { body: &body, type_ignores: &[] }).unwrap_err();
        assert_eq!(error.to_string(), "ValueError: comprehension with no generators");
    }
}
