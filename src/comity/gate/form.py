"""The forms in which a column may cross: a closed set. Every engine gives them the same meaning, to the byte.

Null stays null in each. All keep the type of the column but one: a pseudonym is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, assert_never

from comity.gate.kind import Kind
from comity.text.source import nearest

ROOM: Final = 37
"""Digits of a decimal that can be coarsened."""
WIDEST: Final = 2**31 - 1
HIGHEST: Final = 1.79e308
"""A number beyond may be divided and multiplied into infinity."""
FURTHEST: Final = 360
"""Degrees: a number beyond is no place, and nobody knows how coarse a grid it needs."""


@dataclass(frozen=True, slots=True)
class Keep:
    """As it is."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Not at all: null where another cell lets the column cross, else no such column."""


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """A keyed pseudonym: see `Mac`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A coordinate in degrees, down to the next line of a grid with so many to a degree: floor(x · k) / k.

    Floor, never round: engines break ties in different ways. What is no degree (not a number, or beyond ±360) crosses as null.
    """

    per_degree: int


@dataclass(frozen=True, slots=True)
class Truncate:
    """A day or an instant, back to the first of its year or month; midnight, in UTC where the instant has a zone.

    Outside the years 1 to 9999 it crosses as null: not every engine can count there.
    """

    unit: Literal["year", "month"]


@dataclass(frozen=True, slots=True)
class Band:
    """A number, down to the next multiple of a width: floor(x / w) · w.

    What is not finite, is beyond `HIGHEST`, or has no multiple below it in its type, crosses as null.
    """

    width: int


Form = Keep | Drop | Pseudonym | Grid | Truncate | Band

PLAIN: Final[dict[str, Form]] = {"keep": Keep(), "drop": Drop(), "pseudonym": Pseudonym(), "year": Truncate("year"), "month": Truncate("month")}


def parse(text: str) -> Form:
    """The form that words name: `keep`, `drop`, `pseudonym`, `year`, `month`, `grid 10 per degree`, `band 5`.

    Raises:
        ValueError: they name none; says what would.
    """
    words = " ".join(text.split())
    if words in PLAIN:
        return PLAIN[words]
    if found := re.fullmatch(r"(?:grid ([0-9]{1,10}) per degree|band ([0-9]{1,10}))", words):
        number = int(found[1] or found[2])
        if not 1 <= number <= WIDEST:
            raise ValueError(f"'{text}': the number must be from 1 to {WIDEST:,}")
        return Grid(number) if found[1] else Band(number)
    close = nearest(words, (*PLAIN, "grid 10 per degree", "band 5"))
    raise ValueError(f"'{text}' is no form" + (f", {close}" if close else "; a form is keep, drop, pseudonym, year, month, grid 10 per degree or band 5"))


def spoken(form: Form) -> str:
    """The words that `parse` reads as this form."""
    match form:
        case Keep():
            return "keep"
        case Drop():
            return "drop"
        case Pseudonym():
            return "pseudonym"
        case Truncate(unit):
            return unit
        case Grid(per_degree):
            return f"grid {per_degree} per degree"
        case Band(width):
            return f"band {width}"
    assert_never(form)


def accepts(form: Form, kind: Kind) -> bool:
    """Whether a column of this kind can cross in this form.

    A grid takes no whole numbers: those may be millionths of a degree, and would cross as they are.
    It takes decimals if a line of the grid falls on decimals with so many places, or each of them on a line.
    Decimals of more than 37 digits have no room for the arithmetic everywhere, nor do those for a band that they cannot hold.
    """
    match form:
        case Keep() | Drop():
            return True
        case Pseudonym():
            return kind.word in {"text", "whole"}
        case Truncate():
            return kind.word in {"day", "instant"}
        case Grid(per_degree):
            lines = 10**kind.scale % per_degree == 0 or per_degree % 10**kind.scale == 0
            return kind.word == "real" or (kind.word == "decimal" and kind.precision <= ROOM and lines)
        case Band(width):
            fits = kind.precision <= ROOM and width < 10 ** (kind.precision - kind.scale)
            return kind.word in {"whole", "real"} or (kind.word == "decimal" and fits)
    assert_never(form)
