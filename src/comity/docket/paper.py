"""The instruments that come of a matter, as a fragment of a world: the one way in which a decision becomes a fact.

What is not decided is not there: a paper without a result says nothing. Where nobody can say yet where the matter stands, its result is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from comity.docket.matter import Matter
from comity.docket.procedure import Paper
from comity.docket.written import plain, tree
from comity.facts.calendar import Calendars
from comity.facts.record import Record, Stated, World
from comity.facts.value import Interval, SetOf, only
from comity.facts.vocabulary import PLURALS, Vocabulary
from comity.files.silence import ORIGINS
from comity.text.literal import day as day_of
from comity.text.source import Node, Place
from comity.why.missing import UNSAID

if TYPE_CHECKING:
    from comity.files.world import Names

LIMITS: Final = (("movements", ""), ("exporters", "exporter"), ("importers", "importer"), ("assets", "asset"))
"""The limits by which an instrument may concern other movements only, and what of the movement each names."""
KINDS: Final = {"movements": "movement", "exporters": "party", "importers": "party", "assets": "asset"}
"""Of which kind a limit names records."""
NAMING: Final = ("kind", "under")
"""What says which instrument it is: one that does not say so may be any."""
AMOUNTS: Final = {"persons_max": "persons", "transfers_max": "transfers"}
"""The limits that are used up by what moves, and of what each is a most."""
UNKNOWN: Final = "unknown"
ENDED: Final = frozenset({"none", "failed", "refused", "not_passed", "revoked", "exhausted"})
"""Results under which nothing moves."""
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


def presumed(world: Node) -> dict[str, Node]:
    """The facts of instruments that the assumptions of a world give to those that do not state them."""
    found: dict[str, Node] = {}
    told = world.get("assume")
    for one in (told.items or [told]) if told is not None else ():
        facts = one.get("facts")
        for key, value in ((facts.pairs if facts else None) or {}).items():
            kind, _, fact = key.partition(".")
            if kind == "instrument":
                found.setdefault(fact, value)
    return found


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
    """The instruments of these matters as they stand on a day. `given`: the papers of all procedures: nobody else gives such an instrument.

    Put into a world, they stand beside what it says, with one exception: where it states an instrument that a procedure gives, it is not for the
    world to say what came of it, nor whether it is there at all: its result is unknown, and its rule may be none.
    """

    matters: Sequence[Matter]
    given: Sequence[Paper]
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
        told = {**{name: self._unsaid(child, presumed(world)) for name, child in held.pairs.items()}, **papers}
        instruments = replace(held, pairs=told, keys={**{name: one.place for name, one in told.items()}, **held.keys})
        return replace(world, pairs={**(world.pairs or {}), "instruments": instruments}, keys={"instruments": held.place, **world.keys})

    def instruments(self) -> dict[str, Node]:
        """Each as a world states it, by the names of its matter and its paper."""
        found = {}
        for name, (paper, now) in self._standing.items():
            if (told := _facts(paper, now, self.calendars)) is not None:
                found[name] = tree(told, Place(f"{self.log}, entry {_entry(paper, now)}", 1, 1))
        return found

    def entries(self) -> dict[str, tuple[str, int]]:
        """By instrument, the matter that it came of, and the entry that gave it the result that it has."""
        return {name: (now.name, _entry(paper, now)) for name, (paper, now) in self._standing.items()}

    def unsaid(self, world: Node) -> frozenset[str]:
        """The instruments that a world states, and whose result is not for it to state."""
        held, mine, supposed = world.get("instruments"), self._standing, presumed(world)
        return frozenset(name for name, child in ((held.pairs if held else None) or {}).items() if name not in mine and self._given(child, supposed))

    @cached_property
    def _standing(self) -> dict[str, tuple[Paper, Matter]]:
        standing = [matter.on(self.day, self.calendars) for matter in self.matters]
        return {f"{now.name}.{paper.name}": (paper, now) for now in standing for paper in now.procedure.papers.values()}

    def concerning(self, world: World, movement: str) -> dict[str, dict[str, Any]]:
        """As a world states them, by name, those that may concern some leg of a movement of the world that was read with them."""
        moving, found = world["movement"][movement], {}
        differ = {*moving.several, *(name for part in moving.parts for name in part)}  # from leg to leg: no limit on those leaves all of it out
        facts = {name: value for name, value in moving.facts.items() if name not in differ}
        for name, node in self.instruments().items():
            told = plain(node)
            limits: dict[str, Stated] = {limit: SetOf(named := frozenset(told[limit]), named) for limit, _ in LIMITS if limit in told}
            if may_concern(Record(name, "instrument", node.place, facts=limits), movement, facts):
                found[name] = told
        return found

    def quotas(self, world: World, movement: str) -> dict[tuple[str, str], int]:
        """By paper and what is counted, the most that it allows, of those that concern a movement and may be what it moves under."""
        near = range(self.day - 1, self.day + 2)  # it may be another day elsewhere
        holding = {name: told for name, told in self.concerning(world, movement).items() if any(_may_hold(told, day) for day in near)}
        return {(name, what): int(told[limit]) for name, told in holding.items() for limit, what in AMOUNTS.items() if limit in told}

    def _here(self, paper: Node, names: Names) -> Node:
        """A paper whose limits name no record that this world does not have: it reaches those no less, and the world is none of theirs."""
        pairs = dict(paper.pairs or {})
        for name, fact in self.vocabulary.kinds["instrument"].items():
            if fact.type == "links" and name in pairs and fact.to in names:
                pairs[name] = replace(pairs[name], items=[item for item in pairs[name].items or [] if item.text in names[fact.to]])
        return replace(paper, pairs=pairs)

    def _unsaid(self, stated: Node, supposed: Mapping[str, Node]) -> Node:
        """What a world says of an instrument, without what is not for it to say where a procedure gives such a one."""
        if stated.pairs is None or not self._given(stated, supposed):
            return stated
        told = dict.fromkeys(("result", "under"), tree(UNKNOWN, stated.place))
        rule = stated.get("under")
        if rule is not None and rule.text is not None and _said(rule) is not None:
            told["under"] = replace(rule, text=f"{rule.text} | {UNSAID}")  # or one that is asked for by its days alone would surely be there
        return replace(stated, pairs={**stated.pairs, **told}, keys={**dict.fromkeys(told, stated.place), **stated.keys})

    def _given(self, stated: Node, supposed: Mapping[str, Node]) -> bool:
        """Is it perhaps an instrument that a procedure gives, with what is supposed of those that say nothing?"""
        told = {**supposed, **(stated.pairs or {})}
        kind, rule = (_said(told.get(fact)) for fact in NAMING)
        for paper in self.given:
            of, under = paper.rule
            if _may_be(rule, under) and (rule is not None or _may_be(kind, of)):
                return True
            if paper.also and all((fact in NAMING or fact in told) and _may_be(_said(told.get(fact)), *due) for fact, due in paper.also.items()):
                return True
        return False


def _said(told: Node | None) -> frozenset[str] | None:
    """What a fact is said to be, one of these or several; None where that may be anything."""
    parts = [part.strip() for text in _texts(told) for part in text.split("|")]
    return None if {UNKNOWN, "..."} & {*parts} else frozenset(parts)


def _texts(told: Node | None) -> Iterator[str]:
    """Each word that a fact is said by, whoever judged it, and on whatever days."""
    if told is not None and told.items is not None:
        for item in told.items:
            yield from _texts(item)
    elif told is not None and (judged := told.get("is")) is not None:
        yield from _texts(judged)
    else:
        yield (told.text if told is not None else None) or UNKNOWN


def _may_be(said: frozenset[str] | None, *due: str) -> bool:
    """Is it perhaps one of these?"""
    return said is None or not said.isdisjoint(due)


def _as_on(paper: Node, day: int) -> Node:
    """A paper with what it tells of a day, of all that it tells of several."""
    pairs = dict(paper.pairs or {})
    for fact in ("result", "until"):
        for told in pairs[fact].items or [] if fact in pairs else []:
            since, what = told.get("from"), told.get("is")
            if what is not None and (since is None or (since.text or "") <= _text(day)):
                pairs[fact] = what
    return replace(paper, pairs=pairs)


def _may_hold(told: Mapping[str, Any], day: int) -> bool:
    """Whether a paper may be in force on a day, and not refused or over."""

    def on(stretches: Any) -> Any:  # noqa: ANN401 -- a fact as a world states it
        if not isinstance(stretches, list):
            return stretches
        return next(one["is"] for one in reversed(stretches) if "from" not in one or (day_of(one["from"]) or 0) <= day)

    until = str(on(told.get("until", ""))).rpartition("..")[2]
    return on(told["result"]) not in ENDED and day < (day_of(until) or LAST)


def _entry(paper: Paper, matter: Matter) -> int:
    """The entry that gave a paper its result; of one that a clock gave, the last before."""
    acts = next((step.acts for step in reversed(matter.path) if step.stage in paper.result), len(matter.made))
    return matter.made[acts - 1].entry if acts else 0


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
    first, origin = _text(results[0][0]), next((told[fact] for fact in ORIGINS if fact in told), "")
    if origin and origin < first:  # said to be in force before anybody signed it here: nothing steps behind its own entry
        told["since"] = max(first, told.get("since", first))
    if paper.until and (spans := _holding(paper, matter, calendars)):
        limit = day_of(str(told.get("until", ""))) or LAST
        until = [(since, _span(Interval(min(ends.lo, limit), min(ends.hi, limit)))) for since, ends in spans]
        told["until"] = _stretches(until) if len(until) > 1 else until[0][1]
    return told


def _holding(paper: Paper, matter: Matter, calendars: Calendars) -> list[tuple[int, Interval]]:
    """When it ceases to hold, as an act of a day made it: several, if it had ceased before it was made to hold again."""
    clock = matter.procedure.clocks[paper.until]
    moving = {*clock.longer, *(start.partition(".")[0] for start in clock.starts), *(act for asks, answers in clock.pauses for act in (asks, *answers))}
    found: list[tuple[int, Interval]] = []
    for place, one in enumerate(matter.made, 1):
        if one.act not in moving and not moving & matter.procedure.clocks.keys():
            continue
        before = replace(matter, made=matter.made[:place])
        for running in before.clocks(calendars):
            if running.clock is clock:
                since = found.pop()[0] if found and one.day <= max(found[-1][0], found[-1][1].lo) else one.day
                found.append((since, running.ends))
    return found


def _stretches(told: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
    """A fact that is another from each of these days on; the first of them was so before as well."""
    ends = [*(since for since, _ in told[1:]), None]
    return [
        ({"from": _text(since)} if place else {}) | ({"until": _text(end)} if end is not None else {}) | {"is": value}
        for place, ((since, value), end) in enumerate(zip(told, ends, strict=True))
    ]


def _span(days: Interval) -> str:
    """A day, or the first and the last that it may be, as a world tells it."""
    return _text(days.lo) if days.lo == days.hi else f"{_text(days.lo)}..{_text(days.hi)}"


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
