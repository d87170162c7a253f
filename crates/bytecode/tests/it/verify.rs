//! What the verifier accepts and what it objects to.

use crate::{assemble, function};
use expect_test::{Expect, expect};
use hognose_bytecode::verify::verify;
use hognose_bytecode::{CodeObject, ConstValue, ExceptionEntry, encode_exception_table, flags, kind};
use std::sync::Arc;

/// Shows the depths before the instructions, or the objection.
fn show(code: &CodeObject) -> String {
    match verify(code) {
        Ok(info) => {
            let depth = |start| info.depth_at(start).map_or("-".to_owned(), |depth| depth.to_string());
            let depths: Vec<_> = info.instructions.iter().map(|instruction| depth(instruction.start)).collect();
            format!("{} of at most {}", depths.join(" "), info.max_depth)
        }
        Err(error) => error.to_string(),
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&show(&function(text)));
}

/// A protected range of whole units, its handler, the depth there and whether it wants the offset.
fn check_handler(text: &str, (start, end, target, depth, lasti): (u32, u32, u32, u32, bool), expected: Expect) {
    let entry = ExceptionEntry { start, end, target, depth, lasti };
    let code = CodeObject { exceptiontable: encode_exception_table(&[entry]).into(), ..function(text) };
    expected.assert_eq(&show(&code));
}

fn check_with(text: &str, change: impl FnOnce(&mut CodeObject), expected: Expect) {
    let mut code = function(text);
    change(&mut code);
    expected.assert_eq(&show(&code));
}

#[test]
fn depths_of_straight_code() {
    check("RESUME; LOAD_FAST 0; LOAD_FAST 1; BINARY_OP 0; RETURN_VALUE", expect!["0 0 1 2 1 of at most 2"]);
}

#[test]
fn code_that_no_path_reaches_has_no_depth() {
    check("LOAD_CONST; RETURN_VALUE; POP_TOP; RERAISE", expect!["0 1 - - of at most 1"]);
}

#[test]
fn paths_must_agree_on_the_depth() {
    check(
        "LOAD_CONST; POP_JUMP_FORWARD_IF_TRUE 1; LOAD_CONST; LOAD_CONST; RETURN_VALUE",
        expect!["C.f, code unit 2: reached with 0 values on the stack, and with 1"],
    );
}

#[test]
fn the_stack_has_a_bottom_and_a_top() {
    check("POP_TOP; LOAD_CONST; RETURN_VALUE", expect!["C.f, code unit 0: not enough values on the stack"]);
    check("LOAD_CONST; LIST_APPEND 1; RETURN_VALUE", expect!["C.f, code unit 1: not enough values on the stack"]);
    check("LOAD_CONST; UNPACK_SEQUENCE 5; RETURN_VALUE", expect!["C.f, code unit 1: too many values on the stack"]);
    check(
        "LOAD_CONST; UNPACK_SEQUENCE 4294967295; RETURN_VALUE",
        expect!["C.f, code unit 1: too many values on the stack"],
    );
    check(
        "LOAD_CONST; BUILD_MAP 4294967295; RETURN_VALUE",
        expect!["C.f, code unit 1: not enough values on the stack"],
    );
    check("LOAD_CONST; LOAD_CONST; RETURN_VALUE", expect!["C.f, code unit 2: 1 values are left on the stack"]);
}

#[test]
fn a_huge_stack_size_needs_huge_code() {
    let text = "LOAD_CONST; UNPACK_SEQUENCE 1000000; RERAISE";
    check_with(text, |code| code.stacksize = 1 << 30, expect!["C.f, code unit 1: too many values on the stack"]);
}

#[test]
fn null_goes_only_to_calls() {
    check("PUSH_NULL; LOAD_CONST; PRECALL; CALL; RETURN_VALUE", expect!["0 1 2 2 1 of at most 2"]);
    check("LOAD_FAST 0; LOAD_METHOD 0; PRECALL; CALL; RETURN_VALUE", expect!["0 1 2 2 1 of at most 2"]);
    check("PUSH_NULL; RETURN_VALUE", expect!["C.f, code unit 1: value 1 from the top should be an object"]);
    check(
        "LOAD_FAST 0; LOAD_METHOD 0; POP_TOP; RETURN_VALUE",
        expect!["C.f, code unit 13: value 1 from the top should be an object"],
    );
    check(
        "LOAD_CONST; LOAD_CONST; LOAD_CONST; CALL_FUNCTION_EX; RETURN_VALUE",
        expect!["C.f, code unit 3: value 3 from the top should be NULL"],
    );
}

#[test]
fn a_call_is_one_sequence() {
    check(
        "PUSH_NULL; LOAD_CONST; CALL; RETURN_VALUE",
        expect!["C.f, code unit 2: KW_NAMES, PRECALL and CALL do not belong together"],
    );
    check(
        "PUSH_NULL; LOAD_CONST; LOAD_CONST; KW_NAMES 2; PRECALL 1; CALL 1; RETURN_VALUE",
        expect!["C.f, code unit 4: no tuple of at most so many strings as there are arguments"],
    );
    check(
        "PUSH_NULL; LOAD_CONST; PRECALL; CALL; JUMP_BACKWARD 6",
        expect!["C.f, code unit 4: a jump or handler leads here"],
    );
}

#[test]
fn jumps_lead_to_the_first_unit_of_an_instruction() {
    check(
        "JUMP_FORWARD 9; LOAD_CONST; RETURN_VALUE",
        expect!["C.f, code unit 0: the jump does not lead to an instruction"],
    );
    check(
        "JUMP_BACKWARD 2; LOAD_CONST; RETURN_VALUE",
        expect!["C.f, code unit 0: the jump does not lead to an instruction"],
    );
    check("JUMP_FORWARD 1; LOAD_CONST 256; RETURN_VALUE", expect!["C.f, code unit 1: no such constant"]);
    check(
        "JUMP_FORWARD 1; UNPACK_SEQUENCE 256; RERAISE",
        expect!["C.f, code unit 0: the jump does not lead to an instruction"],
    );
}

#[test]
fn instructions_are_whole_and_known() {
    check_with("NOP", |code| code.code = Box::new([]), expect!["C.f: no instructions"]);
    check_with("NOP", |code| code.code = Box::new([9]), expect!["C.f, code unit 0: the code ends inside a code unit"]);
    check_with(
        "NOP",
        |code| code.code = Box::new([3, 0]),
        expect!["C.f, code unit 0: no instruction has the number 3"],
    );
    check_with(
        "NOP",
        |code| code.code = Box::new([25, 0, 0, 0]),
        expect!["C.f, code unit 0: the caches of the instruction are missing or not zero"],
    );
    check("NOP; CACHE", expect!["C.f, code unit 1: a cache entry where an instruction should be"]);
    check("EXTENDED_ARG", expect!["C.f, code unit 0: the code ends after EXTENDED_ARG"]);
    check(
        "EXTENDED_ARG; EXTENDED_ARG; EXTENDED_ARG; EXTENDED_ARG; NOP",
        expect!["C.f, code unit 0: more than three EXTENDED_ARG"],
    );
    check("NOP", expect!["C.f, code unit 0: the last instruction goes on to the next"]);
}

#[test]
fn arguments_are_in_range() {
    check("LOAD_CONST 4; RETURN_VALUE", expect!["C.f, code unit 0: no such constant"]);
    check("LOAD_GLOBAL 4; RETURN_VALUE", expect!["C.f, code unit 0: no such name"]);
    check("LOAD_FAST 2; RETURN_VALUE", expect!["C.f, code unit 0: no such slot, or one of another kind"]);
    check("LOAD_DEREF 0; RETURN_VALUE", expect!["C.f, code unit 0: no such slot, or one of another kind"]);
    check("LOAD_CONST; COPY 0; RETURN_VALUE", expect!["C.f, code unit 1: an argument that it cannot have"]);
    check("LOAD_CONST; YIELD_VALUE; RETURN_VALUE", expect!["C.f, code unit 1: not in a generator or coroutine"]);
    check("LOAD_NAME 0; RETURN_VALUE", expect!["C.f, code unit 0: a function has no namespace"]);
}

#[test]
fn lists_are_appended_to_and_nothing_else() {
    check("BUILD_LIST; LOAD_CONST; LIST_APPEND 1; RETURN_VALUE", expect!["0 1 2 1 of at most 2"]);
    check(
        "BUILD_SET; LOAD_CONST; LIST_APPEND 1; RETURN_VALUE",
        expect!["C.f, code unit 2: value 2 from the top should be a list"],
    );
    // A list on one path, a set on the other.
    check(
        "LOAD_FAST 0; POP_JUMP_FORWARD_IF_TRUE 2; BUILD_LIST; JUMP_FORWARD 1; BUILD_SET; LOAD_CONST; LIST_APPEND 1; RETURN_VALUE",
        expect!["C.f, code unit 6: value 2 from the top should be a list"],
    );
}

#[test]
fn a_cell_is_made_before_it_is_used() {
    let captured = |code: &mut CodeObject| code.localspluskinds[1] = kind::CELL;
    check_with("MAKE_CELL 1; LOAD_DEREF 1; RETURN_VALUE", captured, expect!["0 0 1 of at most 1"]);
    check_with(
        "LOAD_DEREF 1; RETURN_VALUE",
        captured,
        expect!["C.f, code unit 0: free variables, cells or generator are not set up as they should be"],
    );
    check_with(
        "MAKE_CELL 1; LOAD_FAST 1; RETURN_VALUE",
        captured,
        expect!["C.f, code unit 1: no such slot, or one of another kind"],
    );
    check_with("MAKE_CELL 1; JUMP_BACKWARD 2", captured, expect!["C.f, code unit 0: a jump or handler leads here"]);
    check_with(
        "MAKE_CELL 1; MAKE_CELL 1; RERAISE",
        captured,
        expect!["C.f, code unit 1: free variables, cells or generator are not set up as they should be"],
    );
}

#[test]
fn a_generator_says_so_twice() {
    let generator = |code: &mut CodeObject| code.flags |= flags::GENERATOR;
    let text = "RETURN_GENERATOR; POP_TOP; RESUME; LOAD_CONST; YIELD_VALUE; RETURN_VALUE";
    check_with(text, generator, expect!["0 1 0 0 1 1 of at most 1"]);
    check(text, expect!["C.f, code unit 4: not in a generator or coroutine"]);
    check_with(
        "LOAD_CONST; RETURN_VALUE",
        generator,
        expect!["C.f, code unit 0: free variables, cells or generator are not set up as they should be"],
    );
    check_with(
        text,
        |code| code.flags |= flags::GENERATOR | flags::COROUTINE,
        expect!["C.f: more than one of generator, coroutine and asynchronous generator"],
    );
}

#[test]
fn a_closure_has_a_cell_for_each_free_variable() {
    let mut inner = function("COPY_FREE_VARS 1; LOAD_DEREF 1; RETURN_VALUE");
    inner.localspluskinds[1] = kind::FREE;
    let inner = Arc::new(inner);
    let outer = |code: &mut CodeObject| {
        code.localspluskinds[1] = kind::CELL;
        code.consts[3] = ConstValue::Code(Arc::clone(&inner));
    };
    check_with(
        "MAKE_CELL 1; LOAD_CLOSURE 1; BUILD_TUPLE 1; LOAD_CONST 3; MAKE_FUNCTION 8; RETURN_VALUE",
        outer,
        expect!["0 0 1 1 2 1 of at most 2"],
    );
    check_with(
        "MAKE_CELL 1; LOAD_CONST 3; MAKE_FUNCTION; RETURN_VALUE",
        outer,
        expect!["C.f, code unit 2: free variables and cells differ in number"],
    );
    check_with(
        "MAKE_CELL 1; LOAD_CONST; BUILD_TUPLE 1; LOAD_CONST 3; MAKE_FUNCTION 8; RETURN_VALUE",
        outer,
        expect!["C.f, code unit 4: value 2 from the top should be a tuple of cells"],
    );
    check(
        "LOAD_CONST; MAKE_FUNCTION; RETURN_VALUE",
        expect!["C.f, code unit 1: value 1 from the top should be a code object"],
    );
}

#[test]
fn a_handler_gets_what_its_range_keeps() {
    let text = "LOAD_CONST; LOAD_GLOBAL 0; BINARY_OP 0; RETURN_VALUE; PUSH_EXC_INFO; POP_TOP; POP_EXCEPT; RETURN_VALUE";
    check_handler(
        text,
        (1, 9, 10, 1, false),
        expect!["C.f, code unit 7: takes values that the handler of its range keeps"],
    );
    check_handler(
        text,
        (1, 9, 10, 1, true),
        expect!["C.f, code unit 7: takes values that the handler of its range keeps"],
    );
    check_handler(text, (1, 7, 8, 0, false), expect!["C.f, code unit 1: the handler is no instruction"]);
    check_handler(
        text,
        (1, 8, 10, 0, false),
        expect!["C.f, code unit 1: a protected range that is empty, out of order or cuts an instruction"],
    );
    check_handler(
        text,
        (1, 9, 9, 9, false),
        expect!["C.f, code unit 1: takes values that the handler of its range keeps"],
    );
    check_handler(
        "LOAD_CONST; LOAD_GLOBAL 0; POP_TOP; RETURN_VALUE; PUSH_EXC_INFO; POP_TOP; POP_EXCEPT; RETURN_VALUE",
        (1, 8, 9, 1, false),
        expect!["0 1 2 1 2 3 2 1 of at most 3"],
    );
}

#[test]
fn the_saved_exception_goes_back_and_nowhere_else() {
    let handled = (0, 6, 8, 0, true);
    check_handler(
        "LOAD_GLOBAL 0; NOP; RETURN_VALUE; COPY 1; RERAISE 1",
        handled,
        expect!["C.f, code unit 9: value 2 from the top should be an offset"],
    );
    check_handler("LOAD_GLOBAL 0; NOP; RETURN_VALUE; NOP; RERAISE 1", handled, expect!["0 1 1 2 2 of at most 2"]);
    check_handler(
        "LOAD_GLOBAL 0; NOP; RETURN_VALUE; NOP; POP_EXCEPT; RERAISE",
        handled,
        expect!["C.f, code unit 9: value 1 from the top should be a saved exception"],
    );
    check_handler(
        "LOAD_GLOBAL 0; NOP; RETURN_VALUE; POP_TOP; RETURN_VALUE",
        handled,
        expect!["C.f, code unit 9: value 1 from the top should be an object"],
    );
}

#[test]
fn parameters_are_locals() {
    check_with("LOAD_CONST; RETURN_VALUE", |code| code.argcount = 3, expect!["C.f: fewer locals than parameters"]);
    check_with(
        "LOAD_CONST; RETURN_VALUE",
        |code| code.posonlyargcount = 1,
        expect!["C.f: more positional-only parameters than positional ones"],
    );
    check_with(
        "LOAD_CONST; RETURN_VALUE",
        |code| code.localspluskinds = Box::new([kind::CELL, kind::LOCAL]),
        expect!["C.f: slot 1 has no kind that can stand there"],
    );
    check_with(
        "LOAD_CONST; RETURN_VALUE",
        |code| code.localspluskinds = Box::new([kind::LOCAL]),
        expect!["C.f: names and kinds of the slots differ in number"],
    );
}

/// Deep stacks at many places: what is stored and done stays in proportion to the code.
#[test]
fn deep_stacks_at_many_jumps_are_cheap() {
    let pushes = "LOAD_CONST; ".repeat(20_000);
    let jumps = "LOAD_FAST 0; POP_JUMP_FORWARD_IF_TRUE 0; ".repeat(20_000);
    let text = format!("{pushes}{jumps}BUILD_LIST 20000; RETURN_VALUE");
    let code = CodeObject { stacksize: 30_000, ..function("NOP") };
    let info = verify(&CodeObject { code: assemble(&text), ..code.clone() }).unwrap();
    assert_eq!(info.max_depth, 20_001);
    // Looking deep down again and again is not.
    let text = format!("{pushes}{}BUILD_LIST 20000; RETURN_VALUE", "COPY 20000; POP_TOP; ".repeat(20_000));
    let error = verify(&CodeObject { code: assemble(&text), ..code }).unwrap_err();
    assert_eq!(error.problem, hognose_bytecode::verify::Problem::TooComplex);
}
