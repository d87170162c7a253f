//! The arguments of native functions, checked in CPython's words.

use crate::Result;
use crate::object::str;
use crate::ops::Args;
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// The positional arguments of a function that takes no keywords, `least` to `most` of them.
///
/// `name` is the qualified name: `list.pop`.
///
/// # Errors
/// TypeError for another number, or for keyword arguments.
///
/// # Source
/// CPython 3.11, `Python/getargs.c`, `_PyArg_CheckPositional`.
pub fn positional<'a>(
    thread: &mut Thread,
    name: &str,
    args: Args<'a>,
    least: usize,
    most: usize,
) -> Result<&'a [Value]> {
    if !args.names.is_empty() {
        return Err(thread.type_error(&format!("{name}() takes no keyword arguments")));
    }
    check_count(thread, name, args.values.len(), least, most)?;
    Ok(args.values)
}

fn check_count(thread: &mut Thread, name: &str, given: usize, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let short = name.rsplit('.').next().unwrap_or(name);
    let (bound, wanted) = match (given < least, least == most) {
        (_, true) => ("", least),
        (true, _) => ("at least ", least),
        (false, _) => ("at most ", most),
    };
    let plural = if wanted == 1 { "" } else { "s" };
    Err(thread.type_error(&format!("{short} expected {bound}{wanted} argument{plural}, got {given}")))
}

/// The arguments of a function with named parameters, each by position or keyword; the first `positional_only` by
/// position only, the first `required` must be there. The result has one entry per parameter.
///
/// `name` is the name without its class: `sort`.
///
/// # Errors
/// TypeError for a missing, unknown or doubled argument, or too many.
///
/// # Source
/// CPython 3.11, `Python/getargs.c`, `_PyArg_UnpackKeywords`.
pub fn named<'a, const N: usize>(
    thread: &mut Thread,
    name: &str,
    args: Args<'a>,
    parameters: [&str; N],
    positional: usize,
    positional_only: usize,
    required: usize,
) -> Result<[Option<&'a Value>; N]> {
    let mut found = [None; N];
    let positionals = args.positionals();
    if args.values.len() > N || positionals.len() > positional {
        return Err(too_many(thread, name, args, positional, N, required));
    }
    for (slot, value) in found.iter_mut().zip(positionals) {
        *slot = Some(value);
    }
    let place = |keyword: &Value| {
        let index = parameters.iter().position(|parameter| str::is(keyword, parameter));
        index.filter(|&index| index >= positional_only)
    };
    for (keyword, value) in args.keywords() {
        if let Some(index) = place(keyword)
            && found[index].is_none()
        {
            found[index] = Some(value);
        }
    }
    // A missing argument is noticed before a keyword too many.
    if let Some(index) = (0..required).find(|&index| found[index].is_none()) {
        if index >= positional_only {
            let message = format!("{name}() missing required argument '{}' (pos {})", parameters[index], index + 1);
            return Err(thread.type_error(&message));
        }
        let least = required.min(positional_only);
        let bound = if least == positional { "exactly" } else { "at least" };
        let plural = if least == 1 { "" } else { "s" };
        let given = positionals.len();
        let message = format!("{name}() takes {bound} {least} positional argument{plural} ({given} given)");
        return Err(thread.type_error(&message));
    }
    for (keyword, value) in args.keywords() {
        match place(keyword) {
            None => {
                let keyword = str::to_string(keyword);
                return Err(thread.type_error(&format!("'{keyword}' is an invalid keyword argument for {name}()")));
            }
            Some(index) if !found[index].is_some_and(|own| std::ptr::eq(own, value)) => {
                let message = format!(
                    "argument for {name}() given by name ('{}') and position ({})",
                    parameters[index],
                    index + 1
                );
                return Err(thread.type_error(&message));
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

/// As [`positional`], in the words of functions that parse their arguments by a format: `find() takes at least 1
/// argument (0 given)`.
///
/// # Errors
/// TypeError for another number, or for keyword arguments.
pub fn parsed<'a>(thread: &mut Thread, name: &str, args: Args<'a>, least: usize, most: usize) -> Result<&'a [Value]> {
    let given = args.values.len();
    if !args.names.is_empty() || (least..=most).contains(&given) {
        return positional(thread, name, args, least, most);
    }
    let short = name.rsplit('.').next().unwrap_or(name);
    let (bound, wanted) = if given < least { ("at least", least) } else { ("at most", most) };
    let plural = if wanted == 1 { "" } else { "s" };
    Err(thread.type_error(&format!("{short}() takes {bound} {wanted} argument{plural} ({given} given)")))
}

/// The type of an unfit argument as messages name it; None stands for itself.
pub fn shown_type(thread: &Thread, value: &Value) -> String {
    if value.is_none() { "None".to_owned() } else { thread.type_name(value) }
}

fn too_many(thread: &mut Thread, name: &str, args: Args<'_>, positional: usize, all: usize, required: usize) -> Raised {
    let given = args.values.len();
    let positionals = args.positionals().len();
    let (most, kind, given) = if given > all {
        (all, if args.names.is_empty() && positional > 0 { "" } else { "keyword " }, given)
    } else {
        (positional, "positional ", positionals)
    };
    let kind = if given > all && args.positionals().len() == given { "" } else { kind };
    if most == 0 {
        return thread.type_error(&format!("{name}() takes no {kind}arguments"));
    }
    let bound = if required < most { "at most" } else { "exactly" };
    let plural = if most == 1 { "" } else { "s" };
    thread.type_error(&format!("{name}() takes {bound} {most} {kind}argument{plural} ({given} given)"))
}
