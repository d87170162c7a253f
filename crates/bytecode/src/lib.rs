#![forbid(unsafe_code)]
//! CPython 3.11's code objects: instructions, tables, marshal and `.pyc`, disassembler, verifier.
//!
//! A [`CodeObject`] has CPython's own fields. [`Opcode`] is the table of instructions; [`Instructions`] walks over code;
//! [`encode_linetable`] and [`encode_exception_table`] write the tables beside it. [`marshal`] and [`pyc`] read and write what
//! CPython reads and writes, [`dis`] prints what CPython's `dis` prints, [`canonical`] compares, and [`mod@verify`] says
//! whether an engine can run code from anywhere without looking at it again.
//!
//! ```
//! use hognose_bytecode::{CodeObject, ConstValue, Location, dis, encode_linetable, marshal, verify};
//! use hognose_primitives::Constant;
//!
//! let place = Location { line: 1, end_line: 1, column: 0, end_column: 6 };
//! let code = CodeObject {
//!     argcount: 0,
//!     posonlyargcount: 0,
//!     kwonlyargcount: 0,
//!     stacksize: 1,
//!     flags: 0,
//!     code: Box::new([151, 0, 100, 0, 83, 0]),
//!     consts: Box::new([ConstValue::Value(Constant::Int(604_800.into()))]),
//!     names: Box::new([]),
//!     localsplusnames: Box::new([]),
//!     localspluskinds: Box::new([]),
//!     filename: "week.py".into(),
//!     name: "<module>".into(),
//!     qualname: "<module>".into(),
//!     firstlineno: 1,
//!     linetable: encode_linetable(1, [(place, 1), (place, 1), (place, 1)]).into(),
//!     exceptiontable: Box::new([]),
//! };
//!
//! let info = verify::verify(&code)?;
//! assert_eq!((info.max_depth, info.depth_at(2)), (1, Some(1)));
//!
//! let text = dis::dis(&code, &dis::Options::default());
//! assert_eq!(text.lines().nth(1), Some("              2 LOAD_CONST               0 (604800)"));
//!
//! let bytes = marshal::dump(&code)?;
//! let back = marshal::load_code(&bytes)?;
//! assert_eq!(hognose_bytecode::canonical::first_difference(&code, &back), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod canonical;
mod code;
pub mod dis;
mod instructions;
mod location;
pub mod marshal;
mod opcode;
pub mod pyc;
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
