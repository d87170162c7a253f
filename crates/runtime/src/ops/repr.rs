//! repr.
