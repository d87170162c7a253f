//! CPython's answers to the worker protocol.

use super::code::import_code;
use super::rejection::rejection_of;
use super::symtable::symtable;
use super::tokens::tokens;
use super::tree::Walker;
use crate::outcome::{accepted, form_outcome, rejected, timed};
use hognose_testkit::Level;
use hognose_testkit::canon::{self, Form};
use hognose_testkit::worker::{Answer, Finding, Outcome, Request, Source};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// `compile` flag: stop after the parser.
const ONLY_AST: u32 = 0x400;
/// Bytes of a `.pyc` file before the marshalled code.
const PYC_HEADER: usize = 16;

/// A program's code, and the microseconds it took; kept for the levels that look at it.
type Compiled<'py> = Option<(PyResult<Bound<'py, PyAny>>, u64)>;

/// The functions of CPython that answer requests.
pub struct Cpython<'py> {
    py: Python<'py>,
    compile: Bound<'py, PyAny>,
    symtable: Bound<'py, PyAny>,
    loads: Bound<'py, PyAny>,
    dumps: Bound<'py, PyAny>,
    collect: Bound<'py, PyAny>,
    walker: Walker,
}

impl<'py> Cpython<'py> {
    /// Finds the functions and silences warnings, which belong to level `result`.
    pub fn new(py: Python<'py>) -> PyResult<Self> {
        let warnings = py.import("_warnings")?;
        let ignore_all = ("ignore", py.None(), py.get_type::<pyo3::exceptions::PyWarning>(), py.None(), 0);
        warnings.getattr("filters")?.call_method1("insert", (0, ignore_all))?;
        warnings.call_method0("_filters_mutated")?;
        let marshal = py.import("marshal")?;
        let gc = py.import("gc")?;
        gc.call_method0("freeze")?;
        gc.call_method0("disable")?;
        Ok(Cpython {
            py,
            compile: py.import("builtins")?.getattr("compile")?,
            symtable: py.import("_symtable")?.getattr("symtable")?,
            loads: marshal.getattr("loads")?,
            dumps: marshal.getattr("dumps")?,
            collect: gc.getattr("collect")?,
            walker: Walker::new(py)?,
        })
    }

    /// Answers one request.
    pub fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Identify => Answer::Identity(format!("CPython {}", Python::version_str())),
            Request::Examine { levels, source, full } => {
                let mut compiled = None;
                let findings = levels.iter().map(|level| self.finding(level, source, *full, &mut compiled)).collect();
                // Trees are cyclic only by accident; what is left is collected here and not in the middle of a walk.
                if let Err(error) = self.collect.call0() {
                    return Answer::Refused(error.to_string());
                }
                Answer::Findings(findings)
            }
            Request::MakePyc(source) => {
                Answer::Pyc(self.make_pyc(source).map_err(|error| self.outcome_of(error, false)))
            }
            Request::LoadPyc { bytes, full } => {
                let (code, microseconds) = timed(|| self.load(bytes));
                let form = code.and_then(|code| Ok(canon::code(&import_code(&code)?)));
                let outcome = self.outcome(form, *full, true);
                Answer::Findings(vec![Finding { level: Level::Pyc, outcome, microseconds }])
            }
            Request::Run { .. } => Answer::Refused("programs are run by the harness".to_owned()),
        }
    }

    fn finding(&mut self, level: Level, source: &Source, full: bool, compiled: &mut Compiled<'py>) -> Finding {
        let whole = level == Level::Errors;
        let (form, microseconds) = match level {
            Level::Ast => {
                let (tree, microseconds) = timed(|| self.compile(source, ONLY_AST));
                (tree.and_then(|tree| self.walker.tree(&tree)), microseconds)
            }
            Level::Symtable => {
                let bytes = PyBytes::new(self.py, &source.bytes);
                let (table, microseconds) = timed(|| self.symtable.call1((bytes, &source.filename, "exec")));
                (table.and_then(|table| symtable(&table)), microseconds)
            }
            Level::Bytecode | Level::Errors => {
                let (code, microseconds) = compiled.get_or_insert_with(|| timed(|| self.compile(source, 0)));
                let form = match code {
                    Err(error) => Err(error.clone_ref(self.py)),
                    Ok(_) if level == Level::Errors => Ok(accepted()),
                    Ok(code) => import_code(code).map(|code| canon::code(&code)),
                };
                (form, *microseconds)
            }
            Level::Tokens => {
                let (tokenizer, microseconds) = timed(|| self.tokenizer(source));
                (tokenizer.and_then(|tokenizer| tokens(&tokenizer)), microseconds)
            }
            Level::Pyc | Level::Result => {
                let outcome = Outcome::Trouble(format!("level {level} is not examined in one request"));
                return Finding { level, outcome, microseconds: 0 };
            }
        };
        Finding { level, outcome: self.outcome(form, full, whole), microseconds }
    }

    fn compile(&self, source: &Source, flags: u32) -> PyResult<Bound<'py, PyAny>> {
        let bytes = PyBytes::new(self.py, &source.bytes);
        self.compile.call1((bytes, &source.filename, "exec", flags, true, source.optimize))
    }

    /// CPython's tokenizer over the decoded program, with line ends as the parser sees them.
    fn tokenizer(&self, source: &Source) -> PyResult<Bound<'py, PyAny>> {
        let external = self.py.import("_frozen_importlib_external")?;
        let text = external.call_method1("decode_source", (PyBytes::new(self.py, &source.bytes),))?;
        self.py.import("_tokenize")?.call_method1("TokenizerIter", (text,))
    }

    fn make_pyc(&self, source: &Source) -> PyResult<Vec<u8>> {
        let code = self.compile(source, 0)?;
        let mut bytes = self.magic()?;
        bytes.resize(PYC_HEADER, 0);
        bytes.extend_from_slice(self.dumps.call1((code,))?.cast_into::<PyBytes>()?.as_bytes());
        Ok(bytes)
    }

    fn magic(&self) -> PyResult<Vec<u8>> {
        let module = self.py.import("_frozen_importlib_external")?;
        Ok(module.getattr("MAGIC_NUMBER")?.cast_into::<PyBytes>()?.as_bytes().to_vec())
    }

    /// What the import system does with a `.pyc` file.
    fn load(&self, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let external = self.py.import("_frozen_importlib_external")?;
        let data = PyBytes::new(self.py, bytes);
        let details = PyDict::new(self.py);
        details.set_item("name", "module")?;
        details.set_item("path", "module.pyc")?;
        external.call_method1("_classify_pyc", (&data, "module", details))?;
        self.loads.call1((PyBytes::new(self.py, &bytes[PYC_HEADER.min(bytes.len())..]),))
    }

    fn outcome(&self, form: PyResult<Form>, full: bool, whole: bool) -> Outcome {
        match form {
            Ok(form) => form_outcome(form, full),
            Err(error) => self.outcome_of(error, whole),
        }
    }

    /// `whole`: the level compares how a program is rejected, not only that it is.
    fn outcome_of(&self, error: PyErr, whole: bool) -> Outcome {
        match rejection_of(self.py, &error) {
            Ok(Some(rejection)) => rejected(&rejection, whole),
            Ok(None) => Outcome::Trouble(error.to_string()),
            Err(second) => Outcome::Trouble(format!("{error}, and then {second}")),
        }
    }
}
