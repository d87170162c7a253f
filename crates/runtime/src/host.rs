//! The host: everything outside the program, at the level of file descriptors.

/// An error of the host, as `errno` numbers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HostError(pub i32);

/// A host's answer.
pub type HostResult<T> = Result<T, HostError>;

/// `ENOSYS`: what a host that refuses answers.
pub const REFUSED: HostError = HostError(38);

/// Files, clocks, randomness and environment. A sandbox refuses what it likes: the defaults refuse everything.
pub trait Host {
    /// Reads into `buffer`; 0 at the end.
    ///
    /// # Errors
    /// As `read(2)`.
    fn read(&mut self, _descriptor: i32, _buffer: &mut [u8]) -> HostResult<usize> {
        Err(REFUSED)
    }

    /// Writes some of `bytes`, and says how many.
    ///
    /// # Errors
    /// As `write(2)`.
    fn write(&mut self, _descriptor: i32, _bytes: &[u8]) -> HostResult<usize> {
        Err(REFUSED)
    }

    /// Opens a file with flags and mode as `open(2)`.
    ///
    /// # Errors
    /// As `open(2)`.
    fn open(&mut self, _path: &[u8], _flags: i32, _mode: u32) -> HostResult<i32> {
        Err(REFUSED)
    }

    /// Closes a descriptor.
    ///
    /// # Errors
    /// As `close(2)`.
    fn close(&mut self, _descriptor: i32) -> HostResult<()> {
        Err(REFUSED)
    }

    /// Whether the descriptor is a terminal.
    fn isatty(&mut self, _descriptor: i32) -> bool {
        false
    }

    /// Nanoseconds of a clock that never goes back.
    fn monotonic_ns(&mut self) -> u64 {
        0
    }

    /// Nanoseconds since 1970.
    fn realtime_ns(&mut self) -> u64 {
        0
    }

    /// Nanoseconds of processor time of this process.
    fn process_time_ns(&mut self) -> u64 {
        0
    }

    /// Fills `buffer` with random bytes.
    ///
    /// # Errors
    /// As `getrandom(2)`.
    fn random(&mut self, _buffer: &mut [u8]) -> HostResult<()> {
        Err(REFUSED)
    }

    /// A variable of the environment.
    fn environment(&mut self, _name: &str) -> Option<String> {
        None
    }

    /// The process's number.
    fn process_id(&mut self) -> i32 {
        0
    }

    /// The whole text of a source file, for tracebacks; `None` when it cannot be read.
    fn source(&mut self, _path: &str) -> Option<Vec<u8>> {
        None
    }
}
