"""Cases: worlds with what is expected of them. A regulator's example, a user's test and a docs example are one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from comity.facts.leg import Leg
from comity.facts.record import World
from comity.facts.value import ANYWHERE, FALSE, MIN, TRUE, WORDS, Interval, any_of
from comity.files.world import read_world
from comity.law.condition import NODES
from comity.law.regime import LoweredDuty, LoweredGround, Regime
from comity.law.rulebook import OUTCOMES, Definition, LawList
from comity.law.scope import Codes
from comity.text.literal import day
from comity.text.source import Mistakes, Node, Place, nearest
from comity.verdict.decide import Judged, decide, stretch
from comity.verdict.frame import Frame
from comity.verdict.opinion import day as due_day
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Plan
from comity.verdict.scale import Columns

LISTS: Final = ("stands", "ways", "owed", "not_owed", "met", "open", "overdue", "missing")
_LEG: Final = re.compile(r"(?P<movement>[^\[@\s]+)(\[(?P<part>\d+)\])?(@(?P<actor>\S+))?( on (?P<day>\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold."""

    place: Place
    subject: str
    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.place}: {self.subject} {self.path}: expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class Case:
    """One case: its world, what it expects, and where it comes from."""

    id: str
    world: World
    regimes: tuple[str, ...]
    independent: bool
    read: bool
    asked_on: int
    expect: Node | None
    failures: list[Failure] = field(default_factory=list)


def read_cases(documents: Sequence[Node], plan: Plan, mistakes: Mistakes) -> list[Case]:
    """The cases of one file; a first document with only a cast is merged under each."""
    cast = next((d.get("cast") for d in documents if d.get("cast") is not None), None)
    return [_case(d, cast, plan, mistakes) for d in documents if d.get("cast") is None]


def _case(node: Node, cast: Node | None, plan: Plan, mistakes: Mistakes) -> Case:
    text = {k: child.text or "" for k, child in (node.pairs or {}).items() if child.text is not None}
    for key in ("case", "expect"):
        if node.get(key) is None:
            mistakes.add(node.place, f"a case needs '{key}'")
    asked = day(text["on"]) if "on" in text else None
    world = read_world(node, plan.vocabulary, mistakes, asked if asked is not None else MIN, cast)
    one = node.get("regime")
    names = tuple(i.text or "" for i in one.items) if one and one.items else ((text["regime"],) if "regime" in text else ())
    known = [r.book.regime for r in plan.regimes]
    for name in names:
        if name not in known:
            mistakes.add((one or node).place, f"there is no regime '{name}'", nearest(name, known))
    return Case(text.get("case", ""), world, names, text.get("independent") == "true", text.get("read", "true") == "true", asked or MIN, node.get("expect"))


def run_case(case: Case, plan: Plan) -> list[Failure]:
    """What does not hold of a case."""
    asked = Plan([plan.regime(n) for n in case.regimes] if case.regimes else plan.regimes, plan.vocabulary, plan.places, plan.calendars)
    return list(_Run(case, asked, decide(case.world, asked) if case.world["movement"] else []).failures())


@dataclass
class _Run:
    case: Case
    plan: Plan
    judged: Sequence[Judged]

    def failures(self) -> Iterator[Failure]:
        expect = self.case.expect
        for subject, wanted in (expect.pairs or {}).items() if expect else ():
            for path, value in (wanted.pairs or {}).items():
                found, expected = self._found(subject, path, value)
                if found != expected:
                    yield Failure(wanted.keys[path], subject, path, expected, found)

    def _found(self, subject: str, path: str, value: Node) -> tuple[str, str]:
        legs = self._legs(subject)
        if path == "outcome":
            own = [j for j in legs if j.leg.role == "exporter"] or legs
            return (str(meet([_asked(j) for j in own])) if own else "no such leg"), _span(value.text or "")
        if path in OUTCOMES or path in [r.book.regime for r in self.plan.regimes]:
            own = [j for j in legs if j.leg.role == "exporter"] or legs
            return (str(meet([j.opinions[path] for j in own])) if own and path in own[0].opinions else "no such leg"), _span(value.text or "")
        if path in LISTS:
            wanted = [i.text or "" for i in value.items or []]
            has = [p for p in wanted if self._listed(path, p, legs)]
            return ", ".join(has) or "none of them", ", ".join(wanted) or "none of them"
        expected = value.text or ""
        return self._path(subject, path, legs, expected), expected

    def _legs(self, subject: str) -> list[Judged]:
        named = _LEG.fullmatch(subject)
        if named is None or named["movement"] not in self.case.world["movement"]:
            return []
        legs = [j for j in self.judged if j.leg.movement == named["movement"]]
        if named["part"] is not None:
            legs = [j for j in legs if j.leg.part == int(named["part"])]
        if named["day"] is not None:
            on = day(named["day"]) or MIN
            legs = [j for j in legs if j.leg.days.lo <= on <= j.leg.days.hi]
        if named["actor"] is not None:
            return [j for j in legs if named["actor"] in (j.leg.actor, j.leg.role)]
        return legs

    def _listed(self, what: str, path: str, legs: Sequence[Judged]) -> bool:
        own = [j for j in legs if j.leg.role == "exporter"] or list(legs)
        return any(self._is_listed(what, path, j) for j in own)

    def _is_listed(self, what: str, path: str, judged: Judged) -> bool:
        for regime in self.plan.regimes:
            for prohibition, when in regime.prohibitions:
                lifting = regime.lifting(prohibition.path)
                stands = judged.stretch.truth(when, judged.row)
                lifted = any_of(judged.stretch.truth(g.holds, judged.row) for g in lifting)
                if what == "stands" and prohibition.path == path and stands == TRUE and lifted == FALSE:
                    return True
                if what == "ways" and stands != FALSE and lifted != TRUE:
                    for ground in lifting:
                        if ground.ground.path == path and judged.stretch.truth(ground.available, judged.row) == TRUE:
                            return True
            for duty in regime.duties:
                if duty.duty.path != path:
                    continue
                owed, met = judged.stretch.truth(duty.owed, judged.row), judged.stretch.truth(duty.met, judged.row)
                if (what == "owed" and owed == TRUE) or (what == "not_owed" and owed == FALSE):
                    return True
                if (what == "met" and met == TRUE) or (what == "open" and met != TRUE and owed != FALSE):
                    return True
                if what == "overdue" and owed == TRUE and met != TRUE and self._overdue(duty, judged):
                    return True
        if what == "missing":
            from comity.why.missing import missing  # noqa: PLC0415 -- asked for by few cases

            return path in {m.fact for m in missing(judged, self.plan)}
        return False

    def _overdue(self, duty: LoweredDuty, judged: Judged) -> bool:
        if duty.due is None:
            return False
        found = due_day(duty.due, judged.stretch.columns, judged.stretch.frame, judged.row)
        return found.lo <= found.hi < self.case.asked_on

    def _path(self, subject: str, path: str, legs: Sequence[Judged], expected: str) -> str:
        for regime in self.plan.regimes:
            found = _provision(regime, path)
            if found is None:
                continue
            law, meaning = found
            own = [j for j in legs if j.leg.role == "exporter"] or list(legs)
            if isinstance(law, (Definition, LawList)) and (_given(law) or law.of not in ("leg", "movement")):
                if own and law.of in own[0].stretch.tables.legs.facts and not _given(law):
                    return _word([self._of_linked(law.of, meaning, j, expected) for j in own])
                return self._of_records(subject, law, meaning, expected)
            if not own:
                return "no such leg"
            return _word([_code(meaning, j, expected) for j in own])
        return "no such path"

    def _of_linked(self, link: str, meaning: object, judged: Judged, expected: str) -> str:
        """What is found of the one record of its kind that a movement has: its asset, its purpose."""
        tables = judged.stretch.tables
        row = tables.legs.link(link)[judged.row]
        frame = Frame(1, {"self": tables.kinds[link], "leg": tables.legs}, {"self": np.array([row]), "leg": np.array([judged.row])})
        return _value(meaning, judged.stretch.columns, frame, 0, expected)

    def _of_records(self, subject: str, law: Definition | LawList, meaning: object, expected: str) -> str:
        names = [n.strip() for n in subject.split(",")]
        params = _given(law) or (("self", law.of),)
        days = {j.leg.days for j in self.judged} or {Interval(self.case.asked_on, self.case.asked_on) if self.case.asked_on > MIN else ANYWHERE}
        day = days.pop() if len(days) == 1 else ANYWHERE
        one = stretch(self.case.world, [Leg("", -1, "", "", day, {"on": day})], self.plan)
        if self.judged and subject in self.case.world["movement"]:
            return "no such record"
        kinds = one.tables.kinds
        rows = {}
        for name, (param, kind) in zip(names, params, strict=False):
            ids = list(getattr(kinds[kind], "ids", ()))
            if name not in ids:
                return f"no {kind} '{name}'"
            rows[param] = np.array([ids.index(name)])
        if len(names) != len(params):
            return f"takes {', '.join(p for p, _ in params)}"
        frame = Frame(1, {**{p: kinds[k] for p, k in params}, "leg": kinds["movement"]}, {**rows, "leg": np.array([0])})
        return _word([_value(meaning, one.columns, frame, 0, expected)])


def _given(law: Definition | LawList) -> tuple[tuple[str, str], ...]:
    return law.given if isinstance(law, Definition) else ()


def _asked(judged: Judged) -> Span:
    """The outcome under the regimes a case asks about; jurisdictions without a rulebook are not its subject."""
    return meet(list(judged.opinions.values()))


def _provision(regime: Regime, path: str) -> tuple[object, object] | None:
    if path == "in_scope":
        return None, regime.scope
    for law, meaning in regime.findings.values():
        if path in (law.path, law.name):
            return law, meaning
    for prohibition, when in regime.prohibitions:
        if prohibition.path == path:
            return prohibition, when
    for found in (*regime.grounds, *regime.duties):
        match found:
            case LoweredGround(ground, holds, _) if ground.path == path:
                return ground, holds
            case LoweredDuty(duty, owed, _, _) if duty.path == path:
                return duty, owed
            case _:
                continue
    return None


def _code(meaning: object, judged: Judged, expected: str) -> str:
    return _value(meaning, judged.stretch.columns, judged.stretch.frame, judged.row, expected)


def _value(meaning: object, columns: Columns, frame: Frame, row: int, expected: str) -> str:
    """The truth of a finding; or, of a code by cases, the code it is, or what it may be."""
    if isinstance(meaning, NODES):
        return WORDS[int(columns.truth(meaning, frame)[row])]
    pieces = meaning.pieces if isinstance(meaning, Codes) else ()
    if cases := [(p.condition, code) for p in pieces if isinstance(p.codes, frozenset) and not p.loops for code in sorted(p.codes)]:
        truths = {code: any_of(int(columns.truth(when, frame)[row]) for when, c in cases if c == code) for _, code in cases}
        sure = [code for code, truth in truths.items() if truth == TRUE]
        may = [code for code, truth in truths.items() if truth != FALSE]
        return sure[0] if len(sure) == 1 and len(may) == 1 else "unknown" if expected == "unknown" else " | ".join(sorted(may)) or "none"
    return "not a finding that can be compared"


def _word(found: list[str]) -> str:
    """What several legs say together: one word if they agree; true if it is true of some leg."""
    words = set(found)
    return found[0] if len(words) == 1 else "true" if "true" in words else "unknown" if words <= {"unknown", "false"} else " | ".join(sorted(words))


def _span(text: str) -> str:
    worst, _, best = text.partition("..")
    words = [w for w in (worst, best) if w]
    return text if all(w in OUTCOMES for w in words) else f"{text} (no outcome)"
