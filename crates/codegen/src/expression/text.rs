//! f-strings.

use crate::error::Result;
use crate::generator::{Generator, STACK_USE_GUIDELINE};
use hognose_bytecode::Opcode;
use hognose_syntax::{Expr, Span};

/// The bit of `FORMAT_VALUE`'s argument that says that a format lies on the stack.
const HAS_FORMAT: u32 = 4;

impl<'a> Generator<'a, '_> {
    pub(super) fn joined_str(&mut self, values: &'a [Expr<'a>]) -> Result {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_str("")?;
            self.op_name(Opcode::LOAD_METHOD, "join");
            self.op_arg(Opcode::BUILD_LIST, 0);
            for value in values {
                self.expr(value)?;
                self.op_arg(Opcode::LIST_APPEND, 1);
            }
            self.op_arg(Opcode::PRECALL, 1);
            self.op_arg(Opcode::CALL, 1);
        } else {
            self.exprs(values)?;
            if values.len() != 1 {
                self.op_arg(Opcode::BUILD_STRING, values.len() as u32);
            }
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        span: Span,
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    ) -> Result {
        self.expr(value)?;
        let mut arg = match u8::try_from(conversion) {
            Ok(b's') => 1,
            Ok(b'r') => 2,
            Ok(b'a') => 3,
            _ if conversion == -1 => 0,
            _ => return Err(self.unsupported("conversion of a formatted value", span)),
        };
        if let Some(format_spec) = format_spec {
            self.expr(format_spec)?;
            arg |= HAS_FORMAT;
        }
        self.op_arg(Opcode::FORMAT_VALUE, arg);
        Ok(())
    }
}
