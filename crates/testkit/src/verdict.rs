//! What a comparison can end with.

use std::fmt;

/// The outcome of comparing one program at one level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing differs; only addresses were masked.
    Identical,
    /// Something differs.
    Different,
    /// Differs only by identity of integers; identical with `-X exact-identity`.
    IdentityOnly,
    /// Hognose says that it does not do this yet.
    Unsupported(String),
    /// Our side died.
    OursCrashed,
    /// Our side did not answer in time.
    OursTimeout,
    /// CPython died.
    CpythonCrashed,
    /// CPython did not answer in time.
    CpythonTimeout,
    /// CPython differs from itself under another hash seed or address layout.
    Nondeterministic,
}

impl Verdict {
    /// The name without details, as used for counting and in expectation files.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::Different => "different",
            Verdict::IdentityOnly => "identity-only",
            Verdict::Unsupported(_) => "unsupported",
            Verdict::OursCrashed => "ours-crashed",
            Verdict::OursTimeout => "ours-timeout",
            Verdict::CpythonCrashed => "cpython-crashed",
            Verdict::CpythonTimeout => "cpython-timeout",
            Verdict::Nondeterministic => "nondeterministic",
        }
    }

    /// Every name, in the order in which counts are printed.
    pub const NAMES: [&'static str; 9] = [
        "identical",
        "different",
        "identity-only",
        "unsupported",
        "ours-crashed",
        "ours-timeout",
        "cpython-crashed",
        "cpython-timeout",
        "nondeterministic",
    ];

    /// Whether Hognose took up the program at all.
    pub fn is_supported(&self) -> bool {
        !matches!(self, Verdict::Unsupported(_))
    }

    /// Whether the verdict speaks against Hognose: a difference, a crash or a hang of ours.
    pub fn is_against_us(&self) -> bool {
        matches!(self, Verdict::Different | Verdict::OursCrashed | Verdict::OursTimeout)
    }

    /// Whether CPython gave nothing to compare with.
    pub fn is_trouble(&self) -> bool {
        matches!(self, Verdict::CpythonCrashed | Verdict::CpythonTimeout)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Unsupported(what) => f.pad(&format!("unsupported({what})")),
            other => f.pad(other.name()),
        }
    }
}
