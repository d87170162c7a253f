//! Counts of verdicts.

use crate::compare::Comparison;
use hognose_testkit::Verdict;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How many comparisons of one column ended with which verdict.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    by_verdict: BTreeMap<&'static str, u32>,
    /// Units that CPython printed.
    pub units: u64,
    /// Microseconds of CPython's stage and of ours.
    pub microseconds: [u64; 2],
}

impl Counts {
    /// Counts one comparison.
    pub fn add(&mut self, comparison: &Comparison) {
        *self.by_verdict.entry(comparison.verdict.name()).or_default() += 1;
        self.units += u64::from(comparison.units);
        for (sum, time) in self.microseconds.iter_mut().zip(comparison.microseconds) {
            *sum += time;
        }
    }

    /// How many ended with this verdict.
    pub fn of(&self, verdict: &str) -> u32 {
        self.by_verdict.get(verdict).copied().unwrap_or_default()
    }

    /// How many there were.
    pub fn attempted(&self) -> u32 {
        self.by_verdict.values().sum()
    }

    /// How many Hognose took up.
    pub fn supported(&self) -> u32 {
        self.attempted() - self.of("unsupported")
    }

    /// How many were identical.
    pub fn identical(&self) -> u32 {
        self.of("identical")
    }

    /// `1790 attempted, 1790 supported, 1789 identical, 1 different`.
    pub fn summary(&self) -> String {
        let mut text =
            format!("{} attempted, {} supported, {} identical", self.attempted(), self.supported(), self.identical());
        for name in Verdict::NAMES.into_iter().filter(|name| !matches!(*name, "identical" | "unsupported")) {
            if self.of(name) > 0 {
                text.push_str(&format!(", {} {name}", self.of(name)));
            }
        }
        text
    }

    /// The counts as JSON.
    pub fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("attempted".to_owned(), json!(self.attempted()));
        object.insert("supported".to_owned(), json!(self.supported()));
        for name in Verdict::NAMES {
            object.insert(name.to_owned(), json!(self.of(name)));
        }
        object.insert("units".to_owned(), json!(self.units));
        object.insert("cpython_microseconds".to_owned(), json!(self.microseconds[0]));
        object.insert("our_microseconds".to_owned(), json!(self.microseconds[1]));
        Value::Object(object)
    }
}

/// Counts per column, in the order of the columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<(&'static str, Counts)>,
}

impl Table {
    /// Counts comparisons.
    pub fn of<'a>(comparisons: impl IntoIterator<Item = &'a Comparison>) -> Self {
        let mut table = Table::default();
        for comparison in comparisons {
            let name = comparison.column();
            let index = table.columns.iter().position(|(column, _)| *column == name).unwrap_or_else(|| {
                table.columns.push((name, Counts::default()));
                table.columns.len() - 1
            });
            table.columns[index].1.add(comparison);
        }
        table
    }

    /// The columns.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Counts)> {
        self.columns.iter().map(|(name, counts)| (*name, counts))
    }
}
