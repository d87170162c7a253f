//! The table of register instructions: the contract between the lowering and both engines.

/// What one of the three 16-bit fields of an instruction holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Not used; zero.
    None,
    /// A register that the instruction writes. A local's old value is released after the write and after the
    /// operands; a home register is dead before and is simply overwritten.
    Dest,
    /// A value operand: register or constant. Owned when its flag says so: the instruction consumes it, also when it raises.
    Value,
    /// A register that is read in place (and stays live) or written as the description says.
    Register,
    /// The first of a run of home registers. The values in it are owned and consumed; the result goes to the first.
    Run,
    /// A signed distance from this instruction to the target, in register instructions.
    Jump,
    /// The low half of a 32-bit distance; the next field is the high half.
    Far,
    /// An index into `co_names`.
    Name,
    /// An index into [`crate::Lowered::caches`].
    Cache,
    /// A number: how many, or CPython's own argument.
    Count,
    /// A signed 16-bit integer that stands for a Python int.
    Immediate,
}

macro_rules! ops {
    ($($(#[doc = $doc:literal])* $name:ident($a:ident, $b:ident, $c:ident) $(= $generic:ident)?;)*) => {
        /// A register instruction.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        #[allow(non_camel_case_types, missing_docs)]
        pub enum Op { $($(#[doc = $doc])* $name,)* }

        impl Op {
            /// Every instruction, by number.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// What its fields `a`, `b` and `c` hold.
            pub fn fields(self) -> [Field; 3] {
                match self { $(Op::$name => [Field::$a, Field::$b, Field::$c],)* }
            }

            /// The instruction that the lowering emitted, if this is a form that an engine put in its place while running.
            pub fn generic(self) -> Op {
                match self { $(Op::$name => generic!($name $($generic)?),)* }
            }
        }
    };
}

macro_rules! generic {
    ($name:ident) => {
        Op::$name
    };
    ($name:ident $generic:ident) => {
        Op::$generic
    };
}

ops! {
    // Moving values. `= X` after a row: the row is a quickened form of X.
    /// Nothing; stands for a CPython instruction without effect in plain code.
    NOP(None, None, None);
    /// `a = b`, one reference more.
    COPY(Dest, Value, None);
    /// `a = b`; `b` is a home register and dead afterwards.
    MOVE(Dest, Register, None);
    /// Exchanges two registers.
    SWAP(Register, Register, None);
    /// `a = NULL`, CPython's marker below a callable.
    PUSH_NULL(Dest, None, None);
    /// Releases `a` (which may be NULL).
    POP_TOP(Register, None, None);
    /// Raises UnboundLocalError when local `a` is unbound.
    CHECK_FAST(Register, None, None);
    /// Unbinds local `a`, after the check.
    DELETE_FAST(Register, None, None);

    // Arithmetic with an inline path for tagged ints and floats; aux bit 0: in place (`x += y`).
    ADD(Dest, Value, Value);
    SUB(Dest, Value, Value);
    MUL(Dest, Value, Value);
    DIV(Dest, Value, Value);
    FLOOR_DIV(Dest, Value, Value);
    MOD(Dest, Value, Value);
    AND(Dest, Value, Value);
    OR(Dest, Value, Value);
    XOR(Dest, Value, Value);
    LSHIFT(Dest, Value, Value);
    RSHIFT(Dest, Value, Value);
    ADD_IMM(Dest, Value, Immediate);
    SUB_IMM(Dest, Value, Immediate);
    MUL_IMM(Dest, Value, Immediate);
    FLOOR_DIV_IMM(Dest, Value, Immediate);
    MOD_IMM(Dest, Value, Immediate);
    AND_IMM(Dest, Value, Immediate);
    OR_IMM(Dest, Value, Immediate);
    XOR_IMM(Dest, Value, Immediate);
    LSHIFT_IMM(Dest, Value, Immediate);
    RSHIFT_IMM(Dest, Value, Immediate);
    /// Both operands were floats.
    ADD_FLOAT(Dest, Value, Value) = ADD;
    /// Both operands were floats.
    SUB_FLOAT(Dest, Value, Value) = SUB;
    /// Both operands were floats.
    MUL_FLOAT(Dest, Value, Value) = MUL;
    /// Both operands were floats.
    DIV_FLOAT(Dest, Value, Value) = DIV;
    /// `a = b (aux: operator) c` without an inline path.
    BINARY_OP(Dest, Value, Value);
    /// `a = b (aux: operator)= c` without an inline path.
    INPLACE_OP(Dest, Value, Value);
    UNARY_NEGATIVE(Dest, Value, None);
    UNARY_POSITIVE(Dest, Value, None);
    UNARY_INVERT(Dest, Value, None);
    UNARY_NOT(Dest, Value, None);
    /// `a = b (aux: comparison) c`.
    COMPARE_OP(Dest, Value, Value);
    /// `a = b is c`; aux bit 0: `is not`.
    IS_OP(Dest, Value, Value);
    /// `a = b in c`; aux bit 0: `not in`.
    CONTAINS_OP(Dest, Value, Value);

    // Jumps. A backward jump tests the poll word when taken.
    JUMP(None, Far, Far);
    /// A jump that never tests the poll word.
    JUMP_NO_INTERRUPT(None, Far, Far);
    JUMP_IF_FALSE(Value, None, Jump);
    JUMP_IF_TRUE(Value, None, Jump);
    JUMP_IF_NONE(Value, None, Jump);
    JUMP_IF_NOT_NONE(Value, None, Jump);
    /// Jumps with home `a` still live when it is false, else releases it.
    JUMP_IF_FALSE_OR_POP(Register, None, Jump);
    /// Jumps with home `a` still live when it is true, else releases it.
    JUMP_IF_TRUE_OR_POP(Register, None, Jump);
    // Comparison and jump in one. `NOT_X` jumps when the comparison X is false (which differs from the opposite comparison for
    // anything but ints). Where the truth test raises, the place is that of the jump: `Lowered::second_unit`.
    JUMP_IF_LT(Value, Value, Jump);
    JUMP_IF_LE(Value, Value, Jump);
    JUMP_IF_EQ(Value, Value, Jump);
    JUMP_IF_NE(Value, Value, Jump);
    JUMP_IF_GT(Value, Value, Jump);
    JUMP_IF_GE(Value, Value, Jump);
    JUMP_IF_NOT_LT(Value, Value, Jump);
    JUMP_IF_NOT_LE(Value, Value, Jump);
    JUMP_IF_NOT_EQ(Value, Value, Jump);
    JUMP_IF_NOT_NE(Value, Value, Jump);
    JUMP_IF_NOT_GT(Value, Value, Jump);
    JUMP_IF_NOT_GE(Value, Value, Jump);
    JUMP_IF_LT_IMM(Value, Immediate, Jump);
    JUMP_IF_LE_IMM(Value, Immediate, Jump);
    JUMP_IF_EQ_IMM(Value, Immediate, Jump);
    JUMP_IF_NE_IMM(Value, Immediate, Jump);
    JUMP_IF_GT_IMM(Value, Immediate, Jump);
    JUMP_IF_GE_IMM(Value, Immediate, Jump);
    JUMP_IF_NOT_LT_IMM(Value, Immediate, Jump);
    JUMP_IF_NOT_LE_IMM(Value, Immediate, Jump);
    JUMP_IF_NOT_EQ_IMM(Value, Immediate, Jump);
    JUMP_IF_NOT_NE_IMM(Value, Immediate, Jump);
    JUMP_IF_NOT_GT_IMM(Value, Immediate, Jump);
    JUMP_IF_NOT_GE_IMM(Value, Immediate, Jump);
    JUMP_IF_IS(Value, Value, Jump);
    JUMP_IF_IS_NOT(Value, Value, Jump);
    JUMP_IF_IN(Value, Value, Jump);
    JUMP_IF_NOT_IN(Value, Value, Jump);

    // Names.
    LOAD_GLOBAL(Dest, Name, Cache);
    /// The cache holds the version of the globals' keys and an entry index.
    LOAD_GLOBAL_MODULE(Dest, Name, Cache) = LOAD_GLOBAL;
    /// The cache holds the versions of globals' and builtins' keys and an entry index of the latter.
    LOAD_GLOBAL_BUILTIN(Dest, Name, Cache) = LOAD_GLOBAL;
    STORE_GLOBAL(Value, Name, Cache);
    DELETE_GLOBAL(None, Name, None);
    LOAD_NAME(Dest, Name, Cache);
    STORE_NAME(Value, Name, Cache);
    DELETE_NAME(None, Name, None);
    MAKE_CELL(Register, None, None);
    /// Copies the function's closure into the last `a` locals.
    COPY_FREE_VARS(Count, None, None);
    LOAD_DEREF(Dest, Register, None);
    LOAD_CLASSDEREF(Dest, Register, None);
    STORE_DEREF(Value, Register, None);
    DELETE_DEREF(Register, None, None);

    // Attributes and items.
    LOAD_ATTR(Dest, Value, Cache);
    /// The cache holds a shape and the index of an inline slot.
    LOAD_ATTR_INSTANCE(Dest, Value, Cache) = LOAD_ATTR;
    /// The cache holds a type's version and the attribute, which is not a descriptor and not shadowed.
    LOAD_ATTR_CLASS(Dest, Value, Cache) = LOAD_ATTR;
    /// The cache holds the version of the module's keys and an entry index.
    LOAD_ATTR_MODULE(Dest, Value, Cache) = LOAD_ATTR;
    /// `b.name = a`
    STORE_ATTR(Value, Value, Cache);
    /// The cache holds a shape and the index of an inline slot that is in use.
    STORE_ATTR_INSTANCE(Value, Value, Cache) = STORE_ATTR;
    /// The cache holds the shapes before and after, and the index of the new inline slot.
    STORE_ATTR_ADD(Value, Value, Cache) = STORE_ATTR;
    /// `del b.name`
    DELETE_ATTR(None, Value, Name);
    /// `a`, `a + 1` = method and `b`, or NULL and the attribute.
    LOAD_METHOD(Run, Value, Cache);
    /// The cache holds a shape or type version and the function.
    LOAD_METHOD_CACHED(Run, Value, Cache) = LOAD_METHOD;
    BINARY_SUBSCR(Dest, Value, Value);
    BINARY_SUBSCR_LIST_INT(Dest, Value, Value) = BINARY_SUBSCR;
    BINARY_SUBSCR_TUPLE_INT(Dest, Value, Value) = BINARY_SUBSCR;
    BINARY_SUBSCR_DICT(Dest, Value, Value) = BINARY_SUBSCR;
    /// `b[c] = a`
    STORE_SUBSCR(Value, Value, Value);
    STORE_SUBSCR_LIST_INT(Value, Value, Value) = STORE_SUBSCR;
    /// `del b[c]`
    DELETE_SUBSCR(None, Value, Value);

    // Calls. The run is: NULL or method, callable or self, arguments. `b` is CPython's argument count (without self).
    /// The first register is statically NULL and not written.
    CALL(Run, Count, Cache);
    /// The first register says which form it is.
    CALL_METHOD(Run, Count, Cache);
    /// As CALL_METHOD; the cache's operand is the constant with the keyword names.
    CALL_KW(Run, Count, Cache);
    /// The run is: NULL, callable, positional arguments, and with `b` bit 0 keyword arguments.
    CALL_FUNCTION_EX(Run, Count, None);
    /// The run is what the bits of `b` ask for (defaults, keyword defaults, annotations, closure), then the code.
    MAKE_FUNCTION(Run, Count, None);
    LOAD_BUILD_CLASS(Dest, None, None);
    /// Start of a function (`a` = 0) or continuation of a generator: tests the poll word.
    RESUME(Count, None, None);
    RETURN_VALUE(Value, None, None);
    /// Makes a generator of this frame and returns it to the caller; `a` is the home of what is sent first.
    RETURN_GENERATOR(Dest, None, None);
    /// Yields `b`, which is owned; continues with the value sent in home `a`.
    YIELD_VALUE(Dest, Value, None);
    GET_YIELD_FROM_ITER(Dest, Value, None);
    /// Sends `a + 1` to the iterator in `a`: continues with what it yielded in `a + 1`, or jumps with its result in `a`.
    SEND(Run, None, Jump);

    // Iteration and building.
    GET_ITER(Dest, Value, None);
    /// `a` = next item of the iterator in home `b`; when exhausted releases `b` and jumps.
    FOR_ITER(Dest, Register, Jump);
    FOR_ITER_RANGE(Dest, Register, Jump) = FOR_ITER;
    FOR_ITER_LIST(Dest, Register, Jump) = FOR_ITER;
    FOR_ITER_TUPLE(Dest, Register, Jump) = FOR_ITER;
    /// Writes `c` items of `b` to the homes from `a` on, the first item in the last of them.
    UNPACK_SEQUENCE(Run, Value, Count);
    /// `c` is CPython's argument: items before the star, and 256 times those after it.
    UNPACK_EX(Run, Value, Count);
    BUILD_TUPLE(Run, Count, None);
    BUILD_LIST(Run, Count, None);
    BUILD_SET(Run, Count, None);
    BUILD_MAP(Run, Count, None);
    BUILD_CONST_KEY_MAP(Run, Count, None);
    BUILD_STRING(Run, Count, None);
    BUILD_SLICE(Run, Count, None);
    /// `b` is CPython's argument: conversion in bits 0 and 1, bit 2: the format is in `a + 1`.
    FORMAT_VALUE(Run, Count, None);
    LIST_APPEND(Register, Value, None);
    SET_ADD(Register, Value, None);
    /// `a[b] = c`
    MAP_ADD(Register, Value, Value);
    LIST_EXTEND(Register, Value, None);
    SET_UPDATE(Register, Value, None);
    DICT_UPDATE(Register, Value, None);
    /// As DICT_UPDATE for keyword arguments of the callable in `c`.
    DICT_MERGE(Register, Value, Register);
    LIST_TO_TUPLE(Dest, Value, None);

    // Exceptions and with.
    LOAD_ASSERTION_ERROR(Dest, None, None);
    /// `a` is the number of arguments: none, the exception `b`, and its cause `c`.
    RAISE_VARARGS(Count, Value, Value);
    /// Moves the exception in `a` to `a + 1`, makes it the handled one, and leaves the handled one of before (or None) in `a`.
    PUSH_EXC_INFO(Register, None, None);
    /// Makes `a`, consumed, the handled exception again.
    POP_EXCEPT(Register, None, None);
    /// `a` = does the exception in `b`, which stays, match the type `c`.
    CHECK_EXC_MATCH(Dest, Register, Value);
    /// Raises `a` again; with count `c`, as if at the code unit that register `b` holds.
    RERAISE(Register, Register, Count);
    /// `a`, `a + 1` = `__exit__` of the manager in `a`, and the result of its `__enter__`.
    BEFORE_WITH(Run, None, None);
    /// `a + 4` = result of the `__exit__` in `a`, called with the exception in `a + 3`. All stay.
    WITH_EXCEPT_START(Register, None, None);

    // Modules, and the rest.
    /// The run is: level, names.
    IMPORT_NAME(Run, Name, None);
    IMPORT_FROM(Dest, Register, Name);
    IMPORT_STAR(Value, None, None);
    SETUP_ANNOTATIONS(None, None, None);
    PRINT_EXPR(Value, None, None);
    GET_LEN(Dest, Register, None);
    MATCH_MAPPING(Dest, Register, None);
    MATCH_SEQUENCE(Dest, Register, None);
    MATCH_KEYS(Dest, Register, Register);
    /// The run is: subject, type, names; `b` is the number of positional patterns.
    MATCH_CLASS(Run, Count, None);
}

impl Op {
    /// The instruction of this number.
    pub fn from_number(number: u8) -> Option<Op> {
        Op::ALL.get(usize::from(number)).copied()
    }

    /// Whether control never goes on to the next instruction.
    pub fn ends_block(self) -> bool {
        matches!(self, Op::JUMP | Op::JUMP_NO_INTERRUPT | Op::RETURN_VALUE | Op::RAISE_VARARGS | Op::RERAISE)
    }

    /// Whether a field holds a jump distance.
    pub fn jumps(self) -> bool {
        self.fields().iter().any(|field| matches!(field, Field::Jump | Field::Far))
    }
}

/// A comparison, numbered as `COMPARE_OP`'s argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Comparison {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Comparison {
    /// Every comparison, by number.
    pub const ALL: [Comparison; 6] =
        [Comparison::Lt, Comparison::Le, Comparison::Eq, Comparison::Ne, Comparison::Gt, Comparison::Ge];

    /// As written between its operands.
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The fused instruction that jumps when the comparison's truth is `sense`.
    pub fn jump(self, sense: bool, immediate: bool) -> Op {
        let first = match (sense, immediate) {
            (true, false) => Op::JUMP_IF_LT,
            (false, false) => Op::JUMP_IF_NOT_LT,
            (true, true) => Op::JUMP_IF_LT_IMM,
            (false, true) => Op::JUMP_IF_NOT_LT_IMM,
        };
        Op::ALL[first as usize + self as usize]
    }
}
