//! The memory that holds native code: reserved once, never moved, never writable and executable at the same time.

use crate::error::NativeError;
use std::ptr::{self, NonNull};

/// Address space for the code of one engine.
const RESERVED: usize = 1 << 30;

/// A stretch of address space whose first `used` bytes hold code.
pub(crate) struct Arena {
    start: NonNull<u8>,
    used: usize,
    page: usize,
}

impl Arena {
    /// Reserves address space; no memory is used yet.
    pub fn new() -> Result<Arena, NativeError> {
        // SAFETY: a fresh mapping without access; nothing else is touched.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                RESERVED,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(NativeError::Memory);
        }
        // SAFETY: asks for a number.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let page = usize::try_from(page).map_err(|_| NativeError::Memory)?;
        let start = NonNull::new(start.cast()).ok_or(NativeError::Memory)?;
        Ok(Arena { start, used: 0, page })
    }

    /// The address that the next function will have.
    pub fn next_address(&self) -> usize {
        self.start.as_ptr() as usize + self.used
    }

    /// Writes a function, which was assembled for [`Arena::next_address`], to pages of its own and makes them executable.
    pub fn place(&mut self, code: &[u8]) -> Result<NonNull<u8>, NativeError> {
        let bytes = code.len().next_multiple_of(self.page);
        if self.used + bytes > RESERVED {
            return Err(NativeError::Memory);
        }
        // SAFETY: `used` lies within the reserved stretch.
        let target = unsafe { self.start.add(self.used) };
        let protect = |rights| {
            // SAFETY: whole pages of the stretch that no code stands in yet.
            unsafe { libc::mprotect(target.as_ptr().cast(), bytes, rights) == 0 }
        };
        if !protect(libc::PROT_READ | libc::PROT_WRITE) {
            return Err(NativeError::Memory);
        }
        // SAFETY: the pages are ours, writable, and at least as long as the code.
        unsafe { ptr::copy_nonoverlapping(code.as_ptr(), target.as_ptr(), code.len()) };
        if !protect(libc::PROT_READ | libc::PROT_EXEC) {
            return Err(NativeError::Memory);
        }
        self.used += bytes;
        Ok(target)
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: the engine that owns the code is gone, so nothing runs in it.
        unsafe { libc::munmap(self.start.as_ptr().cast(), RESERVED) };
    }
}
