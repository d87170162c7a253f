//! `.pyc` files: a header that says for which source, and a code object.

use crate::marshal::{self, MarshalError, WriteError};
use crate::{CodeObject, ConstValue};
use siphasher::sip::SipHasher13;
use std::fmt;
use std::hash::Hasher;
use std::sync::Arc;

/// The first four bytes of the files of CPython 3.11: 3495 and a line break.
pub const MAGIC: [u8; 4] = [0xA7, 0x0D, 0x0D, 0x0A];

const HEADER: usize = 16;
const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// How an importer finds out whether the file belongs to the source as it is now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Validation {
    /// The source had this time of change, in seconds, and this size, both modulo 2**32.
    Timestamp {
        /// Seconds since 1970.
        mtime: u32,
        /// Bytes.
        size: u32,
    },
    /// The source had this hash, and the importer checks it.
    CheckedHash([u8; 8]),
    /// The source had this hash; the importer trusts that.
    UncheckedHash([u8; 8]),
}

impl Validation {
    /// Whether the source is still the one that was compiled, as far as an importer looks.
    ///
    /// `mtime` is what the file system says; `source` reads the source if its hash is wanted.
    pub fn is_current(&self, mtime: u32, size: u32, source: impl FnOnce() -> Vec<u8>) -> bool {
        match *self {
            Validation::Timestamp { mtime: then, size: size_then } => (then, size_then) == (mtime, size),
            Validation::CheckedHash(hash) => hash == source_hash(&source()),
            Validation::UncheckedHash(_) => true,
        }
    }
}

/// `_imp.source_hash`: SipHash-1-3 of the bytes of the source under the magic number as key.
pub fn source_hash(source: &[u8]) -> [u8; 8] {
    let mut hasher = SipHasher13::new_with_keys(u64::from(u32::from_le_bytes(MAGIC)), 0);
    hasher.write(source);
    hasher.finish().to_le_bytes()
}

/// The bytes of a `.pyc` file.
///
/// # Errors
/// Those of [`marshal::dump`].
pub fn write(code: &CodeObject, validation: Validation) -> Result<Vec<u8>, WriteError> {
    let body = marshal::dump(code)?;
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend(MAGIC);
    match validation {
        Validation::Timestamp { mtime, size } => {
            file.extend(0_u32.to_le_bytes());
            file.extend(mtime.to_le_bytes());
            file.extend(size.to_le_bytes());
        }
        Validation::CheckedHash(hash) => {
            file.extend((HASH_BASED | CHECK_SOURCE).to_le_bytes());
            file.extend(hash);
        }
        Validation::UncheckedHash(hash) => {
            file.extend(HASH_BASED.to_le_bytes());
            file.extend(hash);
        }
    }
    file.extend(body);
    Ok(file)
}

/// Reads a `.pyc` file, whoever wrote it. Bytes after the code object are left alone, as CPython does.
///
/// # Errors
/// Those of CPython's importer. Whether the source is the right one is not looked at; see [`Validation::is_current`].
pub fn read(file: &[u8]) -> Result<(Validation, Arc<CodeObject>), PycError> {
    let validation = read_header(file)?;
    match marshal::load(&file[HEADER..]).map_err(PycError::Marshal)?.0 {
        ConstValue::Code(code) => Ok((validation, code)),
        ConstValue::Value(_) => Err(PycError::NotCode),
    }
}

/// Reads the header of a `.pyc` file.
///
/// # Errors
/// [`PycError::BadMagic`], [`PycError::TooShort`] or [`PycError::InvalidFlags`].
pub fn read_header(file: &[u8]) -> Result<Validation, PycError> {
    let magic = &file[..file.len().min(MAGIC.len())];
    if magic != MAGIC {
        return Err(PycError::BadMagic(magic.to_vec()));
    }
    let Some((header, _)) = file.split_at_checked(HEADER) else { return Err(PycError::TooShort) };
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let hash = || header[8..HEADER].try_into().expect("the header ends with eight bytes");
    match word(4) {
        flags if flags & !(HASH_BASED | CHECK_SOURCE) != 0 => Err(PycError::InvalidFlags(flags)),
        flags if flags & HASH_BASED == 0 => Ok(Validation::Timestamp { mtime: word(8), size: word(12) }),
        flags if flags & CHECK_SOURCE != 0 => Ok(Validation::CheckedHash(hash())),
        _ => Ok(Validation::UncheckedHash(hash())),
    }
}

/// Why bytes are not a `.pyc` file of CPython 3.11.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PycError {
    /// Another version's file, or none at all: its first bytes.
    BadMagic(Vec<u8>),
    /// The file ends inside the header.
    TooShort,
    /// The second word of the header has unknown bits.
    InvalidFlags(u32),
    /// The body cannot be read.
    Marshal(MarshalError),
    /// The body is another object than a code object.
    NotCode,
}

impl PycError {
    /// The class that CPython's importer raises.
    pub fn exception(&self) -> &'static str {
        match self {
            PycError::BadMagic(_) | PycError::InvalidFlags(_) | PycError::NotCode => "ImportError",
            PycError::TooShort => "EOFError",
            PycError::Marshal(error) => error.exception(),
        }
    }

    /// The importer's message. `name` is the `repr` of the module's name, or of the path for [`PycError::NotCode`].
    pub fn message(&self, name: &str) -> String {
        match self {
            PycError::BadMagic(magic) => {
                format!("bad magic number in {name}: {}", hognose_primitives::bytes_repr(magic))
            }
            PycError::TooShort => format!("reached EOF while reading pyc header of {name}"),
            PycError::InvalidFlags(flags) => format!("invalid flags {flags} in {name}"),
            PycError::Marshal(error) => error.to_string(),
            PycError::NotCode => format!("Non-code object in {name}"),
        }
    }
}

impl fmt::Display for PycError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("the file"))
    }
}

impl std::error::Error for PycError {}
