//! Annotations as text, for `from __future__ import annotations`.

use crate::error::Result;
use crate::generator::Generator;
use hognose_syntax::{Expr, expression_text};

impl<'a> Generator<'a, '_> {
    /// Loads the text of an annotation.
    pub(crate) fn annotation_text(&mut self, annotation: &'a Expr<'a>) -> Result {
        self.load_text(expression_text(annotation).into())
    }
}
