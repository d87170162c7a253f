//! Source lines in tracebacks, and the carets below them.

use crate::exceptions::ExceptionKind;
use crate::frontend::{CompileMode, CompileOptions};
use crate::object::exception::ExceptionBody;
use crate::object::str;
use crate::thread::Thread;
use crate::value::Value;
use hognose_bytecode::Location;
use hognose_syntax::{ExprKind, Mod, StmtKind};

const INDENT: &str = "    ";

fn is_white(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\x0C')
}

impl Thread {
    /// A line of a source file, from 1, without its newline.
    pub(crate) fn source_line(&mut self, file: &str, line: i32) -> Option<String> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let text = match self.source_texts.borrow().get(file) {
            Some(text) => text.clone(),
            None => None,
        };
        let text = match text {
            Some(text) => text,
            None => {
                if file.starts_with('<') && file.ends_with('>') {
                    return None;
                }
                let bytes = self.host.borrow_mut().source(file)?;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let text: std::rc::Rc<str> = text.strip_prefix('\u{FEFF}').unwrap_or(&text).into();
                self.source_texts.borrow_mut().insert(file.to_owned(), Some(text.clone()));
                text
            }
        };
        let line = text.split('\n').nth(index)?;
        Some(line.strip_suffix('\r').unwrap_or(line).to_owned())
    }
}

/// The source line of a traceback entry, and carets below it where they tell something.
pub(crate) fn write_source(thread: &mut Thread, text: &mut String, file: &str, line: i32, place: Location) {
    let Some(source) = thread.source_line(file, line) else { return };
    let stripped = source.trim_start_matches(is_white);
    text.push_str(INDENT);
    text.push_str(stripped);
    text.push('\n');
    if place.line < 0 || place.end_line < 0 || place.column < 0 || place.end_column < 0 {
        return;
    }
    let characters: Vec<char> = source.chars().collect();
    let leading = characters.iter().take_while(|&&character| is_white(character)).count();
    let start = characters_before(&source, place.column as usize);
    let mut end = characters_before(&source, place.end_column as usize);
    let mut anchors = None;
    if place.line == place.end_line {
        anchors = find_anchors(thread, file, &characters, start, end);
    } else {
        end = characters.iter().rposition(|&character| !is_white(character)).map_or(0, |last| last + 1);
    }
    if end.wrapping_sub(start) == characters.len() - leading && anchors.is_none() {
        return;
    }
    text.push_str(INDENT);
    for position in leading..end {
        text.push(match anchors {
            _ if position < start => ' ',
            Some((left, right)) if (left..right).contains(&position) => '^',
            Some(_) => '~',
            None => '^',
        });
    }
    text.push('\n');
}

/// How many characters begin before a byte of the line.
fn characters_before(line: &str, byte: usize) -> usize {
    line.char_indices().take_while(|&(index, _)| index < byte).count()
}

/// The operator of a binary operation, or the brackets of a subscript, in characters of the line.
fn find_anchors(thread: &mut Thread, file: &str, line: &[char], start: usize, end: usize) -> Option<(usize, usize)> {
    let segment: String = line.get(start..end)?.iter().collect();
    let frontend = thread.frontend()?;
    let options = CompileOptions { filename: file.to_owned(), mode: CompileMode::Exec, flags: 0, optimize: 0 };
    let mut anchors: Option<(usize, usize)> = None;
    let mut visit = |tree: &Mod<'_>| {
        let Mod::Module { body: [statement], .. } = tree else { return };
        let StmtKind::Expr { value } = statement.kind else { return };
        anchors = match value.kind {
            ExprKind::BinOp { left, right, .. } => {
                let bytes = segment.as_bytes();
                let from = left.span.end.column_bytes.max(0) as usize;
                let to = (right.span.start.column_bytes.max(0) as usize).min(bytes.len());
                (from..to).find(|&index| !is_white(bytes[index] as char)).map(|index| {
                    let two = index + 1 < to && !is_white(bytes[index + 1] as char);
                    (index, index + 1 + usize::from(two))
                })
            }
            ExprKind::Subscript { value, slice, .. } => {
                Some((value.span.end.column_bytes.max(0) as usize, slice.span.end.column_bytes.max(0) as usize + 1))
            }
            _ => None,
        };
    };
    frontend.parse(segment.as_bytes(), &options, &mut visit).ok()?;
    let (left, right) = anchors?;
    Some((characters_before(&segment, left) + start, characters_before(&segment, right) + start))
}

/// File, line and text of a SyntaxError.
pub(crate) fn write_syntax_place(thread: &mut Thread, text: &mut String, exception: &Value) {
    let body = exception.cast::<ExceptionBody>();
    let get = |name| body.attribute(ExceptionKind::SyntaxError, name).filter(|value| !value.is_none());
    let number = |name| get(name).and_then(|value| value.as_small_int());
    let file = get("filename").map_or_else(|| "<string>".to_owned(), |file| str::to_string(&file));
    let Some(line) = number("lineno") else { return };
    text.push_str(&format!("  File \"{file}\", line {line}\n"));
    let source = match get("text") {
        Some(source) => str::to_string(&source),
        None => match thread.source_line(&file, line as i32) {
            Some(source) => source,
            None => return,
        },
    };
    let source = source.trim_end_matches('\n');
    let source = source.rsplit('\n').next().unwrap_or(source);
    let characters: Vec<char> = source.chars().collect();
    let leading = characters.iter().take_while(|&&character| is_white(character)).count();
    let shown: String = characters[leading..].iter().collect();
    text.push_str(&format!("{INDENT}{shown}\n"));
    let Some(offset) = number("offset").filter(|&offset| offset >= 1) else { return };
    let end = match number("end_offset") {
        Some(end) if end > 0 && number("end_lineno").is_none_or(|end_line| end_line == line) => end,
        Some(0) | None => offset,
        Some(-1) => offset,
        Some(_) => characters.len() as i64 + 1,
    };
    let end = if end <= offset { offset + 1 } else { end };
    let start = offset - 1 - leading as i64;
    if start < 0 {
        return;
    }
    let count = (end - offset).min(characters.len() as i64 + 1 - (offset - 1)).max(1);
    text.push_str(INDENT);
    for position in 0..start {
        let character = shown.chars().nth(position as usize).unwrap_or(' ');
        text.push(if is_white(character) { character } else { ' ' });
    }
    text.push_str(&"^".repeat(count as usize));
    text.push('\n');
}
