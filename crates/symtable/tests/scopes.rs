//! Scopes of small programs, and the programs that the symbol table rejects.

use expect_test::{Expect, expect};
use hognose_parser::parse;
use hognose_symtable::{Options, build, dump, scan_future};
use hognose_syntax::{Arena, ErrorClass, SyntaxError};

fn table_text(source: &str, options: Options) -> Result<String, SyntaxError> {
    let arena = Arena::new();
    let module = parse(&arena, source.as_bytes(), &hognose_parser::Options::default()).expect("the source parses");
    let features = scan_future(&module)?.features;
    build(&arena, &module, Options { features, ..options }).map(|table| dump(&table))
}

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&table_text(source, Options::default()).expect("the program is accepted"));
}

fn check_error(source: &str, expected: Expect) {
    let error = table_text(source, Options::default()).expect_err("the program is rejected");
    let location = error.location.map_or("nowhere".to_owned(), |[line, offset, end_line, end_offset]| {
        let end_offset = if end_offset == SyntaxError::NO_OFFSET { "None".to_owned() } else { end_offset.to_string() };
        format!("{line}:{offset}-{end_line}:{end_offset}")
    });
    expected.assert_eq(&format!("{error} at {location}"));
}

#[test]
fn closures_pass_names_through_functions_that_do_not_use_them() {
    check(
        "def f(a, *rest, b=1, **kw):\n    def g():\n        def h():\n            nonlocal a\n            a = b\n",
        expect![[r#"
            module top line 0 varnames=[]
              f = 2050 LOCAL DEF_LOCAL
              function f line 1 varnames=[a, b, rest, kw]
                a = 10244 CELL DEF_PARAM
                b = 10244 CELL DEF_PARAM
                rest = 2052 LOCAL DEF_PARAM
                kw = 2052 LOCAL DEF_PARAM
                g = 2050 LOCAL DEF_LOCAL
                function g line 2 nested varnames=[]
                  h = 2050 LOCAL DEF_LOCAL
                  a = 8192 FREE
                  b = 8192 FREE
                  function h line 3 nested varnames=[]
                    a = 8202 FREE DEF_LOCAL DEF_NONLOCAL
                    b = 8208 FREE USE
        "#]],
    );
}

#[test]
fn methods_do_not_see_class_names_but_their_class() {
    check(
        "def f(x):\n    class C:\n        x = 1\n        def m(self):\n            super().m(x, self.__p)\n",
        expect![[r#"
            module top line 0 varnames=[]
              f = 2050 LOCAL DEF_LOCAL
              function f line 1 varnames=[x]
                x = 10244 CELL DEF_PARAM
                C = 2050 LOCAL DEF_LOCAL
                class C line 2 nested varnames=[]
                  x = 2114 LOCAL DEF_LOCAL DEF_FREE_CLASS
                  m = 2050 LOCAL DEF_LOCAL
                  function m line 4 nested varnames=[self]
                    self = 2068 LOCAL DEF_PARAM USE
                    super = 6160 GLOBAL_IMPLICIT USE
                    __class__ = 8208 FREE USE
                    x = 8208 FREE USE
        "#]],
    );
}

#[test]
fn global_hides_the_binding_around() {
    check(
        "def f(x):\n    def g():\n        global x\n        def h():\n            return x\n",
        expect![[r#"
        module top line 0 varnames=[]
          f = 2050 LOCAL DEF_LOCAL
          x = 4097 GLOBAL_EXPLICIT DEF_GLOBAL
          function f line 1 varnames=[x]
            x = 2052 LOCAL DEF_PARAM
            g = 2050 LOCAL DEF_LOCAL
            function g line 2 nested varnames=[]
              x = 4097 GLOBAL_EXPLICIT DEF_GLOBAL
              h = 2050 LOCAL DEF_LOCAL
              function h line 4 nested varnames=[]
                x = 6160 GLOBAL_IMPLICIT USE
    "#]],
    );
}

#[test]
fn walrus_binds_around_all_comprehensions() {
    check(
        "def f(y):\n    return [[(z := a) for a in b] for b in y]\n",
        expect![[r#"
        module top line 0 varnames=[]
          f = 2050 LOCAL DEF_LOCAL
          function f line 1 varnames=[y]
            y = 2068 LOCAL DEF_PARAM USE
            z = 10242 CELL DEF_LOCAL
            function listcomp line 2 nested varnames=[.0]
              .0 = 2052 LOCAL DEF_PARAM
              b = 2578 LOCAL DEF_LOCAL USE DEF_COMP_ITER
              z = 8192 FREE
              function listcomp line 2 nested varnames=[.0]
                .0 = 2052 LOCAL DEF_PARAM
                a = 2578 LOCAL DEF_LOCAL USE DEF_COMP_ITER
                z = 8202 FREE DEF_LOCAL DEF_NONLOCAL
    "#]],
    );
}

#[test]
fn annotations_as_text_leave_no_trace() {
    check(
        "from __future__ import annotations\ndef f(a: int): pass\nx: y = 1\n",
        expect![[r#"
        module top line 0 varnames=[]
          annotations = 2176 LOCAL DEF_IMPORT
          f = 2050 LOCAL DEF_LOCAL
          x = 2306 LOCAL DEF_LOCAL DEF_ANNOT
          function f line 2 varnames=[a]
            a = 2052 LOCAL DEF_PARAM
    "#]],
    );
}

#[test]
fn rejects_declarations_that_come_too_late() {
    check_error("def f(a):\n global a\n", expect!["SyntaxError: name 'a' is parameter and global at 2:2-2:10"]);
    check_error(
        "def f():\n a = 1\n nonlocal a\n",
        expect!["SyntaxError: name 'a' is assigned to before nonlocal declaration at 3:2-3:12"],
    );
    check_error(
        "def f():\n a\n global a\n",
        expect!["SyntaxError: name 'a' is used prior to global declaration at 3:2-3:10"],
    );
    check_error(
        "def f():\n global a\n a: int\n",
        expect!["SyntaxError: annotated name 'a' can't be global at 3:2-3:8"],
    );
    check_error("nonlocal a", expect!["SyntaxError: nonlocal declaration not allowed at module level at 1:1-1:11"]);
    check_error("class A:\n nonlocal b\n", expect!["SyntaxError: no binding for nonlocal 'b' found at 2:2-2:12"]);
    check_error(
        "def f(a, *, a): pass\n",
        expect!["SyntaxError: duplicate argument 'a' in function definition at 1:13-1:14"],
    );
}

#[test]
fn rejects_walruses_in_the_wrong_place() {
    check_error(
        "[(x := 1) for x in y]",
        expect!["SyntaxError: assignment expression cannot rebind comprehension iteration variable 'x' at 1:3-1:4"],
    );
    check_error(
        "[x for x in (y := z)]",
        expect![
            "SyntaxError: assignment expression cannot be used in a comprehension iterable expression at 1:14-1:20"
        ],
    );
    check_error(
        "class A:\n [(x := 1) for y in z]\n",
        expect!["SyntaxError: assignment expression within a comprehension cannot be used in a class body at 2:4-2:5"],
    );
    check_error(
        "[x for x in y if (z := 1) for z in y]",
        expect!["SyntaxError: comprehension inner loop cannot rebind assignment expression target 'z' at 1:31-1:32"],
    );
}

#[test]
fn rejects_future_features_that_do_not_exist() {
    check_error("from __future__ import braces", expect!["SyntaxError: not a chance at 1:1-1:None"]);
    check_error(
        "x = 1; from __future__ import division",
        expect!["SyntaxError: from __future__ imports must occur at the beginning of the file at 1:7-1:None"],
    );
    check_error(
        "from __future__ import annotations\nx: (yield)",
        expect!["SyntaxError: 'yield expression' can not be used within an annotation at 2:5-2:10"],
    );
}

#[test]
fn nesting_is_bounded_as_calls_are() {
    let options = Options { recursion_limit: 10, ..Options::default() };
    let class = |terms: usize| table_text(&vec!["a"; terms].join("+"), options).err().map(|error| error.class);
    assert_eq!(class(29), None);
    assert_eq!(class(30), Some(ErrorClass::RecursionError));
}
