//! Classes.

use crate::error::Result;
use crate::function::first_line;
use crate::generator::Generator;
use crate::unit::{ImplicitReturn, UnitKind};
use hognose_bytecode::Opcode;
use hognose_syntax::{ClassDef, ExprContext, Span};

impl<'a> Generator<'a, '_> {
    pub(crate) fn class_def(&mut self, span: Span, node: &'a ClassDef<'a>) -> Result {
        self.exprs(node.decorator_list)?;
        let first_line = first_line(span, node.decorator_list);
        let scope = self.symbols.class(node).expect("the symbol table was built from this tree");
        self.enter_unit(node.name, UnitKind::Class, scope, first_line);
        self.unit.private = Some(node.name);
        self.name("__name__", ExprContext::Load)?;
        self.name("__module__", ExprContext::Store)?;
        let qualname = self.unit.cfg.unit.qualname.clone();
        self.load_text(qualname)?;
        self.name("__qualname__", ExprContext::Store)?;
        self.body(node.body)?;
        self.unlocate();
        if self.scope().needs_class_closure {
            // `type.__new__` fills the cell that `super()` reads.
            let cell = self.cell_index("__class__");
            self.op_arg(Opcode::LOAD_CLOSURE, cell);
            self.op_arg(Opcode::COPY, 1);
            self.name("__classcell__", ExprContext::Store)?;
        } else {
            self.load_none()?;
        }
        self.op(Opcode::RETURN_VALUE);
        let code = self.leave_unit(ImplicitReturn::None)?;

        self.op(Opcode::PUSH_NULL);
        self.op(Opcode::LOAD_BUILD_CLASS);
        self.make_closure(code, 0)?;
        self.load_str(node.name)?;
        self.call_helper(2, node.bases, node.keywords)?;
        self.apply_decorators(node.decorator_list);
        self.name(node.name, ExprContext::Store)
    }
}
