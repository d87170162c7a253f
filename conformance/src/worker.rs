//! The worker process: `hognose-conform worker cpython|ours`.

use crate::isolation::{self, Resources};
use crate::{ours, python};
use hognose_testkit::worker::{Answer, Request, Side, read_frame, write_frame};
use pyo3::prelude::*;
use std::fs::File;
use std::io;
use std::os::fd::{FromRawFd, RawFd};
use std::process::ExitCode;

/// Stack of the thread that does the work: as much as the command gives its own stages.
const STACK_BYTES: usize = 512 << 20;

/// Serves requests until the pipe is closed.
pub fn serve(side: Side, memory_mib: u32, hash_seed: u32) -> ExitCode {
    let outcome = prepare(memory_mib).and_then(|pipe| {
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || match side {
            Side::Cpython => serve_cpython(pipe, hash_seed),
            Side::Ours => answer_all(pipe, ours::answer).map_err(|error| error.to_string()),
        })
    });
    match outcome.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(why))) => complain(&why),
        Ok(Err(_)) => ExitCode::from(101),
        Err(error) => complain(&error.to_string()),
    }
}

fn complain(why: &str) -> ExitCode {
    eprintln!("hognose-conform worker: {why}");
    ExitCode::from(2)
}

/// Limits this process and takes the pipe away from the standard streams.
fn prepare(memory_mib: u32) -> io::Result<File> {
    Resources::of_worker(memory_mib).apply()?;
    isolation::tie_to_parent()?;
    if let Ok(rules) = isolation::landlock(None) {
        rules.restrict_self().map_err(io::Error::other)?;
    }
    let null = File::options().read(true).write(true).open("/dev/null")?;
    // SAFETY: duplicates and replaces descriptors by number; 0 is the pipe by the worker's protocol, and the new
    // descriptor is owned by the `File` alone.
    unsafe {
        let pipe: RawFd = libc::fcntl(0, libc::F_DUPFD_CLOEXEC, 10);
        if pipe < 0 || libc::dup2(std::os::fd::AsRawFd::as_raw_fd(&null), 0) < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(File::from_raw_fd(pipe))
    }
}

fn serve_cpython(pipe: File, hash_seed: u32) -> Result<(), String> {
    python::start(hash_seed)?;
    Python::attach(|py| {
        let mut cpython = python::Cpython::new(py).map_err(|error| error.to_string())?;
        answer_all(pipe, |request| cpython.answer(request)).map_err(|error| error.to_string())
    })
}

fn answer_all(mut pipe: File, mut answer: impl FnMut(&Request) -> Answer) -> io::Result<()> {
    while let Some(payload) = read_frame(&mut pipe)? {
        let request = Request::decode(&payload).map_err(io::Error::other)?;
        write_frame(&mut pipe, &answer(&request).encode())?;
    }
    Ok(())
}
