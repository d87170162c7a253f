//! Loads of locals that always hold the same constant become loads of the constant.
//!
//! # Why Python allows it
//! A local that no cell shares is written by `STORE_FAST` and `DELETE_FAST` of its own frame and by nothing else; only
//! tools that look into frames see more, and profile `full` says that they may. So where every way that can be taken
//! last stored the same constant, the load gives that constant. A way on which the local is unbound stops this, so no
//! `UnboundLocalError` is lost. Constants are immutable, and the constant loaded is the very object that was stored, so
//! `is` and `id` do not change either. Stores stay as they are; the life of no object changes.
//!
//! Ways that a constant condition rules out are not followed, which is conditional constant propagation after Wegman
//! and Zadeck. Before each instruction of a protected range the handler may be entered with the locals as they are.

use super::evaluate::{ConstIndex, evaluate, is_interchangeable, operand_count};
use super::flow::{MAX_WORK, Stack, Ways, WorkList, plain_locals};
use crate::Fuel;
use hognose_bytecode::{ConstValue, Opcode};
use hognose_ir::{BlockId, Cfg, Instr, Op, Pseudo};
use hognose_primitives::{Constant, ConstantKey, arith};
use std::collections::HashMap;

/// Replaces `LOAD_FAST` by `LOAD_CONST`.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let plain = plain_locals(cfg);
    let stores = cfg.instrs().any(|instr| instr.op == Opcode::STORE_FAST);
    if !stores || cfg.layout().len().saturating_mul(plain.len()) > MAX_WORK {
        return 0;
    }
    let Some(ways) = Ways::of(cfg) else { return 0 };
    let mut analysis = Analysis {
        plain: &plain,
        ways: &ways,
        known: Known::default(),
        at_start: vec![None; cfg.block_count()],
        work: WorkList::new(cfg),
    };
    analysis.reach(cfg.entry(), &vec![Value::Varies; plain.len()]);
    while let Some(id) = analysis.work.take_first(cfg) {
        analysis.block(cfg, id, &mut |_, _| {});
    }
    let mut loads: Vec<(BlockId, usize, u32)> = Vec::new();
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        if analysis.at_start[id.index()].is_some() {
            analysis.block(cfg, id, &mut |at, constant| loads.push((id, at, constant)));
        }
    }
    let mut index = ConstIndex::of(cfg);
    let mut rewrites = 0;
    for (id, at, constant) in loads {
        if !fuel.take() {
            break;
        }
        let arg = index.place(cfg, &analysis.known.values[constant as usize]);
        let instr = &mut cfg.block_mut(id).instrs[at];
        instr.op = Opcode::LOAD_CONST.into();
        instr.arg = arg;
        rewrites += 1;
    }
    rewrites
}

/// What is known of a local or of a value on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Always this constant, an index into [`Known`].
    Const(u32),
    /// Different values, or none.
    Varies,
}

/// The constants met so far.
#[derive(Default)]
struct Known {
    values: Vec<Constant>,
    places: HashMap<ConstantKey, u32>,
}

impl Known {
    fn value(&mut self, constant: &Constant) -> Value {
        if !is_interchangeable(constant) {
            return Value::Varies;
        }
        Value::Const(*self.places.entry(constant.key()).or_insert_with(|| {
            self.values.push(constant.clone());
            self.values.len() as u32 - 1
        }))
    }

    fn constant(&self, value: Value) -> Option<&Constant> {
        match value {
            Value::Const(place) => Some(&self.values[place as usize]),
            Value::Varies => None,
        }
    }
}

struct Analysis<'a> {
    plain: &'a [bool],
    ways: &'a Ways,
    known: Known,
    /// By block, the locals when it begins; `None` while no way to it is known.
    at_start: Vec<Option<Vec<Value>>>,
    work: WorkList,
}

impl Analysis<'_> {
    /// Adds a way to a block.
    fn reach(&mut self, id: BlockId, locals: &[Value]) {
        let known = &mut self.at_start[id.index()];
        let changed = match known {
            None => {
                *known = Some(locals.to_vec());
                true
            }
            Some(known) => {
                let mut changed = false;
                for (known, new) in known.iter_mut().zip(locals) {
                    if *known != Value::Varies && *known != *new {
                        *known = Value::Varies;
                        changed = true;
                    }
                }
                changed
            }
        };
        if changed {
            self.work.add(id);
        }
    }

    /// Follows a block and tells the ways out of it; `load` hears of loads that give a constant.
    fn block(&mut self, cfg: &Cfg, id: BlockId, load: &mut dyn FnMut(usize, u32)) {
        let mut locals = self.at_start[id.index()].clone().expect("a block is reached before it is followed");
        let mut stack = Stack::new(Value::Varies);
        let ways = self.ways;
        // The handler that knows the locals as they are now.
        let mut told = None;
        for (at, (instr, handler)) in cfg.block(id).instrs.iter().zip(&ways.handlers[id.index()]).enumerate() {
            if let Some(handler) = handler.filter(|handler| told != Some(*handler)) {
                self.reach(handler, &locals);
                told = Some(handler);
            }
            if instr.op.is_block_push()
                && let Some(handler) = instr.target
            {
                self.reach(handler, &locals);
            }
            let slot = instr.arg as usize;
            match instr.op {
                Op::Real(Opcode::LOAD_FAST) if self.plain[slot] => {
                    if let Value::Const(constant) = locals[slot] {
                        load(at, constant);
                    }
                    stack.push(locals[slot]);
                }
                Op::Real(Opcode::STORE_FAST) => {
                    let value = stack.pop();
                    locals[slot] = if self.plain[slot] { value } else { Value::Varies };
                    told = None;
                }
                Op::Real(Opcode::DELETE_FAST) => {
                    locals[slot] = Value::Varies;
                    told = None;
                }
                Op::Real(Opcode::LOAD_CONST) => stack.push(match &cfg.unit.consts[slot] {
                    ConstValue::Value(constant) => self.known.value(constant),
                    ConstValue::Code(_) => Value::Varies,
                }),
                _ if instr.op.is_jump() => {
                    self.jump(id, instr, &mut stack, &locals);
                    return;
                }
                Op::Real(op) => match operand_count(op) {
                    Some(count) => {
                        let result = self.computed(op, instr.arg, count, &stack);
                        stack.step(instr);
                        stack.pop();
                        stack.push(result);
                    }
                    None => stack.step(instr),
                },
                Op::Pseudo(_) => stack.step(instr),
            }
        }
        if cfg.block(id).falls_through()
            && let Some(next) = self.ways.next[id.index()]
        {
            self.reach(next, &locals);
        }
    }

    fn computed(&mut self, op: Opcode, arg: u32, count: usize, stack: &Stack<Value>) -> Value {
        let operands: Option<Vec<&Constant>> =
            (1..=count).rev().map(|depth| self.known.constant(stack.peek(depth))).collect();
        match operands.and_then(|operands| evaluate(op, arg, &operands)) {
            Some(result) => self.known.value(&result),
            None => Value::Varies,
        }
    }

    /// Follows a jump to where it can lead.
    fn jump(&mut self, id: BlockId, jump: &Instr, stack: &mut Stack<Value>, locals: &[Value]) {
        let condition = self.known.constant(stack.peek(1));
        let taken = match jump.op {
            Op::Pseudo(Pseudo::POP_JUMP_IF_FALSE) | Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) => {
                condition.map(|value| !arith::truth(value))
            }
            Op::Pseudo(Pseudo::POP_JUMP_IF_TRUE) | Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) => condition.map(arith::truth),
            Op::Pseudo(Pseudo::POP_JUMP_IF_NONE) => condition.map(|value| matches!(value, Constant::None)),
            Op::Pseudo(Pseudo::POP_JUMP_IF_NOT_NONE) => condition.map(|value| !matches!(value, Constant::None)),
            op if op.ends_flow() => Some(true),
            _ => None,
        };
        if let Some(target) = jump.target.filter(|_| taken != Some(false)) {
            self.reach(target, locals);
        }
        if let Some(next) = self.ways.next[id.index()].filter(|_| taken != Some(true)) {
            self.reach(next, locals);
        }
    }
}
