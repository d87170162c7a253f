//! Tokens: class, text and place, as CPython's tokenizer gives them to its parser.

use super::Form;
use hognose_parser::token::code;
use hognose_parser::{LexError, LexOptions, Source, lex};

/// One token. The class of keywords is `name`, that of operators `op`.
#[derive(Clone, Copy, Debug)]
pub struct TokenFacts<'a> {
    /// `name`, `number`, `string`, `newline`, `indent`, `dedent`, `op`.
    pub class: &'static str,
    /// Its text; empty for those that stand for layout.
    pub text: &'a [u8],
    /// Line, column, end line, end column; columns in bytes.
    pub place: [i64; 4],
}

/// Prints one token. Of the end of a line only the line counts, and INDENT and DEDENT stand where the next token stands.
pub fn token(form: &mut Form, token: &TokenFacts<'_>) {
    form.count_unit();
    form.push(token.class);
    if token.class == "newline" {
        form.push(" ").push_int(token.place[0]);
    } else if !matches!(token.class, "indent" | "dedent") {
        form.push(" ").push_quoted(token.text);
        for number in token.place {
            form.push(" ").push_int(number);
        }
    }
    form.end_line();
}

/// Prints our tokens of a program, without the end marker.
///
/// # Errors
/// Where the lexer stops.
pub fn tokens(source: &Source) -> Result<Form, LexError> {
    let text = source.text();
    let tokens = lex(text, LexOptions::default());
    let mut form = Form::new();
    for (kind, place) in tokens.codes.bytes().zip(&tokens.places) {
        let bytes = &text.as_bytes()[place.start as usize..(place.end as usize).min(text.len())];
        let class = match kind {
            code::ENDMARKER => break,
            code::NUMBER => "number",
            code::STRING => "string",
            code::NEWLINE => "newline",
            code::INDENT => "indent",
            code::DEDENT => "dedent",
            _ if bytes.first().is_some_and(|&byte| byte == b'_' || byte.is_ascii_alphabetic() || !byte.is_ascii()) => {
                "name"
            }
            _ => "op",
        };
        let start_of_line =
            |at: usize| text.as_bytes()[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |n| n + 1);
        let (start, end) = (place.start as usize, (place.end as usize).min(text.len()));
        let line = i64::from(place.line);
        let end_line = line + bytes.iter().filter(|&&byte| byte == b'\n').count() as i64;
        let place = [line, (start - start_of_line(start)) as i64, end_line, (end - start_of_line(end)) as i64];
        token(&mut form, &TokenFacts { class, text: bytes, place });
    }
    match tokens.error {
        Some(error) => Err(error),
        None => Ok(form),
    }
}
