//! Throws random and mutated inputs at the front end, the `.pyc` reader and the verifier.
//!
//! `hammer [--seed N] [--scale PERCENT] [--corpus FOLDER]...` runs 1 million random inputs of 1 to 4096 bytes and
//! 100,000 mutated programs through the front end, and 1 million mutated `.pyc` files through reader and verifier.
//! Work is done in child processes, so that a crash or a hang costs one input, which is then named by kind and number.

use hognose_testkit::generate::{Choices, bytes_from_seed};
use hognose_testkit::{check, mutate};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Inputs per child process.
const CHUNK: u64 = 5_000;
/// An input that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);
/// Stack for the stages, as the command gives them.
const STACK_BYTES: usize = 512 << 20;

struct Kind {
    name: &'static str,
    count: u64,
    run: fn(&Corpus, u64),
}

const KINDS: &[Kind] = &[
    Kind { name: "random-source", count: 1_000_000, run: random_source },
    Kind { name: "mutated-source", count: 100_000, run: mutated_source },
    Kind { name: "mutated-pyc", count: 1_000_000, run: mutated_pyc },
];

#[derive(Default)]
struct Corpus {
    programs: Vec<String>,
    compiled: Vec<Vec<u8>>,
}

fn random_source(_: &Corpus, seed: u64) {
    let length = 1 + (bytes_from_seed(seed, 2)[0] as usize * 256 + bytes_from_seed(seed, 2)[1] as usize) % 4096;
    let mut input = bytes_from_seed(seed ^ 0x5EED, length);
    // Every second input is made of bytes that programs are made of.
    if seed % 2 == 1 {
        const LIKELY: &[u8] =
            b"  \n\n\t()[]{}:;,.=+-*/%<>!@~^&|\\'\"#_abcdefxyz0123456789 if else for in def class lambda not";
        for byte in &mut input {
            *byte = LIKELY[usize::from(*byte) % LIKELY.len()];
        }
    }
    check::source(&input);
}

fn mutated_source(corpus: &Corpus, seed: u64) {
    let decisions = bytes_from_seed(seed, 64);
    let program = &corpus.programs[(seed % corpus.programs.len() as u64) as usize];
    check::source(mutate::source(program, &mut Choices::new(&decisions)).as_bytes());
}

fn mutated_pyc(corpus: &Corpus, seed: u64) {
    let decisions = bytes_from_seed(seed, 64);
    let compiled = &corpus.compiled[(seed % corpus.compiled.len() as u64) as usize];
    check::pyc(&mutate::bytes(compiled, &mut Choices::new(&decisions)));
}

fn load(folders: &[PathBuf]) -> Corpus {
    let mut files = Vec::new();
    for folder in folders {
        python_files(folder, &mut files);
    }
    files.sort();
    let programs: Vec<String> = files
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter(|text| (1..40_000).contains(&text.len()))
        .collect();
    let compiled = programs.iter().filter_map(|text| check::pyc_of(text)).collect();
    Corpus { programs, compiled }
}

fn python_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

struct Arguments {
    seed: u64,
    percent: u64,
    folders: Vec<PathBuf>,
    /// In a child: kind, first input, input behind the last.
    child: Option<(usize, u64, u64)>,
}

fn arguments() -> Result<Arguments, String> {
    let mut read = Arguments { seed: 0, percent: 100, folders: Vec::new(), child: None };
    let mut rest = std::env::args().skip(1);
    while let Some(flag) = rest.next() {
        let mut number =
            || rest.next().and_then(|text| text.parse::<u64>().ok()).ok_or(format!("{flag} needs a number"));
        match flag.as_str() {
            "--seed" => read.seed = number()?,
            "--scale" => read.percent = number()?,
            "--child" => read.child = Some((number()? as usize, number()?, number()?)),
            "--corpus" => read.folders.push(rest.next().ok_or("--corpus needs a folder")?.into()),
            _ => return Err(format!("unexpected argument '{flag}'")),
        }
    }
    if read.folders.is_empty() {
        read.folders = ["examples", "conformance"].map(PathBuf::from).to_vec();
    }
    Ok(read)
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("error: {problem}\nusage: hammer [--seed N] [--scale PERCENT] [--corpus FOLDER]...");
            return ExitCode::from(2);
        }
    };
    match arguments.child {
        Some((kind, from, to)) => {
            let worker = std::thread::Builder::new().stack_size(STACK_BYTES);
            let done = worker.spawn(move || child(&arguments, kind, from, to)).map(std::thread::JoinHandle::join);
            ExitCode::from(u8::from(!matches!(done, Ok(Ok(())))))
        }
        None => parent(&arguments),
    }
}

/// Runs inputs and tells after each which was done, so that the parent knows where a crash or a hang is.
fn child(arguments: &Arguments, kind: usize, from: u64, to: u64) {
    let corpus = load(&arguments.folders);
    let mut out = std::io::stdout();
    for number in from..to {
        (KINDS[kind].run)(&corpus, arguments.seed << 32 | number);
        // A parent that has gone away needs no more answers.
        if out.write_all(b".\n").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn parent(arguments: &Arguments) -> ExitCode {
    let corpus = load(&arguments.folders);
    if corpus.compiled.is_empty() {
        eprintln!("error: no programs in {:?}", arguments.folders);
        return ExitCode::from(2);
    }
    println!("corpus: {} programs, {} compiled; seed {}", corpus.programs.len(), corpus.compiled.len(), arguments.seed);
    let mut failures = 0;
    for (kind, row) in KINDS.iter().enumerate() {
        let started = Instant::now();
        let count = row.count * arguments.percent / 100;
        let next = std::sync::atomic::AtomicU64::new(0);
        let broken = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
                scope.spawn(|| {
                    loop {
                        let from = next.fetch_add(CHUNK, std::sync::atomic::Ordering::Relaxed);
                        if from >= count {
                            break;
                        }
                        let found = chunk(arguments, kind, from, (from + CHUNK).min(count));
                        broken.lock().expect("no thread panics while it holds this").extend(found);
                    }
                });
            }
        });
        let broken = broken.into_inner().expect("all threads have ended");
        println!("{}: {count} inputs, {} broken, {:.1} s", row.name, broken.len(), started.elapsed().as_secs_f64());
        for (number, how) in &broken {
            println!("  input {number} of {}: {how}", row.name);
        }
        failures += broken.len();
    }
    println!("{} broken", failures);
    ExitCode::from(u8::from(failures > 0))
}

/// Runs a range of inputs in child processes, going on behind each that breaks; gives those with how they broke.
fn chunk(arguments: &Arguments, kind: usize, mut from: u64, to: u64) -> Vec<(u64, String)> {
    let mut broken = Vec::new();
    while from < to {
        let mut command = Command::new(std::env::current_exe().expect("the running program has a path"));
        command.args(["--seed", &arguments.seed.to_string()]);
        for folder in &arguments.folders {
            command.arg("--corpus").arg(folder);
        }
        command.args(["--child", &kind.to_string(), &from.to_string(), &to.to_string()]);
        let mut process = match command.stdout(Stdio::piped()).spawn() {
            Ok(process) => process,
            Err(error) => return vec![(from, format!("cannot start a child: {error}"))],
        };
        let lines = BufReader::new(process.stdout.take().expect("the output is piped")).lines();
        let (sender, receiver) = std::sync::mpsc::channel();
        let reader =
            std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|_| sender.send(()).map_err(drop)));
        let mut hung = false;
        while from < to {
            match receiver.recv_timeout(PATIENCE) {
                Ok(()) => from += 1,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    hung = true;
                    break;
                }
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        if hung {
            // It may have ended meanwhile, which is as good.
            let _ = process.kill();
        }
        let status = process.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        let _ = reader.join();
        if from < to {
            broken.push((from, if hung { format!("longer than {PATIENCE:?}") } else { status }));
            from += 1;
        }
    }
    broken
}
