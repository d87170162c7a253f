//! The tables of binary operators and comparisons.

macro_rules! operators {
    ($($name:ident = $arg:literal, $symbol:literal, $dunder:literal;)*) => {
        /// A binary operator; the discriminant is `BINARY_OP`'s argument (its in-place form is 13 higher).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Operator { $($name = $arg,)* }

        impl Operator {
            /// Every operator, in the order of `BINARY_OP`'s argument.
            pub const ALL: [Operator; 13] = [$(Operator::$name,)*];

            /// As written between its operands: `+`.
            pub fn symbol(self) -> &'static str {
                match self { $(Operator::$name => $symbol,)* }
            }

            /// The middle of its special methods: `add` of `__add__`, `__radd__`, `__iadd__`.
            pub fn method_stem(self) -> &'static str {
                match self { $(Operator::$name => $dunder,)* }
            }

            /// The name of its node in the tree: `Add`.
            pub fn name(self) -> &'static str {
                match self { $(Operator::$name => stringify!($name),)* }
            }
        }
    };
}

operators! {
    Add = 0, "+", "add";
    BitAnd = 1, "&", "and";
    FloorDiv = 2, "//", "floordiv";
    LShift = 3, "<<", "lshift";
    MatMult = 4, "@", "matmul";
    Mult = 5, "*", "mul";
    Mod = 6, "%", "mod";
    BitOr = 7, "|", "or";
    Pow = 8, "**", "pow";
    RShift = 9, ">>", "rshift";
    Sub = 10, "-", "sub";
    Div = 11, "/", "truediv";
    BitXor = 12, "^", "xor";
}

macro_rules! comparisons {
    ($($name:ident = $arg:literal, $symbol:literal, $dunder:literal;)*) => {
        /// A comparison that objects answer by a method; the discriminant is `COMPARE_OP`'s argument.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Comparison { $($name = $arg,)* }

        impl Comparison {
            /// Every comparison, in the order of `COMPARE_OP`'s argument.
            pub const ALL: [Comparison; 6] = [$(Comparison::$name,)*];

            /// As written between its operands: `<=`.
            pub fn symbol(self) -> &'static str {
                match self { $(Comparison::$name => $symbol,)* }
            }

            /// The middle of its special method: `le` of `__le__`.
            pub fn method_stem(self) -> &'static str {
                match self { $(Comparison::$name => $dunder,)* }
            }
        }
    };
}

comparisons! {
    Lt = 0, "<", "lt";
    Le = 1, "<=", "le";
    Eq = 2, "==", "eq";
    Ne = 3, "!=", "ne";
    Gt = 4, ">", "gt";
    Ge = 5, ">=", "ge";
}
