//! Binding the arguments of a call to the parameters of a Python function.

use crate::Result;
use crate::object::dict::{self, DictBody};
use crate::object::function::FunctionBody;
use crate::object::str::{self, StrBody};
use crate::object::tuple;
use crate::ops::Args;
use crate::thread::Thread;
use crate::value::{Object, Raised, Value};
use hognose_bytecode::flags;

/// The parameters of a function in slot order.
struct Parameters<'a> {
    names: &'a [Value],
    positional_only: usize,
    positional: usize,
    keyword_only: usize,
    star: bool,
    double_star: bool,
}

impl Parameters<'_> {
    fn named(&self) -> usize {
        self.positional + self.keyword_only
    }
}

/// Fills the locals of a new frame, all unbound before, with the arguments of a call, defaults included.
///
/// # Errors
/// TypeError, in CPython's words.
pub fn bind(
    thread: &mut Thread,
    function: &Object<FunctionBody>,
    args: Args<'_>,
    locals: &mut [Option<Value>],
) -> Result<()> {
    let code = function.code();
    let source = &code.source;
    let parameters = Parameters {
        names: &code.localsplusnames,
        positional_only: source.posonlyargcount as usize,
        positional: source.argcount as usize,
        keyword_only: source.kwonlyargcount as usize,
        star: source.flags & flags::VARARGS != 0,
        double_star: source.flags & flags::VARKEYWORDS != 0,
    };
    let positionals = args.positionals();
    let given = positionals.len();
    let direct = given.min(parameters.positional);
    let mut next = parameters.named();
    for (local, value) in locals.iter_mut().zip(&positionals[..direct]) {
        *local = Some(value.clone());
    }
    if parameters.star {
        locals[next] = Some(tuple::new(thread, positionals[direct..].to_vec()));
        next += 1;
    }
    let extra = parameters.double_star.then(|| dict::new(thread));
    if let Some(extra) = &extra {
        locals[next] = Some(extra.clone());
    }
    if !args.names.is_empty() {
        bind_keywords(thread, function, &parameters, args, locals, extra.as_ref())?;
    }
    if given > parameters.positional && !parameters.star {
        return Err(too_many(thread, function, &parameters, given, locals));
    }
    fill_defaults(thread, function, &parameters, given, locals)
}

fn bind_keywords(
    thread: &mut Thread,
    function: &Object<FunctionBody>,
    parameters: &Parameters<'_>,
    args: Args<'_>,
    locals: &mut [Option<Value>],
    extra: Option<&Value>,
) -> Result<()> {
    let names = &parameters.names[..parameters.named()];
    for (name, value) in args.keywords() {
        if !name.is_a::<StrBody>() {
            let message = format!("{}() keywords must be strings", qualname(function));
            return Err(thread.type_error(&message));
        }
        let from = parameters.positional_only;
        let found = names[from..].iter().position(|own| own.is(name));
        let found = found.or_else(|| names[from..].iter().position(|own| str::equal(own, name)));
        match found {
            Some(index) => {
                let local = &mut locals[from + index];
                if local.is_some() {
                    let message =
                        format!("{}() got multiple values for argument '{}'", qualname(function), str::to_string(name));
                    return Err(thread.type_error(&message));
                }
                *local = Some(value.clone());
            }
            None => match extra {
                Some(extra) => drop(extra.cast::<DictBody>().set_str(thread, &plain_name(thread, name), value.clone())),
                None => return Err(unexpected_keyword(thread, function, parameters, args, name)),
            },
        }
    }
    Ok(())
}

/// An exact str for a keyword's name.
fn plain_name(thread: &Thread, name: &Value) -> Value {
    if name.is_exact::<StrBody>() { name.clone() } else { str::new(thread, &str::to_string(name)) }
}

#[cold]
fn unexpected_keyword(
    thread: &mut Thread,
    function: &Object<FunctionBody>,
    parameters: &Parameters<'_>,
    args: Args<'_>,
    name: &Value,
) -> Raised {
    let positional_only: Vec<String> = parameters.names[..parameters.positional_only]
        .iter()
        .filter(|own| args.names.iter().any(|name| str::equal(own, name)))
        .map(str::to_string)
        .collect();
    let message = if positional_only.is_empty() {
        format!("{}() got an unexpected keyword argument '{}'", qualname(function), str::to_string(name))
    } else {
        format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            qualname(function),
            positional_only.join(", ")
        )
    };
    thread.type_error(&message)
}

#[cold]
fn too_many(
    thread: &mut Thread,
    function: &Object<FunctionBody>,
    parameters: &Parameters<'_>,
    given: usize,
    locals: &[Option<Value>],
) -> Raised {
    let defaults = function.defaults.get();
    let default_count = tuple::items(&defaults).map_or(0, <[Value]>::len);
    let most = parameters.positional;
    let keyword_only_given =
        locals[parameters.positional..parameters.named()].iter().filter(|local| local.is_some()).count();
    let (takes, plural) = match default_count {
        0 => (most.to_string(), most != 1),
        count => (format!("from {} to {most}", most - count), true),
    };
    let and = match keyword_only_given {
        0 => String::new(),
        count => format!(
            " positional argument{} (and {count} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if count == 1 { "" } else { "s" }
        ),
    };
    let message = format!(
        "{}() takes {takes} positional argument{} but {given}{and} {} given",
        qualname(function),
        if plural { "s" } else { "" },
        if given == 1 && keyword_only_given == 0 { "was" } else { "were" }
    );
    thread.type_error(&message)
}

fn fill_defaults(
    thread: &mut Thread,
    function: &Object<FunctionBody>,
    parameters: &Parameters<'_>,
    given: usize,
    locals: &mut [Option<Value>],
) -> Result<()> {
    if given < parameters.positional {
        let defaults = function.defaults.get();
        let defaults = tuple::items(&defaults).unwrap_or_default();
        let first = parameters.positional.saturating_sub(defaults.len());
        if locals[given..first.max(given)].iter().any(Option::is_none) {
            let missing: Vec<usize> = (given..first).filter(|&index| locals[index].is_none()).collect();
            return Err(missing_arguments(thread, function, parameters, "positional", &missing));
        }
        let skipped = defaults.len().saturating_sub(parameters.positional);
        for index in given.max(first)..parameters.positional {
            if locals[index].is_none() {
                locals[index] = Some(defaults[skipped + index - first].clone());
            }
        }
    }
    if parameters.keyword_only > 0 {
        let defaults = function.kwdefaults.get();
        let mut missing = Vec::new();
        let keyword_only = parameters.positional..parameters.named();
        let names = parameters.names[keyword_only.clone()].iter();
        for ((local, name), index) in locals[keyword_only.clone()].iter_mut().zip(names).zip(keyword_only) {
            if local.is_some() {
                continue;
            }
            let default = defaults.downcast::<DictBody>().and_then(|dict| dict.get_str(thread, name));
            match default {
                Some(default) => *local = Some(default),
                None => missing.push(index),
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(thread, function, parameters, "keyword-only", &missing));
        }
    }
    Ok(())
}

#[cold]
fn missing_arguments(
    thread: &mut Thread,
    function: &Object<FunctionBody>,
    parameters: &Parameters<'_>,
    kind: &str,
    missing: &[usize],
) -> Raised {
    let quoted: Vec<String> =
        missing.iter().map(|&index| format!("'{}'", str::to_string(&parameters.names[index]))).collect();
    let list = match quoted.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let message = format!(
        "{}() missing {} required {kind} argument{}: {list}",
        qualname(function),
        missing.len(),
        if missing.len() == 1 { "" } else { "s" }
    );
    thread.type_error(&message)
}

fn qualname(function: &Object<FunctionBody>) -> String {
    str::to_string(&function.qualname.get())
}
