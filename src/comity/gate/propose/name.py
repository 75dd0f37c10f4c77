"""What a column's name says that it is: the last word that means something decides, and what stands before it says whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from comity.gate.propose.hints import TYPES, hints
from comity.gate.propose.word import REMEMBERED, Meaning, lexicon, parts

Means = Literal["field", "person", "key", "row", "nobody", "nothing"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a name means: a kind of field, a person's key (`rank`: whose data it mostly is, 0 first), another's key, the row's, nobody's, nothing.

    `code`: the kind of field, or what it tells in a row about a person. `word`: what says so. `sure`: no other word of the name is against it.
    `bare`: nothing else stands in the name.
    """

    means: Means
    code: str = ""
    word: str = ""
    sure: bool = True
    rank: int = 0
    bare: bool = False


NOTHING: Final = Named("nothing", sure=False)


@lru_cache(maxsize=REMEMBERED)
def read(name: str) -> Named:
    """What the name of a column means."""
    found = lexicon().meanings(parts(name))
    said: Sequence[Meaning | None] = [m for m in found if m is None or not m.quiet]
    if not said:
        return NOTHING
    first = said[0]
    if first is not None and "flags" in first.roles and len(said) > 1:
        return _flag([m for m in said[1:] if m is not None])
    while len(said) > 1 and (last := said[-1]) is not None and last.person is not None and not last.code and any(m and m.code for m in said[:-1]):
        said = said[:-1]  # some languages put the owner last
    return _head(said[-1], said[:-1], bare=len(found) == 1)


def _flag(said: list[Meaning]) -> Named:
    for meaning in reversed(said):
        if meaning.code and hints().fields[meaning.code].flag:
            return Named("field", meaning.code, meaning.phrase)
    return Named("nobody", "general", "yes or no")


def _head(head: Meaning | None, before: Sequence[Meaning | None], *, bare: bool) -> Named:
    fields = hints().fields
    near = before[-1] if before else None
    thing = near is not None and "things" in near.roles and near.person is None
    if head is None:
        return _weak(before)
    if head.code:
        if thing and head.phrase in fields[head.code].of_things:
            return Named("nobody", "general", f"{near.phrase if near else ''} {head.phrase}")
        return Named("field", head.code, head.phrase, bare=bare)
    if "identifies" in head.roles:
        return _key(head, near, before)
    if "turned" in head.roles or head.nobody:
        if near is not None and near.code and (_stays(near.code, head) or ("turned" in head.roles and _attribute(near.code))):
            return Named("field", near.code, f"{near.phrase} {head.phrase}", sure=False)
        return Named("nobody", "general" if thing and head.nobody != "purchases" else head.nobody or "general", head.phrase)
    if head.person is not None:
        return Named("person", "general", head.phrase, sure=False, rank=head.person)
    return Named("nobody", "general", head.phrase) if "things" in head.roles else NOTHING


def _stays(code: str, head: Meaning) -> bool:
    """What is said of it tells it as well: a state of health, the type of an order, the file of a face, the amount of an income."""
    field = hints().fields[code]
    secret = head.nobody == "general" and field.forms == ("drop",) and code not in hints().not_only_persons
    return field.flag or field.spreads or secret or (head.nobody == "purchases" and "float" in field.types and len(field.types) < len(TYPES))


def _attribute(code: str) -> bool:
    """What only a person has and many share, such as a sex: its number or its group tells it too."""
    return hints().fields[code].forms[0] == "keep" and code not in hints().not_only_persons


def _key(head: Meaning, near: Meaning | None, before: Sequence[Meaning | None]) -> Named:
    if not before:
        return Named("row", "general", head.phrase)
    if near is None:
        owner = next((m for m in reversed(before) if m is not None and m.person is not None), None)
        return Named("person" if owner else "key", "general", owner.phrase if owner else head.phrase, sure=False, rank=(owner and owner.person) or 0)
    if near.person is not None:
        return Named("person", "general", near.phrase, rank=near.person)
    if near.code and (hints().fields[near.code].device or near.code in hints().stands_for):
        return Named("field", near.code, f"{near.phrase} {head.phrase}")
    if near.code and "things" not in near.roles and _attribute(near.code):
        return Named("field", near.code, f"{near.phrase} {head.phrase}", sure=False)
    return Named("key", "general", f"{near.phrase} {head.phrase}")


def _weak(before: Sequence[Meaning | None]) -> Named:
    """The last word is unknown: what is known before it is a hint and no more."""
    for meaning in reversed(before):
        if meaning is not None and meaning.code:
            return Named("field", meaning.code, meaning.phrase, sure=False)
    return NOTHING


def topic(table: str) -> str:
    """The kind of field that every row of a table with this name is about, or nothing."""
    found = [m for m in lexicon().meanings(parts(table)) if m is not None and m.code and hints().fields[m.code].spreads]
    return found[-1].code if found else ""


def about(table: str) -> tuple[int | None, bool]:
    """The persons that a table with this name lists (their rank), and whether it lists things."""
    said = [m for m in lexicon().meanings(parts(table)) if m is None or not m.quiet]
    last = said[-1] if said else None
    if last is None:
        return None, False
    return last.person, "things" in last.roles and last.person is None
