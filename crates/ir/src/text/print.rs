//! Printing a graph.

use super::literal;
use crate::{Cfg, Handler, Instr, Op, Unit};
use hognose_bytecode::{Argument, COMPARISONS, ConstValue, Location, flags, kind};
use hognose_primitives::{Operator, Text, str_repr};
use std::fmt::{self, Display, Write};

/// `co_flags` of a function without anything special, which the header does not mention.
pub(super) const USUAL_FLAGS: u32 = flags::OPTIMIZED | flags::NEWLOCALS;

impl Display for Cfg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_header(f, self)?;
        for &id in self.layout() {
            let block = self.block(id);
            match block.predecessors {
                0 => writeln!(f, "{id}:")?,
                count => writeln!(f, "{id} ({count}):")?,
            }
            for instr in &block.instrs {
                writeln!(f, "  {}", instr_text(self, instr))?;
            }
        }
        Ok(())
    }
}

fn write_header(f: &mut fmt::Formatter<'_>, cfg: &Cfg) -> fmt::Result {
    let unit = &cfg.unit;
    if unit.name != *"f" {
        writeln!(f, "unit {}", name_text(&unit.name))?;
    }
    if unit.qualname != unit.name {
        writeln!(f, "qualname {}", name_text(&unit.qualname))?;
    }
    if !unit.filename.is_empty() {
        writeln!(f, "file {}", name_text(&unit.filename))?;
    }
    if unit.firstlineno != 1 {
        writeln!(f, "line {}", unit.firstlineno)?;
    }
    if unit.flags != USUAL_FLAGS {
        writeln!(f, "flags {:#x}", unit.flags)?;
    }
    let Unit { argcount, posonlyargcount, kwonlyargcount, .. } = *unit;
    if (argcount, posonlyargcount, kwonlyargcount) != (0, 0, 0) {
        writeln!(f, "args {argcount} {posonlyargcount} {kwonlyargcount}")?;
    }
    if !unit.consts.is_empty() {
        f.write_str("consts ")?;
        let mut codes = 0;
        for (index, constant) in unit.consts.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}{}", const_text(constant, Some(codes)))?;
            codes += usize::from(matches!(constant, ConstValue::Code(_)));
        }
        writeln!(f)?;
    }
    for (word, names) in [
        ("names", &unit.names),
        ("varnames", &unit.varnames),
        ("cellvars", &unit.cellvars),
        ("freevars", &unit.freevars),
    ] {
        if !names.is_empty() {
            let names: Vec<_> = names.iter().map(name_text).collect();
            writeln!(f, "{word} {}", names.join(", "))?;
        }
    }
    if let Some(slots) = cfg.slots() {
        let slots: Vec<_> = slots
            .names
            .iter()
            .zip(&slots.kinds)
            .map(|(name, kind)| format!("{} {}", name_text(name), kind_text(*kind)))
            .collect();
        writeln!(f, "slots {}", slots.join(", "))?;
    }
    if cfg.is_lifted() {
        writeln!(f, "lifted")?;
    }
    if cfg.stack_floor() != 0 {
        writeln!(f, "stack {}", cfg.stack_floor())?;
    }
    Ok(())
}

fn kind_text(bits: u8) -> String {
    let words: Vec<_> = [(kind::LOCAL, "local"), (kind::CELL, "cell"), (kind::FREE, "free")]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, word)| word)
        .collect();
    words.join("+")
}

/// A name as it is, or quoted when a reader would stumble over it.
fn name_text(name: &Text) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>' | '/' | '-');
    match name.as_str() {
        Some(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        _ => str_repr(name),
    }
}

fn const_text(constant: &ConstValue, number: Option<usize>) -> String {
    match (constant, number) {
        (ConstValue::Value(constant), _) => {
            let mut out = String::new();
            literal::write(&mut out, constant);
            out
        }
        (ConstValue::Code(_), Some(number)) => format!("code {number}"),
        (ConstValue::Code(code), None) => format!("code {}", name_text(&code.qualname)),
    }
}

/// An instruction on a line: its argument or target, its place, its handler, and what the argument stands for.
pub(crate) fn instr_text(cfg: &Cfg, instr: &Instr) -> String {
    let mut out = instr.op.name().to_owned();
    match instr.target {
        Some(target) => write!(out, " {target}"),
        None if takes_argument(instr) => write!(out, " {}", instr.arg),
        None => Ok(()),
    }
    .expect("a String takes all text");
    write_location(&mut out, instr.location).expect("a String takes all text");
    if let Some(Handler { block, depth, lasti }) = instr.handler.map(|handler| *cfg.handler(handler)) {
        let lasti = if lasti { "+lasti" } else { "" };
        write!(out, " !{block}/{depth}{lasti}").expect("a String takes all text");
    }
    if let Some(remark) = remark(cfg, instr) {
        write!(out, "  # {remark}").expect("a String takes all text");
    }
    out
}

fn takes_argument(instr: &Instr) -> bool {
    instr.arg != 0 || matches!(instr.op, Op::Real(op) if op.argument() != Argument::None)
}

fn write_location(out: &mut String, location: Location) -> fmt::Result {
    let Location { line, end_line, column, end_column } = location;
    if location == Location::NONE {
        return Ok(());
    }
    if line >= 0 && (end_line, column, end_column) == (line, -1, -1) {
        return write!(out, " @{line}");
    }
    let part = |number: i32| if number == -1 { "?".to_owned() } else { number.to_string() };
    write!(out, " @{}:{}-{}:{}", part(line), part(column), part(end_line), part(end_column))
}

/// What the argument stands for.
fn remark(cfg: &Cfg, instr: &Instr) -> Option<String> {
    let Op::Real(op) = instr.op else { return None };
    let arg = instr.arg as usize;
    let unit = &cfg.unit;
    match op.argument() {
        Argument::Const | Argument::KeywordNames => Some(const_text(unit.consts.get(arg)?, None)),
        Argument::Name => Some(name_text(unit.names.get(arg)?)),
        Argument::Global => {
            let null = if arg & 1 == 1 { "NULL + " } else { "" };
            Some(format!("{null}{}", name_text(unit.names.get(arg >> 1)?)))
        }
        Argument::Local => {
            let name = cfg.slots().map_or(unit.varnames.get(arg), |slots| slots.names.get(arg))?;
            Some(name_text(name))
        }
        Argument::Deref => {
            let name = match cfg.slots() {
                Some(slots) => slots.names.get(arg)?,
                None => unit.cellvars.iter().chain(&unit.freevars).nth(arg)?,
            };
            Some(name_text(name))
        }
        Argument::Compare => COMPARISONS.get(arg).map(|&symbol| symbol.to_owned()),
        Argument::BinaryOperator => {
            let in_place = if arg >= 13 { "=" } else { "" };
            Operator::ALL.get(arg % 13).map(|operator| format!("{}{in_place}", operator.symbol()))
        }
        Argument::None
        | Argument::JumpForward
        | Argument::JumpBackward
        | Argument::Invert
        | Argument::Conversion
        | Argument::FunctionParts
        | Argument::Count
        | Argument::Depth
        | Argument::HasKeywords
        | Argument::ResumedFrom
        | Argument::AwaitedFrom
        | Argument::Prefix => None,
    }
}
