//! Removes stores to locals that nothing reads.
//!
//! # Why Python allows it
//! A local that no cell shares is read by `LOAD_FAST` and `DELETE_FAST` of its own frame; profile `full` says that
//! tools that look into frames may see other locals. Functions that name `locals`, `vars`, `exec`, `eval`, `dir` or a
//! frame are left alone. What remains is when objects die: the store lets go of the old value at once and keeps the new
//! one until the frame ends. So a store goes only where both are *atoms*, objects whose end nothing can observe
//! (numbers, text, bytes, `None`, `...`), or where there is no old value. A `DELETE_FAST` and a handler that reads the
//! local keep the store, so no `UnboundLocalError` comes or goes.
//!
//! The load of the value goes with the store where it stands right before it and cannot raise; elsewhere the value is
//! popped.

use super::flow::{MAX_WORK, Stack, Ways, WorkList, parameter_count, plain_locals};
use crate::Fuel;
use hognose_bytecode::{ConstValue, Opcode};
use hognose_ir::{BlockId, Cfg, Instr, Op};
use hognose_primitives::Constant;

/// Names whose use says that the function may look at its own locals.
const OBSERVERS: [&str; 9] =
    ["locals", "vars", "exec", "eval", "dir", "breakpoint", "_getframe", "currentframe", "f_locals"];

/// Rounds of removal: one store that goes can be the last that read another local.
const MAX_ROUNDS: usize = 16;

/// Removes dead stores until none is left.
pub(crate) fn run(cfg: &mut Cfg, fuel: &mut Fuel) -> usize {
    let plain = plain_locals(cfg);
    let stores = cfg.instrs().any(|instr| instr.op == Opcode::STORE_FAST);
    let observed = cfg.unit.names.iter().any(|name| OBSERVERS.iter().any(|observer| *name == **observer));
    if !stores || observed || cfg.layout().len().saturating_mul(plain.len()) > MAX_WORK {
        return 0;
    }
    let mut rewrites = 0;
    for _ in 0..MAX_ROUNDS {
        let removed = round(cfg, &plain, fuel);
        rewrites += removed;
        if removed == 0 {
            break;
        }
    }
    rewrites
}

/// Which kinds of value a local can hold: a set of bits.
type Kinds = u8;
const UNBOUND: Kinds = 1;
const ATOM: Kinds = 2;
const OTHER: Kinds = 4;

fn round(cfg: &mut Cfg, plain: &[bool], fuel: &mut Fuel) -> usize {
    let Some(ways) = Ways::of(cfg) else { return 0 };
    let kinds = kinds_at_start(cfg, plain, &ways);
    let live = live_at_start(cfg, plain.len(), &ways);
    let mut dead = Vec::new();
    for &id in cfg.layout() {
        let Some(at_start) = &kinds[id.index()] else { continue };
        let mut stores = removable(cfg, id, at_start, plain);
        let mut live_here = live_at_end(cfg, id, &ways, &live, plain.len());
        let handlers = &ways.handlers[id.index()];
        for (at, instr) in cfg.block(id).instrs.iter().enumerate().rev() {
            let slot = instr.arg as usize;
            let dies = instr.op == Opcode::POP_TOP || instr.op == Opcode::STORE_FAST && !live_here[slot];
            if let Some(store) = stores.pop_if(|store| store.at == at).filter(|_| dies) {
                dead.push((id, store));
            }
            before(instr, handlers[at], &live, &mut live_here);
        }
    }
    let mut removed = 0;
    for (id, store) in dead {
        let instrs = &mut cfg.block_mut(id).instrs;
        // An earlier removal of this round may have used the same load.
        let producer = store.producer.filter(|&producer| instrs[producer].op != Opcode::NOP);
        if !fuel.take() {
            break;
        }
        match producer {
            Some(producer) => {
                instrs[producer].make_nop();
                instrs[store.at].make_nop();
            }
            None => {
                instrs[store.at].op = Opcode::POP_TOP.into();
                instrs[store.at].arg = 0;
            }
        }
        removed += 1;
    }
    removed
}

/// An instruction that takes a value which need not be made.
#[derive(Clone, Copy)]
struct Sink {
    at: usize,
    /// The instruction right before it that pushed the value and can go with it.
    producer: Option<usize>,
}

/// The stores of an atom over an atom or nothing, and the pops of what was pushed for nothing else, in order.
fn removable(cfg: &Cfg, id: BlockId, at_start: &[Kinds], plain: &[bool]) -> Vec<Sink> {
    let mut sinks = Vec::new();
    let mut walk = Walk { locals: at_start.to_vec(), stack: Stack::new(OTHER), plain };
    let instrs = &cfg.block(id).instrs;
    for (at, instr) in instrs.iter().enumerate() {
        let producer = instrs[..at].iter().rposition(|instr| instr.op != Opcode::NOP).filter(|&before| {
            let producer = &instrs[before];
            match producer.op {
                Op::Real(Opcode::LOAD_CONST) => true,
                Op::Real(Opcode::COPY) => producer.arg == 1,
                Op::Real(Opcode::LOAD_FAST) => walk.locals[producer.arg as usize] & UNBOUND == 0,
                _ => false,
            }
        });
        match instr.op {
            Op::Real(Opcode::STORE_FAST) if plain[instr.arg as usize] => {
                let old = walk.locals[instr.arg as usize];
                if (old | walk.stack.peek(1)) & OTHER == 0 {
                    sinks.push(Sink { at, producer });
                }
            }
            Op::Real(Opcode::POP_TOP) if producer.is_some() => sinks.push(Sink { at, producer }),
            _ => {}
        }
        walk.step(cfg, instr);
    }
    sinks
}

/// Kinds of locals and stack values along a block.
struct Walk<'a> {
    locals: Vec<Kinds>,
    stack: Stack<Kinds>,
    plain: &'a [bool],
}

impl Walk<'_> {
    fn step(&mut self, cfg: &Cfg, instr: &Instr) {
        let slot = instr.arg as usize;
        match instr.op {
            Op::Real(Opcode::LOAD_FAST) => self.stack.push(self.locals[slot] & !UNBOUND),
            Op::Real(Opcode::STORE_FAST) => {
                let value = self.stack.pop();
                self.locals[slot] = if self.plain[slot] { value } else { OTHER | UNBOUND };
            }
            Op::Real(Opcode::DELETE_FAST) if self.plain[slot] => self.locals[slot] = UNBOUND,
            Op::Real(Opcode::LOAD_CONST) => self.stack.push(match &cfg.unit.consts[slot] {
                ConstValue::Value(Constant::Tuple(_) | Constant::FrozenSet(_)) | ConstValue::Code(_) => OTHER,
                ConstValue::Value(_) => ATOM,
            }),
            Op::Real(op) => {
                // Operators of atoms are Python's own and give atoms; tests give a bool, whatever they test.
                let result = match op {
                    Opcode::UNARY_POSITIVE | Opcode::UNARY_NEGATIVE | Opcode::UNARY_INVERT => self.stack.peek(1),
                    Opcode::BINARY_OP | Opcode::COMPARE_OP => self.stack.peek(1) | self.stack.peek(2),
                    Opcode::UNARY_NOT | Opcode::IS_OP | Opcode::CONTAINS_OP => ATOM,
                    _ => return self.stack.step(instr),
                };
                self.stack.step(instr);
                self.stack.pop();
                self.stack.push(result);
            }
            Op::Pseudo(_) => self.stack.step(instr),
        }
    }
}

/// By block, what the locals can hold when it begins; `None` when no way leads there.
fn kinds_at_start(cfg: &Cfg, plain: &[bool], ways: &Ways) -> Vec<Option<Vec<Kinds>>> {
    let parameters = parameter_count(cfg);
    let at_entry: Vec<Kinds> = (plain.iter().enumerate())
        .map(|(slot, plain)| match plain {
            true if slot < parameters => OTHER,
            true => UNBOUND,
            false => OTHER | UNBOUND,
        })
        .collect();
    let mut at_start: Vec<Option<Vec<Kinds>>> = vec![None; cfg.block_count()];
    let mut work = WorkList::new(cfg);
    let reach = |work: &mut WorkList, at_start: &mut Vec<Option<Vec<Kinds>>>, id: BlockId, locals: &[Kinds]| {
        let changed = match &mut at_start[id.index()] {
            Some(known) => {
                let mut changed = false;
                for (known, new) in known.iter_mut().zip(locals) {
                    changed |= *known | new != *known;
                    *known |= new;
                }
                changed
            }
            unknown => {
                *unknown = Some(locals.to_vec());
                true
            }
        };
        if changed {
            work.add(id);
        }
    };
    reach(&mut work, &mut at_start, cfg.entry(), &at_entry);
    while let Some(id) = work.take_first(cfg) {
        let locals = at_start[id.index()].clone().expect("a block is reached before it is followed");
        let mut walk = Walk { locals, stack: Stack::new(OTHER), plain };
        let block = cfg.block(id);
        let mut told = None;
        for (instr, handler) in block.instrs.iter().zip(&ways.handlers[id.index()]) {
            if let Some(handler) = handler.filter(|handler| told != Some(*handler)) {
                reach(&mut work, &mut at_start, handler, &walk.locals);
                told = Some(handler);
            }
            if matches!(instr.op, Op::Real(Opcode::STORE_FAST | Opcode::DELETE_FAST)) {
                told = None;
            }
            walk.step(cfg, instr);
            if let Some(target) = instr.target {
                reach(&mut work, &mut at_start, target, &walk.locals);
            }
        }
        if block.falls_through()
            && let Some(next) = ways.next[id.index()]
        {
            reach(&mut work, &mut at_start, next, &walk.locals);
        }
    }
    at_start
}

/// By block, which locals may be read before they are written again.
fn live_at_start(cfg: &Cfg, slots: usize, ways: &Ways) -> Vec<Vec<bool>> {
    let mut live = vec![vec![false; slots]; cfg.block_count()];
    let mut work = WorkList::new(cfg);
    for &id in cfg.layout() {
        work.add(id);
    }
    while let Some(id) = work.take_last(cfg) {
        let mut live_here = live_at_end(cfg, id, ways, &live, slots);
        for (instr, handler) in cfg.block(id).instrs.iter().zip(&ways.handlers[id.index()]).rev() {
            before(instr, *handler, &live, &mut live_here);
        }
        if live_here != live[id.index()] {
            live[id.index()] = live_here;
            for &source in &ways.sources[id.index()] {
                work.add(source);
            }
        }
    }
    live
}

fn live_at_end(cfg: &Cfg, id: BlockId, ways: &Ways, live: &[Vec<bool>], slots: usize) -> Vec<bool> {
    match ways.next[id.index()].filter(|_| cfg.block(id).falls_through()) {
        Some(next) => live[next.index()].clone(),
        None => vec![false; slots],
    }
}

/// Turns what is live after an instruction into what is live before it.
fn before(instr: &Instr, handler: Option<BlockId>, live: &[Vec<bool>], live_here: &mut [bool]) {
    let slot = instr.arg as usize;
    match instr.op {
        Op::Real(Opcode::STORE_FAST) => live_here[slot] = false,
        Op::Real(Opcode::LOAD_FAST | Opcode::DELETE_FAST) => live_here[slot] = true,
        _ => {}
    }
    for target in instr.target.into_iter().chain(handler) {
        for (here, there) in live_here.iter_mut().zip(&live[target.index()]) {
            *here |= there;
        }
    }
}
