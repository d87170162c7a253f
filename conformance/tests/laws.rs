//! Generated programs and constant expressions do on both back ends what they do on CPython.

use hognose_conform::corpus::Case;
use hognose_conform::result::{Backend, Runner};
use hognose_testkit::Verdict;
use hognose_testkit::generate::{Choices, constant_expression, program};
use hognose_testkit::worker::find_executable;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where a program that shows a difference is kept.
const FOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/found");

fn runner() -> Runner {
    let hognose = hognose();
    Runner::new(&hognose, &[], 0, Duration::from_secs(20)).expect("there is room for scratch files")
}

/// The command beside the harness; `corpus.rs` builds it in the same run of the tests, and a plain build does too.
fn hognose() -> PathBuf {
    let beside = Path::new(env!("CARGO_BIN_EXE_hognose-conform")).with_file_name("hognose");
    if beside.exists() { beside } else { find_executable("hognose").expect("`cargo build` makes the command") }
}

fn check(runner: &Runner, text: &str) -> Result<(), TestCaseError> {
    let case = Case { name: "generated".to_owned(), path: "generated.py".into(), bytes: text.as_bytes().to_vec() };
    for comparison in runner.compare(&case, &[Backend::Vm, Backend::Native]) {
        // What is not done yet says so; it is counted elsewhere and never a wrong answer.
        if !matches!(comparison.verdict, Verdict::Identical | Verdict::IdentityOnly | Verdict::Unsupported(_)) {
            // The last one written is the smallest that still shows it.
            std::fs::create_dir_all(FOUND).and_then(|()| std::fs::write(format!("{FOUND}/latest.py"), text))?;
            return Err(TestCaseError::fail(format!("{comparison:?}\n{text}")));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn generated_programs_do_what_they_do_on_cpython(decisions in prop::collection::vec(any::<u8>(), 0..1500)) {
        check(&runner(), &program(&mut Choices::new(&decisions)))?;
    }

    #[test]
    fn constant_expressions_have_cpythons_values(
        many in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..30)
    ) {
        let mut text = String::new();
        for decisions in many {
            let expression = constant_expression(&mut Choices::new(&decisions), 4);
            text.push_str(&format!(
                "try:\n    print(repr({expression}))\nexcept Exception as error:\n    print(type(error).__name__, error)\n"
            ));
        }
        check(&runner(), &text)?;
    }
}
