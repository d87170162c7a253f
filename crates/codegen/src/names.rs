//! Names: mangling, indices and the instructions that load, store and delete them.

use crate::error::Result;
use crate::generator::Generator;
use crate::unit::UnitKind;
use hognose_bytecode::Opcode;
use hognose_symtable::{BlockKind, Scope, mangle};
use hognose_syntax::ExprContext;
use std::borrow::Cow;

impl<'a> Generator<'a, '_> {
    /// What a name is called in the current class.
    pub(crate) fn mangle(&self, name: &'a str) -> &'a str {
        match mangle(self.unit.private, name) {
            Cow::Borrowed(name) => name,
            Cow::Owned(name) => self.arena.text(&name),
        }
    }

    /// The index in `co_names` of a name that is not mangled any more.
    pub(crate) fn name_index(&mut self, name: &'a str) -> u32 {
        if let Some(&index) = self.unit.name_index.get(name) {
            return index;
        }
        let text = self.text(name);
        let names = &mut self.unit.cfg.unit.names;
        let index = names.len() as u32;
        names.push(text);
        self.unit.name_index.insert(name, index);
        index
    }

    fn varname_index(&mut self, name: &'a str) -> u32 {
        if let Some(&index) = self.unit.varname_index.get(name) {
            return index;
        }
        let text = self.text(name);
        let varnames = &mut self.unit.cfg.unit.varnames;
        let index = varnames.len() as u32;
        varnames.push(text);
        self.unit.varname_index.insert(name, index);
        index
    }

    /// Adds an instruction about a name that is mangled first: `LOAD_ATTR`, `IMPORT_NAME` and the like.
    pub(crate) fn op_name(&mut self, op: Opcode, name: &'a str) {
        let name = self.mangle(name);
        let index = self.name_index(name);
        self.op_arg(op, index);
    }

    /// Rejects an assignment to or deletion of `__debug__`.
    pub(crate) fn check_forbidden(&self, name: &str, ctx: ExprContext) -> Result {
        match ctx {
            ExprContext::Store if name == "__debug__" => Err(self.error("cannot assign to __debug__")),
            ExprContext::Del if name == "__debug__" => Err(self.error("cannot delete __debug__")),
            _ => Ok(()),
        }
    }

    /// Loads, stores or deletes a variable.
    pub(crate) fn name(&mut self, name: &'a str, ctx: ExprContext) -> Result {
        use Opcode as Op;
        self.check_forbidden(name, ctx)?;
        let name = self.mangle(name);
        let function_like = self.unit.is_function_like();
        let pick = |load, store, delete| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => delete,
        };
        match self.scope().scope_of(name) {
            Some(Scope::Local) if function_like => {
                let index = self.varname_index(name);
                self.op_arg(pick(Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST), index);
            }
            Some(captured @ (Scope::Free | Scope::Cell)) => {
                let in_class = self.scope().kind == BlockKind::Class;
                let load = if in_class { Op::LOAD_CLASSDEREF } else { Op::LOAD_DEREF };
                let index = if captured == Scope::Cell { self.cell_index(name) } else { self.free_index(name) };
                self.op_arg(pick(load, Op::STORE_DEREF, Op::DELETE_DEREF), index);
            }
            scope => {
                let global = match scope {
                    Some(Scope::GlobalExplicit) => true,
                    Some(Scope::GlobalImplicit) => function_like,
                    _ => false,
                };
                let index = self.name_index(name);
                if !global {
                    self.op_arg(pick(Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME), index);
                } else if ctx == ExprContext::Load {
                    // The low bit says whether a NULL is pushed first; the optimiser sets it.
                    self.op_arg(Op::LOAD_GLOBAL, index << 1);
                } else {
                    self.op_arg(pick(Op::LOAD_GLOBAL, Op::STORE_GLOBAL, Op::DELETE_GLOBAL), index);
                }
            }
        }
        Ok(())
    }

    /// The number of a cell of the current unit.
    pub(crate) fn cell_index(&self, name: &str) -> u32 {
        position(&self.unit.cellvars, name)
    }

    /// The number of a free variable of the current unit: they follow the cells.
    fn free_index(&self, name: &str) -> u32 {
        self.unit.cellvars.len() as u32 + position(&self.unit.freevars, name)
    }

    /// The number under which the current unit keeps the cell of a variable that a unit inside it captures.
    pub(crate) fn closure_index(&self, name: &str) -> u32 {
        let is_class_cell = self.unit.kind == UnitKind::Class && name == "__class__";
        if is_class_cell || self.scope().scope_of(name) == Some(Scope::Cell) {
            self.cell_index(name)
        } else {
            self.free_index(name)
        }
    }
}

fn position(names: &[&str], name: &str) -> u32 {
    names.binary_search(&name).expect("the symbol table lists every cell and free variable") as u32
}
