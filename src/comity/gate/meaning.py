"""What a count counts, in one spelling: what was counted before is of use only while this stays the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from comity.facts.place import Places
from comity.facts.value import FALSE
from comity.law.condition import Condition, Counted, Member, Path, Term, Unique
from comity.verdict.plan import Plan, walk

DIGITS: Final = 32
"""Of a digest, in hexadecimal: nobody finds two meanings with the same."""


def meaning(term: Counted, plan: Plan) -> str:
    """A digest of who is counted, in which unit, under which key and by whose days, the same on every run and machine; the window is no part of it.

    With the condition goes all that it rests on beside its own words: definitions that rest on themselves, readings that prevail, groups of places.
    """
    nodes, bodies = _nodes(term, plan)
    numbers = {id(node): n for n, node in enumerate(nodes)}
    told = {
        "unit": term.unit,
        "key": term.key,
        "zones": sorted(plan.regime(term.name.partition("/")[0]).book.zones),
        "nodes": [[type(node).__name__, *(_spelled(value, numbers) for value in node.values)] for node in nodes if isinstance(node, Unique)],
        "where": numbers[id(term.where)],
        "definitions": {fact: numbers[id(body)] for fact, body in bodies.items()},
        "readings": {node.fact: plan.prevailing[node.fact] for node in nodes if isinstance(node, Path) and node.fact in plan.prevailing},
        "places": [_places(node, plan.places) for node in nodes if isinstance(node, Member) and node.place],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:DIGITS]


def rests(term: Counted, plan: Plan) -> frozenset[str]:
    """The facts, readings among them, on which it hangs who is counted."""
    return frozenset(node.fact for node in _nodes(term, plan)[0] if isinstance(node, Path))


def _nodes(term: Counted, plan: Plan) -> tuple[list[Condition | Term], dict[str, Condition]]:
    """All that the condition of a count rests on, and the definitions among it that rest on themselves."""
    bodies: dict[str, Condition] = {}
    nodes = list(walk([term.where]))
    while more := {node.fact for node in nodes if isinstance(node, Path) and node.fact in plan.recursive} - bodies.keys():
        bodies |= {fact: plan.recursive[fact] for fact in more}
        nodes = list(walk([term.where, *(bodies[fact] for fact in sorted(bodies))]))
    return nodes, bodies


def _spelled(value: object, numbers: Mapping[int, int]) -> Any:  # noqa: ANN401 -- JSON
    match value:
        case Unique():
            return {"node": numbers[id(value)]}
        case tuple():
            return [_spelled(one, numbers) for one in value]
        case frozenset():
            return {"set": sorted(value)}
        case _:
            return value


def _places(node: Member, places: Places) -> dict[str, Any]:
    """The groups and second codes of places on which a test of places hangs."""
    among = node.right
    named = {**{group: sorted(members) for group, members in places.groups.items()}, **places.aliases}
    return {name: held for name, held in named.items() if not isinstance(among, frozenset) or places.inside(name, among) != FALSE}
