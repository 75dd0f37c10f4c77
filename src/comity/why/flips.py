"""What flipped: one law on two legs, or in two editions. Each provision that is another, the tests on facts that make it so, and the facts that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from comity.facts.value import FALSE, Truth, Value
from comity.law.condition import And, Compare, Condition, Fact, Member, Not, Or, Path
from comity.law.rulebook import Law
from comity.verdict.opinion import Bar, Opinion, Owed, Way
from comity.why.story import teller

Stand: TypeAlias = Bar | Way | Owed
"""How a provision stands: a prohibition, a ground or a duty."""
SILENT: Final[Sequence[Condition]] = ()


@dataclass(frozen=True)
class Leaf:
    """A test on facts, and the provision that it belongs to most nearly; its truth on either side, none where nothing there asks it."""

    node: Condition
    law: Law
    here: Truth | None
    there: Truth | None


@dataclass(frozen=True)
class Flip:
    """A provision that stands otherwise on the two sides; none where it is out of the question there. `leaves`: the tests that make it so."""

    law: Law
    here: Stand | None
    there: Stand | None
    leaves: Sequence[Leaf]


def flips(here: Opinion, there: Opinion) -> Iterator[Flip]:
    """Every provision of one law that stands otherwise, prohibitions first, then grounds, then duties."""
    sides = _stands(here), _stands(there)
    known = _conditions(here), _conditions(there)
    for key in dict.fromkeys((*sides[0], *sides[1])):
        one, other = sides[0].get(key), sides[1].get(key)
        if _same(one, other):
            continue
        law = next(_law(stand) for stand in (one, other) if stand is not None)
        yield Flip(law, one, other, list(_leaves(law, (here, there), (known[0].get(key, SILENT), known[1].get(key, SILENT)))))


def differing(here: Opinion, there: Opinion) -> Iterator[tuple[Path, tuple[str, str], tuple[Value, Value]]]:
    """The facts that a law asks after and that differ: of which record (by its name) on either side, and what they may be."""
    sides = here, there
    asked = [condition for side in sides for key in _stands(side) for condition in _conditions(side).get(key, SILENT)]
    tellers = [teller(side.judged, side.regime) for side in sides]
    for path in dict.fromkeys(path for condition in asked for leaf in _every(condition) for path in paths(leaf)):
        first, second = (one.value(path, one.frame) for one in tellers)
        if first != second:
            names = [one.fact(path, one.frame).record[1] for one in tellers]
            yield path, (names[0], names[1]), (first, second)


def paths(leaf: Condition) -> Iterator[Path]:
    """The facts of the leg, and of what it leads to, that a test holds against something."""
    for side in (getattr(leaf, "left", None), getattr(leaf, "right", None), getattr(leaf, "term", None)):
        if isinstance(side, Path) and side.root == "leg" and not side.fact.startswith("@") and ":" not in side.fact:
            yield side


def _stands(one: Opinion) -> dict[tuple[str, str], Stand]:
    """Everything of which there can be a question, by what it is and its path."""
    found: dict[tuple[str, str], Stand] = {("prohibition", bar.law.path): bar for bar in one.bars}
    found |= {("ground", way.ground.path): way for bar in one.bars for way in bar.ways}
    return found | {("duty", owed.law.path): owed for owed in one.owed}


def _conditions(one: Opinion) -> Mapping[tuple[str, str], Sequence[Condition]]:
    """What each provision asks."""
    regime = one.regime
    found: dict[tuple[str, str], Sequence[Condition]] = {("prohibition", law.path): (when,) for law, when in regime.prohibitions}
    found |= {("ground", g.ground.path): (g.holds, g.available) for g in regime.grounds}
    return found | {("duty", d.duty.path): (d.owed, d.met) for d in regime.duties}


def _law(stand: Stand) -> Law:
    return stand.ground if isinstance(stand, Way) else stand.law


def _same(one: Stand | None, other: Stand | None) -> bool:
    """Does it stand alike? A ground that nothing is asked of on one side does so if it does not hold on the other."""
    match one, other:
        case Bar(), Bar():
            return (one.truth, one.lifted, one.span) == (other.truth, other.lifted, other.span)
        case Way(), Way():
            return (one.holds, one.available) == (other.holds, other.available)
        case Owed(), Owed():
            return (one.owed, one.state, one.due) == (other.owed, other.state, other.due)
        case (Way() as way, None) | (None, Way() as way):
            return way.holds == FALSE
        case _:
            return False


def _leaves(law: Law, sides: tuple[Opinion, Opinion], conditions: tuple[Sequence[Condition], Sequence[Condition]]) -> Iterator[Leaf]:
    """The tests that decide on one side and are otherwise, or not asked, on the other."""
    asked = [{leaf for condition in some for leaf in _every(condition)} for some in conditions]
    found: dict[Condition, Law] = {}
    for side, some in zip(sides, conditions, strict=True):
        for condition in some:
            for leaf, nearest in _deciding(condition, side, law):
                found.setdefault(leaf, nearest)
    for leaf, nearest in found.items():
        here, there = (_truth(side, leaf) if leaf in known else None for side, known in zip(sides, asked, strict=True))
        if here != there:
            yield Leaf(leaf, nearest, here, there)


def _truth(side: Opinion, node: Condition) -> Truth:
    return side.judged.stretch.truth(node, side.judged.row)


def _deciding(node: Condition, side: Opinion, law: Law) -> Iterator[tuple[Condition, Law]]:
    """The tests that share the truth of the whole, each with the provision that it belongs to."""
    label = side.regime.labels.get(node)
    nearest = label[0] if label else law
    match node:
        case And(parts) | Or(parts):
            truth = _truth(side, node)
            for part in parts:
                if _truth(side, part) == truth:
                    yield from _deciding(part, side, nearest)
        case Not(part):
            yield from _deciding(part, side, nearest)
        case Fact() | Compare() | Member():
            yield node, nearest
        case _:
            pass


def _every(node: Condition) -> Iterable[Condition]:
    """Every test of a condition, once."""
    seen: set[Condition] = set()
    stack = [node]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        match here:
            case And(parts) | Or(parts):
                stack += reversed(parts)
            case Not(part):
                stack.append(part)
            case Fact() | Compare() | Member():
                yield here
            case _:
                pass
