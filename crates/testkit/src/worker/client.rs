//! Starts workers, asks them, and replaces those that die.

use super::protocol::{Answer, Request, read_frame, write_frame};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Which implementation a worker holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Side {
    Cpython,
    Ours,
}

impl Side {
    /// As written behind `hognose-conform worker`.
    pub fn name(self) -> &'static str {
        match self {
            Side::Cpython => "cpython",
            Side::Ours => "ours",
        }
    }
}

/// What a worker may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Address space, in MiB.
    pub memory_mib: u32,
    /// How long one answer may take.
    pub patience: Duration,
    /// After so many answers a fresh process takes over.
    pub answers: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { memory_mib: 4096, patience: Duration::from_secs(20), answers: 2000 }
    }
}

/// A worker that did not answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lost {
    /// It ended; how, and its last words on standard error.
    Crashed(String),
    /// It did not answer in time and was ended.
    TimedOut,
    /// It could not be started.
    NotStarted(String),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Crashed(how) => write!(f, "crashed: {how}"),
            Lost::TimedOut => f.write_str("did not answer in time"),
            Lost::NotStarted(why) => write!(f, "could not be started: {why}"),
        }
    }
}

impl std::error::Error for Lost {}

/// One worker process; ends when dropped.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    pipe: UnixStream,
    stderr: Option<File>,
}

impl Worker {
    /// Starts `hognose-conform worker SIDE` with `extra` arguments; its last words go to `stderr`.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn start(
        executable: &Path,
        side: Side,
        limits: &Limits,
        extra: &[String],
        stderr: Option<File>,
    ) -> io::Result<Self> {
        let (pipe, theirs) = UnixStream::pair()?;
        let mut command = Command::new(executable);
        command.arg("worker").arg(side.name()).arg(format!("--memory-mib={}", limits.memory_mib)).args(extra);
        command.env_clear().stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::null());
        command.stderr(match &stderr {
            Some(file) => Stdio::from(file.try_clone()?),
            None => Stdio::null(),
        });
        let child = command.spawn()?;
        Ok(Worker { child, pipe, stderr })
    }

    /// The process, for those who want to disturb it.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Asks once and waits for the answer.
    ///
    /// # Errors
    /// [`Lost`] when the worker ended or took too long; it is of no use then.
    pub fn ask(&mut self, request: &Request, patience: Duration) -> Result<Answer, Lost> {
        let received = self
            .pipe
            .set_read_timeout(Some(patience))
            .and_then(|()| self.pipe.set_write_timeout(Some(patience)))
            .and_then(|()| write_frame(&mut self.pipe, &request.encode()))
            .and_then(|()| read_frame(&mut self.pipe));
        match received {
            Ok(Some(payload)) => Answer::decode(&payload).map_err(|broken| {
                self.end();
                Lost::Crashed(broken.to_string())
            }),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                self.end();
                Err(Lost::TimedOut)
            }
            Ok(None) | Err(_) => Err(self.how_it_ended()),
        }
    }

    /// The pipe is closed, so the process has ended or is about to.
    fn how_it_ended(&mut self) -> Lost {
        let status = self.child.wait().map_or_else(|error| error.to_string(), describe);
        let words = self.stderr.as_mut().and_then(|file| last_words(file).ok()).unwrap_or_default();
        Lost::Crashed(if words.is_empty() { status } else { format!("{status}; {words}") })
    }

    fn end(&mut self) {
        // Both fail only when the process is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

/// The last line that a process wrote.
fn last_words(file: &mut File) -> io::Result<String> {
    let end = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(end.saturating_sub(4096)))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned())
}

/// Keeps one worker of a side running: restarts it when it dies, and after a number of answers.
#[derive(Debug)]
pub struct Keeper {
    executable: PathBuf,
    side: Side,
    limits: Limits,
    extra: Vec<String>,
    worker: Option<Worker>,
    answers: u32,
    losses: u32,
}

impl Keeper {
    /// A keeper that starts its worker when it is first asked.
    pub fn new(executable: impl Into<PathBuf>, side: Side, limits: Limits) -> Self {
        let executable = executable.into();
        Keeper { executable, side, limits, extra: Vec::new(), worker: None, answers: 0, losses: 0 }
    }

    /// Arguments that each worker gets.
    #[must_use]
    pub fn with_arguments(mut self, extra: Vec<String>) -> Self {
        self.extra = extra;
        self
    }

    /// How often a worker was lost.
    pub fn losses(&self) -> u32 {
        self.losses
    }

    /// The limits of its workers.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The running worker, started if need be.
    ///
    /// # Errors
    /// [`Lost::NotStarted`].
    pub fn worker(&mut self) -> Result<&mut Worker, Lost> {
        if self.answers >= self.limits.answers {
            self.worker = None;
        }
        match &mut self.worker {
            Some(worker) => Ok(worker),
            slot @ None => {
                self.answers = 0;
                let worker = unnamed_file()
                    .and_then(|file| Worker::start(&self.executable, self.side, &self.limits, &self.extra, Some(file)))
                    .map_err(|error| Lost::NotStarted(error.to_string()))?;
                Ok(slot.insert(worker))
            }
        }
    }

    /// Asks; a request that costs the worker its life is asked once more, alone, in a fresh one.
    ///
    /// # Errors
    /// [`Lost`] when the fresh worker is lost too.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Lost> {
        self.ask_patiently(request, self.limits.patience)
    }

    /// As [`Keeper::ask`] with a time limit of its own.
    ///
    /// # Errors
    /// As [`Keeper::ask`].
    pub fn ask_patiently(&mut self, request: &Request, patience: Duration) -> Result<Answer, Lost> {
        match self.ask_once(request, patience) {
            Err(Lost::Crashed(_) | Lost::TimedOut) => self.ask_once(request, patience),
            other => other,
        }
    }

    /// Asks without a second attempt.
    ///
    /// # Errors
    /// [`Lost`]; the next request finds a fresh worker.
    pub fn ask_once(&mut self, request: &Request, patience: Duration) -> Result<Answer, Lost> {
        let answer = self.worker()?.ask(request, patience);
        self.answers += 1;
        if answer.is_err() {
            self.worker = None;
            self.losses += 1;
        }
        answer
    }
}

/// A file that no folder names, for the last words of a process.
fn unnamed_file() -> io::Result<File> {
    for number in 0_u32.. {
        let path = std::env::temp_dir().join(format!("hognose-worker-{}-{number}", std::process::id()));
        match File::options().read(true).write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
