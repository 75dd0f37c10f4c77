"""What a record may be while levers are undecided: the least that is known of it whichever way they go.

A fact is the set of what it may still be, so a lever about which nothing is decided is nothing but a fact less well known, and what
holds of the hull holds whatever is decided. A paper that may not come about is one of which it is not known whether it reaches any movement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import product
from typing import Final

from comity.facts.record import Dated, Record, Rows, Stated
from comity.facts.value import ANY_CODE, ANYWHERE, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import Fact

REACHES: Final = "movements"
"""The limit of a paper that names none where the paper is not there; no movement is nobody."""
WAYS: Final = 16
"""The most papers that one may be."""


def hull(variants: Sequence[Record | None], facts: Mapping[str, Fact]) -> list[Record] | None:
    """The records that may be there where it is any of these, None being no record. None where they differ in what makes legs, so that nothing can be said.

    It is one, but for a paper of which it is undecided whether it draws a limit: who is nobody is within no limit and yet within none drawn,
    and no value says either. So there are two papers, each of which may not be there.
    """
    there = [one for one in variants if one is not None]
    first = there[0]
    if not all(_alike(first, one) for one in there):
        return None
    names = dict.fromkeys(name for one in there for name in one.facts)
    unstated = {name: _unknown(facts[name]) for name in names}
    held = {name: _apart([one.facts.get(name, unstated[name]) for one in there], facts[name], first) for name in names}
    return _made(first, held, sure=len(there) == len(variants))


def crossed(was: Record | None, groups: Sequence[Sequence[Record | None]], wide: Collection[int], facts: Mapping[str, Fact]) -> list[Record] | None:
    """The same of a record that levers of several groups may tell otherwise, each group other facts of it: `groups` hold what each makes of it alone.

    Of a group that is `wide` not every way was looked at: a fact that it touches may be anything, and so may one that two groups touch.
    """
    if was is None or any(one is None for group in groups for one in group):
        return hull([was, *(one for group in groups for one in group)], facts)
    held, met = {name: [value] for name, value in was.facts.items()}, set[str]()
    for number, group in enumerate(groups):
        there = [one for one in group if one is not None]
        if not all(_alike(was, one) for one in there):
            return None
        names = {name for one in there for name in one.facts.keys() | was.facts.keys() if one.facts.get(name) != was.facts.get(name)}
        for name in names:
            free = [_anything(facts[name])] if name in met or number in wide else []
            unstated = _unknown(facts[name])
            values = [one.facts.get(name, unstated) for one in (was, *there)]
            held[name] = _apart([*held[name], *values, *free] if name in met else [*values, *free], facts[name], was)
        met |= names
    return _made(was, held, sure=True)


def _alike(one: Record, other: Record) -> bool:
    """Do they make legs alike? Who takes part has a leg of its own, and what it knows is told apart by who the parties are."""
    rows = one.facts.get("participants")
    ends = ("participants", "exporter", "importer") if isinstance(rows, Rows) and rows.rows else ("participants",)
    return one.parts == other.parts and one.several == other.several and all(one.facts.get(end) == other.facts.get(end) for end in ends)


def _made(like: Record, held: Mapping[str, Sequence[Stated]], *, sure: bool) -> list[Record] | None:
    """A record with these facts, or one for each way to take them; where there are several, or it is not sure to be there, a paper may reach nothing."""
    ways = 1
    for values in held.values():
        ways *= len(values)
    if ways > WAYS:
        return None
    found = [dict(zip(held, values, strict=True)) for values in product(*held.values())]
    if like.kind == "instrument" and (len(found) > 1 or not sure):
        for one in found:
            reach = one.get(REACHES)
            one[REACHES] = SetOf(frozenset(), reach.possible if isinstance(reach, SetOf) else None)
    return [replace(like, id=f"{like.id} ({number})" if number else like.id, facts=facts) for number, facts in enumerate(found)]


def _apart(values: Sequence[Stated], fact: Fact, of: Record) -> list[Stated]:
    """What a fact may be that is one of these; no limit and some limit apart."""
    limits = [value for value in values if value is not UNLIMITED]
    if of.kind == "instrument" and fact.name != REACHES and 0 < len(limits) < len(values):
        return [UNLIMITED, _together(limits, fact)]
    return [_together(values, fact)]


def _unknown(fact: Fact) -> Stated:
    return Rows((), open=True) if fact.type == "rows" else fact.unknown


def _anything(fact: Fact) -> Stated:
    return Rows((), open=True) if fact.type == "rows" else fact.anything


def _together(values: Sequence[Stated], fact: Fact) -> Stated:
    """What a fact may be that is one of these."""
    distinct: list[Stated] = []
    for value in {id(value): value for value in values}.values():
        if value not in distinct:
            distinct.append(value)
    if len(distinct) == 1:
        return distinct[0]
    if all(isinstance(value, Rows) for value in distinct):
        return reduce(lambda a, b: _rows(a, b, fact), (value for value in distinct if isinstance(value, Rows)))
    if any(isinstance(value, (Rows, Dated)) for value in distinct):
        return _anything(fact)
    return reduce(lambda a, b: _either(a, b, fact), distinct)  # type: ignore[arg-type]  # plain values, all of one fact


def _either(one: Value, other: Value, fact: Fact) -> Value:
    match one, other:
        case Interval(), Interval():
            return Interval(min(one.lo, other.lo), max(one.hi, other.hi)) if one.lo <= one.hi and other.lo <= other.hi else ANYWHERE
        case OneOf(left), OneOf(right) if left and right:
            return OneOf(left | right)
        case SetOf(), SetOf():
            possible = None if one.possible is None or other.possible is None else one.possible | other.possible
            return SetOf(one.known & other.known, possible)
        case int(), int():
            return UNKNOWN if one != other else one
        case _:
            return ANY_CODE if isinstance(one, OneOf) and isinstance(other, OneOf) else fact.anything  # no code, or no limit, or one of them


def _rows(one: Rows, other: Rows, fact: Fact) -> Rows:
    """The rows that are in both, what differs in them being one or the other; where one has a row that the other has not there may be more."""
    ours, theirs = list(one.rows), list(other.rows)
    kept = [row for row in ours if row in theirs]
    ours, theirs = [row for row in ours if row not in kept], [row for row in theirs if row not in kept]
    pairs = [(row, same[0]) for row in ours if len(same := [r for r in theirs if _called(r) == _called(row)]) == 1 and _called(row) is not None]
    merged = [{name: _cell(row, twin, fact.columns[name]) for name in dict.fromkeys((*row, *twin))} for row, twin in pairs]
    alone = len(pairs) < len(ours) or len(pairs) < len(theirs)
    return Rows((*kept, *merged), open=one.open or other.open or alone)


def _called(row: Mapping[str, Value]) -> Value | None:
    """What tells a row from others: its name, or what it says first."""
    return row.get("name", next(iter(row.values()), None))


def _cell(row: Mapping[str, Value], twin: Mapping[str, Value], fact: Fact) -> Value:
    found = _together([row.get(fact.name, fact.unknown), twin.get(fact.name, fact.unknown)], fact)
    assert not isinstance(found, (Rows, Dated))  # a column holds values
    return found
