//! Parameters of functions and lambdas, alternative by alternative.

use super::peg::*;
use crate::token::code;

type Fits = Found<()>;

/// What differs between the parameters of a function and of a lambda.
#[derive(Clone, Copy)]
struct Form {
    /// The token that ends the list.
    close: u8,
    annotated: bool,
}

const FUNCTION: Form = Form { close: code::RPAR, annotated: true };
const LAMBDA: Form = Form { close: code::COLON, annotated: false };

impl Peg<'_> {
    pub(super) fn params(&mut self) -> Fits {
        self.parameter_list(FUNCTION)
    }

    pub(super) fn lambdef(&mut self) -> R {
        let first = need!(self.tok(code::LAMBDA));
        self.descend()?;
        self.optional(|peg| peg.parameter_list(LAMBDA))?;
        let body = self.attempt(|peg| {
            need!(peg.tok(code::COLON));
            peg.expression()
        })?;
        self.ascend();
        check!(body.is_some());
        self.other("lambda", first)
    }

    fn parameter_list(&mut self, form: Form) -> Fits {
        self.mistakes(|peg| peg.invalid_parameters(form))?;
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.slash_no_default(form));
            peg.many(|peg| peg.no_default(form))?;
            peg.many(|peg| peg.with_default(form))?;
            peg.optional(|peg| peg.star_etc(form))?;
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.slash_with_default(form));
            peg.many(|peg| peg.with_default(form))?;
            peg.optional(|peg| peg.star_etc(form))?;
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.many1(|peg| peg.no_default(form)));
            peg.many(|peg| peg.with_default(form))?;
            peg.optional(|peg| peg.star_etc(form))?;
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.many1(|peg| peg.with_default(form)));
            peg.optional(|peg| peg.star_etc(form))?;
            Ok(Some(()))
        });
        self.star_etc(form)
    }

    /// A comma, or the end of the list ahead.
    fn separator(&mut self, form: Form) -> Fits {
        if self.tok(code::COMMA)?.is_some() {
            self.optional(|peg| peg.tok(code::TYPE_COMMENT))?;
            return Ok(Some(()));
        }
        if form.annotated {
            self.optional(|peg| peg.tok(code::TYPE_COMMENT))?;
        }
        check!(self.at(form.close)?);
        Ok(Some(()))
    }

    fn param(&mut self, form: Form) -> R {
        let first = self.mark;
        need!(self.name());
        if form.annotated {
            self.optional(|peg| {
                need!(peg.tok(code::COLON));
                peg.expression()
            })?;
        }
        self.other("parameter", first)
    }

    fn default(&mut self, form: Form) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::EQUAL));
            need!(peg.expression());
            Ok(Some(()))
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                let equal = need!(peg.tok(code::EQUAL));
                check!(peg.at_any(&[code::RPAR, code::COMMA])?);
                peg.raise_token("expected default value expression", equal)
            });
            Ok(())
        })?;
        let _ = form;
        Ok(None)
    }

    fn no_default(&mut self, form: Form) -> R {
        let param = need!(self.param(form));
        need!(self.separator(form));
        Ok(Some(param))
    }

    fn with_default(&mut self, form: Form) -> R {
        let param = need!(self.param(form));
        need!(self.default(form));
        need!(self.separator(form));
        Ok(Some(param))
    }

    fn maybe_default(&mut self, form: Form) -> R {
        let param = need!(self.param(form));
        self.optional(|peg| peg.default(form))?;
        need!(self.separator(form));
        Ok(Some(param))
    }

    fn slash(&mut self, form: Form) -> Fits {
        need!(self.tok(code::SLASH));
        if self.tok(code::COMMA)?.is_none() {
            check!(self.at(form.close)?);
        }
        Ok(Some(()))
    }

    fn slash_no_default(&mut self, form: Form) -> Fits {
        need!(self.many1(|peg| peg.no_default(form)));
        self.slash(form)
    }

    fn slash_with_default(&mut self, form: Form) -> Fits {
        self.many(|peg| peg.no_default(form))?;
        need!(self.many1(|peg| peg.with_default(form)));
        self.slash(form)
    }

    fn star_etc(&mut self, form: Form) -> Fits {
        self.mistakes(|peg| peg.invalid_star_etc(form))?;
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::STAR));
            need!(peg.no_default(form));
            peg.many(|peg| peg.maybe_default(form))?;
            peg.optional(|peg| peg.kwds(form))?;
            Ok(Some(()))
        });
        if form.annotated {
            alt!(self, |peg: &mut Self| -> Fits {
                need!(peg.tok(code::STAR));
                need!(peg.name());
                need!(peg.tok(code::COLON));
                need!(peg.star_annotation());
                need!(peg.separator(form));
                peg.many(|peg| peg.maybe_default(form))?;
                peg.optional(|peg| peg.kwds(form))?;
                Ok(Some(()))
            });
        }
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::STAR));
            need!(peg.tok(code::COMMA));
            need!(peg.many1(|peg| peg.maybe_default(form)));
            peg.optional(|peg| peg.kwds(form))?;
            Ok(Some(()))
        });
        self.kwds(form)
    }

    fn star_annotation(&mut self) -> R {
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::STAR));
            peg.bitwise_or()
        });
        self.expression()
    }

    fn kwds(&mut self, form: Form) -> Fits {
        self.mistakes(|peg| peg.invalid_kwds(form))?;
        need!(self.tok(code::DOUBLESTAR));
        need!(self.no_default(form));
        Ok(Some(()))
    }

    fn invalid_parameters(&mut self, form: Form) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            peg.many(|peg| peg.no_default(form))?;
            if peg.attempt(|peg| peg.slash_with_default(form))?.is_none() {
                need!(peg.many1(|peg| peg.with_default(form)));
            }
            let param = need!(peg.no_default(form));
            // The parameter itself, without its comma.
            let end = param.last;
            peg.raise("non-default argument follows default argument", ErrorPlace::Tokens(param.first, end))
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            peg.many(|peg| peg.no_default(form))?;
            let open = need!(peg.tok(code::LPAR));
            if form.annotated {
                need!(peg.many1(|peg| peg.no_default(form)));
            } else {
                need!(peg.separated(code::COMMA, |peg| peg.param(form)));
            }
            peg.optional(|peg| peg.tok(code::COMMA))?;
            let close = need!(peg.tok(code::RPAR));
            let what = if form.annotated { "Function" } else { "Lambda expression" };
            peg.raise(format!("{what} parameters cannot be parenthesized"), ErrorPlace::Tokens(open, close))
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            let slash = need!(peg.tok(code::SLASH));
            need!(peg.tok(code::COMMA));
            peg.raise_token("at least one argument must precede /", slash)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.any_slash(form));
            peg.many(|peg| peg.maybe_default(form))?;
            let slash = need!(peg.tok(code::SLASH));
            peg.raise_token("/ may appear only once", slash)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            peg.optional(|peg| peg.any_slash(form))?;
            peg.many(|peg| peg.maybe_default(form))?;
            need!(peg.tok(code::STAR));
            if peg.tok(code::COMMA)?.is_none() {
                need!(peg.no_default(form));
            }
            peg.many(|peg| peg.maybe_default(form))?;
            let slash = need!(peg.tok(code::SLASH));
            peg.raise_token("/ must be ahead of *", slash)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.many1(|peg| peg.maybe_default(form)));
            need!(peg.tok(code::SLASH));
            let star = need!(peg.tok(code::STAR));
            peg.raise_token("expected comma between / and *", star)
        });
        Ok(())
    }

    fn any_slash(&mut self, form: Form) -> Fits {
        alt!(self, |peg: &mut Self| peg.slash_no_default(form));
        self.slash_with_default(form)
    }

    fn invalid_star_etc(&mut self, form: Form) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            let star = need!(peg.tok(code::STAR));
            if peg.tok(form.close)?.is_none() {
                need!(peg.tok(code::COMMA));
                need!(peg.tok_any(&[form.close, code::DOUBLESTAR]));
            }
            let place = if form.annotated { ErrorPlace::Tokens(star, star) } else { ErrorPlace::LastRead };
            peg.raise("named arguments must follow bare *", place)
        });
        if form.annotated {
            mistake!(self, |peg: &mut Self| -> Fits {
                need!(peg.tok(code::STAR));
                need!(peg.tok(code::COMMA));
                need!(peg.tok(code::TYPE_COMMENT));
                peg.raise("bare * has associated type comment", ErrorPlace::LastRead)
            });
        }
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::STAR));
            need!(peg.param(form));
            let equal = need!(peg.tok(code::EQUAL));
            peg.raise_token("var-positional argument cannot have default value", equal)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::STAR));
            need!(peg.no_default_or_comma(form));
            peg.many(|peg| peg.maybe_default(form))?;
            let star = need!(peg.tok(code::STAR));
            need!(peg.no_default_or_comma(form));
            peg.raise_token("* argument may appear only once", star)
        });
        Ok(())
    }

    fn no_default_or_comma(&mut self, form: Form) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.no_default(form));
            Ok(Some(()))
        });
        need!(self.tok(code::COMMA));
        Ok(Some(()))
    }

    fn invalid_kwds(&mut self, form: Form) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::DOUBLESTAR));
            need!(peg.param(form));
            let equal = need!(peg.tok(code::EQUAL));
            peg.raise_token("var-keyword argument cannot have default value", equal)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::DOUBLESTAR));
            need!(peg.param(form));
            need!(peg.tok(code::COMMA));
            let param = need!(peg.param(form));
            peg.raise_at("arguments cannot follow var-keyword argument", &param)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::DOUBLESTAR));
            need!(peg.param(form));
            need!(peg.tok(code::COMMA));
            let token = need!(peg.tok_any(&[code::STAR, code::DOUBLESTAR, code::SLASH]));
            peg.raise_token("arguments cannot follow var-keyword argument", token)
        });
        Ok(())
    }
}
