//! The native code of a function as text, with what each machine instruction is for.

use hognose_bytecode::Location;
use std::fmt;

/// Which part of the code a machine instruction belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// What is done before the first instruction.
    Entry,
    /// The template of a register instruction.
    Template,
    /// The rare cases of a register instruction, behind all templates.
    Cold,
    /// What all instructions share: raising, leaving.
    Shared,
    /// Not code: the table of the addresses of the templates.
    Table,
}

/// One machine instruction.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Where it stands.
    pub address: u64,
    /// What stands there.
    pub bytes: Vec<u8>,
    /// The instruction in Intel's notation.
    pub text: String,
    /// What its operands mean: a Python value, a local, a field of the runtime, a helper.
    pub comment: Option<String>,
    /// Which part it belongs to.
    pub part: Part,
    /// The index of its register instruction.
    pub inst: Option<u32>,
}

/// A register instruction that native code was made from.
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// As register code is printed.
    pub text: String,
    /// The code unit of CPython's instruction.
    pub unit: u32,
    /// Where that comes from.
    pub location: Location,
}

/// The native code of a function.
#[derive(Clone, PartialEq, Debug)]
pub struct Listing {
    /// In the order of addresses.
    pub lines: Vec<Line>,
    /// The register instructions, by index.
    pub sources: Vec<Source>,
    /// Bytes of code, the table of entries included.
    pub size: usize,
}

impl fmt::Display for Listing {
    /// A heading for each run of machine instructions that belong together, then one line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        for line in &self.lines {
            let here = (line.part, line.inst);
            if before != Some(here) {
                before = Some(here);
                match line.inst.and_then(|inst| Some((inst, self.sources.get(inst as usize)?))) {
                    Some((inst, source)) => {
                        let cold = if line.part == Part::Cold { ", rare cases" } else { "" };
                        writeln!(f, "{inst:4} @{} {}  line {}{cold}", source.unit, source.text, source.location.line)?;
                    }
                    None => writeln!(f, "{:?}", line.part)?,
                }
            }
            match &line.comment {
                Some(comment) => writeln!(f, "    {:<44} ; {comment}", line.text)?,
                None => writeln!(f, "    {}", line.text)?,
            }
        }
        Ok(())
    }
}
