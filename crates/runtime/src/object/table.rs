//! The table of built-in types, and of the names that the runtime looks up.

use crate::builtins;
use crate::exceptions::{ExceptionKind, ExceptionTypes};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::shape::ShapeId;
use crate::object::slots::Slots;
use crate::object::types::{TypeBody, TypeRef, type_flags};
use crate::thread::Thread;
use crate::value::{Kind, Slot, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// What a built-in type can do: its methods, attributes and slots. One constant per file of `builtins`.
pub struct TypeTable {
    /// Methods that have no slot.
    pub methods: &'static [NativeRow],
    /// Attributes.
    pub getsets: &'static [GetSetRow],
    /// Fills the slots; special methods are made from them.
    pub fill: fn(&Slots),
    /// `__doc__`.
    pub doc: &'static str,
}

impl TypeTable {
    /// A type without anything of its own.
    pub const EMPTY: TypeTable = TypeTable { methods: &[], getsets: &[], fill: |_| {}, doc: "" };
}

macro_rules! types {
    ($($field:ident: $name:literal, $base:ident, $kind:ident, $flags:expr, $table:expr;)*) => {
        /// The built-in types of an interpreter, exceptions apart.
        #[allow(missing_docs)]
        pub struct Types { $(pub $field: TypeRef,)* }

        impl Types {
            fn create(thread: &Thread, type_of_types: &TypeRef) -> Types {
                let make = |name: &str, kind, flags| -> TypeRef {
                    if name == "type" {
                        type_of_types.clone()
                    } else {
                        thread.heap().alloc_ref(type_of_types, blank(kind, flags))
                    }
                };
                Types { $($field: make($name, Kind::$kind, $flags),)* }
            }

            fn rows(&self) -> Vec<(&'static str, &TypeRef, Option<&TypeRef>, &'static TypeTable)> {
                vec![$((
                    $name,
                    &self.$field,
                    if stringify!($field) == "object" { None } else { Some(&self.$base) },
                    const { &$table },
                ),)*]
            }

            /// Every type.
            pub fn all(&self) -> Vec<&TypeRef> {
                vec![$(&self.$field,)*]
            }
        }
    };
}

const PLAIN: u32 = type_flags::PLAIN_GETATTR | type_flags::PLAIN_SETATTR | type_flags::IMMUTABLE;
const BASE: u32 = PLAIN | type_flags::BASE;
const SEQUENCE: u32 = type_flags::MATCHES_SEQUENCE;
const MAPPING: u32 = type_flags::MATCHES_MAPPING;

types! {
    object: "object", object, Instance, BASE | type_flags::PLAIN_NEW, builtins::object::TYPE;
    type_: "type", object, Type, type_flags::BASE | type_flags::IMMUTABLE | type_flags::HAS_DICT, builtins::type_::TYPE;
    int: "int", object, BigInt, BASE, builtins::int::TYPE;
    bool: "bool", int, BigInt, PLAIN, builtins::bool::TYPE;
    float: "float", object, Float, BASE, builtins::float::TYPE;
    complex: "complex", object, Complex, BASE, builtins::complex::TYPE;
    str: "str", object, Str, BASE, builtins::str::TYPE;
    bytes: "bytes", object, Bytes, BASE, builtins::bytes::TYPE;
    tuple: "tuple", object, Tuple, BASE | SEQUENCE, builtins::tuple::TYPE;
    list: "list", object, List, BASE | SEQUENCE, builtins::list::TYPE;
    dict: "dict", object, Dict, BASE | MAPPING, builtins::dict::TYPE;
    set: "set", object, Set, BASE, builtins::set::TYPE;
    frozenset: "frozenset", object, Set, BASE, builtins::set::FROZENSET_TYPE;
    range: "range", object, Range, PLAIN | SEQUENCE, builtins::range::TYPE;
    slice: "slice", object, Slice, PLAIN, builtins::slice::TYPE;
    none: "NoneType", object, Instance, PLAIN, builtins::singletons::NONE_TYPE;
    ellipsis: "ellipsis", object, Instance, PLAIN, builtins::singletons::ELLIPSIS_TYPE;
    not_implemented: "NotImplementedType", object, Instance, PLAIN, builtins::singletons::NOT_IMPLEMENTED_TYPE;
    function: "function", object, Function, PLAIN | type_flags::HAS_DICT, builtins::function::TYPE;
    method: "method", object, Method, PLAIN, builtins::function::METHOD_TYPE;
    native_function: "builtin_function_or_method", object, NativeFunction, PLAIN, builtins::native::FUNCTION_TYPE;
    method_descriptor: "method_descriptor", object, NativeMethod, PLAIN, builtins::native::METHOD_TYPE;
    classmethod_descriptor: "classmethod_descriptor", object, NativeMethod, PLAIN, builtins::native::METHOD_TYPE;
    wrapper_descriptor: "wrapper_descriptor", object, NativeMethod, PLAIN, builtins::native::METHOD_TYPE;
    method_wrapper: "method-wrapper", object, Method, PLAIN, builtins::native::WRAPPER_TYPE;
    getset_descriptor: "getset_descriptor", object, GetSet, PLAIN, builtins::native::GETSET_TYPE;
    member_descriptor: "member_descriptor", object, GetSet, PLAIN, builtins::native::GETSET_TYPE;
    property: "property", object, Property, BASE, builtins::descriptors::PROPERTY_TYPE;
    static_method: "staticmethod", object, StaticMethod, BASE, builtins::descriptors::STATICMETHOD_TYPE;
    class_method: "classmethod", object, ClassMethod, BASE, builtins::descriptors::CLASSMETHOD_TYPE;
    super_: "super", object, Super, BASE & !type_flags::PLAIN_GETATTR, builtins::descriptors::SUPER_TYPE;
    mappingproxy: "mappingproxy", object, MappingProxy, PLAIN | MAPPING, builtins::mappingproxy::TYPE;
    dict_keys: "dict_keys", object, DictView, PLAIN, builtins::dict_views::KEYS_TYPE;
    dict_values: "dict_values", object, DictView, PLAIN, builtins::dict_views::VALUES_TYPE;
    dict_items: "dict_items", object, DictView, PLAIN, builtins::dict_views::ITEMS_TYPE;
    module: "module", object, Module, BASE & !type_flags::PLAIN_GETATTR | type_flags::HAS_DICT, builtins::module::TYPE;
    cell: "cell", object, Cell, PLAIN, builtins::cell::TYPE;
    code: "code", object, Code, PLAIN, builtins::code::TYPE;
    frame: "frame", object, Frame, PLAIN, builtins::frame::TYPE;
    traceback: "traceback", object, Traceback, PLAIN, builtins::traceback::TYPE;
    generator: "generator", object, Generator, PLAIN, builtins::generator::TYPE;
    list_iterator: "list_iterator", object, ListIterator, PLAIN, builtins::iterators::LIST_TYPE;
    tuple_iterator: "tuple_iterator", object, TupleIterator, PLAIN, builtins::iterators::TUPLE_TYPE;
    range_iterator: "range_iterator", object, RangeIterator, PLAIN, builtins::iterators::RANGE_TYPE;
    long_range_iterator: "longrange_iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    str_iterator: "str_iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    str_ascii_iterator: "str_ascii_iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    bytes_iterator: "bytes_iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    sequence_iterator: "iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    callable_iterator: "callable_iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    dict_key_iterator: "dict_keyiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    dict_value_iterator: "dict_valueiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    dict_item_iterator: "dict_itemiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    dict_reverse_key_iterator: "dict_reversekeyiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    dict_reverse_value_iterator: "dict_reversevalueiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    dict_reverse_item_iterator: "dict_reverseitemiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    set_iterator: "set_iterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    list_reverse_iterator: "list_reverseiterator", object, Iterator, PLAIN, builtins::iterators::TYPE;
    reversed: "reversed", object, Iterator, BASE, builtins::iterators::REVERSED_TYPE;
    enumerate: "enumerate", object, Iterator, BASE, builtins::iterators::ENUMERATE_TYPE;
    zip: "zip", object, Iterator, BASE, builtins::iterators::ZIP_TYPE;
    map: "map", object, Iterator, BASE, builtins::iterators::MAP_TYPE;
    filter: "filter", object, Iterator, BASE, builtins::iterators::FILTER_TYPE;
    text_stream: "TextIOWrapper", object, Stream, PLAIN, builtins::stream::TYPE;
}

macro_rules! names {
    ($($field:ident $(= $text:literal)?,)*) => {
        /// Names that the runtime looks up, interned.
        #[allow(missing_docs)]
        pub struct Names { $(pub $field: Value,)* }

        impl Names {
            fn create(thread: &Thread) -> Names {
                Names { $($field: thread.intern(name_text!($field $($text)?)),)* }
            }
        }
    };
}

macro_rules! name_text {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $text:literal) => {
        $text
    };
}

names! {
    __abs__, __add__, __all__, __annotations__, __bases__, __bool__, __build_class__, __builtins__, __call__,
    __cause__, __class__, __class_getitem__, __classcell__, __closure__, __code__, __contains__, __context__,
    __debug__, __defaults__, __del__, __delattr__, __delete__, __delitem__, __dict__, __dir__, __doc__, __enter__,
    __eq__, __exit__, __file__, __float__, __format__, __ge__, __get__, __getattr__, __getattribute__, __getitem__,
    __globals__, __gt__, __hash__, __iadd__, __import__, __index__, __init__, __init_subclass__, __instancecheck__,
    __int__, __invert__, __iter__, __kwdefaults__, __le__, __len__, __length_hint__, __loader__, __lt__, __main__,
    __missing__, __module__, __mro__, __name__, __ne__, __neg__, __new__, __next__, __notes__, __package__, __path__,
    __pos__, __prepare__, __qualname__, __repr__, __reversed__, __round__, __set__, __set_name__, __setattr__,
    __setitem__, __slots__, __spec__, __str__, __subclasscheck__, __suppress_context__, __traceback__, __trunc__,
    __weakref__, args, builtins, close, displayhook, end, excepthook, file, flush, keys, metaclass, path, print,
    sep, send, stderr, stdin, stdout, sys, throw, value, write, ps1, ps2, name, obj, code, msg, items, values,
    lambda = "<lambda>", _fields, _attributes, lineno, col_offset, end_lineno, end_col_offset, encoding, errors,
}

/// A type object with nothing in it yet.
pub(crate) fn blank(kind: Kind, flags: u32) -> TypeBody {
    TypeBody {
        version: Cell::new(0),
        flags: Cell::new(flags),
        root_shape: Cell::new(ShapeId::DICTIONARY),
        instance_capacity: Cell::new(0),
        instance_kind: kind,
        slots: Slots::default(),
        name: Slot::new(Value::none()),
        qualname: Slot::new(Value::none()),
        bases: RefCell::default(),
        base: Slot::new(None),
        mro: Slot::new(Rc::from(Vec::new())),
        dict: OnceCell::new(),
        subclasses: RefCell::default(),
    }
}

/// Makes every built-in type of a new interpreter.
pub(crate) fn create_types(thread: &mut Thread) {
    let type_of_types = thread
        .heap()
        .alloc_type_of_types(blank(Kind::Type, type_flags::BASE | type_flags::IMMUTABLE | type_flags::HAS_DICT));
    let types = Types::create(thread, &type_of_types);
    thread.types = Some(Box::new(types));
    thread.create_characters();
    thread.names = Some(Box::new(Names::create(thread)));
    let rows: Vec<_> = thread
        .types()
        .rows()
        .into_iter()
        .map(|(name, ty, base, table)| (name, ty.clone(), base.cloned(), table))
        .collect();
    for (name, ty, base, table) in rows {
        thread.complete_type(&ty, name, base, table);
    }
    let mut exceptions: Vec<TypeRef> = Vec::new();
    for &kind in ExceptionKind::ALL {
        let flags = type_flags::BASE
            | type_flags::EXCEPTION
            | type_flags::HAS_DICT
            | type_flags::PLAIN_GETATTR
            | type_flags::PLAIN_SETATTR
            | type_flags::IMMUTABLE;
        let ty = thread.heap().alloc_ref(&type_of_types, blank(Kind::Exception, flags));
        let base = match kind == kind.base() {
            true => thread.types().object.clone(),
            false => exceptions[kind.base() as usize].clone(),
        };
        thread.complete_type(&ty, kind.name(), Some(base), builtins::exceptions::table_of(kind));
        exceptions.push(ty);
    }
    thread.exception_types = Some(Box::new(ExceptionTypes::new(exceptions)));
    thread.add_multiple_bases();
}
