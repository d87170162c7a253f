//! How exceptions are shown: CPython 3.11's text, to the byte.

use crate::exceptions::ExceptionKind;
use crate::exceptions::{location, suggest};
use crate::object::exception::ExceptionBody;
use crate::object::list::ListBody;
use crate::object::str::{self, StrBody};
use crate::object::traceback::TracebackBody;
use crate::object::tuple;
use crate::ops::{attribute, repr};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::bug;

/// Entries of one place that are shown before the rest is only counted.
const REPEATED_SHOWN: usize = 3;
/// Entries of a traceback that are shown, the last ones.
const MOST_ENTRIES: usize = 1000;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

impl Thread {
    /// The text that CPython prints for an uncaught exception: its chain, tracebacks, message and notes.
    pub fn exception_text(&mut self, exception: &Value) -> String {
        // What is shown first is at the end of the chain.
        let mut chain: Vec<(Value, &'static str)> = Vec::new();
        let mut seen: Vec<Value> = vec![exception.clone()];
        let mut link = exception.clone();
        loop {
            let body = link.cast::<ExceptionBody>();
            let (cause, context) = (body.cause.get(), body.context.get());
            let next = if !cause.is_none() {
                Some((cause, CAUSE))
            } else if !context.is_none() && !body.suppress_context.get() {
                Some((context, CONTEXT))
            } else {
                None
            };
            match next {
                Some((next, words)) if !seen.iter().any(|known| known.is(&next)) => {
                    seen.push(next.clone());
                    chain.push((link, words));
                    link = next;
                }
                _ => break,
            }
        }
        let mut text = String::new();
        self.write_exception(&mut text, &link);
        while let Some((exception, words)) = chain.pop() {
            text.push_str(words);
            self.write_exception(&mut text, &exception);
        }
        text
    }

    fn write_exception(&mut self, text: &mut String, exception: &Value) {
        let traceback = exception.cast::<ExceptionBody>().traceback.get();
        if !traceback.is_none() {
            self.write_traceback(text, &traceback);
        }
        let is_syntax_error = self.is_exception(exception, ExceptionKind::SyntaxError);
        if is_syntax_error {
            location::write_syntax_place(self, text, exception);
        }
        let ty = self.type_ref(exception);
        let module = self.names().__module__.clone();
        if let Some(module) = ty.namespace().get_str(self, &module)
            && module.is_a::<StrBody>()
            && !str::is(&module, "builtins")
            && !str::is(&module, "__main__")
        {
            text.push_str(&str::to_string(&module));
            text.push('.');
        }
        text.push_str(&str::to_string(&ty.qualname.get()));
        let message = if is_syntax_error {
            let message = exception.cast::<ExceptionBody>().attribute(ExceptionKind::SyntaxError, "msg");
            self.shown(&message.unwrap_or_else(Value::none))
        } else {
            self.shown(exception)
        };
        match message {
            Some(message) if message.is_empty() => {}
            Some(message) => {
                text.push_str(": ");
                text.push_str(&message);
            }
            None => text.push_str(": <exception str() failed>"),
        }
        if let Some(suggestion) = suggest::suggestion(self, exception) {
            text.push_str(&format!(". Did you mean: '{suggestion}'?"));
        }
        text.push('\n');
        self.write_notes(text, exception);
    }

    /// `str(value)`; `None` when it raises.
    fn shown(&mut self, value: &Value) -> Option<String> {
        match repr::str(self, value) {
            Ok(text) => Some(str::to_string(&text)),
            Err(_) => {
                drop(self.take_raised());
                None
            }
        }
    }

    fn write_notes(&mut self, text: &mut String, exception: &Value) {
        let name = self.names().__notes__.clone();
        let notes = match attribute::getattr_optional(self, exception, &name) {
            Ok(Some(notes)) => notes,
            Ok(None) => return,
            Err(_) => {
                drop(self.take_raised());
                return;
            }
        };
        let items = match notes.downcast::<ListBody>() {
            Some(list) => list.items(self).to_vec(),
            None => match tuple::items(&notes) {
                Some(items) => items.to_vec(),
                None => {
                    if let Ok(shown) = repr::repr(self, &notes) {
                        text.push_str(&str::to_string(&shown));
                        text.push('\n');
                    } else {
                        drop(self.take_raised());
                    }
                    return;
                }
            },
        };
        for note in items {
            let shown = self.shown(&note).unwrap_or_else(|| "<note str() failed>".to_owned());
            text.push_str(&shown);
            text.push('\n');
        }
    }

    /// `Traceback (most recent call last):` and its entries.
    pub fn write_traceback(&mut self, text: &mut String, traceback: &Value) {
        text.push_str("Traceback (most recent call last):\n");
        let mut entries = Vec::new();
        let mut link = traceback.clone();
        while link.is_a::<TracebackBody>() {
            let next = link.cast::<TracebackBody>().next.get();
            entries.push(link);
            link = next;
        }
        let skipped = entries.len().saturating_sub(MOST_ENTRIES);
        let mut last: Option<(Value, i32, Value)> = None;
        let mut count = 0;
        for entry in entries.into_iter().skip(skipped) {
            let body = entry.cast::<TracebackBody>();
            let Some(frame) = self.frame_behind(&body.frame) else { continue };
            let code = frame.code().to_ref();
            let place = (code.filename.clone(), body.line, code.name.clone());
            let same = last.as_ref().is_some_and(|(file, line, name)| {
                str::equal(file, &place.0) && *line == place.1 && str::equal(name, &place.2)
            });
            if !same {
                write_repeated(text, count);
                last = Some(place.clone());
                count = 0;
            }
            count += 1;
            if count <= bug!("traceback-shows-one-repeat-less", REPEATED_SHOWN, REPEATED_SHOWN - 1) {
                let (file, line, name) = place;
                let file = str::to_string(&file);
                text.push_str(&format!("  File \"{file}\", line {line}, in {}\n", str::to_string(&name)));
                let unit = (body.lasti / 2).max(0) as u32;
                location::write_source(self, text, &file, line, code.location(unit));
            }
        }
        write_repeated(text, count);
    }

    /// Shows the raised exception, which nobody can receive: `Exception ignored in: ...`.
    pub fn write_unraisable(&mut self, place: &Value) {
        let exception = self.take_raised();
        let mut text = String::from("Exception ignored in: ");
        match repr::repr(self, place) {
            Ok(shown) => text.push_str(&str::to_string(&shown)),
            Err(_) => {
                drop(self.take_raised());
                text.push_str("<object repr() failed>");
            }
        }
        text.push('\n');
        let traceback = exception.cast::<ExceptionBody>().traceback.get();
        if !traceback.is_none() {
            self.write_traceback(&mut text, &traceback);
        }
        let ty = self.type_ref(&exception);
        let module = self.names().__module__.clone();
        if let Some(module) = ty.namespace().get_str(self, &module)
            && module.is_a::<StrBody>()
            && !str::is(&module, "builtins")
            && !str::is(&module, "__main__")
        {
            text.push_str(&str::to_string(&module));
            text.push('.');
        }
        text.push_str(&str::to_string(&ty.qualname.get()));
        match self.shown(&exception) {
            Some(message) if message.is_empty() => {}
            Some(message) => text.push_str(&format!(": {message}")),
            None => text.push_str(": <exception str() failed>"),
        }
        text.push('\n');
        self.write_error(&text);
    }
}

fn write_repeated(text: &mut String, count: usize) {
    if count > REPEATED_SHOWN {
        let more = count - REPEATED_SHOWN;
        let plural = if more > 1 { "s" } else { "" };
        text.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
    }
}
