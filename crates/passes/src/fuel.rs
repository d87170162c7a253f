//! How many rewrites passes may still make, so that a wrong result can be pinned to one rewrite.

/// A budget of rewrites, shared by all passes of one compilation in the order in which they run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fuel {
    limit: u64,
    used: u64,
}

impl Fuel {
    /// No limit.
    pub const fn unlimited() -> Self {
        Self::limited(u64::MAX)
    }

    /// The first `limit` rewrites only.
    pub const fn limited(limit: u64) -> Self {
        Fuel { limit, used: 0 }
    }

    /// Whether one more rewrite may be made; counts it.
    pub fn take(&mut self) -> bool {
        let granted = self.used < self.limit;
        self.used += u64::from(granted);
        granted
    }

    /// Whether one more rewrite may be made; counts nothing.
    pub const fn is_left(&self) -> bool {
        self.used < self.limit
    }

    /// How many rewrites were made.
    pub const fn used(&self) -> u64 {
        self.used
    }
}

impl Default for Fuel {
    fn default() -> Self {
        Self::unlimited()
    }
}
