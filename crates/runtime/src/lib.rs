#![deny(unsafe_code)]
//! Values, objects, operations, built-ins, native modules and frames: what Python code means, for both engines.
//!
//! `unsafe` stands in `value`, `heap`, `frame` and `layout` only.

pub mod ast;
pub mod builtins;
pub mod engine;
pub mod exceptions;
pub mod execute;
#[allow(unsafe_code)]
pub mod frame;
pub mod frontend;
#[allow(unsafe_code)]
pub mod heap;
pub mod host;
#[allow(unsafe_code)]
pub mod layout;
pub mod modules;
pub mod object;
pub mod ops;
pub mod program;
pub mod thread;
#[allow(unsafe_code)]
pub mod value;

pub use engine::Engine;
pub use frame::{FrameHeader, FrameRef};
pub use frontend::{CompileMode, Frontend, FrontendError};
pub use host::{Host, HostError};
pub use program::Exit;
pub use thread::{Options, Thread};
pub use value::{Body, Header, Kind, Object, Raised, Ref, Value, Word};

/// What an operation gives: a value, or the sign that the thread holds an exception. One word.
pub type Result<T = Value, E = Raised> = std::result::Result<T, E>;
