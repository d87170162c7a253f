//! Asks both sides about a program and judges what they say.

use crate::corpus::Case;
use hognose_testkit::canon::first_difference;
use hognose_testkit::worker::{Answer, Finding, Keeper, Limits, Lost, Outcome, Request, Side, Source};
use hognose_testkit::{Level, Levels, Verdict};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// How one program compares at one level.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The level.
    pub level: Level,
    /// At level `result`: the back end.
    pub backend: Option<&'static str>,
    /// The judgement.
    pub verdict: Verdict,
    /// How many nodes, scopes, code objects CPython has.
    pub units: u32,
    /// Microseconds of CPython's stage and of ours.
    pub microseconds: [u64; 2],
    /// What differs, or why there is nothing to compare.
    pub detail: Vec<String>,
    /// The stage that is to blame.
    pub blame: Option<String>,
}

impl Comparison {
    /// Nothing could be compared.
    pub fn trouble(level: Level, why: String) -> Self {
        Comparison { verdict: Verdict::CpythonCrashed, detail: vec![why], ..Comparison::identical(level) }
    }

    /// Nothing differs.
    pub fn identical(level: Level) -> Self {
        Comparison {
            level,
            backend: None,
            verdict: Verdict::Identical,
            units: 0,
            microseconds: [0, 0],
            detail: Vec::new(),
            blame: None,
        }
    }

    /// The column of the table: the level or, at level `result`, the back end.
    pub fn column(&self) -> &'static str {
        self.backend.unwrap_or(self.level.name())
    }
}

/// One side's finding, or how the worker was lost over it.
pub type Found = Result<Finding, Lost>;

/// A worker of each side.
#[derive(Debug)]
pub struct Pair {
    cpython: Keeper,
    ours: Keeper,
    options: String,
    optimize: u8,
    memory: Option<Arc<Memory>>,
}

/// What CPython found, remembered over many comparisons of the same programs.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<Question, Vec<(Level, Found)>>>);

/// Program, optimisation level and bits of the levels.
type Question = (String, u8, u8);

/// The levels at which both sides print a value of their own.
pub const PRINTED: Levels = Levels::ALL.without(Level::Pyc).without(Level::Result);

impl Pair {
    /// Workers of this executable; `options` go to our compiler.
    pub fn new(executable: &Path, limits: Limits, options: &str, optimize: u8) -> Self {
        Pair {
            cpython: Keeper::new(executable, Side::Cpython, limits),
            ours: Keeper::new(executable, Side::Ours, limits),
            options: options.to_owned(),
            optimize,
            memory: None,
        }
    }

    /// Compares at another level of optimisation from now on: 0, 1 or 2.
    pub fn set_optimize(&mut self, optimize: u8) {
        self.optimize = optimize;
    }

    /// Shares what CPython finds with other pairs; programs are known by their names.
    #[must_use]
    pub fn with_memory(mut self, memory: Arc<Memory>) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Adds arguments to our workers: `--bug NAME`.
    #[must_use]
    pub fn with_arguments(mut self, arguments: Vec<String>) -> Self {
        self.ours = self.ours.with_arguments(arguments);
        self
    }

    /// How often a worker of either side was lost.
    pub fn losses(&self) -> u32 {
        self.cpython.losses() + self.ours.losses()
    }

    /// What CPython calls itself.
    ///
    /// # Errors
    /// When its worker does not start.
    pub fn identify(&mut self) -> Result<String, Lost> {
        match self.cpython.ask(&Request::Identify)? {
            Answer::Identity(text) => Ok(text),
            _ => Err(Lost::Crashed("it does not say what it is".to_owned())),
        }
    }

    /// Compares a program at these levels, `result` excepted.
    pub fn compare(&mut self, case: &Case, levels: Levels) -> Vec<Comparison> {
        let mut comparisons = Vec::new();
        let printed = Levels::from_bits(levels.bits() & PRINTED.bits());
        if !printed.is_empty() {
            let source = self.source(case);
            let theirs = self.remembered(&source, printed);
            let ours = examine(&mut self.ours, &source, printed, false);
            for (theirs, ours) in theirs.into_iter().zip(ours) {
                comparisons.push(self.judge(&source, theirs, ours));
            }
        }
        if levels.contains(Level::Pyc) {
            comparisons.push(self.compare_pyc(case));
        }
        comparisons.sort_by_key(|comparison| comparison.level);
        comparisons
    }

    fn remembered(&mut self, source: &Source, levels: Levels) -> Vec<(Level, Found)> {
        let Some(memory) = &self.memory else { return examine(&mut self.cpython, source, levels, false) };
        let key = (source.filename.clone(), source.optimize, levels.bits());
        let known = memory.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let found = examine(&mut self.cpython, source, levels, false);
            memory.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
            found
        })
    }

    fn source(&self, case: &Case) -> Source {
        Source { optimize: self.optimize, options: self.options.clone(), ..Source::new(&*case.name, &*case.bytes) }
    }

    /// One level's text from CPython and from us.
    pub fn texts(&mut self, case: &Case, level: Level, options: &str) -> [Option<Vec<u8>>; 2] {
        let mut source = self.source(case);
        let text = |found: Vec<(Level, Found)>| -> Option<Vec<u8>> {
            let (_, found) = found.into_iter().next()?;
            found.ok()?.outcome.text().map(<[u8]>::to_vec)
        };
        let theirs = text(examine(&mut self.cpython, &source, Levels::only(level), true));
        options.clone_into(&mut source.options);
        [theirs, text(examine(&mut self.ours, &source, Levels::only(level), true))]
    }

    /// Our `.pyc` file of a program that calls itself `filename`; `None` when there is none.
    pub fn our_pyc(&mut self, case: &Case, filename: &str, options: &str) -> Option<Vec<u8>> {
        let source = Source { filename: filename.to_owned(), options: options.to_owned(), ..self.source(case) };
        make_pyc(&mut self.ours, source)
    }

    /// CPython's `.pyc` file of a program that calls itself `filename`; `None` when there is none.
    pub fn their_pyc(&mut self, case: &Case, filename: &str) -> Option<Vec<u8>> {
        let source = Source { filename: filename.to_owned(), ..self.source(case) };
        make_pyc(&mut self.cpython, source)
    }

    fn judge(&mut self, source: &Source, theirs: (Level, Found), ours: (Level, Found)) -> Comparison {
        let (level, theirs) = theirs;
        let mut comparison = judge_found(level, &theirs, &ours.1);
        if comparison.verdict == Verdict::Different && comparison.detail.is_empty() {
            let one = Levels::only(level);
            let texts = [&mut self.cpython, &mut self.ours].map(|keeper| {
                let found = examine(keeper, source, one, true).pop().and_then(|(_, found)| found.ok());
                found.and_then(|finding| finding.outcome.text().map(<[u8]>::to_vec)).unwrap_or_default()
            });
            comparison.detail = describe_difference(&texts[0], &texts[1]);
        }
        comparison
    }

    /// CPython loads ours and we load CPython's: each must give the code object that was written.
    fn compare_pyc(&mut self, case: &Case) -> Comparison {
        let source = self.source(case);
        let (written, read) = carry(&mut self.ours, &mut self.cpython, &source);
        let mut comparison = judge_found(Level::Pyc, &read, &written);
        let mut what = "CPython does not read the code object that we wrote";
        if comparison.verdict == Verdict::Identical {
            let (written, read) = carry(&mut self.cpython, &mut self.ours, &source);
            comparison = judge_found(Level::Pyc, &written, &read);
            what = "we do not read the code object that CPython wrote";
        }
        if comparison.verdict == Verdict::Different {
            comparison.detail.push(what.to_owned());
        }
        comparison
    }
}

/// The code object as `writer` compiles it, and as `reader` reads it from `writer`'s file.
fn carry(writer: &mut Keeper, reader: &mut Keeper, source: &Source) -> (Found, Found) {
    let written = examine(writer, source, Levels::only(Level::Bytecode), false).pop();
    let written = written.map_or(Err(Lost::Crashed("no answer".to_owned())), |(_, found)| found);
    let read = match writer.ask(&Request::MakePyc(source.clone())) {
        Ok(Answer::Pyc(Ok(bytes))) => load(reader, bytes),
        Ok(Answer::Pyc(Err(outcome))) => Ok(Finding { level: Level::Pyc, outcome, microseconds: 0 }),
        Ok(_) => Err(Lost::Crashed("an answer to another request".to_owned())),
        Err(lost) => Err(lost),
    };
    (written, read)
}

fn make_pyc(writer: &mut Keeper, source: Source) -> Option<Vec<u8>> {
    match writer.ask(&Request::MakePyc(source)) {
        Ok(Answer::Pyc(Ok(bytes))) => Some(bytes),
        _ => None,
    }
}

fn load(reader: &mut Keeper, bytes: Vec<u8>) -> Found {
    match reader.ask(&Request::LoadPyc { bytes, full: false })? {
        Answer::Findings(mut findings) => {
            findings.pop().ok_or_else(|| Lost::Crashed("an answer without a finding".to_owned()))
        }
        _ => Err(Lost::Crashed("an answer to another request".to_owned())),
    }
}

/// Asks for several levels at once; when that costs the worker its life, for each alone, so that only the guilty
/// level is lost.
fn examine(keeper: &mut Keeper, source: &Source, levels: Levels, full: bool) -> Vec<(Level, Found)> {
    let request = |levels| Request::Examine { levels, source: source.clone(), full };
    if let Ok(Answer::Findings(findings)) = keeper.ask_once(&request(levels), keeper.limits().patience) {
        return findings.into_iter().map(|finding| (finding.level, Ok(finding))).collect();
    }
    levels
        .iter()
        .map(|level| {
            let found = match keeper.ask(&request(Levels::only(level))) {
                Ok(Answer::Findings(mut findings)) if findings.len() == 1 => Ok(findings.remove(0)),
                Ok(_) => Err(Lost::Crashed("an answer to another request".to_owned())),
                Err(lost) => Err(lost),
            };
            (level, found)
        })
        .collect()
}

fn judge_found(level: Level, theirs: &Found, ours: &Found) -> Comparison {
    let (verdict, detail) = match (theirs, ours) {
        (Err(Lost::TimedOut), _) => (Verdict::CpythonTimeout, Vec::new()),
        (Err(lost), _) => (Verdict::CpythonCrashed, vec![lost.to_string()]),
        (_, Err(Lost::TimedOut)) => (Verdict::OursTimeout, Vec::new()),
        (_, Err(lost)) => (Verdict::OursCrashed, vec![lost.to_string()]),
        (Ok(theirs), Ok(ours)) => judge_outcomes(&theirs.outcome, &ours.outcome),
    };
    let units = match theirs {
        Ok(Finding { outcome: Outcome::Form { units, .. }, .. }) => *units,
        _ => 0,
    };
    let time = |found: &Found| found.as_ref().map_or(0, |finding| finding.microseconds);
    let microseconds = [time(theirs), time(ours)];
    Comparison { level, backend: None, verdict, units, microseconds, detail, blame: None }
}

fn judge_outcomes(theirs: &Outcome, ours: &Outcome) -> (Verdict, Vec<String>) {
    match (theirs, ours) {
        (Outcome::Trouble(what), _) => (Verdict::CpythonCrashed, vec![what.clone()]),
        (_, Outcome::Unsupported(what) | Outcome::Trouble(what)) => (Verdict::Unsupported(what.clone()), Vec::new()),
        _ if theirs.agrees_with(ours) => (Verdict::Identical, Vec::new()),
        _ => (Verdict::Different, Vec::new()),
    }
}

/// The first differing line, with what stands before it.
pub fn describe_difference(cpython: &[u8], ours: &[u8]) -> Vec<String> {
    match first_difference(cpython, ours) {
        Some((line, theirs, own)) => {
            vec![
                format!("line {line}"),
                format!("CPython  {}", shortened(&theirs)),
                format!("ours     {}", shortened(&own)),
            ]
        }
        None => vec!["the difference does not show a second time".to_owned()],
    }
}

fn shortened(line: &str) -> String {
    const LONGEST: usize = 160;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
