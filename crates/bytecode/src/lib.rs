#![forbid(unsafe_code)]
//! CPython 3.11's code objects: instructions, tables, marshal and `.pyc`, disassembler, verifier.

mod code;
pub mod dis;
mod instructions;
mod location;
pub mod marshal;
mod opcode;
mod table;
pub mod verify;

pub use code::{CodeObject, ConstValue, flags, kind};
pub use instructions::{DecodeError, Instruction, Instructions};
pub use location::Location;
pub use opcode::{Argument, COMPARISONS, Opcode, StackUse};
pub use table::TableError;
pub use table::exceptions::{
    ExceptionEntries, ExceptionEntry, decode_exception_table, encode_exception_table, handler_at,
};
pub use table::lines::{LineEntries, LineEntry, decode_linetable, encode_linetable};
