//! Attributes through the runtime's inline caches.

use super::{ColdCase, Emitter, asm, owned, reg};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use hognose_lowered::{Op, flag};
use hognose_runtime::layout::{body, cache, header};
use hognose_runtime::{Kind, Word};

impl Emitter<'_> {
    /// `rdx` = what the caches of an instance's attributes are guarded by: shape and class version. Goes to `other` unless the word
    /// in `register` is an instance. Uses `rdi`.
    fn instance_guard(&mut self, register: u8, other: DynamicLabel) {
        asm!(self
            ; test Rb(register), BYTE 3
            ; jnz =>other
            ; cmp BYTE [BYTE Rq(register) + header::KIND as i8], BYTE Kind::Instance as i8
            ; jne =>other
            ; mov rdx, [BYTE Rq(register) + header::TYPE as i8]
            ; mov edx, [BYTE rdx + body::TYPE_VERSION as i8]
            ; mov edi, [BYTE Rq(register) + body::INSTANCE_SHAPE as i8]
            ; shl rdx, BYTE 32
            ; or rdx, rdi);
    }

    /// `rdx` = the guard for an object that is no instance: the version of its type, or of itself when it is one.
    fn type_guard(&mut self, register: u8, other: DynamicLabel) {
        asm!(self
            ; test Rb(register), BYTE 3
            ; jnz =>other
            ; mov rdx, Rq(register)
            ; cmp BYTE [BYTE Rq(register) + header::KIND as i8], BYTE Kind::Instance as i8
            ; je =>other
            ; cmp BYTE [BYTE Rq(register) + header::KIND as i8], BYTE Kind::Type as i8
            ; je >itself
            ; mov rdx, [BYTE Rq(register) + header::TYPE as i8]
            ; itself:
            ; mov edx, [BYTE rdx + body::TYPE_VERSION as i8]
            ; shl rdx, BYTE 32);
    }

    /// Goes to `other` unless the interpreter's instruction here has the form `op`, which says what the cache holds.
    fn check_form(&mut self, op: Op, other: DynamicLabel) {
        let address = self.input.insts + u64::from(self.at) * 8;
        asm!(self; mov rdi, QWORD address as i64);
        self.note(super::Note::Text(op.name()));
        asm!(self; cmp BYTE [rdi], BYTE op as u8 as i8; jne =>other);
    }

    /// `a = b.name`.
    pub(super) fn load_attr(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let class = self.cold_to(ColdCase::ClassAttribute, end);
        self.load(reg::RCX, inst.value_b());
        self.load_cache(reg::RSI);
        self.instance_guard(reg::RCX, class);
        asm!(self; cmp rdx, [rsi + cache::GUARD as i32]; jne =>slow);
        self.check_form(Op::LOAD_ATTR_INSTANCE, class);
        asm!(self
            ; mov rdx, [BYTE rsi + cache::PAYLOAD as i8]
            ; mov rax, [rcx + rdx * 8 + body::INSTANCE_SLOTS as i32]
            ; test rax, rax
            ; jz =>slow);
        self.finish_load();
        asm!(self; =>end);
    }

    /// Counts the attribute in `rax` up, releases the object in `rcx` when it is owned, and stores.
    fn finish_load(&mut self) {
        self.retain(reg::RAX);
        if owned(self.inst(), flag::B_OWNED) {
            self.release_rcx();
        }
        self.store_result();
    }

    /// The rare case of an attribute: of a module, a class, or from the class of the object.
    pub(super) fn class_attribute(&mut self) {
        let (slow, end) = self.slow();
        let (module, other) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        let guarded = self.ops.new_dynamic_label();
        self.check_form(Op::LOAD_ATTR_CLASS, module);
        self.instance_guard(reg::RCX, other);
        asm!(self; jmp =>guarded; =>other);
        self.type_guard(reg::RCX, slow);
        asm!(self
            ; =>guarded
            ; cmp rdx, [rsi + cache::GUARD as i32]
            ; jne =>slow
            ; mov rax, [BYTE rsi + cache::PAYLOAD as i8]);
        self.finish_load();
        asm!(self; jmp =>end; =>module);
        self.check_form(Op::LOAD_ATTR_MODULE, slow);
        self.check_exact::<hognose_runtime::object::module::ModuleBody>(reg::RCX, slow);
        asm!(self
            ; mov rax, [rcx + body::MODULE_DICT as i32]
            ; mov rdx, [rsi + cache::GUARD as i32]
            ; cmp rdx, [rax + body::DICT_KEYS_VERSION as i32]
            ; jne =>slow);
        self.cached_entry();
        asm!(self; test rax, rax; jz =>slow);
        self.finish_load();
        asm!(self; =>end);
    }

    /// `a`, `a + 1` = function and receiver.
    pub(super) fn load_method(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let other = self.cold_to(ColdCase::OtherMethod, end);
        self.load(reg::RCX, inst.value_b());
        self.load_cache(reg::RSI);
        self.instance_guard(reg::RCX, other);
        asm!(self; cmp rdx, [rsi + cache::GUARD as i32]; jne =>slow);
        self.finish_method();
        asm!(self; =>end);
    }

    /// The rare case of a method: of a list, a str, a class.
    pub(super) fn other_method(&mut self) {
        let (slow, end) = self.slow();
        self.type_guard(reg::RCX, slow);
        asm!(self; cmp rdx, [rsi + cache::GUARD as i32]; jne =>slow);
        self.finish_method();
        asm!(self; =>end);
    }

    fn finish_method(&mut self) {
        let inst = self.inst();
        asm!(self; mov rax, [BYTE rsi + cache::PAYLOAD as i8]);
        self.retain(reg::RAX);
        self.retain_operand(reg::RCX, inst.value_b(), owned(inst, flag::B_OWNED));
        self.store_slot(reg::RAX, inst.a);
        self.store_slot(reg::RCX, inst.a + 1);
    }

    /// `b.name = a`.
    pub(super) fn store_attr(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let add = self.cold_to(ColdCase::AddAttribute, end);
        self.load(reg::RCX, inst.value_b());
        self.load_cache(reg::RSI);
        self.instance_guard(reg::RCX, slow);
        asm!(self; cmp rdx, [rsi + cache::GUARD as i32]; jne =>slow);
        self.check_form(Op::STORE_ATTR_INSTANCE, add);
        self.load(reg::RAX, inst.value_a());
        self.retain_operand(reg::RAX, inst.value_a(), owned(inst, flag::A_OWNED));
        asm!(self
            ; mov rdx, [BYTE rsi + cache::PAYLOAD as i8]
            ; mov rdi, [rcx + rdx * 8 + body::INSTANCE_SLOTS as i32]
            ; mov [rcx + rdx * 8 + body::INSTANCE_SLOTS as i32], rax);
        if owned(inst, flag::B_OWNED) {
            asm!(self; mov rax, rcx; mov rcx, rdi);
        } else {
            asm!(self; mov rcx, rdi);
        }
        let (release, released) = self.cold(ColdCase::Release);
        asm!(self; test cl, BYTE 3; jz =>release; =>released);
        if owned(inst, flag::B_OWNED) {
            asm!(self; mov rcx, rax);
            self.release_rcx();
        }
        asm!(self; =>end);
    }

    /// The rare case of a store: the attribute is new, and the instance's cell has a slot for it.
    pub(super) fn add_attribute(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        self.check_form(Op::STORE_ATTR_ADD, slow);
        asm!(self
            ; mov rdx, [BYTE rsi + cache::PAYLOAD as i8]
            ; mov edi, [BYTE rcx + body::INSTANCE_CAPACITY as i8]
            ; cmp rdx, rdi
            ; jae =>slow);
        self.load(reg::RAX, inst.value_a());
        self.retain_operand(reg::RAX, inst.value_a(), owned(inst, flag::A_OWNED));
        asm!(self
            ; mov [rcx + rdx * 8 + body::INSTANCE_SLOTS as i32], rax
            ; mov eax, [BYTE rsi + cache::GUARD2 as i8]
            ; mov [BYTE rcx + body::INSTANCE_SHAPE as i8], eax);
        if owned(inst, flag::B_OWNED) {
            self.release_rcx();
        }
        asm!(self; =>end);
    }
}

const _: () = assert!(Word::UNBOUND.0 == 0);
