//! The verifier finds each kind of fault.

use expect_test::{Expect, expect};
use hognose_ir::{parse_cfg, verify};

fn check(text: &str, expected: Expect) {
    let cfg = parse_cfg(text).expect("a graph");
    let verdict = verify(&cfg).map_or_else(|error| error.to_string(), |()| "well formed".to_owned());
    expected.assert_eq(&verdict);
}

#[test]
fn faults_are_named_with_their_place() {
    check("consts None; b0: LOAD_CONST 0; POP_JUMP_IF_TRUE b0\nb1: LOAD_CONST 0; RETURN_VALUE", expect!["well formed"]);
    check("NOP b0", expect!["b0[0]: a target is missing, or there should be none"]);
    check("b0: JUMP b7", expect!["b0[0]: goes to b7, which is not laid out"]);
    check("b0: JUMP b0; NOP", expect!["b0[0]: should be the last instruction of its block"]);
    check("consts 1; LOAD_CONST 0", expect!["b0: falls off the end of the code"]);
    check("consts 1; LOAD_CONST 1; RETURN_VALUE", expect!["b0[0]: argument 1 names nothing"]);
    check("varnames a; LOAD_FAST 0; LOAD_FAST 1; RETURN_VALUE", expect!["b0[1]: argument 1 names nothing"]);
    check("consts 1; LOAD_CONST 0; SWAP 2; RETURN_VALUE", expect!["b0[1]: takes more from the stack than is there"]);
    check(
        "consts 1\nb0: LOAD_CONST 0; POP_JUMP_IF_TRUE b2\nb1: LOAD_CONST 0\nb2: LOAD_CONST 0; RETURN_VALUE",
        expect!["b2: is reached with stack depth 0 and 1"],
    );
    check("consts 1; POP_BLOCK; LOAD_CONST 0; RETURN_VALUE", expect!["b0: SETUP and POP_BLOCK do not nest"]);
}

#[test]
fn edges_must_agree_with_targets() {
    let mut cfg = parse_cfg("b0: JUMP b1\nb1: JUMP b0").expect("a graph");
    assert_eq!(cfg.graph().edge_count(), 2);
    assert_eq!(verify(&cfg), Ok(()));
    let entry = cfg.entry();
    cfg.block_mut(entry).instrs[0].target = Some(entry);
    assert_eq!(cfg.graph().edges(entry.node()).count(), 1, "edges follow a changed target");
    assert_eq!(verify(&cfg), Ok(()));
}

#[test]
fn a_block_stands_in_the_layout_once() {
    let mut cfg = parse_cfg("JUMP b0").expect("a graph");
    cfg.set_layout(vec![cfg.entry(), cfg.entry()]);
    expect!["b0: stands twice in the layout"].assert_eq(&verify(&cfg).expect_err("a fault").to_string());
}
