//! Names that CPython 3.11 has. Where the runtime lacks one, looking it up says so instead of raising AttributeError,
//! NameError or ModuleNotFoundError: a program must not take our gap for an answer.

use crate::object::descriptor::SuperBody;
use crate::object::str;
use crate::object::types::{Type, TypeBody};
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// Whether a table has a name under a key.
fn has(table: &[(&str, &str)], key: &str, name: &str) -> bool {
    table.iter().any(|(own, names)| *own == key && names.split_ascii_whitespace().any(|own| own == name))
}

/// The built-in type among the bases of `ty` that has this attribute in CPython.
fn owner_in_cpython(ty: &Type, name: &str) -> Option<String> {
    let mro = ty.mro.get();
    mro.iter().filter(|ty| ty.is_builtin()).map(|ty| ty.name()).find(|owner| has(ATTRIBUTES, owner, name))
}

/// Raises for an attribute that was not found although CPython's object has it; `None` when CPython has none either.
#[cold]
pub fn attribute(thread: &mut Thread, object: &Value, name: &Value) -> Option<Raised> {
    let name = str::to_string(name);
    let mut owner = owner_in_cpython(thread.type_of(object), &name);
    if owner.is_none() {
        owner = match (object.downcast::<TypeBody>(), object.downcast::<SuperBody>()) {
            (Some(class), _) => owner_in_cpython(class, &name),
            (_, Some(proxy)) => {
                proxy.receiver_class.downcast::<TypeBody>().and_then(|class| owner_in_cpython(class, &name))
            }
            _ => None,
        };
    }
    owner.map(|owner| thread.unsupported(&format!("attribute {owner}.{name}")))
}

/// Raises for a name of `builtins` that CPython has.
#[cold]
pub fn builtin(thread: &mut Thread, name: &Value) -> Option<Raised> {
    let name = str::to_string(name);
    has(MODULE_NAMES, "builtins", &name).then(|| thread.unsupported(&format!("built-in {name}")))
}

/// Raises for an attribute of a native module that CPython's has.
#[cold]
pub fn module_attribute(thread: &mut Thread, module: &str, name: &Value) -> Option<Raised> {
    let name = str::to_string(name);
    has(MODULE_NAMES, module, &name).then(|| thread.unsupported(&format!("attribute {module}.{name}")))
}

/// Raises for a module of CPython's library.
#[cold]
pub fn module(thread: &mut Thread, name: &str) -> Option<Raised> {
    let top = name.split('.').next().unwrap_or(name);
    MODULES.split_ascii_whitespace().any(|own| own == top).then(|| thread.unsupported(&format!("module {name}")))
}

/// Attributes that the namespaces of CPython's built-in types have.
const ATTRIBUTES: &[(&str, &str)] = &[
    (
        "object",
        "__class__ __delattr__ __dir__ __eq__ __format__ __ge__ __getattribute__ __getstate__ __gt__ __init__ \
         __init_subclass__ __le__ __lt__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ \
         __sizeof__ __str__ __subclasshook__",
    ),
    (
        "type",
        "__annotations__ __base__ __bases__ __basicsize__ __call__ __delattr__ __dictoffset__ __dir__ \
         __flags__ __getattribute__ __init__ __instancecheck__ __itemsize__ __mro__ __name__ __new__ __or__ \
         __qualname__ __repr__ __ror__ __setattr__ __sizeof__ __subclasscheck__ __subclasses__ \
         __text_signature__ __weakrefoffset__ mro",
    ),
    (
        "int",
        "__abs__ __add__ __and__ __bool__ __ceil__ __divmod__ __eq__ __float__ __floor__ __floordiv__ \
         __format__ __ge__ __getattribute__ __getnewargs__ __gt__ __index__ __int__ __invert__ __le__ \
         __lshift__ __lt__ __mod__ __mul__ __ne__ __neg__ __new__ __or__ __pos__ __pow__ __radd__ __rand__ \
         __rdivmod__ __repr__ __rfloordiv__ __rlshift__ __rmod__ __rmul__ __ror__ __round__ __rpow__ \
         __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __sizeof__ __sub__ __truediv__ __trunc__ \
         __xor__ as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag numerator real \
         to_bytes",
    ),
    ("bool", "__and__ __new__ __or__ __rand__ __repr__ __ror__ __rxor__ __xor__"),
    (
        "float",
        "__abs__ __add__ __bool__ __ceil__ __divmod__ __eq__ __float__ __floor__ __floordiv__ __format__ \
         __ge__ __getattribute__ __getformat__ __getnewargs__ __gt__ __int__ __le__ __lt__ __mod__ __mul__ \
         __ne__ __neg__ __new__ __pos__ __pow__ __radd__ __rdivmod__ __repr__ __rfloordiv__ __rmod__ __rmul__ \
         __round__ __rpow__ __rsub__ __rtruediv__ __sub__ __truediv__ __trunc__ as_integer_ratio conjugate \
         fromhex hex imag is_integer real",
    ),
    (
        "complex",
        "__abs__ __add__ __bool__ __complex__ __eq__ __format__ __ge__ __getattribute__ __getnewargs__ __gt__ \
         __le__ __lt__ __mul__ __ne__ __neg__ __new__ __pos__ __pow__ __radd__ __repr__ __rmul__ __rpow__ \
         __rsub__ __rtruediv__ __sub__ __truediv__ conjugate imag real",
    ),
    (
        "str",
        "__add__ __contains__ __eq__ __format__ __ge__ __getattribute__ __getitem__ __getnewargs__ __gt__ \
         __iter__ __le__ __len__ __lt__ __mod__ __mul__ __ne__ __new__ __repr__ __rmod__ __rmul__ __sizeof__ \
         __str__ capitalize casefold center count encode endswith expandtabs find format format_map index \
         isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle \
         isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex \
         rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper \
         zfill",
    ),
    (
        "bytes",
        "__add__ __bytes__ __contains__ __eq__ __ge__ __getattribute__ __getitem__ __getnewargs__ __gt__ \
         __iter__ __le__ __len__ __lt__ __mod__ __mul__ __ne__ __new__ __repr__ __rmod__ __rmul__ __str__ \
         capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii \
         isdigit islower isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix \
         removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip \
         swapcase title translate upper zfill",
    ),
    (
        "tuple",
        "__add__ __class_getitem__ __contains__ __eq__ __ge__ __getattribute__ __getitem__ __getnewargs__ \
         __gt__ __iter__ __le__ __len__ __lt__ __mul__ __ne__ __new__ __repr__ __rmul__ count index",
    ),
    (
        "list",
        "__add__ __class_getitem__ __contains__ __delitem__ __eq__ __ge__ __getattribute__ __getitem__ __gt__ \
         __iadd__ __imul__ __init__ __iter__ __le__ __len__ __lt__ __mul__ __ne__ __new__ __repr__ \
         __reversed__ __rmul__ __setitem__ __sizeof__ append clear copy count extend index insert pop remove \
         reverse sort",
    ),
    (
        "dict",
        "__class_getitem__ __contains__ __delitem__ __eq__ __ge__ __getattribute__ __getitem__ __gt__ \
         __init__ __ior__ __iter__ __le__ __len__ __lt__ __ne__ __new__ __or__ __repr__ __reversed__ __ror__ \
         __setitem__ __sizeof__ clear copy fromkeys get items keys pop popitem setdefault update values",
    ),
    (
        "set",
        "__and__ __class_getitem__ __contains__ __eq__ __ge__ __getattribute__ __gt__ __iand__ __init__ \
         __ior__ __isub__ __iter__ __ixor__ __le__ __len__ __lt__ __ne__ __new__ __or__ __rand__ __reduce__ \
         __repr__ __ror__ __rsub__ __rxor__ __sizeof__ __sub__ __xor__ add clear copy difference \
         difference_update discard intersection intersection_update isdisjoint issubset issuperset pop remove \
         symmetric_difference symmetric_difference_update union update",
    ),
    (
        "frozenset",
        "__and__ __class_getitem__ __contains__ __eq__ __ge__ __getattribute__ __gt__ __iter__ __le__ __len__ \
         __lt__ __ne__ __new__ __or__ __rand__ __reduce__ __repr__ __ror__ __rsub__ __rxor__ __sizeof__ \
         __sub__ __xor__ copy difference intersection isdisjoint issubset issuperset symmetric_difference \
         union",
    ),
    (
        "range",
        "__bool__ __contains__ __eq__ __ge__ __getattribute__ __getitem__ __gt__ __iter__ __le__ __len__ \
         __lt__ __ne__ __new__ __reduce__ __repr__ __reversed__ count index start step stop",
    ),
    (
        "slice",
        "__eq__ __ge__ __getattribute__ __gt__ __le__ __lt__ __ne__ __new__ __reduce__ __repr__ indices start \
         step stop",
    ),
    ("NoneType", "__bool__ __new__ __repr__"),
    ("ellipsis", "__getattribute__ __new__ __reduce__ __repr__"),
    ("NotImplementedType", "__bool__ __new__ __reduce__ __repr__"),
    (
        "function",
        "__annotations__ __builtins__ __call__ __closure__ __code__ __defaults__ __get__ __globals__ \
         __kwdefaults__ __name__ __new__ __qualname__ __repr__",
    ),
    (
        "method",
        "__call__ __delattr__ __eq__ __func__ __ge__ __getattribute__ __gt__ __le__ __lt__ __ne__ __new__ \
         __reduce__ __repr__ __self__ __setattr__",
    ),
    (
        "builtin_function_or_method",
        "__call__ __eq__ __ge__ __getattribute__ __gt__ __le__ __lt__ __name__ __ne__ __qualname__ __reduce__ \
         __repr__ __self__ __text_signature__",
    ),
    (
        "method_descriptor",
        "__call__ __get__ __getattribute__ __name__ __objclass__ __qualname__ __reduce__ __repr__ \
         __text_signature__",
    ),
    (
        "classmethod_descriptor",
        "__call__ __get__ __getattribute__ __name__ __objclass__ __qualname__ __repr__ __text_signature__",
    ),
    (
        "wrapper_descriptor",
        "__call__ __get__ __getattribute__ __name__ __objclass__ __qualname__ __reduce__ __repr__ \
         __text_signature__",
    ),
    (
        "method-wrapper",
        "__call__ __eq__ __ge__ __getattribute__ __gt__ __le__ __lt__ __name__ __ne__ __objclass__ \
         __qualname__ __reduce__ __repr__ __self__ __text_signature__",
    ),
    ("getset_descriptor", "__delete__ __get__ __getattribute__ __name__ __objclass__ __qualname__ __repr__ __set__"),
    (
        "member_descriptor",
        "__delete__ __get__ __getattribute__ __name__ __objclass__ __qualname__ __reduce__ __repr__ __set__",
    ),
    (
        "property",
        "__delete__ __get__ __getattribute__ __init__ __isabstractmethod__ __new__ __set__ __set_name__ \
         deleter fdel fget fset getter setter",
    ),
    ("staticmethod", "__call__ __func__ __get__ __init__ __isabstractmethod__ __new__ __repr__ __wrapped__"),
    ("classmethod", "__func__ __get__ __init__ __isabstractmethod__ __new__ __repr__ __wrapped__"),
    ("super", "__get__ __getattribute__ __init__ __new__ __repr__ __self__ __self_class__ __thisclass__"),
    (
        "mappingproxy",
        "__class_getitem__ __contains__ __eq__ __ge__ __getattribute__ __getitem__ __gt__ __ior__ __iter__ \
         __le__ __len__ __lt__ __ne__ __new__ __or__ __repr__ __reversed__ __ror__ __str__ copy get items \
         keys values",
    ),
    (
        "dict_keys",
        "__and__ __contains__ __eq__ __ge__ __getattribute__ __gt__ __iter__ __le__ __len__ __lt__ __ne__ \
         __or__ __rand__ __repr__ __reversed__ __ror__ __rsub__ __rxor__ __sub__ __xor__ isdisjoint mapping",
    ),
    ("dict_values", "__getattribute__ __iter__ __len__ __repr__ __reversed__ mapping"),
    (
        "dict_items",
        "__and__ __contains__ __eq__ __ge__ __getattribute__ __gt__ __iter__ __le__ __len__ __lt__ __ne__ \
         __or__ __rand__ __repr__ __reversed__ __ror__ __rsub__ __rxor__ __sub__ __xor__ isdisjoint mapping",
    ),
    ("module", "__annotations__ __delattr__ __dir__ __getattribute__ __init__ __new__ __repr__ __setattr__"),
    ("cell", "__eq__ __ge__ __getattribute__ __gt__ __le__ __lt__ __ne__ __new__ __repr__ cell_contents"),
    (
        "code",
        "__eq__ __ge__ __getattribute__ __gt__ __le__ __lt__ __ne__ __new__ __repr__ __sizeof__ \
         _co_code_adaptive _varname_from_oparg co_argcount co_cellvars co_code co_consts co_exceptiontable \
         co_filename co_firstlineno co_flags co_freevars co_kwonlyargcount co_lines co_linetable co_lnotab \
         co_name co_names co_nlocals co_positions co_posonlyargcount co_qualname co_stacksize co_varnames \
         replace",
    ),
    (
        "frame",
        "__delattr__ __getattribute__ __repr__ __setattr__ __sizeof__ clear f_back f_builtins f_code \
         f_globals f_lasti f_lineno f_locals f_trace f_trace_lines f_trace_opcodes",
    ),
    ("traceback", "__dir__ __getattribute__ __new__ tb_frame tb_lasti tb_lineno tb_next"),
    (
        "generator",
        "__del__ __getattribute__ __iter__ __name__ __next__ __qualname__ __repr__ __sizeof__ close gi_code \
         gi_frame gi_running gi_suspended gi_yieldfrom send throw",
    ),
    (
        "coroutine",
        "__await__ __del__ __getattribute__ __name__ __qualname__ __repr__ __sizeof__ close cr_await cr_code \
         cr_frame cr_origin cr_running cr_suspended send throw",
    ),
    (
        "async_generator",
        "__aiter__ __anext__ __class_getitem__ __del__ __getattribute__ __name__ __qualname__ __repr__ \
         __sizeof__ aclose ag_await ag_code ag_frame ag_running asend athrow",
    ),
    ("list_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("tuple_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("range_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("longrange_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("str_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("str_ascii_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("bytes_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("callable_iterator", "__getattribute__ __iter__ __next__ __reduce__"),
    ("dict_keyiterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__"),
    ("dict_valueiterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__"),
    ("dict_itemiterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__"),
    ("dict_reversekeyiterator", "__iter__ __length_hint__ __next__ __reduce__"),
    ("dict_reversevalueiterator", "__iter__ __length_hint__ __next__ __reduce__"),
    ("dict_reverseitemiterator", "__iter__ __length_hint__ __next__ __reduce__"),
    ("set_iterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__"),
    ("list_reverseiterator", "__getattribute__ __iter__ __length_hint__ __next__ __reduce__ __setstate__"),
    ("reversed", "__getattribute__ __iter__ __length_hint__ __new__ __next__ __reduce__ __setstate__"),
    ("enumerate", "__class_getitem__ __getattribute__ __iter__ __new__ __next__ __reduce__"),
    ("zip", "__getattribute__ __iter__ __new__ __next__ __reduce__ __setstate__"),
    ("map", "__getattribute__ __iter__ __new__ __next__ __reduce__"),
    ("filter", "__getattribute__ __iter__ __new__ __next__ __reduce__"),
    (
        "TextIOWrapper",
        "_CHUNK_SIZE __init__ __new__ __next__ __repr__ _finalizing buffer close closed detach encoding \
         errors fileno flush isatty line_buffering name newlines read readable readline reconfigure seek \
         seekable tell truncate writable write write_through",
    ),
    ("ArithmeticError", "__init__ __new__"),
    ("AssertionError", "__init__ __new__"),
    ("AttributeError", "__init__ __str__ name obj"),
    (
        "BaseException",
        "__cause__ __context__ __delattr__ __getattribute__ __init__ __new__ __reduce__ __repr__ __setattr__ \
         __setstate__ __str__ __suppress_context__ __traceback__ add_note args with_traceback",
    ),
    ("BaseExceptionGroup", "__class_getitem__ __init__ __new__ __str__ derive exceptions message split subgroup"),
    ("BlockingIOError", "__init__"),
    ("BrokenPipeError", "__init__"),
    ("BufferError", "__init__ __new__"),
    ("BytesWarning", "__init__ __new__"),
    ("ChildProcessError", "__init__"),
    ("ConnectionAbortedError", "__init__"),
    ("ConnectionError", "__init__"),
    ("ConnectionRefusedError", "__init__"),
    ("ConnectionResetError", "__init__"),
    ("DeprecationWarning", "__init__ __new__"),
    ("EOFError", "__init__ __new__"),
    ("EncodingWarning", "__init__ __new__"),
    ("OSError", "__init__ __new__ __reduce__ __str__ characters_written errno filename filename2 strerror"),
    ("Exception", "__init__ __new__"),
    ("FileExistsError", "__init__"),
    ("FileNotFoundError", "__init__"),
    ("FloatingPointError", "__init__ __new__"),
    ("FutureWarning", "__init__ __new__"),
    ("GeneratorExit", "__init__ __new__"),
    ("ImportError", "__init__ __reduce__ __str__ msg name path"),
    ("ImportWarning", "__init__ __new__"),
    ("IndentationError", "__init__"),
    ("IndexError", "__init__ __new__"),
    ("InterruptedError", "__init__"),
    ("IsADirectoryError", "__init__"),
    ("KeyError", "__init__ __str__"),
    ("KeyboardInterrupt", "__init__ __new__"),
    ("LookupError", "__init__ __new__"),
    ("MemoryError", "__init__ __new__"),
    ("ModuleNotFoundError", "__init__"),
    ("NameError", "__init__ __str__ name"),
    ("NotADirectoryError", "__init__"),
    ("NotImplementedError", "__init__ __new__"),
    ("OverflowError", "__init__ __new__"),
    ("PendingDeprecationWarning", "__init__ __new__"),
    ("PermissionError", "__init__"),
    ("ProcessLookupError", "__init__"),
    ("RecursionError", "__init__ __new__"),
    ("ReferenceError", "__init__ __new__"),
    ("ResourceWarning", "__init__ __new__"),
    ("RuntimeError", "__init__ __new__"),
    ("RuntimeWarning", "__init__ __new__"),
    ("StopAsyncIteration", "__init__ __new__"),
    ("StopIteration", "__init__ value"),
    ("SyntaxError", "__init__ __str__ end_lineno end_offset filename lineno msg offset print_file_and_line text"),
    ("SyntaxWarning", "__init__ __new__"),
    ("SystemError", "__init__ __new__"),
    ("SystemExit", "__init__ code"),
    ("TabError", "__init__"),
    ("TimeoutError", "__init__"),
    ("TypeError", "__init__ __new__"),
    ("UnboundLocalError", "__init__"),
    ("UnicodeDecodeError", "__init__ __new__ __str__ encoding end object reason start"),
    ("UnicodeEncodeError", "__init__ __new__ __str__ encoding end object reason start"),
    ("UnicodeError", "__init__ __new__"),
    ("UnicodeTranslateError", "__init__ __new__ __str__ encoding end object reason start"),
    ("UnicodeWarning", "__init__ __new__"),
    ("UserWarning", "__init__ __new__"),
    ("ValueError", "__init__ __new__"),
    ("Warning", "__init__ __new__"),
    ("ZeroDivisionError", "__init__ __new__"),
];

/// Names in CPython's modules of which the runtime has its own.
const MODULE_NAMES: &[(&str, &str)] = &[
    (
        "builtins",
        "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError \
         BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError \
         ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning \
         EnvironmentError Exception ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError \
         FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError \
         InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError \
         ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError OSError \
         OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError \
         ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration \
         SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True TypeError \
         UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError \
         UnicodeWarning UserWarning ValueError Warning ZeroDivisionError __build_class__ __debug__ __import__ \
         abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile \
         complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float format \
         frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len license \
         list locals map max memoryview min next object oct open ord pow print property quit range repr \
         reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip",
    ),
    (
        "sys",
        "__breakpointhook__ __displayhook__ __excepthook__ __interactivehook__ __stderr__ __stdin__ \
         __stdout__ __unraisablehook__ _base_executable _clear_type_cache _current_exceptions _current_frames \
         _debugmallocstats _framework _getframe _getquickenedcount _git _home _stdlib_dir _xoptions abiflags \
         addaudithook api_version argv audit base_exec_prefix base_prefix breakpointhook builtin_module_names \
         byteorder call_tracing copyright displayhook dont_write_bytecode exc_info excepthook exception \
         exec_prefix executable exit flags float_info float_repr_style get_asyncgen_hooks \
         get_coroutine_origin_tracking_depth get_int_max_str_digits getallocatedblocks getdefaultencoding \
         getdlopenflags getfilesystemencodeerrors getfilesystemencoding getprofile getrecursionlimit \
         getrefcount getsizeof getswitchinterval gettrace hash_info hexversion implementation int_info intern \
         is_finalizing maxsize maxunicode meta_path modules orig_argv path path_hooks path_importer_cache \
         platform platlibdir prefix pycache_prefix set_asyncgen_hooks set_coroutine_origin_tracking_depth \
         set_int_max_str_digits setdlopenflags setprofile setrecursionlimit setswitchinterval settrace stderr \
         stdin stdlib_module_names stdout thread_info unraisablehook version version_info warnoptions",
    ),
    (
        "time",
        "CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME CLOCK_TAI \
         CLOCK_THREAD_CPUTIME_ID _STRUCT_TM_ITEMS altzone asctime clock_getres clock_gettime clock_gettime_ns \
         clock_settime clock_settime_ns ctime daylight get_clock_info gmtime localtime mktime monotonic \
         monotonic_ns perf_counter perf_counter_ns process_time process_time_ns pthread_getcpuclockid sleep \
         strftime strptime struct_time thread_time thread_time_ns time time_ns timezone tzname tzset",
    ),
    (
        "math",
        "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp \
         exp2 expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan \
         isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder \
         sin sinh sqrt tan tanh tau trunc ulp",
    ),
    (
        "gc",
        "DEBUG_COLLECTABLE DEBUG_LEAK DEBUG_SAVEALL DEBUG_STATS DEBUG_UNCOLLECTABLE callbacks collect disable \
         enable freeze garbage get_count get_debug get_freeze_count get_objects get_referents get_referrers \
         get_stats get_threshold is_finalized is_tracked isenabled set_debug set_threshold unfreeze",
    ),
];

/// Top-level modules of CPython's library.
const MODULES: &str = "\
    __future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn \
    _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc \
    _compat_pickle _compression _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm \
    _decimal _elementtree _frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib _heapq \
    _imp _io _json _locale _lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode \
    _operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio \
    _queue _random _scproxy _sha1 _sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl \
    _stat _statistics _string _strptime _struct _symtable _thread _threading_local _tkinter _tokenize \
    _tracemalloc _typing _uuid _warnings _weakref _weakrefset _winapi _zoneinfo abc aifc antigravity \
    argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 \
    cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall \
    concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses \
    datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler \
    fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext \
    glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io \
    ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math \
    mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path \
    numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil \
    platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc \
    pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets \
    select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd \
    sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess \
    sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this \
    threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle \
    turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser \
    winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";
