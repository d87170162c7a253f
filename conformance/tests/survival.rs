//! A worker that dies, hangs or runs out of memory costs one case and no more.

use hognose_testkit::worker::{Answer, Keeper, Limits, Lost, Outcome, Request, Side, Source};
use hognose_testkit::{Level, Levels};
use std::process::Command;
use std::time::Duration;

const CONFORM: &str = env!("CARGO_BIN_EXE_hognose-conform");
const SIDES: [Side; 2] = [Side::Cpython, Side::Ours];

fn keeper(side: Side, limits: Limits) -> Keeper {
    Keeper::new(CONFORM, side, limits)
}

fn tree_of(program: impl Into<Vec<u8>>) -> Request {
    Request::Examine { levels: Levels::only(Level::Ast), source: Source::new("case.py", program), full: false }
}

fn is_form(answer: &Result<Answer, Lost>) -> bool {
    matches!(answer, Ok(Answer::Findings(findings)) if matches!(findings[0].outcome, Outcome::Form { .. }))
}

fn signal(keeper: &mut Keeper, signal: &str) {
    let process_id = keeper.worker().expect("the worker starts").process_id();
    let status = Command::new("kill").arg(signal).arg(process_id.to_string()).status();
    assert!(status.expect("kill is there").success());
}

#[test]
fn a_killed_worker_is_replaced() {
    for side in SIDES {
        let mut keeper = keeper(side, Limits::default());
        assert!(is_form(&keeper.ask(&tree_of("x = 1"))));
        signal(&mut keeper, "-KILL");
        assert!(is_form(&keeper.ask(&tree_of("x = 2"))), "{side:?}");
        assert_eq!(keeper.losses(), 1);
        assert!(is_form(&keeper.ask(&tree_of("x = 3"))));
        assert_eq!(keeper.losses(), 1);
    }
}

#[test]
fn a_hanging_worker_is_ended_in_time() {
    for side in SIDES {
        let mut keeper = keeper(side, Limits::default());
        assert!(is_form(&keeper.ask(&tree_of("x = 1"))));
        signal(&mut keeper, "-STOP");
        assert_eq!(keeper.ask_once(&tree_of("x = 2"), Duration::from_millis(200)), Err(Lost::TimedOut), "{side:?}");
        assert!(is_form(&keeper.ask(&tree_of("x = 3"))), "{side:?}");
    }
}

#[test]
fn a_worker_without_memory_costs_one_case() {
    for side in SIDES {
        // The stack of the working thread takes 512 MiB of it.
        let mut keeper = keeper(side, Limits { memory_mib: 700, ..Limits::default() });
        let large = "x = [1, 2, 3, 4, 5, 6, 7, 8, 9]\n".repeat(400_000);
        match keeper.ask(&tree_of(large)) {
            Err(Lost::Crashed(_)) => assert_eq!(keeper.losses(), 2, "it is tried a second time, alone"),
            Ok(Answer::Findings(findings)) => {
                assert!(matches!(findings[0].outcome, Outcome::Rejected(_)), "{side:?} says MemoryError");
            }
            other => panic!("{side:?}: {other:?}"),
        }
        assert!(is_form(&keeper.ask(&tree_of("x = 1"))), "{side:?}");
    }
}

#[test]
fn what_is_no_request_ends_the_worker() {
    use hognose_testkit::worker::Worker;
    let worker = Worker::start(CONFORM.as_ref(), Side::Ours, &Limits::default(), &["--nonsense".to_owned()], None);
    let answer = worker.expect("a process starts").ask(&Request::Identify, Duration::from_secs(5));
    assert!(matches!(answer, Err(Lost::Crashed(_))), "{answer:?}");
}
