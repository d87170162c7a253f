//! generator and coroutine: a frame of their own that is resumed in place.

use crate::frame::FrameStorage;
use crate::value::{Body, Guarded, Kind, Value};

/// What a generator is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum GeneratorState {
    Created,
    Suspended,
    Running,
    Finished,
}

/// The body of a generator.
pub struct GeneratorBody {
    /// Where it is.
    pub state: GeneratorState,
    /// Its frame; gone when it has finished.
    pub frame: Option<FrameStorage>,
    /// The exception that it was handling when it was suspended, or None.
    pub handled: Value,
    /// `__name__`.
    pub name: Value,
    /// `__qualname__`.
    pub qualname: Value,
    /// `gi_code`.
    pub code: Value,
}

impl Body for GeneratorBody {
    const KIND: Kind = Kind::Generator;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(frame) = &self.frame {
            frame.traverse(visit);
        }
        for value in [&self.handled, &self.name, &self.qualname, &self.code] {
            visit(value);
        }
    }

    fn needs_finalizer(&self) -> bool {
        self.state == GeneratorState::Suspended && self.frame.as_ref().is_some_and(FrameStorage::is_inside_handler)
    }
}

impl Guarded for GeneratorBody {}
