//! Requests and answers as length-prefixed frames of bytes.

use crate::{Level, Levels};
use std::fmt;
use std::io::{self, Read, Write};

/// A program to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// File name as tracebacks and code objects show it.
    pub filename: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// `optimize` of `compile`: 0, 1 or 2.
    pub optimize: u8,
    /// Only for our side: options of the compiler as on the command line, separated by spaces:
    /// `--profile none --disable-pass thread-jumps --fuel 3`.
    pub options: String,
}

impl Source {
    /// A program with the usual options.
    pub fn new(filename: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Source { filename: filename.into(), bytes: bytes.into(), optimize: 0, options: String::new() }
    }
}

/// What a worker is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Which implementation is this?
    Identify,
    /// The canonical forms of these levels.
    Examine {
        /// Which forms.
        levels: Levels,
        /// Of which program.
        source: Source,
        /// Whether the text of the forms is wanted, not only their digests.
        full: bool,
    },
    /// The program as a `.pyc` file.
    MakePyc(Source),
    /// The canonical form of the code object in a `.pyc` file.
    LoadPyc {
        /// The file.
        bytes: Vec<u8>,
        /// Whether the text is wanted.
        full: bool,
    },
    /// CPython's worker only: runs the program in a forked child and answers what it did.
    Run {
        /// The program.
        source: Source,
        /// How long it may take.
        milliseconds: u32,
    },
}

/// One level's outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The level.
    pub level: Level,
    /// Its outcome.
    pub outcome: Outcome,
    /// How long the stage took, without printing its form.
    pub microseconds: u64,
}

/// What a stage made of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A value, by its canonical form.
    Form {
        /// Digest of the text.
        digest: u64,
        /// Its length in bytes.
        length: u64,
        /// How many units of the level it holds.
        units: u32,
        /// The text, if it was asked for.
        text: Option<Vec<u8>>,
    },
    /// The program was rejected; the canonical text says how.
    Rejected(Vec<u8>),
    /// Hognose does not do this yet.
    Unsupported(String),
    /// The stage could not be asked.
    Trouble(String),
}

impl Outcome {
    /// Whether two outcomes are equal as far as a level looks.
    pub fn agrees_with(&self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::Form { digest, length, .. }, Outcome::Form { digest: other, length: other_length, .. }) => {
                (digest, length) == (other, other_length)
            }
            (Outcome::Rejected(text), Outcome::Rejected(other)) => text == other,
            _ => false,
        }
    }

    /// The text of the form or rejection.
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Outcome::Form { text, .. } => text.as_deref(),
            Outcome::Rejected(text) => Some(text),
            Outcome::Unsupported(_) | Outcome::Trouble(_) => None,
        }
    }
}

/// What a program did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Run {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Exit status; the negated number of the signal that ended it.
    pub status: i32,
    /// It was stopped because its time was up.
    pub timed_out: bool,
}

/// What a worker answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// To [`Request::Identify`]: name and version, and what it runs on.
    Identity(String),
    /// To [`Request::Examine`] and [`Request::LoadPyc`].
    Findings(Vec<Finding>),
    /// To [`Request::MakePyc`].
    Pyc(Result<Vec<u8>, Outcome>),
    /// To [`Request::Run`].
    Ran(Run),
    /// This side does not answer such requests.
    Refused(String),
}

/// A frame that does not follow the protocol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a frame does not follow the worker protocol")
    }
}

impl std::error::Error for Broken {}

const LONGEST_FRAME: usize = 1 << 30;

/// Writes one frame.
///
/// # Errors
/// When the pipe is closed or the frame is longer than 1 GiB.
pub fn write_frame(pipe: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    if payload.len() > LONGEST_FRAME {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a frame may not be longer than 1 GiB"));
    }
    let mut frame = Vec::with_capacity(payload.len() + 4);
    frame.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    frame.extend_from_slice(payload);
    pipe.write_all(&frame)?;
    pipe.flush()
}

/// Reads one frame; `None` at the end of the pipe.
///
/// # Errors
/// When the pipe breaks inside a frame, or times out.
pub fn read_frame(pipe: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match pipe.read(&mut length)? {
        0 => return Ok(None),
        got => pipe.read_exact(&mut length[got..])?,
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_FRAME {
        return Err(io::Error::new(io::ErrorKind::InvalidData, Broken));
    }
    let mut payload = Vec::new();
    pipe.take(length as u64).read_to_end(&mut payload)?;
    if payload.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(payload))
}

/// Writes values one behind the other.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    fn number(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn bytes(&mut self, value: &[u8]) {
        self.number(value.len() as u64);
        self.0.extend_from_slice(value);
    }

    fn source(&mut self, source: &Source) {
        self.bytes(source.filename.as_bytes());
        self.bytes(&source.bytes);
        self.byte(source.optimize);
        self.bytes(source.options.as_bytes());
    }

    fn outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Form { digest, length, units, text } => {
                self.byte(0);
                self.number(*digest);
                self.number(*length);
                self.number(u64::from(*units));
                self.byte(text.is_some().into());
                if let Some(text) = text {
                    self.bytes(text);
                }
            }
            Outcome::Rejected(text) => {
                self.byte(1);
                self.bytes(text);
            }
            Outcome::Unsupported(what) => {
                self.byte(2);
                self.bytes(what.as_bytes());
            }
            Outcome::Trouble(what) => {
                self.byte(3);
                self.bytes(what.as_bytes());
            }
        }
    }
}

/// Reads what [`Writer`] wrote.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        Ok(self.take(1)?[0])
    }

    fn flag(&mut self) -> Result<bool, Broken> {
        Ok(self.byte()? != 0)
    }

    fn number(&mut self) -> Result<u64, Broken> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into().map_err(|_| Broken)?))
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Broken> {
        let length = usize::try_from(self.number()?).map_err(|_| Broken)?;
        Ok(self.take(length)?.to_vec())
    }

    fn text(&mut self) -> Result<String, Broken> {
        String::from_utf8(self.bytes()?).map_err(|_| Broken)
    }

    fn source(&mut self) -> Result<Source, Broken> {
        Ok(Source { filename: self.text()?, bytes: self.bytes()?, optimize: self.byte()?, options: self.text()? })
    }

    fn outcome(&mut self) -> Result<Outcome, Broken> {
        Ok(match self.byte()? {
            0 => Outcome::Form {
                digest: self.number()?,
                length: self.number()?,
                units: self.number()? as u32,
                text: if self.flag()? { Some(self.bytes()?) } else { None },
            },
            1 => Outcome::Rejected(self.bytes()?),
            2 => Outcome::Unsupported(self.text()?),
            3 => Outcome::Trouble(self.text()?),
            _ => return Err(Broken),
        })
    }
}

impl Request {
    /// The payload of a frame.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        match self {
            Request::Identify => out.byte(0),
            Request::Examine { levels, source, full } => {
                out.byte(1);
                out.byte(levels.bits());
                out.byte((*full).into());
                out.source(source);
            }
            Request::MakePyc(source) => {
                out.byte(2);
                out.source(source);
            }
            Request::LoadPyc { bytes, full } => {
                out.byte(3);
                out.byte((*full).into());
                out.bytes(bytes);
            }
            Request::Run { source, milliseconds } => {
                out.byte(4);
                out.number(u64::from(*milliseconds));
                out.source(source);
            }
        }
        out.0
    }

    /// Reads the payload of a frame.
    ///
    /// # Errors
    /// [`Broken`] when it is no request.
    pub fn decode(payload: &[u8]) -> Result<Self, Broken> {
        let mut input = Reader(payload);
        Ok(match input.byte()? {
            0 => Request::Identify,
            1 => {
                let levels = Levels::from_bits(input.byte()?);
                let full = input.flag()?;
                Request::Examine { levels, full, source: input.source()? }
            }
            2 => Request::MakePyc(input.source()?),
            3 => {
                let full = input.flag()?;
                Request::LoadPyc { full, bytes: input.bytes()? }
            }
            4 => {
                let milliseconds = input.number()? as u32;
                Request::Run { milliseconds, source: input.source()? }
            }
            _ => return Err(Broken),
        })
    }
}

impl Answer {
    /// The payload of a frame.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        match self {
            Answer::Identity(text) => {
                out.byte(0);
                out.bytes(text.as_bytes());
            }
            Answer::Findings(findings) => {
                out.byte(1);
                out.number(findings.len() as u64);
                for Finding { level, outcome, microseconds } in findings {
                    out.byte(Levels::only(*level).bits());
                    out.number(*microseconds);
                    out.outcome(outcome);
                }
            }
            Answer::Pyc(Ok(bytes)) => {
                out.byte(2);
                out.bytes(bytes);
            }
            Answer::Pyc(Err(outcome)) => {
                out.byte(3);
                out.outcome(outcome);
            }
            Answer::Ran(Run { stdout, stderr, status, timed_out }) => {
                out.byte(4);
                out.bytes(stdout);
                out.bytes(stderr);
                out.number(i64::from(*status) as u64);
                out.byte((*timed_out).into());
            }
            Answer::Refused(why) => {
                out.byte(5);
                out.bytes(why.as_bytes());
            }
        }
        out.0
    }

    /// Reads the payload of a frame.
    ///
    /// # Errors
    /// [`Broken`] when it is no answer.
    pub fn decode(payload: &[u8]) -> Result<Self, Broken> {
        let mut input = Reader(payload);
        Ok(match input.byte()? {
            0 => Answer::Identity(input.text()?),
            1 => {
                let count = input.number()?;
                let mut findings = Vec::new();
                for _ in 0..count {
                    let level = Levels::from_bits(input.byte()?).iter().next().ok_or(Broken)?;
                    let microseconds = input.number()?;
                    findings.push(Finding { level, microseconds, outcome: input.outcome()? });
                }
                Answer::Findings(findings)
            }
            2 => Answer::Pyc(Ok(input.bytes()?)),
            3 => Answer::Pyc(Err(input.outcome()?)),
            4 => Answer::Ran(Run {
                stdout: input.bytes()?,
                stderr: input.bytes()?,
                status: input.number()? as i64 as i32,
                timed_out: input.flag()?,
            }),
            5 => Answer::Refused(input.text()?),
            _ => return Err(Broken),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_answers_survive_the_pipe() {
        let source = Source { optimize: 2, options: "--fuel 3".into(), ..Source::new("a.py", *b"x = 1\n\xff") };
        let requests = [
            Request::Examine { levels: Levels::ALL, source: source.clone(), full: true },
            Request::MakePyc(source.clone()),
            Request::LoadPyc { bytes: vec![1, 2], full: false },
            Request::Run { source, milliseconds: 500 },
        ];
        for request in requests {
            let payload = request.encode();
            assert_eq!(Request::decode(&payload[..payload.len() - 1]), Err(Broken));
            assert_eq!(Request::decode(&payload), Ok(request));
        }
        let form = Outcome::Form { digest: 7, length: 2, units: 1, text: Some(b"x\n".to_vec()) };
        let finding = |outcome| Finding { level: Level::Symtable, outcome, microseconds: 9 };
        let answers = [
            Answer::Identity("CPython".into()),
            Answer::Findings(vec![finding(form), finding(Outcome::Unsupported("match".into()))]),
            Answer::Pyc(Err(Outcome::Rejected(b"SyntaxError".to_vec()))),
            Answer::Pyc(Ok(vec![0xA7])),
            Answer::Ran(Run { stdout: vec![b'1'], stderr: vec![], status: -11, timed_out: true }),
            Answer::Refused("no".into()),
        ];
        for answer in answers {
            assert_eq!(Answer::decode(&answer.encode()), Ok(answer));
        }
    }
}
