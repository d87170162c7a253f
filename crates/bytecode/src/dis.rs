//! Listings of code objects, in the text of CPython's `dis`.

use crate::{Argument, COMPARISONS, CodeObject, ConstValue, Location, Opcode, flags};
use hognose_primitives::Operator;
use std::collections::HashMap;
use std::fmt::{self, Write};

/// What a listing shows beside what CPython's does by default.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Leave out the code objects among the constants.
    pub only_outermost: bool,
    /// List the inline caches, as `show_caches=True` does.
    pub show_caches: bool,
    /// Add the bytes of each code unit.
    pub show_bytes: bool,
    /// Add the source range of each instruction, as `line:column-line:column`.
    pub show_positions: bool,
    /// The byte offset of the instruction that gets an arrow.
    pub lasti: Option<usize>,
    /// The addresses of code objects.
    pub addresses: Addresses<'a>,
}

/// What stands for the address of a code object.
#[derive(Clone, Copy, Default)]
pub enum Addresses<'a> {
    /// `<@1>`, `<@2>` and so on, by first appearance.
    #[default]
    Masked,
    /// What CPython would print, from this function.
    Supplied(&'a dyn Fn(&CodeObject) -> u64),
}

/// What `python -m dis` prints for a module: the code object, then each one in its constants.
pub fn dis(code: &CodeObject, options: &Options) -> String {
    let mut listing = Listing { out: String::new(), options, numbers: HashMap::new() };
    listing.write_all(code).expect("a String takes all text");
    listing.out
}

/// What `dis.show_code` prints: the fields of a code object, without the last line break.
pub fn code_info(code: &CodeObject, options: &Options) -> String {
    let mut listing = Listing { out: String::new(), options, numbers: HashMap::new() };
    listing.write_info(code).expect("a String takes all text");
    listing.out
}

struct Listing<'a> {
    out: String,
    options: &'a Options<'a>,
    /// The numbers that stand for addresses.
    numbers: HashMap<*const CodeObject, usize>,
}

/// One code unit that gets a line.
struct Line {
    unit: usize,
    number: u8,
    op: Option<Opcode>,
    /// With the prefixes before it, and negative after too many of them, as in CPython.
    arg: Option<i64>,
}

/// The code units as CPython's `dis` sees them; whatever the bytes are.
fn lines(code: &CodeObject) -> impl Iterator<Item = Line> {
    let mut caches = 0;
    let mut extended = 0;
    code.code.chunks_exact(2).enumerate().filter_map(move |(unit, pair)| {
        if caches > 0 {
            caches -= 1;
            return None;
        }
        let op = Opcode::from_number(pair[0]);
        caches = op.map_or(0, Opcode::caches);
        let arg = (pair[0] >= HAVE_ARGUMENT).then_some(i64::from(pair[1]) | extended);
        extended = match (op, arg) {
            (Some(Opcode::EXTENDED_ARG), Some(arg)) => i64::from((arg << 8) as i32),
            _ => 0,
        };
        Some(Line { unit, number: pair[0], op, arg })
    })
}

const HAVE_ARGUMENT: u8 = 90;

impl Line {
    fn jump_target(&self) -> Option<i64> {
        let from = self.unit as i64 + 1;
        match self.op?.argument() {
            Argument::JumpForward => Some(from + self.arg?),
            Argument::JumpBackward => Some(from - self.arg?),
            _ => None,
        }
    }
}

impl Listing<'_> {
    fn write_all(&mut self, code: &CodeObject) -> fmt::Result {
        let mut waiting: Vec<&CodeObject> = vec![code];
        let mut is_first = true;
        while let Some(code) = waiting.pop() {
            if !std::mem::take(&mut is_first) {
                self.out.push_str("\nDisassembly of ");
                self.write_code_repr(code)?;
                self.out.push_str(":\n");
            }
            self.write_one(code)?;
            if self.options.only_outermost {
                break;
            }
            waiting.extend(code.consts.iter().rev().filter_map(|item| match item {
                ConstValue::Code(nested) => Some(&**nested),
                ConstValue::Value(_) => None,
            }));
        }
        Ok(())
    }

    fn write_one(&mut self, code: &CodeObject) -> fmt::Result {
        let units = code.code.len() / 2;
        let mut starts: Vec<Option<i32>> = vec![None; units];
        let mut last_line = None;
        for (unit, line) in code.line_starts() {
            last_line = last_line.max(Some(line));
            if let Some(start) = starts.get_mut(unit) {
                *start = Some(line);
            }
        }
        let line_width = last_line.map(|line| if line >= 1000 { digits(line) } else { 3 });
        let last_offset = (units * 2).saturating_sub(2);
        let offset_width = if last_offset >= 10000 { digits(last_offset) } else { 4 };
        let entries: Vec<_> = code.exception_entries().map_while(Result::ok).collect();
        let targets = targets(code, units);
        let positions = if self.options.show_positions { code.positions() } else { Vec::new() };
        for line in lines(code) {
            let is_target = targets[line.unit];
            let start = starts[line.unit];
            if start.is_some() && line.unit > 0 {
                self.out.push('\n');
            }
            self.write_margin(line_width, start, is_target, line.unit, offset_width)?;
            self.write_bytes(code, line.unit)?;
            self.write_instruction(code, &line)?;
            self.end_line(positions.get(line.unit))?;
            if self.options.show_caches {
                for cache in 1..=line.op.map_or(0, Opcode::caches) {
                    let unit = line.unit + cache;
                    self.write_margin(line_width, None, false, unit, offset_width)?;
                    self.write_bytes(code, unit)?;
                    write!(self.out, " {:<20} {:>5}", "CACHE", 0)?;
                    self.end_line(positions.get(unit))?;
                }
            }
        }
        if !entries.is_empty() {
            self.out.push_str("ExceptionTable:\n");
        }
        for entry in entries {
            let [start, end, target] = [entry.start, entry.end, entry.target].map(|unit| i64::from(unit) * 2);
            let lasti = if entry.lasti { " lasti" } else { "" };
            writeln!(self.out, "  {start} to {} -> {target} [{}]{lasti}", end - 2, entry.depth)?;
        }
        Ok(())
    }

    fn write_margin(
        &mut self,
        line_width: Option<usize>,
        start: Option<i32>,
        is_target: bool,
        unit: usize,
        offset_width: usize,
    ) -> fmt::Result {
        match (line_width, start) {
            (Some(width), Some(line)) => write!(self.out, "{line:>width$} ")?,
            (Some(width), None) => write!(self.out, "{:width$} ", "")?,
            (None, _) => {}
        }
        self.out.push_str(if self.options.lasti == Some(unit * 2) { "--> " } else { "    " });
        self.out.push_str(if is_target { ">> " } else { "   " });
        write!(self.out, "{:>offset_width$}", unit * 2)
    }

    fn write_bytes(&mut self, code: &CodeObject, unit: usize) -> fmt::Result {
        if self.options.show_bytes
            && let Some([number, arg]) = code.code.get(unit * 2..unit * 2 + 2)
        {
            write!(self.out, "  {number:02x} {arg:02x} ")?;
        }
        Ok(())
    }

    fn write_instruction(&mut self, code: &CodeObject, line: &Line) -> fmt::Result {
        match line.op {
            Some(op) => write!(self.out, " {:<20}", op.name())?,
            None => write!(self.out, " {:<20}", format!("<{}>", line.number))?,
        }
        let Some(arg) = line.arg else { return Ok(()) };
        write!(self.out, " {arg:>5}")?;
        let before = self.out.len();
        self.out.push_str(" (");
        let detail = self.out.len();
        self.write_detail(code, line, arg)?;
        match self.out.len() == detail {
            true => self.out.truncate(before),
            false => self.out.push(')'),
        }
        Ok(())
    }

    /// What the argument means, where CPython says that.
    fn write_detail(&mut self, code: &CodeObject, line: &Line, arg: i64) -> fmt::Result {
        let Some(op) = line.op else { return Ok(()) };
        let index = usize::try_from(arg).unwrap_or(usize::MAX);
        match op.argument() {
            Argument::Const => match code.consts.get(index) {
                Some(item) => self.write_const(item),
                None => Ok(()),
            },
            Argument::Name => write_if(&mut self.out, code.names.get(index)),
            Argument::Global => {
                let name = code.names.get(index >> 1);
                if arg & 1 == 1 && name.is_some() {
                    self.out.push_str("NULL + ");
                }
                write_if(&mut self.out, name)
            }
            Argument::Local | Argument::Deref => write_if(&mut self.out, code.localsplusnames.get(index)),
            Argument::JumpForward | Argument::JumpBackward => {
                let target = line.jump_target().map(|target| target * 2);
                self.out.push_str("to ");
                write_if(&mut self.out, target)
            }
            Argument::Compare => write_if(&mut self.out, COMPARISONS.get(index)),
            Argument::BinaryOperator => {
                write_if(&mut self.out, Operator::ALL.get(index % 13).filter(|_| index < 26).map(|op| op.symbol()))?;
                self.out.push_str(if (13..26).contains(&index) { "=" } else { "" });
                Ok(())
            }
            Argument::Conversion => {
                let conversion = ["", "str", "repr", "ascii"][index & 3];
                let comma = if conversion.is_empty() { "" } else { ", " };
                let with_format = if index & 4 != 0 { "with format" } else { "" };
                write!(self.out, "{conversion}{}{with_format}", if with_format.is_empty() { "" } else { comma })
            }
            Argument::FunctionParts => {
                let parts = ["defaults", "kwdefaults", "annotations", "closure"].iter().enumerate();
                let parts: Vec<_> = parts.filter(|(bit, _)| arg >> bit & 1 == 1).map(|(_, part)| *part).collect();
                self.out.push_str(&parts.join(", "));
                Ok(())
            }
            Argument::KeywordNames
            | Argument::Invert
            | Argument::Count
            | Argument::Depth
            | Argument::HasKeywords
            | Argument::ResumedFrom
            | Argument::AwaitedFrom
            | Argument::Prefix
            | Argument::None => Ok(()),
        }
    }

    fn write_const(&mut self, item: &ConstValue) -> fmt::Result {
        match item {
            ConstValue::Value(value) => {
                value.write_repr(&mut self.out);
                Ok(())
            }
            ConstValue::Code(code) => self.write_code_repr(code),
        }
    }

    fn write_code_repr(&mut self, code: &CodeObject) -> fmt::Result {
        write!(self.out, "<code object {} at ", code.name)?;
        match self.options.addresses {
            Addresses::Masked => {
                let next = self.numbers.len() + 1;
                let number = *self.numbers.entry(std::ptr::from_ref(code)).or_insert(next);
                write!(self.out, "<@{number}>")?;
            }
            Addresses::Supplied(address) => write!(self.out, "{:#x}", address(code))?,
        }
        let line = if code.firstlineno == 0 { -1 } else { code.firstlineno };
        write!(self.out, ", file \"{}\", line {line}>", code.filename)
    }

    /// Ends a line as CPython does, without blanks; then what CPython does not show.
    fn end_line(&mut self, location: Option<&Location>) -> fmt::Result {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if let Some(Location { line, end_line, column, end_column }) = location {
            match (line, column) {
                (-1, _) => self.out.push_str("  ; no place"),
                (_, -1) => write!(self.out, "  ; {line}-{end_line}")?,
                _ => write!(self.out, "  ; {line}:{column}-{end_line}:{end_column}")?,
            }
        }
        self.out.push('\n');
        Ok(())
    }

    fn write_info(&mut self, code: &CodeObject) -> fmt::Result {
        writeln!(self.out, "Name:              {}", code.name)?;
        writeln!(self.out, "Filename:          {}", code.filename)?;
        writeln!(self.out, "Argument count:    {}", code.argcount)?;
        writeln!(self.out, "Positional-only arguments: {}", code.posonlyargcount)?;
        writeln!(self.out, "Kw-only arguments: {}", code.kwonlyargcount)?;
        writeln!(self.out, "Number of locals:  {}", code.nlocals())?;
        writeln!(self.out, "Stack size:        {}", code.stacksize)?;
        write!(self.out, "Flags:             {}", flag_names(code.flags))?;
        if !code.consts.is_empty() {
            self.out.push_str("\nConstants:");
        }
        for (index, item) in code.consts.iter().enumerate() {
            write!(self.out, "\n{index:>4}: ")?;
            self.write_const(item)?;
        }
        self.write_names("Names", code.names.iter())?;
        self.write_names("Variable names", code.varnames())?;
        self.write_names("Free variables", code.freevars())?;
        self.write_names("Cell variables", code.cellvars())
    }

    fn write_names(&mut self, title: &str, names: impl Iterator<Item = impl fmt::Display>) -> fmt::Result {
        for (index, name) in names.enumerate() {
            if index == 0 {
                write!(self.out, "\n{title}:")?;
            }
            write!(self.out, "\n{index:>4}: {name}")?;
        }
        Ok(())
    }
}

/// Which units get `>>`: those that jumps and handlers lead to.
fn targets(code: &CodeObject, units: usize) -> Vec<bool> {
    let mut targets = vec![false; units];
    let handlers = code.exception_entries().map_while(Result::ok).filter(|entry| entry.start < entry.end);
    let jumps = lines(code).filter_map(|line| line.jump_target());
    for target in jumps.chain(handlers.map(|entry| i64::from(entry.target))) {
        if let Some(is_target) = usize::try_from(target).ok().and_then(|target| targets.get_mut(target)) {
            *is_target = true;
        }
    }
    targets
}

fn write_if(out: &mut String, item: Option<impl fmt::Display>) -> fmt::Result {
    item.map_or(Ok(()), |item| write!(out, "{item}"))
}

fn digits(number: impl fmt::Display) -> usize {
    number.to_string().len()
}

/// The flags as `dis.pretty_flags` names them.
fn flag_names(bits: u32) -> String {
    let name = |bit: u32| match bit {
        flags::OPTIMIZED => "OPTIMIZED".to_owned(),
        flags::NEWLOCALS => "NEWLOCALS".to_owned(),
        flags::VARARGS => "VARARGS".to_owned(),
        flags::VARKEYWORDS => "VARKEYWORDS".to_owned(),
        flags::NESTED => "NESTED".to_owned(),
        flags::GENERATOR => "GENERATOR".to_owned(),
        0x40 => "NOFREE".to_owned(),
        flags::COROUTINE => "COROUTINE".to_owned(),
        flags::ITERABLE_COROUTINE => "ITERABLE_COROUTINE".to_owned(),
        flags::ASYNC_GENERATOR => "ASYNC_GENERATOR".to_owned(),
        other => format!("{other:#x}"),
    };
    if bits == 0 {
        return "0x0".to_owned();
    }
    let names: Vec<_> = (0..32).map(|bit| bits & 1 << bit).filter(|bit| *bit != 0).map(name).collect();
    names.join(", ")
}
