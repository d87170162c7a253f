//! The text form of a graph.
//!
//! ```text
//! unit slow_week
//! file week.py
//! line 5
//! consts None, 86400, 7
//! varnames seconds_per_day
//! b0:
//!   RESUME 0 @5:0-5:0
//!   LOAD_CONST 1 @6:22-6:27  # 86400
//!   STORE_FAST 0 @6:4-6:19  # seconds_per_day
//!   POP_JUMP_IF_FALSE b2 !b3/1+lasti
//! b1 (2):
//! ```
//!
//! Header lines that say the usual are left out. A block is named by the order of its creation and listed in the order
//! of the layout; the number in parentheses is its count of predecessors. After an instruction may follow its place
//! (`@line:column-line:column`, `?` where there is none, or just `@line`), its handler with the stack depth, and a
//! remark. A semicolon separates instructions as a line end does.

mod literal;
mod parse;
mod print;

pub use parse::{ParseError, parse_cfg, parse_cfg_with};
pub(crate) use print::instr_text;
