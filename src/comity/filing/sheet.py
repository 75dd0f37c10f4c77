"""A sheet: rows of text under headings, with what stands above and below them. What is written from it is a document, a page or a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

TURNING: Final = frozenset("\u00ad\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that no eye sees and that turn or break a line."""


@dataclass(frozen=True)
class Stack:
    """A column of a page, which is narrower than a table: the columns of a table that stand in it, one below the other, and its share of the width."""

    columns: Sequence[int]
    width: float


@dataclass(frozen=True)
class Part:
    """Rows under a heading; of each a text for every column. `over`: what a page says above the first of several parts that are of one thing."""

    heading: str
    rows: Sequence[Sequence[str]]
    over: str = ""


@dataclass(frozen=True)
class Sheet:
    """All of it. `divided`: what a table calls the column that holds the headings, if there are any; `labelled`: a page calls what stands below by its name;
    `wide`: a page lies on its side; `closing`: the heading over the last `lines`.
    """

    title: str
    about: Sequence[str]
    columns: Sequence[str]
    stacks: Sequence[Stack]
    parts: Sequence[Part]
    closing: str
    lines: Sequence[str]
    divided: str = ""
    labelled: bool = False
    wide: bool = False

    def table(self) -> Iterator[Sequence[str]]:
        """What a table holds: what its columns are called, then every row."""
        yield [self.divided, *self.columns] if self.divided else self.columns
        for part in self.parts:
            yield from ([part.heading, *row] if self.divided else row for row in part.rows)

    def heads(self) -> list[str]:
        """What the columns of a page are called: like the first that stands in each."""
        return [self.columns[stack.columns[0]] for stack in self.stacks]

    def page(self, row: Sequence[str]) -> list[list[tuple[str, str]]]:
        """A row on a page: in each column the texts that stand below one another, and what each is called where that is told; none that is empty."""
        return [[(self.columns[at] if self.labelled and place else "", row[at]) for place, at in enumerate(stack.columns) if row[at]] for stack in self.stacks]


def shown(text: str) -> str:
    """A text of which every sign can be seen: what controls a line or turns it round is written out."""
    plain = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(c if c == "\n" or not _hidden(c) else written_out(c) for c in plain)


def written_out(sign: str) -> str:
    """A sign by its number."""
    return f"\\u{{{ord(sign):04x}}}"


def _hidden(sign: str) -> bool:
    return sign in TURNING or unicodedata.category(sign) in ("Cc", "Cs") or ord(sign) & 0xFFFE == 0xFFFE
