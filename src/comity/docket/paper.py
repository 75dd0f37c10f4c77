"""The instruments that come of a matter, as a fragment of a world: the one way in which a decision becomes a fact.

What is not decided is not there: a paper without a result says nothing. Where nobody can say yet where the matter stands, its result is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from comity.docket.matter import Matter
from comity.docket.procedure import Paper
from comity.facts.calendar import Calendars
from comity.facts.record import Record, World
from comity.facts.value import Interval, SetOf, only
from comity.facts.vocabulary import PLURALS, Vocabulary
from comity.text.source import Node, Place

if TYPE_CHECKING:
    from comity.files.world import Names

LIMITS: Final = (("movements", ""), ("exporters", "exporter"), ("importers", "importer"), ("assets", "asset"))
"""The limits by which an instrument may concern other movements only, and what of the movement each names."""
KINDS: Final = {"movements": "movement", "exporters": "party", "importers": "party", "assets": "asset"}
"""Of which kind a limit names records."""
MOST: Final = "persons_max"
UNKNOWN: Final = "unknown"
NONE: Final = "none"
"""The result before there is one."""
LAST: Final = dt.date.max.toordinal()


def may_concern(paper: Record, movement: str, facts: Mapping[str, object]) -> bool:
    """Whether an instrument may concern a leg of these facts: not if one of its limits surely names others."""
    for limit, link in LIMITS:
        named, own = paper.facts.get(limit), only(facts.get(link)) if link else movement
        if isinstance(named, SetOf) and named.closed and own and own not in named.known:
            return False
    return True


def names_in(world: Node) -> Names:
    """The names that the tree of a world gives to what a limit may name."""
    return {kind: frozenset((world.get(PLURALS[kind]) or Node(world.place)).pairs or ()) for kind in KINDS.values()}


def reach(matter: Matter) -> dict[str, list[str]]:
    """By limit, whom or what the papers of a matter name, as far as all of them are limited by it."""
    scopes = [matter.scope.get(name, {}) for name in matter.procedure.papers]
    return {limit: sorted({name for told in scopes for name in told[limit]}) for limit in KINDS if scopes and all(limit in told for told in scopes)}


def may_reach(told: Mapping[str, Iterable[str]], names: Names) -> bool:
    """Whether papers that are limited so may concern anything in a world of these names: not if one limit names nothing that is there.

    Of a kind that is left out of the names it is not known which there are.
    """
    return all(KINDS[limit] not in names or not names[KINDS[limit]].isdisjoint(named) for limit, named in told.items())


@dataclass(frozen=True)
class Papers:
    """The instruments of these matters as they stand on a day. `given`: the kind and the rule of every instrument that only a procedure gives.

    Put into a world, they stand beside what it says, with one exception: where it states an instrument that a procedure gives, the result is
    not for it to say, and is unknown.
    """

    matters: Sequence[Matter]
    given: AbstractSet[tuple[str, str]]
    day: int
    calendars: Calendars
    log: str
    vocabulary: Vocabulary

    def __call__(self, world: Node) -> Node:
        """The tree of a world with them in it."""
        return self._beside(world, {name: self._here(one, names_in(world)) for name, one in self.instruments().items()})

    def beside_tables(self, world: Node, names: Names) -> tuple[Node, Names]:
        """The tree of a world whose movements, and perhaps others of these names, stand in tables and are of this one day; and whom they name there."""
        papers = {name: self._here(_as_on(one, self.day), names) for name, one in self.instruments().items()}
        limits = [(kind, paper.get(limit)) for paper in papers.values() for limit, kind in KINDS.items()]
        named = {kind: {item.text or "" for at, told in limits if at == kind and told is not None for item in told.items or []} for kind in KINDS.values()}
        return self._beside(world, papers), named

    def _beside(self, world: Node, papers: Mapping[str, Node]) -> Node:
        """The tree of a world with these in it, and without what is not for it to say."""
        held = world.get("instruments") or Node(world.place, pairs={})
        if held.pairs is None:
            return world  # which is a mistake of its author, told when it is read
        told = {**{name: self._unsaid(child) for name, child in held.pairs.items()}, **papers}
        instruments = replace(held, pairs=told, keys={**{name: one.place for name, one in told.items()}, **held.keys})
        return replace(world, pairs={**(world.pairs or {}), "instruments": instruments}, keys={"instruments": held.place, **world.keys})

    def instruments(self) -> dict[str, Node]:
        """Each as a world states it, by the names of its matter and its paper."""
        found = {}
        for name, (paper, now) in self._standing.items():
            if (told := _facts(paper, now, self.calendars)) is not None:
                found[name] = _node(told, Place(f"{self.log}, entry {_entry(paper, now)}", 1, 1))
        return found

    def entries(self) -> dict[str, tuple[str, int]]:
        """By instrument, the matter that it came of, and the entry that gave it the result that it has."""
        return {name: (now.name, _entry(paper, now)) for name, (paper, now) in self._standing.items()}

    def unsaid(self, world: Node) -> frozenset[str]:
        """The instruments that a world states, and whose result is not for it to state."""
        held, mine = world.get("instruments"), self._standing
        return frozenset(name for name, child in ((held.pairs if held else None) or {}).items() if name not in mine and self._given(child))

    @cached_property
    def _standing(self) -> dict[str, tuple[Paper, Matter]]:
        standing = [matter.on(self.day, self.calendars) for matter in self.matters]
        return {f"{now.name}.{paper.name}": (paper, now) for now in standing for paper in now.procedure.papers.values()}

    def quotas(self, world: World, movement: str) -> dict[str, int]:
        """By paper, the most persons that it allows, of those that may concern some leg of a movement of the world that was read with them."""
        moving, found = world["movement"][movement], {}
        differ = {*moving.several, *(name for part in moving.parts for name in part)}  # from leg to leg: no limit on those leaves all of it out
        facts = {name: value for name, value in moving.facts.items() if name not in differ}
        for name in self.entries():
            paper = world["instrument"].get(name)
            most = paper.facts.get(MOST) if paper is not None else None
            if paper is not None and isinstance(most, Interval) and may_concern(paper, movement, facts):
                found[name] = most.lo
        return found

    def _here(self, paper: Node, names: Names) -> Node:
        """A paper whose limits name no record that this world does not have: it reaches those no less, and the world is none of theirs."""
        pairs = dict(paper.pairs or {})
        for name, fact in self.vocabulary.kinds["instrument"].items():
            if fact.type == "links" and name in pairs and fact.to in names:
                pairs[name] = replace(pairs[name], items=[item for item in pairs[name].items or [] if item.text in names[fact.to]])
        return replace(paper, pairs=pairs)

    def _unsaid(self, stated: Node) -> Node:
        """What a world says of an instrument, without its result where a procedure gives such a one."""
        if stated.pairs is None or not self._given(stated):
            return stated
        return replace(stated, pairs={**stated.pairs, "result": _node(UNKNOWN, stated.place)}, keys={"result": stated.place, **stated.keys})

    def _given(self, stated: Node) -> bool:
        """Is it perhaps an instrument that a procedure gives: under its rule, as whatever kind it is stated; or of its kind, where it says no rule?"""
        kind, under = stated.get("kind"), stated.get("under")
        if under is not None and under.text != UNKNOWN:
            return any(_may_be(under.text, rule) for _, rule in self.given)
        return any(_may_be(kind.text if kind is not None else None, due) for due, _ in self.given)


def _may_be(said: str | None, due: str) -> bool:
    """Is it perhaps this: said, one of several that are said, or not said?"""
    return said is None or said == UNKNOWN or due in (part.strip() for part in said.split("|"))


def _as_on(paper: Node, day: int) -> Node:
    """A paper with the result that it has on a day, of all that it tells."""
    pairs = dict(paper.pairs or {})
    for told in pairs["result"].items or []:
        since, result = told.get("from"), told.get("is")
        if result is not None and (since is None or (since.text or "") <= _text(day)):
            pairs["result"] = result
    return replace(paper, pairs=pairs)


def _entry(paper: Paper, matter: Matter) -> int:
    """The entry that gave a paper its result; of one that a clock gave, the last before."""
    cause = next((step for step in reversed(matter.path) if step.stage in paper.result), None)
    made = [one.entry for one in matter.made if cause is not None and one.act == cause.cause and one.day == cause.day]
    return max(made or [one.entry for one in matter.made if cause is None or one.day <= cause.day], default=0)


def _facts(paper: Paper, matter: Matter, calendars: Calendars) -> dict[str, Any] | None:
    """What an instrument's record says of it; nothing before any stage gives it a result."""
    results = [(step.day, paper.result[step.stage]) for step in matter.path if step.stage in paper.result]
    if not results:
        return None
    if matter.unsettled:
        results.append((matter.day, UNKNOWN))
    results += _ahead(paper, matter, results[-1][1], calendars)
    told: dict[str, Any] = dict(paper.facts)
    told["result"] = [{"until": _text(results[0][0]), "is": NONE}, *({"from": _text(since), "is": result} for since, result in _changes(results))]
    told |= {fact: said for fact, roles in paper.parties.items() if (said := _parties(roles, matter))}
    for fact, acts in paper.days.items():
        if days := list(_days(acts, matter)):
            told[fact] = days[-1]
    told |= matter.scope.get(paper.name, {})
    if paper.until and (running := next((one for one in matter.clocks(calendars) if one.clock.name == paper.until), None)):
        ends = _text(running.ends.lo) if running.sure else f"{_text(running.ends.lo)}..{_text(running.ends.hi)}"
        told["until"] = min(ends, told.get("until", ends))
    return told


def _parties(roles: str | tuple[str, ...], matter: Matter) -> str | list[str]:
    """Who plays a role; of several, those who do."""
    return matter.parties.get(roles, "") if isinstance(roles, str) else [matter.parties[role] for role in roles if role in matter.parties]


def _ahead(paper: Paper, matter: Matter, now: str, calendars: Calendars) -> Iterator[tuple[int, str]]:
    """From when on nobody knows its result: a clock would move the matter then, unless an act comes before."""
    later = matter.on(LAST, calendars)
    days = [step.day for step in later.path[len(matter.path) :] if paper.result.get(step.stage, now) != now]
    if later.unsettled and not matter.unsettled:
        days += [one.ends.lo for one in later.clocks(calendars) if one.clock.name == later.unsettled]
    if days:
        yield max(min(days), matter.day), UNKNOWN


def _changes(results: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Of several on one day the last, of several alike the first."""
    days = list(dict(results).items())
    return [one for before, one in zip([(0, NONE), *days], days, strict=False) if one[1] != before[1]]


def _days(acts: Sequence[str], matter: Matter) -> Iterator[str]:
    """Those of these acts, or told in them, in the order in which they were made."""
    said = {name: told for name, _, told in (act.partition(".") for act in acts)}
    for one in matter.made:
        if one.act in said and (day := one.says.get(said[one.act], "") if said[one.act] else _text(one.day)):
            yield day


def _text(day: int) -> str:
    return dt.date.fromordinal(min(max(day, 1), dt.date.max.toordinal())).isoformat()


def _node(told: Any, place: Place) -> Node:  # noqa: ANN401 -- text, whole numbers, lists and mappings
    match told:
        case Node():
            return told
        case dict():
            return Node(place, pairs={key: _node(value, place) for key, value in told.items()}, keys=dict.fromkeys(told, place))
        case list() | tuple():
            return Node(place, items=[_node(item, place) for item in told])
        case _:
            return Node(place, text=str(told))
