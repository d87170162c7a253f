//! The text form of register code.

use crate::code::Lowered;
use crate::inst::{Inst, Operand, flag};
use crate::op::{Comparison, Field, Op};
use hognose_primitives::Operator;
use std::fmt;

impl fmt::Display for Inst {
    /// The operation and its operands: `!` marks a consumed operand, `=` a local as destination.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.op.name())?;
        let aux = usize::from(self.aux());
        match self.op {
            Op::COMPARE_OP => write!(f, " {}", Comparison::ALL.get(aux).map_or("?", |op| op.symbol()))?,
            Op::BINARY_OP => write!(f, " {}", Operator::ALL.get(aux).map_or("?", |op| op.symbol()))?,
            Op::INPLACE_OP => write!(f, " {}=", Operator::ALL.get(aux).map_or("?", |op| op.symbol()))?,
            Op::IS_OP | Op::CONTAINS_OP if aux == 1 => f.write_str(" not")?,
            _ if aux == 1 => f.write_str(" =")?,
            _ => {}
        }
        let owned = [flag::A_OWNED, flag::B_OWNED, flag::C_OWNED];
        let values = [self.a, self.b, self.c];
        let mut separator = " ";
        for (index, field) in self.op.fields().into_iter().enumerate() {
            let value = values[index];
            if matches!(field, Field::None) || matches!(field, Field::Far) && index == 2 {
                continue;
            }
            f.write_str(separator)?;
            separator = ", ";
            match field {
                Field::None => {}
                Field::Dest if self.flags & flag::LOCAL_DEST != 0 => write!(f, "=r{value}")?,
                Field::Dest | Field::Register => write!(f, "r{value}")?,
                Field::Run => write!(f, "r{value}..")?,
                Field::Value => {
                    let mark = if self.flags & owned[index] != 0 { "!" } else { "" };
                    write!(f, "{mark}{}", Operand(value as i16))?;
                }
                Field::Jump | Field::Far => write!(f, "{:+}", self.distance())?,
                Field::Name => write!(f, "name {value}")?,
                Field::Cache => write!(f, "cache {value}")?,
                Field::Count => write!(f, "{value}")?,
                Field::Immediate => write!(f, "#{}", value as i16)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Lowered {
    /// One line per instruction: index, code unit, instruction, live slots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}: {} locals, {} registers", self.form, self.nlocalsplus, self.registers)?;
        for (index, inst) in self.code.iter().enumerate() {
            let index = index as u32;
            write!(f, "{index:4} @{:<4} {inst}", self.unit(index))?;
            let slots = self.slots(index);
            if !slots.is_empty() {
                f.write_str("  [")?;
                for (position, slot) in slots.iter().enumerate() {
                    write!(f, "{}{slot}", if position == 0 { "" } else { " " })?;
                }
                f.write_str("]")?;
            }
            writeln!(f)?;
        }
        for handler in &self.handlers {
            let lasti = if handler.push_lasti { " lasti" } else { "" };
            writeln!(f, "@{}..@{} -> {} depth {}{lasti}", handler.start, handler.end, handler.target, handler.depth)?;
        }
        Ok(())
    }
}
