//! The table of helpers: what native code calls, and the words that it reads beside them.

use hognose_lowered::{Inst, Op};
use hognose_runtime::execute::trace::{leave_folded_after, leave_folded_at_head};
use hognose_runtime::execute::{Next, execute};
use hognose_runtime::frame::frame_flags;
use hognose_runtime::object::float;
use hognose_runtime::object::function::FunctionBody;
use hognose_runtime::object::native::{Binding, MethodCode, NativeCode, NativeFunctionBody, NativeMethodBody};
use hognose_runtime::ops::Args;
use hognose_runtime::{Body, FrameHeader, FrameRef, Header, Ref, Thread, Value, Word};
use std::ptr::NonNull;

/// What most helpers answer: the instruction has raised.
const RAISED: u32 = 0;
/// What most helpers answer: go on with the next instruction.
const GO: u32 = 1;
/// What most helpers answer: go to the jump's target, or leave native code for the interpreter.
const JUMP: u32 = 2;

macro_rules! helpers {
    ($($(#[doc = $doc:literal])+ $helper:ident = $name:literal, $value:expr;)*) => {
        /// A word of the table at `r14`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub enum Helper { $($(#[doc = $doc])+ $helper,)* }

        impl Helper {
            /// Every word, in order.
            pub const ALL: &'static [Helper] = &[$(Helper::$helper,)*];

            /// As listings call it.
            pub fn name(self) -> &'static str {
                match self { $(Helper::$helper => $name,)* }
            }

            /// Its offset in the table.
            pub const fn offset(self) -> i32 {
                self as i32 * 8
            }

            /// The word itself; zero for those that the engine fills in.
            pub fn word(self) -> usize {
                match self { $(Helper::$helper => $value,)* }
            }
        }
    };
}

helpers! {
    /// Carries out any instruction: raised, next, jump.
    Execute = "execute", execute_instruction as *const () as usize;
    /// Finds the handler of the raised exception: the instruction it begins at, plus one, or zero when the frame has ended.
    Unwind = "unwind", unwind as *const () as usize;
    /// Destroys the object in `rdi`, whose count is zero, and runs finalizers; keeps `rax`. Code of ours.
    Dead = "dead", 0;
    /// The same without finalizers. Code of ours.
    DeadQuiet = "dead_quiet", 0;
    /// A float with the value of `xmm0`, in `rax`. Code of ours; keeps everything but `rdx` and `rsi` while the free list lasts.
    Float = "float", 0;
    /// What `Dead` calls.
    Destroy = "destroy", destroy as *const () as usize;
    /// What `DeadQuiet` calls.
    DestroyQuiet = "destroy_quiet", destroy_quiet as *const () as usize;
    /// What `Float` calls when the free list is empty.
    NewFloat = "new_float", new_float as *const () as usize;
    /// Looks at the poll word before a jump backward: raised, go on, leave native code.
    Poll = "poll", poll as *const () as usize;
    /// Looks at the poll word after a call: raised, go on, leave native code.
    PollAfterCall = "poll_after_call", poll_after_call as *const () as usize;
    /// Any call that is not a direct one: raised, go on, leave native code.
    Call = "call", call as *const () as usize;
    /// Lets the interpreter run the frame to its end: the result.
    RunInVm = "run_in_vm", run_in_vm as *const () as usize;
    /// Ends the frame and gives the value back.
    Leave = "leave_frame", leave as *const () as usize;
    /// Suspends a generator's frame.
    Suspend = "suspend_frame", suspend as *const () as usize;
    /// Makes a generator of the frame and gives it.
    MakeGenerator = "make_generator", make_generator as *const () as usize;
    /// Refuses a direct call for want of room: zero.
    RefuseCall = "refuse_call", refuse_call as *const () as usize;
    /// Runs the finalizers that wait.
    Settle = "run_pending", settle as *const () as usize;
    /// The first word of a float that nobody else holds.
    FloatHeader = "header of a float with count 1", FLOAT_HEADER as usize;
    /// The type `float`.
    FloatType = "type float", 0;
}

/// The first word of a float that nobody else holds: count 1, kind, exact, no flags.
pub const FLOAT_HEADER: u64 = 1 | (hognose_runtime::layout::header::exact_kind(float::FloatBody::KIND) as u64) << 32;

const _: () = assert!(hognose_runtime::layout::header::COUNT == 0 && hognose_runtime::layout::header::KIND == 4);

/// The words at `r14`.
pub(crate) type Table = [usize; Helper::ALL.len()];

/// The table without the words that the engine fills in.
pub(crate) fn table() -> Table {
    std::array::from_fn(|index| Helper::ALL[index].word())
}

fn frame_ref(frame: *mut FrameHeader) -> FrameRef {
    FrameRef(NonNull::new(frame).expect("native code runs in a frame"))
}

/// The instruction whose bits stand in the code.
fn inst_from_bits(bits: u64) -> Inst {
    // SAFETY: the emitter wrote the bits of an instruction.
    unsafe { std::mem::transmute::<u64, Inst>(bits) }
}

/// The bits of an instruction, as helpers take them.
pub(crate) fn inst_bits(inst: Inst) -> u64 {
    // SAFETY: an instruction is 64 bits without padding.
    unsafe { std::mem::transmute::<Inst, u64>(inst) }
}

extern "sysv64" fn execute_instruction(thread: &mut Thread, frame: *mut FrameHeader, inst: u64) -> u32 {
    match execute(thread, frame_ref(frame), inst_from_bits(inst)) {
        Ok(Next::Go) => GO,
        Ok(Next::Jump) => JUMP,
        Err(_) => RAISED,
    }
}

extern "sysv64" fn unwind(thread: &mut Thread, frame: *mut FrameHeader) -> u32 {
    // The frame is flagged as entered from outside, so that no other frame can come back.
    match thread.unwind(frame_ref(frame)) {
        Some(frame) => frame.pc() + 1,
        None => 0,
    }
}

extern "sysv64" fn destroy(thread: &mut Thread, object: *mut Header) {
    // SAFETY: native code has just counted down to zero.
    unsafe { hognose_runtime::heap::dead(object) };
    thread.settle();
}

extern "sysv64" fn destroy_quiet(_thread: &mut Thread, object: *mut Header) {
    // SAFETY: native code has just counted down to zero.
    unsafe { hognose_runtime::heap::dead(object) };
}

extern "sysv64" fn new_float(thread: &mut Thread, value: f64) -> u64 {
    float::new(thread, value).into_word().0
}

extern "sysv64" fn poll(thread: &mut Thread, frame: *mut FrameHeader, target: u32) -> u32 {
    let frame = frame_ref(frame);
    if thread.poll(frame).is_err() {
        return RAISED;
    }
    if frame.has(frame_flags::TRACE_REQUESTED) {
        frame.set_pc(target);
        leave_folded_at_head(frame);
        return JUMP;
    }
    GO
}

extern "sysv64" fn poll_after_call(thread: &mut Thread, frame: *mut FrameHeader, result: u32) -> u32 {
    let frame = frame_ref(frame);
    if thread.poll_requested() {
        if thread.poll(frame).is_err() {
            drop(frame.set_register(result, None));
            thread.settle();
            return RAISED;
        }
        if frame.has(frame_flags::TRACE_REQUESTED) {
            leave_folded_after(frame);
            return JUMP;
        }
    }
    GO
}

extern "sysv64" fn call(thread: &mut Thread, frame: *mut FrameHeader, inst: u64) -> u32 {
    let inst = inst_from_bits(inst);
    let this = frame_ref(frame);
    let done = match call_native_function(thread, this, inst) {
        Some(done) => done,
        None => execute(thread, this, inst).is_ok(),
    };
    if !done {
        return RAISED;
    }
    if thread.poll_requested() { poll_after_call(thread, frame, inst.a.into()) } else { GO }
}

/// Calls a native function or method with positional arguments that stay in their registers; `None` for any other callable.
fn call_native_function(thread: &mut Thread, frame: FrameRef, inst: Inst) -> Option<bool> {
    let base = u32::from(inst.a);
    let count = usize::from(inst.b);
    let method = match inst.op {
        Op::CALL => None,
        Op::CALL_METHOD => frame.register(base),
        _ => return None,
    };
    let (code, receiver, first_owned): (NativeCode, *const Value, u32) = match method {
        None => {
            let native = frame.register(base + 1)?.exact::<NativeFunctionBody>()?;
            (native.row.code, &raw const native.receiver, base + 1)
        }
        Some(method) => {
            let native = method.exact::<NativeMethodBody>()?;
            let receiver = frame.register(base + 1)?;
            let MethodCode::Row(row) = native.code else { return None };
            if row.binding != Binding::Instance || !native.owner.same(thread.type_of(receiver)) {
                return None;
            }
            (row.code, std::ptr::from_ref(receiver), base)
        }
    };
    // SAFETY: the run's registers own callable, receiver and arguments until they are released below.
    let receiver = unsafe { &*receiver };
    // SAFETY: the run lies in the frame's registers, and its words are live values.
    let values: &[Value] =
        unsafe { std::slice::from_raw_parts(frame.header().registers.add(base as usize + 2).cast(), count) };
    let result = match (code, values) {
        (NativeCode::NoArgs(function), []) => function(thread, receiver),
        (NativeCode::OneArg(function), [value]) => function(thread, receiver, value),
        (NativeCode::Args(function), values) => function(thread, receiver, Args::positional(values)),
        _ => return None,
    };
    for register in first_owned..base + 2 + count as u32 {
        drop(frame.set_register(register, None));
        thread.settle();
    }
    match result {
        Ok(value) => {
            frame.write_dead_register(base, value);
            Some(true)
        }
        Err(_) => Some(false),
    }
}

extern "sysv64" fn run_in_vm(thread: &mut Thread, frame: *mut FrameHeader) -> u64 {
    Word::from_result(thread.run_frame(frame_ref(frame))).0
}

extern "sysv64" fn leave(thread: &mut Thread, frame: *mut FrameHeader, value: u64) -> u64 {
    thread.leave_frame(frame_ref(frame));
    thread.settle();
    value
}

extern "sysv64" fn suspend(thread: &mut Thread, frame: *mut FrameHeader, depth: u32) {
    let frame = frame_ref(frame);
    frame.set_depth(depth);
    thread.suspend_frame(frame);
}

extern "sysv64" fn make_generator(thread: &mut Thread, frame: *mut FrameHeader) -> u64 {
    thread.make_generator(frame_ref(frame)).into_word().0
}

/// Keeps the value that is about to be returned.
extern "sysv64" fn settle(thread: &mut Thread, value: u64) -> u64 {
    thread.settle();
    value
}

/// Refuses a direct call for want of room: releases function and arguments and raises.
extern "sysv64" fn refuse_call(thread: &mut Thread, function: u64, registers: *mut Word, arguments: u32) -> u64 {
    // SAFETY: the caller passed its count of the callable on.
    let function = unsafe { Word(function).into_value() };
    let function = Ref::<FunctionBody>::new(function).expect("a direct call is one of a Python function");
    // SAFETY: the caller passed function and arguments on, and `registers` is where a frame for them would begin.
    match unsafe { thread.push_frame(function, registers, arguments) } {
        Ok(_) => unreachable!("there was no room for the frame a moment ago"),
        Err(_) => 0,
    }
}
