#![forbid(unsafe_code)]
//! Immutable values of the language, their arithmetic and their `repr`.

pub mod arith;
mod constant;
mod equality;
mod operator;
mod printable;
mod repr;
mod text;
pub mod zoo;

pub use constant::{Constant, ConstantKey};
pub use dashu_int::IBig;
pub use operator::{Comparison, Operator};
pub use printable::is_printable;
pub use repr::{bytes_repr, complex_repr, float_repr, str_repr, write_bytes_repr, write_str_repr};
pub use text::Text;
