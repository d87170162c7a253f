//! Compares many programs, several at a time, in the order in which they were given.

use crate::compare::Comparison;
use crate::corpus::Case;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// One program and its comparisons.
#[derive(Clone, Debug)]
pub struct Row {
    /// The program's name.
    pub name: String,
    /// In the order of the levels.
    pub comparisons: Vec<Comparison>,
}

/// Compares each case with `compare`, on `jobs` threads, each with sides of its own.
pub fn compare_all<S>(
    cases: &[Case],
    jobs: usize,
    new_sides: impl Fn() -> S + Sync,
    compare: impl Fn(&mut S, &Case) -> Vec<Comparison> + Sync,
) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(cases.len()));
    let progress = Progress::new(cases.len());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, cases.len().max(1)) {
            scope.spawn(|| {
                // Workers end with the thread that started them, so each thread starts its own.
                let mut sides = new_sides();
                while let Some((index, case)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(index).map(|case| (index, case))
                } {
                    let comparisons = compare(&mut sides, case);
                    let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    done.push((index, Row { name: case.name.clone(), comparisons }));
                    progress.show(done.len());
                }
            });
        }
    });
    progress.clear();
    let mut rows = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A line on standard error while it is a terminal.
struct Progress {
    total: usize,
    start: Instant,
    visible: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Progress { total, start: Instant::now(), visible: total > 20 && io::stderr().is_terminal() }
    }

    fn show(&self, done: usize) {
        if self.visible && (done.is_multiple_of(16) || done == self.total) {
            let seconds = self.start.elapsed().as_secs();
            // A terminal that has gone away is no reason to stop.
            let _ = write!(io::stderr(), "\r{done}/{} in {seconds} s ", self.total);
        }
    }

    fn clear(&self) {
        if self.visible {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
