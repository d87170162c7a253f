//! Globals and cells.

use super::{ColdCase, Emitter, Note, asm, reg};
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use hognose_runtime::layout::{body, cache, dict_entries_layout, entry, frame};
use hognose_runtime::object::cell::CellBody;
use hognose_runtime::object::dict::DictBody;

impl Emitter<'_> {
    /// `register = address of the instruction's cache`.
    pub(super) fn load_cache(&mut self, register: u8) {
        let index = self.inst().c;
        let address = self.input.caches + u64::from(index) * cache::SIZE as u64;
        self.note(Note::Cache(index));
        asm!(self; mov Rq(register), QWORD address as i64);
    }

    /// `rax` = the value of the entry that the cache at `rsi` names, in the dict in `rax`. Uses `rdx`.
    pub(super) fn cached_entry(&mut self) {
        const { assert!(entry::SIZE == 24) };
        let entries = dict_entries_layout().items as i32;
        asm!(self
            ; mov rdx, [BYTE rsi + cache::PAYLOAD as i8]
            ; mov rax, [rax + entries]
            ; lea rdx, [rdx + rdx * 2]
            ; mov rax, [rax + rdx * 8 + entry::VALUE as i32]);
    }

    pub(super) fn load_global(&mut self) {
        let (slow, end) = self.slow();
        let builtin = self.cold_to(ColdCase::Builtin, end);
        asm!(self; mov rax, [BYTE r12 + frame::GLOBALS as i8]);
        self.load_cache(reg::RSI);
        asm!(self
            ; mov rdx, [BYTE rsi + cache::GUARD as i8]
            ; cmp rdx, [rax + body::DICT_KEYS_VERSION as i32]
            ; jne =>slow
            ; cmp QWORD [BYTE rsi + cache::GUARD2 as i8], BYTE 0
            ; jne =>builtin);
        self.cached_entry();
        self.retain(reg::RAX);
        self.store_result();
        asm!(self; =>end);
    }

    /// The rare case of a global: a built-in.
    pub(super) fn load_builtin(&mut self) {
        let (slow, end) = self.slow();
        asm!(self; mov rax, [BYTE r12 + frame::BUILTINS as i8]);
        self.check_exact::<DictBody>(reg::RAX, slow);
        asm!(self
            ; mov rdx, [BYTE rsi + cache::GUARD2 as i8]
            ; cmp rdx, [rax + body::DICT_KEYS_VERSION as i32]
            ; jne =>slow);
        self.cached_entry();
        self.retain(reg::RAX);
        self.store_result();
        asm!(self; =>end);
    }

    pub(super) fn load_deref(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        self.load_slot(reg::RCX, inst.b);
        asm!(self; test rcx, rcx; jz =>slow);
        self.check_exact::<CellBody>(reg::RCX, slow);
        asm!(self; mov rax, [BYTE rcx + body::CELL_CONTENTS as i8]; test rax, rax; jz =>slow);
        self.retain(reg::RAX);
        self.store_result();
        asm!(self; =>end);
    }
}
