//! The exception hierarchy, raising, tracebacks, and how an uncaught exception is printed.

mod location;
pub mod print;
pub mod raise;
mod suggest;

use crate::object::types::TypeRef;
use crate::value::Value;

macro_rules! exceptions {
    ($($name:ident: $base:ident [$($extra:literal),*];)*) => {
        /// A built-in exception class.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum ExceptionKind { $($name,)* }

        impl ExceptionKind {
            /// Every class, bases first.
            pub const ALL: &'static [ExceptionKind] = &[$(ExceptionKind::$name,)*];

            /// CPython's name.
            pub fn name(self) -> &'static str {
                match self { $(ExceptionKind::$name => stringify!($name),)* }
            }

            /// Its base; BaseException names itself.
            pub fn base(self) -> ExceptionKind {
                match self { $(ExceptionKind::$name => ExceptionKind::$base,)* }
            }

            /// Attributes of its own, in the order of [`crate::object::exception::ExceptionBody::extra`].
            pub fn own_attributes(self) -> &'static [&'static str] {
                match self { $(ExceptionKind::$name => &[$($extra),*],)* }
            }

            /// The class with this name.
            pub fn from_name(name: &str) -> Option<ExceptionKind> {
                match name { $(stringify!($name) => Some(ExceptionKind::$name),)* _ => None }
            }
        }
    };
}

exceptions! {
    BaseException: BaseException [];
    BaseExceptionGroup: BaseException ["message", "exceptions"];
    ExceptionGroup: BaseExceptionGroup [];
    Exception: BaseException [];
    ArithmeticError: Exception [];
    FloatingPointError: ArithmeticError [];
    OverflowError: ArithmeticError [];
    ZeroDivisionError: ArithmeticError [];
    AssertionError: Exception [];
    AttributeError: Exception ["name", "obj"];
    BufferError: Exception [];
    EOFError: Exception [];
    ImportError: Exception ["msg", "name", "path"];
    ModuleNotFoundError: ImportError [];
    LookupError: Exception [];
    IndexError: LookupError [];
    KeyError: LookupError [];
    MemoryError: Exception [];
    NameError: Exception ["name"];
    UnboundLocalError: NameError [];
    OSError: Exception ["errno", "strerror", "filename", "filename2"];
    BlockingIOError: OSError [];
    ChildProcessError: OSError [];
    ConnectionError: OSError [];
    BrokenPipeError: ConnectionError [];
    ConnectionAbortedError: ConnectionError [];
    ConnectionRefusedError: ConnectionError [];
    ConnectionResetError: ConnectionError [];
    FileExistsError: OSError [];
    FileNotFoundError: OSError [];
    InterruptedError: OSError [];
    IsADirectoryError: OSError [];
    NotADirectoryError: OSError [];
    PermissionError: OSError [];
    ProcessLookupError: OSError [];
    TimeoutError: OSError [];
    ReferenceError: Exception [];
    RuntimeError: Exception [];
    NotImplementedError: RuntimeError [];
    RecursionError: RuntimeError [];
    StopAsyncIteration: Exception [];
    StopIteration: Exception ["value"];
    SyntaxError: Exception ["msg", "filename", "lineno", "offset", "text", "print_file_and_line", "end_lineno", "end_offset"];
    IndentationError: SyntaxError [];
    TabError: IndentationError [];
    SystemError: Exception [];
    TypeError: Exception [];
    ValueError: Exception [];
    UnicodeError: ValueError [];
    UnicodeDecodeError: UnicodeError ["encoding", "object", "start", "end", "reason"];
    UnicodeEncodeError: UnicodeError ["encoding", "object", "start", "end", "reason"];
    UnicodeTranslateError: UnicodeError ["object", "start", "end", "reason"];
    Warning: Exception [];
    BytesWarning: Warning [];
    DeprecationWarning: Warning [];
    EncodingWarning: Warning [];
    FutureWarning: Warning [];
    ImportWarning: Warning [];
    PendingDeprecationWarning: Warning [];
    ResourceWarning: Warning [];
    RuntimeWarning: Warning [];
    SyntaxWarning: Warning [];
    UnicodeWarning: Warning [];
    UserWarning: Warning [];
    GeneratorExit: BaseException [];
    KeyboardInterrupt: BaseException [];
    SystemExit: BaseException ["code"];
}

impl ExceptionKind {
    /// Attributes of its own and of its bases, the bases' last.
    pub fn attributes(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut kind = self;
        loop {
            names.extend(kind.own_attributes());
            if kind == kind.base() {
                return names;
            }
            kind = kind.base();
        }
    }
}

/// The exception types of an interpreter.
pub struct ExceptionTypes {
    types: Vec<TypeRef>,
}

impl ExceptionTypes {
    pub(crate) fn new(types: Vec<TypeRef>) -> ExceptionTypes {
        ExceptionTypes { types }
    }

    /// The type object of a class.
    #[inline]
    pub fn get(&self, kind: ExceptionKind) -> &TypeRef {
        &self.types[kind as usize]
    }

    /// The built-in class that a type object is, if it is one.
    pub fn kind_of(&self, ty: &Value) -> Option<ExceptionKind> {
        self.types.iter().position(|own| own.value().is(ty)).map(|index| ExceptionKind::ALL[index])
    }
}
