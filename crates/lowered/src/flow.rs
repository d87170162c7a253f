//! Facts about control flow: where blocks begin, how deep the stack is, which locals are surely bound.

use crate::decode::Program;
use crate::error::LowerError;
use hognose_bytecode::{CodeObject, Opcode, flags, kind};
use hognose_primitives::bug;

/// What is known before each instruction.
pub(crate) struct Flow {
    /// Stack depth before each instruction; `None` where control never comes.
    pub depth: Vec<Option<u32>>,
    /// Whether a block begins here: a jump, an exception or nothing but a jump leads here.
    pub leader: Vec<bool>,
    /// For leaders, the locals that are bound on every way here.
    pub bound: Vec<Option<Bound>>,
}

/// A set of locals.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bound(Vec<u64>);

impl Bound {
    fn none(count: usize) -> Bound {
        Bound(vec![0; count.div_ceil(64)])
    }

    /// Whether a local is surely bound.
    pub fn contains(&self, local: u32) -> bool {
        self.0.get(local as usize / 64).is_some_and(|word| word >> (local % 64) & 1 == 1)
    }

    /// Adds a local.
    pub fn insert(&mut self, local: u32) {
        if let Some(word) = self.0.get_mut(local as usize / 64) {
            *word |= 1 << (local % 64);
        }
    }

    /// Removes a local.
    pub fn remove(&mut self, local: u32) {
        if let Some(word) = self.0.get_mut(local as usize / 64) {
            *word &= !(1 << (local % 64));
        }
    }

    /// Keeps what is in both; true when something went.
    fn meet(&mut self, other: &Bound) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            changed |= *mine & !theirs != 0;
            *mine &= theirs;
        }
        changed
    }
}

/// Slots that an instruction takes off the stack, and puts on it when control goes on and when it jumps.
pub(crate) struct Effect {
    pub pops: u32,
    pub pushes: u32,
    pub pushes_on_jump: u32,
}

/// The stack effect as the engines see it; `None` for constructs that are not lowered.
///
/// Unlike in the compiler's table all of a call's operands count as taken by `CALL` itself.
pub(crate) fn effect(opcode: Opcode, arg: u32) -> Option<Effect> {
    use Opcode::*;
    let (pops, pushes) = match opcode {
        NOP
        | CACHE
        | RESUME
        | PRECALL
        | KW_NAMES
        | MAKE_CELL
        | COPY_FREE_VARS
        | SETUP_ANNOTATIONS
        | EXTENDED_ARG
        | JUMP_FORWARD
        | JUMP_BACKWARD
        | JUMP_BACKWARD_NO_INTERRUPT
        | DELETE_NAME
        | DELETE_GLOBAL
        | DELETE_FAST
        | DELETE_DEREF => (0, 0),
        POP_TOP | PRINT_EXPR | RETURN_VALUE | IMPORT_STAR | POP_EXCEPT | STORE_NAME | STORE_GLOBAL | STORE_FAST
        | STORE_DEREF | DELETE_ATTR => (1, 0),
        UNARY_POSITIVE | UNARY_NEGATIVE | UNARY_NOT | UNARY_INVERT | GET_ITER | GET_YIELD_FROM_ITER | YIELD_VALUE
        | LOAD_ATTR | LIST_TO_TUPLE => (1, 1),
        PUSH_NULL | LOAD_CONST | LOAD_NAME | LOAD_FAST | LOAD_CLOSURE | LOAD_DEREF | LOAD_CLASSDEREF
        | LOAD_BUILD_CLASS | LOAD_ASSERTION_ERROR | RETURN_GENERATOR => (0, 1),
        BINARY_OP | BINARY_SUBSCR | COMPARE_OP | IS_OP | CONTAINS_OP | IMPORT_NAME => (2, 1),
        STORE_ATTR | DELETE_SUBSCR => (2, 0),
        STORE_SUBSCR => (3, 0),
        LOAD_METHOD | BEFORE_WITH | PUSH_EXC_INFO | IMPORT_FROM | GET_LEN | MATCH_MAPPING | MATCH_SEQUENCE => (1, 2),
        CHECK_EXC_MATCH => (2, 2),
        MATCH_KEYS => (2, 3),
        MATCH_CLASS => (3, 1),
        WITH_EXCEPT_START => (4, 5),
        LOAD_GLOBAL => (0, 1 + (arg & 1)),
        COPY => (arg, arg + 1),
        SWAP => (arg, arg),
        UNPACK_SEQUENCE => (1, arg),
        UNPACK_EX => (1, (arg & 0xFF) + (arg >> 8) + 1),
        BUILD_TUPLE | BUILD_LIST | BUILD_SET | BUILD_STRING => (arg, 1),
        BUILD_MAP => (arg.checked_mul(2)?, 1),
        BUILD_CONST_KEY_MAP => (arg + 1, 1),
        BUILD_SLICE => (if arg == 3 { 3 } else { 2 }, 1),
        FORMAT_VALUE => (if arg & 4 != 0 { 2 } else { 1 }, 1),
        LIST_APPEND | SET_ADD | LIST_EXTEND | SET_UPDATE | DICT_UPDATE => (arg.checked_add(1)?, arg),
        DICT_MERGE => (arg.checked_add(3)?, arg + 2),
        MAP_ADD => (arg.checked_add(2)?, arg),
        CALL => (arg.checked_add(2)?, 1),
        CALL_FUNCTION_EX => (3 + (arg & 1), 1),
        MAKE_FUNCTION => (1 + (arg & 0xF).count_ones(), 1),
        RAISE_VARARGS => (arg, 0),
        RERAISE => (arg.checked_add(1)?, 0),
        FOR_ITER => return Some(Effect { pops: 1, pushes: 2, pushes_on_jump: 0 }),
        SEND => return Some(Effect { pops: 2, pushes: 2, pushes_on_jump: 1 }),
        JUMP_IF_FALSE_OR_POP | JUMP_IF_TRUE_OR_POP => {
            return Some(Effect { pops: 1, pushes: 0, pushes_on_jump: 1 });
        }
        POP_JUMP_FORWARD_IF_FALSE
        | POP_JUMP_FORWARD_IF_TRUE
        | POP_JUMP_FORWARD_IF_NONE
        | POP_JUMP_FORWARD_IF_NOT_NONE
        | POP_JUMP_BACKWARD_IF_FALSE
        | POP_JUMP_BACKWARD_IF_TRUE
        | POP_JUMP_BACKWARD_IF_NONE
        | POP_JUMP_BACKWARD_IF_NOT_NONE => (1, 0),
        GET_AWAITABLE | GET_AITER | GET_ANEXT | BEFORE_ASYNC_WITH | END_ASYNC_FOR | ASYNC_GEN_WRAP | CHECK_EG_MATCH
        | PREP_RERAISE_STAR => return None,
    };
    Some(Effect { pops, pushes, pushes_on_jump: pushes })
}

/// The construct of the language that an instruction without [`effect`] belongs to.
pub(crate) fn construct(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::CHECK_EG_MATCH | Opcode::PREP_RERAISE_STAR => "except*",
        _ => "async",
    }
}

/// Whether control never goes on after an instruction.
pub(crate) fn ends(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::JUMP_FORWARD
            | Opcode::JUMP_BACKWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::RETURN_VALUE
            | Opcode::RAISE_VARARGS
            | Opcode::RERAISE
    )
}

/// Works out depths, blocks and bound locals.
pub(crate) fn analyse(code: &CodeObject, program: &Program) -> Result<Flow, LowerError> {
    let depth = depths(code, program)?;
    let mut leader = vec![false; program.instructions.len()];
    leader.first_mut().into_iter().for_each(|first| *first = true);
    for (index, instruction) in program.instructions.iter().enumerate() {
        if let Some(target) = instruction.target {
            leader[target as usize] = true;
        }
        if ends(instruction.opcode)
            && let Some(next) = leader.get_mut(index + 1)
        {
            *next = true;
        }
    }
    for range in &program.ranges {
        leader[range.target as usize] = true;
    }
    let bound = bound_locals(code, program, &leader, &depth);
    Ok(Flow { depth, leader, bound })
}

fn depths(code: &CodeObject, program: &Program) -> Result<Vec<Option<u32>>, LowerError> {
    let list = &program.instructions;
    let mut depth: Vec<Option<u32>> = vec![None; list.len()];
    let mut work = vec![(0usize, 0u32)];
    while let Some((index, here)) = work.pop() {
        let malformed = |what| {
            let unit = list.get(index).map_or(program.units, |instruction| instruction.unit);
            Err(LowerError::Malformed { what, unit })
        };
        if here > code.stacksize {
            return malformed("stack overflow");
        }
        match depth.get(index) {
            None => return malformed("control runs off the end"),
            Some(Some(old)) if *old != here => return malformed("stack depths differ"),
            Some(Some(_)) => continue,
            Some(None) => depth[index] = Some(here),
        }
        let instruction = &list[index];
        let Some(effect) = effect(instruction.opcode, instruction.arg) else {
            return Err(LowerError::Unsupported { construct: construct(instruction.opcode), unit: instruction.unit });
        };
        let Some(below) = here.checked_sub(effect.pops) else { return malformed("stack underflow") };
        if let Some(handler) = instruction.handler {
            let range = &program.ranges[handler as usize];
            if range.depth > here {
                return malformed("handler deeper than the stack");
            }
            work.push((range.target as usize, range.depth + 1 + u32::from(range.push_lasti)));
        }
        if let Some(target) = instruction.target {
            work.push((target as usize, below + effect.pushes_on_jump));
        }
        if !ends(instruction.opcode) {
            work.push((index + 1, below + effect.pushes));
        }
    }
    Ok(depth)
}

fn bound_locals(code: &CodeObject, program: &Program, leader: &[bool], depth: &[Option<u32>]) -> Vec<Option<Bound>> {
    let list = &program.instructions;
    let nlocalsplus = code.localsplusnames.len();
    let mut bound: Vec<Option<Bound>> = vec![None; list.len()];
    let mut entry = Bound::none(nlocalsplus);
    let parameters = code.argcount
        + code.kwonlyargcount
        + u32::from(code.flags & flags::VARARGS != 0)
        + u32::from(code.flags & flags::VARKEYWORDS != 0);
    for local in 0..parameters {
        entry.insert(local);
    }
    if list.is_empty() {
        return bound;
    }
    bound[0] = Some(entry);
    let mut work = vec![0];
    while let Some(start) = work.pop() {
        let Some(mut now) = bound[start].clone() else { continue };
        let flow_to = |target: u32, now: &Bound, bound: &mut Vec<Option<Bound>>, work: &mut Vec<usize>| {
            let changed = match &mut bound[target as usize] {
                Some(old) => old.meet(now),
                slot => {
                    *slot = Some(now.clone());
                    true
                }
            };
            if changed {
                work.push(target as usize);
            }
        };
        let mut index = start;
        let mut handler_done = None;
        loop {
            let instruction = &list[index];
            if depth[index].is_none() {
                break;
            }
            if let Some(handler) = instruction.handler
                && handler_done != Some(handler)
            {
                flow_to(program.ranges[handler as usize].target, &now, &mut bound, &mut work);
            }
            handler_done = instruction.handler;
            match instruction.opcode {
                Opcode::STORE_FAST | Opcode::MAKE_CELL => now.insert(instruction.arg),
                Opcode::DELETE_FAST => {
                    bug!("del-leaves-bound", now.remove(instruction.arg), ());
                    handler_done = None;
                }
                Opcode::COPY_FREE_VARS => {
                    for local in 0..nlocalsplus {
                        if code.localspluskinds[local] & kind::FREE != 0 {
                            now.insert(local as u32);
                        }
                    }
                }
                _ => {}
            }
            if let Some(target) = instruction.target {
                flow_to(target, &now, &mut bound, &mut work);
            }
            if ends(instruction.opcode) {
                break;
            }
            index += 1;
            if index >= list.len() {
                break;
            }
            if leader[index] {
                flow_to(index as u32, &now, &mut bound, &mut work);
                break;
            }
        }
    }
    bound
}
