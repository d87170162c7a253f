//! What does not pass yet: one file per level, written by a command.

use crate::session::Row;
use hognose_testkit::{Level, Verdict};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Verdicts by program and column, of those comparisons that are not identical.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected(BTreeMap<(String, String), String>);

/// How a run departs from what is expected.
#[derive(Clone, Debug, Default)]
pub struct Departures {
    /// Failed, or failed otherwise than expected.
    pub failures: Vec<String>,
    /// Passed, though expected to fail: the line has to go.
    pub passes: Vec<String>,
}

impl Departures {
    /// Whether everything is as expected.
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.passes.is_empty()
    }
}

/// The file of a level.
pub fn file(folder: &Path, level: Level) -> PathBuf {
    folder.join(format!("{level}.txt"))
}

impl Expected {
    /// Reads a file; a missing one expects no failure.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other?,
        };
        let mut expected = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.rsplitn(3, ' ');
            if let (Some(verdict), Some(column), Some(program)) = (words.next(), words.next(), words.next()) {
                expected.insert((program.to_owned(), column.to_owned()), verdict.to_owned());
            }
        }
        Ok(Expected(expected))
    }

    /// What a run gave at one level.
    pub fn of(rows: &[Row], level: Level) -> Self {
        let mut expected = BTreeMap::new();
        for row in rows {
            for comparison in &row.comparisons {
                if comparison.level == level && comparison.verdict != Verdict::Identical {
                    let key = (row.name.clone(), comparison.column().to_owned());
                    expected.insert(key, comparison.verdict.name().to_owned());
                }
            }
        }
        Expected(expected)
    }

    /// Takes over a run: its programs' lines are replaced, those of other programs stay.
    pub fn bless(&mut self, rows: &[Row], level: Level) {
        self.0.retain(|(program, _), _| !rows.iter().any(|row| row.name == *program));
        self.0.extend(Self::of(rows, level).0);
    }

    /// Writes the file; without lines there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        if self.0.is_empty() {
            return match fs::remove_file(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            };
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut text =
            String::from("# Not yet as in CPython. Written by `hognose conform --bless`: program, column, verdict.\n");
        for ((program, column), verdict) in &self.0 {
            text.push_str(&format!("{program} {column} {verdict}\n"));
        }
        fs::write(path, text)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether every comparison is expected to be identical.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Holds a run against what is expected of its programs.
    pub fn departures(&self, rows: &[Row], level: Level) -> Departures {
        let mut departures = Departures::default();
        for row in rows {
            for comparison in row.comparisons.iter().filter(|comparison| comparison.level == level) {
                let column = comparison.column();
                let verdict = comparison.verdict.name();
                match self.0.get(&(row.name.clone(), column.to_owned())) {
                    Some(expected) if expected == verdict => {}
                    None if verdict == "identical" => {}
                    Some(expected) if verdict == "identical" => {
                        departures.passes.push(format!("{} {column}: identical, expected {expected}", row.name));
                    }
                    expected => {
                        let expected = expected.map_or("identical", String::as_str);
                        departures.failures.push(format!("{} {column}: {verdict}, expected {expected}", row.name));
                    }
                }
            }
        }
        departures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Comparison;

    fn row(name: &str, verdict: Verdict) -> Row {
        let comparison = Comparison { verdict, ..Comparison::identical(Level::Ast) };
        Row { name: name.to_owned(), comparisons: vec![comparison] }
    }

    #[test]
    fn an_unexpected_pass_departs_as_an_unexpected_failure_does() {
        let expected = Expected::of(&[row("a b.py", Verdict::Different)], Level::Ast);
        let folder = std::env::temp_dir().join(format!("hognose-expected-{}", std::process::id()));
        let path = file(&folder, Level::Ast);
        expected.write(&path).unwrap();
        let read = Expected::read(&path).unwrap();
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(read, expected);
        assert!(read.departures(&[row("a b.py", Verdict::Different)], Level::Ast).is_empty());
        assert_eq!(read.departures(&[row("a b.py", Verdict::Identical)], Level::Ast).passes.len(), 1);
        assert_eq!(read.departures(&[row("a b.py", Verdict::OursCrashed)], Level::Ast).failures.len(), 1);
        assert_eq!(read.departures(&[row("c.py", Verdict::Different)], Level::Ast).failures.len(), 1);
    }
}
