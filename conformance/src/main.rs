//! The `hognose-conform` command.

use clap::{Args, Parser, Subcommand, ValueEnum};
use hognose_conform::bench::{self, Reference};
use hognose_conform::blame;
use hognose_conform::compare::{Comparison, Pair};
use hognose_conform::corpus::{self, Case};
use hognose_conform::counts::Table;
use hognose_conform::expected::{self, Expected};
use hognose_conform::isolation::Isolation;
use hognose_conform::report::{self, Header};
use hognose_conform::result::{Backend, Runner};
use hognose_conform::session::{Row, compare_all};
use hognose_conform::{worker, zoo};
use hognose_testkit::worker::{Limits, Side, find_executable};
use hognose_testkit::{Level, Levels};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Holds Hognose against CPython 3.11, stage by stage.
#[derive(Parser)]
#[command(name = "hognose-conform", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare programs at each level on each back end.
    Diff(DiffArguments),
    /// Compare a corpus at one level or several, and hold the outcome against what is expected.
    Conform(ConformArguments),
    /// Time CPython, VM and native side by side, whole processes in turn.
    Bench(BenchArguments),
    /// Plant bugs, one at a time, and see whether the checks find them (needs a build with the feature `zoo`).
    Zoo(ZooArguments),
    /// Print what shuts workers and programs in on this machine, and what is missing.
    Isolation,
    /// Answer requests on standard input; started by the other commands.
    #[command(hide = true)]
    Worker {
        side: WorkerSide,
        /// Address space, in MiB.
        #[arg(long, default_value_t = 4096)]
        memory_mib: u32,
        /// Seed of the hashes of str and bytes.
        #[arg(long, default_value_t = 0)]
        hash_seed: u32,
        /// A planted bug to activate.
        #[arg(long)]
        bug: Option<String>,
    },
}

/// What every comparison takes.
#[derive(Args)]
struct Comparing {
    /// Levels, separated by commas: all, tokens, ast, symtable, bytecode, pyc, errors, result.
    #[arg(long, default_value = "all")]
    level: Levels,
    /// Back ends at level `result`, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "vm", value_parser = backend)]
    backend: Vec<Backend>,
    /// Optimisation level, as CPython's -O and -OO.
    #[arg(long, short = 'O', default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=2))]
    optimize: u8,
    /// Passes of our compiler.
    #[arg(long, default_value = "cpython", value_parser = ["none", "cpython", "full"])]
    profile: String,
    /// How many programs at a time.
    #[arg(long, default_value_t = default_jobs())]
    jobs: usize,
    /// Seconds that one answer or program may take.
    #[arg(long, default_value_t = 20)]
    timeout: u64,
    /// Print for people or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Name the stage, pass and rewrite that are to blame for a difference.
    #[arg(long)]
    blame: bool,
    /// How many differences to describe.
    #[arg(long, default_value_t = 20)]
    details: usize,
}

#[derive(Args)]
struct DiffArguments {
    /// Programs, or folders of programs.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    comparing: Comparing,
}

#[derive(Args)]
struct ConformArguments {
    /// Programs, or folders of programs.
    files: Vec<PathBuf>,
    /// The standard library of the linked CPython, its tests included.
    #[arg(long)]
    stdlib: bool,
    /// Only the first programs.
    #[arg(long)]
    limit: Option<usize>,
    /// Write what does not pass into the expectation files.
    #[arg(long)]
    bless: bool,
    /// The folder of the expectation files.
    #[arg(long, default_value = "conformance/expected")]
    expected: PathBuf,
    #[command(flatten)]
    comparing: Comparing,
}

#[derive(Args)]
struct BenchArguments {
    /// Programs.
    programs: Vec<PathBuf>,
    /// Time the start as well: `-c pass`.
    #[arg(long)]
    start: bool,
    /// The CPython to time; without it the optimised build of 3.11 that is found.
    #[arg(long)]
    against: Option<PathBuf>,
    /// Back ends, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "vm,native", value_parser = backend)]
    backend: Vec<Backend>,
    /// Passes of our compiler.
    #[arg(long, default_value = "cpython", value_parser = ["none", "cpython", "full"])]
    profile: String,
    /// How many times each process is timed.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// The processor to stay on; without it the last one.
    #[arg(long)]
    cpu: Option<usize>,
    /// Seconds that one process may take.
    #[arg(long, default_value_t = 120)]
    timeout: u64,
    /// Print for people or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct ZooArguments {
    /// Only bugs with one of these texts in their names.
    bugs: Vec<String>,
    /// Where the crates are, in whose sources bugs are planted.
    #[arg(long, default_value = "crates")]
    sources: PathBuf,
    /// Programs of the standing corpus.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "examples,conformance/probes,conformance/programs,conformance/rejected"
    )]
    corpus: Vec<PathBuf>,
    /// Back ends, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "vm,native", value_parser = backend)]
    backend: Vec<Backend>,
    /// Seconds for each bug.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many bugs at a time.
    #[arg(long, default_value_t = default_jobs())]
    jobs: usize,
    /// Percentage that has to be found.
    #[arg(long, default_value_t = 90.0)]
    require_found: f64,
    /// Percentage that has to be blamed on the right stage.
    #[arg(long, default_value_t = 80.0)]
    require_blamed: f64,
    /// Print for people or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum WorkerSide {
    Cpython,
    Ours,
}

fn backend(name: &str) -> Result<Backend, String> {
    Backend::named(name).ok_or_else(|| "there are vm and native".to_owned())
}

fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The exit status of usage errors and trouble.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Worker { side, memory_mib, hash_seed, bug } => {
            if let Some(name) = bug
                && !activate(&name)
            {
                eprintln!("error: planted bugs need a build with the feature `zoo`");
                return ExitCode::from(TROUBLE);
            }
            let side = match side {
                WorkerSide::Cpython => Side::Cpython,
                WorkerSide::Ours => Side::Ours,
            };
            return worker::serve(side, memory_mib, hash_seed);
        }
        Command::Diff(arguments) => diff(&arguments),
        Command::Conform(arguments) => conform(&arguments),
        Command::Bench(arguments) => bench(&arguments),
        Command::Zoo(arguments) => zoo(&arguments),
        Command::Isolation => isolation(),
    };
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(TROUBLE)
        }
    }
}

/// Activates a planted bug; false when this build has none.
#[cfg(feature = "zoo")]
fn activate(name: &str) -> bool {
    hognose_primitives::zoo::activate(name);
    true
}

/// Activates a planted bug; false when this build has none.
#[cfg(not(feature = "zoo"))]
fn activate(_name: &str) -> bool {
    false
}

fn isolation() -> Result<u8, String> {
    let isolation = Isolation::probe();
    for present in isolation.present() {
        println!("used     {present}");
    }
    for missing in isolation.missing() {
        println!("missing  {missing}");
    }
    Ok(0)
}

/// Everything that a comparison needs at hand.
struct Comparer<'a> {
    executable: PathBuf,
    /// Only when level `result` is compared.
    hognose: Option<PathBuf>,
    header: Header,
    arguments: &'a Comparing,
}

impl<'a> Comparer<'a> {
    fn new(arguments: &'a Comparing) -> Result<Self, String> {
        let executable = std::env::current_exe().map_err(|error| error.to_string())?;
        let hognose = if arguments.level.contains(Level::Result) {
            Some(find_executable("hognose").ok_or("level result needs `hognose` next to this command or on PATH")?)
        } else {
            None
        };
        let mut pair = new_pair(&executable, arguments);
        let cpython = pair.identify().map_err(|lost| format!("CPython's worker {lost}"))?;
        let header = Header { profile: arguments.profile.clone(), cpython, isolation: Isolation::probe() };
        Ok(Comparer { executable, hognose, header, arguments })
    }

    /// Options of our compiler.
    fn options(&self) -> String {
        compiler_options(self.arguments)
    }

    fn compare(&self, cases: &[Case]) -> Vec<Row> {
        let levels = self.arguments.level;
        let options = ["--profile".to_owned(), self.arguments.profile.clone()];
        let patience = Duration::from_secs(self.arguments.timeout);
        let new_sides = || {
            let runner = self
                .hognose
                .as_deref()
                .map(|hognose| Runner::new(hognose, &options, self.arguments.optimize, patience));
            (new_pair(&self.executable, self.arguments), runner.transpose())
        };
        compare_all(cases, self.arguments.jobs, new_sides, |(pair, runner), case| {
            let mut comparisons = pair.compare(case, levels);
            match runner {
                Ok(Some(runner)) => comparisons.extend(runner.compare(case, &self.arguments.backend)),
                Ok(None) => {}
                Err(error) => comparisons.push(Comparison::trouble(Level::Result, error.to_string())),
            }
            if self.arguments.blame && comparisons.iter().any(|comparison| comparison.verdict.is_against_us()) {
                let runner = runner.as_ref().ok().and_then(Option::as_ref);
                let guilty = blame::blame(pair, runner, case, &self.options(), &self.arguments.backend);
                let text = guilty.map(|guilty| guilty.text());
                for comparison in comparisons.iter_mut().filter(|comparison| comparison.verdict.is_against_us()) {
                    comparison.blame.clone_from(&text);
                }
            }
            comparisons
        })
    }
}

fn new_pair(executable: &Path, arguments: &Comparing) -> Pair {
    let limits = Limits { patience: Duration::from_secs(arguments.timeout), ..Limits::default() };
    Pair::new(executable, limits, &compiler_options(arguments), arguments.optimize)
}

fn compiler_options(arguments: &Comparing) -> String {
    format!("--profile {}", arguments.profile)
}

fn diff(arguments: &DiffArguments) -> Result<u8, String> {
    let comparer = Comparer::new(&arguments.comparing)?;
    let cases = corpus::from_paths(&arguments.files).map_err(|error| error.to_string())?;
    let rows = comparer.compare(&cases);
    let table = Table::of(rows.iter().flat_map(|row| &row.comparisons));
    match arguments.comparing.format {
        Format::Json => print_json(&report::json(&comparer.header, &rows, &table, "hognose/diff-1")),
        Format::Text => {
            println!("{}\n{}", comparer.header.text(), report::table(&rows));
            print!("{}", report::details(&rows, arguments.comparing.details));
            print!("{}", report::summary(&table));
        }
    }
    Ok(report::exit_status(rows.iter().flat_map(|row| &row.comparisons)))
}

fn conform(arguments: &ConformArguments) -> Result<u8, String> {
    let comparing = &arguments.comparing;
    let comparer = Comparer::new(comparing)?;
    let mut cases = corpus::from_paths(&arguments.files).map_err(|error| error.to_string())?;
    if arguments.stdlib {
        cases.extend(corpus::standard_library().map_err(|error| error.to_string())?);
    }
    cases.truncate(arguments.limit.unwrap_or(usize::MAX));
    if cases.is_empty() {
        return Err("nothing to compare: name programs or folders, or say --stdlib".to_owned());
    }
    let start = Instant::now();
    let rows = comparer.compare(&cases);
    let seconds = start.elapsed().as_secs_f64();
    let table = Table::of(rows.iter().flat_map(|row| &row.comparisons));
    let mut departures = expected::Departures::default();
    let mut expected_lines = 0;
    for level in comparing.level.iter() {
        let path = expected::file(&arguments.expected, level);
        let mut expected = Expected::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if arguments.bless {
            expected.bless(&rows, level);
            expected.write(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        expected_lines += expected.len();
        let these = expected.departures(&rows, level);
        departures.failures.extend(these.failures);
        departures.passes.extend(these.passes);
    }
    let bytes: usize = cases.iter().map(|case| case.bytes.len()).sum();
    let lines: usize = cases.iter().map(|case| case.bytes.iter().filter(|&&byte| byte == b'\n').count()).sum();
    match comparing.format {
        Format::Json => {
            let mut value = report::json(&comparer.header, &rows, &table, "hognose/conform-1");
            value["seconds"] = seconds.into();
            value["bytes"] = bytes.into();
            value["lines"] = lines.into();
            value["expected_lines"] = expected_lines.into();
            value["unexpected_failures"] = departures.failures.clone().into();
            value["unexpected_passes"] = departures.passes.clone().into();
            print_json(&value);
        }
        Format::Text => {
            println!("{}", comparer.header.text());
            print!("{}", report::details(&rows, comparing.details));
            print!("{}", report::summary(&table));
            println!(
                "{} programs, {lines} lines in {seconds:.1} s: {:.0} lines/s with {} jobs",
                rows.len(),
                lines as f64 / seconds,
                comparing.jobs
            );
            println!("{expected_lines} lines of expected failures");
            for failure in departures.failures.iter().take(comparing.details) {
                println!("unexpected failure: {failure}");
            }
            for pass in departures.passes.iter().take(comparing.details) {
                println!("unexpected pass: {pass} (--bless takes the line away)");
            }
        }
    }
    if departures.is_empty() {
        return Ok(0);
    }
    Ok(u8::max(1, report::exit_status(rows.iter().flat_map(|row| &row.comparisons))))
}

fn bench(arguments: &BenchArguments) -> Result<u8, String> {
    let reference = match &arguments.against {
        Some(path) => Reference::ask(path).ok_or_else(|| format!("{} is no CPython 3.11", path.display()))?,
        None => Reference::find().ok_or("no CPython 3.11 is there")?,
    };
    let hognose = find_executable("hognose").ok_or("bench needs `hognose` next to this command or on PATH")?;
    if arguments.programs.is_empty() && !arguments.start {
        return Err("nothing to time: name programs, or say --start".to_owned());
    }
    if let Some(missing) = arguments.programs.iter().find(|program| !program.is_file()) {
        return Err(format!("{} is no file", missing.display()));
    }
    let plan = bench::Plan {
        programs: arguments.programs.clone(),
        start: arguments.start,
        backends: arguments.backend.clone(),
        options: vec!["--profile".to_owned(), arguments.profile.clone()],
        rounds: arguments.rounds.max(1),
        cpu: arguments.cpu.or(default_jobs().checked_sub(1)),
        patience: Duration::from_secs(arguments.timeout),
    };
    let report = bench::run(reference, &hognose, &plan).map_err(|error| error.to_string())?;
    match arguments.format {
        Format::Json => print_json(&report.json()),
        Format::Text => print!("{}", report.text()),
    }
    Ok(if report.is_complete() { 0 } else { 1 })
}

fn zoo(arguments: &ZooArguments) -> Result<u8, String> {
    if !cfg!(feature = "zoo") {
        return Err("this build has no planted bugs; build with --features hognose-conform/zoo".to_owned());
    }
    let read = |error: std::io::Error| error.to_string();
    let mut bugs =
        zoo::planted(&arguments.sources).map_err(|error| format!("{}: {error}", arguments.sources.display()))?;
    if !arguments.bugs.is_empty() {
        bugs.retain(|bug| arguments.bugs.iter().any(|text| bug.name.contains(text.as_str())));
    }
    let folders: Vec<PathBuf> = arguments.corpus.iter().filter(|path| path.exists()).cloned().collect();
    let plan = zoo::Plan {
        executable: std::env::current_exe().map_err(read)?,
        hognose: find_executable("hognose").ok_or("zoo needs `hognose` next to this command or on PATH")?,
        corpus: corpus::from_paths(&folders).map_err(read)?,
        front_end: zoo::scattered(corpus::standard_library().map_err(read)?),
        backends: arguments.backend.clone(),
        patience: Duration::from_secs(arguments.seconds),
        jobs: arguments.jobs,
    };
    let outcomes = zoo::run(&plan, &bugs).map_err(read)?;
    match arguments.format {
        Format::Json => print_json(&zoo::json(&outcomes)),
        Format::Text => print!("{}", zoo::text(&outcomes)),
    }
    let score = zoo::Score::of(&outcomes);
    let enough = score.found_percent() >= arguments.require_found && score.blamed_percent() >= arguments.require_blamed;
    Ok(if enough { 0 } else { 1 })
}

fn print_json(value: &serde_json::Value) {
    println!("{value:#}");
}
