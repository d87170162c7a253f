//! Frames: one never-moving stretch of registers per thread, and beside it the records of the calls.
//!
//! # Registers
//!
//! Registers `0..nlocalsplus` are locals, cells and free variables (an unbound one is zero), then register
//! `nlocalsplus + d` is the home of evaluation-stack slot `d`. A frame has `code.registers` of them.
//!
//! # Calls
//!
//! The caller lays out a run of home registers as CPython's stack: *NULL or method*, *callable or self*, arguments.
//! The callee's registers begin at its first argument, so that arguments are not copied: at `run + 2`, or at `run + 1`
//! when the first register holds a method (then *self* is the first argument). The caller has nothing live above the
//! run. What else a frame holds is its [`FrameHeader`], in a stretch of records of its own. (A generator's registers lie
//! in its own block; when it calls, the arguments are moved to [`FrameHeader::stack_top`] first.)
//!
//! [`Thread::enter_function`] makes the callee's frame: it takes over the argument registers (moved: the caller must treat the
//! run as consumed, also when it raises) and one count of the function, binds defaults and keywords, and clears the
//! locals behind the arguments. Home registers are not cleared: nobody may read a home before it was written.
//!
//! [`Thread::leave_frame`] ends a frame: it releases its locals in slot order, then what the record owns, as CPython
//! does; a frame that somebody still looks at (frame object, traceback) is moved to the heap whole instead.
//!
//! # Results
//!
//! A frame that returns hands its value to whoever ran it. When an engine runs a callee in the same loop, it puts the value
//! into the caller's register [`FrameHeader::return_register`], the first of the run. A frame with
//! [`frame_flags::ENTRY`] was entered from Rust: the engine returns from [`crate::Engine::run`] when it ends.
//!
//! # Position
//!
//! [`FrameHeader::pc`] is the index of the register instruction that runs. It must be saved before anything that can
//! raise, call or look at frames. [`frame_flags::PLAIN`] says that it counts instructions of the plain form.
//!
//! # Suspension
//!
//! At `YIELD_VALUE`, `SEND` and `RETURN_GENERATOR` every live stack slot is at home and owned; the engine stores the
//! number of live slots in [`FrameHeader::depth`] and returns the yielded value from `run` with the flag
//! [`frame_flags::SUSPENDED`] set; `pc` stays at the suspended instruction. A generator's frame lies in a
//! [`FrameStorage`] that the generator owns and is resumed in place, by any engine (see [`crate::execute::generator`]): the runtime writes
//! the value sent to the home that field `a` of the suspended instruction names and moves `pc` to the next one; or it
//! unwinds a thrown exception to the frame's handler before the engine runs.

use crate::Result;
use crate::object::code::{Cache, CodeBody, RunnableCode};
use crate::object::frame::{FrameBody, FrameState};
use crate::object::function::{FunctionBody, MethodBody};
use crate::ops::Args;
use crate::thread::Thread;
use crate::value::{Object, Ref, Value, Word};
use hognose_lowered::Op;
use std::cell::Cell;
use std::ptr::{self, NonNull};

/// Bits of [`FrameHeader::flags`].
#[allow(missing_docs)]
pub mod frame_flags {
    /// Entered from Rust: when it ends, `Engine::run` returns.
    pub const ENTRY: u32 = 1;
    /// `pc` counts instructions of the plain form.
    pub const PLAIN: u32 = 2;
    /// It has yielded (or was just made a generator's) and waits to be resumed.
    pub const SUSPENDED: u32 = 4;
    /// Belongs to a generator: header and registers lie in a [`super::FrameStorage`].
    pub const GENERATOR: u32 = 8;
    /// Native code runs it.
    pub const NATIVE: u32 = 16;
    /// It is being traced: it runs in the plain form.
    pub const TRACED: u32 = 32;
    /// The next poll in this frame must leave folded code for plain code.
    pub const TRACE_REQUESTED: u32 = 64;
    /// The exception that unwinds has already made a traceback entry for this frame (a re-raise keeps its place).
    pub const UNWINDING: u32 = 128;
}

/// The record of a call.
#[repr(C)]
pub struct FrameHeader {
    /// Register 0.
    pub registers: *mut Word,
    /// The code; kept alive by `function`.
    pub code: *const Object<CodeBody>,
    /// The caller's record, or null.
    pub previous: *mut FrameHeader,
    /// Index of the register instruction that runs.
    pub pc: u32,
    /// Bits of [`frame_flags`].
    pub flags: u32,
    /// The caller's register that takes the result.
    pub return_register: u32,
    /// Live stack slots while suspended.
    pub depth: u32,
    /// The function, owned.
    pub function: Word,
    /// The globals, a dict kept alive by `function`.
    pub globals: Word,
    /// The builtins, a dict kept alive by `function`.
    pub builtins: Word,
    /// The mapping of names for module and class bodies, or the dict of `locals()`; owned, or zero.
    pub locals: Word,
    /// The frame object, owned, or zero.
    pub frame_object: Word,
    /// The generator that owns this frame (borrowed: it keeps the frame), or zero.
    pub generator: Word,
    /// Code unit to report instead of that of `pc`, plus one; zero for none. `RERAISE` sets it.
    pub reported_unit: u32,
    /// The line of the last `line` event, for tracing.
    pub traced_line: i32,
    /// The first word of the thread's stretch that neither this frame nor a caller uses: behind its registers, or for a
    /// generator behind those of whoever resumed it.
    pub stack_top: *mut Word,
}

const _: () = assert!(size_of::<FrameHeader>() == 104);

/// A frame: valid while it runs or its owner (generator, frame object) keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct FrameRef(pub NonNull<FrameHeader>);

/// Reserved registers of a thread, in words.
pub const REGISTER_WORDS: usize = 1 << 27;
/// Reserved records of a thread.
pub const RECORDS: usize = 1 << 22;
/// Words at the end of the stretch that no frame begins in, so that arguments always fit.
pub(crate) const MARGIN: usize = 1 << 16;

/// A stretch of reserved memory that is zero until written.
pub(crate) struct Reserved {
    start: NonNull<u8>,
    bytes: usize,
}

impl Reserved {
    pub(crate) fn new(bytes: usize) -> Option<Reserved> {
        // SAFETY: a fresh anonymous mapping; nothing else is touched.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return None;
        }
        NonNull::new(start.cast()).map(|start| Reserved { start, bytes })
    }

    pub(crate) fn start<T>(&self) -> *mut T {
        self.start.as_ptr().cast()
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, of this length, and nothing refers to it any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.bytes) };
    }
}

impl FrameRef {
    /// The record.
    #[inline(always)]
    pub fn header(&self) -> &FrameHeader {
        // SAFETY: a FrameRef is only kept while its frame exists.
        unsafe { self.0.as_ref() }
    }

    /// The record, to be changed.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn header_mut(&self) -> &mut FrameHeader {
        // SAFETY: as in `header`; a record is only reached through the one thread that runs, for a single access.
        unsafe { &mut *self.0.as_ptr() }
    }

    /// The code.
    #[inline]
    pub fn code(&self) -> &Object<CodeBody> {
        // SAFETY: the function that the frame owns keeps its code alive.
        unsafe { &*self.header().code }
    }

    /// The function.
    #[inline]
    pub fn function(&self) -> &Object<FunctionBody> {
        // SAFETY: the frame owns its function.
        unsafe { self.header().function.as_value() }.cast::<FunctionBody>()
    }

    /// The globals, a dict.
    #[inline]
    pub fn globals(&self) -> &Value {
        // SAFETY: the frame's function keeps them alive.
        unsafe { self.header().globals.as_value() }
    }

    /// The builtins, a dict.
    #[inline]
    pub fn builtins(&self) -> &Value {
        // SAFETY: the frame's function keeps them alive.
        unsafe { self.header().builtins.as_value() }
    }

    /// The mapping of names of a module or class body, or the dict that `locals()` has made.
    pub fn locals(&self) -> Option<&Value> {
        let locals = &self.header().locals;
        // SAFETY: the frame owns the mapping while the word is set.
        (!locals.is_unbound()).then(|| unsafe { locals.as_value() })
    }

    /// Sets the mapping of names; what was there comes back.
    pub fn set_locals(&self, locals: Option<Value>) -> Option<Value> {
        let word = locals.map_or(Word::UNBOUND, Value::into_word);
        let old = std::mem::replace(&mut self.header_mut().locals, word);
        // SAFETY: the frame owned what it held.
        (!old.is_unbound()).then(|| unsafe { old.into_value() })
    }

    /// The caller's frame.
    pub fn previous(&self) -> Option<FrameRef> {
        NonNull::new(self.header().previous).map(FrameRef)
    }

    /// Sets the caller's frame.
    pub(crate) fn set_previous(&self, previous: Option<FrameRef>) {
        self.header_mut().previous = previous.map_or(ptr::null_mut(), |frame| frame.0.as_ptr());
    }

    /// Whether the bits are all set.
    #[inline]
    pub fn has(&self, flags: u32) -> bool {
        self.header().flags & flags == flags
    }

    /// Sets bits.
    #[inline]
    pub fn set(&self, flags: u32) {
        self.header_mut().flags |= flags;
    }

    /// Clears bits.
    #[inline]
    pub fn clear(&self, flags: u32) {
        self.header_mut().flags &= !flags;
    }

    /// The index of the register instruction that runs.
    pub fn pc(&self) -> u32 {
        self.header().pc
    }

    /// Moves to a register instruction.
    pub fn set_pc(&self, pc: u32) {
        self.header_mut().pc = pc;
    }

    /// Reports another code unit than that of `pc` until the next handler; `None` ends it.
    pub fn report_unit(&self, unit: Option<u32>) {
        self.header_mut().reported_unit = unit.map_or(0, |unit| unit + 1);
    }

    /// The line of the last `line` event.
    pub fn traced_line(&self) -> i32 {
        self.header().traced_line
    }

    /// Remembers the line of the last `line` event.
    pub fn set_traced_line(&self, line: i32) {
        self.header_mut().traced_line = line;
    }

    /// Live stack slots while suspended.
    pub fn depth(&self) -> u32 {
        self.header().depth
    }

    /// Stores the number of live stack slots, for suspension.
    pub fn set_depth(&self, depth: u32) {
        self.header_mut().depth = depth;
    }

    /// The caller's register that takes the result.
    pub fn set_return_register(&self, register: u32) {
        self.header_mut().return_register = register;
    }

    /// The generator that owns this frame.
    pub fn generator(&self) -> Option<Value> {
        let word = self.header().generator;
        // SAFETY: the generator owns the frame, so it lives as long.
        (!word.is_unbound()).then(|| unsafe { word.as_value() }.clone())
    }

    /// The frame object, if one was made.
    pub fn frame_object(&self) -> Option<&Value> {
        let word = &self.header().frame_object;
        // SAFETY: the frame owns its frame object while the word is set.
        (!word.is_unbound()).then(|| unsafe { word.as_value() })
    }

    pub(crate) fn set_frame_object(&self, object: Option<Value>) -> Option<Value> {
        let word = object.map_or(Word::UNBOUND, Value::into_word);
        let old = std::mem::replace(&mut self.header_mut().frame_object, word);
        // SAFETY: the frame owned what it held.
        (!old.is_unbound()).then(|| unsafe { old.into_value() })
    }

    /// A local, cell, free variable or live stack slot; `None` when unbound.
    ///
    /// `register` must be below `nlocalsplus`, or the home of a slot that is live.
    #[inline]
    pub fn register(&self, register: u32) -> Option<&Value> {
        debug_assert!(register < self.code().registers);
        // SAFETY: a frame has that many registers, and a live one is zero or owned.
        let word = unsafe { &*self.header().registers.add(register as usize) };
        // SAFETY: not zero, so owned by the frame.
        (!word.is_unbound()).then(|| unsafe { word.as_value() })
    }

    /// Writes a register; what it held comes back, to be dropped after the store. The register must be a local, or a
    /// home that is live or known to be zero.
    #[inline]
    pub fn set_register(&self, register: u32, value: Option<Value>) -> Option<Value> {
        debug_assert!(register < self.code().registers);
        let word = value.map_or(Word::UNBOUND, Value::into_word);
        // SAFETY: a frame has that many registers.
        let old = unsafe { self.header().registers.add(register as usize).replace(word) };
        // SAFETY: the register was zero or owned.
        (!old.is_unbound()).then(|| unsafe { old.into_value() })
    }

    /// Overwrites a home register that is dead.
    #[inline]
    pub fn write_dead_register(&self, register: u32, value: Value) {
        debug_assert!(register < self.code().registers);
        // SAFETY: a frame has that many registers; what a dead one holds is owned by nobody.
        unsafe { self.header().registers.add(register as usize).write(value.into_word()) };
    }

    /// Writes NULL to a home register that is dead.
    #[inline]
    pub fn clear_dead_register(&self, register: u32) {
        debug_assert!(register < self.code().registers);
        // SAFETY: a frame has that many registers; what a dead one holds is owned by nobody.
        unsafe { self.header().registers.add(register as usize).write(Word::UNBOUND) };
    }

    /// The register code that `pc` counts in.
    pub fn runnable(&self) -> Option<&RunnableCode> {
        self.code().runnable(self.has(frame_flags::PLAIN))
    }

    /// The inline cache with this index.
    pub fn cache(&self, index: u16) -> Cache {
        let code = self.runnable().expect("a running frame has register code");
        // SAFETY: caches are only read and written in single accesses, by the thread that runs.
        unsafe { (&*code.caches.get())[usize::from(index)] }
    }

    /// Fills a cache, and puts the quickened form `op` in the place of the instruction at `pc`.
    pub fn quicken(&self, op: Op, index: u16, cache: Cache) {
        let code = self.runnable().expect("a running frame has register code");
        // SAFETY: as in `cache`; the same holds of instructions.
        unsafe {
            (&mut *code.caches.get())[usize::from(index)] = cache;
            (&mut *code.insts.get())[self.pc() as usize].op = op;
        }
    }

    /// The code unit that is running, as CPython's `f_lasti / 2`.
    pub fn unit(&self) -> u32 {
        match self.header().reported_unit {
            0 => match self.runnable() {
                Some(code) => {
                    let last = code.lowered.code.len().saturating_sub(1) as u32;
                    code.lowered.unit(self.pc().min(last))
                }
                None => 0,
            },
            unit => unit - 1,
        }
    }

    /// The line that is running, or -1.
    pub fn line(&self) -> i32 {
        self.code().line_of(self.unit())
    }
}

/// A frame on the heap: a record and its registers in one block.
pub struct FrameStorage {
    block: Box<[Cell<u64>]>,
}

const HEADER_WORDS: usize = size_of::<FrameHeader>().div_ceil(8);

impl FrameStorage {
    /// Moves a frame here: registers `0..nlocalsplus`, and the live stack slots (`depth` of them) after them.
    ///
    /// The old record and registers are dead afterwards, except that its owner still has to unlink them.
    pub(crate) fn take(frame: FrameRef, depth: u32) -> FrameStorage {
        let registers = frame.code().registers as usize;
        let live = frame.code().nlocalsplus as usize + depth as usize;
        let block: Box<[Cell<u64>]> = (0..HEADER_WORDS + registers).map(|_| Cell::new(0)).collect();
        let storage = FrameStorage { block };
        let target = storage.frame();
        // SAFETY: source and target are whole frames of the same code, and do not overlap; each live word moves once.
        unsafe {
            let new_registers = storage.block.as_ptr().add(HEADER_WORDS).cast_mut().cast::<Word>();
            ptr::copy_nonoverlapping(frame.0.as_ptr(), target.0.as_ptr(), 1);
            ptr::copy_nonoverlapping(frame.header().registers, new_registers, live);
            (*target.0.as_ptr()).registers = new_registers;
            (*target.0.as_ptr()).depth = depth;
            (*target.0.as_ptr()).previous = ptr::null_mut();
            (*frame.0.as_ptr()).function = Word::UNBOUND;
            (*frame.0.as_ptr()).locals = Word::UNBOUND;
            (*frame.0.as_ptr()).frame_object = Word::UNBOUND;
        }
        storage
    }

    /// The frame.
    pub fn frame(&self) -> FrameRef {
        let start = self.block.as_ptr().cast_mut().cast::<FrameHeader>();
        FrameRef(NonNull::new(start).expect("a box is not null"))
    }

    pub(crate) fn set_generator(&self, generator: Word) {
        self.frame().header_mut().generator = generator;
    }

    /// Calls `visit` with everything that the frame owns.
    pub(crate) fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        let frame = self.frame();
        if frame.header().function.is_unbound()
            || frame.has(frame_flags::GENERATOR) && !frame.has(frame_flags::SUSPENDED)
        {
            return;
        }
        visit(&frame.function().to_value());
        frame.locals().into_iter().for_each(&mut *visit);
        frame.frame_object().into_iter().for_each(&mut *visit);
        for register in 0..frame.code().nlocalsplus + frame.depth() {
            frame.register(register).into_iter().for_each(&mut *visit);
        }
    }

    /// Whether an exception thrown where the frame is suspended would reach a handler of its own.
    pub(crate) fn is_inside_handler(&self) -> bool {
        let frame = self.frame();
        frame.runnable().is_some_and(|code| code.lowered.handler(frame.unit()).is_some())
    }

    /// Gives up what the frame owns: locals and live slots in order, then the record's.
    pub(crate) fn release(&self) {
        let frame = self.frame();
        if frame.header().function.is_unbound() {
            return;
        }
        for register in 0..frame.code().nlocalsplus + frame.depth() {
            drop(frame.set_register(register, None));
        }
        release_record(frame);
    }
}

impl Drop for FrameStorage {
    fn drop(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let frame = self.frame();
        let looked_at = frame.frame_object().filter(|object| object.count() > 1).cloned();
        match looked_at {
            // Somebody still looks at the frame: it goes on to the frame object.
            Some(object) => {
                let storage = FrameStorage { block: std::mem::take(&mut self.block) };
                drop(storage.frame().set_frame_object(None));
                *object.cast::<FrameBody>().state.borrow_mut() = FrameState::Owned(storage);
            }
            None => self.release(),
        }
    }
}

fn release_record(frame: FrameRef) {
    drop(frame.set_frame_object(None));
    drop(frame.set_locals(None));
    let function = std::mem::replace(&mut frame.header_mut().function, Word::UNBOUND);
    // SAFETY: the frame owned its function.
    unsafe { function.release() };
}

/// How a call began.
pub enum CallStep {
    /// It is done.
    Value(Value),
    /// The frame of a Python function, now the current one, is to be run.
    Frame(FrameRef),
}

impl Thread {
    /// Makes a frame whose arguments already stand in `registers`.
    ///
    /// The frame takes over `function` and the first `argc` registers, which are its first locals; the other locals
    /// become unbound. `code.simple` must hold and `argc` be `code.argcount`, or the caller completes the binding itself.
    ///
    /// # Errors
    /// RecursionError; the arguments and the function are then released.
    ///
    /// # Safety
    /// `registers` points into this thread's registers (or just behind the caller's live ones), and the first `argc`
    /// of them are owned words that nobody else will release.
    #[inline]
    pub unsafe fn push_frame(
        &mut self,
        function: Ref<FunctionBody>,
        registers: *mut Word,
        argc: u32,
    ) -> Result<FrameRef> {
        let code = function.code.with_code();
        let (nlocalsplus, needed) = (code.nlocalsplus, code.registers);
        if code.runnable(false).is_none() {
            let construct = match code.lower_error() {
                Some(hognose_lowered::LowerError::Unsupported { construct, .. }) => (*construct).to_owned(),
                error => error.map_or_else(String::new, ToString::to_string),
            };
            for index in 0..argc as usize {
                // SAFETY: the caller gave us these words.
                unsafe { (*registers.add(index)).release() };
            }
            drop(function);
            return Err(self.unsupported(&construct));
        }
        let code = ptr::from_ref(code);
        let record = self.next_record;
        let mut registers = registers;
        // SAFETY: the current frame exists.
        if let Some(caller) = unsafe { self.current_frame.as_ref() }
            && caller.flags & frame_flags::GENERATOR != 0
        {
            // SAFETY: `stack_top` leaves room for any call's arguments (checked when frames are pushed: see `MARGIN`).
            unsafe { ptr::copy(registers, caller.stack_top, argc as usize) };
            registers = caller.stack_top;
        }
        // SAFETY: both stretches are reserved; the check keeps within them.
        let room = unsafe { registers.add(needed as usize) } <= self.register_limit && record < self.record_limit;
        if !room || self.recursion_left <= 0 {
            for index in 0..argc as usize {
                // SAFETY: the caller gave us these words.
                unsafe { (*registers.add(index)).release() };
            }
            drop(function);
            return Err(self.raise_recursion_error(""));
        }
        for index in argc as usize..nlocalsplus as usize {
            // SAFETY: within the frame's registers, which are dead.
            unsafe { registers.add(index).write(Word::UNBOUND) };
        }
        let globals = function.globals.word();
        let builtins = function.builtins.word();
        // SAFETY: the record is the first free one.
        unsafe {
            record.write(FrameHeader {
                registers,
                code,
                previous: self.current_frame,
                pc: 0,
                flags: 0,
                return_register: 0,
                depth: 0,
                function: function.into_value().into_word(),
                globals,
                builtins,
                locals: Word::UNBOUND,
                frame_object: Word::UNBOUND,
                generator: Word::UNBOUND,
                reported_unit: 0,
                traced_line: 0,
                stack_top: registers.add(needed as usize),
            });
            self.next_record = record.add(1);
        }
        self.recursion_left -= 1;
        self.current_frame = record;
        // SAFETY: the record was just written.
        Ok(FrameRef(unsafe { NonNull::new_unchecked(record) }))
    }

    /// Makes the frame of a call from Rust: the arguments are copied.
    ///
    /// # Errors
    /// TypeError when the arguments do not fit, RecursionError.
    pub fn enter_function(&mut self, function: &Object<FunctionBody>, args: Args<'_>) -> Result<FrameRef> {
        let registers = self.stack_top();
        let code = function.code.with_code();
        if code.simple && args.names.is_empty() && args.values.len() == code.argcount as usize {
            let argc = code.argcount;
            if registers.wrapping_add(argc as usize) >= self.register_limit {
                return Err(self.raise_recursion_error(""));
            }
            for (index, value) in args.values.iter().enumerate() {
                // SAFETY: the words behind the top of the stack are free, and there is room for them.
                unsafe { registers.add(index).write(value.clone().into_word()) };
            }
            // SAFETY: the registers were just filled.
            return unsafe { self.push_frame(function.to_ref(), registers, argc) };
        }
        // SAFETY: the words behind the top of the stack are free.
        unsafe { self.bind_and_push(function, args, registers) }
    }

    /// Binds arguments into free registers and pushes the frame.
    ///
    /// # Safety
    /// `registers` lies in this thread's stretch, and everything from there on is free.
    unsafe fn bind_and_push(
        &mut self,
        function: &Object<FunctionBody>,
        args: Args<'_>,
        registers: *mut Word,
    ) -> Result<FrameRef> {
        let nlocalsplus = function.code.with_code().nlocalsplus as usize;
        if registers.wrapping_add(nlocalsplus) >= self.register_limit {
            return Err(self.raise_recursion_error(""));
        }
        let keep = function.to_ref();
        // SAFETY: the registers are free and there is room; a zero word is `None`.
        let locals = unsafe {
            registers.write_bytes(0, nlocalsplus);
            std::slice::from_raw_parts_mut(registers.cast::<Option<Value>>(), nlocalsplus)
        };
        if let Err(raised) = crate::ops::bind::bind(self, &keep, args, locals) {
            for local in locals {
                drop(local.take());
            }
            return Err(raised);
        }
        // SAFETY: all locals are bound or zero, and ours.
        unsafe { self.push_frame(keep, registers, nlocalsplus as u32) }
    }

    /// Begins the call that a caller has laid out in a run of its home registers: *NULL or method*, *callable or self*,
    /// `argc` arguments (the last of them named by `names`, a tuple). `with_null` says that the first register was not written and stands for NULL.
    ///
    /// A Python function gets its frame, which the engine must run (with `return_register` set to `run`); everything
    /// else is called here, and the result given. The run is consumed in each case.
    ///
    /// # Errors
    /// What the call raises.
    ///
    /// # Safety
    /// `run` is a home of the current frame `caller`, and it and the `argc + 1` registers behind it are live and owned (the first may be zero,
    /// or anything when `with_null`).
    pub unsafe fn begin_call(
        &mut self,
        caller: FrameRef,
        run: u32,
        argc: u32,
        names: Option<&Value>,
        with_null: bool,
    ) -> Result<CallStep> {
        // SAFETY: the caller promises that the run is live.
        let first = unsafe { caller.header().registers.add(run as usize) };
        if with_null {
            // SAFETY: as above.
            unsafe { first.write(Word::UNBOUND) };
        }
        // SAFETY: as above: two words at least.
        let (mut head, mut second) = unsafe { (*first, *first.add(1)) };
        if head.is_unbound()
            // SAFETY: when the first word is zero the second is the callable.
            && let Some(method) = unsafe { second.as_value() }.exact::<MethodBody>()
        {
            let (function, receiver) = (method.function.clone(), method.receiver.clone());
            let bound = second;
            (head, second) = (function.into_word(), receiver.into_word());
            // SAFETY: the run is ours to change; the bound method was owned by it.
            unsafe {
                first.write(head);
                first.add(1).write(second);
                bound.release();
            }
        }
        let (callable, arguments, count) = if head.is_unbound() {
            (second, first.wrapping_add(2), argc)
        } else {
            (head, first.wrapping_add(1), argc + 1)
        };
        // SAFETY: the callable is owned by the run.
        let target = unsafe { callable.as_value() };
        if let Some(function) = target.exact::<FunctionBody>() {
            let code = function.code.with_code();
            if code.simple && names.is_none() && code.argcount == count {
                let function = function.to_ref();
                // SAFETY: the run's count of the function passes to the new handle.
                unsafe { callable.release() };
                // SAFETY: the arguments are owned, in place, and nothing behind them is live.
                return unsafe { self.push_frame(function, arguments, count) }.map(CallStep::Frame);
            }
        }
        let mut values: [Value; 8] = [const { Value::none() }; 8];
        let mut many;
        let taken: &mut [Value] = if count as usize <= values.len() {
            &mut values[..count as usize]
        } else {
            many = vec![Value::none(); count as usize];
            &mut many
        };
        for (index, value) in taken.iter_mut().enumerate() {
            // SAFETY: the arguments are owned by the run and move out of it.
            *value = unsafe { (*arguments.add(index)).into_value() };
        }
        // SAFETY: the callable moves out of the run.
        let callable = unsafe { callable.into_value() };
        let names = names.and_then(|names| crate::object::tuple::items(names)).unwrap_or_default();
        let args = Args { values: taken, names };
        let result = match callable.exact::<FunctionBody>() {
            Some(function) => {
                let registers = if caller.has(frame_flags::GENERATOR) { self.stack_top() } else { arguments };
                // SAFETY: the arguments were moved out, and nothing behind them is live.
                unsafe { self.bind_and_push(function, args, registers) }.map(CallStep::Frame)
            }
            None => crate::ops::call::call(self, &callable, args).map(CallStep::Value),
        };
        for value in taken {
            *value = Value::none();
        }
        result
    }

    /// As [`Thread::push_frame`] for the usual case, else null and nothing has happened: the caller's frame is on the stack, there
    /// is room, and the function's code is `code`.
    ///
    /// # Safety
    /// As for `push_frame`; the frame takes over one count of `function`.
    #[inline(always)]
    pub unsafe fn push_exact(
        &mut self,
        caller: *mut FrameHeader,
        function: *mut Object<FunctionBody>,
        code: *const Object<CodeBody>,
        registers: *mut Word,
        argc: u32,
    ) -> *mut FrameHeader {
        let record = self.next_record;
        // SAFETY: function and code live; the registers behind the arguments are dead, and the record is the first free one.
        unsafe {
            let (body, function_body) = (&*code, &*function);
            let top = registers.add(body.registers as usize);
            if (*caller).flags & frame_flags::GENERATOR != 0
                || top > self.register_limit
                || record >= self.record_limit
                || self.recursion_left <= 0
            {
                return ptr::null_mut();
            }
            for index in argc as usize..body.nlocalsplus as usize {
                registers.add(index).write(Word::UNBOUND);
            }
            record.write(FrameHeader {
                registers,
                code,
                previous: caller,
                pc: 0,
                flags: 0,
                return_register: 0,
                depth: 0,
                function: Word(function as u64),
                globals: function_body.globals.word(),
                builtins: function_body.builtins.word(),
                locals: Word::UNBOUND,
                frame_object: Word::UNBOUND,
                generator: Word::UNBOUND,
                reported_unit: 0,
                traced_line: 0,
                stack_top: top,
            });
            self.next_record = record.add(1);
        }
        self.recursion_left -= 1;
        self.current_frame = record;
        record
    }

    /// The frame that runs.
    #[inline]
    pub fn current_frame(&self) -> Option<FrameRef> {
        NonNull::new(self.current_frame).map(FrameRef)
    }

    /// The first word of the stretch that no frame uses: where a frame made from Rust begins.
    #[inline]
    pub fn stack_top(&self) -> *mut Word {
        match self.current_frame() {
            None => self.registers.start(),
            Some(frame) => frame.header().stack_top,
        }
    }

    /// Ends the current frame: releases locals in slot order, then the function; or moves the frame to the heap when
    /// somebody looks at it. Live stack slots must have been released before. Runs no Python.
    #[inline]
    pub fn leave_frame(&mut self, frame: FrameRef) {
        debug_assert!(self.current_frame == frame.0.as_ptr());
        if frame.header().flags & frame_flags::GENERATOR != 0 || !frame.header().frame_object.is_unbound() {
            return self.leave_looked_at(frame);
        }
        for register in 0..frame.code().nlocalsplus as usize {
            // SAFETY: a local is zero or owned, and nobody reads it again.
            unsafe { (*frame.header().registers.add(register)).release() };
        }
        if !frame.header().locals.is_unbound() {
            drop(frame.set_locals(None));
        }
        self.current_frame = frame.header().previous;
        self.next_record = frame.0.as_ptr();
        self.recursion_left += 1;
        // SAFETY: the frame owned its function.
        unsafe { frame.header().function.release() };
    }

    #[cold]
    #[inline(never)]
    fn leave_looked_at(&mut self, frame: FrameRef) {
        self.current_frame = frame.header().previous;
        self.recursion_left += 1;
        let is_generator = frame.has(frame_flags::GENERATOR);
        if !is_generator {
            self.next_record = frame.0.as_ptr();
        }
        frame.set_depth(0);
        self.retire_frame(frame, is_generator);
    }

    /// Takes the current frame off the stack without releasing anything: its content moves to a generator.
    pub(crate) fn unlink_frame(&mut self, frame: FrameRef) {
        debug_assert!(self.current_frame == frame.0.as_ptr());
        self.current_frame = frame.header().previous;
        self.next_record = frame.0.as_ptr();
        self.recursion_left += 1;
    }

    /// Takes the current frame off the stack without releasing anything: a generator that yields.
    #[inline]
    pub fn suspend_frame(&mut self, frame: FrameRef) {
        debug_assert!(self.current_frame == frame.0.as_ptr());
        self.current_frame = frame.header().previous;
        self.recursion_left += 1;
        frame.set(frame_flags::SUSPENDED);
        frame.set_previous(None);
    }

    /// Makes a generator's frame the current one.
    ///
    /// # Errors
    /// RecursionError.
    pub fn resume_frame(&mut self, frame: FrameRef) -> Result<()> {
        if self.recursion_left <= 0 {
            return Err(self.raise_recursion_error(""));
        }
        self.recursion_left -= 1;
        frame.header_mut().stack_top = self.stack_top();
        frame.set_previous(self.current_frame());
        frame.clear(frame_flags::SUSPENDED);
        self.current_frame = frame.0.as_ptr();
        Ok(())
    }
}
