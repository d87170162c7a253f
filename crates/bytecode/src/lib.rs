#![forbid(unsafe_code)]
//! CPython 3.11's code objects: instructions, tables, marshal and `.pyc`, disassembler, verifier.

mod code;
mod opcode;

pub use code::{CodeObject, ConstValue, flags, kind};
pub use opcode::{Argument, COMPARISONS, Opcode, StackUse};
mod location;
pub use location::Location;
