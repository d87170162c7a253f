//! Reading the program that a view shows.

use crate::exit::Exit;
use hognose_parser::{ParseError, Source};
use hognose_syntax::SyntaxError;
use std::io::Read;

/// A program named on the command line: `FILE`, `-`, `FILE::qualname`.
pub struct Input {
    /// As CPython names it: the path as given, or `<stdin>`.
    pub filename: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Which function was selected.
    pub qualname: Option<String>,
}

impl Input {
    /// Reads it.
    ///
    /// # Errors
    /// The status to leave with; the problem has been told.
    pub fn read(argument: &str) -> Result<Self, Exit> {
        let (path, qualname) = match argument.split_once("::") {
            Some((path, qualname)) if !std::path::Path::new(argument).exists() => (path, Some(qualname.to_owned())),
            _ => (argument, None),
        };
        let (filename, bytes) = if path == "-" {
            let mut bytes = Vec::new();
            ("<stdin>", std::io::stdin().read_to_end(&mut bytes).map(|_| bytes))
        } else {
            (path, std::fs::read(path))
        };
        match bytes {
            Ok(bytes) => Ok(Input { filename: filename.to_owned(), bytes, qualname }),
            Err(error) => {
                eprintln!("error: cannot read '{path}': {error}");
                Err(Exit::TROUBLE)
            }
        }
    }

    /// The decoded text.
    ///
    /// # Errors
    /// As [`Input::rejected`].
    pub fn source(&self) -> Result<Source, Exit> {
        Source::decode(&self.bytes).map_err(|error| self.rejected(&error))
    }

    /// Tells why the program does not parse, and with which status to leave.
    pub fn rejected(&self, error: &ParseError) -> Exit {
        match error {
            ParseError::Syntax(error) => self.rejected_by_syntax(error),
            ParseError::Unsupported(construct) => {
                tell_unsupported(&self.filename, construct);
                Exit::UNSUPPORTED
            }
        }
    }

    /// Tells a SyntaxError in CPython's words, and with which status to leave.
    pub fn rejected_by_syntax(&self, error: &SyntaxError) -> Exit {
        eprint!("{}", error.report(&self.filename, |line| self.line(line)));
        Exit::FAILURE
    }

    fn line(&self, line: i32) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?).map(str::to_owned)
    }
}

/// `unsupported: <construct>` with its place.
pub fn tell_unsupported(filename: &str, construct: &hognose_syntax::Unsupported) {
    eprintln!("{construct}");
    let start = construct.span.start;
    if start.line > 0 {
        eprintln!("  --> {filename}:{}:{}", start.line, start.column_bytes + 1);
    }
}
