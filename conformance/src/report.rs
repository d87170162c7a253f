//! Reports for people and for programs.

use crate::compare::Comparison;
use crate::counts::Table;
use crate::isolation::Isolation;
use crate::python;
use crate::session::Row;
use hognose_testkit::{Level, Verdict};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What stands at the head of every report.
#[derive(Clone, Debug)]
pub struct Header {
    /// Profile of our optimiser.
    pub profile: String,
    /// What CPython calls itself.
    pub cpython: String,
    /// What shuts children in.
    pub isolation: Isolation,
}

impl Header {
    /// The header as lines.
    pub fn text(&self) -> String {
        let mut text = format!(
            "Hognose {} (profile {}) against {} at {}\n",
            env!("CARGO_PKG_VERSION"),
            self.profile,
            self.cpython.split_whitespace().take(2).collect::<Vec<_>>().join(" "),
            python::HOME,
        );
        if python::VERSION != REFERENCE {
            let _ = writeln!(text, "note: the reference of identity is CPython {REFERENCE}, not {}", python::VERSION);
        }
        let _ = writeln!(text, "isolation: {}", self.isolation.present().join(", "));
        let _ = writeln!(text, "missing:   {}", self.isolation.missing().join(", "));
        text
    }

    fn json(&self) -> Value {
        json!({
            "cpython": self.cpython,
            "cpython_home": python::HOME,
            "reference": REFERENCE,
            "profile": self.profile,
            "isolation": self.isolation.present(),
            "isolation_missing": self.isolation.missing(),
        })
    }
}

/// The CPython that identity is defined by.
pub const REFERENCE: &str = "3.11.7";

/// The table of verdicts, one program per line, and behind it what differs.
pub fn table(rows: &[Row]) -> String {
    let columns: Vec<&str> =
        Table::of(rows.iter().flat_map(|row| &row.comparisons)).iter().map(|(name, _)| name).collect();
    let name_width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max("program".len());
    let cell = |row: &Row, column: &str| -> String {
        let found = row.comparisons.iter().find(|comparison| comparison.column() == column);
        found.map_or(String::new(), |comparison| comparison.verdict.name().to_owned())
    };
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| rows.iter().map(|row| cell(row, column).len()).max().unwrap_or(0).max(column.len()))
        .collect();
    let mut text = format!("{:name_width$}", "program");
    for (column, &width) in columns.iter().zip(&widths) {
        let _ = write!(text, "  {column:width$}");
    }
    trim_line(&mut text);
    for row in rows {
        let _ = write!(text, "{:name_width$}", row.name);
        for (column, &width) in columns.iter().zip(&widths) {
            let _ = write!(text, "  {:width$}", cell(row, column));
        }
        trim_line(&mut text);
    }
    text
}

fn trim_line(text: &mut String) {
    text.truncate(text.trim_end().len());
    text.push('\n');
}

/// What lies behind the verdicts that are not `identical`; at most `limit` of them.
pub fn details(rows: &[Row], limit: usize) -> String {
    let mut text = String::new();
    let mut shown = 0;
    let mut left = 0;
    for row in rows {
        for comparison in row.comparisons.iter().filter(|comparison| comparison.verdict != Verdict::Identical) {
            if shown == limit {
                left += 1;
                continue;
            }
            shown += 1;
            let _ = writeln!(text, "{} {}: {}", row.name, comparison.column(), comparison.verdict);
            for line in &comparison.detail {
                let _ = writeln!(text, "    {line}");
            }
            if let Some(blame) = &comparison.blame {
                let _ = writeln!(text, "    to blame: {blame}");
            }
        }
    }
    if left > 0 {
        let _ = writeln!(text, "... and {left} more (--details shows them)");
    }
    text
}

/// Counts, units and speed of each column.
pub fn summary(table: &Table) -> String {
    let mut text = String::new();
    let width = table.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, counts) in table.iter() {
        let _ = write!(text, "{name:width$}  {}", counts.summary());
        if let Some(level) = Level::ALL.iter().find(|level| level.name() == name)
            && counts.units > 0
        {
            let _ = write!(text, "; {} {}", counts.units, level.units());
        }
        let [theirs, ours] = counts.microseconds.map(|time| time as f64 / 1e6);
        if theirs > 0.0 && ours > 0.0 {
            let _ = write!(text, "; CPython {theirs:.2} s, Hognose {ours:.2} s");
        }
        text.push('\n');
    }
    text
}

/// Everything as one JSON value.
pub fn json(header: &Header, rows: &[Row], table: &Table, schema: &str) -> Value {
    let cases: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "program": row.name, "comparisons": row.comparisons.iter().map(comparison).collect::<Vec<_>>() }))
        .collect();
    let mut counts = Map::new();
    for (name, column) in table.iter() {
        counts.insert(name.to_owned(), column.json());
    }
    json!({
        "schema": schema,
        "tool_version": env!("CARGO_PKG_VERSION"),
        "header": header.json(),
        "counts": counts,
        "cases": cases,
    })
}

fn comparison(comparison: &Comparison) -> Value {
    let what = match &comparison.verdict {
        Verdict::Unsupported(what) => Some(what.as_str()),
        _ => None,
    };
    json!({
        "level": comparison.level.name(),
        "backend": comparison.backend,
        "verdict": comparison.verdict.name(),
        "unsupported": what,
        "detail": comparison.detail,
        "blame": comparison.blame,
    })
}

/// The exit status of a check.
pub fn exit_status<'a>(comparisons: impl IntoIterator<Item = &'a Comparison>) -> u8 {
    let mut status = 0;
    for comparison in comparisons {
        let this = match &comparison.verdict {
            Verdict::Identical | Verdict::IdentityOnly | Verdict::Nondeterministic => 0,
            verdict if verdict.is_against_us() => return 1,
            verdict if verdict.is_trouble() => 2,
            _ => 3,
        };
        // A difference outranks trouble, and trouble what is unsupported.
        status = match (status, this) {
            (0, this) => this,
            (status, 0) => status,
            (status, this) => u8::min(status, this),
        };
    }
    status
}
