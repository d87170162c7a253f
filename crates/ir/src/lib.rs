#![forbid(unsafe_code)]
//! The control-flow graph of one code unit, between code generation and assembly.

mod assemble;
mod cfg;
mod const_cache;
mod dot;
mod exception_targets;
mod lift;
mod nops;
mod op;
mod stack_depth;
mod text;
mod verify;

pub use assemble::{AssembleError, assemble};
pub use cfg::{Block, BlockId, Cfg, Edge, Handler, HandlerId, Instr, Slots, Unit};
pub use const_cache::ConstCache;
pub use dot::to_dot;
pub use exception_targets::{ExceptionTargets, HandlerCursor};
pub use lift::{LiftError, lift};
pub use nops::remove_nops;
pub use op::{Op, Pseudo};
pub use stack_depth::StackDepths;
pub use text::{ParseError, parse_cfg, parse_cfg_with};
pub use verify::{Fault, VerifyError, verify};
