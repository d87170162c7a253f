//! One text for equal code objects, and where two code objects differ.
//!
//! Equal means: every field the same, constants by exact type and value (floats by their bits), frozensets as sets.

mod difference;

pub use difference::{Difference, first_difference};

use crate::{CodeObject, ConstValue};
use hognose_primitives::{Constant, Text, bytes_repr, str_repr};
use std::fmt::{self, Write};

/// All fields of a code object and of those in its constants, one per line. Equal texts mean equal code objects.
pub fn canonical(code: &CodeObject) -> String {
    let mut out = String::new();
    write_code(&mut out, code, 0).expect("a String takes all text");
    out
}

fn write_code(out: &mut String, code: &CodeObject, indent: usize) -> fmt::Result {
    let text = |name: &Text| str_repr(name);
    writeln!(out, "{:indent$}co_name {}", "", text(&code.name))?;
    writeln!(out, "{:indent$}co_qualname {}", "", text(&code.qualname))?;
    writeln!(out, "{:indent$}co_filename {}", "", text(&code.filename))?;
    writeln!(out, "{:indent$}co_firstlineno {}", "", code.firstlineno)?;
    writeln!(out, "{:indent$}co_argcount {}", "", code.argcount)?;
    writeln!(out, "{:indent$}co_posonlyargcount {}", "", code.posonlyargcount)?;
    writeln!(out, "{:indent$}co_kwonlyargcount {}", "", code.kwonlyargcount)?;
    writeln!(out, "{:indent$}co_stacksize {}", "", code.stacksize)?;
    writeln!(out, "{:indent$}co_flags {:#x}", "", code.flags)?;
    write_list(out, indent, "co_names", code.names.iter().map(text))?;
    let slots = code.localsplusnames.iter().zip(&code.localspluskinds);
    write_list(out, indent, "co_localsplus", slots.map(|(name, kind)| format!("{} {kind:#04x}", text(name))))?;
    writeln!(out, "{:indent$}co_code {}", "", Hex(&code.code))?;
    writeln!(out, "{:indent$}co_linetable {}", "", Hex(&code.linetable))?;
    writeln!(out, "{:indent$}co_exceptiontable {}", "", Hex(&code.exceptiontable))?;
    writeln!(out, "{:indent$}co_consts", "")?;
    for item in &code.consts {
        match item {
            ConstValue::Value(value) => writeln!(out, "{:indent$}  {}", "", canonical_constant(value))?,
            ConstValue::Code(nested) => {
                writeln!(out, "{:indent$}  code", "")?;
                write_code(out, nested, indent + 4)?;
            }
        }
    }
    Ok(())
}

fn write_list(out: &mut String, indent: usize, field: &str, items: impl Iterator<Item = String>) -> fmt::Result {
    write!(out, "{:indent$}{field}", "")?;
    for item in items {
        write!(out, " {item}")?;
    }
    out.push('\n');
    Ok(())
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A constant with its type; floats as their bits, frozensets sorted.
pub fn canonical_constant(value: &Constant) -> String {
    let list = |items: &[Constant]| items.iter().map(canonical_constant).collect::<Vec<_>>();
    match value {
        Constant::None => "None".to_owned(),
        Constant::Ellipsis => "Ellipsis".to_owned(),
        Constant::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        // In hexadecimal: the work for decimal digits grows with the square of the length.
        Constant::Int(value) => format!("int {value:#x}"),
        Constant::Float(value) => format!("float {:#018x}", value.to_bits()),
        Constant::Complex { real, imag } => format!("complex {:#018x} {:#018x}", real.to_bits(), imag.to_bits()),
        Constant::Str(text) => format!("str {}", str_repr(text)),
        Constant::Bytes(bytes) => format!("bytes {}", bytes_repr(bytes)),
        Constant::Tuple(items) => format!("({})", list(items).join(", ")),
        Constant::FrozenSet(items) => {
            let mut items = list(items);
            items.sort();
            format!("{{{}}}", items.join(", "))
        }
    }
}
