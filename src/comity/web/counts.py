"""How many persons the ledger counts under each line that law draws: now, of how many, since when, until when, and which transfers brought them.

Entries hold numbers and no person. A total is that of the last transfer that was committed under a count, as its reservation found it. It is told as
the least that there may be: what moved before the ledger began, or what it counted otherwise, is not in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

from comity.edge.home import reading
from comity.gate.counting import names
from comity.law.condition import Compare, Condition, Counted
from comity.ledger.reader import Reader
from comity.ledger.state import read_total
from comity.ledger.window import start
from comity.verdict.plan import Plan, walk
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.translated import translated
from comity.words.words import Words, day

Drawn: TypeAlias = tuple[int, bool, list[tuple[str, str]]]
"""A line: its number, whether it must be exceeded, and the provisions that hang on it."""
READ: Final = 20_000
"""Entries that are looked through, the latest ones."""
USES: Final = 10
"""Transfers that are told of each count, the latest first."""
LAWS: Final = 3
"""Provisions that are told of each line."""


@dataclass(frozen=True)
class Line:
    """A line: so many, and what begins there. `reached`: the total is beyond it; `share`: how much of the way is gone, in hundredths."""

    number: int
    beyond: bool
    reached: bool
    share: int
    laws: Sequence[tuple[str, str]]
    more: int


@dataclass(frozen=True)
class Use:
    """A transfer that brought persons: the entry of its reservation, its day, how many (perhaps counted before), and whether it moved."""

    entry: int
    movement: str
    day: str
    persons: int
    ended: str


@dataclass(frozen=True)
class Gauge:
    """One count under one key: at least so many. `since`: the first day of its window; `anew`: when the next begins.

    `over`: the window has ended since: of the one of today nothing was counted here.
    """

    count: str
    title: str
    law: tuple[str, str] | None
    unit: str
    key: Sequence[tuple[str, str]]
    least: int
    on: str
    window: str
    since: str
    anew: str
    over: bool
    lines: Sequence[Line]
    uses: Sequence[Use]


@dataclass(frozen=True)
class Counts:
    """All counts that somebody was counted under, the fullest first; `empty`: those under which nobody was; `read`: of `size` entries so many."""

    served: bool
    on: str = ""
    gauges: Sequence[Gauge] = ()
    empty: int = 0
    read: int = 0
    size: int = 0


@dataclass
class Met:
    """A count under a key, as entries tell of it, the latest first."""

    total: int | None = None
    on: int = 0
    uses: list[Use] = field(default_factory=list)
    persons: int = 0


def page(site: Site, view: View, _: Mapping[str, Any]) -> Counts:
    """The gauges of the ledger that is served."""
    look = site.look(view.on, view.known)
    if site.docket is None:
        return Counts(served=False)
    with reading(site.docket) as reader:
        met, size = _met(reader), reader.size
    gauging = Gauging(look.read.plan, Words(view.lang, look.read.plan.vocabulary), look.read.asked_on)
    if site.sees is not None:
        met = {(name, key): replace(one, uses=_of(one.uses, look)) for (name, key), one in met.items() if site.sees and site.sees in key}
    gauges = [gauging.gauge(name, key, one) for (name, key), one in met.items() if one.persons]
    ordered = sorted(gauges, key=lambda one: (-max((line.share for line in one.lines), default=0), one.count, one.key))
    return Counts(True, day(look.read.asked_on), ordered, len(met) - len(gauges), min(size, READ), size)


def _of(uses: Sequence[Use], look: Look) -> list[Use]:
    """Those that are of movements which whoever looks sees."""
    return [one for one in uses if one.movement in look.verdicts]


def _met(reader: Reader) -> dict[tuple[str, tuple[str, ...]], Met]:
    """Every count under every key that a reservation asked about."""
    found: dict[tuple[str, tuple[str, ...]], Met] = {}
    ended: dict[str, str] = {}
    for index in range(reader.size - 1, max(0, reader.size - READ) - 1, -1):
        entry = reader.entry(index)
        if entry["kind"] in ("commit", "cancel", "expire"):
            ended.setdefault(entry["id"], "committed" if entry["kind"] == "commit" else "cancelled")
        elif entry["kind"] == "reserve":
            for asked, total in zip(entry["asked"], entry["totals"], strict=True):
                _use(found.setdefault((asked["count"], tuple(asked["key"])), Met()), index, entry, asked, total, ended.get(entry["id"], "pending"))
    return found


def _use(one: Met, index: int, entry: Mapping[str, Any], asked: Mapping[str, Any], total: Mapping[str, Any], ended: str) -> None:
    persons, on = asked["persons"]["number"], asked["day"]
    if ended == "committed" and one.total is None:
        one.total, one.on = read_total(total).least, on
    if persons and ended != "cancelled":
        one.persons += persons
        if len(one.uses) < USES:
            one.uses.append(Use(index, str(entry.get("about", {}).get("movement", "")), day(on), persons, ended))


@dataclass(frozen=True)
class Gauging:
    """What gauges are read by: law, its words, and the day that is asked about."""

    plan: Plan
    words: Words
    today: int

    @cached_property
    def terms(self) -> Mapping[str, Counted]:
        """The counts of this law, as the ledger names them."""
        return {name: term for term, name in names(self.plan).items()}

    @cached_property
    def drawn(self) -> Mapping[str, Sequence[Drawn]]:
        """By count, the lines that are drawn over it."""
        return _drawn(self.plan)

    def gauge(self, name: str, key: tuple[str, ...], met: Met) -> Gauge:
        """One count under one key; of another edition's count it is not known how far its window reaches, nor where a line is."""
        plain, term = name.partition(" ")[0], self.terms.get(name)
        regime, _, defined = plain.partition("/")
        law = next((one.book.definitions.get(defined) for one in self.plan.regimes if one.book.regime == regime), None)
        window = term.window if term else ("always", 0)
        least, last = met.total or 0, met.on or self.today
        return Gauge(
            plain,
            self.words.gist(law) if law else plain,
            (regime, law.path) if law else None,
            term.unit if term else "persons",
            [(self._called(link), own) for link, own in zip(term.key if term else [""] * len(key), key, strict=True)],
            least,
            day(met.on) if met.on else "",
            window[0],
            "" if window[0] == "always" else day(start(window, last)),
            _anew(window, last),
            start(window, self.today) > last,
            [self._line(least, *one) for one in self.drawn.get(plain, ())] if term else [],
            met.uses,
        )

    def _called(self, link: str) -> str:
        """What a part of a key is."""
        fact = self.plan.vocabulary.kinds["movement"].get(link.partition(".")[0])
        return "" if fact is None else translated(fact, self.words.lang)

    @staticmethod
    def _line(least: int, number: int, beyond: bool, laws: list[tuple[str, str]]) -> Line:
        reached = least > number if beyond else least >= number
        return Line(number, beyond, reached, min(100, 100 * least // max(1, number)), laws[:LAWS], max(0, len(laws) - LAWS))


def _anew(window: tuple[str, int], on: int) -> str:
    """The day on which the next window begins; nothing where it slides, or never ends."""
    return dt.date(dt.date.fromordinal(on).year + 1, 1, 1).isoformat() if window[0] == "year" else ""


def _drawn(plan: Plan) -> dict[str, list[Drawn]]:
    """By count, the lines that are drawn over it, the lowest first."""
    found: dict[str, dict[tuple[int, bool], dict[tuple[str, str], None]]] = {}
    for regime, path, conditions in _provisions(plan):
        for node in walk(conditions):
            match node:
                case Compare(Counted(name), op, int(number)) if number > 1:  # whether there is anybody at all is no line
                    line = number, op in (">", "<=")
                    found.setdefault(name, {}).setdefault(line, {})[regime, path] = None
                case _:
                    pass
    return {name: [(*line, list(laws)) for line, laws in sorted(lines.items(), key=lambda one: one[0])] for name, lines in found.items()}


def _provisions(plan: Plan) -> Iterator[tuple[str, str, Sequence[Condition]]]:
    for one in plan.regimes:
        name = one.book.regime
        yield from ((name, law.path, [when]) for law, when in one.prohibitions)
        yield from ((name, ground.ground.path, [ground.holds]) for ground in one.grounds)
        yield from ((name, duty.duty.path, [duty.owed, duty.met]) for duty in one.duties)
