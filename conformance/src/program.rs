//! Runs a program in a child process, shut in, and takes down what it did.

use crate::isolation::{self, Resources};
use hognose_testkit::worker::Run;
use std::fs;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// More than this of one stream is not read: the program is ended.
const LONGEST_OUTPUT: usize = 4 << 20;

/// A folder of a run, removed with all that is in it when dropped.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
}

impl Scratch {
    /// A new, empty folder below the system's folder for temporary files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("hognose-{}-{number}", std::process::id()));
        fs::create_dir_all(root.join("work"))?;
        Ok(Scratch { root })
    }

    /// The working directory and home of the program.
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Where the run leaves word that the identity of big ints mattered.
    pub fn identity_report(&self) -> PathBuf {
        self.root.join("identity")
    }

    /// Empties the working directory, so that both sides find the same.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn empty(&self) -> io::Result<()> {
        fs::remove_dir_all(&self.root)?;
        fs::create_dir_all(self.work())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A program and how it is started.
#[derive(Clone, Debug)]
pub struct Start<'a> {
    /// The interpreter.
    pub executable: &'a Path,
    /// Its arguments; the program is a name in the working directory.
    pub arguments: Vec<String>,
    /// Environment beside the usual one.
    pub environment: Vec<(&'static str, String)>,
    /// Files to put into the working directory.
    pub files: Vec<(&'a str, &'a [u8])>,
    /// How long it may take.
    pub patience: Duration,
}

impl Start<'_> {
    /// Runs it in the scratch folder.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, scratch: &Scratch) -> io::Result<Run> {
        scratch.empty()?;
        let work = scratch.work();
        for (name, bytes) in &self.files {
            fs::write(work.join(name), bytes)?;
        }
        let mut command = Command::new(self.executable);
        command.args(&self.arguments).current_dir(&work).env_clear();
        command.envs([("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("PYTHONDONTWRITEBYTECODE", "1")]);
        command.env("HOME", &work).envs(self.environment.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let seconds = self.patience.as_secs();
        let rules = isolation::landlock(Some(&scratch.root)).ok();
        isolation::confine(&mut command, Resources::of_program(seconds), rules);
        take_down(command.spawn()?, self.patience)
    }
}

/// Reads both streams until they end, the time is up or one is too long.
fn take_down(mut child: Child, patience: Duration) -> io::Result<Run> {
    let deadline = Instant::now() + patience;
    let mut run = Run::default();
    let mut streams = [Stream::new(child.stdout.take())?, Stream::new(child.stderr.take())?];
    let status = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let all_read = wait_and_read(&mut streams, left.min(Duration::from_millis(20)))?;
        let too_long = streams.iter().any(|stream| stream.bytes.len() > LONGEST_OUTPUT);
        if too_long || left.is_zero() {
            run.timed_out = !too_long;
            isolation::kill_group(child.id());
            break child.wait()?;
        }
        // Something that the program started may keep the streams open when the program has ended.
        if let Some(status) = child.try_wait()? {
            isolation::kill_group(child.id());
            while !wait_and_read(&mut streams, Duration::from_millis(5))? && Instant::now() < deadline {}
            break status;
        }
        if all_read {
            std::thread::sleep(Duration::from_micros(100));
        }
    };
    run.status = status.code().unwrap_or_else(|| -status.signal().unwrap_or_default());
    let [stdout, stderr] = streams.map(|stream| {
        let mut bytes = stream.bytes;
        bytes.truncate(LONGEST_OUTPUT);
        bytes
    });
    (run.stdout, run.stderr) = (stdout, stderr);
    Ok(run)
}

/// One end of a pipe and what came out of it.
struct Stream {
    pipe: Option<Box<dyn Pipe>>,
    bytes: Vec<u8>,
}

trait Pipe: Read + AsRawFd {}

impl<T: Read + AsRawFd> Pipe for T {}

impl Stream {
    fn new(pipe: Option<impl Pipe + 'static>) -> io::Result<Self> {
        let pipe = pipe.ok_or_else(|| io::Error::other("the stream was piped"))?;
        // SAFETY: changes the mode of a descriptor that `pipe` owns.
        if unsafe { libc::fcntl(pipe.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) } < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Stream { pipe: Some(Box::new(pipe)), bytes: Vec::new() })
    }

    /// Takes what is there.
    fn read(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.pipe else { return Ok(()) };
        let mut buffer = [0; 1 << 16];
        while self.bytes.len() <= LONGEST_OUTPUT {
            match pipe.read(&mut buffer) {
                Ok(0) => {
                    self.pipe = None;
                    return Ok(());
                }
                Ok(length) => self.bytes.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Waits until a stream has something, reads it, and says whether both have ended.
fn wait_and_read(streams: &mut [Stream; 2], patience: Duration) -> io::Result<bool> {
    let descriptor = |stream: &Stream| stream.pipe.as_ref().map_or(-1, |pipe| pipe.as_raw_fd());
    // A negative descriptor is passed over.
    let mut polled = [&streams[0], &streams[1]].map(|stream| libc::pollfd {
        fd: descriptor(stream),
        events: libc::POLLIN,
        revents: 0,
    });
    // Rounded up, so that the last part of a millisecond is not spent in polling.
    let milliseconds = patience.as_micros().div_ceil(1000) as libc::c_int;
    // SAFETY: the array lives during the call and has two elements.
    if unsafe { libc::poll(polled.as_mut_ptr(), 2, milliseconds) } < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    for stream in streams.iter_mut() {
        stream.read()?;
    }
    Ok(streams.iter().all(|stream| stream.pipe.is_none()))
}
