//! Planted bugs, for measuring how well the harness finds real ones.
//!
//! `bug!("fold-adds-one", right, wrong)` is `right` in every normal build. In a build with the feature `zoo` it is
//! `wrong` while the bug of that name is active. The harness finds the names by reading the sources; the folder of the
//! crate says which stage should be blamed.

#[cfg(feature = "zoo")]
static ACTIVE: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Activates one planted bug for the rest of the process.
///
/// # Panics
/// When another one was activated before.
#[cfg(feature = "zoo")]
pub fn activate(name: &str) {
    ACTIVE.set(name.to_owned()).expect("one planted bug at a time");
}

/// Whether the planted bug of this name is active.
#[cfg(feature = "zoo")]
pub fn is_active(name: &str) -> bool {
    ACTIVE.get().is_some_and(|active| active == name)
}

/// `right`, or in a zoo build `wrong` while the bug `name` is active.
#[cfg(feature = "zoo")]
#[macro_export]
macro_rules! bug {
    ($name:literal, $right:expr, $wrong:expr) => {
        if $crate::zoo::is_active($name) { $wrong } else { $right }
    };
}

/// `right`, or in a zoo build `wrong` while the bug `name` is active.
#[cfg(not(feature = "zoo"))]
#[macro_export]
macro_rules! bug {
    ($name:literal, $right:expr, $wrong:expr) => {
        ::std::convert::identity($right)
    };
}
