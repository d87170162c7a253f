#![forbid(unsafe_code)]
//! The control-flow graph of one code unit, between code generation and assembly.

mod cfg;
mod op;

pub use cfg::{Block, BlockId, Cfg, Instr, Unit};
pub use op::{Op, Pseudo};
