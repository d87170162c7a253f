//! One instruction under way: its operands and its result.

use crate::Result;
use crate::frame::FrameRef;
use crate::object::code::CodeBody;
use crate::thread::Thread;
use crate::value::{Object, Value};
use hognose_lowered::{Inst, Operand, flag};

/// The instruction that `frame` is at.
pub(super) struct Step<'t> {
    pub thread: &'t mut Thread,
    pub frame: FrameRef,
    pub inst: Inst,
}

impl Step<'_> {
    pub fn code(&self) -> &Object<CodeBody> {
        self.frame.code()
    }

    /// A value operand: moved out when the instruction consumes it, else one count more.
    fn operand(&mut self, operand: Operand, owned: bool) -> Result {
        let value = match (operand.as_register(), operand.as_constant()) {
            (Some(register), _) if owned => self.frame.set_register(register.into(), None),
            (Some(register), _) => self.frame.register(register.into()).cloned(),
            (_, Some(constant)) => Some(self.code().constant(constant.into()).clone()),
            _ => None,
        };
        value.ok_or_else(|| self.null_operand())
    }

    /// Only code that no compiler makes uses CPython's NULL as an operand.
    #[cold]
    fn null_operand(&mut self) -> crate::Raised {
        self.thread.raise(crate::exceptions::ExceptionKind::SystemError, "NULL used as an operand")
    }

    pub fn a(&mut self) -> Result {
        self.operand(self.inst.value_a(), self.inst.flags & flag::A_OWNED != 0)
    }

    pub fn b(&mut self) -> Result {
        self.operand(self.inst.value_b(), self.inst.flags & flag::B_OWNED != 0)
    }

    pub fn c(&mut self) -> Result {
        self.operand(self.inst.value_c(), self.inst.flags & flag::C_OWNED != 0)
    }

    /// The immediate in field `c`.
    pub fn immediate_c(&self) -> Value {
        Value::small_int(i64::from(self.inst.c as i16))
    }

    /// The value in a register, which stays there.
    pub fn peek(&mut self, register: u16) -> Result {
        match self.frame.register(register.into()) {
            Some(value) => Ok(value.clone()),
            None => Err(self.null_operand()),
        }
    }

    /// Takes a home register's value.
    pub fn take(&mut self, register: u16) -> Result {
        match self.frame.set_register(register.into(), None) {
            Some(value) => Ok(value),
            None => Err(self.null_operand()),
        }
    }

    /// Takes the values of `count` home registers from `first` on.
    pub fn take_run(&mut self, first: u16, count: usize) -> Result<Vec<Value>> {
        (0..count).map(|index| self.take(first + index as u16)).collect()
    }

    /// Writes a dead home register.
    pub fn put(&mut self, register: u16, value: Value) {
        self.frame.write_dead_register(register.into(), value);
    }

    /// Stores the result; a local's old value goes after the store.
    pub fn store(&mut self, value: Value) {
        let register = u32::from(self.inst.a);
        if self.inst.flags & flag::LOCAL_DEST != 0 {
            drop(self.frame.set_register(register, Some(value)));
            self.settle();
        } else {
            self.frame.write_dead_register(register, value);
        }
    }

    /// Lets go of operands in CPython's order, running what that sets free.
    pub fn settle(&mut self) {
        if self.thread.has_pending() {
            self.thread.settle();
        }
    }

    /// The name with this index in `co_names`.
    pub fn name(&self, index: u16) -> Value {
        self.code().names[usize::from(index)].clone()
    }

    /// The name at the site of this cache.
    pub fn cache_name(&self, cache: u16) -> Value {
        let runnable = self.frame.runnable().expect("the frame runs it");
        self.name(runnable.lowered.caches[usize::from(cache)].operand)
    }

    /// The local's, cell's or free variable's name.
    pub fn variable(&self, register: u16) -> Value {
        self.code().localsplusnames[usize::from(register)].clone()
    }
}
