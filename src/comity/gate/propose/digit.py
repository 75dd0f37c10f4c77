"""How many values of a column pass which check digit, and which telephone numbers are in use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache as once
from importlib import import_module
from re import Pattern
from re import compile as pattern
from typing import Any, Final

import phonenumbers

from comity.gate.propose.hints import Check, hints
from comity.gate.propose.sample import Seen

TRIED: Final = 100
"""Distinct values of a column that are checked."""
FIRST: Final = 12
"""Of these a tenth of random ones passes by chance: a check that most of the first fail is given up."""
CALLED: Final = 40
"""Telephone numbers of a column that are looked up, each in the numbering plans of several places."""
MOST: Final = 0.9
"""The share that has to pass: real columns hold some slips of the pen."""
DIGITS: Final = 5
"""Digits that a value has that may have a check digit."""


@dataclass(frozen=True, slots=True)
class Passed:
    """So many values of those tried pass a check."""

    check: Check
    passed: int
    tried: int

    @property
    def tells(self) -> bool:
        """Chance would not do this: a random value passes a single check digit once in ten."""
        return self.tried >= FIRST and self.passed >= MOST * self.tried


def passed(seen: Seen) -> list[Passed]:
    """The checks that nine of ten values pass, the most telling first."""
    if seen.type not in ("text", "integer"):
        return []
    tried = seen.values.head(TRIED).to_list()
    first = tried[:FIRST]
    if sum(sum(map(str.isdigit, value)) >= DIGITS for value in first) < max(1.0, MOST * len(first)):
        return []
    fit = (check for check, like in zip(hints().checks, _shapes(), strict=True) if sum(map(bool, map(like.fullmatch, first))) >= MOST * len(first))
    found = (_try(check, tried) for check in fit)
    return sorted((p for p in found if p.passed >= MOST * p.tried), key=lambda p: (p.check.backed, -p.passed))


@once
def _shapes() -> list[Pattern[str]]:
    return [pattern(check.like) for check in hints().checks]


def _try(check: Check, values: list[str]) -> Passed:
    module = _module(check.module)
    some = sum(bool(module.is_valid(value)) for value in values[:FIRST])
    if some < len(values[:FIRST]) * 0.7:
        return Passed(check, some, len(values[:FIRST]))
    return Passed(check, some + sum(bool(module.is_valid(value)) for value in values[FIRST:]), len(values))


@once
def _module(name: str) -> Any:  # noqa: ANN401 -- a module of a library, called by one name
    return import_module(name)


def telephones(seen: Seen, places: Iterable[str]) -> tuple[int, int]:
    """How many of the values tried are telephone numbers in use: with their country's code, or in one of some places (ISO 3166 alpha-2)."""
    values = seen.values.head(CALLED).to_list()
    return sum(any(_in_use(value, place) for place in (None, *places)) for value in values), len(values)


def _in_use(text: str, place: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, place))
    except phonenumbers.NumberParseException:
        return False
