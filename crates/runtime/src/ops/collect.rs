//! The cycle collector: finds objects that only keep each other alive.

use crate::thread::Thread;

/// `gc.collect()`: frees unreachable cycles and gives how many objects they had.
pub fn collect(thread: &mut Thread) -> usize {
    thread.collect_cycles()
}
