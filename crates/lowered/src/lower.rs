//! Code object to register code.

use crate::code::{CacheSite, Form, Handler, Lowered, Point};
use crate::decode::{Decoded, Program, Range, decode};
use crate::error::LowerError;
use crate::flow::{Bound, Flow, analyse, ends};
use crate::inst::{Inst, Operand, flag};
use crate::op::{Comparison, Field, Op};
use hognose_bytecode::{CodeObject, ConstValue, Opcode};
use hognose_primitives::{Constant, Operator, bug};
use std::collections::HashMap;

/// How to lower.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Folded for speed, plain for tracing.
    pub form: Form,
    /// Leaves out the instructions with an inline path for tagged ints (`-X exact-identity`).
    pub exact_identity: bool,
}

/// Lowers a verified code object; nested code objects are not looked at.
///
/// # Errors
/// [`LowerError::Unsupported`] for constructs that are not done yet, [`LowerError::Malformed`] for code that breaks a rule.
pub fn lower(code: &CodeObject, options: Options) -> Result<Lowered, LowerError> {
    let program = decode(code)?;
    let flow = analyse(code, &program)?;
    match Lowering::new(code, &program, &flow, options, false)?.run()? {
        Some(lowered) => Ok(lowered),
        None => Ok(Lowering::new(code, &program, &flow, options, true)?.run()?.expect("long jumps reach everywhere")),
    }
}

/// Where a stack slot is while the code before an instruction is being emitted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Home,
    Local(u16),
    Constant(u16),
    Null,
}

pub(crate) struct Lowering<'a> {
    code: &'a CodeObject,
    program: &'a Program,
    flow: &'a Flow,
    options: Options,
    /// Conditional jumps go over a far one.
    long_jumps: bool,
    nlocalsplus: u16,
    /// The instruction being lowered.
    unit: u32,
    stack: Vec<Slot>,
    bound: Bound,
    /// The last instruction, if its destination is the home of the top slot.
    result: Option<usize>,
    keyword_names: Option<u16>,
    out: Vec<Inst>,
    points: Vec<Point>,
    places: Vec<Operand>,
    known_places: HashMap<Vec<Operand>, u32>,
    caches: Vec<CacheSite>,
    second_units: Vec<(u32, u32)>,
    /// Jumps and the CPython instruction each goes to.
    jumps: Vec<(usize, u32)>,
    /// For each CPython instruction where its code begins.
    begins: Vec<u32>,
}

impl<'a> Lowering<'a> {
    fn new(
        code: &'a CodeObject,
        program: &'a Program,
        flow: &'a Flow,
        options: Options,
        long_jumps: bool,
    ) -> Result<Self, LowerError> {
        let unsupported = |construct| Err(LowerError::Unsupported { construct, unit: 0 });
        let registers = code.localsplusnames.len() + code.stacksize as usize;
        if registers > 0x7000 {
            return unsupported("more than 28672 locals and stack slots");
        }
        if code.consts.len() > 0x7000 || code.names.len() > 0xFFFF {
            return unsupported("more than 28672 constants or 65535 names");
        }
        let Some(bound) = flow.bound.first().and_then(Clone::clone) else {
            return Err(LowerError::Malformed { what: "no code", unit: 0 });
        };
        Ok(Lowering {
            code,
            program,
            flow,
            options,
            long_jumps,
            nlocalsplus: code.localsplusnames.len() as u16,
            unit: 0,
            stack: Vec::new(),
            bound,
            result: None,
            keyword_names: None,
            out: Vec::with_capacity(program.instructions.len()),
            points: Vec::with_capacity(program.instructions.len()),
            places: Vec::new(),
            known_places: HashMap::new(),
            caches: Vec::new(),
            second_units: Vec::new(),
            jumps: Vec::new(),
            begins: vec![Lowered::NO_ENTRY; program.instructions.len()],
        })
    }

    fn plain(&self) -> bool {
        self.options.form == Form::Plain
    }

    fn run(mut self) -> Result<Option<Lowered>, LowerError> {
        let list = &self.program.instructions;
        let mut index = 0;
        let mut falls_in = false;
        while index < list.len() {
            let instruction = &list[index];
            let Some(depth) = self.flow.depth[index] else {
                (index, falls_in) = (index + 1, false);
                continue;
            };
            if self.flow.leader[index] {
                if falls_in {
                    self.flush();
                }
                self.enter_block(index, depth);
            }
            self.unit = instruction.unit;
            let begin = self.out.len();
            if self.plain() || self.flow.leader[index] {
                self.begins[index] = begin as u32;
            }
            let taken = self.lower_instruction(index)?;
            if self.plain() {
                self.flush();
                self.result = None;
                if self.out.len() == begin {
                    self.emit(Inst::new(Op::NOP, 0, 0, 0));
                }
            }
            falls_in = !ends(list[index + taken - 1].opcode);
            index += taken;
        }
        self.finish()
    }

    fn enter_block(&mut self, index: usize, depth: u32) {
        self.stack.clear();
        self.stack.resize(depth as usize, Slot::Home);
        self.result = None;
        if let Some(bound) = &self.flow.bound[index] {
            self.bound = bound.clone();
        }
    }

    // Emission.

    /// Appends an instruction; the slots of the stack as it is now are the live ones.
    fn emit(&mut self, inst: Inst) -> usize {
        let places: Vec<Operand> = (0..self.stack.len()).map(|slot| self.operand(slot, self.stack[slot])).collect();
        let first_place = match self.known_places.get(&places) {
            Some(&first) => first,
            None => {
                let first = self.places.len() as u32;
                self.places.extend_from_slice(&places);
                self.known_places.insert(places, first);
                first
            }
        };
        let depth = self.stack.len() as u16;
        self.points.push(Point { unit: self.unit, first_place, depth });
        self.out.push(inst);
        self.result = None;
        self.out.len() - 1
    }

    fn home(&self, slot: usize) -> u16 {
        self.nlocalsplus + slot as u16
    }

    fn operand(&self, slot: usize, place: Slot) -> Operand {
        match place {
            Slot::Home => Operand::register(self.home(slot)),
            Slot::Local(local) => Operand::register(local),
            Slot::Constant(constant) => Operand::constant(constant),
            Slot::Null => Operand::NULL,
        }
    }

    /// Writes a slot to its home, if it is not there.
    fn force_home(&mut self, slot: usize) {
        let home = self.home(slot);
        match self.stack[slot] {
            Slot::Home => return,
            Slot::Null => drop(self.emit(Inst::new(Op::PUSH_NULL, home, 0, 0))),
            place => {
                let from = self.operand(slot, place);
                self.emit(Inst::new(Op::COPY, home, from.0 as u16, 0));
            }
        }
        self.stack[slot] = Slot::Home;
    }

    fn flush(&mut self) {
        for slot in 0..self.stack.len() {
            self.force_home(slot);
        }
    }

    /// Copies home every slot that reads a local which is about to change.
    fn release_local(&mut self, local: u16) {
        for slot in 0..self.stack.len() {
            let here = self.stack[slot] == Slot::Local(local);
            if bug!("store-keeps-alias", here, here && slot + 1 == self.stack.len()) {
                self.force_home(slot);
            }
        }
    }

    fn pop(&mut self) -> (Operand, bool) {
        let place = self.stack.pop().expect("depths were checked");
        (self.operand(self.stack.len(), place), place == Slot::Home)
    }

    /// Takes the top slot as a value operand; a NULL there is written home first.
    fn pop_value(&mut self) -> (u16, bool) {
        if self.stack.last() == Some(&Slot::Null) {
            self.force_home(self.stack.len() - 1);
        }
        let (operand, owned) = self.pop();
        (operand.0 as u16, owned)
    }

    /// Pushes the result of the instruction at `index`, which writes the slot's home by its field `a`.
    fn push_result(&mut self, index: usize) {
        self.stack.push(Slot::Home);
        self.result = Some(index);
    }

    /// Emits an instruction whose destination is the next slot.
    fn emit_dest(&mut self, op: Op, b: u16, c: u16, flags: u8) {
        let home = self.home(self.stack.len());
        let index = self.emit(Inst { op, flags, a: home, b, c });
        self.push_result(index);
    }

    fn cache(&mut self, operand: u32) -> Result<u16, LowerError> {
        let index = u16::try_from(self.caches.len())
            .map_err(|_| LowerError::Unsupported { construct: "more than 65535 inline caches", unit: self.unit })?;
        self.caches.push(CacheSite { inst: self.out.len() as u32, operand: operand as u16 });
        Ok(index)
    }

    /// Takes `count` slots, all at home, and returns the first register.
    fn pop_run(&mut self, count: usize) -> u16 {
        let first = self.stack.len() - count;
        for slot in first..self.stack.len() {
            self.force_home(slot);
        }
        self.stack.truncate(first);
        self.home(first)
    }

    fn push_homes(&mut self, count: usize) {
        self.stack.resize(self.stack.len() + count, Slot::Home);
        self.result = None;
    }

    /// The register of slot `from_top` (1 is the top), at home.
    fn peek_home(&mut self, from_top: usize) -> u16 {
        let slot = self.stack.len() - from_top;
        self.force_home(slot);
        self.home(slot)
    }

    fn emit_jump(&mut self, inst: Inst, target: u32) -> usize {
        let conditional = inst.op.fields()[2] == Field::Jump;
        let index = self.emit(inst);
        if conditional && self.long_jumps {
            assert!(self.out[index].set_distance(2), "2 fits");
            let over = self.emit(Inst::new(Op::JUMP_NO_INTERRUPT, 0, 0, 0));
            assert!(self.out[over].set_distance(2), "2 fits");
            let far = self.emit(Inst::new(Op::JUMP, 0, 0, 0));
            self.jumps.push((far, target));
        } else {
            self.jumps.push((index, target));
        }
        index
    }

    // Instructions.

    /// Lowers the instruction at `index` and returns how many it took together with those fused to it.
    fn lower_instruction(&mut self, index: usize) -> Result<usize, LowerError> {
        use Opcode::*;
        let Decoded { opcode, arg, target, .. } = self.program.instructions[index];
        let target = target.unwrap_or(0);
        let arg16 = arg as u16;
        let count = arg as usize;
        match opcode {
            NOP | CACHE | EXTENDED_ARG | PRECALL => {}
            KW_NAMES => self.keyword_names = Some(self.constant(arg)?),
            RESUME => drop(self.emit(Inst::new(Op::RESUME, arg16, 0, 0))),
            POP_TOP => {
                let (operand, owned) = self.pop();
                if owned {
                    self.emit(Inst::new(Op::POP_TOP, operand.0 as u16, 0, 0));
                }
            }
            PUSH_NULL => self.stack.push(Slot::Null),
            LOAD_CONST => {
                let constant = self.constant(arg)?;
                self.stack.push(Slot::Constant(constant));
            }
            LOAD_FAST => {
                let local = self.local(arg)?;
                if !self.bound.contains(arg) || self.plain() {
                    self.emit(Inst::new(Op::CHECK_FAST, local, 0, 0));
                    self.bound.insert(arg);
                }
                self.stack.push(Slot::Local(local));
            }
            LOAD_CLOSURE => {
                let local = self.local(arg)?;
                self.stack.push(Slot::Local(local));
            }
            STORE_FAST => {
                let local = self.local(arg)?;
                self.store_fast(local);
            }
            DELETE_FAST => {
                let local = self.local(arg)?;
                self.release_local(local);
                self.emit(Inst::new(Op::DELETE_FAST, local, 0, 0));
                self.bound.remove(arg);
            }
            COPY => {
                let slot = self.slot_from_top(count)?;
                match self.stack[slot] {
                    Slot::Home => {
                        let from = self.home(slot);
                        self.emit_dest(Op::COPY, from, 0, 0);
                    }
                    place => self.stack.push(place),
                }
            }
            SWAP => {
                let slot = self.slot_from_top(count)?;
                self.swap(slot);
            }
            UNARY_POSITIVE => self.unary(Op::UNARY_POSITIVE),
            UNARY_NEGATIVE => self.unary(Op::UNARY_NEGATIVE),
            UNARY_NOT => self.unary(Op::UNARY_NOT),
            UNARY_INVERT => self.unary(Op::UNARY_INVERT),
            GET_ITER => self.unary(Op::GET_ITER),
            GET_YIELD_FROM_ITER => self.unary(Op::GET_YIELD_FROM_ITER),
            LIST_TO_TUPLE => self.unary(Op::LIST_TO_TUPLE),
            BINARY_OP => self.binary_op(arg)?,
            BINARY_SUBSCR => self.binary(Op::BINARY_SUBSCR, 0),
            COMPARE_OP => {
                let Some(&comparison) = Comparison::ALL.get(count) else { return self.malformed("comparison") };
                if let Some((sense, target)) = self.fused_jump(index) {
                    self.compare_and_jump(index, comparison, sense, target);
                    return Ok(2);
                }
                self.binary(Op::COMPARE_OP, comparison as u8);
            }
            IS_OP => {
                if let Some((sense, target)) = self.fused_jump(index) {
                    let op = if sense == (arg == 0) { Op::JUMP_IF_IS } else { Op::JUMP_IF_IS_NOT };
                    self.test_and_jump(index, op, target);
                    return Ok(2);
                }
                self.binary(Op::IS_OP, (arg & 1) as u8);
            }
            CONTAINS_OP => {
                if let Some((sense, target)) = self.fused_jump(index) {
                    let positive = bug!("not-in-forgets-not", sense == (arg == 0), sense);
                    let op = if positive { Op::JUMP_IF_IN } else { Op::JUMP_IF_NOT_IN };
                    self.test_and_jump(index, op, target);
                    return Ok(2);
                }
                self.binary(Op::CONTAINS_OP, (arg & 1) as u8);
            }
            JUMP_FORWARD | JUMP_BACKWARD => {
                self.flush();
                self.emit_jump(Inst::new(Op::JUMP, 0, 0, 0), target);
            }
            JUMP_BACKWARD_NO_INTERRUPT => {
                self.flush();
                self.emit_jump(Inst::new(Op::JUMP_NO_INTERRUPT, 0, 0, 0), target);
            }
            POP_JUMP_FORWARD_IF_FALSE | POP_JUMP_BACKWARD_IF_FALSE => self.pop_jump(Op::JUMP_IF_FALSE, target),
            POP_JUMP_FORWARD_IF_TRUE | POP_JUMP_BACKWARD_IF_TRUE => self.pop_jump(Op::JUMP_IF_TRUE, target),
            POP_JUMP_FORWARD_IF_NONE | POP_JUMP_BACKWARD_IF_NONE => self.pop_jump(Op::JUMP_IF_NONE, target),
            POP_JUMP_FORWARD_IF_NOT_NONE | POP_JUMP_BACKWARD_IF_NOT_NONE => {
                self.pop_jump(Op::JUMP_IF_NOT_NONE, target);
            }
            JUMP_IF_FALSE_OR_POP => self.jump_or_pop(Op::JUMP_IF_FALSE_OR_POP, target),
            JUMP_IF_TRUE_OR_POP => self.jump_or_pop(Op::JUMP_IF_TRUE_OR_POP, target),
            LOAD_GLOBAL => {
                if arg & 1 == 1 {
                    self.stack.push(Slot::Null);
                }
                let name = self.name(arg >> 1)?;
                let cache = self.cache(arg >> 1)?;
                self.emit_dest(Op::LOAD_GLOBAL, name, cache, 0);
            }
            LOAD_NAME => {
                let name = self.name(arg)?;
                let cache = self.cache(arg)?;
                self.emit_dest(Op::LOAD_NAME, name, cache, 0);
            }
            STORE_GLOBAL | STORE_NAME => {
                let name = self.name(arg)?;
                let (value, owned) = self.pop_value();
                let cache = self.cache(arg)?;
                let op = if opcode == STORE_NAME { Op::STORE_NAME } else { Op::STORE_GLOBAL };
                self.emit(Inst { op, flags: own(owned, flag::A_OWNED), a: value, b: name, c: cache });
            }
            DELETE_GLOBAL => {
                let name = self.name(arg)?;
                self.emit(Inst::new(Op::DELETE_GLOBAL, 0, name, 0));
            }
            DELETE_NAME => {
                let name = self.name(arg)?;
                self.emit(Inst::new(Op::DELETE_NAME, 0, name, 0));
            }
            MAKE_CELL => {
                let local = self.local(arg)?;
                self.release_local(local);
                self.emit(Inst::new(Op::MAKE_CELL, local, 0, 0));
                self.bound.insert(arg);
            }
            COPY_FREE_VARS => {
                self.flush();
                if count > usize::from(self.nlocalsplus) {
                    return self.malformed("more free variables than slots");
                }
                self.emit(Inst::new(Op::COPY_FREE_VARS, arg16, 0, 0));
            }
            LOAD_DEREF => {
                let local = self.local(arg)?;
                self.emit_dest(Op::LOAD_DEREF, local, 0, 0);
            }
            LOAD_CLASSDEREF => {
                let local = self.local(arg)?;
                self.emit_dest(Op::LOAD_CLASSDEREF, local, 0, 0);
            }
            STORE_DEREF => {
                let local = self.local(arg)?;
                let (value, owned) = self.pop_value();
                self.emit(Inst { flags: own(owned, flag::A_OWNED), ..Inst::new(Op::STORE_DEREF, value, local, 0) });
            }
            DELETE_DEREF => {
                let local = self.local(arg)?;
                self.emit(Inst::new(Op::DELETE_DEREF, local, 0, 0));
            }
            LOAD_ATTR => {
                self.name(arg)?;
                let (object, owned) = self.pop_value();
                let cache = self.cache(arg)?;
                self.emit_dest(Op::LOAD_ATTR, object, cache, own(owned, flag::B_OWNED));
            }
            STORE_ATTR => {
                self.name(arg)?;
                let (object, object_owned) = self.pop_value();
                let (value, value_owned) = self.pop_value();
                let cache = self.cache(arg)?;
                let flags = own(object_owned, flag::B_OWNED) | own(value_owned, flag::A_OWNED);
                self.emit(Inst { op: Op::STORE_ATTR, flags, a: value, b: object, c: cache });
            }
            DELETE_ATTR => {
                let name = self.name(arg)?;
                let (object, owned) = self.pop_value();
                self.emit(Inst { flags: own(owned, flag::B_OWNED), ..Inst::new(Op::DELETE_ATTR, 0, object, name) });
            }
            LOAD_METHOD => {
                self.name(arg)?;
                let (object, owned) = self.pop_value();
                let cache = self.cache(arg)?;
                let base = self.home(self.stack.len());
                self.emit(Inst { flags: own(owned, flag::B_OWNED), ..Inst::new(Op::LOAD_METHOD, base, object, cache) });
                self.push_homes(2);
            }
            STORE_SUBSCR => {
                let (key, key_owned) = self.pop_value();
                let (object, object_owned) = self.pop_value();
                let (value, value_owned) = self.pop_value();
                let flags =
                    own(value_owned, flag::A_OWNED) | own(object_owned, flag::B_OWNED) | own(key_owned, flag::C_OWNED);
                self.emit(Inst { op: Op::STORE_SUBSCR, flags, a: value, b: object, c: key });
            }
            DELETE_SUBSCR => {
                let (key, key_owned) = self.pop_value();
                let (object, object_owned) = self.pop_value();
                let flags = own(object_owned, flag::B_OWNED) | own(key_owned, flag::C_OWNED);
                self.emit(Inst { op: Op::DELETE_SUBSCR, flags, a: 0, b: object, c: key });
            }
            CALL => self.call(arg)?,
            CALL_FUNCTION_EX => self.run_op(Op::CALL_FUNCTION_EX, 3 + (count & 1), arg16 & 1),
            MAKE_FUNCTION => self.run_op(Op::MAKE_FUNCTION, 1 + (arg & 0xF).count_ones() as usize, arg16 & 0xF),
            LOAD_BUILD_CLASS => self.emit_dest(Op::LOAD_BUILD_CLASS, 0, 0, 0),
            LOAD_ASSERTION_ERROR => self.emit_dest(Op::LOAD_ASSERTION_ERROR, 0, 0, 0),
            RETURN_VALUE => {
                let (value, owned) = self.pop_value();
                // Verified code returns with an empty stack; leftovers of other code must not leak.
                for slot in (0..self.stack.len()).rev() {
                    if self.stack[slot] == Slot::Home {
                        let home = self.home(slot);
                        self.emit(Inst::new(Op::POP_TOP, home, 0, 0));
                    }
                }
                self.stack.clear();
                self.emit(Inst { flags: own(owned, flag::A_OWNED), ..Inst::new(Op::RETURN_VALUE, value, 0, 0) });
            }
            RETURN_GENERATOR => {
                self.flush();
                self.emit_dest(Op::RETURN_GENERATOR, 0, 0, 0);
                self.result = None;
            }
            YIELD_VALUE => {
                self.flush();
                let (value, _) = self.pop_value();
                self.emit_dest(Op::YIELD_VALUE, value, 0, flag::B_OWNED);
                self.result = None;
            }
            SEND => {
                self.flush();
                self.stack.pop();
                let receiver = self.home(self.stack.len() - 1);
                self.emit_jump(Inst::new(Op::SEND, receiver, 0, 0), target);
                self.push_homes(1);
            }
            FOR_ITER => {
                self.flush();
                let iterator = self.home(self.stack.len() - 1);
                let home = self.home(self.stack.len());
                let index = self.emit_jump(Inst::new(Op::FOR_ITER, home, iterator, 0), target);
                self.push_result(index);
            }
            UNPACK_SEQUENCE => self.unpack(Op::UNPACK_SEQUENCE, arg16, count),
            UNPACK_EX => self.unpack(Op::UNPACK_EX, arg16, (count & 0xFF) + (count >> 8) + 1),
            BUILD_TUPLE => self.run_op(Op::BUILD_TUPLE, count, arg16),
            BUILD_LIST => self.run_op(Op::BUILD_LIST, count, arg16),
            BUILD_SET => self.run_op(Op::BUILD_SET, count, arg16),
            BUILD_MAP => self.run_op(Op::BUILD_MAP, 2 * count, arg16),
            BUILD_CONST_KEY_MAP => self.run_op(Op::BUILD_CONST_KEY_MAP, count + 1, arg16),
            BUILD_STRING => self.run_op(Op::BUILD_STRING, count, arg16),
            BUILD_SLICE => self.run_op(Op::BUILD_SLICE, if arg == 3 { 3 } else { 2 }, if arg == 3 { 3 } else { 2 }),
            FORMAT_VALUE => self.run_op(Op::FORMAT_VALUE, if arg & 4 != 0 { 2 } else { 1 }, arg16 & 7),
            LIST_APPEND => self.add_to(Op::LIST_APPEND, count)?,
            SET_ADD => self.add_to(Op::SET_ADD, count)?,
            LIST_EXTEND => self.add_to(Op::LIST_EXTEND, count)?,
            SET_UPDATE => self.add_to(Op::SET_UPDATE, count)?,
            DICT_UPDATE => self.add_to(Op::DICT_UPDATE, count)?,
            DICT_MERGE => {
                let (value, owned) = self.pop_value();
                self.slot_from_top(count)?;
                let callable = self.peek_home(count + 2);
                let dict = self.peek_home(count);
                let flags = own(owned, flag::B_OWNED);
                self.emit(Inst { op: Op::DICT_MERGE, flags, a: dict, b: value, c: callable });
            }
            MAP_ADD => {
                let (value, value_owned) = self.pop_value();
                let (key, key_owned) = self.pop_value();
                self.slot_from_top(count)?;
                let map = self.peek_home(count);
                let flags = own(key_owned, flag::B_OWNED) | own(value_owned, flag::C_OWNED);
                self.emit(Inst { op: Op::MAP_ADD, flags, a: map, b: key, c: value });
            }
            PUSH_EXC_INFO => {
                let exception = self.peek_home(1);
                self.emit(Inst::new(Op::PUSH_EXC_INFO, exception, 0, 0));
                self.push_homes(1);
            }
            POP_EXCEPT => {
                let previous = self.peek_home(1);
                self.stack.pop();
                self.emit(Inst::new(Op::POP_EXCEPT, previous, 0, 0));
            }
            CHECK_EXC_MATCH => {
                let (ty, owned) = self.pop_value();
                let exception = self.peek_home(1);
                self.emit_dest(Op::CHECK_EXC_MATCH, exception, ty, own(owned, flag::C_OWNED));
            }
            RERAISE => {
                let exception = self.pop_run(1);
                let lasti = if arg > 0 {
                    self.slot_from_top(count)?;
                    self.peek_home(count)
                } else {
                    0
                };
                self.emit(Inst::new(Op::RERAISE, exception, lasti, arg16));
            }
            RAISE_VARARGS => {
                if arg > 2 {
                    return self.malformed("arguments of raise");
                }
                let (cause, cause_owned) = if arg == 2 { self.pop_value() } else { (0, false) };
                let (exception, owned) = if arg >= 1 { self.pop_value() } else { (0, false) };
                let flags = own(owned, flag::B_OWNED) | own(cause_owned, flag::C_OWNED);
                self.emit(Inst { op: Op::RAISE_VARARGS, flags, a: arg16, b: exception, c: cause });
            }
            BEFORE_WITH => {
                let manager = self.pop_run(1);
                self.emit(Inst::new(Op::BEFORE_WITH, manager, 0, 0));
                self.push_homes(2);
            }
            WITH_EXCEPT_START => {
                self.flush();
                let exit = self.peek_home(4);
                self.emit(Inst::new(Op::WITH_EXCEPT_START, exit, 0, 0));
                self.push_homes(1);
            }
            IMPORT_NAME => {
                let name = self.name(arg)?;
                self.run_op(Op::IMPORT_NAME, 2, name);
            }
            IMPORT_FROM => {
                let name = self.name(arg)?;
                let module = self.peek_home(1);
                self.emit_dest(Op::IMPORT_FROM, module, name, 0);
            }
            IMPORT_STAR => self.consume(Op::IMPORT_STAR),
            PRINT_EXPR => self.consume(Op::PRINT_EXPR),
            SETUP_ANNOTATIONS => drop(self.emit(Inst::new(Op::SETUP_ANNOTATIONS, 0, 0, 0))),
            GET_LEN => self.inspect(Op::GET_LEN),
            MATCH_MAPPING => self.inspect(Op::MATCH_MAPPING),
            MATCH_SEQUENCE => self.inspect(Op::MATCH_SEQUENCE),
            MATCH_KEYS => {
                let subject = self.peek_home(2);
                let keys = self.peek_home(1);
                self.emit_dest(Op::MATCH_KEYS, subject, keys, 0);
            }
            MATCH_CLASS => self.run_op(Op::MATCH_CLASS, 3, arg16),
            GET_AWAITABLE | GET_AITER | GET_ANEXT | BEFORE_ASYNC_WITH | END_ASYNC_FOR | ASYNC_GEN_WRAP
            | CHECK_EG_MATCH | PREP_RERAISE_STAR => {
                let construct = crate::flow::construct(opcode);
                return Err(LowerError::Unsupported { construct, unit: self.unit });
            }
        }
        Ok(1)
    }

    fn malformed<T>(&self, what: &'static str) -> Result<T, LowerError> {
        Err(LowerError::Malformed { what, unit: self.unit })
    }

    fn local(&self, arg: u32) -> Result<u16, LowerError> {
        if arg < u32::from(self.nlocalsplus) { Ok(arg as u16) } else { self.malformed("no such local") }
    }

    fn constant(&self, arg: u32) -> Result<u16, LowerError> {
        if (arg as usize) < self.code.consts.len() { Ok(arg as u16) } else { self.malformed("no such constant") }
    }

    fn name(&self, arg: u32) -> Result<u16, LowerError> {
        if (arg as usize) < self.code.names.len() { Ok(arg as u16) } else { self.malformed("no such name") }
    }

    /// The slot at `from_top`, where 1 is the top.
    fn slot_from_top(&self, from_top: usize) -> Result<usize, LowerError> {
        match self.stack.len().checked_sub(from_top) {
            Some(slot) if from_top > 0 => Ok(slot),
            _ => self.malformed("no such stack slot"),
        }
    }

    fn store_fast(&mut self, local: u16) {
        let top = self.stack.len() - 1;
        let (operand, owned) = (self.operand(top, self.stack[top]), self.stack[top] == Slot::Home);
        let aliased = self.stack[..top].contains(&Slot::Local(local));
        let fused = self.result.filter(|_| owned && !aliased && !self.plain());
        if let Some(index) = fused {
            self.out[index].a = local;
            self.out[index].flags |= flag::LOCAL_DEST;
            self.stack.pop();
            self.result = None;
        } else {
            if self.stack[top] == Slot::Null {
                self.force_home(top);
            }
            // The top slot itself may read the local: `x = x` changes nothing.
            let value = self.stack.pop().expect("depths were checked");
            self.release_local(local);
            match value {
                Slot::Local(same) if same == local => {}
                Slot::Home | Slot::Null => {
                    let home = self.home(top);
                    self.emit(Inst { flags: flag::LOCAL_DEST, ..Inst::new(Op::MOVE, local, home, 0) });
                }
                Slot::Local(_) | Slot::Constant(_) => {
                    self.emit(Inst { flags: flag::LOCAL_DEST, ..Inst::new(Op::COPY, local, operand.0 as u16, 0) });
                }
            }
        }
        self.bound.insert(u32::from(local));
    }

    /// Exchanges the top slot with another.
    fn swap(&mut self, slot: usize) {
        let top = self.stack.len() - 1;
        if slot == top {
            return;
        }
        let (upper, lower) = (self.home(top), self.home(slot));
        match (self.stack[slot], self.stack[top]) {
            (Slot::Home, Slot::Home) => {
                self.emit(Inst::new(Op::SWAP, lower, upper, 0));
            }
            (Slot::Home, _) => {
                // Between the two moves of the map the value has two places; the instruction cannot raise.
                self.emit(Inst::new(Op::MOVE, upper, lower, 0));
                self.stack.swap(slot, top);
            }
            (_, Slot::Home) => {
                self.emit(Inst::new(Op::MOVE, lower, upper, 0));
                self.stack.swap(slot, top);
            }
            _ => self.stack.swap(slot, top),
        }
    }

    fn unary(&mut self, op: Op) {
        let (value, owned) = self.pop_value();
        self.emit_dest(op, value, 0, own(owned, flag::B_OWNED));
    }

    fn binary(&mut self, op: Op, aux: u8) {
        let (rhs, rhs_owned) = self.pop_value();
        let (lhs, lhs_owned) = self.pop_value();
        let flags = own(lhs_owned, flag::B_OWNED) | own(rhs_owned, flag::C_OWNED) | aux << flag::AUX_SHIFT;
        self.emit_dest(op, lhs, rhs, flags);
    }

    fn consume(&mut self, op: Op) {
        let (value, owned) = self.pop_value();
        self.emit(Inst { flags: own(owned, flag::A_OWNED), ..Inst::new(op, value, 0, 0) });
    }

    /// An instruction on the top slot, which stays.
    fn inspect(&mut self, op: Op) {
        let subject = self.peek_home(1);
        self.emit_dest(op, subject, 0, 0);
    }

    fn binary_op(&mut self, arg: u32) -> Result<(), LowerError> {
        let (number, in_place) = if arg >= 13 { (arg - 13, true) } else { (arg, false) };
        let Some(&operator) = Operator::ALL.get(number as usize) else { return self.malformed("operator") };
        let fast = if self.options.exact_identity { None } else { fast_op(operator) };
        let Some(op) = fast else {
            let op = if in_place { Op::INPLACE_OP } else { Op::BINARY_OP };
            self.binary(op, number as u8);
            return Ok(());
        };
        if let (Some(op), Some(immediate)) = (immediate_op(op), self.immediate_on_top()) {
            self.stack.pop();
            let (lhs, owned) = self.pop_value();
            let flags = own(owned, flag::B_OWNED) | u8::from(in_place) << flag::AUX_SHIFT;
            self.emit_dest(op, lhs, immediate, flags);
        } else {
            self.binary(op, u8::from(in_place));
        }
        Ok(())
    }

    /// The small int that the top slot is, as the bits of a field.
    fn immediate_on_top(&self) -> Option<u16> {
        let Some(Slot::Constant(index)) = self.stack.last() else { return None };
        let ConstValue::Value(Constant::Int(value)) = &self.code.consts[usize::from(*index)] else { return None };
        if self.options.exact_identity {
            return None;
        }
        i16::try_from(value).ok().map(|value| value as u16)
    }

    /// The sense and target of a conditional jump right after `index` that can be fused with it.
    fn fused_jump(&self, index: usize) -> Option<(bool, u32)> {
        let next = self.program.instructions.get(index + 1)?;
        if self.plain() || self.flow.leader[index + 1] {
            return None;
        }
        let sense = match next.opcode {
            Opcode::POP_JUMP_FORWARD_IF_TRUE | Opcode::POP_JUMP_BACKWARD_IF_TRUE => true,
            Opcode::POP_JUMP_FORWARD_IF_FALSE | Opcode::POP_JUMP_BACKWARD_IF_FALSE => false,
            _ => return None,
        };
        Some((sense, next.target?))
    }

    fn compare_and_jump(&mut self, index: usize, comparison: Comparison, sense: bool, target: u32) {
        if let Some(immediate) = self.immediate_on_top() {
            self.stack.pop();
            let (lhs, owned) = self.pop_value();
            self.flush();
            let flags = own(owned, flag::A_OWNED);
            let op = comparison.jump(sense, true);
            self.emit_fused(index, Inst { op, flags, a: lhs, b: immediate, c: 0 }, target);
        } else {
            self.test_and_jump(index, comparison.jump(sense, false), target);
        }
    }

    fn test_and_jump(&mut self, index: usize, op: Op, target: u32) {
        let (rhs, rhs_owned) = self.pop_value();
        let (lhs, lhs_owned) = self.pop_value();
        self.flush();
        let flags = own(lhs_owned, flag::A_OWNED) | own(rhs_owned, flag::B_OWNED);
        self.emit_fused(index, Inst { op, flags, a: lhs, b: rhs, c: 0 }, target);
    }

    fn emit_fused(&mut self, index: usize, inst: Inst, target: u32) {
        let at = self.emit_jump(inst, target);
        let second = self.program.instructions[index + 1].unit;
        self.second_units.push((at as u32, second));
    }

    fn pop_jump(&mut self, op: Op, target: u32) {
        let (value, owned) = self.pop_value();
        self.flush();
        self.emit_jump(Inst { flags: own(owned, flag::A_OWNED), ..Inst::new(op, value, 0, 0) }, target);
    }

    fn jump_or_pop(&mut self, op: Op, target: u32) {
        self.flush();
        let top = self.home(self.stack.len() - 1);
        self.stack.pop();
        self.emit_jump(Inst::new(op, top, 0, 0), target);
    }

    fn call(&mut self, arg: u32) -> Result<(), LowerError> {
        let count = arg as usize;
        let Some(first) = self.stack.len().checked_sub(count + 2) else { return self.malformed("call") };
        for slot in first + 1..self.stack.len() {
            self.force_home(slot);
        }
        let names = self.keyword_names.take();
        let op = match (names, self.stack[first]) {
            (None, Slot::Null) => Op::CALL,
            (None, _) => Op::CALL_METHOD,
            (Some(_), _) => Op::CALL_KW,
        };
        if op != Op::CALL {
            self.force_home(first);
        }
        self.stack.truncate(first);
        let cache = self.cache(u32::from(names.unwrap_or(0)))?;
        self.emit(Inst::new(op, self.home(first), arg as u16, cache));
        self.push_homes(1);
        Ok(())
    }

    /// An instruction that takes a run and puts its result in the first register of it.
    fn run_op(&mut self, op: Op, operands: usize, count: u16) {
        let base = self.pop_run(operands);
        self.emit(Inst::new(op, base, count, 0));
        self.push_homes(1);
    }

    fn unpack(&mut self, op: Op, arg: u16, results: usize) {
        let (value, owned) = self.pop_value();
        let base = self.home(self.stack.len());
        self.emit(Inst { op, flags: own(owned, flag::B_OWNED), a: base, b: value, c: arg });
        self.push_homes(results);
    }

    fn add_to(&mut self, op: Op, from_top: usize) -> Result<(), LowerError> {
        let (value, owned) = self.pop_value();
        self.slot_from_top(from_top)?;
        let container = self.peek_home(from_top);
        self.emit(Inst { flags: own(owned, flag::B_OWNED), ..Inst::new(op, container, value, 0) });
        Ok(())
    }

    // Tables.

    fn finish(mut self) -> Result<Option<Lowered>, LowerError> {
        for &(at, target) in &self.jumps {
            let to = self.begins[target as usize];
            if !self.out[at].set_distance(to.wrapping_sub(at as u32) as i32) {
                return Ok(None);
            }
        }
        let list = &self.program.instructions;
        let mut entries = vec![Lowered::NO_ENTRY; self.program.units as usize];
        for (instruction, &begin) in list.iter().zip(&self.begins) {
            entries[instruction.unit as usize] = begin;
            entries[instruction.start as usize] = begin;
        }
        let mut handlers = Vec::with_capacity(self.program.ranges.len());
        for &Range { start, end: range_end, target, depth, push_lasti } in &self.program.ranges {
            let target = self.begins[target as usize];
            // A range without reachable instructions has no handler either.
            if target != Lowered::NO_ENTRY {
                let depth = depth as u16;
                handlers.push(Handler {
                    start,
                    end: bug!("handler-range-short", range_end, range_end - 1),
                    target,
                    depth,
                    push_lasti,
                });
            }
        }
        Ok(Some(Lowered {
            form: self.options.form,
            nlocalsplus: self.nlocalsplus,
            registers: self.nlocalsplus + self.code.stacksize as u16,
            code: self.out.into(),
            points: self.points.into(),
            places: self.places.into(),
            caches: self.caches.into(),
            handlers: handlers.into(),
            second_units: self.second_units.into(),
            entries: entries.into(),
        }))
    }
}

fn own(owned: bool, flag: u8) -> u8 {
    if owned { flag } else { 0 }
}

/// The instruction with an inline path for an operator.
fn fast_op(operator: Operator) -> Option<Op> {
    Some(match operator {
        Operator::Add => Op::ADD,
        Operator::Sub => Op::SUB,
        Operator::Mult => Op::MUL,
        Operator::Div => Op::DIV,
        Operator::FloorDiv => Op::FLOOR_DIV,
        Operator::Mod => Op::MOD,
        Operator::BitAnd => Op::AND,
        Operator::BitOr => Op::OR,
        Operator::BitXor => Op::XOR,
        Operator::LShift => Op::LSHIFT,
        Operator::RShift => Op::RSHIFT,
        Operator::Pow | Operator::MatMult => return None,
    })
}

/// The form of an instruction with an immediate right operand.
fn immediate_op(op: Op) -> Option<Op> {
    Some(match op {
        Op::ADD => Op::ADD_IMM,
        Op::SUB => Op::SUB_IMM,
        Op::MUL => Op::MUL_IMM,
        Op::FLOOR_DIV => Op::FLOOR_DIV_IMM,
        Op::MOD => Op::MOD_IMM,
        Op::AND => Op::AND_IMM,
        Op::OR => Op::OR_IMM,
        Op::XOR => Op::XOR_IMM,
        Op::LSHIFT => Op::LSHIFT_IMM,
        Op::RSHIFT => Op::RSHIFT_IMM,
        _ => return None,
    })
}
