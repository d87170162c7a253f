//! Comparing code objects.

use crate::{assemble, function};
use expect_test::{Expect, expect};
use hognose_bytecode::canonical::{canonical, first_difference};
use hognose_bytecode::{CodeObject, ConstValue, ExceptionEntry, Location, encode_exception_table, encode_linetable};
use hognose_primitives::Constant;
use std::sync::Arc;

/// Changes a code object nested in another.
fn check(change: impl FnOnce(&mut CodeObject), expected: Expect) {
    let around = |inner: CodeObject| {
        let consts = [ConstValue::Value(Constant::None), ConstValue::Code(Arc::new(inner))].into();
        CodeObject { consts, ..function("LOAD_CONST; RETURN_VALUE") }
    };
    let plain = function("RESUME; LOAD_FAST 0; LOAD_CONST 258; RETURN_VALUE");
    let mut changed = plain.clone();
    change(&mut changed);
    let (left, right) = (around(plain), around(changed));
    let difference = first_difference(&left, &right);
    assert_eq!(difference.is_none(), canonical(&left) == canonical(&right));
    expected.assert_eq(&difference.map_or("equal".to_owned(), |difference| difference.to_string()));
}

#[test]
fn differences_have_a_path() {
    check(|_| {}, expect!["equal"]);
    check(|code| code.stacksize = 9, expect!["co_consts[1].co_stacksize: 4 | 9"]);
    check(|code| code.qualname = "g".into(), expect!["co_consts[1].co_qualname: 'C.f' | 'g'"]);
    check(|code| code.names = ["x".into()].into(), expect!["co_consts[1].co_names[1]: 'y' | (end)"]);
    check(|code| code.localspluskinds[0] = 0x60, expect!["co_consts[1].co_localspluskinds[0]: 0x20 | 0x60"]);
    check(
        |code| code.code = assemble("RESUME; LOAD_FAST 0; LOAD_CONST 257; RETURN_VALUE"),
        expect!["co_consts[1].co_code @ 4: LOAD_CONST 258 | LOAD_CONST 257"],
    );
    check(
        |code| code.code = assemble("RESUME; LOAD_FAST 0"),
        expect!["co_consts[1].co_code @ 4: LOAD_CONST 258 | (end)"],
    );
    check(
        |code| *code.code.last_mut().unwrap() = 1,
        expect!["co_consts[1].co_code @ 9: 97007c00900164025300 | 97007c00900164025301"],
    );
}

#[test]
fn constants_are_compared_by_type_and_bits() {
    check(
        |code| code.consts[1] = ConstValue::Value(Constant::Bool(true)),
        expect!["co_consts[1].co_consts[1]: int 0x1 | True"],
    );
    check(
        |code| code.consts[3] = ConstValue::Value(Constant::Float(1.5_f64.next_up())),
        expect!["co_consts[1].co_consts[3]: float 0x3ff8000000000000 | float 0x3ff8000000000001"],
    );
}

#[test]
fn tables_are_compared_by_what_they_say() {
    let place = |line| Location { line, end_line: line, column: 0, end_column: 1 };
    check(
        |code| code.linetable = encode_linetable(3, [(Location::NONE, 2), (place(4), 3)]).into(),
        expect!["co_consts[1].co_positions @ 4: no place | 4:0-4:1"],
    );
    check(
        |code| code.linetable = encode_linetable(3, [(Location::NONE, 5)]).into(),
        expect!["co_consts[1].co_linetable:  | fc"],
    );
    let entry = ExceptionEntry { start: 0, end: 2, target: 1, depth: 1, lasti: true };
    check(
        |code| code.exceptiontable = encode_exception_table(&[entry]).into(),
        expect!["co_consts[1].co_exceptiontable[0]: (end) | 0 to 4 -> 2 [1] lasti"],
    );
}

#[test]
fn frozensets_are_sets() {
    let set = |items: [i32; 2]| Constant::FrozenSet(items.map(|item| Constant::Int(item.into())).into());
    let code = |items| CodeObject { consts: [ConstValue::Value(set(items))].into(), ..function("NOP") };
    assert_eq!(first_difference(&code([1, 2]), &code([2, 1])), None);
    assert_eq!(canonical(&code([1, 2])), canonical(&code([2, 1])));
}
