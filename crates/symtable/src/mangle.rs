//! Private names of classes.

use hognose_primitives::bug;
use std::borrow::Cow;

/// What `name` is called inside a class called `private`: `__x` in `class _C` is `_C__x`.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `_Py_Mangle`.
pub fn mangle<'n>(private: Option<&str>, name: &'n str) -> Cow<'n, str> {
    let Some(class) =
        private.map(|class| bug!("mangled-class-keeps-underscores", class.trim_start_matches('_'), class))
    else {
        return Cow::Borrowed(name);
    };
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("_{class}{name}"))
}

#[cfg(test)]
mod tests {
    use super::mangle;

    #[test]
    fn mangles_as_cpython_does() {
        let cases = [
            (Some("C"), "__x", "_C__x"),
            (Some("__C"), "__x", "_C__x"),
            (Some("__"), "__x", "__x"),
            (Some("C"), "__x__", "__x__"),
            (Some("C"), "__x_", "_C__x_"),
            (Some("C"), "___", "___"),
            (Some("C"), "_x", "_x"),
            (Some("C"), "__a.b", "__a.b"),
            (None, "__x", "__x"),
        ];
        for (private, name, expected) in cases {
            assert_eq!(mangle(private, name), expected, "{name} in {private:?}");
        }
    }
}
