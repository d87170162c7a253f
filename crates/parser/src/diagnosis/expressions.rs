//! Expressions, alternative by alternative.

use super::peg::*;
use crate::token::code;
use std::rc::Rc;

/// Operators of one binary precedence, loosest first.
const BINARY: [&[u8]; 6] = [
    &[code::VBAR],
    &[code::CIRCUMFLEX],
    &[code::AMPER],
    &[code::LEFTSHIFT, code::RIGHTSHIFT],
    &[code::PLUS, code::MINUS],
    &[code::STAR, code::SLASH, code::DOUBLESLASH, code::PERCENT, code::AT],
];

const COMPARISONS: &[u8] =
    &[code::EQEQUAL, code::NOTEQUAL, code::LESSEQUAL, code::LESS, code::GREATEREQUAL, code::GREATER];

/// The arguments of a call.
struct Args {
    /// Positional ones, then starred ones among the keywords.
    positional: Vec<Node>,
    has_mapping: bool,
}

impl Peg<'_> {
    /// One element, or a tuple of them.
    fn tuple_or_one(&mut self, element: fn(&mut Self) -> R) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            let mut elements = vec![need!(element(peg))];
            check!(peg.at(code::COMMA)?);
            elements.extend(peg.many(|peg| {
                need!(peg.tok(code::COMMA));
                element(peg)
            })?);
            peg.optional(|peg| peg.tok(code::COMMA))?;
            peg.node(Shape::Tuple(elements.into()), first)
        });
        element(self)
    }

    /// `expressions`.
    pub(super) fn expressions(&mut self) -> R {
        self.tuple_or_one(Self::expression)
    }

    /// `star_expressions`.
    pub(super) fn star_expressions(&mut self) -> R {
        self.tuple_or_one(Self::star_expression)
    }

    fn star_expression(&mut self) -> R {
        self.memoised(Memo::StarExpression, |peg| {
            alt!(peg, |peg: &mut Self| peg.starred(Self::bitwise_or));
            peg.expression()
        })
    }

    fn starred(&mut self, value: fn(&mut Self) -> R) -> R {
        let star = need!(self.tok(code::STAR));
        let value = need!(value(self));
        self.node(Shape::Starred(Rc::new(value)), star)
    }

    /// `star_named_expressions`: elements of a display.
    fn star_named_expressions(&mut self) -> Found<Vec<Node>> {
        let elements = need!(self.separated(code::COMMA, Self::star_named_expression));
        self.optional(|peg| peg.tok(code::COMMA))?;
        Ok(Some(elements))
    }

    pub(super) fn star_named_expression(&mut self) -> R {
        alt!(self, |peg: &mut Self| peg.starred(Self::bitwise_or));
        self.named_expression()
    }

    fn assignment_expression(&mut self) -> R {
        let first = self.mark;
        need!(self.name());
        need!(self.tok(code::COLONEQUAL));
        need!(self.expression());
        self.other("named expression", first)
    }

    pub(super) fn named_expression(&mut self) -> R {
        alt!(self, Self::assignment_expression);
        self.mistakes(Self::invalid_named_expression)?;
        alt!(self, |peg: &mut Self| peg.expression_not_before(code::COLONEQUAL));
        Ok(None)
    }

    fn expression_not_before(&mut self, token: u8) -> R {
        let value = need!(self.expression());
        check!(!self.at(token)?);
        Ok(Some(value))
    }

    fn invalid_named_expression(&mut self) -> Checked {
        self.memoised(Memo::InvalidNamedExpression, |peg| {
            peg.invalid_named_expression_once()?;
            Ok(None)
        })?;
        Ok(())
    }

    fn invalid_named_expression_once(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let target = need!(peg.expression());
            need!(peg.tok(code::COLONEQUAL));
            need!(peg.expression());
            peg.raise_at(format!("cannot use assignment expressions with {}", target.name()), &target)
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let target = need!(peg.name());
            need!(peg.tok(code::EQUAL));
            let value = need!(peg.bitwise_or());
            check!(!peg.at_any(&[code::EQUAL, code::COLONEQUAL])?);
            peg.raise_range(MAYBE_COMPARISON, &target, &value)
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            check!(!peg.look(Self::display_or_constant)?);
            let target = need!(peg.bitwise_or());
            need!(peg.tok(code::EQUAL));
            need!(peg.bitwise_or());
            check!(!peg.at_any(&[code::EQUAL, code::COLONEQUAL])?);
            let message = format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", target.name());
            peg.raise_at(message, &target)
        });
        Ok(())
    }

    /// What the hint about `==` is not given for.
    fn display_or_constant(&mut self) -> R {
        alt!(self, Self::list);
        alt!(self, Self::tuple);
        alt!(self, Self::genexp);
        let first = self.mark;
        need!(self.tok_any(&[code::TRUE, code::NONE, code::FALSE]));
        self.other("literal", first)
    }

    pub(super) fn expression(&mut self) -> R {
        self.memoised(Memo::Expression, |peg| {
            peg.mistakes(Self::invalid_expression)?;
            peg.mistakes(Self::invalid_legacy_expression)?;
            peg.plain_expression()
        })
    }

    /// `expression` without its rules for mistakes.
    fn plain_expression(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.disjunction());
            need!(peg.tok(code::IF));
            need!(peg.disjunction());
            need!(peg.tok(code::ELSE));
            need!(peg.expression());
            peg.other("conditional expression", first)
        });
        alt!(self, Self::disjunction);
        self.lambdef()
    }

    fn expression_without_invalid(&mut self) -> R {
        let invalid = std::mem::replace(&mut self.invalid, false);
        let found = self.attempt(Self::plain_expression);
        self.invalid = invalid;
        found
    }

    fn invalid_expression(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            check!(!peg.look(|peg| {
                alt!(peg, |peg: &mut Self| -> Found<usize> {
                    need!(peg.name());
                    peg.tok(code::STRING)
                });
                peg.soft_keyword()
            })?);
            let left = need!(peg.disjunction());
            let right = need!(peg.expression_without_invalid());
            if peg.is_legacy_statement(&left) || peg.level() == 0 {
                return Ok(Some(()));
            }
            peg.raise_range("invalid syntax. Perhaps you forgot a comma?", &left, &right)
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let body = need!(peg.disjunction());
            need!(peg.tok(code::IF));
            let test = need!(peg.disjunction());
            check!(!peg.at_any(&[code::ELSE, code::COLON])?);
            peg.raise_range("expected 'else' after 'if' expression", &body, &test)
        });
        Ok(())
    }

    /// A name that is the beginning of a soft keyword: CPython compares no further than the name is long.
    fn soft_keyword(&mut self) -> Found<usize> {
        check!(self.at(code::NAME)?);
        let text = self.text(self.mark);
        check!(["_", "case", "match"].iter().any(|keyword| keyword.starts_with(text)));
        self.tok(code::NAME)
    }

    fn is_legacy_statement(&self, node: &Node) -> bool {
        matches!(node.shape, Shape::Name) && matches!(self.text(node.first), "print" | "exec")
    }

    fn invalid_legacy_expression(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let name = need!(peg.name());
            check!(!peg.at(code::LPAR)?);
            let value = need!(peg.star_expressions());
            if !peg.is_legacy_statement(&name) {
                return Ok(Some(()));
            }
            let word = peg.text(name.first);
            let message = format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
            peg.raise_range(message, &name, &value)
        });
        Ok(())
    }

    pub(super) fn yield_expr(&mut self) -> R {
        let first = need!(self.tok(code::YIELD));
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::FROM));
            need!(peg.expression());
            peg.other("yield expression", first)
        });
        self.optional(Self::star_expressions)?;
        self.other("yield expression", first)
    }

    pub(super) fn disjunction(&mut self) -> R {
        self.memoised(Memo::Disjunction, |peg| peg.chain(code::OR, Self::conjunction))
    }

    fn conjunction(&mut self) -> R {
        self.memoised(Memo::Conjunction, |peg| peg.chain(code::AND, Self::inversion))
    }

    fn chain(&mut self, operator: u8, operand: fn(&mut Self) -> R) -> R {
        let first = need!(operand(self));
        let more = self.many(|peg| {
            need!(peg.tok(operator));
            operand(peg)
        })?;
        if more.is_empty() { Ok(Some(first)) } else { self.other("expression", first.first) }
    }

    fn inversion(&mut self) -> R {
        self.memoised(Memo::Inversion, |peg| {
            let first = peg.mark;
            alt!(peg, |peg: &mut Self| -> R {
                need!(peg.tok(code::NOT));
                need!(peg.inversion());
                peg.other("expression", first)
            });
            peg.comparison()
        })
    }

    fn comparison(&mut self) -> R {
        let first = self.mark;
        let left = need!(self.bitwise_or());
        let mut first_is_in = None;
        while let Some(is_in) = self.attempt(|peg| {
            let is_in = need!(peg.comparison_operator());
            need!(peg.bitwise_or());
            Ok(Some(is_in))
        })? {
            first_is_in.get_or_insert(is_in);
        }
        match first_is_in {
            None => Ok(Some(left)),
            Some(is_in) => self.node(Shape::Comparison(Rc::new(left), is_in), first),
        }
    }

    /// Steps over an operator; says whether it is `in`.
    fn comparison_operator(&mut self) -> Found<bool> {
        if self.tok_any(COMPARISONS)?.is_some() {
            return Ok(Some(false));
        }
        if self.tok(code::NOT)?.is_some() {
            need!(self.tok(code::IN));
            return Ok(Some(false));
        }
        if self.tok(code::IN)?.is_some() {
            return Ok(Some(true));
        }
        need!(self.tok(code::IS));
        self.tok(code::NOT)?;
        Ok(Some(false))
    }

    pub(super) fn bitwise_or(&mut self) -> R {
        self.memoised(Memo::Operation, |peg| peg.binary(0))
    }

    fn binary(&mut self, level: usize) -> R {
        let Some(operators) = BINARY.get(level) else { return self.factor() };
        let first = self.mark;
        let mut left = need!(self.binary(level + 1));
        while self
            .attempt(|peg| {
                need!(peg.tok_any(operators));
                peg.binary(level + 1)
            })?
            .is_some()
        {
            left = need!(self.other("expression", first));
        }
        Ok(Some(left))
    }

    fn factor(&mut self) -> R {
        self.memoised(Memo::Factor, |peg| {
            let first = peg.mark;
            alt!(peg, |peg: &mut Self| -> R {
                need!(peg.tok_any(&[code::PLUS, code::MINUS, code::TILDE]));
                need!(peg.factor());
                peg.other("expression", first)
            });
            let base = need!(peg.await_primary());
            alt!(peg, |peg: &mut Self| -> R {
                need!(peg.tok(code::DOUBLESTAR));
                need!(peg.factor());
                peg.other("expression", first)
            });
            Ok(Some(base))
        })
    }

    fn await_primary(&mut self) -> R {
        self.memoised(Memo::AwaitPrimary, |peg| {
            let first = peg.mark;
            alt!(peg, |peg: &mut Self| -> R {
                need!(peg.tok(code::AWAIT));
                need!(peg.primary());
                peg.other("await expression", first)
            });
            peg.primary()
        })
    }

    fn primary(&mut self) -> R {
        self.memoised(Memo::Primary, |peg| {
            let first = peg.mark;
            let mut value = need!(peg.atom());
            while let Some(next) = peg.attempt(|peg| peg.trailer(first))? {
                value = next;
            }
            Ok(Some(value))
        })
    }

    fn trailer(&mut self, first: usize) -> R {
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::DOT));
            need!(peg.name());
            peg.node(Shape::Attribute, first)
        });
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.genexp());
            peg.other("function call", first)
        });
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LPAR));
            peg.optional(Self::arguments)?;
            need!(peg.tok(code::RPAR));
            peg.other("function call", first)
        });
        need!(self.tok(code::LSQB));
        need!(self.slices());
        need!(self.tok(code::RSQB));
        self.node(Shape::Subscript, first)
    }

    /// `t_primary`: a primary that another trailer follows. Gives the primary that ends before that trailer.
    pub(super) fn t_primary(&mut self) -> R {
        self.memoised(Memo::TPrimary, |peg| {
            let first = peg.mark;
            let mut value = need!(peg.atom());
            check!(peg.at_any(&T_LOOKAHEAD)?);
            while let Some(next) = peg.attempt(|peg| {
                let next = need!(peg.trailer(first));
                check!(peg.at_any(&T_LOOKAHEAD)?);
                Ok(Some(next))
            })? {
                value = next;
            }
            Ok(Some(value))
        })
    }

    fn slices(&mut self) -> Found<()> {
        alt!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.slice());
            check!(!peg.at(code::COMMA)?);
            Ok(Some(()))
        });
        need!(self.separated(code::COMMA, |peg| {
            alt!(peg, Self::slice);
            need!(peg.starred(Self::expression));
            Ok(Some(()))
        }));
        self.optional(|peg| peg.tok(code::COMMA))?;
        Ok(Some(()))
    }

    fn slice(&mut self) -> Found<()> {
        alt!(self, |peg: &mut Self| -> Found<()> {
            peg.optional(Self::expression)?;
            need!(peg.tok(code::COLON));
            peg.optional(Self::expression)?;
            peg.optional(|peg| {
                need!(peg.tok(code::COLON));
                peg.optional(Self::expression)
            })?;
            Ok(Some(()))
        });
        Ok(self.named_expression()?.map(|_| ()))
    }

    fn atom(&mut self) -> R {
        self.memoised(Memo::Atom, |peg| {
            let first = peg.mark;
            let token = peg.peek()?;
            match token {
                code::NAME => peg.name(),
                code::TRUE | code::FALSE | code::NONE | code::NUMBER | code::ELLIPSIS => {
                    need!(peg.tok(token));
                    if token == code::NUMBER
                        && let Err(digits) = crate::number::value(peg.text(first))
                    {
                        return peg.raise(crate::number::too_long(digits), ErrorPlace::Line(first));
                    }
                    peg.other(
                        match token {
                            code::TRUE => "True",
                            code::FALSE => "False",
                            code::NONE => "None",
                            code::ELLIPSIS => "ellipsis",
                            _ => "literal",
                        },
                        first,
                    )
                }
                code::STRING => peg.strings(),
                code::LPAR => {
                    alt!(peg, Self::tuple);
                    alt!(peg, Self::group);
                    peg.genexp()
                }
                code::LSQB => {
                    alt!(peg, Self::list);
                    peg.comprehension(code::LSQB, code::RSQB, "list comprehension")
                }
                code::LBRACE => {
                    alt!(peg, Self::dict);
                    alt!(peg, Self::set);
                    alt!(peg, Self::dictcomp);
                    peg.comprehension(code::LBRACE, code::RBRACE, "set comprehension")
                }
                _ => Ok(None),
            }
        })
    }

    fn group(&mut self) -> R {
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LPAR));
            let value = match peg.attempt(Self::yield_expr)? {
                Some(value) => value,
                None => need!(peg.named_expression()),
            };
            need!(peg.tok(code::RPAR));
            Ok(Some(value))
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Found<()> {
                need!(peg.tok(code::LPAR));
                let value = need!(peg.starred(Self::expression));
                need!(peg.tok(code::RPAR));
                peg.raise_at("cannot use starred expression here", &value)
            });
            mistake!(peg, |peg: &mut Self| -> Found<()> {
                need!(peg.tok(code::LPAR));
                let stars = need!(peg.tok(code::DOUBLESTAR));
                need!(peg.expression());
                need!(peg.tok(code::RPAR));
                peg.raise_token("cannot use double starred expression here", stars)
            });
            Ok(())
        })?;
        Ok(None)
    }

    pub(super) fn list(&mut self) -> R {
        let first = need!(self.tok(code::LSQB));
        let elements = self.attempt(Self::star_named_expressions)?.unwrap_or_default();
        need!(self.tok(code::RSQB));
        self.node(Shape::List(elements.into()), first)
    }

    pub(super) fn tuple(&mut self) -> R {
        let first = need!(self.tok(code::LPAR));
        let elements = self.attempt(|peg| {
            let mut elements = vec![need!(peg.star_named_expression())];
            need!(peg.tok(code::COMMA));
            elements.extend(peg.attempt(Self::star_named_expressions)?.unwrap_or_default());
            Ok(Some(elements))
        })?;
        need!(self.tok(code::RPAR));
        self.node(Shape::Tuple(elements.unwrap_or_default().into()), first)
    }

    fn set(&mut self) -> R {
        let first = need!(self.tok(code::LBRACE));
        need!(self.star_named_expressions());
        need!(self.tok(code::RBRACE));
        self.other("set display", first)
    }

    fn dict(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LBRACE));
            peg.optional(|peg| {
                need!(peg.separated(code::COMMA, Self::double_starred_kvpair));
                peg.optional(|peg| peg.tok(code::COMMA))
            })?;
            need!(peg.tok(code::RBRACE));
            peg.other("dict literal", first)
        });
        // CPython tries this alternative in the first reading too.
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LBRACE));
            peg.invalid_double_starred_kvpairs()?;
            Ok(None)
        });
        Ok(None)
    }

    fn invalid_double_starred_kvpairs(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.separated(code::COMMA, Self::double_starred_kvpair));
            need!(peg.tok(code::COMMA));
            peg.invalid_kvpair()?;
            Ok(None)
        });
        self.invalid_dict_value()
    }

    fn invalid_kvpair(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let key = need!(peg.expression());
            check!(!peg.at(code::COLON)?);
            peg.raise("':' expected after dictionary key", ErrorPlace::Key(key.first, key.last))
        });
        self.invalid_dict_value()
    }

    fn invalid_dict_value(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.expression());
            need!(peg.tok(code::COLON));
            let star = need!(peg.tok(code::STAR));
            need!(peg.bitwise_or());
            peg.raise("cannot use a starred expression in a dictionary value", ErrorPlace::ToLastRead(star))
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.expression());
            let colon = need!(peg.tok(code::COLON));
            check!(peg.at_any(&[code::RBRACE, code::COMMA])?);
            peg.raise_token("expression expected after dictionary key and ':'", colon)
        });
        Ok(())
    }

    fn double_starred_kvpair(&mut self) -> Found<()> {
        alt!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.tok(code::DOUBLESTAR));
            need!(peg.bitwise_or());
            Ok(Some(()))
        });
        self.kvpair()
    }

    fn kvpair(&mut self) -> Found<()> {
        need!(self.expression());
        need!(self.tok(code::COLON));
        need!(self.expression());
        Ok(Some(()))
    }

    /// The `for` clauses of a comprehension; the node is the last iterable or condition.
    fn for_if_clauses(&mut self) -> R {
        let mut clauses = need!(self.many1(Self::for_if_clause));
        Ok(clauses.pop())
    }

    fn for_if_clause(&mut self) -> R {
        enum Clause {
            Whole(Node),
            /// `in` was there, so no other alternative is tried.
            Cut,
        }
        let clause = self.attempt(|peg| {
            peg.optional(|peg| peg.tok(code::ASYNC))?;
            need!(peg.tok(code::FOR));
            need!(peg.star_targets());
            need!(peg.tok(code::IN));
            let Some(mut last) = peg.disjunction()? else { return Ok(Some(Clause::Cut)) };
            let conditions = peg.many(|peg| {
                need!(peg.tok(code::IF));
                peg.disjunction()
            })?;
            if let Some(condition) = conditions.into_iter().last() {
                last = condition;
            }
            Ok(Some(Clause::Whole(last)))
        })?;
        match clause {
            Some(Clause::Whole(last)) => Ok(Some(last)),
            Some(Clause::Cut) => Ok(None),
            None => {
                self.mistakes(Self::invalid_for_target)?;
                Ok(None)
            }
        }
    }

    pub(super) fn invalid_for_target(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            peg.optional(|peg| peg.tok(code::ASYNC))?;
            need!(peg.tok(code::FOR));
            let target = need!(peg.star_expressions());
            peg.raise_target(&target, Targets::For)
        });
        Ok(())
    }

    fn comprehension(&mut self, open: u8, close: u8, name: &'static str) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(open));
            need!(peg.named_expression());
            need!(peg.for_if_clauses());
            need!(peg.tok(close));
            peg.other(name, first)
        });
        self.mistakes(Self::invalid_comprehension)?;
        Ok(None)
    }

    pub(super) fn genexp(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LPAR));
            if peg.attempt(Self::assignment_expression)?.is_none() {
                need!(peg.expression_not_before(code::COLONEQUAL));
            }
            need!(peg.for_if_clauses());
            need!(peg.tok(code::RPAR));
            peg.other("generator expression", first)
        });
        self.mistakes(Self::invalid_comprehension)?;
        Ok(None)
    }

    fn dictcomp(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LBRACE));
            need!(peg.kvpair());
            need!(peg.for_if_clauses());
            need!(peg.tok(code::RBRACE));
            peg.other("dict comprehension", first)
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Found<()> {
                need!(peg.tok(code::LBRACE));
                let stars = need!(peg.tok(code::DOUBLESTAR));
                need!(peg.bitwise_or());
                need!(peg.for_if_clauses());
                need!(peg.tok(code::RBRACE));
                peg.raise_token("dict unpacking cannot be used in dict comprehension", stars)
            });
            Ok(())
        })?;
        Ok(None)
    }

    fn invalid_comprehension(&mut self) -> Checked {
        const FORGOT: &str = "did you forget parentheses around the comprehension target?";
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.tok_any(&[code::LSQB, code::LPAR, code::LBRACE]));
            let value = need!(peg.starred(Self::expression));
            need!(peg.for_if_clauses());
            peg.raise_at("iterable unpacking cannot be used in comprehension", &value)
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.tok_any(&[code::LSQB, code::LBRACE]));
            let value = need!(peg.star_named_expression());
            need!(peg.tok(code::COMMA));
            let more = need!(peg.star_named_expressions());
            need!(peg.for_if_clauses());
            peg.raise_range(FORGOT, &value, &more[more.len() - 1])
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.tok_any(&[code::LSQB, code::LBRACE]));
            let value = need!(peg.star_named_expression());
            let comma = need!(peg.tok(code::COMMA));
            need!(peg.for_if_clauses());
            peg.raise(FORGOT, ErrorPlace::Tokens(value.first, comma))
        });
        Ok(())
    }

    pub(super) fn arguments(&mut self) -> R {
        self.memoised(Memo::Arguments, |peg| {
            let first = peg.mark;
            alt!(peg, |peg: &mut Self| -> R {
                need!(peg.args());
                peg.optional(|peg| peg.tok(code::COMMA))?;
                check!(peg.at(code::RPAR)?);
                peg.other("arguments", first)
            });
            peg.mistakes(Self::invalid_arguments)?;
            Ok(None)
        })
    }

    fn args(&mut self) -> Found<Args> {
        alt!(self, |peg: &mut Self| -> Found<Args> {
            let mut positional = need!(peg.separated(code::COMMA, Self::positional_argument));
            let keywords = peg.attempt(|peg| {
                need!(peg.tok(code::COMMA));
                peg.kwargs()
            })?;
            let mut has_mapping = false;
            if let Some(keywords) = keywords {
                positional.extend(keywords.positional);
                has_mapping = keywords.has_mapping;
            }
            Ok(Some(Args { positional, has_mapping }))
        });
        self.kwargs()
    }

    fn positional_argument(&mut self) -> R {
        alt!(self, |peg: &mut Self| peg.starred(Self::expression));
        let value = match self.attempt(Self::assignment_expression)? {
            Some(value) => value,
            None => need!(self.expression_not_before(code::COLONEQUAL)),
        };
        check!(!self.at(code::EQUAL)?);
        Ok(Some(value))
    }

    fn kwargs(&mut self) -> Found<Args> {
        let both = self.attempt(|peg| {
            let starred = need!(peg.separated(code::COMMA, Self::keyword_or_starred));
            need!(peg.tok(code::COMMA));
            let mappings = need!(peg.separated(code::COMMA, Self::keyword_or_mapping));
            let has_mapping = mappings.contains(&true);
            Ok(Some(Args { positional: starred.into_iter().flatten().collect(), has_mapping }))
        })?;
        if both.is_some() {
            return Ok(both);
        }
        if let Some(starred) = self.attempt(|peg| peg.separated(code::COMMA, Self::keyword_or_starred))? {
            let positional = starred.into_iter().flatten().collect();
            return Ok(Some(Args { positional, has_mapping: false }));
        }
        let mappings = need!(self.separated(code::COMMA, Self::keyword_or_mapping));
        Ok(Some(Args { positional: Vec::new(), has_mapping: mappings.contains(&true) }))
    }

    /// `kwarg_or_starred`; gives the starred argument.
    fn keyword_or_starred(&mut self) -> Found<Option<Node>> {
        self.mistakes(Self::invalid_kwarg)?;
        alt!(self, |peg: &mut Self| -> Found<Option<Node>> {
            need!(peg.keyword());
            Ok(Some(None))
        });
        Ok(self.starred(Self::expression)?.map(Some))
    }

    /// `kwarg_or_double_starred`; says whether it is `**mapping`.
    fn keyword_or_mapping(&mut self) -> Found<bool> {
        self.mistakes(Self::invalid_kwarg)?;
        alt!(self, |peg: &mut Self| -> Found<bool> {
            need!(peg.keyword());
            Ok(Some(false))
        });
        need!(self.tok(code::DOUBLESTAR));
        need!(self.expression());
        Ok(Some(true))
    }

    fn keyword(&mut self) -> Found<()> {
        need!(self.name());
        need!(self.tok(code::EQUAL));
        need!(self.expression());
        Ok(Some(()))
    }

    fn invalid_kwarg(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let word = need!(peg.tok_any(&[code::TRUE, code::FALSE, code::NONE]));
            let equal = need!(peg.tok(code::EQUAL));
            peg.raise(format!("cannot assign to {}", peg.text(word)), ErrorPlace::Tokens(word, equal))
        });
        mistake!(self, Self::keyword_with_clauses);
        mistake!(self, |peg: &mut Self| -> Found<()> {
            check!(!peg.look(|peg| {
                need!(peg.name());
                peg.tok(code::EQUAL)
            })?);
            let value = need!(peg.expression());
            let equal = need!(peg.tok(code::EQUAL));
            let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
            peg.raise(message, ErrorPlace::Tokens(value.first, equal))
        });
        Ok(())
    }

    fn keyword_with_clauses(&mut self) -> Found<()> {
        let name = need!(self.name());
        let equal = need!(self.tok(code::EQUAL));
        need!(self.expression());
        need!(self.for_if_clauses());
        self.raise(MAYBE_COMPARISON, ErrorPlace::Tokens(name.first, equal))
    }

    fn invalid_arguments(&mut self) -> Checked {
        const PARENTHESES: &str = "Generator expression must be parenthesized";
        mistake!(self, |peg: &mut Self| -> Found<()> {
            // Only arguments that end in keyword ones count, and those may be all starred.
            let positional = peg.attempt(|peg| {
                need!(peg.separated(code::COMMA, Self::positional_argument));
                need!(peg.tok(code::COMMA));
                peg.kwargs()
            })?;
            if positional.is_none() {
                need!(peg.kwargs());
            }
            need!(peg.tok(code::COMMA));
            let star = need!(peg.tok(code::STAR));
            peg.raise_token("iterable argument unpacking follows keyword argument unpacking", star)
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let value = need!(peg.expression());
            let last = need!(peg.for_if_clauses());
            need!(peg.tok(code::COMMA));
            peg.optional(|peg| {
                alt!(peg, |peg: &mut Self| -> Found<()> {
                    need!(peg.args());
                    Ok(Some(()))
                });
                need!(peg.expression());
                need!(peg.for_if_clauses());
                Ok(Some(()))
            })?;
            peg.raise_range(PARENTHESES, &value, &last)
        });
        mistake!(self, Self::keyword_with_clauses);
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let args = need!(peg.args());
            let last = need!(peg.for_if_clauses());
            match args.positional.last() {
                Some(argument) if args.positional.len() > 1 => peg.raise_range(PARENTHESES, argument, &last),
                _ => Ok(Some(())),
            }
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            need!(peg.args());
            need!(peg.tok(code::COMMA));
            let value = need!(peg.expression());
            let last = need!(peg.for_if_clauses());
            peg.raise_range(PARENTHESES, &value, &last)
        });
        mistake!(self, |peg: &mut Self| -> Found<()> {
            let args = need!(peg.args());
            need!(peg.tok(code::COMMA));
            need!(peg.args());
            let unpacking = if args.has_mapping { " unpacking" } else { "" };
            let message = format!("positional argument follows keyword argument{unpacking}");
            peg.raise(message, ErrorPlace::LastRead)
        });
        Ok(())
    }

    // Targets.

    pub(super) fn star_targets(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            let target = need!(peg.star_target());
            check!(!peg.at(code::COMMA)?);
            Ok(Some(target))
        });
        let targets = need!(self.separated(code::COMMA, Self::star_target));
        self.optional(|peg| peg.tok(code::COMMA))?;
        self.node(Shape::Tuple(targets.into()), first)
    }

    pub(super) fn star_target(&mut self) -> R {
        self.memoised(Memo::StarTarget, |peg| {
            alt!(peg, |peg: &mut Self| -> R {
                let star = need!(peg.tok(code::STAR));
                check!(!peg.at(code::STAR)?);
                let value = need!(peg.star_target());
                peg.node(Shape::Starred(Rc::new(value)), star)
            });
            peg.target_with_star_atom()
        })
    }

    fn target_with_star_atom(&mut self) -> R {
        self.memoised(Memo::TargetWithStarAtom, |peg| {
            alt!(peg, Self::subscript_or_attribute);
            peg.star_atom()
        })
    }

    /// A primary and a last attribute or subscript that nothing follows.
    fn subscript_or_attribute(&mut self) -> R {
        let first = self.mark;
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.t_primary());
            need!(peg.tok(code::DOT));
            need!(peg.name());
            check!(!peg.at_any(&T_LOOKAHEAD)?);
            peg.node(Shape::Attribute, first)
        });
        need!(self.t_primary());
        need!(self.tok(code::LSQB));
        need!(self.slices());
        need!(self.tok(code::RSQB));
        check!(!self.at_any(&T_LOOKAHEAD)?);
        self.node(Shape::Subscript, first)
    }

    fn star_atom(&mut self) -> R {
        let first = self.mark;
        alt!(self, Self::name);
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LPAR));
            let target = need!(peg.target_with_star_atom());
            need!(peg.tok(code::RPAR));
            Ok(Some(target))
        });
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LPAR));
            let targets = peg.attempt(|peg| {
                let mut targets = vec![need!(peg.star_target())];
                check!(peg.at(code::COMMA)?);
                targets.extend(peg.many(|peg| {
                    need!(peg.tok(code::COMMA));
                    peg.star_target()
                })?);
                peg.optional(|peg| peg.tok(code::COMMA))?;
                Ok(Some(targets))
            })?;
            need!(peg.tok(code::RPAR));
            peg.node(Shape::Tuple(targets.unwrap_or_default().into()), first)
        });
        need!(self.tok(code::LSQB));
        let targets = self.attempt(|peg| {
            let targets = need!(peg.separated(code::COMMA, Self::star_target));
            peg.optional(|peg| peg.tok(code::COMMA))?;
            Ok(Some(targets))
        })?;
        need!(self.tok(code::RSQB));
        self.node(Shape::List(targets.unwrap_or_default().into()), first)
    }

    pub(super) fn single_target(&mut self) -> R {
        self.memoised(Memo::SingleTarget, |peg| {
            alt!(peg, Self::subscript_or_attribute);
            alt!(peg, Self::name);
            need!(peg.tok(code::LPAR));
            let target = need!(peg.single_target());
            need!(peg.tok(code::RPAR));
            Ok(Some(target))
        })
    }

    /// `single_subscript_attribute_target`, or a single target in parentheses.
    pub(super) fn annotation_target(&mut self) -> R {
        alt!(self, |peg: &mut Self| -> R {
            need!(peg.tok(code::LPAR));
            let target = need!(peg.single_target());
            need!(peg.tok(code::RPAR));
            Ok(Some(target))
        });
        self.subscript_or_attribute()
    }

    pub(super) fn del_targets(&mut self) -> Found<()> {
        need!(self.separated(code::COMMA, Self::del_target));
        self.optional(|peg| peg.tok(code::COMMA))?;
        Ok(Some(()))
    }

    fn del_target(&mut self) -> R {
        self.memoised(Memo::DelTarget, |peg| {
            let first = peg.mark;
            alt!(peg, Self::subscript_or_attribute);
            alt!(peg, Self::name);
            alt!(peg, |peg: &mut Self| -> R {
                need!(peg.tok(code::LPAR));
                let target = need!(peg.del_target());
                need!(peg.tok(code::RPAR));
                Ok(Some(target))
            });
            for (open, close) in [(code::LPAR, code::RPAR), (code::LSQB, code::RSQB)] {
                alt!(peg, |peg: &mut Self| -> R {
                    need!(peg.tok(open));
                    peg.optional(Self::del_targets)?;
                    need!(peg.tok(close));
                    peg.node(Shape::Tuple(Rc::new([])), first)
                });
            }
            Ok(None)
        })
    }
}

const MAYBE_COMPARISON: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

/// What begins a trailer.
const T_LOOKAHEAD: [u8; 3] = [code::LPAR, code::LSQB, code::DOT];
