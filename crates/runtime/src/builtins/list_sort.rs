//! Sorting: stable, with the comparisons of CPython in CPython's order.
//!
//! # Source
//! Tim Peters, "listsort" (timsort); the choice of merges is that of Munro and Wild, "Nearly-optimal mergesorts: fast,
//! practical sorting methods that optimally adapt to existing runs", 2018 (powersort), as CPython 3.11 makes it.

use crate::Result;

/// How often one side must win in a row before a merge gallops, at first.
const MIN_GALLOP: usize = 7;

/// An ascending stretch that waits for its merge.
struct Run {
    base: usize,
    len: usize,
    /// Depth, in the merge tree, of the boundary to the next run.
    power: u32,
}

struct Sorter<'a, F> {
    order: &'a mut [u32],
    less: F,
    temp: Vec<u32>,
    pending: Vec<Run>,
    min_gallop: usize,
}

/// Brings numbers into the order that `less` gives; equal ones keep theirs.
///
/// # Errors
/// The first error of `less`; `order` still holds each number once then.
pub fn sort(order: &mut [u32], less: impl FnMut(u32, u32) -> Result<bool>) -> Result<()> {
    if order.len() < 2 {
        return Ok(());
    }
    let mut sorter = Sorter { order, less, temp: Vec::new(), pending: Vec::new(), min_gallop: MIN_GALLOP };
    sorter.sort()
}

/// The least length of a run: `len` divided by a power of two such that the result is below 64, rounded up.
fn min_run(mut len: usize) -> usize {
    let mut rest = 0;
    while len >= 64 {
        rest |= len & 1;
        len >>= 1;
    }
    len + rest
}

/// The depth in the merge tree of the boundary between two neighbouring runs, in a list of `len` items.
fn power(base: usize, first: usize, second: usize, len: usize) -> u32 {
    let mut left = 2 * base + first;
    let mut right = left + first + second;
    let mut result = 0;
    loop {
        result += 1;
        if left >= len {
            left -= len;
            right -= len;
        } else if right >= len {
            return result;
        }
        left *= 2;
        right *= 2;
    }
}

impl<F: FnMut(u32, u32) -> Result<bool>> Sorter<'_, F> {
    fn sort(&mut self) -> Result<()> {
        let len = self.order.len();
        let least = min_run(len);
        let mut base = 0;
        while base < len {
            let (mut run, descending) = self.count_run(base)?;
            if descending {
                self.order[base..base + run].reverse();
            }
            if run < least {
                let forced = least.min(len - base);
                self.binary_sort(base, base + forced, base + run)?;
                run = forced;
            }
            self.merge_before(run)?;
            self.pending.push(Run { base, len: run, power: 0 });
            base += run;
        }
        while let Some(mut at) = self.pending.len().checked_sub(2) {
            if at > 0 && self.pending[at - 1].len < self.pending[at + 1].len {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    /// The length of the run at `base`, and whether it is strictly descending.
    fn count_run(&mut self, base: usize) -> Result<(usize, bool)> {
        let len = self.order.len();
        if base + 1 == len {
            return Ok((1, false));
        }
        let descending = self.below(self.order[base + 1], self.order[base])?;
        let mut end = base + 2;
        while end < len && self.below(self.order[end], self.order[end - 1])? == descending {
            end += 1;
        }
        Ok((end - base, descending))
    }

    /// Sorts `low..high`, of which `low..start` is sorted already.
    fn binary_sort(&mut self, low: usize, high: usize, start: usize) -> Result<()> {
        for next in start.max(low + 1)..high {
            let pivot = self.order[next];
            let (mut left, mut right) = (low, next);
            while left < right {
                let middle = left + (right - left) / 2;
                if self.below(pivot, self.order[middle])? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.order[left..=next].rotate_right(1);
        }
        Ok(())
    }

    /// Merges waiting runs that belong deeper in the merge tree than the boundary to a new run of length `run`.
    fn merge_before(&mut self, run: usize) -> Result<()> {
        let Some(last) = self.pending.last() else { return Ok(()) };
        let power = power(last.base, last.len, run, self.order.len());
        while self.pending.len() > 1 && self.pending[self.pending.len() - 2].power > power {
            self.merge_at(self.pending.len() - 2)?;
        }
        self.pending.last_mut().expect("a merge leaves its result").power = power;
        Ok(())
    }

    /// Merges the waiting run `at` with the one behind it.
    fn merge_at(&mut self, at: usize) -> Result<()> {
        let second = self.pending.remove(at + 1);
        let first = &mut self.pending[at];
        let (mut base, mut len) = (first.base, first.len);
        first.len += second.len;
        // What of the first run is not above the second's first item stays where it is.
        let skipped = self.gallop_right(Side::Order, self.order[second.base], base, len, 0)?;
        base += skipped;
        len -= skipped;
        if len == 0 {
            return Ok(());
        }
        // Likewise what of the second is not below the first's last.
        let last = self.order[base + len - 1];
        let rest = self.gallop_left(Side::Order, last, second.base, second.len, second.len - 1)?;
        if rest == 0 {
            return Ok(());
        }
        if len <= rest {
            self.merge_low(base, len, second.base, rest)
        } else {
            self.merge_high(base, len, second.base, rest)
        }
    }

    fn below(&mut self, left: u32, right: u32) -> Result<bool> {
        (self.less)(left, right)
    }

    fn at(&self, side: Side, index: usize) -> u32 {
        match side {
            Side::Order => self.order[index],
            Side::Temp => self.temp[index],
        }
    }

    /// Where `key` belongs in the sorted `base..base + len`, before its equals; looks around `hint` first.
    fn gallop_left(&mut self, side: Side, key: u32, base: usize, len: usize, hint: usize) -> Result<usize> {
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if self.below(self.at(side, base + hint), key)? {
            let most = len - hint;
            while offset < most && self.below(self.at(side, base + hint + offset), key)? {
                last = offset;
                offset = 2 * offset + 1;
            }
            (low, high) = (hint + last + 1, hint + offset.min(most));
        } else {
            let most = hint + 1;
            while offset < most && !self.below(self.at(side, base + hint - offset), key)? {
                last = offset;
                offset = 2 * offset + 1;
            }
            (low, high) = (hint + 1 - offset.min(most), hint - last);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.below(self.at(side, base + middle), key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// As [`Sorter::gallop_left`], behind the equals of `key`.
    fn gallop_right(&mut self, side: Side, key: u32, base: usize, len: usize, hint: usize) -> Result<usize> {
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if self.below(key, self.at(side, base + hint))? {
            let most = hint + 1;
            while offset < most && self.below(key, self.at(side, base + hint - offset))? {
                last = offset;
                offset = 2 * offset + 1;
            }
            (low, high) = (hint + 1 - offset.min(most), hint - last);
        } else {
            let most = len - hint;
            while offset < most && !self.below(key, self.at(side, base + hint + offset))? {
                last = offset;
                offset = 2 * offset + 1;
            }
            (low, high) = (hint + last + 1, hint + offset.min(most));
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.below(key, self.at(side, base + middle))? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(high)
    }

    /// Merges from the left, with the first run (the shorter) set aside.
    fn merge_low(&mut self, base: usize, first: usize, second_base: usize, second: usize) -> Result<()> {
        self.temp.clear();
        self.temp.extend_from_slice(&self.order[base..base + first]);
        let mut merge = Merge { dest: base, a: 0, a_left: first, b: second_base, b_left: second };
        let result = self.merge_low_loop(&mut merge);
        // An error leaves the rest of the first run to be put back; so does an exhausted second run.
        let Merge { dest, a, a_left, b, b_left } = merge;
        if result == Ok(Rest::LastOfFirst) {
            self.order.copy_within(b..b + b_left, dest);
            self.order[dest + b_left] = self.temp[a];
        } else {
            self.order[dest..dest + a_left].copy_from_slice(&self.temp[a..a + a_left]);
        }
        result.map(drop)
    }

    fn merge_low_loop(&mut self, m: &mut Merge) -> Result<Rest> {
        m.take_b(self.order);
        if m.b_left == 0 {
            return Ok(Rest::First);
        }
        if m.a_left == 1 {
            return Ok(Rest::LastOfFirst);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            while a_wins < min_gallop && b_wins < min_gallop {
                if self.below(self.order[m.b], self.temp[m.a])? {
                    m.take_b(self.order);
                    (a_wins, b_wins) = (0, b_wins + 1);
                    if m.b_left == 0 {
                        return Ok(Rest::First);
                    }
                } else {
                    m.take_a(self.order, &self.temp, 1);
                    (a_wins, b_wins) = (a_wins + 1, 0);
                    if m.a_left == 1 {
                        return Ok(Rest::LastOfFirst);
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let a_run = self.gallop_right(Side::Temp, self.order[m.b], m.a, m.a_left, 0)?;
                m.take_a(self.order, &self.temp, a_run);
                match m.a_left {
                    // Only an inconsistent order uses the first run up here.
                    0 => return Ok(Rest::First),
                    1 if a_run > 0 => return Ok(Rest::LastOfFirst),
                    _ => {}
                }
                m.take_b(self.order);
                if m.b_left == 0 {
                    return Ok(Rest::First);
                }
                let b_run = self.gallop_left(Side::Order, self.temp[m.a], m.b, m.b_left, 0)?;
                for _ in 0..b_run {
                    m.take_b(self.order);
                }
                if m.b_left == 0 {
                    return Ok(Rest::First);
                }
                m.take_a(self.order, &self.temp, 1);
                if m.a_left == 1 {
                    return Ok(Rest::LastOfFirst);
                }
                if a_run < MIN_GALLOP && b_run < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Merges from the right, with the second run (the shorter) set aside.
    fn merge_high(&mut self, base: usize, first: usize, second_base: usize, second: usize) -> Result<()> {
        self.temp.clear();
        self.temp.extend_from_slice(&self.order[second_base..second_base + second]);
        // The next place to fill is always behind the two rests: base + a_left + b_left - 1.
        let mut rests = (first, second);
        let result = self.merge_high_loop(base, &mut rests);
        let (a_left, b_left) = rests;
        if result == Ok(Rest::FirstOfSecond) {
            self.order.copy_within(base..base + a_left, base + 1);
            self.order[base] = self.temp[0];
        } else {
            self.order[base + a_left..base + a_left + b_left].copy_from_slice(&self.temp[..b_left]);
        }
        result.map(drop)
    }

    fn merge_high_loop(&mut self, base: usize, (a_left, b_left): &mut (usize, usize)) -> Result<Rest> {
        self.take_last_a(base, a_left, *b_left, 1);
        if *a_left == 0 {
            return Ok(Rest::Second);
        }
        if *b_left == 1 {
            return Ok(Rest::FirstOfSecond);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            while a_wins < min_gallop && b_wins < min_gallop {
                if self.below(self.temp[*b_left - 1], self.order[base + *a_left - 1])? {
                    self.take_last_a(base, a_left, *b_left, 1);
                    (a_wins, b_wins) = (a_wins + 1, 0);
                    if *a_left == 0 {
                        return Ok(Rest::Second);
                    }
                } else {
                    self.take_last_b(base, *a_left, b_left, 1);
                    (a_wins, b_wins) = (0, b_wins + 1);
                    if *b_left == 1 {
                        return Ok(Rest::FirstOfSecond);
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let key = self.temp[*b_left - 1];
                let a_run = *a_left - self.gallop_right(Side::Order, key, base, *a_left, *a_left - 1)?;
                self.take_last_a(base, a_left, *b_left, a_run);
                if *a_left == 0 {
                    return Ok(Rest::Second);
                }
                self.take_last_b(base, *a_left, b_left, 1);
                if *b_left == 1 {
                    return Ok(Rest::FirstOfSecond);
                }
                let key = self.order[base + *a_left - 1];
                let b_run = *b_left - self.gallop_left(Side::Temp, key, 0, *b_left, *b_left - 1)?;
                self.take_last_b(base, *a_left, b_left, b_run);
                match *b_left {
                    // Only an inconsistent order uses the second run up here.
                    0 => return Ok(Rest::Second),
                    1 if b_run > 0 => return Ok(Rest::FirstOfSecond),
                    _ => {}
                }
                self.take_last_a(base, a_left, *b_left, 1);
                if *a_left == 0 {
                    return Ok(Rest::Second);
                }
                if a_run < MIN_GALLOP && b_run < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Moves the last `count` of the first run's rest to the end of the free places.
    fn take_last_a(&mut self, base: usize, a_left: &mut usize, b_left: usize, count: usize) {
        let from = base + *a_left - count;
        self.order.copy_within(from..from + count, from + b_left);
        *a_left -= count;
    }

    /// Likewise of the second run, which is set aside.
    fn take_last_b(&mut self, base: usize, a_left: usize, b_left: &mut usize, count: usize) {
        let from = *b_left - count;
        self.order[base + a_left + from..base + a_left + *b_left].copy_from_slice(&self.temp[from..*b_left]);
        *b_left = from;
    }
}

/// Where a run being searched lies.
#[derive(Clone, Copy)]
enum Side {
    Order,
    Temp,
}

/// What is left to be put in place when a merge is over.
#[derive(PartialEq, Eq)]
enum Rest {
    First,
    Second,
    /// The second run's rest, then the first's last item.
    LastOfFirst,
    /// The second run's first item, then the first's rest.
    FirstOfSecond,
}

/// A merge from the left: the next place to fill, and both rests (the first in `temp`, the second in `order`).
struct Merge {
    dest: usize,
    a: usize,
    a_left: usize,
    b: usize,
    b_left: usize,
}

impl Merge {
    fn take_a(&mut self, order: &mut [u32], temp: &[u32], count: usize) {
        order[self.dest..self.dest + count].copy_from_slice(&temp[self.a..self.a + count]);
        self.dest += count;
        self.a += count;
        self.a_left -= count;
    }

    fn take_b(&mut self, order: &mut [u32]) {
        order[self.dest] = order[self.b];
        self.dest += 1;
        self.b += 1;
        self.b_left -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    fn comparisons(keys: &[i64]) -> (Vec<i64>, usize) {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        let mut count = 0;
        let result = sort(&mut order, |a, b| {
            count += 1;
            Ok(keys[a as usize] < keys[b as usize])
        });
        assert!(result.is_ok());
        assert!(order.windows(2).all(|pair| {
            let (a, b) = (pair[0], pair[1]);
            keys[a as usize] < keys[b as usize] || keys[a as usize] == keys[b as usize] && a < b
        }));
        (order.iter().map(|&index| keys[index as usize]).collect(), count)
    }

    // The numbers of comparisons are those that CPython 3.11 makes for the same lists.
    #[test]
    fn makes_as_many_comparisons_as_cpython() {
        let pseudo = |n: i64, modulus: i64| (0..n).map(|i| i * i * 7919 % 10007 % modulus).collect::<Vec<_>>();
        let cases = [
            ((0..1000).collect::<Vec<_>>(), 999),
            ((0..1000).rev().collect(), 999),
            (pseudo(1000, 10007), 8633),
            (pseudo(1000, 10), 6765),
            ((0..500).chain(0..500).collect(), 1998),
            ((0..1000).map(|i| i ^ 1).collect(), 4616),
        ];
        for (keys, expected) in cases {
            let (sorted, count) = comparisons(&keys);
            assert!(sorted.is_sorted());
            assert_eq!(count, expected, "{:?}...", &keys[..4]);
        }
    }
}
