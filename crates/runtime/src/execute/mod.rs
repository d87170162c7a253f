//! Each register instruction carried out in full: what an engine calls when it has no path of its own.
//!
//! A helper reads its operands from the frame, lets go of the consumed ones (also when it raises), runs finalizers that this sets
//! free, and stores the result. The frame's `pc` must be saved before. Control stays with the engine: a helper only says whether the
//! instruction jumps. [`Op::RETURN_VALUE`], [`Op::YIELD_VALUE`], [`Op::RETURN_GENERATOR`] and unconditional jumps are the engine's own.

mod access;
mod build;
mod call;
mod control;
pub mod generator;
pub mod namespace;
mod number;
mod poll;
mod step;
pub mod trace;
pub mod unwind;
mod warm;

use crate::Result;
use crate::frame::FrameRef;
use crate::thread::Thread;
use hognose_lowered::{Inst, Op};
use step::Step;

/// Where control goes after an instruction that did not raise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Next {
    /// To the next instruction.
    Go = 0,
    /// To the target of the jump.
    Jump = 1,
}

/// Carries out the instruction `inst` (in its generic form) that the frame is at.
///
/// # Errors
/// What the instruction raises; its consumed operands are gone then too.
pub fn execute(thread: &mut Thread, frame: FrameRef, inst: Inst) -> Result<Next> {
    let mut step = Step { thread, frame, inst };
    let result = helper(inst.op)(&mut step);
    step.settle();
    result
}

type Helper = fn(&mut Step<'_>) -> Result<Next>;

/// The helper of an instruction; quickened forms have that of the instruction they stand for.
fn helper(op: Op) -> Helper {
    match op {
        Op::NOP | Op::JUMP | Op::JUMP_NO_INTERRUPT => |_| Ok(Next::Go),
        Op::COPY | Op::MOVE | Op::SWAP | Op::PUSH_NULL | Op::POP_TOP => access::move_value,
        Op::CHECK_FAST => access::check_fast,
        Op::DELETE_FAST => access::delete_fast,
        Op::ADD | Op::ADD_IMM | Op::ADD_FLOAT => number::add,
        Op::SUB | Op::SUB_IMM | Op::SUB_FLOAT => number::sub,
        Op::MUL | Op::MUL_IMM | Op::MUL_FLOAT => number::mul,
        Op::DIV | Op::DIV_FLOAT => number::div,
        Op::FLOOR_DIV | Op::FLOOR_DIV_IMM => number::floor_div,
        Op::MOD | Op::MOD_IMM => number::modulo,
        Op::AND | Op::AND_IMM => number::and,
        Op::OR | Op::OR_IMM => number::or,
        Op::XOR | Op::XOR_IMM => number::xor,
        Op::LSHIFT | Op::LSHIFT_IMM => number::lshift,
        Op::RSHIFT | Op::RSHIFT_IMM => number::rshift,
        Op::BINARY_OP => number::binary_op,
        Op::INPLACE_OP => number::inplace_op,
        Op::UNARY_NEGATIVE | Op::UNARY_POSITIVE | Op::UNARY_INVERT | Op::UNARY_NOT => number::unary,
        Op::COMPARE_OP => number::compare_op,
        Op::IS_OP => number::is_op,
        Op::CONTAINS_OP => number::contains_op,
        Op::JUMP_IF_FALSE | Op::JUMP_IF_TRUE => control::jump_if,
        Op::JUMP_IF_NONE | Op::JUMP_IF_NOT_NONE => control::jump_if_none,
        Op::JUMP_IF_FALSE_OR_POP | Op::JUMP_IF_TRUE_OR_POP => control::jump_or_pop,
        Op::JUMP_IF_LT
        | Op::JUMP_IF_LE
        | Op::JUMP_IF_EQ
        | Op::JUMP_IF_NE
        | Op::JUMP_IF_GT
        | Op::JUMP_IF_GE
        | Op::JUMP_IF_NOT_LT
        | Op::JUMP_IF_NOT_LE
        | Op::JUMP_IF_NOT_EQ
        | Op::JUMP_IF_NOT_NE
        | Op::JUMP_IF_NOT_GT
        | Op::JUMP_IF_NOT_GE
        | Op::JUMP_IF_LT_IMM
        | Op::JUMP_IF_LE_IMM
        | Op::JUMP_IF_EQ_IMM
        | Op::JUMP_IF_NE_IMM
        | Op::JUMP_IF_GT_IMM
        | Op::JUMP_IF_GE_IMM
        | Op::JUMP_IF_NOT_LT_IMM
        | Op::JUMP_IF_NOT_LE_IMM
        | Op::JUMP_IF_NOT_EQ_IMM
        | Op::JUMP_IF_NOT_NE_IMM
        | Op::JUMP_IF_NOT_GT_IMM
        | Op::JUMP_IF_NOT_GE_IMM => control::jump_if_compare,
        Op::JUMP_IF_IS | Op::JUMP_IF_IS_NOT => control::jump_if_is,
        Op::JUMP_IF_IN | Op::JUMP_IF_NOT_IN => control::jump_if_in,
        Op::LOAD_GLOBAL | Op::LOAD_GLOBAL_MODULE | Op::LOAD_GLOBAL_BUILTIN => access::load_global,
        Op::STORE_GLOBAL => access::store_global,
        Op::DELETE_GLOBAL => access::delete_global,
        Op::LOAD_NAME => access::load_name,
        Op::STORE_NAME => access::store_name,
        Op::DELETE_NAME => access::delete_name,
        Op::MAKE_CELL => access::make_cell,
        Op::COPY_FREE_VARS => access::copy_free_vars,
        Op::LOAD_DEREF => access::load_deref,
        Op::LOAD_CLASSDEREF => access::load_classderef,
        Op::STORE_DEREF => access::store_deref,
        Op::DELETE_DEREF => access::delete_deref,
        Op::LOAD_ATTR | Op::LOAD_ATTR_INSTANCE | Op::LOAD_ATTR_CLASS | Op::LOAD_ATTR_MODULE => access::load_attr,
        Op::STORE_ATTR | Op::STORE_ATTR_INSTANCE | Op::STORE_ATTR_ADD => access::store_attr,
        Op::DELETE_ATTR => access::delete_attr,
        Op::LOAD_METHOD | Op::LOAD_METHOD_CACHED => access::load_method,
        Op::BINARY_SUBSCR | Op::BINARY_SUBSCR_LIST_INT | Op::BINARY_SUBSCR_TUPLE_INT | Op::BINARY_SUBSCR_DICT => {
            access::binary_subscr
        }
        Op::STORE_SUBSCR | Op::STORE_SUBSCR_LIST_INT => access::store_subscr,
        Op::DELETE_SUBSCR => access::delete_subscr,
        Op::CALL => call::call,
        Op::CALL_METHOD => call::call_method,
        Op::CALL_KW => call::call_kw,
        Op::CALL_FUNCTION_EX => call::call_function_ex,
        Op::MAKE_FUNCTION => call::make_function,
        Op::LOAD_BUILD_CLASS => access::load_build_class,
        Op::RESUME => control::resume,
        Op::RETURN_VALUE | Op::RETURN_GENERATOR | Op::YIELD_VALUE => |_| Ok(Next::Go),
        Op::GET_YIELD_FROM_ITER => call::get_yield_from_iter,
        Op::SEND => call::send,
        Op::GET_ITER => call::get_iter,
        Op::FOR_ITER | Op::FOR_ITER_RANGE | Op::FOR_ITER_LIST | Op::FOR_ITER_TUPLE => call::for_iter,
        Op::UNPACK_SEQUENCE => build::unpack_sequence,
        Op::UNPACK_EX => build::unpack_ex,
        Op::BUILD_TUPLE => build::build_tuple,
        Op::BUILD_LIST => build::build_list,
        Op::BUILD_SET => build::build_set,
        Op::BUILD_MAP => build::build_map,
        Op::BUILD_CONST_KEY_MAP => build::build_const_key_map,
        Op::BUILD_STRING => build::build_string,
        Op::BUILD_SLICE => build::build_slice,
        Op::FORMAT_VALUE => build::format_value,
        Op::LIST_APPEND => build::list_append,
        Op::SET_ADD => build::set_add,
        Op::MAP_ADD => build::map_add,
        Op::LIST_EXTEND => build::list_extend,
        Op::SET_UPDATE => build::set_update,
        Op::DICT_UPDATE => build::dict_update,
        Op::DICT_MERGE => build::dict_merge,
        Op::LIST_TO_TUPLE => build::list_to_tuple,
        Op::LOAD_ASSERTION_ERROR => control::load_assertion_error,
        Op::RAISE_VARARGS => control::raise_varargs,
        Op::PUSH_EXC_INFO => control::push_exc_info,
        Op::POP_EXCEPT => control::pop_except,
        Op::CHECK_EXC_MATCH => control::check_exc_match,
        Op::RERAISE => control::reraise,
        Op::BEFORE_WITH => control::before_with,
        Op::WITH_EXCEPT_START => control::with_except_start,
        Op::IMPORT_NAME => access::import_name,
        Op::IMPORT_FROM => access::import_from,
        Op::IMPORT_STAR => access::import_star,
        Op::SETUP_ANNOTATIONS => access::setup_annotations,
        Op::PRINT_EXPR => control::print_expr,
        Op::GET_LEN | Op::MATCH_MAPPING | Op::MATCH_SEQUENCE | Op::MATCH_KEYS => control::match_subject,
        Op::MATCH_CLASS => control::match_class,
    }
}
