//! The assembler at work on one function: what all templates use.

mod attribute;
mod branch;
mod call;
mod container;
mod float;
mod function;
mod iterate;
mod name;
mod number;
pub(crate) mod shared;

use crate::helper::{Helper, inst_bits};
use crate::listing::Part;
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use hognose_bytecode::CodeObject;
use hognose_lowered::{Field, Inst, Lowered, Op, Operand, flag};
use hognose_runtime::layout::{frame, header};
use hognose_runtime::{Body, Word};

/// One piece of assembly for the emitter `$e`.
macro_rules! asm {
    ($e:ident $($t:tt)*) => {
        dynasm!($e.ops ; .arch x64 $($t)*)
    };
}
pub(crate) use asm;

/// Numbers of machine registers, for templates that choose one.
#[allow(missing_docs)]
pub(crate) mod reg {
    pub const RAX: u8 = 0;
    pub const RCX: u8 = 1;
    pub const RDX: u8 = 2;
    pub const RSI: u8 = 6;
    pub const RDI: u8 = 7;
}

/// What code is made from.
pub(crate) struct Input<'a> {
    /// The register code.
    pub lowered: &'a Lowered,
    /// The code object.
    pub code: &'a CodeObject,
    /// The word of each constant. An object's address may be made up when the code will not run.
    pub constants: &'a [Word],
    /// Address of the first inline cache.
    pub caches: u64,
    /// Address of the first instruction as the interpreter runs it, whose operation tells what a cache holds.
    pub insts: u64,
    /// Where the code will stand.
    pub address: usize,
    /// Address of the table of helpers.
    pub table: u64,
    /// Whether ints outside CPython's cache must be boxed.
    pub exact_identity: bool,
}

/// What the operand of a machine instruction means, for listings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Note {
    /// A constant of the code object.
    Constant(u16),
    /// A tagged int.
    Int(i64),
    /// An instruction as a helper takes it.
    Inst(u32),
    /// The position that is saved.
    Position(u32),
    /// An inline cache.
    Cache(u16),
    /// Anything else.
    Text(&'static str),
}

/// Where a part of the code begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub offset: usize,
    pub part: Part,
    pub inst: Option<u32>,
}

/// A rare case, emitted behind all templates.
pub(crate) struct Cold {
    pub inst: u32,
    pub begin: DynamicLabel,
    pub end: DynamicLabel,
    pub what: ColdCase,
}

/// What a rare case does.
pub(crate) enum ColdCase {
    /// Carries the instruction out in full.
    Execute,
    /// Releases what `rcx` holds, which may be zero; keeps `rax`.
    Release,
    /// The same while the frame is being left, without finalizers.
    ReleaseQuiet,
    /// Counts what `rcx` holds, an object whose count has become zero, as dead; keeps `rax`.
    Dead,
    /// As `Dead`, without finalizers.
    DeadQuiet,
    /// Arithmetic on floats.
    Float,
    /// A comparison of floats, and a jump.
    CompareFloats,
    /// Looks at the poll word, then goes to the target of the jump.
    Poll { target: u32 },
    /// Looks at the poll word after a call.
    PollAfterCall,
    /// A call that is not direct.
    Call,
    /// The next item of a list or tuple.
    NextItem,
    /// An item of a tuple, or an index from the end.
    Item,
    /// `LOAD_GLOBAL` of a built-in.
    Builtin,
    /// An attribute of something other than an instance, or from its class.
    ClassAttribute,
    /// A method of something other than an instance.
    OtherMethod,
    /// The guard of the attribute's cache was that of another shape.
    AddAttribute,
    /// The value in `rax` is returned while somebody looks at the frame.
    Leave,
    /// Finalizers wait while a value is returned.
    Settle,
}

/// The assembler and its position.
pub(crate) struct Emitter<'a> {
    pub ops: VecAssembler<X64Relocation>,
    pub input: &'a Input<'a>,
    /// One for each instruction.
    pub labels: Vec<DynamicLabel>,
    pub cold: Vec<Cold>,
    pub raise: DynamicLabel,
    /// Gives `rax` to the caller.
    pub exit: DynamicLabel,
    /// The interpreter goes on with the frame.
    pub leave: DynamicLabel,
    pub table: DynamicLabel,
    /// The index of the instruction.
    pub at: u32,
    pub spans: Vec<Span>,
    pub notes: Vec<(usize, Note)>,
    /// Where the template of each instruction begins.
    pub offsets: Vec<usize>,
}

impl<'a> Emitter<'a> {
    pub fn new(input: &'a Input<'a>) -> Emitter<'a> {
        let count = input.lowered.code.len();
        let mut ops = VecAssembler::new_with_capacity(input.address, count * 48 + 256, 0, 0, count + 32, count, count);
        let labels = (0..count).map(|_| ops.new_dynamic_label()).collect();
        let (raise, exit) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        let (leave, table) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        Emitter {
            ops,
            input,
            labels,
            cold: Vec::new(),
            raise,
            exit,
            leave,
            table,
            at: 0,
            spans: Vec::new(),
            notes: Vec::new(),
            offsets: Vec::with_capacity(count),
        }
    }

    /// The instruction being emitted.
    pub fn inst(&self) -> Inst {
        self.input.lowered.code[self.at as usize]
    }

    pub fn begin(&mut self, part: Part, inst: Option<u32>) {
        self.spans.push(Span { offset: self.ops.offset().0, part, inst });
    }

    /// Says what the next machine instruction's operand means.
    pub fn note(&mut self, note: Note) {
        self.notes.push((self.ops.offset().0, note));
    }

    /// A rare case of this instruction: where it begins, and where it comes back to (to be placed by the caller).
    pub fn cold(&mut self, what: ColdCase) -> (DynamicLabel, DynamicLabel) {
        let (begin, end) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        self.cold.push(Cold { inst: self.at, begin, end, what });
        (begin, end)
    }

    /// A rare case that comes back to a place that exists.
    pub fn cold_to(&mut self, what: ColdCase, end: DynamicLabel) -> DynamicLabel {
        let begin = self.ops.new_dynamic_label();
        self.cold.push(Cold { inst: self.at, begin, end, what });
        begin
    }

    /// The full instruction as the rare case; it comes back behind this one.
    pub fn slow(&mut self) -> (DynamicLabel, DynamicLabel) {
        self.cold(ColdCase::Execute)
    }

    // Words.

    /// `register = frame register`.
    pub fn load_slot(&mut self, register: u8, slot: u16) {
        let offset = i32::from(slot) * 8;
        match i8::try_from(offset) {
            Ok(offset) => asm!(self; mov Rq(register), [BYTE rbx + offset]),
            Err(_) => asm!(self; mov Rq(register), [rbx + offset]),
        }
    }

    /// `frame register = register`.
    pub fn store_slot(&mut self, register: u8, slot: u16) {
        let offset = i32::from(slot) * 8;
        match i8::try_from(offset) {
            Ok(offset) => asm!(self; mov [BYTE rbx + offset], Rq(register)),
            Err(_) => asm!(self; mov [rbx + offset], Rq(register)),
        }
    }

    /// `register = word`, in the shortest way.
    pub fn load_word(&mut self, register: u8, word: u64) {
        if word == 0 {
            asm!(self; xor Rd(register), Rd(register));
        } else if let Ok(word) = u32::try_from(word) {
            asm!(self; mov Rd(register), DWORD word as i32);
        } else if let Ok(word) = i32::try_from(word as i64) {
            asm!(self; mov Rq(register), DWORD word);
        } else {
            asm!(self; mov Rq(register), QWORD word as i64);
        }
    }

    /// The word of a constant.
    pub fn constant(&self, index: u16) -> Word {
        self.input.constants[usize::from(index)]
    }

    /// The word of an operand that is a constant.
    pub fn constant_word(&self, operand: Operand) -> Option<Word> {
        operand.as_constant().map(|index| self.constant(index))
    }

    /// `register = operand`.
    pub fn load(&mut self, register: u8, operand: Operand) {
        match (operand.as_register(), operand.as_constant()) {
            (Some(slot), _) => self.load_slot(register, slot),
            (_, Some(index)) => {
                self.note(Note::Constant(index));
                let word = self.constant(index);
                self.load_word(register, word.0);
            }
            _ => self.load_word(register, 0),
        }
    }

    /// Whether the value is an int or a singleton, which have no count.
    pub fn is_uncounted(&self, operand: Operand) -> bool {
        self.constant_word(operand).is_some_and(|word| !word.is_object())
    }

    /// Saves the position: before everything that can raise, call or look at frames.
    pub fn save_position(&mut self) {
        let at = self.at;
        self.note(Note::Position(at));
        asm!(self; mov DWORD [BYTE r12 + frame::PC as i8], DWORD at as i32);
    }

    /// Calls a helper; its arguments behind thread and frame stand in their registers.
    pub fn call_helper(&mut self, helper: Helper) {
        let offset = helper.offset();
        match i8::try_from(offset) {
            Ok(offset) => asm!(self; call QWORD [BYTE r14 + offset]),
            Err(_) => asm!(self; call QWORD [r14 + offset]),
        }
    }

    /// Thread and frame as a helper's first arguments.
    pub fn thread_and_frame(&mut self) {
        asm!(self; mov rdi, r13; mov rsi, r12);
    }

    /// Carries out the instruction in full; what it raises is raised. `eax` is 1 or, when it jumps, 2.
    pub fn execute(&mut self) {
        let (at, inst) = (self.at, self.inst());
        self.save_position();
        self.thread_and_frame();
        self.note(Note::Inst(at));
        asm!(self; mov rdx, QWORD inst_bits(inst) as i64);
        self.call_helper(Helper::Execute);
        if inst.op.fields()[2] == Field::Jump {
            let target = self.target();
            asm!(self; cmp eax, BYTE 1; jb =>self.raise);
            self.branch(Condition::Above, target);
        } else {
            asm!(self; test eax, eax; jz =>self.raise);
        }
    }

    /// The target of the instruction's jump.
    pub fn target(&self) -> u32 {
        self.at.wrapping_add_signed(self.inst().distance())
    }

    // Counts.

    /// Counts the value in a register up, if it is an object; it is not zero.
    pub fn retain(&mut self, register: u8) {
        asm!(self
            ; test Rb(register), BYTE 3
            ; jnz >uncounted
            ; inc DWORD [Rq(register)]
            ; uncounted:);
    }

    /// Counts an operand up that stands in a register, unless the instruction owns it.
    pub fn retain_operand(&mut self, register: u8, operand: Operand, owned: bool) {
        if owned || self.is_uncounted(operand) {
            return;
        }
        if operand.as_constant().is_some() {
            asm!(self; inc DWORD [Rq(register)]);
        } else {
            self.retain(register);
        }
    }

    /// Releases the value in `rcx`, which is not zero; keeps `rax`. The position is saved when that matters.
    pub fn release_rcx(&mut self) {
        let (dead, end) = self.cold(ColdCase::Dead);
        asm!(self
            ; test cl, BYTE 3
            ; jnz =>end
            ; sub DWORD [rcx], BYTE 1
            ; jz =>dead
            ; =>end);
    }

    /// Stores `rax` as the result; a local's old value goes after the store. Uses `rcx`.
    pub fn store_result(&mut self) {
        let inst = self.inst();
        if inst.flags & flag::LOCAL_DEST == 0 {
            return self.store_slot(reg::RAX, inst.a);
        }
        self.load_slot(reg::RCX, inst.a);
        self.store_slot(reg::RAX, inst.a);
        let (release, end) = self.cold(ColdCase::Release);
        asm!(self; test cl, BYTE 3; jz =>release; =>end);
    }

    /// As [`Emitter::store_result`], when every operand was seen to be an int: a local that is one of them needs no release.
    pub fn store_int_result(&mut self) {
        let inst = self.inst();
        let [_, b, c] = inst.op.fields();
        let operand = |field: Field, value: u16| field == Field::Value && value == inst.a;
        if operand(b, inst.b) || operand(c, inst.c) {
            self.store_slot(reg::RAX, inst.a);
        } else {
            self.store_result();
        }
    }

    /// Jumps to `other` unless the object in a register is exactly of the kind of `T`. The word may be of any sort but not zero: the
    /// verifier of code objects sees to it that NULL is no operand.
    pub fn check_exact<T: Body>(&mut self, register: u8, other: DynamicLabel) {
        asm!(self; test Rb(register), BYTE 3; jnz =>other);
        self.check_exact_object::<T>(register, other);
    }

    /// The same for a word that is known to be an object.
    pub fn check_exact_object<T: Body>(&mut self, register: u8, other: DynamicLabel) {
        let kind = header::exact_kind(T::KIND);
        self.note(Note::Text(kind_name(T::KIND)));
        asm!(self
            ; cmp WORD [BYTE Rq(register) + header::KIND as i8], WORD kind as i16
            ; jne =>other);
    }

    /// Emits everything: entry, templates, rare cases, table.
    pub fn emit(&mut self) {
        self.function_entry();
        for at in 0..self.input.lowered.code.len() as u32 {
            self.at = at;
            self.begin(Part::Template, Some(at));
            let label = self.labels[at as usize];
            asm!(self; =>label);
            self.offsets.push(self.ops.offset().0);
            self.template();
        }
        let mut next = 0;
        while next < self.cold.len() {
            // A rare case may have rare cases of its own.
            self.at = self.cold[next].inst;
            self.begin(Part::Cold, Some(self.at));
            self.cold_case(next);
            next += 1;
        }
        self.function_end();
    }

    fn cold_case(&mut self, index: usize) {
        let (begin, end) = (self.cold[index].begin, self.cold[index].end);
        asm!(self; =>begin);
        match self.cold[index].what {
            ColdCase::Execute => self.execute(),
            ColdCase::Release => {
                let dead = self.cold_to(ColdCase::Dead, end);
                asm!(self; test rcx, rcx; jz =>end; sub DWORD [rcx], BYTE 1; jz =>dead);
            }
            ColdCase::ReleaseQuiet => {
                let dead = self.cold_to(ColdCase::DeadQuiet, end);
                asm!(self; test rcx, rcx; jz =>end; sub DWORD [rcx], BYTE 1; jz =>dead);
            }
            ColdCase::Dead => {
                self.save_position();
                asm!(self; mov rdi, rcx);
                self.call_helper(Helper::Dead);
            }
            ColdCase::DeadQuiet => {
                asm!(self; mov rdi, rcx);
                self.call_helper(Helper::DeadQuiet);
            }
            ColdCase::Float => self.float_arithmetic(),
            ColdCase::CompareFloats => self.compare_floats(),
            ColdCase::Poll { target } => return self.poll_jump(target),
            ColdCase::PollAfterCall => self.poll_after_call(),
            ColdCase::Call => return self.general_call(end),
            ColdCase::NextItem => self.next_item(),
            ColdCase::Item => self.other_item(),
            ColdCase::Builtin => self.load_builtin(),
            ColdCase::ClassAttribute => self.class_attribute(),
            ColdCase::OtherMethod => self.other_method(),
            ColdCase::AddAttribute => self.add_attribute(),
            ColdCase::Leave => return self.leave_looked_at(),
            ColdCase::Settle => return self.settle_and_exit(),
        }
        asm!(self; jmp =>end);
    }

    fn template(&mut self) {
        let inst = self.inst();
        match inst.op.generic() {
            Op::NOP => {}
            Op::COPY | Op::MOVE | Op::SWAP | Op::PUSH_NULL | Op::POP_TOP | Op::CHECK_FAST => self.move_value(),
            Op::ADD | Op::SUB | Op::MUL | Op::FLOOR_DIV | Op::MOD | Op::AND | Op::OR | Op::XOR => self.arithmetic(),
            Op::LSHIFT | Op::RSHIFT => self.arithmetic(),
            Op::DIV => self.division(),
            Op::ADD_IMM | Op::SUB_IMM | Op::MUL_IMM | Op::FLOOR_DIV_IMM | Op::MOD_IMM | Op::AND_IMM => {
                self.arithmetic_immediate();
            }
            Op::OR_IMM | Op::XOR_IMM | Op::LSHIFT_IMM | Op::RSHIFT_IMM => self.arithmetic_immediate(),
            Op::UNARY_NOT => self.unary_not(),
            Op::COMPARE_OP => self.compare(),
            Op::IS_OP => self.is(),
            Op::JUMP => {
                let target = self.target();
                self.jump(target);
            }
            Op::JUMP_NO_INTERRUPT => {
                let label = self.labels[self.target() as usize];
                asm!(self; jmp =>label);
            }
            Op::JUMP_IF_FALSE | Op::JUMP_IF_TRUE => self.jump_if_truth(),
            Op::JUMP_IF_NONE | Op::JUMP_IF_NOT_NONE => self.jump_if_none(),
            Op::JUMP_IF_FALSE_OR_POP | Op::JUMP_IF_TRUE_OR_POP => self.jump_or_pop(),
            Op::JUMP_IF_IS | Op::JUMP_IF_IS_NOT => self.jump_if_is(),
            op if (Op::JUMP_IF_LT..=Op::JUMP_IF_NOT_GE_IMM).contains(&op) => self.compare_and_jump(),
            Op::LOAD_GLOBAL => self.load_global(),
            Op::LOAD_DEREF => self.load_deref(),
            Op::LOAD_ATTR => self.load_attr(),
            Op::LOAD_METHOD => self.load_method(),
            Op::STORE_ATTR => self.store_attr(),
            Op::BINARY_SUBSCR => self.binary_subscr(),
            Op::STORE_SUBSCR => self.store_subscr(),
            Op::UNPACK_SEQUENCE => self.unpack_sequence(),
            Op::FOR_ITER => self.for_iter(),
            Op::CALL | Op::CALL_METHOD => self.call(),
            Op::CALL_KW | Op::CALL_FUNCTION_EX => self.call_through_helper(),
            Op::RESUME => self.resume(),
            Op::RETURN_VALUE => self.return_value(),
            Op::RETURN_GENERATOR => self.return_generator(),
            Op::YIELD_VALUE => self.yield_value(),
            Op::RAISE_VARARGS | Op::RERAISE => {
                self.execute();
                // The helper never answers anything but *raised*.
                asm!(self; ud2);
            }
            _ => self.execute(),
        }
    }
}

/// A condition of a jump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Condition {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Above,
    AboveEqual,
    Below,
    BelowEqual,
}

impl Condition {
    pub fn negated(self) -> Condition {
        match self {
            Condition::Equal => Condition::NotEqual,
            Condition::NotEqual => Condition::Equal,
            Condition::Less => Condition::GreaterEqual,
            Condition::LessEqual => Condition::Greater,
            Condition::Greater => Condition::LessEqual,
            Condition::GreaterEqual => Condition::Less,
            Condition::Above => Condition::BelowEqual,
            Condition::AboveEqual => Condition::Below,
            Condition::Below => Condition::AboveEqual,
            Condition::BelowEqual => Condition::Above,
        }
    }
}

/// What listings call the check for a kind.
fn kind_name(kind: hognose_runtime::Kind) -> &'static str {
    use hognose_runtime::Kind;
    match kind {
        Kind::Float => "exactly float",
        Kind::List => "exactly list",
        Kind::Tuple => "exactly tuple",
        Kind::Dict => "exactly dict",
        Kind::Cell => "a cell",
        Kind::Function => "a Python function",
        Kind::Module => "a module",
        Kind::RangeIterator => "range_iterator",
        Kind::ListIterator => "list_iterator",
        Kind::TupleIterator => "tuple_iterator",
        _ => "exact kind",
    }
}

/// Why an instruction's operand in field `b` or `c` is consumed.
pub(crate) fn owned(inst: Inst, bit: u8) -> bool {
    inst.flags & bit != 0
}
