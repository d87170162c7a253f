//! Calls.

use super::collection::Collection;
use crate::error::Result;
use crate::generator::{Generator, STACK_USE_GUIDELINE};
use hognose_bytecode::Opcode;
use hognose_symtable::flag;
use hognose_syntax::{Expr, ExprContext, ExprKind, Keyword, Span};
use std::collections::HashSet;

impl<'a> Generator<'a, '_> {
    pub(super) fn call(
        &mut self,
        span: Span,
        func: &'a Expr<'a>,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    ) -> Result {
        self.check_keywords(keywords)?;
        if let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = func.kind
            && self.is_method_call(value, args, keywords)
        {
            self.expr(value)?;
            self.locate(func.span);
            self.start_at_attribute(func.span, attr);
            self.op_name(Opcode::LOAD_METHOD, attr);
            self.exprs(args)?;
            self.keyword_values(keywords)?;
            self.locate(span);
            self.start_at_attribute(func.span, attr);
            let count = (args.len() + keywords.len()) as u32;
            self.op_arg(Opcode::PRECALL, count);
            self.op_arg(Opcode::CALL, count);
            return Ok(());
        }
        self.check_callee(func);
        self.locate(func.span);
        self.op(Opcode::PUSH_NULL);
        self.locate(span);
        self.expr(func)?;
        self.call_checked(0, args, keywords)
    }

    /// Whether a call of an attribute is made by `LOAD_METHOD`.
    fn is_method_call(&self, object: &Expr<'a>, args: &[Expr<'a>], keywords: &[Keyword<'a>]) -> bool {
        // Functions of imported modules are no methods. CPython asks the module's block for the unmangled name,
        // wherever the call stands.
        let imported = match object.kind {
            ExprKind::Name { id, .. } => self.symbols.top().flags_of(id) & flag::DEF_IMPORT != 0,
            _ => false,
        };
        !imported
            && args.len() + keywords.len() + usize::from(!keywords.is_empty()) < STACK_USE_GUIDELINE
            && is_plain(args, keywords)
    }

    /// A call of what lies on the stack, `pushed` arguments of it included.
    pub(crate) fn call_helper(&mut self, pushed: u32, args: &'a [Expr<'a>], keywords: &'a [Keyword<'a>]) -> Result {
        self.check_keywords(keywords)?;
        self.call_checked(pushed, args, keywords)
    }

    fn call_checked(&mut self, pushed: u32, args: &'a [Expr<'a>], keywords: &'a [Keyword<'a>]) -> Result {
        if args.len() + 2 * keywords.len() > STACK_USE_GUIDELINE || !is_plain(args, keywords) {
            return self.call_ex(pushed, args, keywords);
        }
        self.exprs(args)?;
        self.keyword_values(keywords)?;
        let count = pushed + (args.len() + keywords.len()) as u32;
        self.op_arg(Opcode::PRECALL, count);
        self.op_arg(Opcode::CALL, count);
        Ok(())
    }

    /// Values of named arguments, then their names.
    fn keyword_values(&mut self, keywords: &'a [Keyword<'a>]) -> Result {
        if keywords.is_empty() {
            return Ok(());
        }
        for keyword in keywords {
            self.expr(&keyword.value)?;
        }
        let names = self.names_tuple(keywords.iter().filter_map(|keyword| keyword.arg));
        let index = self.made_index(&names);
        self.op_arg(Opcode::KW_NAMES, index);
        Ok(())
    }

    /// A call by a tuple of arguments and a dict of named ones.
    fn call_ex(&mut self, pushed: u32, args: &'a [Expr<'a>], keywords: &'a [Keyword<'a>]) -> Result {
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => self.expr(value)?,
            _ => self.collect(args, pushed, Collection::Tuple)?,
        }
        if !keywords.is_empty() {
            let mut have_dict = false;
            for run in keywords.chunk_by(|a, b| a.arg.is_some() && b.arg.is_some()) {
                match run {
                    [Keyword { arg: None, value, .. }] => {
                        if !have_dict {
                            self.op_arg(Opcode::BUILD_MAP, 0);
                        }
                        self.expr(value)?;
                        self.op_arg(Opcode::DICT_MERGE, 1);
                    }
                    _ => {
                        self.keyword_dict(run)?;
                        if have_dict {
                            self.op_arg(Opcode::DICT_MERGE, 1);
                        }
                    }
                }
                have_dict = true;
            }
        }
        self.op_arg(Opcode::CALL_FUNCTION_EX, u32::from(!keywords.is_empty()));
        Ok(())
    }

    /// A dict of named arguments.
    fn keyword_dict(&mut self, keywords: &'a [Keyword<'a>]) -> Result {
        let count = keywords.len();
        let big = 2 * count > STACK_USE_GUIDELINE;
        if count > 1 && !big {
            for keyword in keywords {
                self.expr(&keyword.value)?;
            }
            let names = self.names_tuple(keywords.iter().filter_map(|keyword| keyword.arg));
            self.load_made(&names)?;
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, count as u32);
            return Ok(());
        }
        if big {
            self.op_nowhere(Opcode::BUILD_MAP, 0);
        }
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.load_str(name)?;
            }
            self.expr(&keyword.value)?;
            if big {
                self.op_nowhere(Opcode::MAP_ADD, 1);
            }
        }
        if !big {
            self.op_arg(Opcode::BUILD_MAP, count as u32);
        }
        Ok(())
    }

    /// Names of arguments must differ.
    fn check_keywords(&mut self, keywords: &[Keyword<'a>]) -> Result {
        let mut seen = HashSet::new();
        let suspicious =
            keywords.iter().filter_map(|keyword| keyword.arg).any(|name| name == "__debug__" || !seen.insert(name));
        if !suspicious {
            return Ok(());
        }
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg else { continue };
            self.check_forbidden(name, ExprContext::Store)?;
            if let Some(other) = keywords[index + 1..].iter().find(|other| other.arg == Some(name)) {
                self.locate(other.span);
                return Err(self.error(format!("keyword argument repeated: {name}")));
            }
        }
        Ok(())
    }
}

/// Whether a call unpacks nothing.
fn is_plain(args: &[Expr<'_>], keywords: &[Keyword<'_>]) -> bool {
    !args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred { .. }))
        && keywords.iter().all(|keyword| keyword.arg.is_some())
}
