//! Reading and writing marshal data. The messages are CPython's.

use crate::function;
use expect_test::{Expect, expect};
use hognose_bytecode::canonical::{canonical_constant, first_difference};
use hognose_bytecode::{CodeObject, ConstValue, marshal};
use hognose_primitives::{Constant, Text};
use std::sync::Arc;

fn check(data: &[u8], expected: Expect) {
    let shown = match marshal::load(data) {
        Ok((ConstValue::Value(value), length)) => format!("{} in {length} bytes", canonical_constant(&value)),
        Ok((ConstValue::Code(code), length)) => format!("code {} in {length} bytes", code.name),
        Err(error) => format!("{}: {error}", error.exception()),
    };
    expected.assert_eq(&shown);
}

#[test]
fn atoms() {
    check(b"N", expect!["None in 1 bytes"]);
    check(b"i\xff\xff\xff\xff.", expect!["int -0x1 in 5 bytes"]);
    check(b"l\xfe\xff\xff\xff\x01\x00\x01\x00", expect!["int -0x8001 in 9 bytes"]);
    check(b"I\x01\0\0\0\0\0\0\x80", expect!["int -0x7fffffffffffffff in 9 bytes"]);
    check(b"g\0\0\0\0\0\0\x00\x80", expect!["float 0x8000000000000000 in 9 bytes"]);
    check(b"f\x033.5", expect!["float 0x400c000000000000 in 5 bytes"]);
    check(b"z\x01\xff", expect!["str 'ÿ' in 3 bytes"]);
    check(b"u\x03\0\0\0\xed\xb2\x80", expect![[r"str '\udc80' in 8 bytes"]]);
    check(b"\xa9\x02\xe9\x05\0\0\0r\x01\0\0\0", expect!["(int 0x5, int 0x5) in 12 bytes"]);
}

#[test]
fn complaints() {
    check(b"", expect!["EOFError: EOF read where object expected"]);
    check(b"i\0\0", expect!["EOFError: marshal data too short"]);
    check(b"z", expect!["EOFError: EOF read where not expected"]);
    check(b"0", expect!["TypeError: NULL object in marshal data for object"]);
    check(b")\x010", expect!["TypeError: NULL object in marshal data for tuple"]);
    check(b"(\xff\xff\xff\xff", expect!["ValueError: bad marshal data (tuple size out of range)"]);
    check(b"(\xff\xff\xff\x7fN", expect!["EOFError: EOF read where object expected"]);
    check(b"s\xff\xff\xff\xff", expect!["ValueError: bad marshal data (bytes object size out of range)"]);
    check(b"s\xff\xff\xff\x7f", expect!["EOFError: marshal data too short"]);
    check(b"l\x01\0\0\0\0\0", expect!["ValueError: bad marshal data (unnormalized long data)"]);
    check(b"l\x02\0\0\0\x01\0\0\x80", expect!["ValueError: bad marshal data (digit out of range in long)"]);
    check(b"l\0\0\0\x80", expect!["ValueError: bad marshal data (long size out of range)"]);
    check(b"r\0\0\0\0", expect!["ValueError: bad marshal data (invalid reference)"]);
    check(b"\xa9\x01r\0\0\0\0", expect!["ValueError: bad marshal data (invalid reference)"]);
    check(b"?", expect!["ValueError: bad marshal data (unknown type code)"]);
    check(b"f\x03abc", expect!["ValueError: could not convert string to float: 'abc'"]);
    check(
        b"u\x03\0\0\0a\xe4b",
        expect!["UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe4 in position 1: invalid continuation byte"],
    );
    check(b"[\0\0\0\0", expect!["ValueError: a constant cannot be a list"]);
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| [b")\x01".repeat(levels), b"N".to_vec()].concat();
    assert!(marshal::load(&nested(1999)).is_ok());
    check(&nested(2000), expect!["ValueError: recursion limit exceeded"]);
    // A tuple of 1500 levels, and behind 1500 more a reference to it.
    let mut twice = b"\x29\x02\xa9\x01".to_vec();
    twice.extend(nested(1500));
    twice.extend(b")\x01".repeat(1500));
    twice.extend(b"r\0\0\0\0");
    check(&twice, expect!["ValueError: recursion limit exceeded"]);
}

/// Each tuple holds the one before ten times.
#[test]
fn what_references_unfold_to_is_bounded() {
    let mut data = vec![b')', 20, 0xA9, 1, b'N'];
    for index in 0_u32..19 {
        data.extend([0xA9, 10]);
        data.extend(std::iter::repeat_n([&b"r"[..], &index.to_le_bytes()].concat(), 10).flatten());
    }
    check(&data, expect!["ValueError: references unfold to too many objects"]);
}

/// `f` and its nested copy, with each type of constant.
fn nested() -> CodeObject {
    let inner = Arc::new(function("RESUME; LOAD_CONST 1; RETURN_VALUE"));
    let consts = [
        Constant::Ellipsis,
        Constant::Bool(true),
        Constant::Int((-5_000_000_000_i64).into()),
        Constant::Float(-0.0),
        Constant::Complex { real: 0.0, imag: f64::NAN },
        Constant::Str(Text::from("ä b".repeat(100))),
        Constant::Bytes(Arc::from(&b"\0"[..])),
        Constant::FrozenSet([Constant::Int(300.into()), Constant::Str("b".into())].into()),
        Constant::Tuple([Constant::Float(1.5), Constant::Tuple([].into())].into()),
    ];
    let values = consts.into_iter().map(ConstValue::Value);
    let consts = values.chain([ConstValue::Code(Arc::clone(&inner)), ConstValue::Code(inner)]).collect();
    CodeObject { consts, ..function("RESUME; LOAD_CONST 1; RETURN_VALUE") }
}

#[test]
fn what_is_written_reads_back() {
    let code = nested();
    let data = marshal::dump(&code).unwrap();
    let back = marshal::load_code(&data).unwrap();
    assert_eq!(first_difference(&code, &back), None);
    for end in 0..data.len() {
        assert!(marshal::load(&data[..end]).is_err(), "{end} bytes are not enough");
    }
}

/// What `py_compile` writes for a module with shared constants, a set and a function.
#[test]
fn the_bytes_are_those_of_cpython() {
    let data: &[u8] = include_bytes!("module.marshal");
    let code = marshal::load_code(data).unwrap();
    assert_eq!(marshal::dump(&code).unwrap(), data);
}
