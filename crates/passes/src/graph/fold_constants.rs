//! Operations on constants become constants.
//!
//! # Why Python allows it
//! The operands have exactly Python's own types, so the operation has no effect but its result, and every evaluation
//! gives an equal result. It is computed by the arithmetic that CPython's own folding of trees uses, under the same
//! limits of size; what would raise is left to raise. As with CPython's folding, evaluating the operation twice now
//! gives the same object twice, which Python leaves open for immutable values.

use super::evaluate::{ConstIndex, evaluate, is_interchangeable, operand_count};
use crate::Fuel;
use hognose_bytecode::{ConstValue, Opcode};
use hognose_ir::{BlockId, Cfg, Op};
use hognose_primitives::Constant;

/// Replaces loads of constants and the operation that takes them by one load.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut index = None;
    let mut rewrites = 0;
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        // Loads of constants right before the current instruction.
        let mut loads: Vec<usize> = Vec::new();
        for at in 0..cfg.block(id).instrs.len() {
            let instr = cfg.block(id).instrs[at];
            let Op::Real(op) = instr.op else {
                loads.clear();
                continue;
            };
            if op == Opcode::LOAD_CONST {
                loads.push(at);
            } else if let Some((operands, result)) = folded(cfg, id, at, &loads)
                && fuel.take()
            {
                let arg = index.get_or_insert_with(|| ConstIndex::of(cfg)).place(cfg, &result);
                let instrs = &mut cfg.block_mut(id).instrs;
                for load in loads.drain(operands..) {
                    instrs[load].make_nop();
                }
                instrs[at].op = Opcode::LOAD_CONST.into();
                instrs[at].arg = arg;
                loads.push(at);
                rewrites += 1;
            } else if op != Opcode::NOP {
                loads.clear();
            }
        }
    }
    rewrites
}

/// Where the operands begin among `loads`, and the result.
fn folded(cfg: &Cfg, id: BlockId, at: usize, loads: &[usize]) -> Option<(usize, Constant)> {
    let instrs = &cfg.block(id).instrs;
    let Op::Real(op) = instrs[at].op else { return None };
    let first = loads.len().checked_sub(operand_count(op)?)?;
    let operands: Option<Vec<&Constant>> = loads[first..]
        .iter()
        .map(|&load| match &cfg.unit.consts[instrs[load].arg as usize] {
            ConstValue::Value(constant) => Some(constant),
            ConstValue::Code(_) => None,
        })
        .collect();
    let result = evaluate(op, instrs[at].arg, &operands?)?;
    is_interchangeable(&result).then_some((first, result))
}
