#![forbid(unsafe_code)]
//! Passes over the tree and over the graph of blocks.

mod fuel;
pub mod tree;

pub use fuel::Fuel;
