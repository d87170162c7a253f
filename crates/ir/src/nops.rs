//! Removal of NOPs that hold no line of their own.

use crate::Instr;
use hognose_bytecode::{Location, Opcode};
use hognose_primitives::bug;

/// Removes NOPs from the instructions `from..`, which are one block, and returns how many.
///
/// A NOP stays when a tracer would miss its line otherwise. `next_line` is the line of the first instruction after the
/// block in the layout.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `clean_basic_block`.
pub fn remove_nops(instrs: &mut Vec<Instr>, from: usize, next_line: Option<i32>) -> usize {
    let end = instrs.len();
    let mut kept = from;
    let mut previous_line = -1;
    for at in from..end {
        let Instr { op, location: Location { line, .. }, .. } = instrs[at];
        if op == Opcode::NOP {
            if line < 0 || line == previous_line {
                continue;
            }
            if at + 1 < end {
                let next = instrs[at + 1].location.line;
                if next == line {
                    continue;
                }
                if next < 0 {
                    instrs[at + 1].location = instrs[at].location;
                    continue;
                }
            } else if bug!("last-nop-always-goes", next_line == Some(line), next_line.is_some()) {
                continue;
            }
        }
        instrs[kept] = instrs[at];
        kept += 1;
        previous_line = line;
    }
    instrs.truncate(kept);
    end - kept
}
