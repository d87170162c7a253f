//! The table of instructions.

macro_rules! opcodes {
    ($($name:ident = $number:literal, caches $caches:literal;)*) => {
        /// An instruction of CPython 3.11.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        #[allow(non_camel_case_types, missing_docs)]
        pub enum Opcode { $($name = $number,)* }

        impl Opcode {
            /// Every instruction, by number.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name,)*];

            /// The instruction with this number.
            pub fn from_number(number: u8) -> Option<Opcode> {
                match number { $($number => Some(Opcode::$name),)* _ => None }
            }

            /// CPython's name.
            pub fn name(self) -> &'static str {
                match self { $(Opcode::$name => stringify!($name),)* }
            }

            /// Inline cache entries that follow it, in code units.
            pub fn caches(self) -> usize {
                match self { $(Opcode::$name => $caches,)* }
            }
        }
    };
}

opcodes! {
    CACHE = 0, caches 0;
    POP_TOP = 1, caches 0;
    PUSH_NULL = 2, caches 0;
    NOP = 9, caches 0;
    UNARY_POSITIVE = 10, caches 0;
    UNARY_NEGATIVE = 11, caches 0;
    UNARY_NOT = 12, caches 0;
    UNARY_INVERT = 15, caches 0;
    BINARY_SUBSCR = 25, caches 4;
    GET_LEN = 30, caches 0;
    MATCH_MAPPING = 31, caches 0;
    MATCH_SEQUENCE = 32, caches 0;
    MATCH_KEYS = 33, caches 0;
    PUSH_EXC_INFO = 35, caches 0;
    CHECK_EXC_MATCH = 36, caches 0;
    CHECK_EG_MATCH = 37, caches 0;
    WITH_EXCEPT_START = 49, caches 0;
    GET_AITER = 50, caches 0;
    GET_ANEXT = 51, caches 0;
    BEFORE_ASYNC_WITH = 52, caches 0;
    BEFORE_WITH = 53, caches 0;
    END_ASYNC_FOR = 54, caches 0;
    STORE_SUBSCR = 60, caches 1;
    DELETE_SUBSCR = 61, caches 0;
    GET_ITER = 68, caches 0;
    GET_YIELD_FROM_ITER = 69, caches 0;
    PRINT_EXPR = 70, caches 0;
    LOAD_BUILD_CLASS = 71, caches 0;
    LOAD_ASSERTION_ERROR = 74, caches 0;
    RETURN_GENERATOR = 75, caches 0;
    LIST_TO_TUPLE = 82, caches 0;
    RETURN_VALUE = 83, caches 0;
    IMPORT_STAR = 84, caches 0;
    SETUP_ANNOTATIONS = 85, caches 0;
    YIELD_VALUE = 86, caches 0;
    ASYNC_GEN_WRAP = 87, caches 0;
    PREP_RERAISE_STAR = 88, caches 0;
    POP_EXCEPT = 89, caches 0;
    STORE_NAME = 90, caches 0;
    DELETE_NAME = 91, caches 0;
    UNPACK_SEQUENCE = 92, caches 1;
    FOR_ITER = 93, caches 0;
    UNPACK_EX = 94, caches 0;
    STORE_ATTR = 95, caches 4;
    DELETE_ATTR = 96, caches 0;
    STORE_GLOBAL = 97, caches 0;
    DELETE_GLOBAL = 98, caches 0;
    SWAP = 99, caches 0;
    LOAD_CONST = 100, caches 0;
    LOAD_NAME = 101, caches 0;
    BUILD_TUPLE = 102, caches 0;
    BUILD_LIST = 103, caches 0;
    BUILD_SET = 104, caches 0;
    BUILD_MAP = 105, caches 0;
    LOAD_ATTR = 106, caches 4;
    COMPARE_OP = 107, caches 2;
    IMPORT_NAME = 108, caches 0;
    IMPORT_FROM = 109, caches 0;
    JUMP_FORWARD = 110, caches 0;
    JUMP_IF_FALSE_OR_POP = 111, caches 0;
    JUMP_IF_TRUE_OR_POP = 112, caches 0;
    POP_JUMP_FORWARD_IF_FALSE = 114, caches 0;
    POP_JUMP_FORWARD_IF_TRUE = 115, caches 0;
    LOAD_GLOBAL = 116, caches 5;
    IS_OP = 117, caches 0;
    CONTAINS_OP = 118, caches 0;
    RERAISE = 119, caches 0;
    COPY = 120, caches 0;
    BINARY_OP = 122, caches 1;
    SEND = 123, caches 0;
    LOAD_FAST = 124, caches 0;
    STORE_FAST = 125, caches 0;
    DELETE_FAST = 126, caches 0;
    POP_JUMP_FORWARD_IF_NOT_NONE = 128, caches 0;
    POP_JUMP_FORWARD_IF_NONE = 129, caches 0;
    RAISE_VARARGS = 130, caches 0;
    GET_AWAITABLE = 131, caches 0;
    MAKE_FUNCTION = 132, caches 0;
    BUILD_SLICE = 133, caches 0;
    JUMP_BACKWARD_NO_INTERRUPT = 134, caches 0;
    MAKE_CELL = 135, caches 0;
    LOAD_CLOSURE = 136, caches 0;
    LOAD_DEREF = 137, caches 0;
    STORE_DEREF = 138, caches 0;
    DELETE_DEREF = 139, caches 0;
    JUMP_BACKWARD = 140, caches 0;
    CALL_FUNCTION_EX = 142, caches 0;
    EXTENDED_ARG = 144, caches 0;
    LIST_APPEND = 145, caches 0;
    SET_ADD = 146, caches 0;
    MAP_ADD = 147, caches 0;
    LOAD_CLASSDEREF = 148, caches 0;
    COPY_FREE_VARS = 149, caches 0;
    RESUME = 151, caches 0;
    MATCH_CLASS = 152, caches 0;
    FORMAT_VALUE = 155, caches 0;
    BUILD_CONST_KEY_MAP = 156, caches 0;
    BUILD_STRING = 157, caches 0;
    LOAD_METHOD = 160, caches 10;
    LIST_EXTEND = 162, caches 0;
    SET_UPDATE = 163, caches 0;
    DICT_MERGE = 164, caches 0;
    DICT_UPDATE = 165, caches 0;
    PRECALL = 166, caches 1;
    CALL = 171, caches 4;
    KW_NAMES = 172, caches 0;
    POP_JUMP_BACKWARD_IF_NOT_NONE = 173, caches 0;
    POP_JUMP_BACKWARD_IF_NONE = 174, caches 0;
    POP_JUMP_BACKWARD_IF_FALSE = 175, caches 0;
    POP_JUMP_BACKWARD_IF_TRUE = 176, caches 0;
}
