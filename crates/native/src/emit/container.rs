//! Items of lists and tuples.

use super::{ColdCase, Emitter, asm, owned, reg};
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use hognose_lowered::flag;
use hognose_runtime::heap::TupleBody;
use hognose_runtime::layout::{body, list_layout};
use hognose_runtime::object::list::ListBody;

/// Most items that `UNPACK_SEQUENCE` takes one by one in native code.
const MOST_UNPACKED: u16 = 8;

impl Emitter<'_> {
    /// `a = b[c]`: a list and an index from its start here, tuples and indices from the end as a rare case.
    pub(super) fn binary_subscr(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let other = self.cold_to(ColdCase::Item, end);
        let list = list_layout();
        self.load(reg::RCX, inst.value_b());
        self.load(reg::RSI, inst.value_c());
        asm!(self; test sil, BYTE 1; jz =>slow; sar rsi, BYTE 1);
        self.check_exact::<ListBody>(reg::RCX, other);
        asm!(self
            ; cmp rsi, [rcx + list.len as i32]
            ; jae =>other
            ; mov rax, [rcx + list.items as i32]
            ; mov rax, [rax + rsi * 8]);
        self.finish_item();
        asm!(self; =>end);
    }

    fn finish_item(&mut self) {
        self.retain(reg::RAX);
        if owned(self.inst(), flag::B_OWNED) {
            self.release_rcx();
        }
        self.store_result();
    }

    /// The rare case of an item: the container is in `rcx`, the index, not tagged, in `rsi`.
    pub(super) fn other_item(&mut self) {
        let (slow, end) = self.slow();
        let tuple = self.ops.new_dynamic_label();
        let list = list_layout();
        self.check_exact::<ListBody>(reg::RCX, tuple);
        asm!(self
            ; mov rdx, [rcx + list.len as i32]
            ; add rsi, rdx
            ; cmp rsi, rdx
            ; jae =>slow
            ; mov rax, [rcx + list.items as i32]
            ; mov rax, [rax + rsi * 8]);
        self.finish_item();
        asm!(self; jmp =>end; =>tuple);
        self.check_exact::<TupleBody>(reg::RCX, slow);
        asm!(self
            ; mov rdx, [rcx + body::TUPLE_LEN as i32]
            ; test rsi, rsi
            ; jns >from_start
            ; add rsi, rdx
            ; from_start:
            ; cmp rsi, rdx
            ; jae =>slow
            ; mov rax, [rcx + body::TUPLE_ITEMS as i32]
            ; mov rax, [rax + rsi * 8]);
        self.finish_item();
        asm!(self; =>end);
    }

    /// `b[c] = a`, for a list and an index within it.
    pub(super) fn store_subscr(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let list = list_layout();
        let is_owned = owned(inst, flag::B_OWNED);
        self.load(reg::RCX, inst.value_b());
        self.load(reg::RSI, inst.value_c());
        asm!(self; test sil, BYTE 1; jz =>slow; sar rsi, BYTE 1);
        self.check_exact::<ListBody>(reg::RCX, slow);
        asm!(self
            ; mov rdx, [rcx + list.len as i32]
            ; test rsi, rsi
            ; jns >from_start
            ; add rsi, rdx
            ; from_start:
            ; cmp rsi, rdx);
        asm!(self; jae =>slow);
        self.load(reg::RAX, inst.value_a());
        self.retain_operand(reg::RAX, inst.value_a(), owned(inst, flag::A_OWNED));
        asm!(self
            ; mov rdx, [rcx + list.items as i32]
            ; mov rdi, [rdx + rsi * 8]
            ; mov [rdx + rsi * 8], rax);
        if is_owned {
            asm!(self; mov rax, rcx);
        }
        asm!(self; mov rcx, rdi);
        self.release_rcx();
        if is_owned {
            asm!(self; mov rcx, rax);
            self.release_rcx();
        }
        asm!(self; =>end);
    }

    /// Takes a tuple of the right length apart.
    pub(super) fn unpack_sequence(&mut self) {
        let inst = self.inst();
        let count = inst.c;
        if count > MOST_UNPACKED {
            return self.execute();
        }
        let (slow, end) = self.slow();
        self.load(reg::RCX, inst.value_b());
        self.check_exact::<TupleBody>(reg::RCX, slow);
        asm!(self
            ; cmp QWORD [rcx + body::TUPLE_LEN as i32], count as i32
            ; jne =>slow
            ; mov rsi, [rcx + body::TUPLE_ITEMS as i32]);
        for index in 0..count {
            asm!(self; mov rax, [BYTE rsi + index as i8 * 8]);
            self.retain(reg::RAX);
            self.store_slot(reg::RAX, inst.a + count - 1 - index);
        }
        if owned(inst, flag::B_OWNED) {
            self.release_rcx();
        }
        asm!(self; =>end);
    }
}
