//! Small changes to existing inputs.

use crate::generate::Choices;

/// A copy of `bytes` with one to four changes: bytes flipped, removed, doubled, overwritten or taken from elsewhere.
pub fn bytes(original: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut mutated = original.to_vec();
    for _ in 0..=choices.below(4) {
        let at = choices.below(mutated.len().max(1)).min(mutated.len());
        let end = (at + 1 + choices.below(8)).min(mutated.len());
        match choices.below(6) {
            0 if at < mutated.len() => mutated[at] ^= 1 << choices.below(8),
            1 if at < mutated.len() => mutated[at] = choices.below(256) as u8,
            2 => drop(mutated.drain(at..end)),
            3 => {
                let doubled = mutated[at..end].to_vec();
                mutated.splice(at..at, doubled);
            }
            4 if at < mutated.len() => mutated[at] = choices.one_of(&[0, 0x7F, 0x80, 0xFF, b'(', b'\n', b'\\', b'"']),
            _ => {
                let from = choices.below(mutated.len().max(1)).min(mutated.len());
                let to = (from + end - at).min(mutated.len());
                let moved = mutated[from..to].to_vec();
                mutated.splice(at..end, moved);
            }
        }
    }
    mutated
}

/// A copy of a program with one to three of its words, numbers or signs removed, doubled, replaced or exchanged.
pub fn source(original: &str, choices: &mut Choices<'_>) -> String {
    let mut tokens = split(original);
    for _ in 0..=choices.below(3) {
        if tokens.len() < 2 {
            break;
        }
        let (at, other) = (choices.below(tokens.len()), choices.below(tokens.len()));
        match choices.below(4) {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[other]),
            2 => tokens[at] = tokens[other],
            _ => tokens.swap(at, other),
        }
    }
    tokens.concat()
}

/// Words, runs of blanks, and single other characters.
fn split(text: &str) -> Vec<&str> {
    let class = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => 1,
        ' ' => 2,
        _ => 0,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut previous = 0;
    for (at, character) in text.char_indices() {
        let kind = class(character);
        if at > 0 && (kind == 0 || kind != previous) {
            tokens.push(&text[start..at]);
            start = at;
        }
        previous = kind;
    }
    tokens.push(&text[start..]);
    tokens
}
