"""On which facts a condition rests, so that what no lever touches is read once and stays as it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from comity.law.condition import And, Condition, Counted, Not, Or, Path, Relation, Share, Unique
from comity.verdict.plan import Plan

Facts: TypeAlias = int
"""A set of facts, a bit for each that was ever met: a union is one operation."""

GROUP: Final = (("party", "part_of"), ("party", "group"), ("party", "owners"))
"""What tells to which entity and group a party belongs."""
RELATIONS: Final = {"concerning": ("instrument", "*"), "measures": ("measure", "*"), "dealing": ("movement", "*")}
"""Relations of a leg that no record holds, and the kind of what they lead to: any of its records, and any fact of them, bears on who is in it."""
LEG: Final = {
    "exporter": ("actor", "knowledge", "initiator"),
    "importer": ("actor", "knowledge"),
    "participants": ("actor", "role", "knowledge", "intents"),
    "activity": ("importer_activity",),
    "asset": ("population",),
}
"""Facts of a leg that follow from those of its movement."""
POPULATIONS: Final = ("asset", "populations")
"""What moves is of these persons where the movement itself names none."""
_NUMBERS: dict[tuple[str, str], int] = {}


def bit(kind: str, fact: str) -> Facts:
    """One fact; `link` is every kind, where only the name of a link is known."""
    return 1 << _NUMBERS.setdefault((kind, fact), len(_NUMBERS))


@lru_cache(maxsize=400_000)
def rests(node: Unique) -> Facts:
    """The facts that a condition or term reads."""
    found = 0
    for part in node.nodes:
        found |= rests(part)
    match node:
        case Path(_, links, fact, kind):
            found |= _links(links) | _fact(kind, fact)
        case Relation(_, links, source, kind):
            owner, _, rows = kind.removeprefix("rows:").partition("/")
            found |= _links((*links, source)) | (bit(owner, rows) if rows else bit(*RELATIONS.get(source, (owner, "*"))))
            found |= bit("party", "@") if source == "dealing" else 0  # parties of one group are one end of a course
        case Share(_, links, _, _):
            found |= _links(links) | bit("party", "owners")
        case Counted(_, unit, _, key, _):
            ends = {name.partition(".")[0] for name in key}
            found |= _links(ends | {"population"}) | bit("population", unit) | bit("population", "apart") | bit("movement", "on") | bit("movement", "*")
            found |= _all(GROUP)
        case _:
            pass
    return found


def never(_: Condition) -> bool:
    """Nothing is settled."""
    return False


@dataclass(eq=False)
class Parts:
    """What conditions are made of, told apart by whether levers touch it.

    `signs`: the outermost conditions that no lever touches, and whether an outcome grows with them (1), falls (2), or may do either (3).
    `loose`: what levers touch and is not itself made of conditions. Of what is `settled` nothing is told.
    """

    changing: Facts
    settled: Callable[[Condition], bool] = never
    signs: dict[Condition, int] = field(default_factory=dict)
    loose: dict[Condition, None] = field(default_factory=dict)
    _seen: dict[Condition, int] = field(default_factory=dict)

    def take(self, node: Condition, sign: int = 1) -> None:
        """Takes a condition in."""
        seen = self._seen.get(node, 0)
        if seen & sign:
            return
        self._seen[node] = seen | sign
        if not rests(node) & self.changing:
            self.signs[node] = self.signs.get(node, 0) | sign
        elif self.settled(node):
            return
        elif isinstance(node, (And, Or)):
            for part in node.parts:
                self.take(part, sign)
        elif isinstance(node, Not):
            self.take(node.part, 3 - sign)
        else:
            self.loose[node] = None

    @property
    def days_change(self) -> bool:
        """Does some lever move the day of a movement, so that nothing that rests on it stays as it is?"""
        return bool(bit("movement", "on") & self.changing)

    @property
    def among(self) -> list[Condition]:
        """Those that stay as they are only where the other legs are cut on the same days."""
        return [node for node in self.signs if rests(node) & bit("movement", "*")]


def parts(changing: Facts, plan: Plan, regimes: Iterable[str], settled: Callable[[Condition], bool] = never) -> Parts:
    """What the levels of some regimes are made of."""
    found = Parts(changing, settled)
    for regime in regimes:
        for condition in plan.levels[regime]:
            found.take(condition)
    return found


def touched(facts: Iterable[tuple[str, str]], links: Iterable[str], recursive: Mapping[str, Condition]) -> Facts:
    """Every fact that is another one if these are; `links` are those of them that lead to records."""
    found = _all(facts) | _links(links)
    for kind, fact in list(facts):
        found |= bit(kind, "*")
        for follows in LEG.get(fact, ()) if kind == "movement" else ():
            found |= bit("movement", follows) | _links((follows,))
        if (kind, fact) in GROUP:
            found |= bit("party", "@")
        if (kind, fact) == POPULATIONS:
            found |= bit("movement", "population") | _links(("population",))
    bodies = 0
    for body in recursive.values():
        bodies |= rests(body)
    return found | bit("party", ":") if found & bodies else found


def _links(names: Iterable[str]) -> Facts:
    return _all(("link", name) for name in names)


def _all(facts: Iterable[tuple[str, str]]) -> Facts:
    found = 0
    for fact in facts:
        found |= bit(*fact)
    return found


def _fact(kind: str, fact: str) -> Facts:
    if ":" in fact:
        return bit("party", ":")
    if fact.startswith("@"):
        return bit("party", "@") if fact != "@id" else 0
    owner, _, rows = kind.removeprefix("rows:").partition("/")
    return bit(owner, rows or fact)
