//! From the graph to the code object: steps 10 to 15 of CPython's `assemble`.

use crate::exception_targets::ExceptionTargets;
use crate::stack_depth::StackDepths;
use crate::{BlockId, Cfg, Handler, HandlerId, Instr, Op, remove_nops};
use hognose_bytecode::{Argument, CodeObject, ExceptionEntry, Opcode, encode_exception_table, encode_linetable};
use hognose_primitives::bug;
use std::fmt;

/// Why a graph has no code object. Graphs that code generation makes always have one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AssembleError {
    /// Pass `number-cells` has not run.
    CellsNotNumbered,
    /// The layout is empty.
    NoBlocks,
    /// A jump or a `SETUP_*` without target, or a target outside the layout.
    LostTarget(BlockId),
    /// An instruction that only goes forward has a target behind it, or the other way round.
    WrongWay(BlockId),
    /// A jump that does not end its block.
    JumpInsideBlock(BlockId),
    /// A `POP_BLOCK` without its `SETUP_*`.
    UnbalancedPopBlock(BlockId),
    /// More is taken from the stack than is there.
    StackUnderflow,
    /// The stack depth does not fit.
    StackTooDeep,
    /// The code is longer than a code object may be.
    TooLong,
}

impl fmt::Display for AssembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AssembleError::CellsNotNumbered => f.write_str("variables have no slots yet"),
            AssembleError::NoBlocks => f.write_str("there are no blocks"),
            AssembleError::LostTarget(block) => write!(f, "a jump in {block} goes nowhere"),
            AssembleError::WrongWay(block) => write!(f, "a jump in {block} cannot go that way"),
            AssembleError::JumpInsideBlock(block) => write!(f, "{block} does not end with its jump"),
            AssembleError::UnbalancedPopBlock(block) => write!(f, "POP_BLOCK in {block} has no SETUP"),
            AssembleError::StackUnderflow => f.write_str("the evaluation stack runs empty"),
            AssembleError::StackTooDeep => f.write_str("the evaluation stack is too deep"),
            AssembleError::TooLong => f.write_str("the code is too long"),
        }
    }
}

impl std::error::Error for AssembleError {}

/// Code units that a code object may have.
const MAX_CODE_UNITS: usize = i32::MAX as usize / 2;

/// Lays out the instructions of a graph as CPython 3.11 does, bit for bit.
///
/// # Errors
/// See [`AssembleError`].
pub fn assemble(cfg: &Cfg) -> Result<CodeObject, AssembleError> {
    let slots = cfg.slots().ok_or(AssembleError::CellsNotNumbered)?;
    if cfg.layout().is_empty() {
        return Err(AssembleError::NoBlocks);
    }
    let depths = StackDepths::of(cfg)?;
    let mut line_up = if cfg.is_lifted() { LineUp::of_lifted(cfg) } else { LineUp::of(cfg, &depths)? };
    line_up.choose_jumps(cfg)?;
    line_up.place_jumps()?;
    let (code, linetable) = line_up.emit(cfg.unit.firstlineno);
    let exceptiontable = line_up.exception_table()?;
    let unit = &cfg.unit;
    Ok(CodeObject {
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize: depths.max.max(cfg.stack_floor()),
        flags: unit.flags,
        code,
        consts: unit.consts.as_slice().into(),
        names: unit.names.as_slice().into(),
        localsplusnames: slots.names.as_slice().into(),
        localspluskinds: slots.kinds.as_slice().into(),
        filename: unit.filename.clone(),
        name: unit.name.clone(),
        qualname: unit.qualname.clone(),
        firstlineno: unit.firstlineno,
        linetable,
        exceptiontable,
    })
}

/// The code units that an instruction takes, prefixes and caches included.
fn code_units(op: Op, arg: u32) -> usize {
    let Op::Real(op) = op else { unreachable!("pseudo-instructions are gone once code is measured") };
    let prefixes = match arg {
        0..=0xFF => 0,
        0x100..=0xFFFF => bug!("extended-arg-boundary", 1, usize::from(arg > 0x100)),
        0x1_0000..=0xFF_FFFF => 2,
        _ => 3,
    };
    prefixes + 1 + op.caches()
}

/// A jump: its place among the instructions, and its own and its target's block as places in the layout.
struct Jump {
    at: usize,
    here: usize,
    target: usize,
}

/// The blocks one after the other.
struct LineUp {
    instrs: Vec<Instr>,
    /// For each place in the layout, where the block ends in `instrs`.
    ends: Vec<usize>,
    /// For each place in the layout, the code unit that the block starts at.
    offsets: Vec<usize>,
    jumps: Vec<Jump>,
    /// For each block, its place in the layout.
    places: Vec<Option<usize>>,
    /// What the `handler`s of `instrs` name.
    handlers: Vec<Handler>,
}

impl LineUp {
    /// Finds the handler of each instruction, and removes `SETUP_*` and `POP_BLOCK`.
    fn of(cfg: &Cfg, depths: &StackDepths) -> Result<Self, AssembleError> {
        let targets = ExceptionTargets::of(cfg)?;
        let mut line_up = LineUp::with_room_for(cfg);
        line_up.handlers.extend(cfg.handlers());
        let mut ids: Vec<Option<HandlerId>> = vec![None; cfg.block_count()];
        for (place, &id) in cfg.layout().iter().enumerate() {
            let start = line_up.instrs.len();
            let mut cursor = targets.start_of(id);
            for instr in &cfg.block(id).instrs {
                let mut instr = *instr;
                if let Some(block) = targets.step(&mut cursor, &instr) {
                    let known = &mut ids[block.index()];
                    if known.is_none() {
                        let lasti = targets.preserves_lasti(block);
                        let depth = depths.at_start[block.index()].unwrap_or(0).saturating_sub(1 + u32::from(lasti));
                        let depth = bug!("handler-depth-counts-lasti", depth, depth + u32::from(lasti && depth > 0));
                        *known = Some(HandlerId::of_index(line_up.handlers.len()));
                        line_up.handlers.push(Handler { block, depth, lasti });
                    }
                    instr.handler = *known;
                }
                if matches!(instr.op, Op::Pseudo(op) if op.is_block_mark()) {
                    instr.make_nop();
                }
                line_up.instrs.push(instr);
            }
            let following = cfg.layout()[place + 1..].iter().find_map(|&next| cfg.block(next).instrs.first());
            remove_nops(&mut line_up.instrs, start, following.map(|instr| instr.location.line));
            line_up.ends.push(line_up.instrs.len());
        }
        Ok(line_up)
    }

    /// Takes a lifted graph as it is: its handlers are known, and each of its NOPs has a reason.
    fn of_lifted(cfg: &Cfg) -> Self {
        let mut line_up = LineUp::with_room_for(cfg);
        line_up.handlers.extend(cfg.handlers());
        for &id in cfg.layout() {
            line_up.instrs.extend(&cfg.block(id).instrs);
            line_up.ends.push(line_up.instrs.len());
        }
        line_up
    }

    fn with_room_for(cfg: &Cfg) -> Self {
        let mut places = vec![None; cfg.block_count()];
        for (place, id) in cfg.layout().iter().enumerate() {
            places[id.index()] = Some(place);
        }
        LineUp {
            instrs: Vec::with_capacity(cfg.instrs().count()),
            ends: Vec::with_capacity(cfg.layout().len()),
            offsets: Vec::with_capacity(cfg.layout().len() + 1),
            jumps: Vec::new(),
            places,
            handlers: Vec::new(),
        }
    }

    /// Chooses the direction of each jump, by whether its target comes later in the layout.
    fn choose_jumps(&mut self, cfg: &Cfg) -> Result<(), AssembleError> {
        let mut start = 0;
        for (here, &end) in self.ends.iter().enumerate() {
            let id = cfg.layout()[here];
            for at in start..end {
                let instr = &mut self.instrs[at];
                if !instr.op.is_jump() {
                    continue;
                }
                if at + 1 != end {
                    return Err(AssembleError::JumpInsideBlock(id));
                }
                let target = instr.target.and_then(|target| self.places[target.index()]);
                let target = target.ok_or(AssembleError::LostTarget(id))?;
                let forward = target > here;
                match instr.op {
                    Op::Pseudo(op) => {
                        let (ahead, back) = op.directions().expect("a jump has directions");
                        instr.op = if forward { ahead } else { back }.into();
                    }
                    Op::Real(op) if forward == (op.argument() == Argument::JumpBackward) => {
                        return Err(AssembleError::WrongWay(id));
                    }
                    Op::Real(_) => {}
                }
                instr.arg = 0;
                self.jumps.push(Jump { at, here, target });
            }
            start = end;
        }
        Ok(())
    }

    /// Finds the arguments of jumps, which depend on sizes, which depend on arguments.
    ///
    /// Sizes only grow, so this ends.
    fn place_jumps(&mut self) -> Result<(), AssembleError> {
        loop {
            self.measure()?;
            let mut grew = false;
            for jump in &self.jumps {
                let instr = &mut self.instrs[jump.at];
                // A jump ends its block and has no caches.
                let distance = self.offsets[jump.target].abs_diff(self.offsets[jump.here + 1]);
                let size = code_units(instr.op, instr.arg);
                instr.arg = distance as u32;
                grew |= code_units(instr.op, instr.arg) != size;
            }
            if !grew {
                return Ok(());
            }
        }
    }

    /// Finds where blocks start; one more entry says where the code ends.
    fn measure(&mut self) -> Result<(), AssembleError> {
        self.offsets.clear();
        let mut offset = 0;
        let mut start = 0;
        for &end in &self.ends {
            self.offsets.push(offset);
            offset += self.instrs[start..end].iter().map(|instr| code_units(instr.op, instr.arg)).sum::<usize>();
            if offset > MAX_CODE_UNITS {
                return Err(AssembleError::TooLong);
            }
            start = end;
        }
        self.offsets.push(offset);
        Ok(())
    }

    /// `co_code` and `co_linetable`.
    fn emit(&self, firstlineno: i32) -> (Box<[u8]>, Box<[u8]>) {
        let units = *self.offsets.last().expect("code was measured");
        let mut code = Vec::with_capacity(2 * units);
        let mut locations = Vec::with_capacity(self.instrs.len());
        for instr in &self.instrs {
            let Op::Real(op) = instr.op else { unreachable!("pseudo-instructions are gone once code is emitted") };
            let size = code_units(instr.op, instr.arg);
            let prefixes = size - 1 - op.caches();
            let bytes = instr.arg.to_be_bytes();
            for &byte in &bytes[3 - prefixes..3] {
                code.extend([Opcode::EXTENDED_ARG as u8, byte]);
            }
            code.extend([op as u8, bytes[3]]);
            code.resize(code.len() + 2 * op.caches(), 0);
            locations.push((instr.location, size));
        }
        (code.into(), encode_linetable(firstlineno, locations).into())
    }

    /// `co_exceptiontable`: one entry for each stretch of instructions that have the same handler.
    fn exception_table(&self) -> Result<Box<[u8]>, AssembleError> {
        let mut entries: Vec<ExceptionEntry> = Vec::new();
        let mut offset = 0;
        let mut in_force = None;
        for instr in &self.instrs {
            let end = offset + code_units(instr.op, instr.arg) as u32;
            if let Some(id) = instr.handler {
                match entries.last_mut() {
                    Some(entry) if in_force == instr.handler => entry.end = end,
                    _ => {
                        let Handler { block, depth, lasti } = self.handlers[id.index()];
                        let place = self.places[block.index()].ok_or(AssembleError::LostTarget(block))?;
                        let target = self.offsets[place] as u32;
                        entries.push(ExceptionEntry { start: offset, end, target, depth, lasti });
                    }
                }
            }
            in_force = bug!("exception-range-bridges-gap", instr.handler, instr.handler.or(in_force));
            offset = end;
        }
        Ok(encode_exception_table(&entries).into())
    }
}
