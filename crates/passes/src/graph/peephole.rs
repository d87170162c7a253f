//! CPython's peephole optimiser: local rewrites of one block after the other.
//!
//! It is one pass because the rewrites see each other's results: a block is cleaned of NOPs before the next one is
//! looked at, and jumps are threaded through targets as they are at that moment.

mod fold_tuples;
mod static_swaps;
mod thread_jumps;

use super::{remove_nops, skip_empty};
use crate::Fuel;
use fold_tuples::TupleFolder;
use hognose_bytecode::{ConstValue, Opcode};
use hognose_ir::{BlockId, Cfg, Instr, Op, Pseudo};
use hognose_primitives::{Constant, bug};

/// Rewrites each block in the order of the layout.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `optimize_basic_block`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let mut pass = Peephole { next: cfg.next_blocks(), tuples: TupleFolder::default(), fuel, rewrites: 0 };
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        pass.block(cfg, id);
        pass.rewrites += remove_nops::clean(cfg, &pass.next, id, pass.fuel);
    }
    pass.rewrites
}

struct Peephole<'a> {
    next: Vec<Option<BlockId>>,
    tuples: TupleFolder,
    fuel: &'a mut Fuel,
    rewrites: usize,
}

impl Peephole<'_> {
    fn block(&mut self, cfg: &mut Cfg, id: BlockId) {
        let mut at = 0;
        while at < cfg.block(id).instrs.len() && self.fuel.is_left() {
            at = self.instr(cfg, id, at);
        }
    }

    /// Asks whether a rewrite may be done, and counts it.
    fn may(&mut self) -> bool {
        let may = self.fuel.take();
        self.rewrites += usize::from(may);
        may
    }

    /// Rewrites at one instruction, and says which is next.
    fn instr(&mut self, cfg: &mut Cfg, id: BlockId, at: usize) -> usize {
        let instr = cfg.block(id).instrs[at];
        if let Some(target) = instr.target {
            let behind = skip_empty(cfg, &self.next, target);
            if behind != target {
                cfg.block_mut(id).instrs[at].target = Some(behind);
            }
        }
        if instr.op.is_jump() {
            self.thread_jumps(cfg, id, at);
            return at + 1;
        }
        let Op::Real(op) = instr.op else { return at + 1 };
        match op {
            Opcode::LOAD_CONST => {
                self.load_const(cfg, id, at);
                at + 1
            }
            Opcode::BUILD_TUPLE => {
                if !self.unpack_of_tuple(cfg, id, at)
                    && let Some(tuple) = self.tuples.constant_at(cfg, id, at)
                    && self.may()
                {
                    self.tuples.fold(cfg, id, at, tuple);
                }
                at + 1
            }
            Opcode::SWAP => self.swaps(cfg, id, at),
            Opcode::PUSH_NULL => {
                let next = cfg.block(id).instrs.get(at + 1);
                // In code that was lifted the bit may be set already.
                if next.is_some_and(|next| next.op == Opcode::LOAD_GLOBAL && next.arg & 1 == 0) && self.may() {
                    let instrs = &mut cfg.block_mut(id).instrs;
                    instrs[at].make_nop();
                    instrs[at + 1].arg |= 1;
                }
                at + 1
            }
            _ => at + 1,
        }
    }

    /// Decides a condition that is a constant, and shortens a comparison with `None`.
    fn load_const(&mut self, cfg: &mut Cfg, id: BlockId, at: usize) {
        let instrs = &cfg.block(id).instrs;
        let constant = &cfg.unit.consts[instrs[at].arg as usize];
        let Some(next) = instrs.get(at + 1) else { return };
        let (jumps_if, keeps) = match next.op {
            Op::Pseudo(Pseudo::POP_JUMP_IF_FALSE) => (false, false),
            Op::Pseudo(Pseudo::POP_JUMP_IF_TRUE) => (true, false),
            Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) => (false, true),
            Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) => (true, true),
            Op::Real(Opcode::IS_OP) => {
                let jump = instrs.get(at + 2).map(|jump| jump.op);
                let if_false = jump == Some(Pseudo::POP_JUMP_IF_FALSE.into());
                let jumps = if_false || jump == Some(Pseudo::POP_JUMP_IF_TRUE.into());
                let inverted = next.arg == 1;
                if jumps && matches!(constant, ConstValue::Value(Constant::None)) && self.may() {
                    let instrs = &mut cfg.block_mut(id).instrs;
                    instrs[at].make_nop();
                    instrs[at + 1].make_nop();
                    let if_none = bug!("is-none-jumps-wrong", inverted == if_false, inverted || if_false);
                    let jump = if if_none { Pseudo::POP_JUMP_IF_NONE } else { Pseudo::POP_JUMP_IF_NOT_NONE };
                    instrs[at + 2].op = jump.into();
                }
                return;
            }
            _ => return,
        };
        let taken = is_true(constant) == jumps_if;
        if !self.may() {
            return;
        }
        let instrs = &mut cfg.block_mut(id).instrs;
        if taken {
            instrs[at + 1].op = Pseudo::JUMP.into();
        } else {
            instrs[at + 1].make_nop();
        }
        // A jump that keeps the value and is taken needs it still.
        if !(taken && keeps) {
            instrs[at].make_nop();
        }
    }

    /// Turns a tuple that is unpacked at once into a swap.
    fn unpack_of_tuple(&mut self, cfg: &mut Cfg, id: BlockId, at: usize) -> bool {
        let instrs = &cfg.block(id).instrs;
        let count = instrs[at].arg;
        let unpacked = instrs.get(at + 1).is_some_and(|next| next.op == Opcode::UNPACK_SEQUENCE && next.arg == count);
        if !unpacked || !(1..=3).contains(&count) || !self.may() {
            return false;
        }
        let instrs = &mut cfg.block_mut(id).instrs;
        instrs[at].make_nop();
        match count {
            1 => instrs[at + 1].make_nop(),
            _ => {
                instrs[at + 1].op = Opcode::SWAP.into();
                instrs[at + 1].arg = bug!("unpack-of-three-swaps-two", count, 2);
            }
        }
        true
    }

    fn swaps(&mut self, cfg: &mut Cfg, id: BlockId, at: usize) -> usize {
        let instrs = &cfg.block(id).instrs;
        if instrs[at].arg == 1 {
            if self.may() {
                cfg.block_mut(id).instrs[at].make_nop();
            }
            return at + 1;
        }
        let mut end = at;
        if let Some((last, run)) = static_swaps::shorter_run(instrs, at)
            && self.may()
        {
            cfg.block_mut(id).instrs[at..=last].copy_from_slice(&run);
            end = last;
        }
        let mut from = end;
        while let Some(swap) = static_swaps::next_static_swap(&cfg.block(id).instrs, from) {
            if !self.may() {
                break;
            }
            let instrs: &mut Vec<Instr> = &mut cfg.block_mut(id).instrs;
            instrs[swap.at].make_nop();
            instrs.swap(swap.first, swap.second);
            match swap.at.checked_sub(1) {
                Some(left) => from = left,
                None => break,
            }
        }
        end + 1
    }
}

/// Python's truth of a constant.
fn is_true(constant: &ConstValue) -> bool {
    match constant {
        ConstValue::Code(_) => true,
        ConstValue::Value(value) => match value {
            Constant::None => false,
            Constant::Ellipsis => true,
            Constant::Bool(value) => *value,
            Constant::Int(value) => !value.is_zero(),
            Constant::Float(value) => *value != 0.0,
            Constant::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
            Constant::Str(value) => !value.is_empty(),
            Constant::Bytes(value) => !value.is_empty(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
        },
    }
}
