//! Functions and lambdas: parameters, defaults, annotations, closures, decorators.

use crate::error::Result;
use crate::generator::{FinishedCode, Generator};
use crate::module::docstring;
use crate::unit::{ImplicitReturn, UnitKind};
use hognose_bytecode::Opcode;
use hognose_primitives::bug;
use hognose_syntax::{Arg, Arguments, Expr, ExprContext, ExprKind, FunctionDef, Span};

/// Bits of `MAKE_FUNCTION`'s argument: what lies on the stack below the code.
mod make_function {
    pub(super) const DEFAULTS: u32 = 1;
    pub(super) const KEYWORD_DEFAULTS: u32 = 2;
    pub(super) const ANNOTATIONS: u32 = 4;
    pub(super) const CLOSURE: u32 = 8;
}

impl<'a> Generator<'a, '_> {
    pub(crate) fn function_def(&mut self, span: Span, node: &'a FunctionDef<'a>, is_async: bool) -> Result {
        self.check_parameters(node.args)?;
        self.exprs(node.decorator_list)?;
        let first_line = first_line(span, node.decorator_list);
        let mut flags = self.defaults(node.args)?;
        flags |= self.annotations(node.args, node.returns)?;

        let scope = self.symbols.function(node).expect("the symbol table was built from this tree");
        let kind = if is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter_unit(node.name, kind, scope, first_line);
        let docstring = if self.options.optimize < 2 { docstring(node.body) } else { None };
        match docstring.map(|docstring| docstring.kind) {
            Some(ExprKind::Constant { value, .. }) => self.const_index(value),
            _ => self.none_index(),
        };
        self.set_parameter_counts(node.args);
        self.statements(&node.body[usize::from(docstring.is_some())..])?;
        let code = self.leave_unit(ImplicitReturn::None)?;

        self.make_closure(code, flags)?;
        self.apply_decorators(node.decorator_list);
        self.name(node.name, ExprContext::Store)
    }

    pub(crate) fn lambda(&mut self, span: Span, args: &'a Arguments<'a>, body: &'a Expr<'a>) -> Result {
        self.check_parameters(args)?;
        let flags = self.defaults(args)?;
        let scope = self.symbols.lambda(body).expect("the symbol table was built from this tree");
        self.enter_unit("<lambda>", UnitKind::Lambda, scope, span.start.line);
        self.none_index();
        self.set_parameter_counts(args);
        self.expr(body)?;
        let implicit = if self.scope().generator {
            ImplicitReturn::Top
        } else {
            // At the location that the unit began with.
            self.op(Opcode::RETURN_VALUE);
            ImplicitReturn::None
        };
        let code = self.leave_unit(implicit)?;
        self.make_closure(code, flags)
    }

    fn set_parameter_counts(&mut self, args: &Arguments<'a>) {
        let unit = &mut self.unit.cfg.unit;
        unit.posonlyargcount = args.posonlyargs.len() as u32;
        unit.argcount = unit.posonlyargcount + args.args.len() as u32;
        unit.kwonlyargcount = args.kwonlyargs.len() as u32;
    }

    /// No parameter may be called `__debug__`.
    fn check_parameters(&self, args: &Arguments<'a>) -> Result {
        let parameters =
            args.posonlyargs.iter().chain(args.args).chain(args.vararg).chain(args.kwonlyargs).chain(args.kwarg);
        parameters.into_iter().try_for_each(|parameter| self.check_forbidden(parameter.arg, ExprContext::Store))
    }

    /// Pushes the defaults of parameters and gives the bits for `MAKE_FUNCTION`.
    fn defaults(&mut self, args: &'a Arguments<'a>) -> Result<u32> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(args.defaults)?;
            self.op_arg(Opcode::BUILD_TUPLE, args.defaults.len() as u32);
            flags |= make_function::DEFAULTS;
        }
        let mut names = Vec::new();
        for (parameter, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                names.push(self.mangle(parameter.arg));
                self.expr(default)?;
            }
        }
        if !names.is_empty() {
            let count = names.len() as u32;
            let names = self.names_tuple(names);
            self.load_made(&names)?;
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, count);
            flags |= make_function::KEYWORD_DEFAULTS;
        }
        Ok(flags)
    }

    /// Pushes the annotations and gives the bit for `MAKE_FUNCTION`.
    fn annotations(&mut self, args: &'a Arguments<'a>, returns: Option<&'a Expr<'a>>) -> Result<u32> {
        let (first, second) =
            bug!("annotations-in-source-order", (args.args, args.posonlyargs), (args.posonlyargs, args.args));
        let parameters = first.iter().chain(second).chain(args.vararg).chain(args.kwonlyargs).chain(args.kwarg);
        let mut count = 0;
        for &Arg { arg, annotation, .. } in parameters {
            if let Some(annotation) = annotation {
                self.annotation(arg, annotation)?;
                count += 1;
            }
        }
        if let Some(returns) = returns {
            self.annotation("return", returns)?;
            count += 1;
        }
        if count == 0 {
            return Ok(0);
        }
        self.op_arg(Opcode::BUILD_TUPLE, 2 * count);
        Ok(make_function::ANNOTATIONS)
    }

    fn annotation(&mut self, name: &'a str, annotation: &'a Expr<'a>) -> Result {
        let mangled = self.mangle(name);
        self.load_str(mangled)?;
        if self.options.annotations_as_text {
            return self.annotation_text(annotation);
        }
        match annotation.kind {
            ExprKind::Starred { value, .. } => {
                // `*args: *Ts`
                self.expr(value)?;
                self.op_arg(Opcode::UNPACK_SEQUENCE, 1);
                Ok(())
            }
            _ => self.expr(annotation),
        }
    }

    /// Makes a function of a code object; the parts that `flags` names lie on the stack.
    pub(crate) fn make_closure(&mut self, code: FinishedCode, flags: u32) -> Result {
        let mut flags = flags;
        let mut count = 0;
        for name in code.freevars() {
            let name = name.as_str().expect("names have no surrogates");
            let index = self.closure_index(name);
            self.op_arg(Opcode::LOAD_CLOSURE, index);
            count += 1;
        }
        if count > 0 {
            self.op_arg(Opcode::BUILD_TUPLE, count);
            flags |= make_function::CLOSURE;
        }
        self.load_code(code)?;
        self.op_arg(Opcode::MAKE_FUNCTION, flags);
        Ok(())
    }

    /// Calls decorators, the last first; each lies on the stack below its argument.
    pub(crate) fn apply_decorators(&mut self, decorators: &'a [Expr<'a>]) {
        let cur = self.unit.cur;
        for decorator in decorators.iter().rev() {
            self.locate(decorator.span);
            self.op_arg(Opcode::PRECALL, 0);
            self.op_arg(Opcode::CALL, 0);
        }
        self.unit.cur = cur;
    }
}

/// The line of the first decorator, or of the statement.
pub(crate) fn first_line(span: Span, decorators: &[Expr<'_>]) -> i32 {
    decorators.first().map_or(span.start.line, |decorator| decorator.span.start.line)
}
