"""What is served: a world, the law that it is asked under, and the docket that it is read with; read anew when a file of them changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity import shelf
from comity.edge import asked
from comity.edge.adopted import Relying, Signed
from comity.edge.asked import Read
from comity.edge.chosen import ends
from comity.edge.filed import docketed
from comity.edge.home import Home
from comity.facts.leg import fact_days
from comity.facts.value import MAX, only
from comity.gate.counting import counted
from comity.gauge.keys import brought
from comity.law.condition import Counted
from comity.ledger.counts import Key
from comity.ledger.replay import Replay
from comity.text.source import nearest
from comity.verdict.decide import turns
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict
from comity.web import traces
from comity.web.workshop import Workshop
from comity.words.page import state

KEPT: Final = 12
"""Answers that are kept: of other days, and of earlier editions of the law."""


@dataclass(frozen=True, eq=False)
class Look:
    """A world as asked on a day, under the law as known on a day, with the verdict on every movement, by name."""

    read: Read
    verdicts: Mapping[str, Verdict]
    sees: str | None = None
    """The party that looks, which sees the movements in which it surely takes part; none where all are seen."""
    found: dict[object, Any] = field(default_factory=dict, repr=False)
    """What took long to find of it, and is small: kept as long as it is."""
    _seen: dict[str, Look] = field(default_factory=dict, repr=False)

    def seen(self, sees: str | None) -> Look:
        """The same, as a party sees it."""
        if sees is None:
            return self
        if sees not in self._seen:
            self._seen[sees] = Look(self.read, {name: one for name, one in self.verdicts.items() if sees and sees in takers(one)}, sees)
        return self._seen[sees]

    def verdict(self, movement: str) -> Verdict:
        """That on one movement. Raises HTTPException where whoever looks sees none of this name."""
        if movement not in self.verdicts:
            raise HTTPException(404, nearest(movement, self.verdicts))
        return self.verdicts[movement]

    @cached_property
    def law(self) -> str:
        """One digest of all rulebooks that were asked."""
        return sha256("\n".join(sorted(f"{r.book.regime} {r.book.digest}" for r in self.read.plan.regimes)).encode()).hexdigest()

    @cached_property
    def brought(self) -> frozenset[tuple[Counted, Key]]:
        """The counts, each with its key, under which movements may bring somebody."""
        return frozenset(brought((judged for one in self.verdicts.values() for judged in one.legs), counted(self.read.plan)))

    @cached_property
    def told(self) -> Sequence[tuple[Verdict, Sequence[tuple[str, str]], str]]:
        """Every verdict, with the ends of its movement and the sign of its outcome."""
        return [(verdict, ends(verdict), str(state(verdict.outcome))) for verdict in self.verdicts.values()]

    @cached_property
    def turns(self) -> Sequence[int]:
        """The days on which law or facts change, as far as anything here depends on them."""
        read = self.read
        if self.sees is None:
            return sorted(turns(read.world, read.plan, read.plan.moments) | fact_days(read.world))
        own = replace(read.world, records={"movement": {name: read.world["movement"][name] for name in self.verdicts}})  # nobody else's days are told
        return sorted(turns(own, read.plan, read.plan.moments) | fact_days(own))


def takers(verdict: Verdict) -> set[str]:
    """The parties that surely take part in a movement, as its exporter or importer."""
    return {party for one in verdict.legs for end in ("exporter", "importer") if (party := only(one.leg.facts.get(end)))}


@dataclass
class Site:
    """A world to look at. `docket`: the address of a ledger; `manifests`: where manifests of the gate's runs lie;
    `levers`, `costs`: what else can be changed, and what changes cost; `values`: what it is worth to whom, of these `parties` (all that it names);
    `editions`: rulebooks of regimes that are asked, to be compared with them; `adopted`: signed law that is asked.
    `sees`: the party that looks; none where all is seen.
    """

    world: Path
    rulebooks: Sequence[Path] = ()
    docket: str | None = None
    manifests: Path | None = None
    levers: Sequence[Path] = ()
    costs: Path | None = None
    values: Path | None = None
    parties: str | None = None
    editions: Sequence[Path] = ()
    sees: str | None = None
    adopted: Relying = field(default_factory=lambda: Relying(None))
    workshop: Workshop = field(default_factory=Workshop, repr=False)
    replay: Replay = field(default_factory=Replay, repr=False)
    _kept: OrderedDict[object, Look] = field(default_factory=OrderedDict, repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _work: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def seen(self, sees: str | None) -> Site:
        """The same site, as a party sees it: what was worked out for one is there for all."""
        return replace(self, sees=sees)

    def signed(self) -> Signed:
        """The signed law that is asked. Raises SourceError where it cannot be relied on."""
        return self.adopted.now()

    def more(self) -> list[Path]:
        """Where the rulebooks are that are asked and were not shipped."""
        return [*self.rulebooks, *self.signed().folders]

    def folders(self) -> list[Path]:
        """Where all of them are; a signed one stands in the place of the shipped one of its regime."""
        signed = self.signed().folders
        own = {folder.name for folder in signed}
        return [*(folder for folder in shelf.shipped() if folder.name not in own), *self.rulebooks, *signed]

    def plan(self, known: int = MAX, regimes: Sequence[str] = (), instead: Sequence[Path] = ()) -> Plan:
        """The law that is asked, as it was known on a day; `instead`: editions in the place of the others of their regime. Raises SourceError."""
        return asked.plan(self.rulebooks, regimes, known, self.signed().folders, instead)

    def look(self, on: int | None = None, known: int = MAX, edition: Path | None = None) -> Look:
        """The world as it is now; under another edition of one regime. Raises SourceError with every mistake that is in it."""
        if (found := self._held(self._key(on, known, edition))) is not None:
            return found
        with self._work:  # two who ask at once get one answer, worked out once; whoever asks what is there waits for nobody
            key = self._key(on, known, edition)  # time went by meanwhile
            if (found := self._held(key)) is None:
                made = self._look(on, known, edition)
                with self._one:
                    self._kept[key], found = made, made.seen(self.sees)
                    while len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
            return found

    def _key(self, on: int | None, known: int, edition: Path | None) -> object:
        return (*self.state(on, known), edition, _stamp(edition / "rulebook.yaml") if edition else None)

    def _held(self, key: object) -> Look | None:
        """The answer of this key, if it is there."""
        with self._one:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key].seen(self.sees)

    def _look(self, on: int | None, known: int, edition: Path | None) -> Look:
        with traces.step("read"):
            plan = self.plan(known, instead=[edition] if edition else ())
            day = on if on is not None else asked.today()
            read = asked.read(self.world, plan, on, docketed(self.docket, plan, day, self.more()))
        with traces.step("judge") as span:
            look = Look(read, {verdict.movement: verdict for verdict in asked.decided(read)})
            traces.counted(span, look.verdicts.values())
        return look

    def state(self, on: int | None, known: int) -> tuple[object, ...]:
        """What an answer follows from, as far as it can change while this runs."""
        files = [self.world, *(folder / "rulebook.yaml" for folder in self.more()), *self.levers, *(one for one in (self.costs, self.values) if one)]
        told = [_stamp(file) for file in files]
        day = on if on is not None else asked.today()
        return (day, on is None, known, *told, Home.at(self.docket).size() if self.docket else 0)


def _stamp(file: Path) -> tuple[Path, int, int] | None:
    """By what it is seen that a file changed, or is another."""
    return (file, stat.st_mtime_ns, stat.st_size) if file.exists() and (stat := file.stat()) else None
