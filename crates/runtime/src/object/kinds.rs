//! The table of bodies: each kind of object and the Rust type that stands behind its header.

use crate::object::{
    bytes, cell, code, complex, descriptor, dict, exception, float, frame, function, generator, int, iterator, list,
    module, native, range, set, slice, str, stream, traceback, types, view,
};
use crate::value::KindInfo;

macro_rules! kinds {
    ($($kind:ident => $body:ty;)*) => {
        /// What stands behind an object's header. Several Python types may share one kind.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Kind { $($kind,)* }

        pub(crate) static KINDS: [KindInfo; [$(Kind::$kind,)*].len()] =
            [$(KindInfo::of::<$body>(stringify!($kind)),)*];
    };
}

kinds! {
    Float => float::FloatBody;
    BigInt => int::IntBody;
    Complex => complex::ComplexBody;
    Str => str::StrBody;
    Bytes => bytes::BytesBody;
    Tuple => crate::heap::TupleBody;
    List => list::ListBody;
    Dict => dict::DictBody;
    Set => set::SetBody;
    Range => range::RangeBody;
    Slice => slice::SliceBody;
    Type => types::TypeBody;
    Instance => crate::heap::InstanceBody;
    Function => function::FunctionBody;
    Method => function::MethodBody;
    NativeFunction => native::NativeFunctionBody;
    NativeMethod => native::NativeMethodBody;
    GetSet => descriptor::GetSetBody;
    Property => descriptor::PropertyBody;
    StaticMethod => descriptor::StaticMethodBody;
    ClassMethod => descriptor::ClassMethodBody;
    Super => descriptor::SuperBody;
    MappingProxy => view::MappingProxyBody;
    DictView => view::DictViewBody;
    Module => module::ModuleBody;
    Cell => cell::CellBody;
    Code => code::CodeBody;
    Frame => frame::FrameBody;
    Traceback => traceback::TracebackBody;
    Generator => generator::GeneratorBody;
    Exception => exception::ExceptionBody;
    ListIterator => iterator::ListIteratorBody;
    TupleIterator => iterator::TupleIteratorBody;
    RangeIterator => iterator::RangeIteratorBody;
    Iterator => iterator::IteratorBody;
    Stream => stream::StreamBody;
}
