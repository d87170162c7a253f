//! Level `result`: what a program does on each side.

use crate::compare::{Comparison, describe_difference};
use crate::corpus::Case;
use crate::program::{Scratch, Start};
use crate::python;
use hognose_testkit::canon::mask_addresses;
use hognose_testkit::worker::Run;
use hognose_testkit::{Level, Verdict};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What runs our side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Backend {
    Vm,
    Native,
}

impl Backend {
    /// The back end of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Backend::Vm, Backend::Native].into_iter().find(|backend| backend.name() == name)
    }

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Vm => "vm",
            Backend::Native => "native",
        }
    }
}

/// Runs programs on both sides.
#[derive(Debug)]
pub struct Runner {
    hognose: PathBuf,
    options: Vec<String>,
    optimize: u8,
    patience: Duration,
    scratch: Scratch,
    environment: Vec<(&'static str, String)>,
    memory: Option<Arc<Memory>>,
}

/// What programs did on CPython, remembered over many comparisons of the same programs.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<String, (Run, u64)>>);

/// The signal of a program that ended itself with `abort`, died of a fault or ran out of its limits.
const CRASHES: [i32; 7] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT, libc::SIGKILL, libc::SIGTRAP];
/// Exit status of our own bug, and of something unsupported.
const OUR_BUG: i32 = 101;
const UNSUPPORTED: i32 = 3;

impl Runner {
    /// A runner of this `hognose`; `options` go to it before the program.
    ///
    /// # Errors
    /// When there is no place for scratch files.
    pub fn new(hognose: &Path, options: &[String], optimize: u8, patience: Duration) -> io::Result<Self> {
        let scratch = Scratch::new()?;
        let (hognose, options) = (hognose.to_owned(), options.to_vec());
        Ok(Runner { hognose, options, optimize, patience, scratch, environment: Vec::new(), memory: None })
    }

    /// Shares what CPython did with other runners; programs are known by their names.
    #[must_use]
    pub fn with_memory(mut self, memory: Arc<Memory>) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Adds a variable to the environment of our side.
    #[must_use]
    pub fn with_environment(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// Compares what a program does on each back end with what it does on CPython.
    pub fn compare(&self, case: &Case, backends: &[Backend]) -> Vec<Comparison> {
        let theirs = self.remembered(case);
        let compared = backends.iter().map(|&backend| self.compare_backend(case, &theirs, backend, &[]));
        compared.collect()
    }

    fn remembered(&self, case: &Case) -> io::Result<(Run, u64)> {
        let known = self
            .memory
            .as_ref()
            .and_then(|memory| memory.0.lock().unwrap_or_else(PoisonError::into_inner).get(&case.name).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let file = program_name(case);
        let mut theirs = self.cpython(&file, &case.bytes, 0)?;
        if theirs.0.timed_out {
            theirs = self.cpython(&file, &case.bytes, 0)?;
        }
        if let Some(memory) = &self.memory {
            memory.0.lock().unwrap_or_else(PoisonError::into_inner).insert(case.name.clone(), theirs.clone());
        }
        Ok(theirs)
    }

    /// Compares one back end, under further options.
    pub fn compare_backend(
        &self,
        case: &Case,
        theirs: &io::Result<(Run, u64)>,
        backend: Backend,
        options: &[&str],
    ) -> Comparison {
        let mut comparison = Comparison { backend: Some(backend.name()), ..Comparison::identical(Level::Result) };
        let (their_run, their_time) = match theirs {
            Err(error) => {
                comparison.verdict = Verdict::CpythonCrashed;
                comparison.detail.push(error.to_string());
                return comparison;
            }
            Ok((run, _)) if run.timed_out => {
                comparison.verdict = Verdict::CpythonTimeout;
                return comparison;
            }
            Ok((run, time)) => (run, *time),
        };
        let file = program_name(case);
        let ours = self.ours(&file, &case.bytes, backend, options).and_then(|ours| {
            // Alone and once more: a busy machine is no verdict.
            if ours.run.timed_out { self.ours(&file, &case.bytes, backend, options) } else { Ok(ours) }
        });
        let ours = match ours {
            Err(error) => {
                comparison.verdict = Verdict::OursCrashed;
                comparison.detail.push(error.to_string());
                return comparison;
            }
            Ok(ours) => ours,
        };
        comparison.units = 1;
        comparison.microseconds = [their_time, ours.microseconds];
        if let Some((verdict, detail)) = judge(their_run, &ours.run) {
            comparison.verdict = verdict;
            comparison.detail = detail;
        }
        if comparison.verdict != Verdict::Different {
            return comparison;
        }
        if ours.identity_mattered && !options.contains(&EXACT_IDENTITY[1]) {
            let exact: Vec<&str> = options.iter().copied().chain(EXACT_IDENTITY).collect();
            if self.compare_backend(case, theirs, backend, &exact).verdict == Verdict::Identical {
                comparison.verdict = Verdict::IdentityOnly;
                comparison.detail.push("identical with -X exact-identity".to_owned());
                return comparison;
            }
        }
        // CPython itself, at other addresses and with another hash seed.
        let differs = [0, 1].into_iter().any(|seed| {
            let again = self.cpython(&file, &case.bytes, seed);
            again.is_ok_and(|(again, _)| shown(&again) != shown(their_run))
        });
        if differs {
            comparison.verdict = Verdict::Nondeterministic;
        }
        comparison
    }

    /// Runs a program on CPython; gives the microseconds, too.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn cpython(&self, file: &str, bytes: &[u8], hash_seed: u32) -> io::Result<(Run, u64)> {
        self.start_cpython(file, vec![(file, bytes)], hash_seed)
    }

    /// Runs a `.pyc` file on CPython, with the source beside it, for tracebacks.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn cpython_code(&self, file: &str, source: &[u8], pyc: &[u8]) -> io::Result<(Run, u64)> {
        let code = format!("{file}c");
        self.start_cpython(&code, vec![(file, source), (&code, pyc)], 0)
    }

    fn start_cpython(&self, file: &str, files: Vec<(&str, &[u8])>, hash_seed: u32) -> io::Result<(Run, u64)> {
        let mut arguments: Vec<String> = ["-s", "-S"].map(str::to_owned).into();
        arguments.extend(optimize_option(self.optimize));
        arguments.push(file.to_owned());
        let start = Start {
            executable: Path::new(python::EXECUTABLE),
            arguments,
            environment: vec![("PYTHONHASHSEED", hash_seed.to_string())],
            files,
            patience: self.patience,
        };
        let clock = Instant::now();
        let run = start.run(&self.scratch)?;
        Ok((run, clock.elapsed().as_micros() as u64))
    }

    /// Runs a file of source or of code on Hognose.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn ours(&self, file: &str, bytes: &[u8], backend: Backend, options: &[&str]) -> io::Result<OurRun> {
        let mut arguments = vec![format!("--backend={}", backend.name())];
        arguments.extend(self.options.iter().cloned());
        arguments.extend(options_of(bytes));
        arguments.extend(options.iter().map(|&option| option.to_owned()));
        arguments.extend(optimize_option(self.optimize));
        arguments.push(file.to_owned());
        let report = self.scratch.identity_report();
        let mut environment = vec![
            ("PYTHONHASHSEED", "0".to_owned()),
            ("HOGNOSE_STDLIB", format!("{}/lib/python3.11", python::HOME)),
            ("HOGNOSE_IDENTITY_REPORT", report.to_string_lossy().into_owned()),
        ];
        environment.extend(self.environment.iter().cloned());
        let start = Start {
            executable: &self.hognose,
            arguments,
            environment,
            files: vec![(file, bytes)],
            patience: self.patience,
        };
        let clock = Instant::now();
        let run = start.run(&self.scratch)?;
        let microseconds = clock.elapsed().as_micros() as u64;
        let identity_mattered = std::fs::read(report).is_ok_and(|word| word.starts_with(b"1"));
        Ok(OurRun { run, microseconds, identity_mattered })
    }
}

const EXACT_IDENTITY: [&str; 2] = ["-X", "exact-identity"];

fn optimize_option(level: u8) -> Option<String> {
    (level > 0).then(|| format!("-{}", "O".repeat(level.into())))
}

/// Options that a program asks for in its first line: `# hognose: -X interpret=name`.
fn options_of(program: &[u8]) -> Vec<String> {
    let first = program.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let options = first.strip_prefix(b"# hognose: ").map(String::from_utf8_lossy);
    options.map(|options| options.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
}

/// What our side did.
#[derive(Clone, Debug)]
pub struct OurRun {
    /// Its output and end.
    pub run: Run,
    /// How long it took.
    pub microseconds: u64,
    /// Whether `is` or `id` met equal big ints.
    pub identity_mattered: bool,
}

/// The name of the program in its scratch folder.
pub fn program_name(case: &Case) -> String {
    let name = case.path.file_name().unwrap_or(case.path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What a run shows, as one text with addresses masked.
pub fn shown(run: &Run) -> Vec<u8> {
    let mut text = Vec::new();
    text.extend_from_slice(format!("exit status {}\nstdout:\n", run.status).as_bytes());
    text.extend_from_slice(&run.stdout);
    text.extend_from_slice(b"\nstderr:\n");
    text.extend_from_slice(&run.stderr);
    mask_addresses(&text)
}

/// `None` when the runs are the same.
fn judge(theirs: &Run, ours: &Run) -> Option<(Verdict, Vec<String>)> {
    if ours.timed_out {
        return Some((Verdict::OursTimeout, Vec::new()));
    }
    let (their_text, our_text) = (shown(theirs), shown(ours));
    if their_text == our_text {
        return None;
    }
    if ours.status == UNSUPPORTED
        && let Some(what) = unsupported(&ours.stderr)
    {
        return Some((Verdict::Unsupported(what), Vec::new()));
    }
    if ours.status == OUR_BUG || CRASHES.contains(&-ours.status) {
        let words = String::from_utf8_lossy(&ours.stderr);
        let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
        return Some((Verdict::OursCrashed, vec![format!("exit status {}", ours.status), last]));
    }
    Some((Verdict::Different, describe_difference(&their_text, &our_text)))
}

/// What Hognose says that it does not do: the rest of its line `unsupported: …`, without the place.
fn unsupported(stderr: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().find_map(|line| line.split_once("unsupported: "))?.1;
    Some(line.split(" at ").next().unwrap_or(line).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stdout: &str, status: i32) -> Run {
        Run { stdout: stdout.into(), status, ..Run::default() }
    }

    #[test]
    fn verdicts_of_runs() {
        assert_eq!(judge(&run("<A at 0x7f00aa10>", 0), &run("<A at 0x7f00bb20>", 0)), None);
        assert_eq!(judge(&run("1", 0), &run("2", 0)).unwrap().0, Verdict::Different);
        assert_eq!(judge(&run("", -libc::SIGABRT), &run("", -libc::SIGABRT)), None);
        assert_eq!(judge(&run("", 0), &run("", -libc::SIGSEGV)).unwrap().0, Verdict::OursCrashed);
        let unsupported = Run { stderr: b"unsupported: match statement at 3:1\n".to_vec(), ..run("", 3) };
        assert_eq!(judge(&run("", 0), &unsupported).unwrap().0, Verdict::Unsupported("match statement".to_owned()));
    }
}
