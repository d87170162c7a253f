//! Where a generator's decisions come from.

/// A recorded sequence of decisions: from a seed, from a fuzzer's bytes, or from a property test, which shrinks it.
///
/// Decision 0 is always the simplest one and an exhausted sequence gives only zeros, so that a shorter or smaller
/// sequence is a simpler program and every program ends.
pub struct Choices<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Choices<'a> {
    /// Decisions read from bytes.
    pub fn new(data: &'a [u8]) -> Self {
        Choices { data, at: 0 }
    }

    /// Whether only zeros follow.
    pub fn exhausted(&self) -> bool {
        self.at >= self.data.len()
    }

    fn byte(&mut self) -> u8 {
        let byte = self.data.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    /// A number below `limit`, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        match limit {
            0 | 1 => 0,
            2..=256 => usize::from(self.byte()) % limit,
            _ => (usize::from(self.byte()) | usize::from(self.byte()) << 8) % limit,
        }
    }

    /// One of several; the first is the simplest.
    pub fn one_of<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())]
    }

    /// True in about `percent` of cases, never when exhausted.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) + percent >= 100
    }
}

/// Bytes for [`Choices`] from a seed.
///
/// # Source
/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
pub fn bytes_from_seed(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(count + 8);
    while bytes.len() < count {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        bytes.extend((mixed ^ mixed >> 31).to_le_bytes());
    }
    bytes.truncate(count);
    bytes
}
