//! The standard streams: methods, attributes and slots.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::list;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str::{self, Chars, StrBody};
use crate::object::stream::StreamBody;
use crate::object::table::TypeTable;
use crate::ops::{Args, iterate};
use crate::thread::Thread;
use crate::value::{Object, Value};

/// Bytes that wait before they are passed on, as CPython's buffer.
const BUFFER: usize = 8192;

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<StreamBody>().body(thread);
        let text = format!("<_io.TextIOWrapper name='{}' mode='{}' encoding='utf-8'>", body.name, body.mode);
        Ok(str::from_string(thread, text))
    }));
    slots.iter.set(Some(|_, value| Ok(value.clone())));
    slots.next.set(Some(|thread, value| {
        let line = read_line(thread, value.cast::<StreamBody>())?;
        if str::chars(&line).is_some_and(|chars| chars.is_empty()) { Ok(Value::exhausted()) } else { Ok(line) }
    }));
}

/// Writes text to a stream.
///
/// # Errors
/// OSError, UnicodeEncodeError for surrogates where they are refused.
pub fn write_text(thread: &mut Thread, stream: &Object<StreamBody>, text: &Value) -> Result<()> {
    let Some(chars) = str::chars(text) else {
        let message = format!("write() argument must be str, not {}", thread.type_name(text));
        return Err(thread.type_error(&message));
    };
    if stream.body(thread).mode != "w" {
        return Err(thread.raise(ExceptionKind::OSError, "not writable"));
    }
    let mut encoded = Vec::new();
    match chars {
        Chars::Ascii(bytes) => encoded.extend_from_slice(bytes),
        _ => {
            let escape = stream.body(thread).errors == "backslashreplace";
            for (position, point) in chars.iter().enumerate() {
                match char::from_u32(point) {
                    Some(_) => str::push_wtf8(&mut encoded, point),
                    None if escape => encoded.extend_from_slice(format!("\\u{point:04x}").as_bytes()),
                    None => {
                        let message = format!(
                            "'utf-8' codec can't encode character '\\u{point:04x}' in position {position}: surrogates not allowed"
                        );
                        return Err(thread.raise(ExceptionKind::UnicodeEncodeError, &message));
                    }
                }
            }
        }
    }
    let body = stream.body_mut(thread);
    let has_line = body.line_buffering && encoded.contains(&b'\n');
    body.buffer.extend_from_slice(&encoded);
    if has_line || body.buffer.len() > BUFFER {
        flush_stream(thread, stream)?;
    }
    Ok(())
}

/// Passes on what a stream holds back.
///
/// # Errors
/// OSError.
pub fn flush_stream(thread: &mut Thread, stream: &Object<StreamBody>) -> Result<()> {
    let body = stream.body_mut(thread);
    if body.mode != "w" {
        return Ok(());
    }
    let (descriptor, buffer) = (body.descriptor, std::mem::take(&mut body.buffer));
    let mut rest = &buffer[..];
    while !rest.is_empty() {
        let written = thread.host().borrow_mut().write(descriptor, rest);
        match written {
            Ok(count) => rest = &rest[count.min(rest.len())..],
            Err(error) if error.0 == libc::EINTR => {}
            Err(error) => return Err(thread.raise_os_error(error)),
        }
    }
    Ok(())
}

fn write(thread: &mut Thread, stream: &Value, text: &Value) -> Result {
    write_text(thread, stream.cast::<StreamBody>(), text)?;
    let len = str::chars(text).map_or(0, |chars| chars.len());
    Ok(crate::object::int::from_usize(thread, len))
}

fn write_lines(thread: &mut Thread, stream: &Value, lines: &Value) -> Result {
    for line in iterate::collect(thread, lines)? {
        write_text(thread, stream.cast::<StreamBody>(), &line)?;
    }
    Ok(Value::none())
}

fn flush(thread: &mut Thread, stream: &Value) -> Result {
    flush_stream(thread, stream.cast::<StreamBody>())?;
    Ok(Value::none())
}

fn isatty(thread: &mut Thread, stream: &Value) -> Result {
    let descriptor = stream.cast::<StreamBody>().body(thread).descriptor;
    let answer = thread.host().borrow_mut().isatty(descriptor);
    Ok(Value::bool(answer))
}

fn fileno(thread: &mut Thread, stream: &Value) -> Result {
    let descriptor = stream.cast::<StreamBody>().body(thread).descriptor;
    Ok(Value::small_int(i64::from(descriptor)))
}

/// Reads more into the buffer; false at the end.
fn read_more(thread: &mut Thread, stream: &Object<StreamBody>) -> Result<bool> {
    let descriptor = stream.body(thread).descriptor;
    let mut chunk = [0; BUFFER];
    let read = thread.host().borrow_mut().read(descriptor, &mut chunk);
    match read {
        Ok(0) => Ok(false),
        Ok(count) => {
            stream.body_mut(thread).buffer.extend_from_slice(&chunk[..count]);
            Ok(true)
        }
        Err(error) => Err(thread.raise_os_error(error)),
    }
}

/// A line of a stream with its newline; empty at the end.
///
/// # Errors
/// OSError.
pub fn read_line(thread: &mut Thread, stream: &Object<StreamBody>) -> Result {
    loop {
        let body = stream.body_mut(thread);
        if let Some(end) = body.buffer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = body.buffer.drain(..=end).collect();
            return Ok(str::new(thread, &String::from_utf8_lossy(&line)));
        }
        if !read_more(thread, stream)? {
            let rest = std::mem::take(&mut stream.body_mut(thread).buffer);
            return Ok(str::new(thread, &String::from_utf8_lossy(&rest)));
        }
    }
}

fn readline(thread: &mut Thread, stream: &Value) -> Result {
    read_line(thread, stream.cast::<StreamBody>())
}

fn read(thread: &mut Thread, stream: &Value, _: Args<'_>) -> Result {
    let stream = stream.cast::<StreamBody>();
    while read_more(thread, stream)? {}
    let all = std::mem::take(&mut stream.body_mut(thread).buffer);
    Ok(str::new(thread, &String::from_utf8_lossy(&all)))
}

fn readlines(thread: &mut Thread, stream: &Value) -> Result {
    let mut lines = Vec::new();
    loop {
        let line = readline(thread, stream)?;
        if !line.is_a::<StrBody>() || str::chars(&line).is_some_and(|chars| chars.is_empty()) {
            return Ok(list::new(thread, lines));
        }
        lines.push(line);
    }
}

fn name(thread: &mut Thread, stream: &Value) -> Result {
    let name = stream.cast::<StreamBody>().body(thread).name;
    Ok(str::new(thread, name))
}

fn mode(thread: &mut Thread, stream: &Value) -> Result {
    let mode = stream.cast::<StreamBody>().body(thread).mode;
    Ok(str::new(thread, mode))
}

fn encoding(thread: &mut Thread, _: &Value) -> Result {
    Ok(str::new(thread, "utf-8"))
}

fn errors(thread: &mut Thread, stream: &Value) -> Result {
    let errors = stream.cast::<StreamBody>().body(thread).errors;
    Ok(str::new(thread, errors))
}

fn closed(_: &mut Thread, _: &Value) -> Result {
    Ok(Value::false_())
}

fn line_buffering(thread: &mut Thread, stream: &Value) -> Result {
    Ok(Value::bool(stream.cast::<StreamBody>().body(thread).line_buffering))
}

/// What a standard stream can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::one_arg("write", write, "($self, text, /)"),
        NativeRow::one_arg("writelines", write_lines, "($self, lines, /)"),
        NativeRow::no_args("flush", flush, "($self, /)"),
        NativeRow::no_args("isatty", isatty, "($self, /)"),
        NativeRow::no_args("fileno", fileno, "($self, /)"),
        NativeRow::no_args("readline", readline, "($self, size=-1, /)"),
        NativeRow::no_args("readlines", readlines, "($self, hint=-1, /)"),
        NativeRow::args("read", read, "($self, size=-1, /)"),
    ],
    getsets: &[
        GetSetRow { name: "name", get: name, set: None },
        GetSetRow { name: "mode", get: mode, set: None },
        GetSetRow { name: "encoding", get: encoding, set: None },
        GetSetRow { name: "errors", get: errors, set: None },
        GetSetRow { name: "closed", get: closed, set: None },
        GetSetRow { name: "line_buffering", get: line_buffering, set: None },
    ],
    fill,
    doc: "",
};
