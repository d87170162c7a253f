//! The table of instructions: number, argument, inline caches, effect on the evaluation stack.

use hognose_primitives::bug;

/// What the argument of an instruction says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Argument {
    /// Nothing: the byte is there and not looked at.
    None,
    /// An index into `co_consts`.
    Const,
    /// An index into `co_consts`, of the tuple of keyword names for the next call.
    KeywordNames,
    /// An index into `co_names`.
    Name,
    /// An index into `co_names`, shifted left by one; the low bit asks for a NULL below the value.
    Global,
    /// A slot of `co_localsplusnames` that holds a local variable.
    Local,
    /// A slot of `co_localsplusnames` that holds a cell.
    Deref,
    /// Code units to jump forward, from the end of the instruction.
    JumpForward,
    /// Code units to jump backward, from the end of the instruction.
    JumpBackward,
    /// An index into [`COMPARISONS`].
    Compare,
    /// A number of `hognose_primitives::Operator`, 13 higher for the in-place form.
    BinaryOperator,
    /// 1 for `is not` and `not in`.
    Invert,
    /// `!s`, `!r`, `!a` as 1, 2, 3, plus 4 when a format string is on the stack.
    Conversion,
    /// Bits 1, 2, 4, 8: defaults, keyword-only defaults, annotations, closure.
    FunctionParts,
    /// How many values are taken or made.
    Count,
    /// How far below the top of the stack, 1 being the top, the other operand stands.
    Depth,
    /// Bit 1: keyword arguments are on the stack.
    HasKeywords,
    /// After what the frame goes on: 0 start, 1 `yield`, 2 `yield from`, 3 `await`.
    ResumedFrom,
    /// What gave the awaitable: 0 an expression, 1 `__aenter__`, 2 `__aexit__`.
    AwaitedFrom,
    /// The high bits of the next instruction's argument.
    Prefix,
}

/// The comparison operators, in the order of `COMPARE_OP`'s argument.
pub const COMPARISONS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

/// What an instruction does with the evaluation stack.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StackUse {
    /// Values taken from the top.
    pub popped: u32,
    /// Values left on the top instead.
    pub pushed: u32,
    /// Values below the popped ones that are looked at and stay where they are.
    pub peeked: u32,
}

macro_rules! opcodes {
    ($(
        #[doc = $picture:literal]
        $name:ident = $number:literal, $argument:ident, caches $caches:literal,
        stack $stack:expr $(, above $above:expr)? $(, raises $raises:ident)?;
    )*) => {
        /// An instruction of CPython 3.11. The picture shows the top of the stack, before `--` and after it.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        #[allow(non_camel_case_types)]
        pub enum Opcode { $(#[doc = $picture] $name = $number,)* }

        impl Opcode {
            /// Every instruction, by number.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name,)*];

            /// The instruction with this number.
            pub const fn from_number(number: u8) -> Option<Opcode> {
                match number { $($number => Some(Opcode::$name),)* _ => None }
            }

            /// The instruction with this name.
            pub fn from_name(name: &str) -> Option<Opcode> {
                match name { $(stringify!($name) => Some(Opcode::$name),)* _ => None }
            }

            /// CPython's name.
            pub const fn name(self) -> &'static str {
                match self { $(Opcode::$name => stringify!($name),)* }
            }

            /// The top of the stack before and after: `lhs rhs -- lhs op rhs`.
            pub fn picture(self) -> &'static str {
                let picture = match self { $(Opcode::$name => $picture,)* };
                picture.trim_matches([' ', '`'])
            }

            /// What its argument says.
            pub const fn argument(self) -> Argument {
                match self { $(Opcode::$name => Argument::$argument,)* }
            }

            /// Inline cache entries that follow it, in code units.
            pub const fn caches(self) -> usize {
                match self { $(Opcode::$name => $caches,)* }
            }

            /// Whether it can raise, running out of memory apart.
            pub const fn can_raise(self) -> bool {
                match self { $(Opcode::$name => true $(& opcodes!(@ $raises))?,)* }
            }

            /// What it does with the stack when it goes on to the next instruction, or when it jumps.
            ///
            /// Any argument is legal; counts saturate.
            pub fn stack_use(self, arg: u32, jump: bool) -> StackUse {
                match self {
                    $(Opcode::$name => {
                        let (popped, pushed) = (const { $stack as fn(u32, bool) -> (u32, u32) })(arg, jump);
                        #[allow(unused_mut, unused_assignments, unused_variables)]
                        let mut peeked = 0;
                        $(peeked = (const { $above as fn(u32, bool) -> u32 })(arg, jump);)?
                        StackUse { popped, pushed, peeked }
                    })*
                }
            }
        }
    };
    (@ never) => { false };
}

impl Opcode {
    /// The net effect on the stack depth as CPython's compiler counts it, equal to `dis.stack_effect`.
    ///
    /// It differs from [`Opcode::stack_use`] for three instructions: a generator's code starts at depth 1, so that
    /// `RETURN_GENERATOR` has no effect, and `PRECALL` takes the arguments away which `CALL` really pops.
    ///
    /// # Source
    /// CPython 3.11, `Python/compile.c`, `stack_effect`.
    pub fn stack_effect(self, arg: u32, jump: bool) -> i32 {
        let arg = arg.min(i32::MAX as u32);
        match self {
            Opcode::RETURN_GENERATOR => 0,
            Opcode::PRECALL => bug!("stack-effect-of-precall-too-small", -(arg as i32), -(arg as i32) - 1),
            Opcode::CALL => -1,
            _ => {
                let StackUse { popped, pushed, .. } = self.stack_use(arg, jump);
                let effect = i64::from(pushed) - i64::from(popped);
                effect.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
            }
        }
    }

    /// Whether CPython counts it among the instructions with an argument (`dis.HAVE_ARGUMENT` is 90).
    pub const fn has_argument(self) -> bool {
        self as u8 >= 90
    }

    /// Whether it can go on somewhere else than at the next instruction.
    pub const fn is_jump(self) -> bool {
        matches!(self.argument(), Argument::JumpForward | Argument::JumpBackward)
    }

    /// Whether it never goes on to the next instruction.
    pub const fn ends_flow(self) -> bool {
        matches!(
            self,
            Opcode::RETURN_VALUE
                | Opcode::RAISE_VARARGS
                | Opcode::RERAISE
                | Opcode::JUMP_FORWARD
                | Opcode::JUMP_BACKWARD
                | Opcode::JUMP_BACKWARD_NO_INTERRUPT
        )
    }
}

opcodes! {
    /// `-- (inline cache entry, never run)`
    CACHE = 0, None, caches 0, stack |_, _| (0, 0), raises never;
    /// `value --`
    POP_TOP = 1, None, caches 0, stack |_, _| (1, 0), raises never;
    /// `-- NULL`
    PUSH_NULL = 2, None, caches 0, stack |_, _| (0, 1), raises never;
    /// `--`
    NOP = 9, None, caches 0, stack |_, _| (0, 0), raises never;
    /// `value -- +value`
    UNARY_POSITIVE = 10, None, caches 0, stack |_, _| (1, 1);
    /// `value -- -value`
    UNARY_NEGATIVE = 11, None, caches 0, stack |_, _| (1, 1);
    /// `value -- not value`
    UNARY_NOT = 12, None, caches 0, stack |_, _| (1, 1);
    /// `value -- ~value`
    UNARY_INVERT = 15, None, caches 0, stack |_, _| (1, 1);
    /// `container key -- container[key]`
    BINARY_SUBSCR = 25, None, caches 4, stack |_, _| (2, 1);
    /// `subject -- subject len(subject)`
    GET_LEN = 30, None, caches 0, stack |_, _| (0, 1), above |_, _| 1;
    /// `subject -- subject is_mapping`
    MATCH_MAPPING = 31, None, caches 0, stack |_, _| (0, 1), above |_, _| 1, raises never;
    /// `subject -- subject is_sequence`
    MATCH_SEQUENCE = 32, None, caches 0, stack |_, _| (0, 1), above |_, _| 1, raises never;
    /// `subject keys -- subject keys values_or_none`
    MATCH_KEYS = 33, None, caches 0, stack |_, _| (0, 1), above |_, _| 2;
    /// `exception -- previous exception`
    PUSH_EXC_INFO = 35, None, caches 0, stack |_, _| (1, 2), raises never;
    /// `exception type -- exception matches`
    CHECK_EXC_MATCH = 36, None, caches 0, stack |_, _| (1, 1), above |_, _| 1;
    /// `exception type -- rest match_or_none`
    CHECK_EG_MATCH = 37, None, caches 0, stack |_, _| (2, 2);
    /// `exit lasti previous exception -- exit lasti previous exception result`
    WITH_EXCEPT_START = 49, None, caches 0, stack |_, _| (0, 1), above |_, _| 4;
    /// `iterable -- aiter`
    GET_AITER = 50, None, caches 0, stack |_, _| (1, 1);
    /// `aiter -- aiter awaitable`
    GET_ANEXT = 51, None, caches 0, stack |_, _| (0, 1), above |_, _| 1;
    /// `manager -- aexit awaitable`
    BEFORE_ASYNC_WITH = 52, None, caches 0, stack |_, _| (1, 2);
    /// `manager -- exit entered`
    BEFORE_WITH = 53, None, caches 0, stack |_, _| (1, 2);
    /// `aiter exception --`
    END_ASYNC_FOR = 54, None, caches 0, stack |_, _| (2, 0);
    /// `value container key --`
    STORE_SUBSCR = 60, None, caches 1, stack |_, _| (3, 0);
    /// `container key --`
    DELETE_SUBSCR = 61, None, caches 0, stack |_, _| (2, 0);
    /// `iterable -- iterator`
    GET_ITER = 68, None, caches 0, stack |_, _| (1, 1);
    /// `iterable -- iterator`
    GET_YIELD_FROM_ITER = 69, None, caches 0, stack |_, _| (1, 1);
    /// `value --`
    PRINT_EXPR = 70, None, caches 0, stack |_, _| (1, 0);
    /// `-- __build_class__`
    LOAD_BUILD_CLASS = 71, None, caches 0, stack |_, _| (0, 1);
    /// `-- AssertionError`
    LOAD_ASSERTION_ERROR = 74, None, caches 0, stack |_, _| (0, 1), raises never;
    /// `-- sent`
    RETURN_GENERATOR = 75, None, caches 0, stack |_, _| (0, 1);
    /// `list -- tuple`
    LIST_TO_TUPLE = 82, None, caches 0, stack |_, _| (1, 1), raises never;
    /// `value --`
    RETURN_VALUE = 83, None, caches 0, stack |_, _| (1, 0), raises never;
    /// `module --`
    IMPORT_STAR = 84, None, caches 0, stack |_, _| (1, 0);
    /// `--`
    SETUP_ANNOTATIONS = 85, None, caches 0, stack |_, _| (0, 0);
    /// `value -- sent`
    YIELD_VALUE = 86, None, caches 0, stack |_, _| (1, 1);
    /// `value -- wrapped`
    ASYNC_GEN_WRAP = 87, None, caches 0, stack |_, _| (1, 1), raises never;
    /// `original results -- exception_or_none`
    PREP_RERAISE_STAR = 88, None, caches 0, stack |_, _| (2, 1);
    /// `previous --`
    POP_EXCEPT = 89, None, caches 0, stack |_, _| (1, 0), raises never;
    /// `value --`
    STORE_NAME = 90, Name, caches 0, stack |_, _| (1, 0);
    /// `--`
    DELETE_NAME = 91, Name, caches 0, stack |_, _| (0, 0);
    /// `sequence -- item[arg-1] .. item[0]`
    UNPACK_SEQUENCE = 92, Count, caches 1, stack |arg, _| (1, arg);
    /// `iterator -- iterator item, or jumps: iterator --`
    FOR_ITER = 93, JumpForward, caches 0, stack |_, jump| if jump { (1, 0) } else { (0, 1) }, above |_, jump| u32::from(!jump);
    /// `sequence -- after[arg>>8] list before[arg&255]`
    UNPACK_EX = 94, Count, caches 0, stack |arg, _| (1, (arg & 0xFF) + 1 + (arg >> 8));
    /// `value object --`
    STORE_ATTR = 95, Name, caches 4, stack |_, _| (2, 0);
    /// `object --`
    DELETE_ATTR = 96, Name, caches 0, stack |_, _| (1, 0);
    /// `value --`
    STORE_GLOBAL = 97, Name, caches 0, stack |_, _| (1, 0);
    /// `--`
    DELETE_GLOBAL = 98, Name, caches 0, stack |_, _| (0, 0);
    /// `bottom .. top -- top .. bottom`
    SWAP = 99, Depth, caches 0, stack |arg, _| (arg, arg), raises never;
    /// `-- constant`
    LOAD_CONST = 100, Const, caches 0, stack |_, _| (0, 1), raises never;
    /// `-- value`
    LOAD_NAME = 101, Name, caches 0, stack |_, _| (0, 1);
    /// `items[arg] -- tuple`
    BUILD_TUPLE = 102, Count, caches 0, stack |arg, _| (arg, 1), raises never;
    /// `items[arg] -- list`
    BUILD_LIST = 103, Count, caches 0, stack |arg, _| (arg, 1), raises never;
    /// `items[arg] -- set`
    BUILD_SET = 104, Count, caches 0, stack |arg, _| (arg, 1);
    /// `(key value)[arg] -- dict`
    BUILD_MAP = 105, Count, caches 0, stack |arg, _| (arg.saturating_mul(2), 1);
    /// `object -- value`
    LOAD_ATTR = 106, Name, caches 4, stack |_, _| (1, 1);
    /// `lhs rhs -- result`
    COMPARE_OP = 107, Compare, caches 2, stack |_, _| (2, 1);
    /// `level fromlist -- module`
    IMPORT_NAME = 108, Name, caches 0, stack |_, _| (2, 1);
    /// `module -- module value`
    IMPORT_FROM = 109, Name, caches 0, stack |_, _| (0, 1), above |_, _| 1;
    /// `--`
    JUMP_FORWARD = 110, JumpForward, caches 0, stack |_, _| (0, 0), raises never;
    /// `value --, or jumps: value -- value`
    JUMP_IF_FALSE_OR_POP = 111, JumpForward, caches 0, stack |_, jump| (u32::from(!jump), 0), above |_, jump| u32::from(jump);
    /// `value --, or jumps: value -- value`
    JUMP_IF_TRUE_OR_POP = 112, JumpForward, caches 0, stack |_, jump| (u32::from(!jump), 0), above |_, jump| u32::from(jump);
    /// `value --`
    POP_JUMP_FORWARD_IF_FALSE = 114, JumpForward, caches 0, stack |_, _| (1, 0);
    /// `value --`
    POP_JUMP_FORWARD_IF_TRUE = 115, JumpForward, caches 0, stack |_, _| (1, 0);
    /// `-- NULL[arg&1] value`
    LOAD_GLOBAL = 116, Global, caches 5, stack |arg, _| (0, 1 + (arg & 1));
    /// `lhs rhs -- result`
    IS_OP = 117, Invert, caches 0, stack |_, _| (2, 1), raises never;
    /// `item container -- result`
    CONTAINS_OP = 118, Invert, caches 0, stack |_, _| (2, 1);
    /// `exception --`
    RERAISE = 119, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg;
    /// `value .. -- value .. value`
    COPY = 120, Depth, caches 0, stack |_, _| (0, 1), above |arg, _| arg, raises never;
    /// `lhs rhs -- lhs op rhs`
    BINARY_OP = 122, BinaryOperator, caches 1, stack |_, _| (2, 1);
    /// `receiver value -- receiver yielded, or jumps: receiver value -- result`
    SEND = 123, JumpForward, caches 0, stack |_, jump| if jump { (2, 1) } else { (1, 1) }, above |_, jump| u32::from(!jump);
    /// `-- value`
    LOAD_FAST = 124, Local, caches 0, stack |_, _| (0, 1);
    /// `value --`
    STORE_FAST = 125, Local, caches 0, stack |_, _| (1, 0), raises never;
    /// `--`
    DELETE_FAST = 126, Local, caches 0, stack |_, _| (0, 0);
    /// `value --`
    POP_JUMP_FORWARD_IF_NOT_NONE = 128, JumpForward, caches 0, stack |_, _| (1, 0), raises never;
    /// `value --`
    POP_JUMP_FORWARD_IF_NONE = 129, JumpForward, caches 0, stack |_, _| (1, 0), raises never;
    /// `exception cause --`
    RAISE_VARARGS = 130, Count, caches 0, stack |arg, _| (arg, 0);
    /// `awaitable -- iterator`
    GET_AWAITABLE = 131, AwaitedFrom, caches 0, stack |_, _| (1, 1);
    /// `defaults kwdefaults annotations closure code -- function`
    MAKE_FUNCTION = 132, FunctionParts, caches 0, stack |arg, _| (1 + (arg & 15).count_ones(), 1);
    /// `start stop step -- slice`
    BUILD_SLICE = 133, Count, caches 0, stack |arg, _| (if arg == 3 { 3 } else { 2 }, 1), raises never;
    /// `--`
    JUMP_BACKWARD_NO_INTERRUPT = 134, JumpBackward, caches 0, stack |_, _| (0, 0), raises never;
    /// `--`
    MAKE_CELL = 135, Deref, caches 0, stack |_, _| (0, 0), raises never;
    /// `-- cell`
    LOAD_CLOSURE = 136, Deref, caches 0, stack |_, _| (0, 1), raises never;
    /// `-- value`
    LOAD_DEREF = 137, Deref, caches 0, stack |_, _| (0, 1);
    /// `value --`
    STORE_DEREF = 138, Deref, caches 0, stack |_, _| (1, 0), raises never;
    /// `--`
    DELETE_DEREF = 139, Deref, caches 0, stack |_, _| (0, 0);
    /// `--`
    JUMP_BACKWARD = 140, JumpBackward, caches 0, stack |_, _| (0, 0);
    /// `NULL callable args kwargs[arg&1] -- result`
    CALL_FUNCTION_EX = 142, HasKeywords, caches 0, stack |arg, _| (3 + (arg & 1), 1);
    /// `--`
    EXTENDED_ARG = 144, Prefix, caches 0, stack |_, _| (0, 0), raises never;
    /// `list .. value -- list ..`
    LIST_APPEND = 145, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg, raises never;
    /// `set .. value -- set ..`
    SET_ADD = 146, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg;
    /// `dict .. key value -- dict ..`
    MAP_ADD = 147, Depth, caches 0, stack |_, _| (2, 0), above |arg, _| arg;
    /// `-- value`
    LOAD_CLASSDEREF = 148, Deref, caches 0, stack |_, _| (0, 1);
    /// `--`
    COPY_FREE_VARS = 149, Count, caches 0, stack |_, _| (0, 0), raises never;
    /// `--`
    RESUME = 151, ResumedFrom, caches 0, stack |_, _| (0, 0);
    /// `subject type names -- attributes_or_none`
    MATCH_CLASS = 152, Count, caches 0, stack |_, _| (3, 1);
    /// `value format[arg&4] -- str`
    FORMAT_VALUE = 155, Conversion, caches 0, stack |arg, _| (1 + (arg >> 2 & 1), 1);
    /// `values[arg] keys -- dict`
    BUILD_CONST_KEY_MAP = 156, Count, caches 0, stack |arg, _| (arg.saturating_add(1), 1);
    /// `strs[arg] -- str`
    BUILD_STRING = 157, Count, caches 0, stack |arg, _| (arg, 1), raises never;
    /// `object -- method_or_NULL object_or_value`
    LOAD_METHOD = 160, Name, caches 10, stack |_, _| (1, 2);
    /// `list .. iterable -- list ..`
    LIST_EXTEND = 162, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg;
    /// `set .. iterable -- set ..`
    SET_UPDATE = 163, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg;
    /// `callable .. dict .. mapping -- callable .. dict ..`
    DICT_MERGE = 164, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg.saturating_add(2);
    /// `dict .. mapping -- dict ..`
    DICT_UPDATE = 165, Depth, caches 0, stack |_, _| (1, 0), above |arg, _| arg;
    /// `method_or_NULL self_or_callable args[arg] -- method_or_NULL self_or_callable args[arg]`
    PRECALL = 166, Count, caches 1, stack |_, _| (0, 0), above |arg, _| arg.saturating_add(2);
    /// `method_or_NULL self_or_callable args[arg] -- result`
    CALL = 171, Count, caches 4, stack |arg, _| (arg.saturating_add(2), 1);
    /// `--`
    KW_NAMES = 172, KeywordNames, caches 0, stack |_, _| (0, 0), raises never;
    /// `value --`
    POP_JUMP_BACKWARD_IF_NOT_NONE = 173, JumpBackward, caches 0, stack |_, _| (1, 0);
    /// `value --`
    POP_JUMP_BACKWARD_IF_NONE = 174, JumpBackward, caches 0, stack |_, _| (1, 0);
    /// `value --`
    POP_JUMP_BACKWARD_IF_FALSE = 175, JumpBackward, caches 0, stack |_, _| (1, 0);
    /// `value --`
    POP_JUMP_BACKWARD_IF_TRUE = 176, JumpBackward, caches 0, stack |_, _| (1, 0);
}
