"""Fills a pack from a world, a matter and a verdict. What is not known stays so: an interval, one of several, or blank, and what to state where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from comity.docket.matter import Matter
from comity.docket.pack import ABOUT, Decided, Docketed, Finding, Held, Moved, Moving, Pack, Papered, Recorded, Whence
from comity.docket.pack_entry import Answer, Entry, Filled, Missing, Source, is_sure, no_limit
from comity.docket.pack_place import assumption, called, record, stands
from comity.docket.paper import may_concern
from comity.docket.ran import Ran
from comity.facts.calendar import Calendars
from comity.facts.leg import resolve
from comity.facts.record import Rows, Stated, World
from comity.facts.value import FALSE, NO_CODE, TRUE, UNKNOWN, UNLIMITED, OneOf, SetOf, only
from comity.facts.vocabulary import PLURALS, Fact
from comity.text.source import Node
from comity.verdict.decide import Judged
from comity.verdict.opinion import Owed
from comity.verdict.verdict import Verdict

Told: TypeAlias = Entry | Missing


@dataclass(frozen=True)
class Known:
    """All that a pack is filled from. `tree`: the world's file; `ran`: runs of the movement, of each log that was looked at; `says`: what a person says
    of the fields that only a person knows.
    """

    verdict: Verdict
    world: World
    tree: Node
    matter: Matter | None = None
    log: str = ""
    ran: Sequence[Ran] = ()
    calendars: Calendars = field(default_factory=Calendars)
    says: Mapping[str, Node] = field(default_factory=dict)
    made_from: Mapping[str, Any] = field(default_factory=dict)


def fill(pack: Pack, known: Known) -> Filled:
    """Every field of a pack with what is known of it."""
    filler, answers = _Filler(known, pack), {}
    for one in pack.fields():
        found = list(filler.said(one.name)) if not one.whence else [told for whence in one.whence for told in filler.told(whence)]
        entries = _apart([told for told in found if isinstance(told, Entry)])
        answers[one.name] = Answer(one, entries, tuple(dict.fromkeys(told for told in found if isinstance(told, Missing))))
    return Filled(pack, known.verdict.movement, known.verdict.asked_on, answers, known.made_from)


def _apart(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Each once; days only where the same is told otherwise of others."""
    kept: list[Entry] = []
    for one in found:
        alike = [other for other in found if (other.of, other.fact) == (one.of, one.fact)]
        made = one if one.fact is not None and any(other.told != one.told and other.during != one.during for other in alike) else replace(one, during=None)
        if made not in kept:
            kept.append(made)
    return tuple(kept)


@dataclass
class _Filler:
    known: Known
    pack: Pack

    def told(self, whence: Whence) -> Iterator[Told]:
        match whence:
            case Recorded():
                for judged in self.known.verdict.legs:
                    yield from self._follow("movement", judged.leg.movement, judged.leg.facts, whence.links, whence.fact, judged)
            case Papered():
                yield from self._papers(whence)
            case Docketed():
                yield from self._docket(whence)
            case Decided():
                yield from self._decided(whence.what)
            case Moved():
                yield from self._moved(whence.what)
            case Held():
                yield from self._held(whence)

    def said(self, name: str) -> Iterator[Told]:
        if (said := self.known.says.get(name)) is not None:
            yield Entry(said.text or "", Source("said", called(said.place)))
        else:
            yield Missing("person", name)

    # -- facts -----------------------------------------------------------------------------------------------------------

    def _follow(self, kind: str, name: str, facts: Mapping[str, Stated], links: Sequence[str], fact: str, judged: Judged) -> Iterator[Told]:
        """What is told at the end of links from a record."""
        if not links:
            yield from self._end(kind, name, facts, fact, judged)
            return
        link, told = self.known.verdict.plan.vocabulary.kinds[kind][links[0]], resolve(facts.get(links[0], OneOf(None)), judged.leg.days)
        missing = self._missing(kind, name, link.name)
        ends: Sequence[str] = ()
        match told:
            case OneOf(members) if members is not None and len(members) == 1:
                ends = [only(told)]
            case OneOf(members):
                if members is not None:
                    yield Entry(told, self._source(kind, name, link.name), name, link, judged.leg.days)
                if members != frozenset():
                    yield missing
            case SetOf(held):
                ends = sorted(held)
                if told.closed and not held:
                    yield Entry(NO_CODE, self._source(kind, name, link.name), name, link, judged.leg.days)
                if not told.closed:
                    yield missing
            case _:
                yield missing
        for end in ends:
            if len(links) == 1 and not fact:
                yield Entry(OneOf(frozenset({end})), self._source(kind, name, link.name), name, link)
            else:
                yield from self._follow(link.to, end, self.known.world[link.to][end].facts, links[1:], fact, judged)

    def _end(self, kind: str, name: str, facts: Mapping[str, Stated], fact: str, judged: Judged) -> Iterator[Told]:
        known = self.known.verdict.plan.vocabulary.kinds[kind]
        if fact == ABOUT and ABOUT not in known:
            yield from self._about(kind, name)
            return
        stated = facts.get(fact)
        if stated is None and not known[fact].limit:
            yield self._missing(kind, name, fact)
            return
        told = known[fact].unknown if stated is None else resolve(stated, judged.leg.days)
        if not isinstance(told, Rows) and no_limit(told, known[fact]):
            told = UNLIMITED
        entry = Entry(told, self._source(kind, name, fact), name, known[fact], judged.leg.days)
        if told == known[fact].anything:
            yield self._missing(kind, name, fact)
        else:
            yield entry
            if not entry.sure:
                yield self._missing(kind, name, fact)

    def _about(self, kind: str, name: str) -> Iterator[Told]:
        own, at = self.known.world[kind].get(name), called(stands(self.known.tree, self.known.world, kind, name, ABOUT)[0])
        if own is not None and own.about:
            yield Entry(own.about, Source("stated", at), name)
        else:
            yield Missing("about", ABOUT, name, kind, at)

    def _papers(self, whence: Papered) -> Iterator[Told]:
        kept = [
            (one, judged)
            for one in self.known.world["instrument"].values()
            for judged in self.known.verdict.legs
            if may_concern(one, judged.leg.movement, judged.leg.facts)
        ]
        kept = [(one, judged) for one, judged in kept if _may_be(one.facts.get("under"), whence.under)]
        for one, judged in kept:
            if one.facts.get("under") == OneOf(frozenset({whence.under})):
                yield from self._end("instrument", one.id, one.facts, whence.fact, judged)
            else:
                yield self._missing("instrument", one.id, "under")
        if not kept:
            yield Missing("paper", whence.under)

    # -- sources ---------------------------------------------------------------------------------------------------------

    def _missing(self, kind: str, name: str, fact: str) -> Missing:
        """What to state; of a record that nobody told, as what it is to the one that is there."""
        at = called(stands(self.known.tree, self.known.world, kind, name, fact)[0])
        while record(self.known.tree, kind, name) is None and (owner := name.rpartition(".")[0]):
            above = next((one for one in PLURALS if owner in self.known.world[one]), "")
            if not above:
                break
            kind, fact, name = above, f"{name.rpartition('.')[2]}.{fact}", owner
        return Missing("fact", fact, name, kind, at)

    def _source(self, kind: str, name: str, fact: str) -> Source:
        own = self.known.world[kind].get(name)
        place, exact = stands(self.known.tree, self.known.world, kind, name, fact)
        behind = own.sources.get(fact) if own is not None else None
        if behind is None:
            told_by = ", ".join(self.known.world.told_by or ())
            return Source("stated", called(place), told_by) if exact else Source("derived", called(place))
        if behind.kind == "docket":
            return Source("docket", f"{self.known.log}, entry {behind.on}", behind.by)
        assumed = behind.kind == "assumption"
        at = assumption(self.known.tree, behind) if assumed else place
        return Source("assumed" if assumed else "judged", called(at), behind.by, behind.on, behind.because)

    # -- the matter ------------------------------------------------------------------------------------------------------

    def _docket(self, whence: Docketed) -> Iterator[Told]:
        matter, names = self.known.matter, whence.names
        if matter is None:
            yield Missing("matter", self.pack.procedure)
            return
        last = matter.made[-1].entry
        match whence.part:
            case "name":
                yield self._filed(matter.name, matter.made[0].entry)
            case "stage":
                text = matter.procedure.stages[matter.stage].text
                yield self._filed({"stage": matter.stage, "en": text.en, "zh": text.zh, "sure": not matter.unsettled}, last)
                if matter.unsettled:
                    yield Missing("clock", matter.unsettled, matter.name)
            case "parties" if party := matter.parties.get(names[0]):
                yield self._filed(party, matter.made[0].entry)
            case "acts" if made := [one for one in matter.made if one.act == names[0] and (len(names) == 1 or names[1] in one.says)]:
                yield self._filed(_day(made[-1].day) if len(names) == 1 else made[-1].says[names[1]], made[-1].entry)
            case "acts":
                yield Missing("act", ".".join(names), matter.name)
            case "scope" if names[1] in (limits := matter.scope.get(names[0], {})):
                acts = matter.procedure.papers[names[0]].scope
                yield self._filed(limits[names[1]], max(one.entry for one in matter.made if one.act in acts))
            case "clocks" if running := next((one for one in matter.clocks(self.known.calendars) if one.clock.name == names[0]), None):
                yield Entry(running.ends, Source("docket", f"{self.known.log}, entry {last}", matter.name), names[0], DAY)
                if not is_sure(running.ends):
                    yield Missing("clock", names[0], matter.name)
            case "clocks":
                yield Missing("clock", names[0], matter.name)
            case _:
                yield Missing("limit" if whence.part == "scope" else "matter", ".".join(names), matter.name)

    def _filed(self, told: Any, entry: int) -> Entry:  # noqa: ANN401 -- what a log holds
        assert self.known.matter is not None
        return Entry(told, Source("docket", f"{self.known.log}, entry {entry}", self.known.matter.name))

    # -- the verdict -----------------------------------------------------------------------------------------------------

    def _decided(self, what: Finding) -> Iterator[Told]:
        verdict = self.known.verdict
        source = Source("verdict", on=_day(verdict.asked_on))
        found: list[dict[str, Any]] = []
        unsettled = False
        match what:
            case "outcome":
                found = [{"outcome": str(verdict.outcome), "sure": verdict.outcome.settled}]
            case "laws":
                for name, span in verdict.spans.items():
                    book = verdict.plan.regime(name).book
                    found.append({"law": name, "title": dict(book.title), "edition": book.edition, "outcome": str(span), "sure": span.settled})
            case "bars":
                for one in verdict.opinions:
                    found += [{"law": one.name, **_provision(bar.law), "stands": bar.truth != UNKNOWN, "sure": bar.truth != UNKNOWN} for bar in one.standing]
            case "grounds":
                for name, bar in ((one.name, bar) for one in verdict.opinions for bar in one.bars if bar.truth != FALSE):
                    found += [{"law": name, **_provision(way.ground), "stands": True, "sure": True} for way in bar.ways if way.holds == TRUE]
                    unsettled |= bar.lifted == UNKNOWN
            case "duties":
                for one in verdict.opinions:
                    found += [{"law": one.name, **_provision(owed.law), **_owed(owed, one.judged)} for owed in one.owed]
        yield from (Entry(told, source) for told in found)
        if unsettled or any(not told["sure"] for told in found):
            yield Missing("verdict", verdict.movement)
        elif not found:
            yield Entry({"nothing": what}, source)

    # -- what moved ------------------------------------------------------------------------------------------------------

    def _moved(self, what: Moving) -> Iterator[Told]:
        if not self.known.ran:
            yield Missing("run", self.known.verdict.movement)
            return
        every = [(ran.log, run) for ran in self.known.ran for run in ran.runs if run.day <= self.known.verdict.asked_on]
        every.sort(key=lambda one: one[1].day)
        for log, run in every if what == "each" else every[:1] if what == "first" else every[-1:]:
            source = Source("run", f"{log}, entry {run.entry}", on=run.at)
            told = {"moved": _day(run.day), "table": run.table, "rows": run.rows, "manifest": run.manifest, "output": run.output}
            yield Entry(told if what == "each" else _day(run.day), source)
        if not every:
            yield from (Entry({"nothing": "runs"}, Source("run", f"{ran.log}")) for ran in self.known.ran)

    def _held(self, whence: Held) -> Iterator[Told]:
        found = [(judged, judged.stretch.truth(whence.condition, judged.row)) for judged in self.known.verdict.legs]
        apart = len({truth for _, truth in found}) > 1
        source = Source("verdict", because=f"{self.pack.rulebook}: {whence.text}", on=_day(self.known.verdict.asked_on))
        for judged, truth in found:
            yield Entry({"holds": truth == 3, "sure": truth != UNKNOWN}, source, judged.leg.name if apart else "")
        if any(truth == UNKNOWN for _, truth in found):
            yield Missing("verdict", self.known.verdict.movement)


DAY: Final = Fact("ends", "date", "last day", "届满日")


def _day(number: int) -> str:
    return dt.date.fromordinal(number).isoformat() if 1 <= number <= dt.date.max.toordinal() else ""


def _may_be(told: Stated | None, word: str) -> bool:
    return told is None or (isinstance(told, OneOf) and (told.members is None or word in told.members))


def _provision(law: Any) -> dict[str, Any]:  # noqa: ANN401 -- any provision has these
    return {"path": law.path, "en": law.en, "zh": law.zh, "cite": law.cite, "read": law.read}


def _owed(owed: Owed, judged: Judged) -> dict[str, Any]:
    who = only(judged.leg.facts.get(owed.law.by)) or owed.law.by
    due = [_day(owed.due.lo), _day(owed.due.hi)] if owed.due is not None else []
    return {"by": who, "timing": owed.law.timing, "state": owed.state, "due": due, "sure": owed.state != "open"}
