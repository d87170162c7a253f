//! Names the stage that is to blame, by crossing parser, compiler and executor.
//!
//! The stages are compared in their order, and the first that differs is the guilty one. Inside the compiler the
//! kind of difference, the profile and single passes decide; at run time the two engines and CPython's own.

use crate::compare::Pair;
use crate::corpus::Case;
use crate::result::{Backend, Runner, program_name, shown};
use hognose_passes::PASSES;
use hognose_testkit::Level;
use std::collections::{BTreeSet, HashMap};

/// Options under which only required passes run.
const UNOPTIMISED: &str = "--profile none";

/// Who is to blame for a difference, and how that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blame {
    /// Name of the crate.
    pub stage: &'static str,
    /// Pass, rewrite or field.
    pub reason: String,
}

impl Blame {
    fn new(stage: &'static str, reason: impl Into<String>) -> Self {
        Blame { stage, reason: reason.into() }
    }

    /// `codegen: only positions differ`.
    pub fn text(&self) -> String {
        format!("{}: {}", self.stage, self.reason)
    }
}

/// Looks for the guilty stage of a program that differs at some level.
///
/// `options` are those of our compiler; `backends` the engines that are there. `None` when no difference shows.
pub fn blame(
    pair: &mut Pair,
    runner: Option<&Runner>,
    case: &Case,
    options: &str,
    backends: &[Backend],
) -> Option<Blame> {
    let [their_tree, our_tree] = pair.texts(case, Level::Ast, options);
    if their_tree != our_tree {
        return Some(Blame::new("parser", "the trees differ"));
    }
    let [their_table, our_table] = pair.texts(case, Level::Symtable, options);
    if their_table != our_table {
        return Some(Blame::new("symtable", "the symbol tables differ"));
    }
    let [their_errors, our_errors] = pair.texts(case, Level::Errors, options);
    if their_errors != our_errors {
        return Some(blame_rejection(pair, case, options));
    }
    let [theirs, ours] = pair.texts(case, Level::Bytecode, options);
    if let (Some(theirs), Some(ours)) = (&theirs, &ours)
        && theirs != ours
    {
        return Some(blame_code(pair, runner, case, options, theirs, ours));
    }
    let [their_tokens, our_tokens] = pair.texts(case, Level::Tokens, options);
    if their_tokens != our_tokens {
        return Some(Blame::new("parser", "the tokens differ"));
    }
    blame_execution(pair, runner?, case, options, backends)
}

/// Both stop or only one does: where does CPython, and where do we?
fn blame_rejection(pair: &mut Pair, case: &Case, options: &str) -> Blame {
    let rejected = |texts: [Option<Vec<u8>>; 2]| texts.map(|text| text.is_none_or(|text| text == b"rejected\n"));
    let [by_their_parser, by_our_parser] = rejected(pair.texts(case, Level::Ast, options));
    if by_their_parser || by_our_parser {
        return Blame::new("parser", "the program is rejected in other words");
    }
    let [by_their_table, by_our_table] = rejected(pair.texts(case, Level::Symtable, options));
    if by_their_table || by_our_table {
        return Blame::new("symtable", "the program is rejected in other words");
    }
    Blame::new("codegen", "the program is rejected in other words")
}

/// The parts of a code object's canonical text.
fn fields_that_differ(theirs: &[u8], ours: &[u8]) -> BTreeSet<String> {
    let lines = |text: &[u8]| String::from_utf8_lossy(text).lines().map(str::to_owned).collect::<Vec<_>>();
    let (theirs, ours) = (lines(theirs), lines(ours));
    let theirs: BTreeSet<(String, &String)> = numbered(&theirs);
    let ours: BTreeSet<(String, &String)> = numbered(&ours);
    theirs.symmetric_difference(&ours).map(|(_, line)| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// Each line with the code object that it belongs to.
fn numbered(lines: &[String]) -> BTreeSet<(String, &String)> {
    let mut object = String::new();
    lines
        .iter()
        .map(|line| {
            if let Some(path) = line.strip_prefix("code ") {
                path.split(' ').next().unwrap_or_default().clone_into(&mut object);
            }
            (object.clone(), line)
        })
        .collect()
}

/// The code objects differ: codegen, a pass, or assembly.
fn blame_code(
    pair: &mut Pair,
    runner: Option<&Runner>,
    case: &Case,
    options: &str,
    theirs: &[u8],
    ours: &[u8],
) -> Blame {
    let fields = fields_that_differ(theirs, ours);
    let named: Vec<&str> = fields.iter().map(String::as_str).collect();
    match named[..] {
        ["co_stacksize"] => return Blame::new("ir", "only the stack size differs"),
        ["co_exceptiontable"] => return Blame::new("ir", "only the exception table differs"),
        ["co_linetable"] => return Blame::new("ir", "the same positions are encoded otherwise"),
        _ => {}
    }
    if let Some(blame) = runner.and_then(|runner| blame_by_running(pair, runner, case, options)) {
        return blame;
    }
    if let Some(pass) = guilty_pass(pair, case, options, theirs, ours) {
        return pass;
    }
    match named[..] {
        ["position"] | ["co_linetable", "position"] => Blame::new("codegen", "only positions differ"),
        _ if fields.contains("co_consts") && !fields.contains("co_names") => {
            Blame::new("passes", format!("constants differ ({})", named.join(", ")))
        }
        _ => Blame::new("codegen", format!("{} differ", named.join(", "))),
    }
}

/// Leaves out each pass in turn: lines of ours that CPython has not, and that go away with a pass, were made by it.
///
/// A constant that CPython has, and that no pass of ours made, is a rewrite that did not happen.
fn guilty_pass(pair: &mut Pair, case: &Case, options: &str, theirs: &[u8], ours: &[u8]) -> Option<Blame> {
    let wrong = lines_beyond(ours, theirs);
    let missing = lines_beyond(theirs, ours);
    for pass in PASSES.iter().filter(|pass| pass.profile == hognose_passes::Profile::Cpython) {
        let without = format!("{options} --disable-pass {}", pass.name);
        let [_, text] = pair.texts(case, Level::Bytecode, &without);
        let Some(text) = text else { continue };
        let left = lines(&text);
        let vanished = !wrong.is_empty() && wrong.iter().all(|line| !left.contains_key(line));
        let righted = !missing.is_empty() && missing.iter().all(|line| left.contains_key(line));
        if vanished || righted {
            let reason = match guilty_rewrite(pair, case, options, theirs, ours) {
                Some(rewrite) => format!("pass {}, rewrite {rewrite}", pass.name),
                None => format!("pass {}", pass.name),
            };
            return Some(Blame::new("passes", reason));
        }
    }
    let [_, unoptimised] = pair.texts(case, Level::Bytecode, UNOPTIMISED);
    let unoptimised = lines(&unoptimised?);
    let is_constant = |line: &String| line.contains(" co_consts ");
    if missing.iter().any(|line| is_constant(line) && !unoptimised.contains_key(line)) {
        return Some(Blame::new("passes", "a constant is not folded"));
    }
    None
}

/// The number of the first rewrite with which the code departs further from CPython's, found by bisection.
fn guilty_rewrite(pair: &mut Pair, case: &Case, options: &str, theirs: &[u8], ours: &[u8]) -> Option<u64> {
    const MOST_REWRITES: u64 = 1 << 20;
    let mut with = |fuel: u64| {
        let [_, text] = pair.texts(case, Level::Bytecode, &format!("{options} --fuel {fuel}"));
        text
    };
    // Find how many rewrites there are: from there on more fuel changes nothing.
    let (mut low, mut high) = (0, MOST_REWRITES);
    while low < high {
        let middle = low + (high - low) / 2;
        if with(middle)? == ours { high = middle } else { low = middle + 1 }
    }
    let total = low;
    // Rewrites bring the code closer to CPython's, one after the other; the guilty one does not.
    const WINDOW: u64 = 200;
    let first = total.saturating_sub(WINDOW);
    let mut before = lines_that_differ(theirs, &with(first)?);
    for fuel in first + 1..=total {
        let after = lines_that_differ(theirs, &with(fuel)?);
        if after > before {
            return Some(fuel);
        }
        before = after;
    }
    None
}

/// How far two code objects are from each other: lines that only one of them has, wherever they stand.
fn lines_that_differ(theirs: &[u8], ours: &[u8]) -> usize {
    lines_beyond(theirs, ours).len() + lines_beyond(ours, theirs).len()
}

/// Lines of `text` that `other` has not, or not as often.
fn lines_beyond(text: &[u8], other: &[u8]) -> Vec<String> {
    let other = lines(other);
    let beyond = lines(text).into_iter().filter(|(line, count)| other.get(line).is_none_or(|others| others < count));
    let mut beyond: Vec<String> = beyond.map(|(line, _)| line).collect();
    beyond.sort();
    beyond
}

/// What a code object's text says, without offsets: instructions with their places, constants, names; how often each.
///
/// Offsets and distances of jumps shift with every instruction in front, and tables repeat what other lines say.
fn lines(text: &[u8]) -> HashMap<String, u32> {
    let text = String::from_utf8_lossy(text);
    let mut object = "";
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut instruction = String::new();
    for line in text.lines() {
        let (field, rest) = line.split_once(' ').unwrap_or((line, ""));
        let without_offset = rest.split_once(' ').map_or("", |(_, rest)| rest);
        let said = match field {
            "code" => {
                object = rest.split(' ').next().unwrap_or_default();
                continue;
            }
            "co_linetable" | "co_exceptiontable" | "co_stacksize" => continue,
            "co_code" => {
                let is_jump = without_offset.contains("JUMP") || without_offset.starts_with("FOR_ITER");
                instruction = match without_offset.split_once(' ') {
                    Some((opcode, _)) if is_jump || opcode == "EXTENDED_ARG" => opcode.to_owned(),
                    _ => without_offset.to_owned(),
                };
                continue;
            }
            "position" => format!("{object} {instruction} at {without_offset}"),
            "co_consts" => format!("{object} co_consts {without_offset}"),
            _ => format!("{object} {line}"),
        };
        *counts.entry(said).or_default() += 1;
    }
    counts
}

/// CPython runs what we compile: wrong already without optional passes, or only with them?
fn blame_by_running(pair: &mut Pair, runner: &Runner, case: &Case, options: &str) -> Option<Blame> {
    let file = program_name(case);
    let their_pyc = pair.their_pyc(case, &file)?;
    let (expected, _) = runner.cpython_code(&file, &case.bytes, &their_pyc).ok()?;
    let right = |pair: &mut Pair, options: &str| -> Option<bool> {
        let pyc = pair.our_pyc(case, &file, options)?;
        let (run, _) = runner.cpython_code(&file, &case.bytes, &pyc).ok()?;
        Some(shown(&run) == shown(&expected))
    };
    if right(pair, options)? {
        return None;
    }
    if !right(pair, UNOPTIMISED)? {
        return Some(Blame::new("codegen", "CPython runs our code without optional passes with another result"));
    }
    for pass in PASSES.iter().filter(|pass| pass.profile != hognose_passes::Profile::None) {
        if right(pair, &format!("{options} --disable-pass {}", pass.name)) == Some(true) {
            return Some(Blame::new("passes", format!("without pass {} the result is CPython's", pass.name)));
        }
    }
    Some(Blame::new("passes", "without optional passes the result is CPython's"))
}

/// The code is CPython's own; which executor is wrong?
fn blame_execution(
    pair: &mut Pair,
    runner: &Runner,
    case: &Case,
    options: &str,
    backends: &[Backend],
) -> Option<Blame> {
    let file = program_name(case);
    let theirs = runner.cpython(&file, &case.bytes, 0).ok()?;
    let expected = shown(&theirs.0);
    let wrong: Vec<Backend> = backends
        .iter()
        .copied()
        .filter(|&backend| {
            let run = runner.ours(&file, &case.bytes, backend, &[]);
            run.is_ok_and(|ours| shown(&ours.run) != expected)
        })
        .collect();
    match (&wrong[..], backends.len()) {
        ([], _) => None,
        ([backend], 2) => Some(match backend {
            Backend::Vm => Blame::new("vm", "native is right"),
            Backend::Native => Blame::new("native", "the VM is right"),
        }),
        _ => {
            let run_code = |pyc: Option<Vec<u8>>| {
                pyc.and_then(|pyc| runner.cpython_code(&file, &case.bytes, &pyc).ok()).map(|(run, _)| shown(&run))
            };
            let right = run_code(pair.our_pyc(case, &file, options)) == run_code(pair.their_pyc(case, &file));
            let how = if right { "CPython runs our code right" } else { "CPython runs our code otherwise, too" };
            Some(if right {
                Blame::new("runtime", format!("every back end is wrong, {how}"))
            } else {
                Blame::new("bytecode", format!("every back end is wrong, {how}"))
            })
        }
    }
}
