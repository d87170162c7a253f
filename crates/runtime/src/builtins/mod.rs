//! The built-in types' methods and slots, and the built-in functions.
//!
//! One file per type. Each has a `TYPE`: a [`TypeTable`](crate::object::table::TypeTable) with rows for methods
//! (`NativeRow`: name, function, signature) and attributes (`GetSetRow`), and a `fill` that sets the type's
//! [`Slots`](crate::object::slots::Slots); special methods (`__add__`, `__len__`, ...) are made from the slots.
//! `functions` is the table of the functions in module `builtins`.

pub mod arguments;
pub mod bool;
pub mod bytes;
pub mod cell;
pub mod code;
pub mod code_functions;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod dict_views;
pub mod exceptions;
pub mod float;
pub mod frame;
pub mod function;
pub mod functions;
pub mod generator;
pub mod int;
pub mod iterators;
pub mod list;
pub mod list_sort;
pub mod mappingproxy;
pub mod module;
pub mod native;
pub mod number;
pub mod object;
pub mod range;
pub mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod str;
pub mod str_case;
pub mod str_format;
pub mod str_replacement;
pub mod stream;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod unsupported;
