//! item.
