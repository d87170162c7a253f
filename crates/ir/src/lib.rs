#![forbid(unsafe_code)]
//! The control-flow graph of one code unit, between code generation and assembly.

mod cfg;
mod const_cache;
mod op;

pub use cfg::{Block, BlockId, Cfg, Edge, Handler, HandlerId, Instr, Slots, Unit};
pub use const_cache::ConstCache;
pub use op::{Op, Pseudo};
