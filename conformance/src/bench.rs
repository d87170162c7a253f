//! Times whole processes of CPython, VM and native side by side.

use crate::python;
use crate::result::Backend;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::mem::MaybeUninit;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A CPython to be timed.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The interpreter.
    pub executable: PathBuf,
    /// `3.11.2`.
    pub version: String,
    /// What it was configured with, as far as it makes it faster.
    pub optimisations: Vec<String>,
}

impl Reference {
    /// Asks an interpreter what it is; `None` when it is no CPython 3.11.
    pub fn ask(executable: &Path) -> Option<Self> {
        let script = "import sys, sysconfig\n\
            print(sys.executable, sys.version.split()[0], sys.implementation.name, sep='\\n')\n\
            print(sysconfig.get_config_var('CONFIG_ARGS') or '')";
        let output = Command::new(executable).args(["-I", "-c", script]).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut lines = text.lines();
        let (executable, version, name) = (lines.next()?, lines.next()?, lines.next()?);
        if name != "cpython" || !version.starts_with("3.11.") {
            return None;
        }
        let arguments = lines.next().unwrap_or_default();
        let mut optimisations: Vec<String> = ["--enable-optimizations", "--with-lto"]
            .into_iter()
            .filter(|option| arguments.contains(option))
            .map(str::to_owned)
            .collect();
        // Debian builds with a profile and at link time, and takes both out of what `sysconfig` tells.
        if optimisations.is_empty() && arguments.contains("--with-wheel-pkg-dir=/usr/share/python-wheels") {
            optimisations.push("Debian's package, profile and link time".to_owned());
        }
        Some(Reference { executable: executable.into(), version: version.to_owned(), optimisations })
    }

    /// The fastest CPython 3.11 of this machine: an optimised build if there is one, otherwise the linked one.
    pub fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/bin".into(), "/usr/local/bin".into()]);
        let mut found: Vec<Reference> = Vec::new();
        for candidate in folders.map(|folder| folder.join("python3.11")).filter(|candidate| candidate.is_file()) {
            if let Some(reference) = Reference::ask(&candidate) {
                if reference.is_optimised() {
                    return Some(reference);
                }
                found.push(reference);
            }
        }
        Reference::ask(Path::new(python::EXECUTABLE)).or_else(|| found.into_iter().next())
    }

    /// Whether it was built with profile-guided optimisation.
    pub fn is_optimised(&self) -> bool {
        self.optimisations.iter().any(|option| option != "--with-lto")
    }

    /// One line about it.
    pub fn describe(&self) -> String {
        let build = if self.is_optimised() {
            format!("optimised build: {}", self.optimisations.join(", "))
        } else {
            "NOT an optimised build".to_owned()
        };
        format!("CPython {} at {} ({build}), -I -S", self.version, self.executable.display())
    }
}

/// What is timed, and how often.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The programs.
    pub programs: Vec<PathBuf>,
    /// Whether the start is timed, too: `-c pass`.
    pub start: bool,
    /// Back ends of ours.
    pub backends: Vec<Backend>,
    /// Options of ours, before the program.
    pub options: Vec<String>,
    /// Rounds that count; one more goes before them.
    pub rounds: usize,
    /// The processor to stay on.
    pub cpu: Option<usize>,
    /// No process may take longer.
    pub patience: Duration,
}

/// One executor's times on one program.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// Seconds of each round, sorted.
    pub seconds: Vec<f64>,
    /// Peak resident memory in KiB.
    pub peak_kib: i64,
    /// Why there are none: `unsupported`, `wrong output`, ...
    pub fault: Option<String>,
}

impl Samples {
    /// The middle one, or the mean of both in the middle.
    pub fn median(&self) -> f64 {
        quantile(&self.seconds, 0.5)
    }

    /// Half the distance between the quartiles, as a part of the median.
    pub fn spread(&self) -> f64 {
        (quantile(&self.seconds, 0.75) - quantile(&self.seconds, 0.25)) / 2.0 / self.median()
    }
}

fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = part * last as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

/// One program and the times of each executor: CPython first.
#[derive(Clone, Debug)]
pub struct Line {
    /// The program.
    pub name: String,
    /// CPython's and ours in the order of the plan.
    pub samples: Vec<Samples>,
}

/// All times.
#[derive(Clone, Debug)]
pub struct Report {
    reference: Reference,
    columns: Vec<String>,
    lines: Vec<Line>,
    rounds: usize,
    cpu: Option<usize>,
}

/// Times everything, each round through all executors in turn.
///
/// # Errors
/// When a process cannot be started.
pub fn run(reference: Reference, hognose: &Path, plan: &Plan) -> io::Result<Report> {
    if let Some(cpu) = plan.cpu {
        stay_on(cpu)?;
    }
    let mut executors = vec![(reference.executable.clone(), vec!["-I".to_owned(), "-S".to_owned()])];
    let mut columns = vec!["CPython".to_owned()];
    for backend in &plan.backends {
        let mut arguments = vec![format!("--backend={}", backend.name())];
        arguments.extend(plan.options.iter().cloned());
        executors.push((hognose.to_owned(), arguments));
        columns.push(backend.name().to_owned());
    }
    let mut lines = Vec::new();
    if plan.start {
        let program = ["-c".to_owned(), "pass".to_owned()];
        // A start is short, so more of them are needed and can be had.
        lines.push(time_program("start: -c pass", &program, &executors, plan.rounds * 5, plan.patience)?);
    }
    for path in &plan.programs {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let program = [path.to_string_lossy().into_owned()];
        lines.push(time_program(&name, &program, &executors, plan.rounds, plan.patience)?);
    }
    Ok(Report { reference, columns, lines, rounds: plan.rounds, cpu: plan.cpu })
}

fn time_program(
    name: &str,
    program: &[String],
    executors: &[(PathBuf, Vec<String>)],
    rounds: usize,
    patience: Duration,
) -> io::Result<Line> {
    let mut samples = vec![Samples::default(); executors.len()];
    let mut right_output: Option<Vec<u8>> = None;
    for round in 0..=rounds {
        for ((executable, arguments), samples) in executors.iter().zip(&mut samples) {
            if samples.fault.is_some() {
                continue;
            }
            let timed = time_once(executable, arguments, program, patience)?;
            samples.fault = timed.fault();
            match &right_output {
                None => right_output = Some(timed.output),
                Some(right) if *right != timed.output && samples.fault.is_none() => {
                    samples.fault = Some("wrong output".to_owned());
                }
                Some(_) => {}
            }
            samples.peak_kib = samples.peak_kib.max(timed.peak_kib);
            // The first round fills the caches of the file system.
            if round > 0 && samples.fault.is_none() {
                samples.seconds.push(timed.seconds);
            }
        }
    }
    for samples in &mut samples {
        samples.seconds.sort_by(f64::total_cmp);
    }
    Ok(Line { name: name.to_owned(), samples })
}

/// One process.
struct Timed {
    seconds: f64,
    peak_kib: i64,
    status: i32,
    output: Vec<u8>,
    last_words: String,
}

impl Timed {
    fn fault(&self) -> Option<String> {
        match self.status {
            0 => None,
            3 => Some("unsupported".to_owned()),
            status if libc::WIFSIGNALED(status) => Some(format!("signal {}", libc::WTERMSIG(status))),
            status => Some(format!("exit status {status}: {}", self.last_words)),
        }
    }
}

fn time_once(executable: &Path, arguments: &[String], program: &[String], patience: Duration) -> io::Result<Timed> {
    let mut files = [unnamed_file()?, unnamed_file()?];
    let mut command = Command::new(executable);
    command.args(arguments).args(program).env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8");
    command.env("PYTHONHASHSEED", "0").env("HOGNOSE_STDLIB", format!("{}/lib/python3.11", python::HOME));
    command.stdin(Stdio::null()).stdout(files[0].try_clone()?).stderr(files[1].try_clone()?);
    let start = Instant::now();
    let child = command.spawn()?;
    let process_id = child.id() as libc::pid_t;
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let watchdog = std::thread::spawn(move || {
        if is_done.recv_timeout(patience) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            // SAFETY: sends a signal to the child, which is not waited for before this thread is told.
            unsafe { libc::kill(process_id, libc::SIGKILL) };
        }
    });
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: waits for our own child, which nothing else waits for; both results outlive the call.
    let waited = unsafe { libc::wait4(process_id, &raw mut status, 0, usage.as_mut_ptr()) };
    let seconds = start.elapsed().as_secs_f64();
    drop(done);
    // The thread only sends a signal.
    let _ = watchdog.join();
    if waited != process_id {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: filled by `wait4`, and zeroed before.
    let usage = unsafe { usage.assume_init() };
    let mut texts = [Vec::new(), Vec::new()];
    for (file, text) in files.iter_mut().zip(&mut texts) {
        file.rewind()?;
        file.read_to_end(text)?;
    }
    let [output, errors] = texts;
    let last_words = String::from_utf8_lossy(&errors).lines().next_back().unwrap_or_default().to_owned();
    let status = if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { status };
    Ok(Timed { seconds, peak_kib: usage.ru_maxrss, status, output, last_words })
}

/// A file that ends with its last descriptor.
fn unnamed_file() -> io::Result<File> {
    File::options().read(true).write(true).custom_flags(libc::O_TMPFILE).open(std::env::temp_dir())
}

/// Keeps this process and its children on one processor.
fn stay_on(cpu: usize) -> io::Result<()> {
    let mut set = MaybeUninit::<libc::cpu_set_t>::zeroed();
    if cpu >= libc::CPU_SETSIZE as usize {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no such processor"));
    }
    // SAFETY: `cpu` is below the size of the set; the set is zeroed, which is a valid empty set.
    let refused = unsafe {
        libc::CPU_SET(cpu, &mut *set.as_mut_ptr());
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), set.as_ptr()) != 0
    };
    if refused { Err(io::Error::last_os_error()) } else { Ok(()) }
}

impl Report {
    /// The table.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.reference.describe());
        let place = self.cpu.map_or_else(|| "any processor".to_owned(), |cpu| format!("processor {cpu}"));
        let _ = writeln!(
            text,
            "Hognose {}; {} rounds in turn on {place}; seconds of the whole process: median, ± half the quartile distance; \
             × is how many times as fast as CPython",
            env!("CARGO_PKG_VERSION"),
            self.rounds
        );
        let name_width = self.lines.iter().map(|line| line.name.len()).max().unwrap_or(0).max("program".len());
        let _ = write!(text, "\n{:name_width$}", "program");
        for column in &self.columns {
            let _ = write!(text, "  {column:26}");
        }
        trim_line(&mut text);
        for line in &self.lines {
            let _ = write!(text, "{:name_width$}", line.name);
            let base = line.samples.first().map_or(f64::NAN, Samples::median);
            for (index, samples) in line.samples.iter().enumerate() {
                let cell = match &samples.fault {
                    Some(fault) => fault.chars().take(26).collect(),
                    None => {
                        let time = format!("{:8.4} ±{:4.1} %", samples.median(), samples.spread() * 100.0);
                        let ratio = base / samples.median();
                        if index == 0 { time } else { format!("{time} {ratio:6.2}×") }
                    }
                };
                let _ = write!(text, "  {cell:26}");
            }
            trim_line(&mut text);
        }
        text
    }

    /// The table as JSON.
    pub fn json(&self) -> Value {
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|line| {
                let base = line.samples.first().map_or(f64::NAN, Samples::median);
                let executors: Vec<Value> = self
                    .columns
                    .iter()
                    .zip(&line.samples)
                    .map(|(column, samples)| {
                        json!({
                            "executor": column, "seconds": samples.seconds, "median": samples.median(),
                            "spread": samples.spread(), "times_as_fast": base / samples.median(),
                            "peak_kib": samples.peak_kib, "fault": samples.fault,
                        })
                    })
                    .collect();
                json!({ "program": line.name, "executors": executors })
            })
            .collect();
        json!({
            "schema": "hognose/bench-1",
            "tool_version": env!("CARGO_PKG_VERSION"),
            "reference": {
                "executable": self.reference.executable, "version": self.reference.version,
                "optimised": self.reference.is_optimised(), "optimisations": self.reference.optimisations,
            },
            "rounds": self.rounds,
            "cpu": self.cpu,
            "programs": lines,
        })
    }

    /// Whether every executor did every program right.
    pub fn is_complete(&self) -> bool {
        self.lines.iter().all(|line| line.samples.iter().all(|samples| samples.fault.is_none()))
    }
}

fn trim_line(text: &mut String) {
    text.truncate(text.trim_end().len());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_and_spread() {
        let samples = Samples { seconds: vec![1.0, 2.0, 3.0, 4.0, 5.0], ..Samples::default() };
        assert_eq!((samples.median(), samples.spread()), (3.0, 1.0 / 3.0));
        assert!(Samples::default().median().is_nan());
    }
}
