//! Programs made from a sequence of decisions: valid, terminating and with the same output wherever they run.

mod choices;
mod constant;
mod program;

pub use choices::{Choices, bytes_from_seed};
pub use constant::constant_expression;
pub use program::program;
