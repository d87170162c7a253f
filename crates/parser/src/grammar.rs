//! The grammar: pest's parser over the token string, and a cursor over what it found.

use pest::Parser;
use pest::iterators::Tokens;

#[allow(missing_docs, unused_qualifications, clippy::all)]
mod derived {
    #[derive(pest_derive::Parser)]
    #[grammar = "python.pest"]
    pub struct PythonParser;
}

pub(crate) use derived::Rule;

/// Matches a token string against a start rule; `None` when it does not fit.
pub(crate) fn recognise(start: Rule, codes: &str) -> Option<Cursor<'_>> {
    let pairs = derived::PythonParser::parse(start, codes).ok()?;
    let mut cursor = Cursor { tokens: pairs.tokens(), next: Next::End(0) };
    cursor.advance();
    Some(cursor)
}

/// Walks the rules that matched, as a flat stream of beginnings and ends.
pub(crate) struct Cursor<'i> {
    tokens: Tokens<'i, Rule>,
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Next {
    Start(Rule, usize),
    End(usize),
}

impl Cursor<'_> {
    /// A cursor over a single string.
    pub fn at_string() -> Self {
        recognise(Rule::strings, ")").expect("a string token is what the rule takes")
    }

    fn advance(&mut self) {
        self.next = match self.tokens.next() {
            Some(pest::Token::Start { rule, pos }) => Next::Start(rule, pos.pos()),
            Some(pest::Token::End { pos, .. }) => Next::End(pos.pos()),
            None => Next::End(usize::MAX),
        };
    }

    /// The rule that begins at this token, if the stream stands before one.
    pub fn rule_at(&self, token: usize) -> Option<Rule> {
        match self.next {
            Next::Start(rule, start) if start == token => Some(rule),
            _ => None,
        }
    }

    /// Goes into the rule that begins next.
    ///
    /// # Panics
    /// When another rule or an end comes next: the builder and the grammar disagree.
    pub fn enter(&mut self, rule: Rule) {
        match self.next {
            Next::Start(next, _) if next == rule => self.advance(),
            other => panic!("the builder expects {rule:?}, the grammar gave {other:?}"),
        }
    }

    /// Goes out of a rule, which must end before this token.
    ///
    /// # Panics
    /// When the rule does not end there: the builder and the grammar disagree.
    pub fn leave(&mut self, token: usize) {
        assert_eq!(self.next, Next::End(token), "the builder has read another stretch than the grammar");
        self.advance();
    }
}
