//! Each graph pass on the smallest graph that shows it, and what the profiles make of whole units.

use expect_test::{Expect, expect};
use hognose_ir::{Cfg, parse_cfg, verify};
use hognose_passes::{Fuel, PASSES, Plan, Profile, Run};

fn parsed(text: &str) -> Cfg {
    let cfg = parse_cfg(text).expect("a graph");
    assert_eq!(verify(&cfg), Ok(()));
    cfg
}

/// Runs passes by name.
fn check(passes: &[&str], text: &str, expected: Expect) {
    let mut cfg = parsed(text);
    for name in passes {
        let pass = PASSES.iter().find(|pass| pass.name == *name).expect("a pass of the table");
        let Run::Graph(run) = pass.run else { panic!("{name} is no graph pass") };
        run(&mut cfg, &mut Fuel::unlimited());
        assert_eq!(verify(&cfg), Ok(()), "{name}");
    }
    expected.assert_eq(&cfg.to_string());
}

/// Runs the passes of a profile.
fn check_profile(profile: Profile, text: &str, expected: Expect) {
    let mut cfg = parsed(text);
    hognose_passes::run(&mut cfg, &Plan::new(profile), &mut Fuel::unlimited());
    expected.assert_eq(&cfg.to_string());
}

#[test]
fn passes_stand_behind_those_they_come_after() {
    for (place, pass) in PASSES.iter().enumerate() {
        for (before, reason) in pass.after {
            assert!(PASSES[..place].iter().any(|pass| pass.name == *before), "{} after {before}: {reason}", pass.name);
        }
        assert_eq!(PASSES.iter().filter(|other| other.name == pass.name).count(), 1, "{}", pass.name);
    }
}

#[test]
fn required_passes_cannot_be_disabled() {
    assert!(Plan::new(Profile::Cpython).disable("propagate-lines").is_err());
    assert!(Plan::new(Profile::Cpython).disable("no-such-pass").is_err());
    let plan = Plan::new(Profile::Full).disable("peephole").expect("it can be left out");
    assert!(!plan.has_named("peephole") && plan.has_named("drop-nops"));
}

#[test]
fn short_exits_are_copied_newest_block_first() {
    // b2 becomes an exit by the copy of b3, and is then short enough to be copied to b0.
    check(
        &["normalize-blocks", "extend-blocks"],
        "consts None
         b0: JUMP b2
         b1: LOAD_CONST 0 @5; RETURN_VALUE @5
         b2: NOP; JUMP b3
         b3: LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
            consts None
            b0:
              NOP
              NOP
              NOP
              LOAD_CONST 0  # None
              RETURN_VALUE
            b1:
              LOAD_CONST 0 @5  # None
              RETURN_VALUE @5
            b2:
              NOP
              NOP
              LOAD_CONST 0  # None
              RETURN_VALUE
            b3:
              LOAD_CONST 0  # None
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn captured_parameters_keep_their_slot() {
    check(
        &["number-cells", "insert-prefix"],
        "args 2 0 0; flags 0x23; varnames a, b, c; cellvars b, d; freevars e
         RESUME 0; LOAD_CLOSURE 0; LOAD_CLOSURE 1; LOAD_DEREF 2; BUILD_TUPLE 3; RETURN_VALUE",
        expect![[r#"
            flags 0x23
            args 2 0 0
            varnames a, b, c
            cellvars b, d
            freevars e
            slots a local, b local+cell, c local, d cell, e free
            b0:
              COPY_FREE_VARS 1
              MAKE_CELL 1  # b
              MAKE_CELL 3  # d
              RETURN_GENERATOR @1
              POP_TOP
              RESUME 0
              LOAD_CLOSURE 1  # b
              LOAD_CLOSURE 3  # d
              LOAD_DEREF 4  # e
              BUILD_TUPLE 3
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn constant_conditions_are_decided() {
    check(
        &["peephole"],
        "consts 0, 1
         b0: LOAD_CONST 1 @1; POP_JUMP_IF_FALSE b2 @1
         b1: LOAD_CONST 0 @2; POP_JUMP_IF_FALSE b2 @2
         b2: LOAD_CONST 1 @3; JUMP_IF_TRUE_OR_POP b4 @3
         b3: LOAD_CONST 0 @4
         b4: RETURN_VALUE @5",
        expect![[r#"
            consts 0, 1
            b0:
              NOP @1
            b1:
              JUMP b2 @2
            b2:
              LOAD_CONST 1 @3  # 1
              JUMP b4 @3
            b3:
              LOAD_CONST 0 @4  # 0
            b4:
              RETURN_VALUE @5
        "#]],
    );
}

#[test]
fn comparison_with_none_is_one_jump() {
    check(
        &["peephole"],
        "consts None; names x
         b0: LOAD_GLOBAL 0 @1; LOAD_CONST 0 @1; IS_OP 1 @1; POP_JUMP_IF_FALSE b0 @1
         b1: LOAD_GLOBAL 0 @2; LOAD_CONST 0 @2; IS_OP 0 @2; POP_JUMP_IF_FALSE b1 @2
         b2: LOAD_CONST 0 @3; RETURN_VALUE @3",
        expect![[r#"
            consts None
            names x
            b0:
              LOAD_GLOBAL 0 @1  # x
              POP_JUMP_IF_NONE b0 @1
            b1:
              LOAD_GLOBAL 0 @2  # x
              POP_JUMP_IF_NOT_NONE b1 @2
            b2:
              LOAD_CONST 0 @3  # None
              RETURN_VALUE @3
        "#]],
    );
}

#[test]
fn jumps_are_threaded_on_one_line_only() {
    check(
        &["peephole"],
        "names x; consts 1
         b0: LOAD_NAME 0 @1; JUMP_IF_FALSE_OR_POP b2 @1
         b1: LOAD_NAME 0 @1
         b2: POP_JUMP_IF_FALSE b4 @1
         b3: LOAD_NAME 0 @2; POP_JUMP_IF_TRUE b5 @2
         b4: LOAD_CONST 0 @3; RETURN_VALUE @3
         b5: JUMP b4 @3",
        expect![[r#"
            consts 1
            names x
            b0:
              LOAD_NAME 0 @1  # x
              POP_JUMP_IF_FALSE b4 @1
            b1:
              LOAD_NAME 0 @1  # x
            b2:
              POP_JUMP_IF_FALSE b4 @1
            b3:
              LOAD_NAME 0 @2  # x
              POP_JUMP_IF_TRUE b5 @2
            b4:
              LOAD_CONST 0 @3  # 1
              RETURN_VALUE @3
            b5:
              JUMP b4 @3
        "#]],
    );
}

#[test]
fn a_ring_of_jumps_is_left_after_a_bounded_walk() {
    check(
        &["peephole"],
        "b0: JUMP b1 @1\nb1: JUMP b2 @1\nb2: JUMP b1 @1",
        expect![[r#"
        b0:
          JUMP b1 @1
        b1:
          JUMP b1 @1
        b2:
          JUMP b1 @1
    "#]],
    );
}

#[test]
fn tuples_of_constants_fold_and_reuse_constants() {
    check(
        &["peephole"],
        "consts 1, 2, (1, 2)
         LOAD_CONST 0; LOAD_CONST 1; BUILD_TUPLE 2; LOAD_CONST 0; BUILD_TUPLE 1; BUILD_TUPLE 0; BUILD_TUPLE 3; RETURN_VALUE",
        expect![[r#"
            consts 1, 2, (1, 2), (1,), ()
            b0:
              LOAD_CONST 2  # (1, 2)
              LOAD_CONST 3  # (1,)
              LOAD_CONST 4  # ()
              BUILD_TUPLE 3
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn swaps_become_other_orders_of_stores() {
    check(
        &["peephole"],
        "varnames a, b, c; consts 1
         LOAD_FAST 0 @1; LOAD_FAST 1 @1; LOAD_FAST 2 @1; BUILD_TUPLE 3 @1; UNPACK_SEQUENCE 3 @1; STORE_FAST 0 @1; STORE_FAST 1 @1; STORE_FAST 2 @1
         LOAD_CONST 0; LOAD_CONST 0; LOAD_CONST 0; SWAP 3; SWAP 2; SWAP 3; RETURN_VALUE",
        expect![[r#"
            consts 1
            varnames a, b, c
            b0:
              LOAD_FAST 0 @1  # a
              LOAD_FAST 1 @1  # b
              LOAD_FAST 2 @1  # c
              STORE_FAST 2 @1  # c
              STORE_FAST 1 @1  # b
              STORE_FAST 0 @1  # a
              LOAD_CONST 0  # 1
              LOAD_CONST 0  # 1
              LOAD_CONST 0  # 1
              SWAP 2
              SWAP 3
              SWAP 2
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn swapped_stores_to_one_name_stay_in_order() {
    check(
        &["peephole"],
        "varnames a; consts 1
         LOAD_CONST 0 @1; LOAD_FAST 0 @1; SWAP 2 @1; STORE_FAST 0 @1; STORE_FAST 0 @1; LOAD_CONST 0 @1; RETURN_VALUE @1",
        expect![[r#"
            consts 1
            varnames a
            b0:
              LOAD_CONST 0 @1  # 1
              LOAD_FAST 0 @1  # a
              SWAP 2 @1
              STORE_FAST 0 @1  # a
              STORE_FAST 0 @1  # a
              LOAD_CONST 0 @1  # 1
              RETURN_VALUE @1
        "#]],
    );
}

#[test]
fn ways_are_counted_and_dead_blocks_emptied() {
    check(
        &["remove-unreachable", "eliminate-empty"],
        "consts None
         b0: LOAD_CONST 0; SETUP_FINALLY b4; POP_JUMP_IF_TRUE b2
         b1: JUMP b2
         b3: JUMP b2
         b2: LOAD_CONST 0; RETURN_VALUE
         b4: RERAISE 0",
        expect![[r#"
            consts None
            b0 (1):
              LOAD_CONST 0  # None
              SETUP_FINALLY b4
              POP_JUMP_IF_TRUE b2
            b1 (1):
              JUMP b2
            b2 (2):
              LOAD_CONST 0  # None
              RETURN_VALUE
            b4 (1):
              RERAISE 0
        "#]],
    );
}

#[test]
fn exits_without_line_are_duplicated() {
    check(
        &["remove-unreachable", "duplicate-exits"],
        "consts None; names x
         b0: LOAD_NAME 0 @1; POP_JUMP_IF_TRUE b3 @1
         b1: LOAD_NAME 0 @2; POP_JUMP_IF_TRUE b3 @2
         b2: LOAD_NAME 0 @3; POP_TOP @3
         b3: LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
            consts None
            names x
            b0 (1):
              LOAD_NAME 0 @1  # x
              POP_JUMP_IF_TRUE b5 @1
            b1 (1):
              LOAD_NAME 0 @2  # x
              POP_JUMP_IF_TRUE b4 @2
            b2 (1):
              LOAD_NAME 0 @3  # x
              POP_TOP @3
            b3 (1):
              LOAD_CONST 0 @3  # None
              RETURN_VALUE
            b5 (1):
              LOAD_CONST 0 @1  # None
              RETURN_VALUE
            b4 (1):
              LOAD_CONST 0 @2  # None
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn places_are_inherited_where_one_way_leads() {
    check(
        &["remove-unreachable", "propagate-lines", "guarantee-exit-lines"],
        "consts None; names x
         b0: LOAD_NAME 0 @1:4-1:5; POP_JUMP_IF_TRUE b2
         b1: LOAD_CONST 0; POP_TOP; JUMP b2 @3
         b2: LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
            consts None
            names x
            b0 (1):
              LOAD_NAME 0 @1:4-1:5  # x
              POP_JUMP_IF_TRUE b2 @1:4-1:5
            b1 (1):
              LOAD_CONST 0 @1:4-1:5  # None
              POP_TOP @1:4-1:5
              JUMP b2 @3
            b2 (2):
              LOAD_CONST 0 @3:?-?:?  # None
              RETURN_VALUE @3:?-?:?
        "#]],
    );
}

const SLOW_WEEK: &str = "unit slow_week
    consts None, 86400, 7
    varnames seconds_per_day
    RESUME 0 @1:0-1:0
    LOAD_CONST 1 @2:22-2:27; STORE_FAST 0 @2:4-2:19
    LOAD_CONST 2 @3:11-3:12; LOAD_FAST 0 @3:15-3:30; BINARY_OP 5 @3:11-3:30; RETURN_VALUE @3:4-3:30";

#[test]
fn full_turns_slow_week_into_fast_week() {
    check_profile(
        Profile::Full,
        SLOW_WEEK,
        expect![[r#"
        unit slow_week
        consts None, 604800
        varnames seconds_per_day
        slots seconds_per_day local
        b0 (1):
          RESUME 0 @1:0-1:0
          LOAD_CONST 1 @3:11-3:30  # 604800
          RETURN_VALUE @3:4-3:30
    "#]],
    );
    check_profile(
        Profile::Cpython,
        SLOW_WEEK,
        expect![[r#"
        unit slow_week
        consts None, 86400, 7
        varnames seconds_per_day
        slots seconds_per_day local
        b0 (1):
          RESUME 0 @1:0-1:0
          LOAD_CONST 1 @2:22-2:27  # 86400
          STORE_FAST 0 @2:4-2:19  # seconds_per_day
          LOAD_CONST 2 @3:11-3:12  # 7
          LOAD_FAST 0 @3:15-3:30  # seconds_per_day
          BINARY_OP 5 @3:11-3:30  # *
          RETURN_VALUE @3:4-3:30
    "#]],
    );
}

#[test]
fn fuel_stops_between_rewrites() {
    let rewrites = |limit| {
        let mut cfg = parsed(SLOW_WEEK);
        let mut fuel = Fuel::limited(limit);
        hognose_passes::run(&mut cfg, &Plan::new(Profile::Full), &mut fuel);
        assert!(hognose_ir::assemble(&cfg).is_ok());
        fuel.used()
    };
    assert_eq!((0..9).map(rewrites).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7, 7]);
}

#[test]
fn constants_flow_only_where_all_ways_agree() {
    check(
        &["number-cells", "propagate-constants"],
        "args 1 0 0; varnames p, same, differs, maybe; consts 1, 2
         b0: LOAD_CONST 0; STORE_FAST 1; LOAD_CONST 0; STORE_FAST 2; LOAD_FAST 0; POP_JUMP_IF_TRUE b2
         b1: LOAD_CONST 1; STORE_FAST 2; LOAD_CONST 0; STORE_FAST 1; LOAD_CONST 0; STORE_FAST 3
         b2: LOAD_FAST 1; LOAD_FAST 2; LOAD_FAST 3; BUILD_LIST 3; RETURN_VALUE",
        expect![[r#"
            args 1 0 0
            consts 1, 2
            varnames p, same, differs, maybe
            slots p local, same local, differs local, maybe local
            b0:
              LOAD_CONST 0  # 1
              STORE_FAST 1  # same
              LOAD_CONST 0  # 1
              STORE_FAST 2  # differs
              LOAD_FAST 0  # p
              POP_JUMP_IF_TRUE b2
            b1:
              LOAD_CONST 1  # 2
              STORE_FAST 2  # differs
              LOAD_CONST 0  # 1
              STORE_FAST 1  # same
              LOAD_CONST 0  # 1
              STORE_FAST 3  # maybe
            b2:
              LOAD_CONST 0  # 1
              LOAD_FAST 2  # differs
              LOAD_FAST 3  # maybe
              BUILD_LIST 3
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn a_side_that_is_never_taken_does_not_count() {
    check(
        &["number-cells", "propagate-constants"],
        "varnames debug, x; consts False, 1, 2
         b0: LOAD_CONST 0; STORE_FAST 0; LOAD_CONST 1; STORE_FAST 1; LOAD_FAST 0; POP_JUMP_IF_FALSE b2
         b1: LOAD_CONST 2; STORE_FAST 1
         b2: LOAD_FAST 1; RETURN_VALUE",
        expect![[r#"
            consts False, 1, 2
            varnames debug, x
            slots debug local, x local
            b0:
              LOAD_CONST 0  # False
              STORE_FAST 0  # debug
              LOAD_CONST 1  # 1
              STORE_FAST 1  # x
              LOAD_CONST 0  # False
              POP_JUMP_IF_FALSE b2
            b1:
              LOAD_CONST 2  # 2
              STORE_FAST 1  # x
            b2:
              LOAD_CONST 1  # 1
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn a_handler_sees_every_value_of_its_range() {
    check(
        &["number-cells", "propagate-constants", "remove-dead-stores"],
        "varnames x, y; consts 1, 2, None; names f
         b0: LOAD_CONST 0; STORE_FAST 0; LOAD_CONST 0; STORE_FAST 1; SETUP_FINALLY b3
         b1: LOAD_NAME 0; POP_TOP; LOAD_CONST 1; STORE_FAST 0; LOAD_NAME 0; POP_TOP; POP_BLOCK
         b2: LOAD_CONST 2; RETURN_VALUE
         b3: POP_TOP; LOAD_FAST 0; LOAD_FAST 1; BUILD_TUPLE 2; RETURN_VALUE",
        expect![[r#"
            consts 1, 2, None
            names f
            varnames x, y
            slots x local, y local
            b0:
              LOAD_CONST 0  # 1
              STORE_FAST 0  # x
              NOP
              NOP
              SETUP_FINALLY b3
            b1:
              LOAD_NAME 0  # f
              POP_TOP
              LOAD_CONST 1  # 2
              STORE_FAST 0  # x
              LOAD_NAME 0  # f
              POP_TOP
              POP_BLOCK
            b2:
              LOAD_CONST 2  # None
              RETURN_VALUE
            b3:
              POP_TOP
              LOAD_FAST 0  # x
              LOAD_CONST 0  # 1
              BUILD_TUPLE 2
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn stores_that_end_or_keep_an_object_stay() {
    // `p` may hold anything when it is overwritten; `o` may hold anything afterwards; `d` is deleted.
    check(
        &["number-cells", "remove-dead-stores"],
        "args 1 0 0; varnames p, o, d, n; consts 1, None; names f
         LOAD_CONST 0; STORE_FAST 0; LOAD_NAME 0; STORE_FAST 1; LOAD_CONST 0; STORE_FAST 2; DELETE_FAST 2
         LOAD_CONST 0; COPY 1; STORE_FAST 3; LOAD_CONST 0; BINARY_OP 0; STORE_FAST 3; LOAD_CONST 1; RETURN_VALUE",
        expect![[r#"
            args 1 0 0
            consts 1, None
            names f
            varnames p, o, d, n
            slots p local, o local, d local, n local
            b0:
              LOAD_CONST 0  # 1
              STORE_FAST 0  # p
              LOAD_NAME 0  # f
              STORE_FAST 1  # o
              LOAD_CONST 0  # 1
              STORE_FAST 2  # d
              DELETE_FAST 2  # d
              LOAD_CONST 0  # 1
              NOP
              NOP
              LOAD_CONST 0  # 1
              BINARY_OP 0  # +
              POP_TOP
              LOAD_CONST 1  # None
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn functions_that_look_at_their_locals_keep_them() {
    check(
        &["number-cells", "remove-dead-stores"],
        "varnames x; consts 1; names locals
         LOAD_CONST 0; STORE_FAST 0; LOAD_GLOBAL 1; PRECALL 0; CALL 0; RETURN_VALUE",
        expect![[r#"
            consts 1
            names locals
            varnames x
            slots x local
            b0:
              LOAD_CONST 0  # 1
              STORE_FAST 0  # x
              LOAD_GLOBAL 1  # NULL + locals
              PRECALL 0
              CALL 0
              RETURN_VALUE
        "#]],
    );
}

#[test]
fn folding_keeps_what_raises_and_what_is_too_large() {
    check(
        &["fold-constants"],
        "consts 1, 0, 128, None, 'a', 7, 5
         LOAD_CONST 0; LOAD_CONST 1; BINARY_OP 11; LOAD_CONST 0; LOAD_CONST 2; BINARY_OP 3; LOAD_CONST 4; LOAD_CONST 4; IS_OP 0
         LOAD_CONST 5; LOAD_CONST 6; LOAD_CONST 0; UNARY_NEGATIVE; BINARY_OP 0; BINARY_OP 23; LOAD_CONST 3; UNARY_NOT
         LOAD_CONST 0; LOAD_CONST 5; COMPARE_OP 0; LOAD_CONST 3; LOAD_CONST 5; IS_OP 1; BUILD_LIST 7; RETURN_VALUE",
        expect![[r#"
            consts 1, 0, 128, None, 'a', 7, 5, -1, 4, 3, True
            b0:
              LOAD_CONST 0  # 1
              LOAD_CONST 1  # 0
              BINARY_OP 11  # /
              LOAD_CONST 0  # 1
              LOAD_CONST 2  # 128
              BINARY_OP 3  # <<
              LOAD_CONST 4  # 'a'
              LOAD_CONST 4  # 'a'
              IS_OP 0
              NOP
              NOP
              NOP
              NOP
              NOP
              LOAD_CONST 9  # 3
              NOP
              LOAD_CONST 10  # True
              NOP
              NOP
              LOAD_CONST 10  # True
              NOP
              NOP
              LOAD_CONST 10  # True
              BUILD_LIST 7
              RETURN_VALUE
        "#]],
    );
}
