//! Why the builder gives up.

use hognose_syntax::{ErrorClass, SyntaxError};

/// Why there is no tree; [`crate::diagnosis`] finds CPython's words for the first two.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The grammar does not fit, or fits only because it is wider than Python's; the token where that shows, if known.
    Rejected(Option<usize>),
    /// An error that CPython raises while it builds nodes.
    Action(ActionError),
    /// An error with all its fields.
    Final(Box<SyntaxError>),
    /// Deeper nested than CPython follows.
    TooDeep(ErrorClass),
}

/// An error raised by the action of a rule.
#[derive(Clone, Debug)]
pub(crate) struct ActionError {
    pub message: String,
    pub mark: Mark,
}

/// Which tokens an action's error marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// The last token the parser has looked at.
    LastRead,
    /// This token.
    Token(usize),
    /// No columns at all.
    LineOnly(usize),
}

/// What the builder's functions give; errors are boxed to keep the good case small.
pub(crate) type Result<T> = std::result::Result<T, Box<Failure>>;

pub(crate) fn rejected<T>(token: usize) -> Result<T> {
    Err(Box::new(Failure::Rejected(Some(token))))
}

pub(crate) fn action<T>(message: impl Into<String>, mark: Mark) -> Result<T> {
    Err(Box::new(Failure::Action(ActionError { message: message.into(), mark })))
}
