"""The places a proof has to tell apart: of those that no test of the law tells apart, a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from comity.facts.place import Places
from comity.facts.value import TRUE, UNKNOWN
from comity.prove.tree import Tree

ELSEWHERE = "QZ"
"""A place of which no law speaks, or the rest of one: ISO 3166 leaves this code to its users."""
OTHERWISE = "QY"
"""Another such place, that lies in no other."""
ALIKE = 2
"""Places kept of those that no test of one fact tells apart: so many that facts that are compared may name different ones."""


def apart(among: Iterable[frozenset[str]], places: Places) -> tuple[str, ...]:
    """Places such that every test of these sets is decided for each, and any other place that is so decided answers as one of them does.

    Beside those that no test tells apart there is one that lies in another.
    """
    tests, tree = list(dict.fromkeys(among)), Tree(places)
    found, open_ = set[str](), {ELSEWHERE, OTHERWISE, *frozenset().union(*tests)}
    while open_:  # members of groups, and what lies above, as far as either goes
        found |= open_
        above = {place.rpartition("-")[0] for place in open_ if "-" in place}
        open_ = (above | frozenset().union(*(places.groups.get(place, frozenset()) for place in open_))) - found
    found |= {f"{place}-{ELSEWHERE}" for place in found}  # the rest of each
    alike: dict[tuple[int, ...], list[str]] = {}
    for place in sorted(found - places.groups.keys(), key=lambda place: (place.endswith(f"-{ELSEWHERE}"), place)):
        answers = tuple(tree.inside(place, test) for test in tests)
        if UNKNOWN not in answers:
            alike.setdefault(answers, []).append(place)
    kept = [place for group in alike.values() for place in group[:ALIKE]]
    below = [f"{group[0]}-{ELSEWHERE}" for group in alike.values()]
    return tuple(dict.fromkeys((*kept, *below)))


def within(candidates: Sequence[str], among: frozenset[str], places: Places | Tree) -> list[str]:
    """The candidates that lie in one of these."""
    return [one for one in candidates if places.inside(one, among) == TRUE]


def nested(candidates: Sequence[str], places: Places) -> Mapping[str, list[str]]:
    """For each candidate those that lie in it."""
    outside = {one: places.ancestors(one) for one in candidates}
    return {outer: [one for one in candidates if outer in outside[one]] for outer in candidates}
