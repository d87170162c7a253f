//! raise.
