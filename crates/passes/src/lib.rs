#![forbid(unsafe_code)]
//! What Hognose does to trees and graphs on the way, and the one table that says so.

mod fuel;
mod graph;
mod plan;
mod table;
pub mod tree;

pub use fuel::Fuel;
pub use graph::run;
pub use plan::{Plan, PrintChanged, Profile, UnknownPass};
pub use table::{PASSES, Pass, Run};
