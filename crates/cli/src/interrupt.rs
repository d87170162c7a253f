//! Ctrl-C: a signal sets the poll word, and a program that does not catch KeyboardInterrupt ends by the signal.

use hognose_runtime::thread::{Interrupter, poll};
use std::sync::OnceLock;

static INTERRUPTER: OnceLock<Interrupter> = OnceLock::new();

extern "C" fn on_interrupt(_signal: libc::c_int) {
    if let Some(interrupter) = INTERRUPTER.get() {
        interrupter.set(poll::INTERRUPT);
    }
}

/// Sends SIGINT to the program's poll word. A signal that the parent ignores stays ignored, as in CPython.
pub fn install(interrupter: Interrupter) {
    if INTERRUPTER.set(interrupter).is_err() {
        return;
    }
    // SAFETY: the structures are plain data, and the handler only sets an atomic word.
    unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGINT, std::ptr::null(), &mut old);
        if old.sa_sigaction == libc::SIG_IGN {
            return;
        }
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = on_interrupt as *const () as usize;
        libc::sigaction(libc::SIGINT, &new, std::ptr::null_mut());
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
}

/// Ends the process as SIGINT does by default.
pub fn end_by_signal() -> ! {
    // SAFETY: plain system calls; the default action of SIGINT ends the process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
        libc::_exit(130)
    }
}
