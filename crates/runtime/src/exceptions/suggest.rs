//! "Did you mean": names near the one that was not found.

use crate::exceptions::ExceptionKind;
use crate::object::dict::DictBody;
use crate::object::exception::ExceptionBody;
use crate::object::list::ListBody;
use crate::object::str::{self, StrBody};
use crate::object::traceback::TracebackBody;
use crate::ops::{Args, call};
use crate::thread::Thread;
use crate::value::Value;

const MOST_CANDIDATES: usize = 750;
const LONGEST: usize = 40;
const MOVE: usize = 2;
const CASE: usize = 1;

/// The name that CPython would suggest for a NameError or AttributeError.
pub(crate) fn suggestion(thread: &mut Thread, exception: &Value) -> Option<String> {
    let body = exception.cast::<ExceptionBody>();
    if thread.is_exception(exception, ExceptionKind::AttributeError) {
        let name = body.attribute(ExceptionKind::AttributeError, "name").filter(|name| name.is_a::<StrBody>())?;
        let object = body.attribute(ExceptionKind::AttributeError, "obj")?;
        let names = directory(thread, &object)?;
        return nearest(&str::to_string(&name), &names);
    }
    if thread.is_exception(exception, ExceptionKind::NameError) {
        let name = body.attribute(ExceptionKind::NameError, "name").filter(|name| name.is_a::<StrBody>())?;
        let name = str::to_string(&name);
        let mut entry = body.traceback.get();
        loop {
            let next = entry.downcast::<TracebackBody>()?.next.get();
            if next.is_none() {
                break;
            }
            entry = next;
        }
        let frame = thread.frame_behind(&entry.cast::<TracebackBody>().frame)?;
        let locals: Vec<String> = frame.code().source.varnames().map(|name| name.to_string_lossy()).collect();
        if let Some(found) = nearest(&name, &locals) {
            return Some(found);
        }
        for namespace in [frame.globals().clone(), frame.builtins().clone()] {
            let dict = namespace.cast::<DictBody>();
            let names: Vec<String> = dict
                .body(thread)
                .iter()
                .filter(|(key, _)| key.is_a::<StrBody>())
                .map(|(key, _)| str::to_string(key))
                .collect();
            if let Some(found) = nearest(&name, &names) {
                return Some(found);
            }
        }
    }
    None
}

/// `dir(object)`, sorted.
fn directory(thread: &mut Thread, object: &Value) -> Option<Vec<String>> {
    let name = thread.intern("__dir__");
    let names = thread.special_method(object, &name).and_then(|method| match method {
        Some(method) => call::call(thread, &method, Args::NONE).map(Some),
        None => Ok(None),
    });
    let names = match names {
        Ok(names) => names?,
        Err(_) => {
            drop(thread.take_raised());
            return None;
        }
    };
    let mut names: Vec<String> = names.downcast::<ListBody>()?.items(thread).iter().map(str::to_string).collect();
    names.sort();
    Some(names)
}

fn nearest(name: &str, candidates: &[String]) -> Option<String> {
    if candidates.len() >= MOST_CANDIDATES {
        return None;
    }
    let mut best: Option<(usize, &String)> = None;
    for candidate in candidates.iter().filter(|candidate| *candidate != name) {
        let limit = (name.len() + candidate.len() + 3) * MOVE / 6;
        let limit = match best {
            Some((distance, _)) => limit.min(distance.saturating_sub(1)),
            None => limit,
        };
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes()).filter(|&distance| distance <= limit)
            && best.is_none_or(|(known, _)| distance < known)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name.clone())
}

/// The cost of turning one name into another; `None` when one is too long.
fn distance(left: &[u8], right: &[u8]) -> Option<usize> {
    let prefix = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let (left, right) = (&left[prefix..], &right[prefix..]);
    let suffix = left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
    let (left, right) = (&left[..left.len() - suffix], &right[..right.len() - suffix]);
    if left.is_empty() || right.is_empty() {
        return Some((left.len() + right.len()) * MOVE);
    }
    if left.len() > LONGEST || right.len() > LONGEST {
        return None;
    }
    let mut row: Vec<usize> = (0..=right.len()).map(|count| count * MOVE).collect();
    for (index, &a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (index + 1) * MOVE;
        for (column, &b) in right.iter().enumerate() {
            let substitute = diagonal + substitution(a, b);
            diagonal = row[column + 1];
            row[column + 1] = substitute.min(row[column] + MOVE).min(row[column + 1] + MOVE);
        }
    }
    row.last().copied()
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}
