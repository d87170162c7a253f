//! From the code object back to the graph.

use crate::stack_depth::StackDepths;
use crate::{BlockId, Cfg, Handler, Instr, Op, Pseudo, Slots, Unit, VerifyError, verify};
use hognose_bytecode::{Argument, CodeObject, Location, Opcode, TableError};
use std::fmt;

/// Why a code object has no graph. What CPython's compiler makes always has one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LiftError {
    /// There are no instructions.
    Empty,
    /// The code unit at this offset is not an instruction, or is cut off.
    NotAnInstruction(usize),
    /// Something at this code unit goes to a place where no instruction starts.
    BadTarget(usize),
    /// The exception table cannot be read.
    ExceptionTable(TableError),
    /// The entries of the exception table are not sorted, or cover the same code unit.
    OverlappingHandlers,
    /// The graph is not well formed.
    NotWellFormed(VerifyError),
}

impl fmt::Display for LiftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LiftError::Empty => f.write_str("there are no instructions"),
            LiftError::NotAnInstruction(unit) => write!(f, "code unit {unit} is not an instruction"),
            LiftError::BadTarget(unit) => write!(f, "code unit {unit} goes to a place where no instruction starts"),
            LiftError::ExceptionTable(error) => write!(f, "the exception table: {error}"),
            LiftError::OverlappingHandlers => f.write_str("the exception table has overlapping entries"),
            LiftError::NotWellFormed(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for LiftError {}

/// Makes the graph of a code object. For what CPython's compiler made, `assemble` gives the same bytes again.
///
/// # Errors
/// See [`LiftError`].
pub fn lift(code: &CodeObject) -> Result<Cfg, LiftError> {
    let instrs = decode(code)?;
    let units = code.code.len() / 2;
    let mut starts = vec![None; units];
    for (index, instr) in instrs.iter().enumerate() {
        starts[instr.unit] = Some(index);
    }
    let start_at = |unit: Option<usize>, from: usize| {
        unit.and_then(|unit| starts.get(unit).copied().flatten()).ok_or(LiftError::BadTarget(from))
    };

    // Which instructions begin a block, and where jumps and handlers lead, as indices of instructions.
    let mut leads = vec![false; instrs.len()];
    *leads.first_mut().ok_or(LiftError::Empty)? = true;
    let mut targets = vec![None; instrs.len()];
    for (index, instr) in instrs.iter().enumerate() {
        let target = match instr.op.argument() {
            Argument::JumpForward => Some(instr.end.checked_add(instr.arg as usize)),
            Argument::JumpBackward => Some(instr.end.checked_sub(instr.arg as usize)),
            _ => None,
        };
        if let Some(unit) = target {
            let target = start_at(unit, instr.unit)?;
            targets[index] = Some(target);
            leads[target] = true;
        }
        if (target.is_some() || instr.op.ends_flow()) && index + 1 < instrs.len() {
            leads[index + 1] = true;
        }
    }
    let mut entries = Vec::new();
    for entry in code.exception_entries() {
        let entry = entry.map_err(LiftError::ExceptionTable)?;
        let target = start_at(Some(entry.target as usize), entry.start as usize)?;
        leads[target] = true;
        entries.push((entry, target));
    }
    if entries.windows(2).any(|pair| pair[1].0.start < pair[0].0.end) {
        return Err(LiftError::OverlappingHandlers);
    }

    let mut cfg = Cfg::without_blocks(unit_of(code));
    cfg.set_lifted();
    cfg.set_slots(Slots { names: code.localsplusnames.to_vec(), kinds: code.localspluskinds.to_vec() });
    let blocks: Vec<Option<BlockId>> = leads.iter().map(|&leads| leads.then(|| cfg.new_block())).collect();
    let block_at = |index: usize| blocks[index].expect("what is gone to begins a block");
    let mut entries = entries.into_iter().peekable();
    for (index, instr) in instrs.iter().enumerate() {
        if let Some(block) = blocks[index] {
            cfg.use_block(block);
        }
        while entries.next_if(|(entry, _)| entry.end as usize <= instr.unit).is_some() {}
        let handler = entries.peek().filter(|(entry, _)| entry.start as usize <= instr.unit).map(|(entry, target)| {
            cfg.add_handler(Handler { block: block_at(*target), depth: entry.depth, lasti: entry.lasti })
        });
        let target = targets[index].map(block_at);
        let arg = if target.is_some() { 0 } else { instr.arg };
        cfg.push(Instr { op: without_direction(instr.op), arg, target, location: instr.location, handler });
    }
    verify(&cfg).map_err(LiftError::NotWellFormed)?;
    // What no way leads to has no known depth; CPython counted it while it was still protected code.
    match StackDepths::of(&cfg) {
        Ok(depths) if cfg.layout().iter().all(|block| depths.at_start[block.index()].is_some()) => {}
        _ => cfg.set_stack_floor(code.stacksize),
    }
    Ok(cfg)
}

fn unit_of(code: &CodeObject) -> Unit {
    Unit {
        name: code.name.clone(),
        qualname: code.qualname.clone(),
        filename: code.filename.clone(),
        firstlineno: code.firstlineno,
        flags: code.flags,
        argcount: code.argcount,
        posonlyargcount: code.posonlyargcount,
        kwonlyargcount: code.kwonlyargcount,
        consts: code.consts.to_vec(),
        names: code.names.to_vec(),
        varnames: code.varnames().cloned().collect(),
        cellvars: code.cellvars().cloned().collect(),
        freevars: code.freevars().cloned().collect(),
    }
}

/// An instruction with its prefixes and caches.
struct Decoded {
    /// The code unit of its first prefix, or of itself.
    unit: usize,
    /// The first code unit after it; caches do not count, since no jump has them.
    end: usize,
    op: Opcode,
    arg: u32,
    location: Location,
}

fn decode(code: &CodeObject) -> Result<Vec<Decoded>, LiftError> {
    let positions = code.positions();
    let (units, []) = code.code.as_chunks::<2>() else {
        return Err(LiftError::NotAnInstruction(code.code.len() / 2));
    };
    let mut instrs = Vec::new();
    let mut unit = 0;
    while unit < units.len() {
        let start = unit;
        let mut arg = 0;
        let op = loop {
            let &[op, byte] = units.get(unit).ok_or(LiftError::NotAnInstruction(start))?;
            let op = Opcode::from_number(op).filter(|op| *op != Opcode::CACHE);
            arg = arg << 8 | u32::from(byte);
            unit += 1;
            match op {
                Some(Opcode::EXTENDED_ARG) => {}
                Some(op) => break op,
                None => return Err(LiftError::NotAnInstruction(unit - 1)),
            }
        };
        let end = unit;
        unit += op.caches();
        if unit > units.len() {
            return Err(LiftError::NotAnInstruction(start));
        }
        instrs.push(Decoded { unit: start, end, op, arg, location: positions[start] });
    }
    Ok(instrs)
}

/// The jump that assembly gives a direction to.
fn without_direction(op: Opcode) -> Op {
    match op {
        Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD => Pseudo::JUMP.into(),
        Opcode::JUMP_BACKWARD_NO_INTERRUPT => Pseudo::JUMP_NO_INTERRUPT.into(),
        Opcode::POP_JUMP_FORWARD_IF_FALSE | Opcode::POP_JUMP_BACKWARD_IF_FALSE => Pseudo::POP_JUMP_IF_FALSE.into(),
        Opcode::POP_JUMP_FORWARD_IF_TRUE | Opcode::POP_JUMP_BACKWARD_IF_TRUE => Pseudo::POP_JUMP_IF_TRUE.into(),
        Opcode::POP_JUMP_FORWARD_IF_NONE | Opcode::POP_JUMP_BACKWARD_IF_NONE => Pseudo::POP_JUMP_IF_NONE.into(),
        Opcode::POP_JUMP_FORWARD_IF_NOT_NONE | Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE => {
            Pseudo::POP_JUMP_IF_NOT_NONE.into()
        }
        other => other.into(),
    }
}
