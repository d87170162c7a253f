//! Laws of the compiler over generated programs: they compile, to valid code, the same each time, under each profile.

use hognose_testkit::check;
use hognose_testkit::generate::{Choices, constant_expression, program};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn generated_programs_compile_to_valid_code(decisions in prop::collection::vec(any::<u8>(), 0..1500)) {
        let text = program(&mut Choices::new(&decisions));
        prop_assert!(check::pyc_of(&text).is_some(), "a generated program is valid:\n{text}");
        check::source(text.as_bytes());
    }

    #[test]
    fn generated_programs_run_alike_everywhere(decisions in prop::collection::vec(any::<u8>(), 0..1500)) {
        check::runs_alike(&program(&mut Choices::new(&decisions)));
    }

    #[test]
    fn folded_is_unfolded(decisions in prop::collection::vec(any::<u8>(), 0..60)) {
        let text = constant_expression(&mut Choices::new(&decisions), 4);
        check::runs_alike(&format!("try:\n    print(repr({text}))\nexcept Exception as error:\n    print(type(error).__name__, error)\n"));
    }

    #[test]
    fn constant_expressions_compile_to_valid_code(decisions in prop::collection::vec(any::<u8>(), 0..60)) {
        let text = constant_expression(&mut Choices::new(&decisions), 4);
        prop_assert!(check::pyc_of(&text).is_some(), "a generated expression is valid:\n{text}");
        check::source(text.as_bytes());
    }
}
