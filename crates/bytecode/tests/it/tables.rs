//! Line and exception tables, against bytes that CPython wrote.

use crate::function;
use expect_test::{Expect, expect};
use hognose_bytecode::{
    CodeObject, ExceptionEntry, Location, Opcode, decode_exception_table, decode_linetable, encode_exception_table,
    encode_linetable, handler_at,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn check_line(
    firstlineno: i32,
    (line, column, end_line, end_column): (i32, i32, i32, i32),
    units: usize,
    expected: Expect,
) {
    let location = Location { line, end_line, column, end_column };
    let table = encode_linetable(firstlineno, [(location, units)]);
    expected.assert_eq(&hex(&table));
    let decoded: Vec<_> = decode_linetable(firstlineno, &table).map(Result::unwrap).collect();
    assert!(decoded.iter().all(|entry| entry.location == location), "{decoded:?}");
    assert_eq!(decoded.iter().map(|entry| entry.units).sum::<usize>(), units);
}

#[test]
fn forms_of_line_entries() {
    check_line(1, (-1, -1, -1, -1), 1, expect!["f8"]);
    check_line(5, (7, -1, 7, -1), 2, expect!["e9 04"]);
    check_line(5, (5, 19, 5, 24), 6, expect!["95 35"]);
    check_line(5, (5, 19, 5, 35), 1, expect!["d0 13 23"]);
    check_line(5, (7, 100, 7, 127), 1, expect!["e0 64 7f"]);
    check_line(5, (8, 0, 8, 1), 1, expect!["f0 06 00 01 02"]);
    check_line(5, (4, 70, 9, 200), 1, expect!["f0 03 05 47 01 49 03"]);
    check_line(1, (0, 0, 1, 0), 1, expect!["f0 03 01 01 01"]);
}

#[test]
fn long_instructions_take_several_entries() {
    check_line(1, (1, 0, 1, 1), 8, expect!["87 01"]);
    check_line(1, (1, 0, 1, 1), 17, expect!["87 01 87 01 80 01"]);
}

fn check_bad_lines(table: &[u8], expected: Expect) {
    let last = decode_linetable(1, table).last().unwrap();
    expected.assert_eq(&last.unwrap_err().to_string());
}

#[test]
fn broken_line_tables() {
    check_bad_lines(&[0xF8, 0x00], expect!["byte 1 does not start an entry"]);
    check_bad_lines(&[0xE8], expect!["the table ends inside an entry"]);
    check_bad_lines(
        &[0xE8, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x00],
        expect!["the number at byte 1 has more than 32 bits"],
    );
}

#[test]
fn positions_reach_as_far_as_the_table() {
    let code = CodeObject { linetable: Box::new([0xE8, 2, 0x00]), ..function("NOP; NOP; RETURN_VALUE") };
    let lines: Vec<_> = code.positions().iter().map(|location| location.line).collect();
    assert_eq!(lines, [4, -1, -1]);
    assert_eq!(code.lines().collect::<Vec<_>>(), [(0, 1, Some(4))]);
}

#[test]
fn exception_entries() {
    let entries = [
        ExceptionEntry { start: 0, end: 1, target: 2, depth: 0, lasti: false },
        ExceptionEntry { start: 70, end: 5000, target: 300_000, depth: 3, lasti: true },
    ];
    let table = encode_exception_table(&entries);
    expect!["80 01 02 00 c1 06 41 4d 02 41 49 4f 20 07"].assert_eq(&hex(&table));
    assert_eq!(decode_exception_table(&table).map(Result::unwrap).collect::<Vec<_>>(), entries);
    assert_eq!(handler_at(&table, 4999), Some(entries[1]));
    assert_eq!(handler_at(&table, 1), None);
}

fn check_bad_exceptions(table: &[u8], expected: Expect) {
    let last = decode_exception_table(table).last().unwrap();
    expected.assert_eq(&last.unwrap_err().to_string());
}

#[test]
fn broken_exception_tables() {
    check_bad_exceptions(&[0x80, 1, 2], expect!["the table ends inside an entry"]);
    check_bad_exceptions(&[0x00], expect!["byte 0 does not start an entry"]);
    check_bad_exceptions(&[0x80, 0x81], expect!["byte 1 does not start an entry"]);
    check_bad_exceptions(
        &[0xFF, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x3F],
        expect!["the number at byte 0 has more than 32 bits"],
    );
}

#[test]
fn stack_effects_are_what_cpython_counts() {
    let effect = |op: Opcode, arg, jump| op.stack_effect(arg, jump);
    assert_eq!(effect(Opcode::PRECALL, 3, false), -3);
    assert_eq!(effect(Opcode::CALL, 3, false), -1);
    assert_eq!(effect(Opcode::FOR_ITER, 0, true), -1);
    assert_eq!(effect(Opcode::FOR_ITER, 0, false), 1);
    assert_eq!(effect(Opcode::UNPACK_EX, 0x0203, false), 5);
    assert_eq!(effect(Opcode::BUILD_MAP, u32::MAX, false), i32::MIN);
}

#[test]
fn every_argument_has_a_stack_use() {
    for op in Opcode::ALL {
        for arg in [0, 1, 255, i32::MAX as u32, u32::MAX] {
            for jump in [false, true] {
                op.stack_use(arg, jump);
                op.stack_effect(arg, jump);
            }
        }
    }
}
