//! Headers of `.pyc` files.

use crate::function;
use expect_test::{Expect, expect};
use hognose_bytecode::canonical::first_difference;
use hognose_bytecode::pyc::{self, Validation};

fn check(file: &[u8], expected: Expect) {
    let shown = match pyc::read(file) {
        Ok((validation, code)) => format!("{validation:?} {}", code.name),
        Err(error) => format!("{}: {}", error.exception(), error.message("'m'")),
    };
    expected.assert_eq(&shown);
}

#[test]
fn headers_that_no_importer_takes() {
    check(b"", expect!["ImportError: bad magic number in 'm': b''"]);
    check(b"\xa7\r", expect![[r"ImportError: bad magic number in 'm': b'\xa7\r'"]]);
    check(b"\xa7\r\r\n\0", expect!["EOFError: reached EOF while reading pyc header of 'm'"]);
    check(b"\xa7\r\r\n\x04\0\0\0\0\0\0\0\0\0\0\0", expect!["ImportError: invalid flags 4 in 'm'"]);
    check(b"\xa7\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0N", expect!["ImportError: Non-code object in 'm'"]);
    check(b"\xa7\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0", expect!["EOFError: EOF read where object expected"]);
}

#[test]
fn hashes_of_sources() {
    let hash = |source: &[u8]| pyc::source_hash(source).map(|byte| format!("{byte:02x}")).concat();
    assert_eq!(hash(b""), "738d9cd5d5e87f73");
    assert_eq!(hash(b"x=1\n"), "f71da1d5f9e80d87");
}

#[test]
fn files_read_back() {
    let code = function("RESUME; LOAD_CONST; RETURN_VALUE");
    let hash = pyc::source_hash(b"x=1\n");
    for validation in
        [Validation::Timestamp { mtime: 1, size: 4 }, Validation::CheckedHash(hash), Validation::UncheckedHash([0; 8])]
    {
        let (read, back) = pyc::read(&pyc::write(&code, validation).unwrap()).unwrap();
        assert_eq!((read, first_difference(&code, &back)), (validation, None));
        assert!(read.is_current(1, 4, || b"x=1\n".to_vec()));
        assert_eq!(read.is_current(2, 4, || b"x=2\n".to_vec()), matches!(read, Validation::UncheckedHash(_)));
    }
}
