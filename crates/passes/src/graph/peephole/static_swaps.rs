//! Fewer swaps on the stack: a shortest run of them, and stores in another order instead.

use hognose_bytecode::Opcode;
use hognose_ir::Instr;

/// The deepest swap that is looked at. CPython has no limit; code that a person or CPython wrote stays far below.
const MAX_DEPTH: u32 = 1 << 16;

/// A shortest equal of the run of swaps and NOPs that begins at `at`, and where the run ends. Nothing when there is
/// only one swap.
///
/// The new swaps stand at the end of the run; each instruction keeps its place in the source.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `swaptimize`.
pub(super) fn shorter_run(instrs: &[Instr], at: usize) -> Option<(usize, Vec<Instr>)> {
    let is_swap = |instr: &&Instr| instr.op == Opcode::SWAP;
    let length = instrs[at..].iter().take_while(|instr| is_swap(instr) || instr.op == Opcode::NOP).count();
    let mut run = instrs[at..at + length].to_vec();
    let depth = run.iter().filter(is_swap).map(|instr| instr.arg).max()?;
    if run.iter().filter(is_swap).count() < 2 || !(1..=MAX_DEPTH).contains(&depth) {
        return None;
    }
    // Where each value ends up, the top of the stack first; taken away once it is in its place.
    let mut stack: Vec<Option<usize>> = (0..depth as usize).map(Some).collect();
    for swap in run.iter().filter(is_swap) {
        stack.swap(0, (swap.arg as usize).checked_sub(1)?);
    }
    // Each cycle of the permutation takes one swap per value, plus one when the top is not part of it.
    let mut unused = length;
    for start in 0..stack.len() {
        if stack[start].is_none_or(|value| value == start) {
            continue;
        }
        let mut place = start;
        loop {
            if place != 0 {
                unused = unused.checked_sub(1)?;
                run[unused].op = Opcode::SWAP.into();
                run[unused].arg = place as u32 + 1;
            }
            match stack[place].take() {
                Some(next) => place = next,
                None => break,
            }
        }
    }
    for instr in &mut run[..unused] {
        instr.make_nop();
    }
    Some((at + length - 1, run))
}

/// A swap that need not happen when two instructions behind it change places.
pub(super) struct StaticSwap {
    pub(super) at: usize,
    pub(super) first: usize,
    pub(super) second: usize,
}

/// Looks from `from` to the left for a swap whose values are stored or popped right behind it.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `apply_static_swaps`.
pub(super) fn next_static_swap(instrs: &[Instr], from: usize) -> Option<StaticSwap> {
    let at = (0..=from)
        .rev()
        .find(|&at| !(instrs[at].op == Opcode::NOP || is_swappable(&instrs[at])))
        .filter(|&at| instrs[at].op == Opcode::SWAP)?;
    let first = next_swappable(instrs, at, -1)?;
    let line = instrs[first].location.line;
    let mut second = first;
    for _ in 1..instrs[at].arg {
        second = next_swappable(instrs, second, line)?;
    }
    let stores = [stored(&instrs[first]), stored(&instrs[second])];
    if stores.iter().any(Option::is_some) {
        let between = instrs.get(first + 1..second).unwrap_or_default();
        if stores[0] == stores[1]
            || between.iter().any(|instr| stored(instr).is_some_and(|_| stores.contains(&stored(instr))))
        {
            return None;
        }
    }
    Some(StaticSwap { at, first, second })
}

fn is_swappable(instr: &Instr) -> bool {
    instr.op == Opcode::STORE_FAST || instr.op == Opcode::POP_TOP
}

fn stored(instr: &Instr) -> Option<u32> {
    (instr.op == Opcode::STORE_FAST).then_some(instr.arg)
}

/// The next store or pop, with nothing but NOPs before it, all on `line` unless that is negative.
fn next_swappable(instrs: &[Instr], after: usize, line: i32) -> Option<usize> {
    for (at, instr) in instrs.iter().enumerate().skip(after + 1) {
        if line >= 0 && instr.location.line != line {
            return None;
        }
        if instr.op == Opcode::NOP {
            continue;
        }
        return is_swappable(instr).then_some(at);
    }
    None
}
