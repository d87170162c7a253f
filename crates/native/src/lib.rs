//! Native x86-64 code from register code: a template for each instruction, assembled in one pass.
//!
//! A template has inline paths for the common cases of its instruction and otherwise calls a helper, which carries the instruction
//! out in full with [`hognose_runtime::execute`]. There are no guards that give up: native code and the interpreter work on the same
//! frames, between any two instructions everything stands in the frame's registers, and so either can go on where the other stopped.
//!
//! # Machine registers
//!
//! | register | holds |
//! | --- | --- |
//! | `rbx` | register 0 of the frame |
//! | `r12` | the frame's record |
//! | `r13` | the thread |
//! | `r14` | the table of helpers ([`helper`]) |
//! | `r15` | the heap's free lists |
//! | `rbp` | the caller's `rbp`, in every function |
//!
//! A native function called by native code keeps `rbx`, `r12` and `rbp`; the others are the same everywhere. It ends its frame
//! and gives the result in `rax`, or zero when it has raised.
//!
//! # Memory
//!
//! One arena per engine holds all code. Each function is assembled for its final address and has pages of its own, which are
//! writable until the code stands in them and executable afterwards, never both.
//!
//! A helper never unwinds: a panic in one ends the process with its message.
#![deny(unsafe_op_in_unsafe_fn)]
#![deny(unsafe_code)]
// The assembler's macro converts register numbers that have the right type already.
#![allow(clippy::useless_conversion)]
#![cfg_attr(not(all(target_arch = "x86_64", unix)), allow(dead_code))]

#[cfg(all(target_arch = "x86_64", unix))]
#[allow(unsafe_code)]
mod arena;
#[cfg(all(target_arch = "x86_64", unix))]
mod compile;
#[cfg(all(target_arch = "x86_64", unix))]
mod emit;
#[cfg(all(target_arch = "x86_64", unix))]
#[allow(unsafe_code)]
mod engine;
#[cfg(not(all(target_arch = "x86_64", unix)))]
#[path = "elsewhere.rs"]
mod engine;
mod error;
#[cfg(all(target_arch = "x86_64", unix))]
#[allow(unsafe_code)]
pub mod helper;
mod listing;
#[cfg(all(target_arch = "x86_64", unix))]
mod naming;

pub use engine::{NativeEngine, listing};
pub use error::NativeError;
pub use listing::{Line, Listing, Part};
