//! Planted bugs, for measuring how well the harness finds real ones.
//!
//! `bug!("fold-adds-one", right, wrong)` is `right` in every normal build. In a build with the feature `zoo` it is
//! `wrong` while the bug of that name is active. The harness finds the names by reading the sources; the folder of the
//! crate says which stage should be blamed.

#[cfg(feature = "zoo")]
static ACTIVE: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();

/// Activates one planted bug for the rest of the process; without this, `HOGNOSE_BUG` in the environment names it.
///
/// # Panics
/// When one was activated or asked for before.
#[cfg(feature = "zoo")]
pub fn activate(name: &str) {
    ACTIVE.set(Some(name.to_owned())).expect("one planted bug at a time");
}

/// Whether the planted bug of this name is active.
#[cfg(feature = "zoo")]
pub fn is_active(name: &str) -> bool {
    ACTIVE.get_or_init(|| std::env::var("HOGNOSE_BUG").ok()).as_deref() == Some(name)
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
