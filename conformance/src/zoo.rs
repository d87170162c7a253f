//! Plants bugs, one at a time, and sees whether the checks find them and blame the right stage.
//!
//! A bug is found when some program that is identical without it stops being so. Nothing here knows what a bug
//! does: the names are read from the sources, and the programs are the same for all.

use crate::blame::{Blame, blame};
use crate::compare::{self, Comparison, PRINTED, Pair};
use crate::corpus::{self, Case};
use crate::result::{self, Backend, Runner};
use hognose_testkit::generate::{Choices, bytes_from_seed, constant_expression, program};
use hognose_testkit::worker::Limits;
use hognose_testkit::{Level, Levels, Verdict};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A bug somebody planted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planted {
    /// The name in the source.
    pub name: String,
    /// The folder of the crate.
    pub stage: String,
}

/// What came of one bug.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The bug.
    pub bug: Planted,
    /// Program and column that show it.
    pub found: Option<(String, &'static str)>,
    /// How long it took.
    pub seconds: f64,
    /// Who is blamed.
    pub blame: Option<Blame>,
}

impl Outcome {
    /// Whether the blame falls on the crate that holds the bug, or one that does the same job.
    pub fn is_blamed_rightly(&self) -> bool {
        self.blame.as_ref().is_some_and(|blame| job(blame.stage) == job(&self.bug.stage))
    }
}

/// Crates whose faults look the same from outside: register code and operations are shared by both engines, and the
/// tables of a code object are laid out in one crate and encoded in the other.
fn job(stage: &str) -> &str {
    match stage {
        "lowered" => "runtime",
        "bytecode" => "ir",
        other => other,
    }
}

/// Finds `bug!("name"` in the sources of all crates.
///
/// # Errors
/// When the folder cannot be read.
pub fn planted(crates: &Path) -> io::Result<Vec<Planted>> {
    let mut bugs = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(crates)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    folders.sort();
    for folder in folders.into_iter().filter(|folder| folder.join("src").is_dir()) {
        let stage = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for path in corpus::files_below(&folder.join("src"), "rs")? {
            let text = fs::read_to_string(&path)?;
            for name in names_in(&text) {
                let bug = Planted { name, stage: stage.clone() };
                if !bugs.contains(&bug) {
                    bugs.push(bug);
                }
            }
        }
    }
    Ok(bugs)
}

/// The names planted in a source text, comments left out.
fn names_in(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    code.match_indices("bug!(")
        .filter_map(|(at, start)| {
            // The formatter may put the name on a line of its own.
            let name = code[at + start.len()..].trim_start().strip_prefix('"')?;
            name.split_once('"').map(|(name, _)| name.to_owned())
        })
        .collect()
}

/// How the checks run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// This command, built with the feature `zoo`.
    pub executable: PathBuf,
    /// `hognose`, built with it too.
    pub hognose: PathBuf,
    /// The standing corpus.
    pub corpus: Vec<Case>,
    /// Files that only go through the front end, in this order.
    pub front_end: Vec<Case>,
    /// Engines.
    pub backends: Vec<Backend>,
    /// Time for each bug.
    pub patience: Duration,
    /// How many bugs at a time.
    pub jobs: usize,
}

/// Programs and columns that fail without any bug.
type Known = HashSet<(String, &'static str)>;

/// What CPython makes of the programs; asked once for all bugs.
#[derive(Clone, Default)]
struct Reference {
    found: Arc<compare::Memory>,
    ran: Arc<result::Memory>,
}

/// The sides under one bug.
struct Sides<'a> {
    plan: &'a Plan,
    pair: Pair,
    runner: Runner,
}

impl<'a> Sides<'a> {
    fn new(plan: &'a Plan, reference: &Reference, bug: Option<&str>) -> io::Result<Self> {
        let limits = Limits { patience: Duration::from_secs(5), ..Limits::default() };
        let mut pair = Pair::new(&plan.executable, limits, "--profile cpython", 0);
        pair = pair.with_memory(reference.found.clone());
        let mut runner = Runner::new(&plan.hognose, &[], 0, Duration::from_secs(5))?;
        runner = runner.with_memory(reference.ran.clone());
        if let Some(name) = bug {
            pair = pair.with_arguments(vec![format!("--bug={name}")]);
            runner = runner.with_environment("HOGNOSE_BUG", name);
        }
        Ok(Sides { plan, pair, runner })
    }

    /// The first column in which a program departs from CPython and is not known to.
    fn departure(&mut self, case: &Case, check: Check, known: &Known) -> Option<&'static str> {
        let comparisons = self.compare(case, check);
        comparisons
            .iter()
            .filter(|comparison| speaks_against_us(comparison))
            .map(Comparison::column)
            .find(|column| !known.contains(&(case.name.clone(), column)))
    }

    fn compare(&mut self, case: &Case, check: Check) -> Vec<Comparison> {
        match check {
            Check::Printed => self.pair.compare(case, PRINTED),
            Check::Pyc => self.pair.compare(case, Levels::only(Level::Pyc)),
            Check::Optimised => {
                let mut comparisons = Vec::new();
                for optimize in [1, 2] {
                    self.pair.set_optimize(optimize);
                    comparisons.extend(self.pair.compare(case, Levels::only(Level::Bytecode)));
                }
                self.pair.set_optimize(0);
                comparisons
            }
            Check::Result => self.runner.compare(case, &self.plan.backends),
        }
    }

    fn blame(&mut self, case: &Case, check: Check) -> Option<Blame> {
        self.pair.set_optimize(u8::from(check == Check::Optimised));
        blame(&mut self.pair, Some(&self.runner), case, "--profile cpython", &self.plan.backends)
    }
}

/// Something unsupported that was supported without the bug is as telling as a difference.
fn speaks_against_us(comparison: &Comparison) -> bool {
    comparison.verdict.is_against_us() || matches!(comparison.verdict, Verdict::Unsupported(_))
}

/// What a program goes through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Check {
    /// Tree, symbol table, code, rejection.
    Printed,
    /// Code under `-O` and `-OO`.
    Optimised,
    /// The code crosses to CPython and back.
    Pyc,
    /// It runs.
    Result,
}

/// Every program in the order in which it is tried: the corpus through the front end, the corpus as a whole, then
/// generated programs and files of the library in turn, without end.
fn trials(plan: &Plan) -> impl Iterator<Item = (Case, Check)> + '_ {
    const FILES_PER_PROGRAM: usize = 4;
    // Snippets are rejected programs, or show in the code what is wrong.
    let corpus = |check| {
        let runs = matches!(check, Check::Result | Check::Pyc);
        plan.corpus.iter().filter(move |case| !(runs && case.is_snippet())).map(move |case| (case.clone(), check))
    };
    let mut files = plan.front_end.iter().map(|case| (case.clone(), Check::Printed));
    let rest = (0_u64..).flat_map(move |seed| {
        let generated = generated_case(seed);
        let mut trials = vec![(generated.clone(), Check::Printed), (generated, Check::Result)];
        trials.extend(files.by_ref().take(FILES_PER_PROGRAM));
        trials
    });
    [Check::Printed, Check::Optimised, Check::Result, Check::Pyc].into_iter().flat_map(corpus).chain(rest)
}

/// Files in an order in which neighbours differ: small and large, library and tests, mixed by a hash of the name.
pub fn scattered(mut files: Vec<Case>) -> Vec<Case> {
    const LARGEST: usize = 60_000;
    files.retain(|case| case.bytes.len() <= LARGEST);
    files.sort_by_key(|case| {
        let hash = case
            .name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        (hash, case.name.clone())
    });
    files
}

/// A generated program; every fourth is a list of constant expressions.
fn generated_case(seed: u64) -> Case {
    const CHOICES: usize = 600;
    let data = bytes_from_seed(seed, CHOICES);
    let mut choices = Choices::new(&data);
    let text = if seed % 4 == 3 {
        let mut text = String::new();
        for _ in 0..30 {
            let expression = constant_expression(&mut choices, 3);
            let _ = writeln!(
                text,
                "try:\n    print({expression})\nexcept Exception as error:\n    print(type(error), error)"
            );
        }
        text
    } else {
        program(&mut choices)
    };
    let name = format!("generated-{seed}.py");
    Case { path: PathBuf::from(&name), name, bytes: text.into_bytes() }
}

/// Tries every bug.
///
/// # Errors
/// When there is no place for scratch files.
pub fn run(plan: &Plan, bugs: &[Planted]) -> io::Result<Vec<Outcome>> {
    let reference = Reference::default();
    let known = known_failures(plan, &reference)?;
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs.max(1) {
            scope.spawn(|| {
                while let Some((index, bug)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    bugs.get(index).map(|bug| (index, bug))
                } {
                    let outcome = try_bug(plan, &reference, bug, &known);
                    outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What departs without any bug, among the corpus and as many other programs as a bug gets to see.
fn known_failures(plan: &Plan, reference: &Reference) -> io::Result<Known> {
    let mut sides = Sides::new(plan, reference, None)?;
    let mut known = Known::new();
    let start = Instant::now();
    for (case, check) in trials(plan) {
        for comparison in sides.compare(&case, check).iter().filter(|comparison| speaks_against_us(comparison)) {
            known.insert((case.name.clone(), comparison.column()));
        }
        if start.elapsed() > plan.patience {
            break;
        }
    }
    Ok(known)
}

fn try_bug(plan: &Plan, reference: &Reference, bug: &Planted, known: &Known) -> io::Result<Outcome> {
    let start = Instant::now();
    let mut sides = Sides::new(plan, reference, Some(&bug.name))?;
    let mut innocent: Option<Sides<'_>> = None;
    for (case, check) in trials(plan) {
        if start.elapsed() > plan.patience {
            break;
        }
        let Some(column) = sides.departure(&case, check, known) else { continue };
        // Programs beyond those that were tried without a bug are tried without it now.
        let others = match &mut innocent {
            Some(others) => others,
            slot @ None => slot.insert(Sides::new(plan, reference, None)?),
        };
        if others.departure(&case, check, known) == Some(column) {
            continue;
        }
        let seconds = start.elapsed().as_secs_f64();
        let blame = sides.blame(&case, check);
        return Ok(Outcome { bug: bug.clone(), found: Some((case.name, column)), seconds, blame });
    }
    Ok(Outcome { bug: bug.clone(), found: None, seconds: start.elapsed().as_secs_f64(), blame: None })
}

/// How many were found and how many blamed rightly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Score {
    /// Bugs planted.
    pub planted: usize,
    /// Bugs found.
    pub found: usize,
    /// Bugs found and blamed on the right stage.
    pub blamed: usize,
}

impl Score {
    /// Counts.
    pub fn of(outcomes: &[Outcome]) -> Self {
        Score {
            planted: outcomes.len(),
            found: outcomes.iter().filter(|outcome| outcome.found.is_some()).count(),
            blamed: outcomes.iter().filter(|outcome| outcome.is_blamed_rightly()).count(),
        }
    }

    /// Part of the bugs found, in percent.
    pub fn found_percent(&self) -> f64 {
        100.0 * self.found as f64 / self.planted.max(1) as f64
    }

    /// Part of the bugs blamed rightly, in percent.
    pub fn blamed_percent(&self) -> f64 {
        100.0 * self.blamed as f64 / self.planted.max(1) as f64
    }
}

/// The table.
pub fn text(outcomes: &[Outcome]) -> String {
    let width = outcomes.iter().map(|outcome| outcome.bug.name.len()).max().unwrap_or(0).max("bug".len());
    let mut text = format!("{:width$}  {:9}  seconds  found by                        blamed\n", "bug", "planted");
    for outcome in outcomes {
        let found = outcome.found.as_ref().map_or("NOT FOUND".to_owned(), |(program, column)| {
            let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
            format!("{name} {column}")
        });
        let blamed = match &outcome.blame {
            Some(blame) if outcome.is_blamed_rightly() => blame.text(),
            Some(blame) => format!("WRONG {}", blame.text()),
            None => String::new(),
        };
        let line = format!(
            "{:width$}  {:9}  {:7.2}  {found:30}  {blamed}",
            outcome.bug.name, outcome.bug.stage, outcome.seconds
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let mut seconds: Vec<f64> =
        outcomes.iter().filter(|outcome| outcome.found.is_some()).map(|outcome| outcome.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let score = Score::of(outcomes);
    let _ = writeln!(
        text,
        "{} planted, {} found ({:.0} %), median {:.2} s, slowest {:.2} s; stage right for {} ({:.0} %)",
        score.planted,
        score.found,
        score.found_percent(),
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN),
        seconds.last().copied().unwrap_or(f64::NAN),
        score.blamed,
        score.blamed_percent()
    );
    text
}

/// The table as JSON.
pub fn json(outcomes: &[Outcome]) -> Value {
    let score = Score::of(outcomes);
    let bugs: Vec<Value> = outcomes
        .iter()
        .map(|outcome| {
            json!({
                "bug": outcome.bug.name, "stage": outcome.bug.stage, "seconds": outcome.seconds,
                "program": outcome.found.as_ref().map(|(program, _)| program),
                "column": outcome.found.as_ref().map(|(_, column)| column),
                "blamed": outcome.blame.as_ref().map(|blame| blame.stage),
                "reason": outcome.blame.as_ref().map(|blame| &blame.reason),
                "right": outcome.is_blamed_rightly(),
            })
        })
        .collect();
    json!({
        "schema": "hognose/zoo-1", "tool_version": env!("CARGO_PKG_VERSION"),
        "planted": score.planted, "found": score.found, "blamed": score.blamed, "bugs": bugs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_source_lines() {
        assert_eq!(names_in("x(bug!(\"a-b\", 1, 2), bug!(\n    \"c\", 3, 4))"), ["a-b", "c"]);
        assert!(names_in("/// bug!(\"in-a-comment\", 1, 2)").is_empty());
    }

    #[test]
    fn generated_programs_depend_on_the_seed_alone() {
        assert_eq!(generated_case(7).bytes, generated_case(7).bytes);
        assert_ne!(generated_case(7).bytes, generated_case(8).bytes);
    }
}
