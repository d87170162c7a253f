//! format.
