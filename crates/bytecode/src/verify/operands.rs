//! The checks that look at one instruction or field at a time.

use super::Problem;
use crate::{Argument, COMPARISONS, CodeObject, ConstValue, ExceptionEntry, Instruction, Opcode, flags, kind};
use hognose_primitives::{Constant, Operator};

pub(super) type At<T> = Result<T, (Option<usize>, Problem)>;

/// What these checks leave for the ones that follow paths.
pub(super) struct Checked {
    pub instructions: Vec<Instruction>,
    pub handlers: Vec<ExceptionEntry>,
    pub prologue: usize,
    /// For each code unit, the number of the instruction that begins there.
    pub starts: Vec<u32>,
    pub targets: Vec<bool>,
}

/// In [`Checked::starts`]: no instruction begins at the unit.
pub(super) const NO_START: u32 = u32::MAX;

pub(super) fn check(code: &CodeObject) -> At<Checked> {
    fields(code).map_err(|problem| (None, problem))?;
    let instructions = decode(code)?;
    let mut starts = vec![NO_START; code.code.len() / 2];
    for (index, instruction) in instructions.iter().enumerate() {
        starts[instruction.start] = index as u32;
    }
    for instruction in &instructions {
        operand(code, instruction).map_err(|problem| (Some(instruction.start), problem))?;
    }
    let prologue = prologue(code, &instructions)?;
    let handlers = handlers(code, &starts, &instructions, prologue)?;
    let mut targets = vec![false; starts.len()];
    for instruction in &instructions {
        if let Some(target) = instruction.target() {
            let start =
                usize::try_from(target).ok().filter(|target| starts.get(*target).is_some_and(|at| *at != NO_START));
            targets[start.ok_or((Some(instruction.start), Problem::JumpTarget))?] = true;
        }
    }
    for handler in &handlers {
        targets[handler.target as usize] = true;
    }
    calls(code, &instructions, &targets)?;
    if let Some(first) = instructions[..prologue].iter().find(|instruction| targets[instruction.start]) {
        return Err((Some(first.start), Problem::ForbiddenTarget));
    }
    Ok(Checked { instructions, handlers, prologue, starts, targets })
}

fn fields(code: &CodeObject) -> Result<(), Problem> {
    let counts = [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags];
    if counts.iter().any(|count| i32::try_from(*count).is_err()) || i32::try_from(code.code.len()).is_err() {
        return Err(Problem::CountTooLarge);
    }
    if code.argcount < code.posonlyargcount {
        return Err(Problem::PositionalOnlyCount);
    }
    if code.localsplusnames.len() != code.localspluskinds.len() {
        return Err(Problem::KindsLength);
    }
    let mut last_group = 0;
    for (slot, slot_kind) in code.localspluskinds.iter().enumerate() {
        let group = match *slot_kind {
            kind::LOCAL => 0,
            both if both == kind::LOCAL | kind::CELL => 0,
            kind::CELL => 1,
            kind::FREE => 2,
            _ => return Err(Problem::SlotKind(slot)),
        };
        if group < last_group {
            return Err(Problem::SlotKind(slot));
        }
        last_group = group;
    }
    let stars = (code.flags & (flags::VARARGS | flags::VARKEYWORDS)).count_ones();
    if (code.nlocals() as u64) < u64::from(code.argcount) + u64::from(code.kwonlyargcount) + u64::from(stars) {
        return Err(Problem::VarnamesTooSmall);
    }
    if (code.flags & GENERATORS).count_ones() > 1 {
        return Err(Problem::GeneratorFlags);
    }
    Ok(())
}

const GENERATORS: u32 = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;

fn decode(code: &CodeObject) -> At<Vec<Instruction>> {
    let mut instructions = Vec::with_capacity(code.code.len() / 4);
    for instruction in code.instructions() {
        instructions.push(instruction.map_err(|error| (Some(error.unit()), Problem::Decode(error)))?);
    }
    let last = instructions.last().ok_or((None, Problem::Empty))?;
    if !last.op.ends_flow() {
        return Err((Some(last.start), Problem::FallsOffTheEnd));
    }
    Ok(instructions)
}

fn operand(code: &CodeObject, instruction: &Instruction) -> Result<(), Problem> {
    let Instruction { op, arg, .. } = *instruction;
    let index = arg as usize;
    let require = |holds: bool, problem| if holds { Ok(()) } else { Err(problem) };
    let is_function = code.flags & flags::OPTIMIZED != 0;
    match op {
        Opcode::LOAD_NAME
        | Opcode::STORE_NAME
        | Opcode::DELETE_NAME
        | Opcode::SETUP_ANNOTATIONS
        | Opcode::IMPORT_STAR
        | Opcode::LOAD_CLASSDEREF => require(!is_function, Problem::NameInFunction)?,
        Opcode::YIELD_VALUE => require(code.flags & GENERATORS != 0, Problem::OnlyInGenerator)?,
        Opcode::ASYNC_GEN_WRAP => require(code.flags & flags::ASYNC_GENERATOR != 0, Problem::OnlyInGenerator)?,
        Opcode::RAISE_VARARGS => require(arg <= 2, Problem::Argument)?,
        Opcode::BUILD_SLICE => require(arg == 2 || arg == 3, Problem::Argument)?,
        _ => {}
    }
    match op.argument() {
        Argument::Const => require(index < code.consts.len(), Problem::ConstIndex),
        Argument::KeywordNames => match code.consts.get(index) {
            Some(ConstValue::Value(Constant::Tuple(names))) => {
                let are_names = names.iter().all(|name| matches!(name, Constant::Str(_)));
                require(are_names, Problem::KeywordNames)
            }
            Some(_) => Err(Problem::KeywordNames),
            None => Err(Problem::ConstIndex),
        },
        Argument::Name => require(index < code.names.len(), Problem::NameIndex),
        Argument::Global => require(index >> 1 < code.names.len(), Problem::NameIndex),
        Argument::Local => require(code.localspluskinds.get(index) == Some(&kind::LOCAL), Problem::Slot),
        Argument::Deref => {
            let bits = if op == Opcode::MAKE_CELL { kind::CELL } else { kind::CELL | kind::FREE };
            require(code.localspluskinds.get(index).is_some_and(|slot| slot & bits != 0), Problem::Slot)
        }
        Argument::Compare => require(index < COMPARISONS.len(), Problem::Argument),
        Argument::BinaryOperator => require(index < 2 * Operator::ALL.len(), Problem::Argument),
        Argument::Invert | Argument::HasKeywords => require(arg <= 1, Problem::Argument),
        Argument::Conversion => require(arg <= 7, Problem::Argument),
        Argument::FunctionParts => require(arg <= 15, Problem::Argument),
        Argument::ResumedFrom => require(arg <= 3, Problem::Argument),
        Argument::AwaitedFrom => require(arg <= 2, Problem::Argument),
        Argument::Depth => require(arg >= 1 || op == Opcode::RERAISE, Problem::Argument),
        // The depth of the stack bounds counts; jumps are looked at when all instructions are known.
        Argument::Count | Argument::JumpForward | Argument::JumpBackward | Argument::None => Ok(()),
        Argument::Prefix => unreachable!("the decoder folds prefixes into the instruction after them"),
    }
}

/// Checks what sets up free variables, cells and the generator, and gives the number of its instructions.
fn prologue(code: &CodeObject, instructions: &[Instruction]) -> At<usize> {
    let wrong = |at: usize| (instructions.get(at).map(|instruction| instruction.start), Problem::Prologue);
    let mut at = 0;
    let free = code.freevars().count();
    if free > 0 {
        if (instructions[0].op, instructions[0].arg as usize) != (Opcode::COPY_FREE_VARS, free) {
            return Err(wrong(0));
        }
        at = 1;
    }
    let mut made = vec![false; code.localspluskinds.len()];
    while let Some(instruction) = instructions.get(at).filter(|instruction| instruction.op == Opcode::MAKE_CELL) {
        if std::mem::replace(&mut made[instruction.arg as usize], true) {
            return Err(wrong(at));
        }
        at += 1;
    }
    if made.iter().zip(&code.localspluskinds).any(|(made, slot)| *made != (slot & kind::CELL != 0)) {
        return Err(wrong(at));
    }
    let is_generator = instructions.get(at).is_some_and(|instruction| instruction.op == Opcode::RETURN_GENERATOR);
    if is_generator != (code.flags & GENERATORS != 0) {
        return Err(wrong(at));
    }
    at += usize::from(is_generator);
    let is_prologue = |op| matches!(op, Opcode::COPY_FREE_VARS | Opcode::MAKE_CELL | Opcode::RETURN_GENERATOR);
    match instructions[at..].iter().find(|instruction| is_prologue(instruction.op)) {
        Some(stray) => Err((Some(stray.start), Problem::StrayPrologue)),
        None => Ok(at),
    }
}

fn handlers(
    code: &CodeObject,
    starts: &[u32],
    instructions: &[Instruction],
    prologue: usize,
) -> At<Vec<ExceptionEntry>> {
    let is_start = |unit: u32| starts.get(unit as usize).is_some_and(|at| *at != NO_START);
    let mut free_from = instructions.get(prologue).map_or(starts.len(), |instruction| instruction.start);
    let mut handlers = Vec::new();
    for entry in code.exception_entries() {
        let entry = entry.map_err(|error| (None, Problem::Table(error)))?;
        let at = Some(entry.start as usize);
        let ends_well = is_start(entry.end) || entry.end as usize == starts.len();
        if (entry.start as usize) < free_from || entry.end <= entry.start || !is_start(entry.start) || !ends_well {
            return Err((at, Problem::HandlerRange));
        }
        if !is_start(entry.target) {
            return Err((at, Problem::HandlerTarget));
        }
        free_from = entry.end as usize;
        handlers.push(entry);
    }
    Ok(handlers)
}

/// Checks that `KW_NAMES`, `PRECALL` and `CALL` follow each other and that nothing leads between them.
fn calls(code: &CodeObject, instructions: &[Instruction], targets: &[bool]) -> At<()> {
    let mut before: Option<&Instruction> = None;
    for instruction in instructions {
        let fail = |problem| Err((Some(instruction.start), problem));
        let previous = before.map(|before| before.op);
        let belongs = match instruction.op {
            Opcode::CALL => before.is_some_and(|before| before.op == Opcode::PRECALL && before.arg == instruction.arg),
            Opcode::PRECALL => previous != Some(Opcode::PRECALL),
            _ => !matches!(previous, Some(Opcode::PRECALL | Opcode::KW_NAMES)),
        };
        if !belongs {
            return fail(Problem::CallSequence);
        }
        if matches!(previous, Some(Opcode::PRECALL | Opcode::KW_NAMES)) && targets[instruction.start] {
            return fail(Problem::ForbiddenTarget);
        }
        if let (Opcode::PRECALL, Some(Opcode::KW_NAMES)) = (instruction.op, previous)
            && let Some(names) = before.and_then(|names| tuple(code, names.arg))
            && names.len() > instruction.arg as usize
        {
            return fail(Problem::KeywordNames);
        }
        before = Some(instruction);
    }
    Ok(())
}

/// The constant with this index, if it is a tuple.
pub(super) fn tuple(code: &CodeObject, index: u32) -> Option<&[Constant]> {
    match code.consts.get(index as usize)? {
        ConstValue::Value(Constant::Tuple(items)) => Some(items),
        _ => None,
    }
}
