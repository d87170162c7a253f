//! The levels at which Hognose is compared with CPython.

use std::fmt;
use std::str::FromStr;

macro_rules! levels {
    ($($variant:ident = $name:literal, $units:literal, $doc:literal;)*) => {
        /// What is compared; "equal" is defined per level.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Level { $(#[doc = $doc] $variant,)* }

        impl Level {
            /// Every level, from the first stage to the last.
            pub const ALL: &'static [Level] = &[$(Level::$variant,)*];

            /// As written on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Level::$variant => $name,)* }
            }

            /// What a form of this level is counted in.
            pub fn units(self) -> &'static str {
                match self { $(Level::$variant => $units,)* }
            }
        }
    };
}

levels! {
    Tokens = "tokens", "tokens", "Kind, text and span of each token.";
    Ast = "ast", "nodes", "Kinds, fields, constants by exact type and value, all four positions.";
    Symtable = "symtable", "scopes", "Per scope: names, flags, children, order.";
    Bytecode = "bytecode", "code objects", "Every `co_` field, nested code included.";
    Pyc = "pyc", "code objects", "CPython loads ours, we load CPython's, and the same objects come out.";
    Errors = "errors", "errors", "Class, message, place and text of a rejected program.";
    Result = "result", "programs", "Standard output, standard error and exit status.";
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Level::ALL.iter().copied().find(|level| level.name() == name).ok_or_else(|| {
            let names: Vec<_> = Level::ALL.iter().map(|level| level.name()).collect();
            format!("no level `{name}`; there are all, {}", names.join(", "))
        })
    }
}

/// A set of levels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Levels(u8);

impl Levels {
    /// Every level.
    pub const ALL: Levels = Levels((1 << Level::ALL.len()) - 1);

    /// The set of one level.
    pub const fn only(level: Level) -> Self {
        Levels(1 << level as u8)
    }

    /// Whether the level is in the set.
    pub fn contains(self, level: Level) -> bool {
        self.0 & 1 << level as u8 != 0
    }

    /// The set with the level added.
    #[must_use]
    pub const fn with(self, level: Level) -> Self {
        Levels(self.0 | 1 << level as u8)
    }

    /// The set without the level.
    #[must_use]
    pub const fn without(self, level: Level) -> Self {
        Levels(self.0 & !(1 << level as u8))
    }

    /// Whether no level is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The levels, from the first stage to the last.
    pub fn iter(self) -> impl Iterator<Item = Level> {
        Level::ALL.iter().copied().filter(move |&level| self.contains(level))
    }

    /// One bit per level, for the protocol.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits; bits of no level are dropped.
    pub fn from_bits(bits: u8) -> Self {
        Levels(bits & Self::ALL.0)
    }
}

impl FromStr for Levels {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        if list == "all" {
            return Ok(Levels::ALL);
        }
        list.split(',').try_fold(Levels::default(), |levels, name| Ok(levels.with(name.trim().parse()?)))
    }
}
