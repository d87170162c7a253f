//! Which passes run.

use crate::{PASSES, Pass};
use hognose_ir::Cfg;
use std::fmt;

/// A set of passes and what it promises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Profile {
    /// Only what code generation leaves to be done: the same result.
    None,
    /// CPython 3.11's passes: the same bytes.
    Cpython,
    /// More than CPython does: the same output.
    Full,
}

impl Profile {
    /// Every profile, from the one with the fewest passes on.
    pub const ALL: [Profile; 3] = [Profile::None, Profile::Cpython, Profile::Full];

    /// As the command line names it.
    pub fn name(self) -> &'static str {
        match self {
            Profile::None => "none",
            Profile::Cpython => "cpython",
            Profile::Full => "full",
        }
    }

    /// The profile of this name.
    pub fn from_name(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no pass of this name that could be left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnknownPass {
    /// No pass has this name.
    Unknown(String),
    /// Code cannot be assembled without it.
    Required(&'static str),
}

impl fmt::Display for UnknownPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnknownPass::Unknown(name) => write!(f, "there is no pass {name:?}"),
            UnknownPass::Required(name) => write!(f, "pass {name:?} cannot be left out"),
        }
    }
}

impl std::error::Error for UnknownPass {}

/// Called after each pass that changed something.
pub type PrintChanged<'a> = &'a dyn Fn(&Pass, &Cfg);

/// Which passes run.
pub struct Plan<'a> {
    profile: Profile,
    disabled: Vec<&'static str>,
    print_changed: Option<PrintChanged<'a>>,
}

impl<'a> Plan<'a> {
    /// All passes of a profile.
    pub fn new(profile: Profile) -> Self {
        Plan { profile, disabled: Vec::new(), print_changed: None }
    }

    /// Leaves out a pass.
    ///
    /// # Errors
    /// When there is no such pass, or it is one that code cannot do without.
    pub fn disable(mut self, name: &str) -> Result<Self, UnknownPass> {
        let pass = PASSES.iter().find(|pass| pass.name == name);
        let pass = pass.ok_or_else(|| UnknownPass::Unknown(name.to_owned()))?;
        if pass.profile == Profile::None {
            return Err(UnknownPass::Required(pass.name));
        }
        self.disabled.push(pass.name);
        Ok(self)
    }

    /// Calls `print` after each pass that changed something.
    pub fn print_changed(mut self, print: PrintChanged<'a>) -> Self {
        self.print_changed = Some(print);
        self
    }

    /// The profile.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Whether a pass is part of this.
    pub fn has(&self, pass: &Pass) -> bool {
        pass.profile <= self.profile && !self.disabled.contains(&pass.name)
    }

    /// Whether the pass of this name is part of this.
    pub fn has_named(&self, name: &str) -> bool {
        PASSES.iter().any(|pass| pass.name == name && self.has(pass))
    }

    pub(crate) fn tell(&self, pass: &Pass, cfg: &Cfg) {
        if let Some(print) = self.print_changed {
            print(pass, cfg);
        }
    }
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("profile", &self.profile).field("disabled", &self.disabled).finish_non_exhaustive()
    }
}
