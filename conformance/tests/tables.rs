//! Our tables of facts against CPython's own.

use hognose_bytecode::{COMPARISONS, Opcode, decode_exception_table, pyc};
use hognose_conform::python::{self, import_code};
use hognose_primitives::Operator;
use hognose_runtime::exceptions::ExceptionKind;
use hognose_syntax::{Arena, NodeRef, walk};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Runs `check` with CPython at hand.
fn with_python<T>(check: impl for<'py> FnOnce(Python<'py>) -> PyResult<T>) -> T {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| python::start(0).expect("CPython starts"));
    Python::attach(|py| {
        check(py).unwrap_or_else(|error| {
            error.display(py);
            panic!("CPython raised {error}")
        })
    })
}

/// Evaluates an expression over imported modules.
fn evaluate<T>(modules: &[&str], expression: &str) -> T
where
    T: for<'a, 'py> FromPyObject<'a, 'py, Error = PyErr>,
{
    with_python(|py| {
        let globals = PyDict::new(py);
        for module in modules {
            globals.set_item(module, py.import(*module)?)?;
        }
        let code = std::ffi::CString::new(expression).expect("no NUL in an expression");
        py.eval(&code, Some(&globals), None)?.extract()
    })
}

#[test]
fn instructions_have_their_numbers_and_caches() {
    let theirs: BTreeMap<String, u8> = evaluate(&["dis"], "dis.opmap");
    let ours: BTreeMap<String, u8> = Opcode::ALL.iter().map(|op| (op.name().to_owned(), *op as u8)).collect();
    assert_eq!(ours, theirs);
    let caches: Vec<usize> = evaluate(&["opcode"], "opcode._inline_cache_entries");
    for op in Opcode::ALL {
        assert_eq!(op.caches(), caches[usize::from(*op as u8)], "{}", op.name());
        assert_eq!(op.has_argument(), *op as u8 >= 90, "{}", op.name());
    }
    let jumps: Vec<u8> = evaluate(&["dis"], "dis.hasjrel + dis.hasjabs");
    for op in Opcode::ALL {
        assert_eq!(op.is_jump(), jumps.contains(&(*op as u8)), "{}", op.name());
    }
}

#[test]
fn instructions_have_their_stack_effects() {
    with_python(|py| {
        let effect = py.import("dis")?.getattr("stack_effect")?;
        for op in Opcode::ALL {
            for arg in [0_u32, 1, 2, 3, 4, 7, 8, 15, 255] {
                for jump in [false, true] {
                    let given = op.has_argument().then_some(arg);
                    let keywords = PyDict::new(py);
                    keywords.set_item("jump", jump)?;
                    match effect.call((*op as u8, given), Some(&keywords)) {
                        Ok(theirs) => {
                            assert_eq!(
                                op.stack_effect(arg, jump),
                                theirs.extract::<i32>()?,
                                "{} {arg} {jump}",
                                op.name()
                            );
                        }
                        // CPython has no effect for some arguments that cannot occur.
                        Err(error) => assert!(error.is_instance_of::<pyo3::exceptions::PyValueError>(py)),
                    }
                }
            }
        }
        Ok(())
    });
}

#[test]
fn operators_have_their_numbers() {
    let theirs: Vec<(String, String)> = evaluate(&["opcode"], "opcode._nb_ops");
    for operator in Operator::ALL {
        let number = operator as usize;
        assert_eq!(theirs[number].1, operator.symbol());
        assert_eq!(theirs[number + 13].1, format!("{}=", operator.symbol()));
    }
    let methods: Vec<bool> = Operator::ALL
        .iter()
        .map(|operator| evaluate(&["operator"], &format!("hasattr(operator, '__{}__')", operator.method_stem())))
        .collect();
    assert_eq!(methods, [true; 13]);
    let comparisons: Vec<String> = evaluate(&["dis"], "dis.cmp_op");
    assert_eq!(COMPARISONS.as_slice(), comparisons);
}

#[test]
fn exceptions_have_their_bases() {
    let theirs: BTreeMap<String, String> = evaluate(
        &["builtins"],
        "{n: c.__base__.__name__ for n, c in vars(builtins).items() \
          if isinstance(c, type) and issubclass(c, BaseException) and c.__name__ == n}",
    );
    let ours: BTreeMap<String, String> = ExceptionKind::ALL
        .iter()
        .map(|kind| {
            let base = if *kind == ExceptionKind::BaseException { "object" } else { kind.base().name() };
            (kind.name().to_owned(), base.to_owned())
        })
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn pyc_files_begin_with_the_magic_number() {
    let theirs: Vec<u8> = evaluate(&["_frozen_importlib_external"], "list(_frozen_importlib_external.MAGIC_NUMBER)");
    assert_eq!(pyc::MAGIC.as_slice(), theirs);
}

/// A program with every kind of node that a module can hold.
const ALL_NODES: &str = r#"
from a import b as c
import d.e
async def coroutine(p, /, q, *r, s=1, **t) -> None:
    await p
    async for x in y: pass
    async with z as w: pass
    yield 1
@decorator
class C(Base, key=1):
    global_ = lambda: (yield)
def f():
    global g
    def h():
        nonlocal i
        yield from j
    i = 1
    return [*k], (l,), {m}, {n: o, **p}, {q for q in r}, {s: t for s in u if v}, (w async for w in x), [y for y in z]
del a, b[1:2:3]
a.b = c
x: int = 1
x += 1; x -= 1; x *= 1; x @= 1; x /= 1; x %= 1; x **= 1; x <<= 1; x >>= 1; x |= 1; x ^= 1; x &= 1; x //= 1
for x in y:
    break
else:
    pass
while x:
    continue
if x and y or not z: pass
with a as b: pass
match x:
    case 1: pass
    case None: pass
    case [a, *b]: pass
    case {'k': v, **rest}: pass
    case C(1, a=2): pass
    case (1 | 2) as y if z: pass
    case _: pass
raise x from y
try: pass
except E as e: pass
else: pass
finally: pass
try: pass
except* E: pass
assert x, y
a < b <= c == d != e > f >= g is h is not i in j not in k
-a; +a; ~a; a + b
a if b else c
f(*a, **b, c=d)
f'{a!r:>{width}}'
(x := 1)
"#;

#[test]
fn nodes_have_their_kinds_and_fields() {
    let arena = Arena::new();
    let tree = hognose_parser::parse(&arena, ALL_NODES.as_bytes(), &hognose_parser::Options::default())
        .expect("the program is accepted");
    let mut ours: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut with_place = BTreeSet::new();
    walk(NodeRef::Mod(&tree), |node| {
        let mut fields = Vec::new();
        let kind = node.fields(&mut |name, _| fields.push(name.to_owned()));
        if node.span().is_some() {
            with_place.insert(kind.to_owned());
        }
        ours.insert(kind.to_owned(), fields);
    });
    // Abstract classes, other start rules, and classes that are kept for old programs only.
    let theirs: BTreeMap<String, Vec<String>> = evaluate(
        &["_ast"],
        "{n: list(c._fields) for n, c in vars(_ast).items() if isinstance(c, type) and issubclass(c, _ast.AST) \
          and n not in {'AST', 'mod', 'stmt', 'expr', 'expr_context', 'boolop', 'operator', 'unaryop', 'cmpop', \
          'excepthandler', 'pattern', 'type_ignore', 'Interactive', 'Expression', 'FunctionType', 'TypeIgnore'}}",
    );
    assert_eq!(ours, theirs);
    let theirs_with_place: BTreeSet<String> = evaluate(
        &["_ast"],
        "{n for n, c in vars(_ast).items() if isinstance(c, type) and getattr(c, '_attributes', ()) \
          and n not in {'stmt', 'expr', 'excepthandler', 'pattern'}}",
    );
    assert_eq!(with_place, theirs_with_place);
}

/// Start, end, target, depth, and whether the offset is pushed.
type Handler = (u32, u32, u32, u32, bool);

/// CPython decodes its tables as we do: places per instruction, and handlers.
#[test]
fn tables_of_code_objects_decode_alike() {
    with_python(|py| {
        let globals = PyDict::new(py);
        globals.set_item("source", ALL_NODES.replace("global_ = lambda: (yield)", "pass"))?;
        globals.set_item("dis", py.import("dis")?)?;
        py.run(
            c"
codes = [compile(source, 'nodes.py', 'exec')]
for code in codes:
    codes += [const for const in code.co_consts if hasattr(const, 'co_code')]
places = [[[-1 if n is None else n for n in place] for place in code.co_positions()] for code in codes]
handlers = [[(e.start, e.end, e.target, e.depth, e.lasti) for e in dis._parse_exception_table(code)] for code in codes]
",
            Some(&globals),
            None,
        )?;
        let codes: Vec<Bound<'_, PyAny>> = globals.get_item("codes")?.expect("set above").extract()?;
        let places: Vec<Vec<[i32; 4]>> = globals.get_item("places")?.expect("set above").extract()?;
        let handlers: Vec<Vec<Handler>> = globals.get_item("handlers")?.expect("set above").extract()?;
        assert!(codes.len() > 5);
        for ((code, places), handlers) in codes.iter().zip(places).zip(handlers) {
            let ours = import_code(code)?;
            let our_places: Vec<[i32; 4]> = ours
                .positions()
                .iter()
                .map(|place| [place.line, place.end_line, place.column, place.end_column])
                .collect();
            assert_eq!(our_places, places);
            // CPython's module counts bytes, the table code units.
            let our_handlers: Vec<_> = decode_exception_table(&ours.exceptiontable)
                .map(|entry| entry.expect("CPython's table is sound"))
                .map(|entry| (2 * entry.start, 2 * entry.end, 2 * entry.target, entry.depth, entry.lasti))
                .collect();
            assert_eq!(our_handlers, handlers);
        }
        Ok(())
    });
}
