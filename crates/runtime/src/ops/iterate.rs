//! iterate.
