//! Patterns of `case`, alternative by alternative.

use super::peg::*;
use crate::token::code;

type Fits = Found<()>;

/// What makes a name something else than a capture.
const NOT_A_CAPTURE: [u8; 3] = [code::DOT, code::LPAR, code::EQUAL];

impl Peg<'_> {
    pub(super) fn patterns(&mut self) -> Fits {
        alt!(self, Self::open_sequence_pattern);
        need!(self.pattern());
        Ok(Some(()))
    }

    fn pattern(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.or_pattern());
            need!(peg.tok(code::AS));
            need!(peg.capture_target());
            peg.other("pattern", first)
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                need!(peg.or_pattern());
                need!(peg.tok(code::AS));
                let name = need!(peg.soft("_"));
                peg.raise_token("cannot use '_' as a target", name)
            });
            mistake!(peg, |peg: &mut Self| -> Fits {
                need!(peg.or_pattern());
                need!(peg.tok(code::AS));
                check!(!peg.at(code::NAME)?);
                let target = need!(peg.expression());
                peg.raise_at("invalid pattern target", &target)
            });
            Ok(())
        })?;
        need!(self.or_pattern());
        self.other("pattern", first)
    }

    fn or_pattern(&mut self) -> Fits {
        need!(self.separated(code::VBAR, Self::closed_pattern));
        Ok(Some(()))
    }

    fn closed_pattern(&mut self) -> R {
        self.memoised(Memo::ClosedPattern, |peg| {
            let first = peg.mark;
            need!(peg.any_closed_pattern());
            peg.other("pattern", first)
        })
    }

    fn any_closed_pattern(&mut self) -> Fits {
        alt!(self, Self::literal);
        alt!(self, Self::capture_target);
        alt!(self, Self::wildcard);
        alt!(self, Self::value_pattern);
        alt!(self, Self::group_pattern);
        alt!(self, Self::sequence_pattern);
        alt!(self, Self::mapping_pattern);
        self.class_pattern()
    }

    fn wildcard(&mut self) -> Fits {
        need!(self.soft("_"));
        Ok(Some(()))
    }

    fn group_pattern(&mut self) -> Fits {
        need!(self.tok(code::LPAR));
        need!(self.pattern());
        need!(self.tok(code::RPAR));
        Ok(Some(()))
    }

    fn literal(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.signed_number());
            check!(!peg.at_any(&[code::PLUS, code::MINUS])?);
            Ok(Some(()))
        });
        alt!(self, Self::complex_number);
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.strings());
            Ok(Some(()))
        });
        need!(self.tok_any(&[code::NONE, code::TRUE, code::FALSE]));
        Ok(Some(()))
    }

    fn signed_number(&mut self) -> Found<usize> {
        alt!(self, |peg: &mut Self| peg.tok(code::NUMBER));
        need!(self.tok(code::MINUS));
        self.tok(code::NUMBER)
    }

    fn complex_number(&mut self) -> Fits {
        self.optional(|peg| peg.tok(code::MINUS))?;
        let real = need!(self.tok(code::NUMBER));
        if self.is_imaginary(real) {
            return self.raise_token("real number required in complex literal", real);
        }
        need!(self.tok_any(&[code::PLUS, code::MINUS]));
        let imaginary = need!(self.tok(code::NUMBER));
        if !self.is_imaginary(imaginary) {
            return self.raise_token("imaginary number required in complex literal", imaginary);
        }
        Ok(Some(()))
    }

    fn is_imaginary(&self, number: usize) -> bool {
        self.text(number).ends_with(['j', 'J'])
    }

    /// A name that is bound.
    fn capture_target(&mut self) -> Fits {
        check!(self.at(code::NAME)?);
        check!(self.text(self.mark) != "_");
        need!(self.tok(code::NAME));
        check!(!self.at_any(&NOT_A_CAPTURE)?);
        Ok(Some(()))
    }

    fn attribute(&mut self) -> Fits {
        let names = need!(self.separated(code::DOT, Self::name));
        check!(names.len() > 1);
        Ok(Some(()))
    }

    fn value_pattern(&mut self) -> Fits {
        need!(self.attribute());
        check!(!self.at_any(&NOT_A_CAPTURE)?);
        Ok(Some(()))
    }

    fn open_sequence_pattern(&mut self) -> Fits {
        need!(self.maybe_star_pattern());
        need!(self.tok(code::COMMA));
        self.optional(Self::maybe_sequence_pattern)?;
        Ok(Some(()))
    }

    fn maybe_sequence_pattern(&mut self) -> Fits {
        need!(self.separated(code::COMMA, Self::maybe_star_pattern));
        self.optional(|peg| peg.tok(code::COMMA))?;
        Ok(Some(()))
    }

    fn maybe_star_pattern(&mut self) -> R {
        alt!(self, |peg: &mut Self| -> R {
            peg.memoised(Memo::StarPattern, |peg| {
                let first = need!(peg.tok(code::STAR));
                if peg.attempt(Self::capture_target)?.is_none() {
                    need!(peg.soft("_"));
                }
                peg.other("pattern", first)
            })
        });
        self.pattern()
    }

    fn sequence_pattern(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::LSQB));
            peg.optional(Self::maybe_sequence_pattern)?;
            need!(peg.tok(code::RSQB));
            Ok(Some(()))
        });
        need!(self.tok(code::LPAR));
        self.optional(Self::open_sequence_pattern)?;
        need!(self.tok(code::RPAR));
        Ok(Some(()))
    }

    fn mapping_pattern(&mut self) -> Fits {
        let rest = |peg: &mut Self| -> Fits {
            need!(peg.tok(code::DOUBLESTAR));
            peg.capture_target()
        };
        let item = |peg: &mut Self| -> Fits {
            if peg.attempt(Self::literal)?.is_none() {
                need!(peg.attribute());
            }
            need!(peg.tok(code::COLON));
            need!(peg.pattern());
            Ok(Some(()))
        };
        let comma = |peg: &mut Self| peg.optional(|peg| peg.tok(code::COMMA));
        need!(self.tok(code::LBRACE));
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::RBRACE));
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(rest(peg));
            comma(peg)?;
            need!(peg.tok(code::RBRACE));
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.separated(code::COMMA, item));
            need!(peg.tok(code::COMMA));
            need!(rest(peg));
            comma(peg)?;
            need!(peg.tok(code::RBRACE));
            Ok(Some(()))
        });
        need!(self.separated(code::COMMA, item));
        comma(self)?;
        need!(self.tok(code::RBRACE));
        Ok(Some(()))
    }

    fn class_pattern(&mut self) -> Fits {
        let positional = |peg: &mut Self| peg.separated(code::COMMA, Self::pattern);
        let keyword = |peg: &mut Self| -> Fits {
            need!(peg.name());
            need!(peg.tok(code::EQUAL));
            need!(peg.pattern());
            Ok(Some(()))
        };
        let close = |peg: &mut Self| -> Fits {
            peg.optional(|peg| peg.tok(code::COMMA))?;
            need!(peg.tok(code::RPAR));
            Ok(Some(()))
        };
        need!(self.separated(code::DOT, Self::name));
        need!(self.tok(code::LPAR));
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::RPAR));
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(positional(peg));
            close(peg)
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.separated(code::COMMA, keyword));
            close(peg)
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(positional(peg));
            need!(peg.tok(code::COMMA));
            need!(peg.separated(code::COMMA, keyword));
            close(peg)
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                peg.optional(|peg| {
                    need!(positional(peg));
                    peg.tok(code::COMMA)
                })?;
                need!(peg.separated(code::COMMA, keyword));
                need!(peg.tok(code::COMMA));
                let late = need!(positional(peg));
                let message = "positional patterns follow keyword patterns";
                peg.raise_range(message, &late[0], &late[late.len() - 1])
            });
            Ok(())
        })?;
        Ok(None)
    }
}
