//! Standard streams: text over a descriptor of the host.

use crate::value::{Body, Guarded, Kind};

/// The body of `sys.stdin`, `sys.stdout` and `sys.stderr`.
pub struct StreamBody {
    /// The descriptor.
    pub descriptor: i32,
    /// `<stdout>`.
    pub name: &'static str,
    /// `r` or `w`.
    pub mode: &'static str,
    /// Written text is passed on at each newline.
    pub line_buffering: bool,
    /// Written, not yet passed on; or read, not yet taken.
    pub buffer: Vec<u8>,
    /// How characters that UTF-8 cannot express are written.
    pub errors: &'static str,
}

impl Body for StreamBody {
    const KIND: Kind = Kind::Stream;
}

impl Guarded for StreamBody {}
