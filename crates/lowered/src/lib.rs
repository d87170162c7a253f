#![forbid(unsafe_code)]
//! Register code: what both engines run.
//!
//! # From stack code to register code
//!
//! A frame's registers are its locals, cells and free variables (`0..nlocalsplus`), then one *home* per stack slot: slot `d` lives
//! in register `nlocalsplus + d`, nowhere else. The lowering runs CPython's instructions on an abstract stack whose slots are at
//! home, or stand for a local, a constant, or CPython's NULL. A load only pushes such a slot; the instruction that consumes
//! it reads the local or the constant. A store to a local first copies home the slots that stand for it.
//! At the head of a basic block every slot is at home.
//!
//! # Ownership
//!
//! A home register owns its value; a consuming instruction takes it (the operand's flag is set), so a temporary dies
//! where CPython lets it die. Locals and constants are borrowed for the length of one instruction. Consumed operands are gone also when the
//! instruction raises; [`Lowered::slots`] lists what is live then.
//!
//! # Frames
//!
//! A callee's registers begin at its first argument: at register `first + 2` of the call's run, or `first + 1` when the first
//! register held a method (then `self` is the first argument). No word is free in front of them, so what else a frame holds
//! (code, caches, position, function, globals, exception state, caller) lies apart: its own records, linked to the caller's, with the
//! address of the registers. Registers that no argument fills start as zero (unbound).
//!
//! # Engines
//!
//! An engine keeps a copy of [`Lowered::code`] whose operations it may replace by quickened forms ([`Op::generic`] leads back) and an
//! array of caches as long as [`Lowered::caches`]. A frame's saved position is the index of the instruction that runs (for a caller: its
//! call); the value of a call goes to the call's first register. To leave folded code for plain code between two CPython
//! instructions, bring the slots of [`Lowered::slots`] home, add the result of the finished instruction, and enter plain code at
//! [`Lowered::entry`] of the next unit. An exception: find [`Lowered::handler`] of the unit, release slots from the top down to its depth,
//! bring the others home, push the unit if asked, push the exception, go to the target.

mod code;
mod decode;
mod error;
mod flow;
mod inst;
mod lower;
mod op;
mod text;
mod verify;

pub use code::{CacheSite, Form, Handler, Lowered, Place, Point};
pub use error::LowerError;
pub use inst::{Inst, Operand, flag};
pub use lower::{Options, lower};
pub use op::{Comparison, Field, Op};
pub use verify::{VerifyError, verify};
