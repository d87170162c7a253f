//! The tokens: one ASCII code each, so that a program's tokens are a string that pest can parse.

macro_rules! codes {
    ($($name:ident = $code:literal, $text:literal;)*) => {
        /// Codes of tokens. Classes are contiguous: leaves first, then what else begins an operand, prefix operators,
        /// infix operators (`+` and `-` are both), augmented assignments.
        #[allow(missing_docs)]
        pub mod code {
            $(pub const $name: u8 = $code;)*
            /// A character that no rule takes: `$`, `?`, `!`, a backquote, and `<>`.
            pub const UNKNOWN: u8 = b' ';
        }

        /// What Python's module `tokenize` calls a token when asked for exact kinds.
        pub(crate) fn exact_name(token: u8) -> &'static str {
            match token {
                $($code if $text.is_empty() || !$text.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                    stringify!($name)
                })*
                code::UNKNOWN => "ERRORTOKEN",
                _ => "NAME",
            }
        }

        /// How a token with only one spelling is written; empty for the others.
        pub(crate) fn spelling(token: u8) -> &'static str {
            match token {
                $($code => $text,)*
                _ => "",
            }
        }
    };
}

codes! {
    NAME = b'!', "";
    NUMBER = b'"', "";
    TRUE = b'#', "True";
    FALSE = b'$', "False";
    NONE = b'%', "None";
    ELLIPSIS = b'&', "...";
    MATCH = b'\'', "match";
    CASE = b'(', "case";
    STRING = b')', "";
    LPAR = b'*', "(";
    LSQB = b'+', "[";
    LBRACE = b',', "{";
    AWAIT = b'-', "await";
    NOT = b'.', "not";
    TILDE = b'/', "~";
    PLUS = b'0', "+";
    MINUS = b'1', "-";
    STAR = b'2', "*";
    SLASH = b'3', "/";
    PERCENT = b'4', "%";
    AT = b'5', "@";
    DOUBLESLASH = b'6', "//";
    DOUBLESTAR = b'7', "**";
    LEFTSHIFT = b'8', "<<";
    RIGHTSHIFT = b'9', ">>";
    AMPER = b':', "&";
    VBAR = b';', "|";
    CIRCUMFLEX = b'<', "^";
    LESS = b'=', "<";
    GREATER = b'>', ">";
    LESSEQUAL = b'?', "<=";
    GREATEREQUAL = b'@', ">=";
    EQEQUAL = b'A', "==";
    NOTEQUAL = b'B', "!=";
    IN = b'C', "in";
    NOT_IN = b'D', "not in";
    IS = b'E', "is";
    IS_NOT = b'F', "is not";
    AND = b'G', "and";
    OR = b'H', "or";
    PLUSEQUAL = b'I', "+=";
    MINEQUAL = b'J', "-=";
    STAREQUAL = b'K', "*=";
    SLASHEQUAL = b'L', "/=";
    PERCENTEQUAL = b'M', "%=";
    ATEQUAL = b'N', "@=";
    DOUBLESLASHEQUAL = b'O', "//=";
    DOUBLESTAREQUAL = b'P', "**=";
    LEFTSHIFTEQUAL = b'Q', "<<=";
    RIGHTSHIFTEQUAL = b'R', ">>=";
    AMPEREQUAL = b'S', "&=";
    VBAREQUAL = b'T', "|=";
    CIRCUMFLEXEQUAL = b'U', "^=";
    NEWLINE = b'V', "";
    INDENT = b'W', "";
    DEDENT = b'X', "";
    ENDMARKER = b'Y', "";
    RPAR = b'Z', ")";
    RSQB = b'[', "]";
    TYPE_COMMENT = b'\\', "";
    RBRACE = b']', "}";
    COMMA = b'^', ",";
    COLON = b'_', ":";
    SEMI = b'`', ";";
    EQUAL = b'a', "=";
    DOT = b'b', ".";
    COLONEQUAL = b'c', ":=";
    RARROW = b'd', "->";
    AS = b'e', "as";
    ASSERT = b'f', "assert";
    ASYNC = b'g', "async";
    BREAK = b'h', "break";
    CLASS = b'i', "class";
    CONTINUE = b'j', "continue";
    DEF = b'k', "def";
    DEL = b'l', "del";
    ELIF = b'm', "elif";
    ELSE = b'n', "else";
    EXCEPT = b'o', "except";
    FINALLY = b'p', "finally";
    FOR = b'q', "for";
    FROM = b'r', "from";
    GLOBAL = b's', "global";
    IF = b't', "if";
    IMPORT = b'u', "import";
    LAMBDA = b'v', "lambda";
    NONLOCAL = b'w', "nonlocal";
    PASS = b'x', "pass";
    RAISE = b'y', "raise";
    RETURN = b'z', "return";
    TRY = b'{', "try";
    WHILE = b'|', "while";
    WITH = b'}', "with";
    YIELD = b'~', "yield";
}

/// Where a token stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// First byte in the source.
    pub start: u32,
    /// The byte behind its last.
    pub end: u32,
    /// The line of its first byte, from 1.
    pub line: u32,
}
