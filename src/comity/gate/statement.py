"""What goes into the text of a statement of SQL: names, texts, and a query that stands in for a table."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import sqlglot
from sqlglot import TokenType, exp

BEGINS: Final = (TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN, TokenType.VALUES)
"""What a query begins with."""
NO_TEXT: Final = "a character of code 0, which no database takes"
NO_QUERY: Final = "a query is one SELECT, and nothing else"


def quoted(name: str, mark: str = '"') -> str:
    """A name in SQL, whatever is in it.

    Raises:
        ValueError: it holds the character that ends all text.
    """
    if "\0" in name:
        raise ValueError(NO_TEXT)
    return mark + name.replace(mark, mark * 2) + mark


def literal(text: str) -> str:
    """A text in SQL, whatever is in it, as `quoted` does it: both dialects take a backslash as it is."""
    return quoted(text, "'")


def bare(query: str) -> str:
    """A query without what may stand after its end.

    Whether it is one, the database must say that is asked, before it becomes part of another statement and on lines of its own: what a query that is whole
    by itself opens, a bracket, a quote or a comment, ends in it.

    Raises:
        ValueError: it holds the character that ends all text.
    """
    if "\0" in query:
        raise ValueError(NO_TEXT)
    return query.strip().rstrip("; \t\r\n")


def calls(query: str, dialect: str) -> set[str]:
    """The names of the functions that a query calls, in small letters.

    Raises:
        ValueError: it is not one query that reads.
    """
    try:
        tokens = sqlglot.tokenize(query, read=dialect)
        parsed = sqlglot.parse(query, read=dialect) if tokens and tokens[0].token_type in BEGINS else []  # what else there is may be told of on the way
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise ValueError("the query cannot be read") from None
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query) or parsed[0].find(exp.DML, exp.Into, exp.Lock):
        raise ValueError(NO_QUERY)
    return {name.text.lower() for name, opening in pairwise(tokens) if opening.token_type is TokenType.L_PAREN}


def steady(query: str, dialect: str, volatile: Iterable[str]) -> None:
    """Raises ValueError if a query is not one that reads, or calls one of the database's functions that do more or say something else each time."""
    if odd := sorted(calls(query, dialect) & set(volatile)):
        raise ValueError(f"the query calls {odd[0]}, which may do more than read, or find something else each time")
