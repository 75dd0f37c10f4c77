"""Proposals written for a person: the `tables:` section of a world with its reasons, and a table for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from comity.gate.propose.hints import NONE, UNKNOWN
from comity.gate.propose.proposal import Proposal

PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[ .-][A-Za-z0-9_]+)*|\d+")
SAYS: Final = {"person": "who", "device": "which device", "place": "where"}
NARROW: Final = 96
"""Characters of a line of reasons."""


def write(table: str, proposed: Sequence[Proposal]) -> str:
    """The section of one table. It is not confirmed: until a person adds `confirmed`, nothing moves."""
    return "\n".join(_lines(table, proposed)) + "\n"


def _lines(table: str, proposed: Sequence[Proposal]) -> Iterator[str]:
    yield "# Proposed from names, shapes and check digits; read the reasons, correct what is wrong, then add under the table's name:"
    yield "#     confirmed: {by: your name, on: the day}"
    yield "# Until then nothing moves; nor while a column is `unknown`: say its field, or take its line out, and it stays at home."
    yield "tables:"
    yield f"  {scalar(table)}:"
    kinds = sorted({one.field for one in proposed} - {NONE, UNKNOWN})
    yield f"    asset: {scalar(table)}  # the asset of the world that this table is: say which; what it holds must be among its fields:"
    for line in _wrapped(f"[{', '.join(kinds)}]"):
        yield f"    # {line}"
    yield from _says("person", proposed, "no column says who: write `person:` with the column by which persons are counted")
    yield from _says("device", proposed, "")
    yield from _place(proposed)
    yield from _says("latitude", proposed, "")
    yield "    columns:"
    for one in proposed:
        for line in _wrapped(f"{one.confidence}: {'; '.join(one.reasons)}"):
            yield f"      # {line}"
        forms = "" if one.field == NONE else f", forms: [{', '.join(one.forms)}]"
        yield f"      {scalar(one.column)}: {{field: {one.field}{forms}}}"


def _says(role: str, proposed: Sequence[Proposal], missing: str) -> Iterator[str]:
    found = [one.column for one in proposed if one.says == role]
    if found:
        yield f"    {role}: {scalar(found[0])}"
    elif missing:
        yield f"    # {missing}"


def _place(proposed: Sequence[Proposal]) -> Iterator[str]:
    found = [one for one in proposed if one.says == "place"]
    if not found:
        yield "    # no column says where the person is: write `place: {is: ...}` if all are in one place, or `place: {column: ..., codes: {...}}`"
        return
    codes = ", ".join(f"{scalar(text)}: {place}" for text, place in sorted(found[0].codes.items(), key=lambda pair: (pair[1], pair[0])))
    yield "    # rows whose value is not among these codes stay home"
    yield f"    place: {{column: {scalar(found[0].column)}, codes: {{{codes}}}}}"


def scalar(text: str) -> str:
    """A name as one value of YAML, whatever stands in it."""
    return text if PLAIN.fullmatch(text) else '"' + "".join(map(_letter, text)) + '"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= NARROW:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def rows(proposed: Sequence[Proposal]) -> list[tuple[str, str, str, str]]:
    """For a screen: column, what it is and says, how sure, and why."""
    told: list[tuple[str, str, str, str]] = []
    for one in proposed:
        name = one.column if one.column.isprintable() else scalar(one.column)
        what = f"{one.field} · says {SAYS[one.says]}" if one.says in SAYS else one.field
        told.append((name, what, one.confidence if one.field != UNKNOWN else "held", "; ".join(one.reasons)))
    return told
