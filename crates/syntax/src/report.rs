//! How an uncaught SyntaxError prints.

use crate::{ErrorClass, SyntaxError};

impl SyntaxError {
    /// What CPython prints for this error when nothing catches it: file and line, the line's text, carets, class and
    /// message.
    ///
    /// `filename` is that of the rejected program, and `line_text` reads a line of it (from 1) where the error does
    /// not carry its text.
    ///
    /// # Source
    /// CPython 3.11, `Python/pythonrun.c`, `print_exception_file_and_line` and `print_error_text`.
    pub fn report(&self, filename: &str, line_text: impl FnOnce(i32) -> Option<String>) -> String {
        let mut out = String::new();
        if let Some([line, offset, end_line, end_offset]) = self.location
            && self.has_location_lines()
        {
            out.push_str(&format!("  File \"{filename}\", line {line}\n"));
            if let Some(text) = self.text.clone().or_else(|| line_text(line)) {
                let width = text.len() as i32;
                let end_offset = if end_line > line { width } else { end_offset }.min(width + 1);
                push_marked_line(&mut out, &text, offset, end_offset);
            }
        }
        out.push_str(self.class.name());
        if !self.message.is_empty() {
            out.push_str(": ");
            out.push_str(&self.message);
        }
        out.push('\n');
        out
    }

    fn has_location_lines(&self) -> bool {
        matches!(self.class, ErrorClass::SyntaxError | ErrorClass::IndentationError | ErrorClass::TabError)
    }
}

/// The text without its indentation, and carets below columns `offset..end_offset` (characters from 1).
fn push_marked_line(out: &mut String, text: &str, offset: i32, end_offset: i32) {
    let carets = if end_offset > 0 && end_offset > offset { end_offset - offset } else { 1 };
    let shown = text.trim_start_matches([' ', '\t', '\x0c']);
    let mut column = offset - 1 - (text.len() - shown.len()) as i32;
    let mut shown = shown;
    column = column.min(shown.strip_suffix('\n').unwrap_or(shown).len() as i32);
    // A text of several lines (a literal that runs on): only the line with the column counts.
    while let Some(newline) = shown.find('\n') {
        if newline as i32 >= column {
            break;
        }
        shown = &shown[newline + 1..];
        column -= newline as i32 + 1;
    }
    out.push_str("    ");
    out.push_str(shown);
    if !shown.ends_with('\n') {
        out.push('\n');
    }
    if column < 0 {
        return;
    }
    out.push_str("    ");
    out.extend(std::iter::repeat_n(' ', column as usize));
    out.extend(std::iter::repeat_n('^', carets as usize));
    out.push('\n');
}
