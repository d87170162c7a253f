//! The operating system as the runtime sees it.

use hognose_runtime::host::HostResult;
use hognose_runtime::{Host, HostError};
use std::ffi::CString;

/// Gives a program all that the process itself may do.
pub struct SystemHost;

/// The result of a system call that gives a count, or -1 and `errno`.
fn checked(result: isize) -> HostResult<usize> {
    usize::try_from(result).map_err(|_| HostError(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)))
}

impl Host for SystemHost {
    fn read(&mut self, descriptor: i32, buffer: &mut [u8]) -> HostResult<usize> {
        // SAFETY: the buffer is writable for its length.
        checked(unsafe { libc::read(descriptor, buffer.as_mut_ptr().cast(), buffer.len()) })
    }

    fn write(&mut self, descriptor: i32, bytes: &[u8]) -> HostResult<usize> {
        // SAFETY: the bytes are readable for their length.
        checked(unsafe { libc::write(descriptor, bytes.as_ptr().cast(), bytes.len()) })
    }

    fn open(&mut self, path: &[u8], flags: i32, mode: u32) -> HostResult<i32> {
        let path = CString::new(path).map_err(|_| HostError(libc::EINVAL))?;
        // SAFETY: the path ends with a NUL.
        checked(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) } as isize)
            .map(|number| number as i32)
    }

    fn close(&mut self, descriptor: i32) -> HostResult<()> {
        // SAFETY: closing any number is allowed; only the program uses descriptors it opened.
        checked(unsafe { libc::close(descriptor) } as isize).map(drop)
    }

    fn isatty(&mut self, descriptor: i32) -> bool {
        // SAFETY: asks about any number.
        unsafe { libc::isatty(descriptor) == 1 }
    }

    fn monotonic_ns(&mut self) -> u64 {
        clock_ns(libc::CLOCK_MONOTONIC)
    }

    fn realtime_ns(&mut self) -> u64 {
        clock_ns(libc::CLOCK_REALTIME)
    }

    fn process_time_ns(&mut self) -> u64 {
        clock_ns(libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    fn random(&mut self, buffer: &mut [u8]) -> HostResult<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = &mut buffer[filled..];
            // SAFETY: the rest of the buffer is writable for its length.
            filled += checked(unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) })?;
        }
        Ok(())
    }

    fn environment(&mut self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn process_id(&mut self) -> i32 {
        std::process::id() as i32
    }

    fn source(&mut self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(path).ok()
    }
}

fn clock_ns(clock: libc::clockid_t) -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is writable; the clocks asked for exist on every system that Hognose runs on.
    unsafe { libc::clock_gettime(clock, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
