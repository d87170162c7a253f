//! `import` and `from ... import`.

use crate::error::Result;
use crate::generator::Generator;
use hognose_bytecode::Opcode;
use hognose_primitives::Constant;
use hognose_syntax::{Alias, ExprContext, Span};

impl<'a> Generator<'a, '_> {
    pub(super) fn import(&mut self, names: &'a [Alias<'a>]) -> Result {
        for alias in names {
            self.load_int(0)?;
            self.load_none()?;
            self.op_name(Opcode::IMPORT_NAME, alias.name);
            match alias.asname {
                Some(asname) => self.import_as(alias.name, asname)?,
                None => {
                    let first = alias.name.split('.').next().unwrap_or(alias.name);
                    self.name(first, ExprContext::Store)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as d` binds `d` to the submodule, not to `a`.
    fn import_as(&mut self, name: &'a str, asname: &'a str) -> Result {
        let Some((_, submodules)) = name.split_once('.') else {
            return self.name(asname, ExprContext::Store);
        };
        for (index, part) in submodules.split('.').enumerate() {
            if index > 0 {
                self.op_arg(Opcode::SWAP, 2);
                self.op(Opcode::POP_TOP);
            }
            // CPython does not mangle these parts.
            let part = self.name_index(part);
            self.op_arg(Opcode::IMPORT_FROM, part);
        }
        self.name(asname, ExprContext::Store)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    pub(super) fn import_from(
        &mut self,
        span: Span,
        module: Option<&'a str>,
        names: &'a [Alias<'a>],
        level: u32,
    ) -> Result {
        self.load_int(level as usize)?;
        if module == Some("__future__") && span.start.line > self.options.last_future_line {
            return Err(self.error("from __future__ imports must occur at the beginning of the file"));
        }
        let imported: Constant = self.names_tuple(names.iter().map(|alias| alias.name));
        self.load_made(&imported)?;
        self.op_name(Opcode::IMPORT_NAME, module.unwrap_or(""));
        for (index, alias) in names.iter().enumerate() {
            if index == 0 && alias.name == "*" {
                self.op(Opcode::IMPORT_STAR);
                return Ok(());
            }
            self.op_name(Opcode::IMPORT_FROM, alias.name);
            self.name(alias.asname.unwrap_or(alias.name), ExprContext::Store)?;
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }
}
