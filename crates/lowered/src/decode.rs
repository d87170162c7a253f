//! CPython's instructions as a list, with jump targets resolved and the exception table read.

use crate::error::LowerError;
use hognose_bytecode::{CodeObject, Opcode};

/// One CPython instruction with its whole argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoded {
    /// The code unit of its first `EXTENDED_ARG`, or its own.
    pub start: u32,
    /// Its own code unit.
    pub unit: u32,
    pub opcode: Opcode,
    pub arg: u32,
    /// Index into the list of the instruction that a jump goes to.
    pub target: Option<u32>,
    /// Index into the exception table of the entry that covers it.
    pub handler: Option<u32>,
}

/// An entry of the exception table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub start: u32,
    pub end: u32,
    /// Index of the handler's first instruction.
    pub target: u32,
    pub depth: u32,
    pub push_lasti: bool,
}

/// The instructions of a code object.
pub(crate) struct Program {
    pub instructions: Vec<Decoded>,
    pub ranges: Vec<Range>,
    /// Code units in all.
    pub units: u32,
}

fn malformed(what: &'static str, unit: u32) -> LowerError {
    LowerError::Malformed { what, unit }
}

/// What a jump's argument counts from its end, in code units: forwards, backwards, or it is no jump.
fn jump_distance(opcode: Opcode, arg: u32) -> Option<i64> {
    match opcode {
        Opcode::FOR_ITER
        | Opcode::SEND
        | Opcode::JUMP_FORWARD
        | Opcode::JUMP_IF_FALSE_OR_POP
        | Opcode::JUMP_IF_TRUE_OR_POP
        | Opcode::POP_JUMP_FORWARD_IF_FALSE
        | Opcode::POP_JUMP_FORWARD_IF_TRUE
        | Opcode::POP_JUMP_FORWARD_IF_NONE
        | Opcode::POP_JUMP_FORWARD_IF_NOT_NONE => Some(i64::from(arg)),
        Opcode::JUMP_BACKWARD
        | Opcode::JUMP_BACKWARD_NO_INTERRUPT
        | Opcode::POP_JUMP_BACKWARD_IF_FALSE
        | Opcode::POP_JUMP_BACKWARD_IF_TRUE
        | Opcode::POP_JUMP_BACKWARD_IF_NONE
        | Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE => Some(-i64::from(arg)),
        _ => None,
    }
}

/// Reads the instructions and the exception table of `code`.
pub(crate) fn decode(code: &CodeObject) -> Result<Program, LowerError> {
    let units = u32::try_from(code.code.len() / 2).map_err(|_| malformed("code is too long", 0))?;
    let mut instructions = Vec::with_capacity(code.code.len() / 3);
    let mut index_of_unit = vec![u32::MAX; units as usize];
    let (mut unit, mut start, mut prefix) = (0, 0, 0u32);
    while unit < units {
        let [number, low] = [code.code[unit as usize * 2], code.code[unit as usize * 2 + 1]];
        let opcode = Opcode::from_number(number).ok_or(malformed("unknown instruction", unit))?;
        let arg = prefix << 8 | u32::from(low);
        unit += 1;
        if opcode == Opcode::EXTENDED_ARG {
            prefix = arg;
            continue;
        }
        index_of_unit[start as usize] = instructions.len() as u32;
        instructions.push(Decoded { start, unit: unit - 1, opcode, arg, target: None, handler: None });
        unit += opcode.caches() as u32;
        (start, prefix) = (unit, 0);
    }
    if unit != units || start != units {
        return Err(malformed("code ends inside an instruction", units));
    }
    let find = |unit: i64, from: u32| match usize::try_from(unit).ok().and_then(|unit| index_of_unit.get(unit)) {
        Some(&index) if index != u32::MAX => Ok(index),
        _ => Err(malformed("jump to no instruction", from)),
    };
    for instruction in &mut instructions {
        if let Some(distance) = jump_distance(instruction.opcode, instruction.arg) {
            let target = i64::from(instruction.unit) + 1 + distance;
            instruction.target = Some(find(target, instruction.unit)?);
        }
    }
    let mut ranges: Vec<Range> = Vec::new();
    let mut rest = &code.exceptiontable[..];
    while !rest.is_empty() {
        let broken = malformed("exception table", 0);
        let mut next = || read_varint(&mut rest).ok_or(broken.clone());
        let (start, length, target, depth_lasti) = (next()?, next()?, next()?, next()?);
        let end = start.checked_add(length).filter(|&end| end <= units).ok_or(broken.clone())?;
        if ranges.last().is_some_and(|last| last.end > start) {
            return Err(broken);
        }
        let target = find(i64::from(target), start)?;
        let (depth, push_lasti) = (depth_lasti >> 1, depth_lasti & 1 == 1);
        ranges.push(Range { start, end, target, depth, push_lasti });
    }
    for instruction in &mut instructions {
        let after = ranges.partition_point(|range| range.start <= instruction.unit);
        if after > 0 && instruction.unit < ranges[after - 1].end {
            instruction.handler = Some(after as u32 - 1);
        }
    }
    Ok(Program { instructions, ranges, units })
}

/// Reads one number of the exception table: big-endian groups of six bits, bit 6 says that another follows.
fn read_varint(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    loop {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        if value >> 26 != 0 {
            return None;
        }
        value = value << 6 | u32::from(byte & 0x3F);
        if byte & 0x40 == 0 {
            return Some(value);
        }
    }
}
