//! The interpreter loop.
//!
//! A handler here is an inline path that falls back on the instruction's helper in [`hognose_runtime::execute`], which carries out any
//! instruction in full. Calls between Python functions, returns and exceptions stay in the loop.

// rustc wants the dereferences behind raw pointers spelled out, which this lint would undo.
#![allow(clippy::explicit_auto_deref)]

use crate::number;
use hognose_lowered::{Inst, Op, flag};
use hognose_primitives::bug;
use hognose_runtime::execute::trace::{leave_folded_after, leave_folded_at_head};
use hognose_runtime::execute::{Next, execute};
use hognose_runtime::frame::frame_flags;
use hognose_runtime::heap::{InstanceBody, TupleBody};
use hognose_runtime::object::cell::CellBody;
use hognose_runtime::object::code::{Cache, CodeBody};
use hognose_runtime::object::dict::DictBody;
use hognose_runtime::object::float::{self, FloatBody};
use hognose_runtime::object::function::FunctionBody;
use hognose_runtime::object::iterator::{ListIteratorBody, RangeIteratorBody, TupleIteratorBody};
use hognose_runtime::object::list::ListBody;
use hognose_runtime::object::module::ModuleBody;
use hognose_runtime::object::native::{Binding, MethodCode, NativeCode, NativeFunctionBody, NativeMethodBody};
use hognose_runtime::object::shape::ShapeId;
use hognose_runtime::object::str::StrBody;
use hognose_runtime::object::types::TypeBody;
use hognose_runtime::ops::Args;
use hognose_runtime::{Body, FrameHeader, FrameRef, Kind, Object, Raised, Ref, Result, Thread, Value, Word};
use std::ptr::NonNull;

/// The float in a word, when it is an exact float.
#[inline(always)]
fn float_of(word: Word) -> Option<*mut Object<FloatBody>> {
    exact::<FloatBody>(word)
}

/// The object behind a word, when it is exactly of the built-in type with body `T`.
#[inline(always)]
fn exact<T: Body>(word: Word) -> Option<*mut Object<T>> {
    if !word.is_object() {
        return None;
    }
    let header = word.header();
    // SAFETY: registers and constants hold live objects.
    let same = unsafe { (*header).kind() == T::KIND && (*header).is_exact() };
    same.then_some(header.cast())
}

/// What attribute caches compare: the shape of an instance (else 0), and in the upper half the version of the type that has the
/// attribute, which for a class is the class itself.
///
/// # Safety
/// The word is a live object.
#[inline(always)]
unsafe fn attribute_guard(thread: &Thread, object: Word) -> u64 {
    // SAFETY: the object lives, and its kind tells its body.
    unsafe {
        let header = object.header();
        match (*header).kind() {
            Kind::Instance => {
                let shape = (*header.cast::<Object<InstanceBody>>()).body(thread).shape();
                u64::from(shape.0) | u64::from((*header).ty().version.get()) << 32
            }
            Kind::Type => u64::from((**header.cast::<Object<TypeBody>>()).version.get()) << 32,
            _ => u64::from((*header).ty().version.get()) << 32,
        }
    }
}

/// Changes a float that nobody else holds.
///
/// # Safety
/// The object lives, and its count is 1.
#[inline(always)]
unsafe fn write_float(object: *mut Object<FloatBody>, value: f64) {
    // SAFETY: the offset is that of the number; nobody else looks.
    unsafe { object.byte_add(hognose_runtime::layout::body::FLOAT).cast::<f64>().write(value) };
}

/// The number in a word, when it is an exact float or a tagged int.
#[inline(always)]
fn number_of(word: Word) -> Option<f64> {
    if word.is_int() {
        return Some(word.as_int() as f64);
    }
    // SAFETY: the object lives, see `float_of`.
    float_of(word).map(|object| unsafe { (**object).0 })
}

/// Runs the thread's current frame, whose `pc` is where it starts, until it returns, yields or raises.
pub(crate) fn run(thread: &mut Thread, entry: FrameRef) -> Result<Value> {
    // SAFETY: the runtime makes frames only for code that was verified and lowered, and hands engines its current one.
    unsafe { interpret(thread, entry) }
}

/// The loop.
///
/// # Safety
/// `entry` is the thread's current frame, flagged `ENTRY`, and its register code has been verified.
#[allow(clippy::cognitive_complexity)]
unsafe fn interpret(thread: &mut Thread, entry: FrameRef) -> Result<Value> {
    let mut frame: *mut FrameHeader = entry.0.as_ptr();
    let mut code: *const Object<CodeBody>;
    let mut insts: *mut Inst;
    let mut caches: *mut Cache;
    let mut fp: *mut Word;
    let mut constants: *const Word;
    let mut pc: *mut Inst;

    // SAFETY of everything in this function: register code is verified before it runs, so that each register, constant, cache and jump
    // target that an instruction names exists; a frame has `code.registers` registers; live ones are zero or own what they hold, and the
    // lowering's ownership flags say which are live.
    macro_rules! load_frame {
        () => {{
            code = (*frame).code;
            fp = (*frame).registers;
            constants = (**code).constants_end.cast();
            let runnable = match (**code).runnable((*frame).flags & frame_flags::PLAIN != 0) {
                Some(runnable) => runnable,
                None => unreachable!("a frame is only entered when its code has been lowered"),
            };
            insts = (*runnable.insts.get()).as_mut_ptr();
            caches = (*runnable.caches.get()).as_mut_ptr();
            pc = insts.add((*frame).pc as usize);
        }};
    }
    macro_rules! register {
        ($index:expr) => {
            *fp.add($index as usize)
        };
    }
    macro_rules! value {
        ($field:expr) => {{
            let index = $field as i16 as isize;
            let base = if index < 0 { constants } else { fp.cast_const() };
            *base.offset(index)
        }};
    }
    macro_rules! save {
        () => {
            (*frame).pc = pc.offset_from(insts) as u32
        };
    }
    macro_rules! next {
        () => {{
            pc = pc.add(1);
            continue;
        }};
    }
    macro_rules! raise {
        () => {{
            match thread.unwind(FrameRef(NonNull::new_unchecked(frame))) {
                Some(handling) => {
                    frame = handling.0.as_ptr();
                    load_frame!();
                    continue;
                }
                None => return Err(Raised),
            }
        }};
    }
    // A taken jump; a backward one tests the poll word.
    macro_rules! jump {
        ($distance:expr) => {{
            let distance = $distance as isize;
            if distance <= 0 && thread.poll_requested() {
                save!();
                let this = FrameRef(NonNull::new_unchecked(frame));
                if thread.poll(this).is_err() {
                    raise!();
                }
                if this.has(frame_flags::TRACE_REQUESTED) {
                    this.set_pc(this.pc().wrapping_add_signed(distance as i32));
                    leave_folded_at_head(this);
                    run_plain!(this);
                }
            }
            pc = pc.offset(distance);
            continue;
        }};
    }
    // The frame goes on in plain code, in a loop of its own; afterwards it has ended.
    macro_rules! run_plain {
        ($frame:expr) => {{
            let entry = $frame.has(frame_flags::ENTRY);
            let caller = (*frame).previous;
            match crate::trace::run(thread, $frame) {
                result if entry => return result,
                Ok(value) => {
                    frame = caller;
                    load_frame!();
                    register!((*pc).a) = value.into_word();
                    next!();
                }
                Err(Raised) => {
                    frame = caller;
                    raise!();
                }
            }
        }};
    }
    macro_rules! release {
        ($word:expr) => {{
            let word: Word = $word;
            if word.is_object() && word.release_last() && thread.has_pending() {
                save!();
                thread.settle();
            }
        }};
    }
    macro_rules! store {
        ($inst:ident, $word:expr) => {{
            let word: Word = $word;
            let slot = fp.add($inst.a as usize);
            if $inst.flags & flag::LOCAL_DEST != 0 {
                let old = slot.replace(word);
                release!(old);
            } else {
                slot.write(word);
            }
        }};
    }
    macro_rules! helper {
        ($inst:ident) => {{
            save!();
            match execute(thread, FrameRef(NonNull::new_unchecked(frame)), *$inst) {
                Ok(Next::Go) => next!(),
                Ok(Next::Jump) => jump!($inst.distance()),
                Err(_) => raise!(),
            }
        }};
    }
    // A call carried out by the helper: tracing may have been switched on in it.
    macro_rules! call_helper {
        ($inst:ident) => {{
            save!();
            let this = FrameRef(NonNull::new_unchecked(frame));
            if execute(thread, this, *$inst).is_err() {
                raise!();
            }
            if thread.poll_requested() {
                if thread.poll(this).is_err() {
                    release!(register!($inst.a));
                    raise!();
                }
                if this.has(frame_flags::TRACE_REQUESTED) {
                    leave_folded_after(this);
                    run_plain!(this);
                }
            }
            next!();
        }};
    }
    macro_rules! release_operands {
        ($inst:ident, $b:expr, $c:expr) => {
            if $inst.flags & flag::B_OWNED != 0 {
                release!($b);
            }
            if $inst.flags & flag::C_OWNED != 0 {
                release!($c);
            }
        };
    }
    // Stores a float, in the box of a value that dies here when there is one.
    macro_rules! store_float {
        ($inst:ident, $lhs:expr, $rhs:expr, $value:expr) => {{
            let (lhs, rhs, value): (Word, Word, f64) = ($lhs, $rhs, $value);
            if $inst.flags & flag::LOCAL_DEST != 0 {
                let old = register!($inst.a);
                if let Some(object) = float_of(old)
                    && (*object).header().is_unique()
                    && $inst.flags & (flag::B_OWNED | flag::C_OWNED) == 0
                {
                    write_float(object, value);
                    next!();
                }
            }
            if $inst.flags & flag::B_OWNED != 0
                && let Some(object) = float_of(lhs)
                && (*object).header().is_unique()
            {
                write_float(object, value);
                if $inst.flags & flag::C_OWNED != 0 {
                    release!(rhs);
                }
                store!($inst, lhs);
                next!();
            }
            if $inst.flags & flag::C_OWNED != 0
                && let Some(object) = float_of(rhs)
                && (*object).header().is_unique()
            {
                write_float(object, value);
                if $inst.flags & flag::B_OWNED != 0 {
                    release!(lhs);
                }
                store!($inst, rhs);
                next!();
            }
            let result = float::new(thread, value).into_word();
            release_operands!($inst, lhs, rhs);
            store!($inst, result);
            next!();
        }};
    }
    macro_rules! arithmetic {
        ($inst:ident, $int:path) => {{
            let (lhs, rhs) = (value!($inst.b), value!($inst.c));
            if number::both_ints(lhs, rhs)
                && let Some(result) = $int(lhs, rhs)
            {
                store!($inst, result);
                next!();
            }
            helper!($inst)
        }};
        ($inst:ident, $int:path, $float:ident) => {{
            let (lhs, rhs) = (value!($inst.b), value!($inst.c));
            if number::both_ints(lhs, rhs) {
                if let Some(result) = $int(lhs, rhs) {
                    store!($inst, result);
                    next!();
                }
            } else if float_of(lhs).is_some() || float_of(rhs).is_some() {
                if number_of(lhs).is_some() && number_of(rhs).is_some() {
                    (*pc).op = Op::$float;
                    continue;
                }
            }
            helper!($inst)
        }};
    }
    macro_rules! arithmetic_immediate {
        ($inst:ident, $int:path) => {{
            let lhs = value!($inst.b);
            if lhs.is_int()
                && let Some(result) = $int(lhs, Word::int(i64::from($inst.c as i16)))
            {
                store!($inst, result);
                next!();
            }
            helper!($inst)
        }};
    }
    macro_rules! arithmetic_float {
        ($inst:ident, $operator:tt, $generic:ident, $lhs:ident, $rhs:ident, $allowed:expr) => {{
            let (lhs, rhs) = (value!($inst.b), value!($inst.c));
            if let (Some(a), Some(b)) = (float_of(lhs), float_of(rhs)) {
                let ($lhs, $rhs) = ((**a).0, (**b).0);
                if $allowed {
                    store_float!($inst, lhs, rhs, $lhs $operator $rhs);
                }
            } else if !number::both_ints(lhs, rhs)
                && let (Some($lhs), Some($rhs)) = (number_of(lhs), number_of(rhs))
            {
                if $allowed {
                    store_float!($inst, lhs, rhs, $lhs $operator $rhs);
                }
            } else {
                (*pc).op = Op::$generic;
            }
            helper!($inst)
        }};
    }
    macro_rules! compare_and_jump {
        ($inst:ident, $operator:tt, $sense:expr) => {{
            let (lhs, rhs) = (value!($inst.a), value!($inst.b));
            if number::both_ints(lhs, rhs) {
                if ((lhs.0 as i64) $operator (rhs.0 as i64)) == $sense {
                    jump!($inst.c as i16);
                }
                next!();
            }
            if $inst.flags & (flag::A_OWNED | flag::B_OWNED) == 0
                && let (Some(a), Some(b)) = (float_of(lhs), float_of(rhs))
            {
                if ((**a).0 $operator (**b).0) == $sense {
                    jump!($inst.c as i16);
                }
                next!();
            }
            helper!($inst)
        }};
    }
    macro_rules! compare_immediate_and_jump {
        ($inst:ident, $operator:tt, $sense:expr) => {{
            let lhs = value!($inst.a);
            if lhs.is_int() {
                if (lhs.as_int() $operator i64::from($inst.b as i16)) == $sense {
                    jump!($inst.c as i16);
                }
                next!();
            }
            helper!($inst)
        }};
    }
    // A conditional jump on a value whose truth is known without calling anything.
    macro_rules! test_and_jump {
        ($inst:ident, $sense:expr) => {{
            let value = value!($inst.a);
            let truth = match value {
                Word::TRUE => true,
                Word::FALSE | Word::NONE => false,
                word if word.is_int() => word.0 != Word::int(0).0,
                _ => helper!($inst),
            };
            if truth == $sense {
                jump!($inst.c as i16);
            }
            next!();
        }};
    }
    // A call of a Python function whose parameters are exactly the positional arguments given.
    macro_rules! call_function {
        ($inst:ident, $function:expr, $first:expr, $argc:expr) => {{
            let function: *mut Object<FunctionBody> = $function;
            let callee = (*function).code_ref();
            if callee.simple
                && callee.argcount == $argc as u32
                && callee.runnable(false).is_some()
                && thread.runs_calls_in_vm()
                && !thread.poll_requested()
            {
                save!();
                let new = thread.push_exact(frame, function, callee, $first, $argc as u32);
                if !new.is_null() {
                    frame = new;
                    load_frame!();
                    // The poll word is clear, and that is all that a function's RESUME looks at.
                    if (*pc).op == Op::RESUME {
                        pc = pc.add(1);
                    }
                    continue;
                }
                let Ok(function) = Ref::new(Word(function as u64).into_value()) else { unreachable!("a function") };
                match thread.push_frame(function, $first, $argc as u32) {
                    Ok(new) => {
                        frame = new.0.as_ptr();
                        load_frame!();
                        continue;
                    }
                    Err(_) => raise!(),
                }
            }
        }};
    }

    // A call of a native function with positional arguments, which stay in their registers.
    macro_rules! call_native {
        ($inst:ident, $callable:expr, $first:expr, $argc:expr) => {{
            let native: *mut Object<NativeFunctionBody> = $callable;
            let receiver = (&raw const (**native).receiver).cast::<Word>().cast_mut();
            call_row!($inst, (**native).row, Word(native as u64), receiver, $first, $argc);
        }};
    }
    // `first` is where the arguments are; a receiver just before them is owned too and goes with them.
    macro_rules! call_row {
        ($inst:ident, $row:expr, $callable:expr, $receiver:expr, $first:expr, $argc:expr) => {{
            let (first, argc): (*mut Word, usize) = ($first, $argc as usize);
            let callable: Word = $callable;
            let receiver: *mut Word = $receiver;
            let owns_receiver = receiver == first.sub(1);
            let receiver: *const Value = receiver.cast();
            save!();
            let result = match ($row.code, argc) {
                (NativeCode::NoArgs(function), 0) => Some(function(thread, &*receiver)),
                (NativeCode::OneArg(function), 1) => Some(function(thread, &*receiver, (*first).as_value())),
                (NativeCode::Args(function), _) => {
                    let values = std::slice::from_raw_parts(first.cast::<Value>(), argc);
                    Some(function(thread, &*receiver, Args::positional(values)))
                }
                _ => None,
            };
            if let Some(result) = result {
                release!(callable);
                if owns_receiver {
                    release!(*first.sub(1));
                }
                for index in 0..argc {
                    release!(*first.add(index));
                }
                if thread.has_pending() {
                    thread.settle();
                }
                match result {
                    Ok(value) => register!($inst.a) = value.into_word(),
                    Err(Raised) => raise!(),
                }
                if thread.poll_requested() {
                    let this = FrameRef(NonNull::new_unchecked(frame));
                    if thread.poll(this).is_err() {
                        release!(register!($inst.a));
                        raise!();
                    }
                    if this.has(frame_flags::TRACE_REQUESTED) {
                        leave_folded_after(this);
                        run_plain!(this);
                    }
                }
                next!();
            }
        }};
    }

    // SAFETY: see above.
    unsafe {
        load_frame!();
        loop {
            let inst: &Inst = &*pc;
            match inst.op {
                Op::NOP => next!(),
                Op::COPY => {
                    let value = value!(inst.b).retain();
                    store!(inst, value);
                    next!();
                }
                Op::MOVE => {
                    let value = register!(inst.b);
                    store!(inst, value);
                    next!();
                }
                Op::SWAP => {
                    std::ptr::swap(fp.add(inst.a as usize), fp.add(inst.b as usize));
                    next!();
                }
                Op::PUSH_NULL => {
                    register!(inst.a) = Word::UNBOUND;
                    next!();
                }
                Op::POP_TOP => {
                    release!(register!(inst.a));
                    next!();
                }
                Op::CHECK_FAST => {
                    if register!(inst.a).is_unbound() {
                        helper!(inst);
                    }
                    next!();
                }

                Op::ADD => arithmetic!(inst, number::add, ADD_FLOAT),
                Op::SUB => arithmetic!(inst, number::sub, SUB_FLOAT),
                Op::MUL => arithmetic!(inst, number::mul, MUL_FLOAT),
                Op::FLOOR_DIV => arithmetic!(inst, number::floor_div),
                Op::MOD => arithmetic!(inst, number::modulo),
                Op::AND => arithmetic!(inst, number::and),
                Op::OR => arithmetic!(inst, number::or),
                Op::XOR => arithmetic!(inst, number::xor),
                Op::LSHIFT => arithmetic!(inst, number::lshift),
                Op::RSHIFT => arithmetic!(inst, number::rshift),
                Op::DIV => {
                    let (lhs, rhs) = (value!(inst.b), value!(inst.c));
                    if number_of(lhs).is_some() && number_of(rhs).is_some() {
                        (*pc).op = Op::DIV_FLOAT;
                        continue;
                    }
                    helper!(inst)
                }
                Op::ADD_IMM => arithmetic_immediate!(inst, number::add),
                Op::SUB_IMM => arithmetic_immediate!(inst, number::sub),
                Op::MUL_IMM => arithmetic_immediate!(inst, number::mul),
                Op::FLOOR_DIV_IMM => arithmetic_immediate!(inst, number::floor_div),
                Op::MOD_IMM => arithmetic_immediate!(inst, number::modulo),
                Op::AND_IMM => arithmetic_immediate!(inst, number::and),
                Op::OR_IMM => arithmetic_immediate!(inst, number::or),
                Op::XOR_IMM => arithmetic_immediate!(inst, number::xor),
                Op::LSHIFT_IMM => arithmetic_immediate!(inst, number::lshift),
                Op::RSHIFT_IMM => arithmetic_immediate!(inst, number::rshift),
                Op::ADD_FLOAT => arithmetic_float!(inst, +, ADD, a, b, true),
                Op::SUB_FLOAT => arithmetic_float!(inst, -, SUB, a, b, true),
                Op::MUL_FLOAT => arithmetic_float!(inst, *, MUL, a, b, true),
                Op::DIV_FLOAT => {
                    let (lhs, rhs) = (value!(inst.b), value!(inst.c));
                    match (number_of(lhs), number_of(rhs)) {
                        // Two ints divide exactly as floats only while both are exact as floats.
                        (Some(a), Some(b)) if b != 0.0 => {
                            let exact = 9_007_199_254_740_992.0;
                            if !number::both_ints(lhs, rhs) || a.abs() < exact && b.abs() < exact {
                                store_float!(inst, lhs, rhs, a / b);
                            }
                        }
                        _ => (*pc).op = Op::DIV,
                    }
                    helper!(inst)
                }

                Op::JUMP => jump!(inst.distance()),
                Op::JUMP_NO_INTERRUPT => {
                    pc = pc.offset(inst.distance() as isize);
                    continue;
                }
                Op::JUMP_IF_FALSE => test_and_jump!(inst, false),
                Op::JUMP_IF_TRUE => test_and_jump!(inst, true),
                Op::JUMP_IF_NONE => {
                    let value = value!(inst.a);
                    if value == Word::NONE {
                        jump!(inst.c as i16);
                    }
                    if inst.flags & flag::A_OWNED != 0 {
                        release!(value);
                    }
                    next!();
                }
                Op::JUMP_IF_NOT_NONE => {
                    let value = value!(inst.a);
                    if value == Word::NONE {
                        next!();
                    }
                    if inst.flags & flag::A_OWNED != 0 {
                        release!(value);
                    }
                    jump!(inst.c as i16);
                }
                Op::JUMP_IF_LT => compare_and_jump!(inst, <, true),
                Op::JUMP_IF_LE => compare_and_jump!(inst, <=, true),
                Op::JUMP_IF_EQ => compare_and_jump!(inst, ==, true),
                Op::JUMP_IF_NE => compare_and_jump!(inst, !=, true),
                Op::JUMP_IF_GT => compare_and_jump!(inst, >, true),
                Op::JUMP_IF_GE => compare_and_jump!(inst, >=, true),
                Op::JUMP_IF_NOT_LT => compare_and_jump!(inst, <, false),
                Op::JUMP_IF_NOT_LE => compare_and_jump!(inst, <=, false),
                Op::JUMP_IF_NOT_EQ => compare_and_jump!(inst, ==, false),
                Op::JUMP_IF_NOT_NE => compare_and_jump!(inst, !=, false),
                Op::JUMP_IF_NOT_GT => compare_and_jump!(inst, >, false),
                Op::JUMP_IF_NOT_GE => compare_and_jump!(inst, >=, false),
                Op::JUMP_IF_LT_IMM => compare_immediate_and_jump!(inst, <, true),
                Op::JUMP_IF_LE_IMM => compare_immediate_and_jump!(inst, <=, true),
                Op::JUMP_IF_EQ_IMM => compare_immediate_and_jump!(inst, ==, true),
                Op::JUMP_IF_NE_IMM => compare_immediate_and_jump!(inst, !=, true),
                Op::JUMP_IF_GT_IMM => compare_immediate_and_jump!(inst, >, true),
                Op::JUMP_IF_GE_IMM => compare_immediate_and_jump!(inst, >=, true),
                Op::JUMP_IF_NOT_LT_IMM => compare_immediate_and_jump!(inst, <, false),
                Op::JUMP_IF_NOT_LE_IMM => compare_immediate_and_jump!(inst, <=, false),
                Op::JUMP_IF_NOT_EQ_IMM => compare_immediate_and_jump!(inst, ==, false),
                Op::JUMP_IF_NOT_NE_IMM => compare_immediate_and_jump!(inst, !=, false),
                Op::JUMP_IF_NOT_GT_IMM => compare_immediate_and_jump!(inst, >, false),
                Op::JUMP_IF_NOT_GE_IMM => compare_immediate_and_jump!(inst, >=, false),
                Op::JUMP_IF_IS | Op::JUMP_IF_IS_NOT => {
                    let (lhs, rhs) = (value!(inst.a), value!(inst.b));
                    if lhs == rhs && lhs.is_int() {
                        helper!(inst);
                    }
                    let taken = (lhs == rhs) == (inst.op == Op::JUMP_IF_IS);
                    if inst.flags & flag::A_OWNED != 0 {
                        release!(lhs);
                    }
                    if inst.flags & flag::B_OWNED != 0 {
                        release!(rhs);
                    }
                    if taken {
                        jump!(inst.c as i16);
                    }
                    next!();
                }

                Op::LOAD_GLOBAL_MODULE => {
                    let cache = *caches.add(inst.c as usize);
                    let globals = (*frame).globals.header().cast::<Object<DictBody>>();
                    let dict = (*globals).body(thread);
                    if dict.keys_version.get() == cache.guard
                        && let Some(value) = &dict.entries().get_unchecked(cache.payload as usize).value
                    {
                        let word = value.word().retain();
                        store!(inst, word);
                        next!();
                    }
                    (*pc).op = Op::LOAD_GLOBAL;
                    helper!(inst)
                }
                Op::LOAD_GLOBAL_BUILTIN => {
                    let cache = *caches.add(inst.c as usize);
                    let globals = (*frame).globals.header().cast::<Object<DictBody>>();
                    let builtins = (*frame).builtins.header().cast::<Object<DictBody>>();
                    let dict = (*builtins).body(thread);
                    if (*globals).body(thread).keys_version.get() == cache.guard
                        && (*builtins).header().kind() == Kind::Dict
                        && dict.keys_version.get() == cache.guard2
                        && let Some(value) = &dict.entries().get_unchecked(cache.payload as usize).value
                    {
                        let word = value.word().retain();
                        store!(inst, word);
                        next!();
                    }
                    (*pc).op = Op::LOAD_GLOBAL;
                    helper!(inst)
                }
                Op::LOAD_ATTR_INSTANCE => {
                    let object = value!(inst.b);
                    let cache = *caches.add(inst.c as usize);
                    if object.is_object()
                        && attribute_guard(thread, object) == cache.guard
                        && let Some(value) = (*object.header().cast::<Object<InstanceBody>>())
                            .body(thread)
                            .slots()
                            .get_unchecked(cache.payload as usize)
                    {
                        let word = value.word().retain();
                        if inst.flags & flag::B_OWNED != 0 {
                            release!(object);
                        }
                        store!(inst, word);
                        next!();
                    }
                    (*pc).op = Op::LOAD_ATTR;
                    helper!(inst)
                }
                Op::LOAD_ATTR_CLASS => {
                    let object = value!(inst.b);
                    let cache = *caches.add(inst.c as usize);
                    if object.is_object() && attribute_guard(thread, object) == cache.guard {
                        let word = Word(cache.payload).retain();
                        if inst.flags & flag::B_OWNED != 0 {
                            release!(object);
                        }
                        store!(inst, word);
                        next!();
                    }
                    (*pc).op = Op::LOAD_ATTR;
                    helper!(inst)
                }
                Op::LOAD_ATTR_MODULE => {
                    let object = value!(inst.b);
                    let cache = *caches.add(inst.c as usize);
                    if let Some(module) = exact::<ModuleBody>(object) {
                        let dict = (**module).dict.word().header().cast::<Object<DictBody>>();
                        let dict = (*dict).body(thread);
                        if dict.keys_version.get() == cache.guard
                            && let Some(value) = &dict.entries().get_unchecked(cache.payload as usize).value
                        {
                            let word = value.word().retain();
                            if inst.flags & flag::B_OWNED != 0 {
                                release!(object);
                            }
                            store!(inst, word);
                            next!();
                        }
                    }
                    (*pc).op = Op::LOAD_ATTR;
                    helper!(inst)
                }
                Op::LOAD_METHOD_CACHED => {
                    let object = value!(inst.b);
                    let cache = *caches.add(inst.c as usize);
                    if object.is_object() && attribute_guard(thread, object) == cache.guard {
                        let receiver = if inst.flags & flag::B_OWNED != 0 { object } else { object.retain() };
                        register!(inst.a) = Word(cache.payload).retain();
                        register!(inst.a + 1) = receiver;
                        next!();
                    }
                    (*pc).op = Op::LOAD_METHOD;
                    helper!(inst)
                }
                Op::STORE_ATTR => {
                    save!();
                    let this = FrameRef(NonNull::new_unchecked(frame));
                    if execute(thread, this, *inst).is_err() {
                        raise!();
                    }
                    // The frame may have been given a trace function of its own.
                    if this.has(frame_flags::TRACE_REQUESTED) && thread.is_tracing() {
                        leave_folded_after(this);
                        run_plain!(this);
                    }
                    next!();
                }
                Op::STORE_ATTR_INSTANCE => {
                    let object = value!(inst.b);
                    let cache = *caches.add(inst.c as usize);
                    if object.is_object() && attribute_guard(thread, object) == cache.guard {
                        let value = value!(inst.a);
                        let value = if inst.flags & flag::A_OWNED != 0 { value } else { value.retain() };
                        let body = (*object.header().cast::<Object<InstanceBody>>()).body_mut(thread);
                        let slot = body.slots_mut().get_unchecked_mut(cache.payload as usize);
                        let old = slot.replace(value.into_value());
                        if let Some(old) = old {
                            release!(old.into_word());
                        }
                        if inst.flags & flag::B_OWNED != 0 {
                            release!(object);
                        }
                        next!();
                    }
                    (*pc).op = Op::STORE_ATTR;
                    helper!(inst)
                }
                Op::STORE_ATTR_ADD => {
                    let object = value!(inst.b);
                    let cache = *caches.add(inst.c as usize);
                    if object.is_object() && attribute_guard(thread, object) == cache.guard {
                        let value = value!(inst.a);
                        let instance = object.header().cast::<Object<InstanceBody>>();
                        if (*instance).add_slot(
                            thread,
                            ShapeId(cache.guard2 as u32),
                            cache.payload as usize,
                            value,
                            inst.flags & flag::A_OWNED != 0,
                        ) {
                            if inst.flags & flag::B_OWNED != 0 {
                                release!(object);
                            }
                            next!();
                        }
                    }
                    (*pc).op = Op::STORE_ATTR;
                    helper!(inst)
                }

                Op::LOAD_DEREF => {
                    if let Some(cell) = exact::<CellBody>(register!(inst.b))
                        && let Some(value) = &(*cell).body(thread).contents
                    {
                        let word = value.word().retain();
                        store!(inst, word);
                        next!();
                    }
                    helper!(inst)
                }
                Op::RESUME => {
                    if thread.poll_requested() {
                        helper!(inst);
                    }
                    next!();
                }
                Op::FOR_ITER => {
                    let iterator = register!(inst.b);
                    // With exact identities the numbers of a range are boxed, which only the helper does.
                    if exact::<RangeIteratorBody>(iterator).is_some() && !thread.options().exact_identity {
                        (*pc).op = Op::FOR_ITER_RANGE;
                        continue;
                    }
                    if exact::<ListIteratorBody>(iterator).is_some() {
                        (*pc).op = Op::FOR_ITER_LIST;
                        continue;
                    }
                    if exact::<TupleIteratorBody>(iterator).is_some() {
                        (*pc).op = Op::FOR_ITER_TUPLE;
                        continue;
                    }
                    helper!(inst)
                }
                Op::FOR_ITER_RANGE => {
                    let Some(iterator) = exact::<RangeIteratorBody>(register!(inst.b)) else {
                        (*pc).op = Op::FOR_ITER;
                        continue;
                    };
                    let left = (**iterator).left.get();
                    let number = (**iterator).next.get();
                    if left == 0 || number << 1 >> 1 != number {
                        helper!(inst);
                    }
                    (**iterator).left.set(left - 1);
                    let step = (**iterator).step.get();
                    (**iterator).next.set(number.wrapping_add(bug!("range-steps-up", step, step.abs())));
                    store!(inst, Word::int(number));
                    next!();
                }
                Op::FOR_ITER_LIST => {
                    let Some(iterator) = exact::<ListIteratorBody>(register!(inst.b)) else {
                        (*pc).op = Op::FOR_ITER;
                        continue;
                    };
                    let list = (**iterator).list.word();
                    let index = (**iterator).index.get();
                    if let Some(list) = exact::<ListBody>(list)
                        && let Some(item) = (*list).items(thread).get(index)
                    {
                        let item = item.word().retain();
                        (**iterator).index.set(index + 1);
                        store!(inst, item);
                        next!();
                    }
                    helper!(inst)
                }
                Op::FOR_ITER_TUPLE => {
                    let Some(iterator) = exact::<TupleIteratorBody>(register!(inst.b)) else {
                        (*pc).op = Op::FOR_ITER;
                        continue;
                    };
                    let tuple = (**iterator).tuple.word();
                    let index = (**iterator).index.get();
                    if let Some(tuple) = exact::<TupleBody>(tuple)
                        && let Some(item) = (**tuple).items().get(index)
                    {
                        let item = item.word().retain();
                        (**iterator).index.set(index + 1);
                        store!(inst, item);
                        next!();
                    }
                    helper!(inst)
                }
                Op::BINARY_SUBSCR => {
                    let (container, key) = (value!(inst.b), value!(inst.c));
                    if key.is_int() {
                        if exact::<ListBody>(container).is_some() {
                            (*pc).op = Op::BINARY_SUBSCR_LIST_INT;
                            continue;
                        }
                        if exact::<TupleBody>(container).is_some() {
                            (*pc).op = Op::BINARY_SUBSCR_TUPLE_INT;
                            continue;
                        }
                    } else if exact::<DictBody>(container).is_some() && exact::<StrBody>(key).is_some() {
                        (*pc).op = Op::BINARY_SUBSCR_DICT;
                        continue;
                    }
                    helper!(inst)
                }
                Op::BINARY_SUBSCR_DICT => {
                    let (container, key) = (value!(inst.b), value!(inst.c));
                    if let Some(dict) = exact::<DictBody>(container)
                        && exact::<StrBody>(key).is_some()
                    {
                        if let Some(value) = (*dict).get_str(thread, key.as_value()) {
                            let value = value.into_word();
                            release_operands!(inst, container, key);
                            store!(inst, value);
                            next!();
                        }
                    } else {
                        (*pc).op = Op::BINARY_SUBSCR;
                    }
                    helper!(inst)
                }
                Op::BINARY_SUBSCR_LIST_INT => {
                    let (container, key) = (value!(inst.b), value!(inst.c));
                    if let Some(list) = exact::<ListBody>(container)
                        && key.is_int()
                    {
                        let items = (*list).items(thread);
                        let index = key.as_int();
                        let len = items.len() as i64;
                        let index = if index < 0 {
                            bug!("list-index-wraps", index + len, index.rem_euclid(len.max(1)))
                        } else {
                            index
                        };
                        if let Some(item) = items.get(index as usize) {
                            let item = item.word().retain();
                            if inst.flags & flag::B_OWNED != 0 {
                                release!(container);
                            }
                            store!(inst, item);
                            next!();
                        }
                    } else {
                        (*pc).op = Op::BINARY_SUBSCR;
                    }
                    helper!(inst)
                }
                Op::BINARY_SUBSCR_TUPLE_INT => {
                    let (container, key) = (value!(inst.b), value!(inst.c));
                    if let Some(tuple) = exact::<TupleBody>(container)
                        && key.is_int()
                    {
                        let items = (**tuple).items();
                        let index = key.as_int();
                        let index = if index < 0 { index + items.len() as i64 } else { index };
                        if let Some(item) = items.get(index as usize) {
                            let item = item.word().retain();
                            if inst.flags & flag::B_OWNED != 0 {
                                release!(container);
                            }
                            store!(inst, item);
                            next!();
                        }
                    } else {
                        (*pc).op = Op::BINARY_SUBSCR;
                    }
                    helper!(inst)
                }
                Op::STORE_SUBSCR => {
                    let (container, key) = (value!(inst.b), value!(inst.c));
                    if key.is_int() && exact::<ListBody>(container).is_some() {
                        (*pc).op = Op::STORE_SUBSCR_LIST_INT;
                        continue;
                    }
                    helper!(inst)
                }
                Op::STORE_SUBSCR_LIST_INT => {
                    let (container, key) = (value!(inst.b), value!(inst.c));
                    if let Some(list) = exact::<ListBody>(container)
                        && key.is_int()
                    {
                        let items = (*list).items_mut(thread);
                        let index = key.as_int();
                        let index = if index < 0 { index + items.len() as i64 } else { index };
                        if let Some(item) = items.get_mut(index as usize) {
                            let value = value!(inst.a);
                            let value = if inst.flags & flag::A_OWNED != 0 { value } else { value.retain() };
                            let old = std::mem::replace(item, value.into_value()).into_word();
                            release!(old);
                            if inst.flags & flag::B_OWNED != 0 {
                                release!(container);
                            }
                            next!();
                        }
                    } else {
                        (*pc).op = Op::STORE_SUBSCR;
                    }
                    helper!(inst)
                }
                Op::UNPACK_SEQUENCE => {
                    let sequence = value!(inst.b);
                    if let Some(tuple) = exact::<TupleBody>(sequence) {
                        let items = (**tuple).items();
                        let count = inst.c as usize;
                        if items.len() == count {
                            // The tuple may lie in the run's first register, so it goes last.
                            let run = fp.add(inst.a as usize);
                            for (index, item) in items.iter().enumerate() {
                                run.add(count - 1 - index).write(item.word().retain());
                            }
                            if inst.flags & flag::B_OWNED != 0 {
                                release!(sequence);
                            }
                            next!();
                        }
                    }
                    helper!(inst)
                }
                Op::LIST_APPEND => {
                    if let Some(list) = exact::<ListBody>(register!(inst.a)) {
                        let value = value!(inst.b);
                        let value = if inst.flags & flag::B_OWNED != 0 { value } else { value.retain() };
                        (*list).items_mut(thread).push(value.into_value());
                        next!();
                    }
                    helper!(inst)
                }

                Op::CALL => {
                    let run = fp.add(inst.a as usize);
                    if let Some(function) = exact::<FunctionBody>(*run.add(1)) {
                        call_function!(inst, function, run.add(2), inst.b);
                    } else if let Some(native) = exact::<NativeFunctionBody>(*run.add(1)) {
                        call_native!(inst, native, run.add(2), inst.b);
                    }
                    call_helper!(inst)
                }
                Op::CALL_METHOD => {
                    let run = fp.add(inst.a as usize);
                    if (*run).is_unbound() {
                        if let Some(function) = exact::<FunctionBody>(*run.add(1)) {
                            call_function!(inst, function, run.add(2), inst.b);
                        }
                    } else if let Some(function) = exact::<FunctionBody>(*run) {
                        call_function!(inst, function, run.add(1), inst.b + 1);
                    } else if let Some(method) = exact::<NativeMethodBody>(*run)
                        && let MethodCode::Row(row) = (**method).code
                        && row.binding == Binding::Instance
                        && (*run.add(1)).is_object()
                        && (**method).owner.same((*(*run.add(1)).header()).ty())
                    {
                        call_row!(inst, row, *run, run.add(1), run.add(2), inst.b);
                    }
                    call_helper!(inst)
                }
                Op::CALL_KW | Op::CALL_FUNCTION_EX => call_helper!(inst),
                Op::RETURN_VALUE => {
                    let value = value!(inst.a);
                    let value = if inst.flags & flag::A_OWNED != 0 { value } else { value.retain() };
                    save!();
                    let ended = (*frame).flags;
                    let caller = (*frame).previous;
                    thread.leave_frame(FrameRef(NonNull::new_unchecked(frame)));
                    if thread.has_pending() {
                        thread.settle();
                    }
                    if ended & frame_flags::ENTRY != 0 {
                        return Ok(value.into_value());
                    }
                    frame = caller;
                    load_frame!();
                    let call = *pc;
                    register!(call.a) = value;
                    if thread.poll_requested() {
                        let this = FrameRef(NonNull::new_unchecked(frame));
                        if thread.poll(this).is_err() {
                            release!(value);
                            raise!();
                        }
                        if this.has(frame_flags::TRACE_REQUESTED) {
                            leave_folded_after(this);
                            run_plain!(this);
                        }
                    }
                    next!();
                }
                Op::RETURN_GENERATOR => {
                    save!();
                    let this = FrameRef(NonNull::new_unchecked(frame));
                    let entry = this.has(frame_flags::ENTRY);
                    let caller = (*frame).previous;
                    let generator = thread.make_generator(this);
                    if entry {
                        return Ok(generator);
                    }
                    frame = caller;
                    load_frame!();
                    register!((*pc).a) = generator.into_word();
                    next!();
                }
                Op::YIELD_VALUE => {
                    let value = value!(inst.b);
                    save!();
                    let this = FrameRef(NonNull::new_unchecked(frame));
                    this.set_depth(u32::from(inst.a) - (**code).nlocalsplus);
                    thread.suspend_frame(this);
                    return Ok(value.into_value());
                }
                _ => helper!(inst),
            }
        }
    }
}
