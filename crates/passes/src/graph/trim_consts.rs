//! Cuts off constants behind the last one that is used.

use crate::Fuel;
use hognose_bytecode::Argument;
use hognose_ir::{Cfg, Instr, Op};
use hognose_primitives::bug;

/// Drops trailing unused constants; the first constant always stays, since it may be a docstring.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `trim_unused_consts`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let last_used = cfg.instrs().filter(|instr| uses_const(instr)).map(|instr| instr.arg).max().unwrap_or(0);
    let kept = last_used as usize + bug!("trim-keeps-one-more", 1, 2);
    let unused = cfg.unit.consts.len().saturating_sub(kept);
    if unused == 0 || !fuel.take() {
        return 0;
    }
    cfg.unit.consts.truncate(kept);
    1
}

/// Whether the argument is an index into `co_consts`.
pub(super) fn uses_const(instr: &Instr) -> bool {
    matches!(instr.op, Op::Real(op) if matches!(op.argument(), Argument::Const | Argument::KeywordNames))
}
