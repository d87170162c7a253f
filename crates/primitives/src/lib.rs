#![forbid(unsafe_code)]
//! Immutable values of the language, their arithmetic and their `repr`.

mod constant;
mod operator;
mod text;
pub mod zoo;

pub use constant::{Constant, ConstantKey};
pub use dashu_int::IBig;
pub use operator::Operator;
pub use text::Text;
