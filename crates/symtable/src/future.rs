//! `from __future__ import`: which features a module switches on.

use hognose_primitives::Constant;
use hognose_syntax::{ErrorClass, ExprKind, Mod, Span, Stmt, StmtKind, SyntaxError};

/// The future features that still have an effect in 3.11.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Features {
    /// `annotations`: annotations become text.
    pub annotations: bool,
    /// `barry_as_FLUFL`: `<>` instead of `!=`.
    pub barry_as_flufl: bool,
}

impl Features {
    /// `CO_FUTURE_BARRY_AS_BDFL`.
    pub const BARRY_AS_BDFL: u32 = 0x40_0000;
    /// `CO_FUTURE_ANNOTATIONS`.
    pub const ANNOTATIONS: u32 = 0x100_0000;

    /// The features among the flags of `compile` or `co_flags`.
    pub fn from_flags(flags: u32) -> Self {
        Features { annotations: flags & Self::ANNOTATIONS != 0, barry_as_flufl: flags & Self::BARRY_AS_BDFL != 0 }
    }

    /// Their bits in `co_flags`.
    pub fn flags(self) -> u32 {
        let annotations = if self.annotations { Self::ANNOTATIONS } else { 0 };
        let barry = if self.barry_as_flufl { Self::BARRY_AS_BDFL } else { 0 };
        annotations | barry
    }

    /// Features of either.
    pub fn union(self, other: Self) -> Self {
        Self::from_flags(self.flags() | other.flags())
    }
}

/// What the scan finds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Future {
    /// Features switched on.
    pub features: Features,
    /// Line of the last future import; one on a later line is for code generation to reject. -1 without any.
    pub last_line: i32,
}

/// Finds the future imports at the head of a module.
///
/// # Errors
/// An unknown feature, or a future import behind another statement of its own line.
pub fn scan_future(module: &Mod<'_>) -> Result<Future, SyntaxError> {
    let mut future = Future { features: Features::default(), last_line: -1 };
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else {
        return Ok(future);
    };
    let body = match body {
        [first, rest @ ..] if is_docstring(first) => rest,
        body => body,
    };
    let mut over = false;
    let mut previous_line = 0;
    for statement in body {
        let line = statement.span.start.line;
        if over && line > previous_line {
            break;
        }
        previous_line = line;
        // The level does not count: `from .__future__ import x` is a future import too.
        let StmtKind::ImportFrom { module: Some("__future__"), names, .. } = statement.kind else {
            over = true;
            continue;
        };
        if over {
            let message = "from __future__ imports must occur at the beginning of the file";
            return Err(at_start(message.to_owned(), statement.span, 0));
        }
        for alias in names {
            let message = match alias.name {
                "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
                | "print_function" | "unicode_literals" | "generator_stop" => continue,
                "barry_as_FLUFL" => {
                    future.features.barry_as_flufl = true;
                    continue;
                }
                "annotations" => {
                    future.features.annotations = true;
                    continue;
                }
                "braces" => "not a chance".to_owned(),
                unknown => {
                    // CPython formats at most 100 bytes of the name.
                    let shown = &unknown.as_bytes()[..unknown.len().min(100)];
                    format!("future feature {} is not defined", String::from_utf8_lossy(shown))
                }
            };
            return Err(at_start(message, statement.span, 1));
        }
        future.last_line = line;
    }
    Ok(future)
}

fn is_docstring(statement: &Stmt<'_>) -> bool {
    matches!(
        statement.kind,
        StmtKind::Expr { value } if matches!(value.kind, ExprKind::Constant { value: Constant::Str(_), .. })
    )
}

fn at_start(message: String, span: Span, first_column: i32) -> SyntaxError {
    let line = span.start.line;
    SyntaxError {
        class: ErrorClass::SyntaxError,
        message,
        location: Some([line, span.start.column_bytes + first_column, line, SyntaxError::NO_OFFSET]),
        text: None,
    }
}
