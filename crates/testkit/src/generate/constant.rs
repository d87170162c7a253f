//! Expressions over constants: food for folding.

use super::Choices;

/// Constants at which folding limits, overflow, signs and types meet.
const BOUNDARY: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "7",
    "86400",
    "255",
    "256",
    "257",
    "-5",
    "-6",
    "True",
    "False",
    "None",
    "0.0",
    "-0.0",
    "1.5",
    "0.1",
    "1e16",
    "1e-5",
    "1e308",
    "2**31",
    "2**62",
    "2**63",
    "-2**63",
    "2**64",
    "10**20",
    "1j",
    "2.5j",
    "''",
    "'a'",
    "'abc'",
    "b''",
    "b'xy'",
    "()",
    "(1,)",
    "(1, 2)",
    "('a', 1.0)",
    "...",
    "1e400",
    "4096",
    "'\\u20ac'",
    "'\\U0001f40d'",
    "128",
    "127",
];

const BINARY: &[&str] = &["+", "-", "*", "//", "%", "/", "&", "|", "^", "<<", ">>", "**"];
const COMPARE: &[&str] = &["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"];

/// An expression over constants, of at most about `depth` levels. Evaluating it may raise; it never runs long.
pub fn constant_expression(choices: &mut Choices<'_>, depth: usize) -> String {
    if depth == 0 || choices.exhausted() {
        return choices.one_of(BOUNDARY).to_owned();
    }
    let operand = |choices: &mut Choices<'_>| constant_expression(choices, depth - 1);
    match choices.below(10) {
        0 => choices.one_of(BOUNDARY).to_owned(),
        1..=4 => {
            let left = operand(choices);
            match choices.one_of(BINARY) {
                // Exponents and shifts stay literal and small, or a fold would take all memory.
                op @ ("**" | "<<") => {
                    let right = choices.one_of(&["2", "0", "1", "3", "-1", "0.5", "17", "63", "128"]);
                    let left = choices.one_of(&["2", "3", "-2", "10", "True", "1.5", "0", "255", "2**40", "'a'"]);
                    format!("({left}) {op} ({right})")
                }
                // Likewise a repetition.
                "*" if choices.chance(50) => {
                    let times = choices.one_of(&["2", "0", "3", "-1", "64", "256", "257", "4096", "4097"]);
                    let text = choices.one_of(&["'a'", "b'x'", "(1,)", "(1, 'b')", "()", "1.5", "7"]);
                    format!("{text} * {times}")
                }
                op => format!("({left}) {op} ({})", operand(choices)),
            }
        }
        5 => format!("{}({})", choices.one_of(&["-", "not ", "~", "+"]), operand(choices)),
        6 => {
            let index = choices.one_of(&["0", "1", "-1", "5", "True", "0.0"]);
            format!("({})[{index}]", operand(choices))
        }
        7 => {
            let op = choices.one_of(COMPARE);
            let (left, right) = (operand(choices), operand(choices));
            if op.starts_with("is") { format!("({left}) {op} None") } else { format!("({left}) {op} ({right})") }
        }
        8 => {
            let op = choices.one_of(&["and", "or"]);
            format!("({}) {op} ({})", operand(choices), operand(choices))
        }
        _ => match choices.below(3) {
            0 => format!("({} if {} else {})", operand(choices), operand(choices), operand(choices)),
            1 => format!("({}, {})", operand(choices), operand(choices)),
            _ => format!("({}) in [{}, {}]", operand(choices), operand(choices), operand(choices)),
        },
    }
}
