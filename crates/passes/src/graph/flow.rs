//! What all analyses over locals share: which slots are plain locals, what the stack holds, and where a block goes on.

use hognose_bytecode::{Opcode, kind};
use hognose_ir::{BlockId, Cfg, ExceptionTargets, Instr, Op, Pseudo};
use std::collections::BTreeSet;

/// For each slot, whether it is a local variable that no cell shares.
pub(super) fn plain_locals(cfg: &Cfg) -> Vec<bool> {
    cfg.slots().map_or_else(Vec::new, |slots| slots.kinds.iter().map(|&bits| bits == kind::LOCAL).collect())
}

/// How many slots hold arguments when the unit begins.
pub(super) fn parameter_count(cfg: &Cfg) -> usize {
    use hognose_bytecode::flags::{VARARGS, VARKEYWORDS};
    let unit = &cfg.unit;
    let stars = [VARARGS, VARKEYWORDS].iter().filter(|bit| unit.flags & **bit != 0).count();
    unit.argcount as usize + unit.kwonlyargcount as usize + stars
}

/// Every way between blocks, those that exceptions take included.
pub(super) struct Ways {
    /// By block, the one that follows in the layout.
    pub(super) next: Vec<Option<BlockId>>,
    /// By block, the handler of each of its instructions.
    pub(super) handlers: Vec<Vec<Option<BlockId>>>,
    /// By block, those that can lead to it.
    pub(super) sources: Vec<Vec<BlockId>>,
}

impl Ways {
    /// Nothing when handlers do not nest.
    pub(super) fn of(cfg: &Cfg) -> Option<Self> {
        let targets = ExceptionTargets::of(cfg).ok()?;
        let next = cfg.next_blocks();
        let mut handlers = vec![Vec::new(); cfg.block_count()];
        let mut sources: Vec<Vec<BlockId>> = vec![Vec::new(); cfg.block_count()];
        for &id in cfg.layout() {
            let block = cfg.block(id);
            let mut lead = |to: BlockId| {
                let known = &mut sources[to.index()];
                if known.last() != Some(&id) {
                    known.push(id);
                }
            };
            let mut cursor = targets.start_of(id);
            for instr in &block.instrs {
                let lifted = instr.handler.map(|handler| cfg.handler(handler).block);
                let handler = targets.step(&mut cursor, instr).or(lifted);
                handlers[id.index()].push(handler);
                instr.target.into_iter().chain(handler).for_each(&mut lead);
            }
            next[id.index()].filter(|_| block.falls_through()).into_iter().for_each(lead);
        }
        Some(Ways { next, handlers, sources })
    }
}

/// An evaluation stack of which only the upper part is known.
pub(super) struct Stack<T> {
    values: Vec<T>,
    unknown: T,
}

impl<T: Clone> Stack<T> {
    pub(super) fn new(unknown: T) -> Self {
        Stack { values: Vec::new(), unknown }
    }

    pub(super) fn push(&mut self, value: T) {
        self.values.push(value);
    }

    pub(super) fn pop(&mut self) -> T {
        self.values.pop().unwrap_or_else(|| self.unknown.clone())
    }

    /// The value at a depth, 1 being the top.
    pub(super) fn peek(&self, depth: usize) -> T {
        let place = self.values.len().checked_sub(depth);
        place.map_or_else(|| self.unknown.clone(), |place| self.values[place].clone())
    }

    fn swap(&mut self, depth: usize) {
        let top = self.values.len();
        if depth == 0 || depth > top {
            // Something below the known part comes up, and the top goes below.
            self.values.clear();
        } else {
            self.values.swap(top - 1, top - depth);
        }
    }

    /// Does what an instruction does that moves values or makes unknown ones.
    pub(super) fn step(&mut self, instr: &Instr) {
        match instr.op {
            Op::Real(Opcode::COPY) => self.push(self.peek(instr.arg as usize)),
            Op::Real(Opcode::SWAP) => self.swap(instr.arg as usize),
            Op::Real(op) => {
                let uses = op.stack_use(instr.arg, false);
                self.values.truncate(self.values.len().saturating_sub(uses.popped as usize));
                // More than the stack may hold is never pushed by code that was verified; what is below is unknown.
                for _ in 0..uses.pushed.min(MAX_KNOWN) {
                    self.push(self.unknown.clone());
                }
            }
            Op::Pseudo(op) => match op {
                Pseudo::POP_JUMP_IF_FALSE
                | Pseudo::POP_JUMP_IF_TRUE
                | Pseudo::POP_JUMP_IF_NONE
                | Pseudo::POP_JUMP_IF_NOT_NONE => drop(self.pop()),
                Pseudo::JUMP
                | Pseudo::JUMP_NO_INTERRUPT
                | Pseudo::SETUP_FINALLY
                | Pseudo::SETUP_CLEANUP
                | Pseudo::SETUP_WITH
                | Pseudo::POP_BLOCK => {}
            },
        }
    }
}

/// Values that one instruction pushes and that are kept track of.
const MAX_KNOWN: u32 = 1 << 16;

/// The product of blocks and slots above which analyses give up, to bound their time.
pub(super) const MAX_WORK: usize = 4_000_000;

/// Blocks to look at, each at most once at a time, in the order of the layout.
pub(super) struct WorkList {
    places: Vec<Option<usize>>,
    waiting: BTreeSet<usize>,
}

impl WorkList {
    pub(super) fn new(cfg: &Cfg) -> Self {
        let mut places = vec![None; cfg.block_count()];
        for (place, id) in cfg.layout().iter().enumerate() {
            places[id.index()] = Some(place);
        }
        WorkList { places, waiting: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, id: BlockId) {
        self.waiting.extend(self.places[id.index()]);
    }

    pub(super) fn take_first(&mut self, cfg: &Cfg) -> Option<BlockId> {
        self.waiting.pop_first().map(|place| cfg.layout()[place])
    }

    pub(super) fn take_last(&mut self, cfg: &Cfg) -> Option<BlockId> {
        self.waiting.pop_last().map(|place| cfg.layout()[place])
    }
}
