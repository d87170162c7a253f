//! Statements and start rules, alternative by alternative.

use super::peg::*;
use crate::token::code;

const AUGMENTED: std::ops::RangeInclusive<u8> = code::PLUSEQUAL..=code::CIRCUMFLEXEQUAL;

type Fits = Found<()>;

impl Peg<'_> {
    pub(super) fn file(&mut self) -> Fits {
        self.optional(Self::statements)?;
        need!(self.tok(code::ENDMARKER));
        Ok(Some(()))
    }

    pub(super) fn interactive(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.compound_stmt());
            need!(peg.tok(code::NEWLINE));
            Ok(Some(()))
        });
        alt!(self, Self::simple_stmts);
        need!(self.tok(code::NEWLINE));
        Ok(Some(()))
    }

    pub(super) fn evaluation(&mut self) -> Fits {
        need!(self.expressions());
        self.many(|peg| peg.tok(code::NEWLINE))?;
        need!(self.tok(code::ENDMARKER));
        Ok(Some(()))
    }

    pub(super) fn func_type(&mut self) -> Fits {
        need!(self.tok(code::LPAR));
        self.optional(|peg| {
            peg.separated(code::COMMA, |peg| {
                peg.optional(|peg| peg.tok_any(&[code::STAR, code::DOUBLESTAR]))?;
                peg.expression()
            })
        })?;
        need!(self.tok(code::RPAR));
        need!(self.tok(code::RARROW));
        need!(self.expression());
        self.many(|peg| peg.tok(code::NEWLINE))?;
        need!(self.tok(code::ENDMARKER));
        Ok(Some(()))
    }

    fn statements(&mut self) -> Fits {
        need!(self.many1(Self::statement));
        Ok(Some(()))
    }

    fn statement(&mut self) -> Fits {
        alt!(self, Self::compound_stmt);
        self.simple_stmts()
    }

    fn simple_stmts(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.simple_stmt());
            check!(!peg.at(code::SEMI)?);
            need!(peg.tok(code::NEWLINE));
            Ok(Some(()))
        });
        need!(self.separated(code::SEMI, Self::simple_stmt));
        self.optional(|peg| peg.tok(code::SEMI))?;
        need!(self.tok(code::NEWLINE));
        Ok(Some(()))
    }

    fn simple_stmt(&mut self) -> R {
        self.memoised(Memo::SimpleStmt, |peg| {
            let first = peg.mark;
            if peg.attempt(Self::assignment)?.is_some() {
                return peg.other("statement", first);
            }
            alt!(peg, Self::star_expressions);
            let fits = match peg.peek()? {
                code::RETURN => peg.return_stmt()?,
                code::IMPORT => peg.import_name()?,
                code::FROM => peg.import_from()?,
                code::RAISE => peg.raise_stmt()?,
                token @ (code::PASS | code::BREAK | code::CONTINUE) => peg.tok(token)?.map(|_| ()),
                code::DEL => peg.del_stmt()?,
                code::YIELD => peg.yield_expr()?.map(|_| ()),
                code::ASSERT => peg.assert_stmt()?,
                token @ (code::GLOBAL | code::NONLOCAL) => {
                    need!(peg.tok(token));
                    peg.separated(code::COMMA, Self::name)?.map(|_| ())
                }
                _ => None,
            };
            need!(Ok::<_, Stop>(fits));
            peg.other("statement", first)
        })
    }

    fn value(&mut self) -> R {
        alt!(self, Self::yield_expr);
        self.star_expressions()
    }

    fn assigned_value(&mut self) -> Fits {
        need!(self.tok(code::EQUAL));
        need!(self.value());
        Ok(Some(()))
    }

    fn targets_and_equals(&mut self) -> Fits {
        need!(self.star_targets());
        need!(self.tok(code::EQUAL));
        Ok(Some(()))
    }

    fn augassign(&mut self) -> Found<usize> {
        let token = self.peek()?;
        check!(AUGMENTED.contains(&token));
        self.tok(token)
    }

    fn assignment(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.name());
            need!(peg.tok(code::COLON));
            need!(peg.expression());
            peg.optional(Self::assigned_value)?;
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.annotation_target());
            need!(peg.tok(code::COLON));
            need!(peg.expression());
            peg.optional(Self::assigned_value)?;
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.many1(Self::targets_and_equals));
            need!(peg.value());
            check!(!peg.at(code::EQUAL)?);
            peg.optional(|peg| peg.tok(code::TYPE_COMMENT))?;
            Ok(Some(()))
        });
        let mut cut = false;
        let augmented = self.attempt(|peg| {
            need!(peg.single_target());
            need!(peg.augassign());
            cut = true;
            need!(peg.value());
            Ok(Some(()))
        })?;
        if augmented.is_some() || cut {
            return Ok(augmented);
        }
        self.mistakes(Self::invalid_assignment)?;
        Ok(None)
    }

    fn invalid_assignment(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            let target = need!(peg.invalid_ann_assign_target());
            need!(peg.tok(code::COLON));
            need!(peg.expression());
            peg.raise_at(format!("only single target (not {}) can be annotated", target.name()), &target)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            let first = need!(peg.star_named_expression());
            need!(peg.tok(code::COMMA));
            peg.many(|peg| {
                need!(peg.star_named_expression());
                peg.optional(|peg| peg.tok(code::COMMA))
            })?;
            need!(peg.tok(code::COLON));
            need!(peg.expression());
            peg.raise_at("only single target (not tuple) can be annotated", &first)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            let target = need!(peg.expression());
            need!(peg.tok(code::COLON));
            need!(peg.expression());
            peg.raise_at("illegal target for annotation", &target)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            peg.many(Self::targets_and_equals)?;
            let target = need!(peg.star_expressions());
            need!(peg.tok(code::EQUAL));
            peg.raise_target(&target, Targets::Star)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            peg.many(Self::targets_and_equals)?;
            let target = need!(peg.yield_expr());
            need!(peg.tok(code::EQUAL));
            peg.raise_at("assignment to yield expression not possible", &target)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            let target = need!(peg.star_expressions());
            need!(peg.augassign());
            need!(peg.value());
            let message = format!("'{}' is an illegal expression for augmented assignment", target.name());
            peg.raise_at(message, &target)
        });
        Ok(())
    }

    fn invalid_ann_assign_target(&mut self) -> R {
        alt!(self, Self::list);
        alt!(self, Self::tuple);
        need!(self.tok(code::LPAR));
        self.descend()?;
        let target = need!(self.invalid_ann_assign_target());
        self.ascend();
        need!(self.tok(code::RPAR));
        Ok(Some(target))
    }

    fn return_stmt(&mut self) -> Fits {
        need!(self.tok(code::RETURN));
        self.optional(Self::star_expressions)?;
        Ok(Some(()))
    }

    fn raise_stmt(&mut self) -> Fits {
        need!(self.tok(code::RAISE));
        self.optional(|peg| {
            need!(peg.expression());
            peg.optional(|peg| {
                need!(peg.tok(code::FROM));
                peg.expression()
            })
        })?;
        Ok(Some(()))
    }

    fn assert_stmt(&mut self) -> Fits {
        need!(self.tok(code::ASSERT));
        need!(self.expression());
        self.optional(|peg| {
            need!(peg.tok(code::COMMA));
            peg.expression()
        })?;
        Ok(Some(()))
    }

    fn del_stmt(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::DEL));
            need!(peg.del_targets());
            check!(peg.at_any(&[code::SEMI, code::NEWLINE])?);
            Ok(Some(()))
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                need!(peg.tok(code::DEL));
                let target = need!(peg.star_expressions());
                peg.raise_target(&target, Targets::Del)
            });
            Ok(())
        })?;
        Ok(None)
    }

    fn dotted_name(&mut self) -> Fits {
        need!(self.separated(code::DOT, Self::name));
        Ok(Some(()))
    }

    fn as_name(&mut self) -> Fits {
        need!(self.tok(code::AS));
        need!(self.name());
        Ok(Some(()))
    }

    fn import_name(&mut self) -> Fits {
        need!(self.tok(code::IMPORT));
        need!(self.separated(code::COMMA, |peg| {
            need!(peg.dotted_name());
            peg.optional(Self::as_name)
        }));
        Ok(Some(()))
    }

    fn import_from(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::FROM));
            peg.many(|peg| peg.tok_any(&[code::DOT, code::ELLIPSIS]))?;
            need!(peg.dotted_name());
            need!(peg.tok(code::IMPORT));
            peg.import_from_targets()
        });
        need!(self.tok(code::FROM));
        need!(self.many1(|peg| peg.tok_any(&[code::DOT, code::ELLIPSIS])));
        need!(self.tok(code::IMPORT));
        self.import_from_targets()
    }

    fn import_from_as_names(&mut self) -> Fits {
        need!(self.separated(code::COMMA, |peg| {
            need!(peg.name());
            peg.optional(Self::as_name)
        }));
        Ok(Some(()))
    }

    fn import_from_targets(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::LPAR));
            need!(peg.import_from_as_names());
            peg.optional(|peg| peg.tok(code::COMMA))?;
            need!(peg.tok(code::RPAR));
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.import_from_as_names());
            check!(!peg.at(code::COMMA)?);
            Ok(Some(()))
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::STAR));
            Ok(Some(()))
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                need!(peg.import_from_as_names());
                need!(peg.tok(code::COMMA));
                need!(peg.tok(code::NEWLINE));
                let message = "trailing comma not allowed without surrounding parentheses";
                peg.raise(message, ErrorPlace::LastRead)
            });
            Ok(())
        })?;
        Ok(None)
    }

    // Compound statements.

    fn block(&mut self) -> Fits {
        let found = self.memoised(Memo::Block, |peg| {
            let first = peg.mark;
            let indented = peg.attempt(|peg| {
                need!(peg.tok(code::NEWLINE));
                need!(peg.tok(code::INDENT));
                need!(peg.statements());
                peg.tok(code::DEDENT)
            })?;
            if indented.is_some() || peg.attempt(Self::simple_stmts)?.is_some() {
                return peg.other("block", first);
            }
            peg.mistakes(|peg| {
                mistake!(peg, |peg: &mut Self| -> Fits {
                    need!(peg.missing_block());
                    let message = "expected an indented block".to_owned();
                    Err(Stop::Raised(Raised { message, place: ErrorPlace::LastRead, indentation: true }))
                });
                Ok(())
            })?;
            Ok(None)
        })?;
        Ok(found.map(|_| ()))
    }

    /// NEWLINE and no INDENT.
    fn missing_block(&mut self) -> Fits {
        need!(self.tok(code::NEWLINE));
        check!(!self.at(code::INDENT)?);
        Ok(Some(()))
    }

    /// `:` NEWLINE and no INDENT.
    fn colon_without_block(&mut self) -> Fits {
        need!(self.tok(code::COLON));
        self.missing_block()
    }

    fn compound_stmt(&mut self) -> Fits {
        let token = self.peek()?;
        self.descend()?;
        let fits = self.attempt(|peg| {
            if matches!(token, code::DEF | code::AT | code::ASYNC) {
                alt!(peg, Self::function_def);
            }
            if token == code::IF {
                alt!(peg, Self::if_stmt);
            }
            if matches!(token, code::CLASS | code::AT) {
                alt!(peg, Self::class_def);
            }
            if matches!(token, code::WITH | code::ASYNC) {
                alt!(peg, Self::with_stmt);
            }
            if matches!(token, code::FOR | code::ASYNC) {
                alt!(peg, Self::for_stmt);
            }
            if token == code::TRY {
                alt!(peg, Self::try_stmt);
            }
            if token == code::WHILE {
                alt!(peg, Self::while_stmt);
            }
            peg.match_stmt()
        })?;
        self.ascend();
        Ok(fits)
    }

    fn decorators(&mut self) -> Fits {
        need!(self.many1(|peg| {
            need!(peg.tok(code::AT));
            need!(peg.named_expression());
            peg.tok(code::NEWLINE)
        }));
        Ok(Some(()))
    }

    fn class_def(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.decorators());
            peg.class_def_raw()
        });
        self.class_def_raw()
    }

    fn class_header(&mut self) -> Found<usize> {
        let keyword = need!(self.tok(code::CLASS));
        need!(self.name());
        self.optional(|peg| {
            need!(peg.tok(code::LPAR));
            peg.optional(Self::arguments)?;
            peg.tok(code::RPAR)
        })?;
        Ok(Some(keyword))
    }

    fn class_def_raw(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_header(Self::class_header, "class definition"))?;
        need!(self.class_header());
        need!(self.tok(code::COLON));
        self.block()
    }

    /// The two mistakes behind most headers: a line's end instead of the colon, and no block behind it.
    fn invalid_header(&mut self, header: fn(&mut Self) -> Found<usize>, what: &str) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(header(peg));
            need!(peg.tok(code::NEWLINE));
            peg.raise("expected ':'", ErrorPlace::LastRead)
        });
        self.invalid_block_after(header, what)
    }

    fn invalid_block_after(&mut self, header: fn(&mut Self) -> Found<usize>, what: &str) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            let keyword = need!(header(peg));
            need!(peg.colon_without_block());
            peg.raise_block(what, keyword)
        });
        Ok(())
    }

    fn function_def(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.decorators());
            peg.function_def_raw()
        });
        self.function_def_raw()
    }

    fn function_def_raw(&mut self) -> Fits {
        self.mistakes(|peg| {
            peg.invalid_block_after(
                |peg| {
                    peg.optional(|peg| peg.tok(code::ASYNC))?;
                    let keyword = need!(peg.tok(code::DEF));
                    need!(peg.name());
                    need!(peg.tok(code::LPAR));
                    peg.optional(Self::params)?;
                    need!(peg.tok(code::RPAR));
                    peg.optional(Self::return_annotation)?;
                    Ok(Some(keyword))
                },
                "function definition",
            )
        })?;
        for is_async in [false, true] {
            alt!(self, |peg: &mut Self| -> Fits {
                if is_async {
                    need!(peg.tok(code::ASYNC));
                }
                need!(peg.tok(code::DEF));
                need!(peg.name());
                need!(peg.forced(code::LPAR));
                peg.optional(Self::params)?;
                need!(peg.tok(code::RPAR));
                peg.optional(Self::return_annotation)?;
                need!(peg.forced(code::COLON));
                peg.optional(Self::func_type_comment)?;
                peg.block()
            });
        }
        Ok(None)
    }

    fn return_annotation(&mut self) -> R {
        need!(self.tok(code::RARROW));
        self.expression()
    }

    fn func_type_comment(&mut self) -> Fits {
        if !self.type_comments {
            return Ok(None);
        }
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::NEWLINE));
            need!(peg.tok(code::TYPE_COMMENT));
            check!(peg.look(|peg| {
                need!(peg.tok(code::NEWLINE));
                peg.tok(code::INDENT)
            })?);
            Ok(Some(()))
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                need!(peg.tok(code::TYPE_COMMENT));
                need!(peg.tok(code::NEWLINE));
                need!(peg.tok(code::TYPE_COMMENT));
                need!(peg.tok(code::NEWLINE));
                need!(peg.tok(code::INDENT));
                peg.raise("Cannot have two type comments on def", ErrorPlace::LastRead)
            });
            Ok(())
        })?;
        need!(self.tok(code::TYPE_COMMENT));
        Ok(Some(()))
    }

    fn if_header(&mut self) -> Found<usize> {
        need!(self.tok(code::IF));
        // CPython names the line of the condition here.
        Ok(self.named_expression()?.map(|test| test.first))
    }

    fn elif_header(&mut self) -> Found<usize> {
        let keyword = need!(self.tok(code::ELIF));
        need!(self.named_expression());
        Ok(Some(keyword))
    }

    fn while_header(&mut self) -> Found<usize> {
        let keyword = need!(self.tok(code::WHILE));
        need!(self.named_expression());
        Ok(Some(keyword))
    }

    fn if_stmt(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_header(Self::if_header, "'if' statement"))?;
        need!(self.if_header());
        need!(self.tok(code::COLON));
        need!(self.block());
        self.after_if()
    }

    /// `elif` branches and `else`, one behind the other.
    fn after_if(&mut self) -> Fits {
        loop {
            let branch = self.attempt(|peg| {
                peg.mistakes(|peg| peg.invalid_header(Self::elif_header, "'elif' statement"))?;
                need!(peg.elif_header());
                need!(peg.tok(code::COLON));
                peg.block()
            })?;
            if branch.is_none() {
                break;
            }
        }
        self.optional(Self::else_block)?;
        Ok(Some(()))
    }

    fn else_block(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_block_after(|peg| peg.tok(code::ELSE), "'else' statement"))?;
        need!(self.tok(code::ELSE));
        need!(self.forced(code::COLON));
        self.block()
    }

    fn while_stmt(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_header(Self::while_header, "'while' statement"))?;
        need!(self.while_header());
        need!(self.tok(code::COLON));
        need!(self.block());
        self.optional(Self::else_block)?;
        Ok(Some(()))
    }

    fn for_header(&mut self) -> Found<usize> {
        self.optional(|peg| peg.tok(code::ASYNC))?;
        let keyword = need!(self.tok(code::FOR));
        need!(self.star_targets());
        need!(self.tok(code::IN));
        need!(self.star_expressions());
        Ok(Some(keyword))
    }

    fn for_stmt(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_header(Self::for_header, "'for' statement"))?;
        let mut cut = false;
        let statement = self.attempt(|peg| {
            peg.optional(|peg| peg.tok(code::ASYNC))?;
            need!(peg.tok(code::FOR));
            need!(peg.star_targets());
            need!(peg.tok(code::IN));
            cut = true;
            need!(peg.star_expressions());
            need!(peg.tok(code::COLON));
            peg.optional(|peg| peg.tok(code::TYPE_COMMENT))?;
            need!(peg.block());
            peg.optional(Self::else_block)
        })?;
        if statement.is_none() && !cut {
            self.mistakes(Self::invalid_for_target)?;
        }
        Ok(statement.map(|_| ()))
    }

    /// A `with` header whose items are checked no further than mistakes need.
    fn loose_with_header(&mut self, parenthesised: bool) -> Found<usize> {
        self.optional(|peg| peg.tok(code::ASYNC))?;
        let keyword = need!(self.tok(code::WITH));
        if parenthesised {
            need!(self.tok(code::LPAR));
        }
        need!(self.separated(code::COMMA, |peg| {
            if parenthesised {
                need!(peg.expressions());
            } else {
                need!(peg.expression());
            }
            peg.optional(|peg| {
                need!(peg.tok(code::AS));
                peg.star_target()
            })
        }));
        if parenthesised {
            self.optional(|peg| peg.tok(code::COMMA))?;
            need!(self.tok(code::RPAR));
        }
        Ok(Some(keyword))
    }

    fn plain_with_header(&mut self) -> Found<usize> {
        self.loose_with_header(false)
    }

    fn parenthesised_with_header(&mut self) -> Found<usize> {
        self.loose_with_header(true)
    }

    fn with_stmt(&mut self) -> Fits {
        self.mistakes(|peg| {
            peg.invalid_block_after(Self::plain_with_header, "'with' statement")?;
            peg.invalid_block_after(Self::parenthesised_with_header, "'with' statement")
        })?;
        for is_async in [false, true] {
            let keyword = |peg: &mut Self| -> Fits {
                if is_async {
                    need!(peg.tok(code::ASYNC));
                }
                need!(peg.tok(code::WITH));
                Ok(Some(()))
            };
            alt!(self, |peg: &mut Self| -> Fits {
                need!(keyword(peg));
                need!(peg.tok(code::LPAR));
                need!(peg.separated(code::COMMA, Self::with_item));
                peg.optional(|peg| peg.tok(code::COMMA))?;
                need!(peg.tok(code::RPAR));
                need!(peg.tok(code::COLON));
                peg.block()
            });
            alt!(self, |peg: &mut Self| -> Fits {
                need!(keyword(peg));
                need!(peg.separated(code::COMMA, Self::with_item));
                need!(peg.tok(code::COLON));
                peg.optional(|peg| peg.tok(code::TYPE_COMMENT))?;
                peg.block()
            });
        }
        self.mistakes(|peg| {
            for header in [Self::plain_with_header, Self::parenthesised_with_header] {
                mistake!(peg, |peg: &mut Self| -> Fits {
                    need!(header(peg));
                    need!(peg.tok(code::NEWLINE));
                    peg.raise("expected ':'", ErrorPlace::LastRead)
                });
            }
            Ok(())
        })?;
        Ok(None)
    }

    fn with_item(&mut self) -> Fits {
        const AFTER: [u8; 3] = [code::COMMA, code::RPAR, code::COLON];
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.expression());
            need!(peg.tok(code::AS));
            need!(peg.star_target());
            check!(peg.at_any(&AFTER)?);
            Ok(Some(()))
        });
        self.mistakes(|peg| {
            mistake!(peg, |peg: &mut Self| -> Fits {
                need!(peg.expression());
                need!(peg.tok(code::AS));
                let target = need!(peg.expression());
                check!(peg.at_any(&AFTER)?);
                peg.raise_target(&target, Targets::Star)
            });
            Ok(())
        })?;
        need!(self.expression());
        Ok(Some(()))
    }

    fn try_stmt(&mut self) -> Fits {
        self.mistakes(Self::invalid_try_stmt)?;
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::TRY));
            need!(peg.forced(code::COLON));
            need!(peg.block());
            peg.finally_block()
        });
        for clause in [Self::except_block, Self::except_star_block] {
            alt!(self, |peg: &mut Self| -> Fits {
                need!(peg.tok(code::TRY));
                need!(peg.forced(code::COLON));
                need!(peg.block());
                need!(peg.many1(clause));
                peg.optional(Self::else_block)?;
                peg.optional(Self::finally_block)?;
                Ok(Some(()))
            });
        }
        Ok(None)
    }

    fn invalid_try_stmt(&mut self) -> Checked {
        const BOTH: &str = "cannot have both 'except' and 'except*' on the same 'try'";
        self.invalid_block_after(|peg| peg.tok(code::TRY), "'try' statement")?;
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::TRY));
            need!(peg.tok(code::COLON));
            need!(peg.block());
            check!(!peg.at_any(&[code::EXCEPT, code::FINALLY])?);
            peg.raise("expected 'except' or 'finally' block", ErrorPlace::LastRead)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::TRY));
            need!(peg.tok(code::COLON));
            peg.many(Self::block)?;
            need!(peg.many1(Self::except_block));
            let except = need!(peg.tok(code::EXCEPT));
            let star = need!(peg.tok(code::STAR));
            need!(peg.expression());
            peg.optional(Self::as_name)?;
            need!(peg.tok(code::COLON));
            peg.raise(BOTH, ErrorPlace::Tokens(except, star))
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::TRY));
            need!(peg.tok(code::COLON));
            peg.many(Self::block)?;
            need!(peg.many1(Self::except_star_block));
            let except = need!(peg.tok(code::EXCEPT));
            peg.optional(|peg| {
                need!(peg.expression());
                peg.optional(Self::as_name)
            })?;
            need!(peg.tok(code::COLON));
            peg.raise_token(BOTH, except)
        });
        Ok(())
    }

    fn typed_except(&mut self) -> Found<usize> {
        let keyword = need!(self.tok(code::EXCEPT));
        need!(self.expression());
        self.optional(Self::as_name)?;
        Ok(Some(keyword))
    }

    fn star_except(&mut self) -> Found<usize> {
        let keyword = need!(self.tok(code::EXCEPT));
        need!(self.tok(code::STAR));
        need!(self.expression());
        self.optional(Self::as_name)?;
        Ok(Some(keyword))
    }

    fn except_block(&mut self) -> Fits {
        self.mistakes(|peg| {
            peg.invalid_block_after(Self::typed_except, "'except' statement")?;
            peg.invalid_block_after(|peg| peg.tok(code::EXCEPT), "'except' statement")
        })?;
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.typed_except());
            need!(peg.tok(code::COLON));
            peg.block()
        });
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::EXCEPT));
            need!(peg.tok(code::COLON));
            peg.block()
        });
        self.mistakes(Self::invalid_except_stmt)?;
        Ok(None)
    }

    fn except_star_block(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_block_after(Self::star_except, "'except*' statement"))?;
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.star_except());
            need!(peg.tok(code::COLON));
            peg.block()
        });
        self.mistakes(Self::invalid_except_stmt)?;
        Ok(None)
    }

    fn invalid_except_stmt(&mut self) -> Checked {
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::EXCEPT));
            peg.optional(|peg| peg.tok(code::STAR))?;
            let class = need!(peg.expression());
            need!(peg.tok(code::COMMA));
            need!(peg.expressions());
            peg.optional(Self::as_name)?;
            need!(peg.tok(code::COLON));
            peg.raise("multiple exception types must be parenthesized", ErrorPlace::ToLastRead(class.first))
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::EXCEPT));
            peg.optional(|peg| peg.tok(code::STAR))?;
            need!(peg.expression());
            peg.optional(Self::as_name)?;
            need!(peg.tok(code::NEWLINE));
            peg.raise("expected ':'", ErrorPlace::LastRead)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::EXCEPT));
            need!(peg.tok(code::NEWLINE));
            peg.raise("expected ':'", ErrorPlace::LastRead)
        });
        mistake!(self, |peg: &mut Self| -> Fits {
            need!(peg.tok(code::EXCEPT));
            need!(peg.tok(code::STAR));
            need!(peg.tok_any(&[code::NEWLINE, code::COLON]));
            peg.raise("expected one or more exception types", ErrorPlace::LastRead)
        });
        Ok(())
    }

    fn finally_block(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_block_after(|peg| peg.tok(code::FINALLY), "'finally' statement"))?;
        need!(self.tok(code::FINALLY));
        need!(self.forced(code::COLON));
        self.block()
    }

    fn match_header(&mut self) -> Found<usize> {
        let keyword = need!(self.soft("match"));
        alt!(self, |peg: &mut Self| -> Found<usize> {
            need!(peg.star_named_expression());
            need!(peg.tok(code::COMMA));
            peg.optional(|peg| {
                need!(peg.separated(code::COMMA, Self::star_named_expression));
                peg.optional(|peg| peg.tok(code::COMMA))
            })?;
            Ok(Some(keyword))
        });
        need!(self.named_expression());
        Ok(Some(keyword))
    }

    fn match_stmt(&mut self) -> Fits {
        alt!(self, |peg: &mut Self| -> Fits {
            need!(peg.match_header());
            need!(peg.tok(code::COLON));
            need!(peg.tok(code::NEWLINE));
            need!(peg.tok(code::INDENT));
            need!(peg.many1(Self::case_block));
            need!(peg.tok(code::DEDENT));
            Ok(Some(()))
        });
        self.mistakes(|peg| peg.invalid_header(Self::match_header, "'match' statement"))?;
        Ok(None)
    }

    fn case_header(&mut self) -> Found<usize> {
        let keyword = need!(self.soft("case"));
        need!(self.patterns());
        self.optional(|peg| {
            need!(peg.tok(code::IF));
            peg.named_expression()
        })?;
        Ok(Some(keyword))
    }

    fn case_block(&mut self) -> Fits {
        self.mistakes(|peg| peg.invalid_header(Self::case_header, "'case' statement"))?;
        need!(self.case_header());
        need!(self.tok(code::COLON));
        self.block()
    }
}
