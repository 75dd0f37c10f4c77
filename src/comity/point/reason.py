"""Why, from a dict of facts: what one regime leaves, with every provision in play, what it rests on and what is missing, as plain data.

A true conjunction rests on all its parts, a false one on those that are false, an unknown one on those that are not true; a
disjunction the other way round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, WORDS, Interval, OneOf, SetOf, Truth
from comity.flat.names import Leaf, terms
from comity.law.condition import And, Compare, Condition, Const, Fact, Member, Not, Or
from comity.law.regime import LoweredDuty, Regime
from comity.law.rulebook import PERMITTED, REACH, Duty, Ground, Law, Prohibition
from comity.point.explain import compiled, screened
from comity.point.intake import Between, Facts, Intake
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan


class Provision(NamedTuple):
    """A provision: where it is, what kind of law, its citation, its sentence in both languages, whether its text was read.

    `by` and `due` are of duties: who owes it, and by when, as it is written.
    """

    regime: str
    path: str
    kind: str
    cite: str
    en: str
    zh: str
    read: bool
    by: str = ""
    due: str = ""


class Reason(NamedTuple):
    """One step: a truth, in a word what it is, the provision it is (if one), the facts it tests with their values, and what it rests on.

    The word of a prohibition is *stands*, *may stand* or *lifted*; of a ground *holds*, *open*, *lacks* (it could still serve) or *closed*;
    of a duty *owed*, *met* or *open*; of a definition *not* or nothing; of a test, the test.
    """

    truth: Truth
    word: str
    law: Provision | None
    facts: tuple[tuple[str, Any], ...]
    parts: tuple[Reason, ...]

    def tests(self) -> Iterator[Reason]:
        """The tests on facts on which it rests."""
        open_ = [self]
        while open_:
            step = open_.pop()
            if step.facts:
                yield step
            open_ += reversed(step.parts)

    def lines(self, indent: str = "") -> Iterator[str]:
        """The step and all below it, one line each."""
        law, held = self.law, ", ".join(f"{name}: {_shown(value)}" for name, value in self.facts)
        word = self.word if law is None else f"not {law.path}" if self.word == "not" else f"{law.path} {self.word}".rstrip()
        told = f" ({held})" if held else ""
        if law is not None:
            told = f"{law.by and f' by {law.by}'}: {law.en} ({law.cite}){'' if law.read else ' [unverified]'}"
        yield f"{indent}{word}{told}"
        for part in self.parts:
            yield from part.lines(indent + "  ")


class Why(NamedTuple):
    """What one regime leaves of a leg, every provision that is not surely out of play, and the unknown facts that could still change it."""

    regime: str
    span: Span
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.regime}: {self.span}", *(line for reason in self.reasons for line in reason.lines("  "))]
        return "\n".join([*lines, f"  missing: {', '.join(self.missing)}"] if self.missing else lines)


WAYS: Final = ("", "open", "", "holds")


def _shown(value: object) -> str:
    return "unknown" if value is None else ", ".join(sorted(value)) or "none" if isinstance(value, frozenset) else str(value)


Memo: TypeAlias = dict[object, Reason]
Tell: TypeAlias = Callable[[Facts, Memo], Reason]
Weigh: TypeAlias = Callable[[Facts, Memo], tuple[Reason, int]]


def reasons(plan: Plan) -> Callable[[Facts], tuple[Why, ...]]:
    """A function from the facts of a leg to what each regime leaves of it, and why, in the order of the plan."""
    intake = Intake(plan)
    decide = compiled(plan, intake)
    rows: list[tuple[int, Condition, Weigh]] = []
    for number, regime in enumerate(plan.regimes):
        teller = _Teller(regime, intake)
        rows += [(number, when, teller.bar(law, when)) for law, when in regime.prohibitions]
        rows += [(number, duty.owed, teller.owed(duty)) for duty in regime.duties]
    left = screened([condition for _, condition, _ in rows], intake)
    names = [regime.book.regime for regime in plan.regimes]

    def why(facts: Facts) -> tuple[Why, ...]:
        if len(facts) != len(intake.blank):
            facts = {**intake.blank, **facts}
            intake.accept(facts)
        spans, open_ = decide(facts), left(facts)
        found: list[list[Reason]] = [[] for _ in names]
        missing: list[list[str]] = [[] for _ in names]
        memo: Memo = {}
        try:
            while open_:
                at = (open_ & -open_).bit_length() - 1 >> 1
                open_ &= ~(3 << 2 * at)
                number, _, weigh = rows[at]
                reason, worst = weigh(facts, memo)
                found[number].append(reason)
                if worst < spans[number].best:
                    missing[number] += [name for test in reason.tests() if test.truth == UNKNOWN for name in _open(test)]
        except (KeyError, TypeError):
            return why(intake.learn(facts))
        return tuple([Why(name, span, tuple(found[i]), tuple(dict.fromkeys(missing[i]))) for i, (name, span) in enumerate(zip(names, spans, strict=True))])

    return why


def _open(test: Reason) -> list[str]:
    """The facts that leave a test open: those half known; or all of them, where a place that is told is too wide to say."""
    half = [name for name, value in test.facts if value is None or isinstance(value, (Between, Interval, OneOf, SetOf))]
    return half or [name for name, _ in test.facts]


class _Teller:
    """Tells why, under one regime."""

    def __init__(self, regime: Regime, intake: Intake) -> None:
        self.regime = regime
        self.intake = intake
        self.made: dict[tuple[Condition, bool], Tell] = {}

    def provision(self, law: Law) -> Provision:
        """A provision as it is quoted."""
        kind = law.kind if isinstance(law, Ground) else f"duty {law.timing}" if isinstance(law, Duty) else type(law).__name__.removeprefix("Law").lower()
        made = Provision(self.regime.book.regime, law.path, kind, law.cite, law.en, law.zh, law.read)
        return made._replace(by=law.by, due=law.due.text if law.due else "") if isinstance(law, Duty) else made

    def bar(self, law: Prohibition, when: Condition) -> Weigh:
        """A prohibition, why it stands, and the ways through it; with what it leaves at worst."""
        cause, quoted, grounds = self.tell(when), self.provision(law), self.regime.lifting(law.path)
        ways = [(self.provision(g.ground), REACH[g.ground.kind], self.tell(g.holds), self.tell(g.available)) for g in grounds]

        def told(facts: Facts, memo: Memo) -> tuple[Reason, int]:
            because = cause(facts, memo)
            found = [(ground, reach, holds(facts, memo), available(facts, memo)) for ground, reach, holds, available in ways]
            lifted = any(holds.truth == TRUE for _, _, holds, _ in found)
            worst = PERMITTED if lifted else max([law.effect, *(reach for _, reach, _, available in found if available.truth == TRUE)])
            parts = [because]
            for ground, reach, holds, available in found:
                word = WAYS[holds.truth] or ("lacks" if reach and available.truth != FALSE else "closed")
                rests = (holds, available) if available.truth == UNKNOWN and reach > worst else (holds,)
                parts.append(Reason(holds.truth, word, ground, (), rests))
            return Reason(because.truth, "lifted" if lifted else "stands" if because.truth == TRUE else "may stand", quoted, (), tuple(parts)), worst

        return told

    def owed(self, duty: LoweredDuty) -> Weigh:
        """A duty, why it is owed, and whether it is met; with what it leaves at worst."""
        owing, meeting, quoted = self.tell(duty.owed), self.tell(duty.met), self.provision(duty.duty)
        effect = PERMITTED - 1 if duty.duty.timing == "before" else PERMITTED

        def told(facts: Facts, memo: Memo) -> tuple[Reason, int]:
            owed, met = owing(facts, memo), meeting(facts, memo)
            word = "met" if met.truth == TRUE else "owed" if owed.truth == TRUE and met.truth == FALSE else "open"
            return Reason(owed.truth, word, quoted, (), (owed, met)), PERMITTED if word == "met" else effect

        return told

    # -- conditions --------------------------------------------------------------------------------------------------

    def tell(self, node: Condition, *, negated: bool = False) -> Tell:
        """Why a condition is as true as it is, under the name of its definition; made once for each condition."""
        if (node, negated) not in self.made:
            self.made[node, negated] = self._named(node, negated=negated)
        return self.made[node, negated]

    def _named(self, node: Condition, *, negated: bool) -> Tell:
        made = self._step(node, negated=negated)
        if node not in self.regime.labels:
            return made
        law, word = self.provision(self.regime.labels[node][0]), "not" if negated else ""

        def named(facts: Facts, memo: Memo) -> Reason:
            found = memo.get(named)
            if found is None:
                step = made(facts, memo)
                found = memo[named] = Reason(step.truth, word, law, (), (step,))
            return found

        return named

    def _step(self, node: Condition, *, negated: bool) -> Tell:
        match node:
            case Const(truth):
                fixed = Reason(NOT[truth] if negated else truth, WORDS[NOT[truth] if negated else truth], None, (), ())
                return lambda _facts, _memo: fixed
            case Fact() | Compare() | Member():
                return self._test(node, negated=negated)
            case And() | Or():
                return _joint([self.tell(part, negated=negated) for part in self._parts(node)], every=isinstance(node, And) != negated)
            case Not(part):
                return self.tell(part, negated=not negated)

    def _parts(self, node: And | Or) -> Iterator[Condition]:
        """The parts, and those of a part that is of the same sort and has no name."""
        for part in node.parts:
            if isinstance(part, And | Or) and type(part) is type(node) and part not in self.regime.labels:
                yield from self._parts(part)
            else:
                yield part

    def _test(self, leaf: Leaf, *, negated: bool) -> Tell:
        names, judge = [self.intake.names.of[term] for term in terms(leaf)], screened([leaf], self.intake)
        word, shown = f"{'not ' if negated else ''}{self._written(leaf, names)}", NOT if negated else range(4)
        if len(names) == 1 and not isinstance(leaf, Compare):
            (name,) = names
            table = self.intake.table(name, lambda value: Reason(shown[judge({name: value})], word, None, ((name, value),), ()))
            return lambda facts, _memo: table[facts[name]]
        return lambda facts, _memo: Reason(shown[judge(facts)], word, None, tuple([(name, facts[name]) for name in names]), ())

    def _written(self, leaf: Leaf, names: list[str]) -> str:
        match leaf:
            case Fact():
                return names[0]
            case Compare(left, op, int(right)):
                exact = right * self.intake.names.quantum(left)
                day = self.intake.names.is_date(left) and 1 <= right <= dt.date.max.toordinal()
                return f"{names[0]} {op} {dt.date.fromordinal(right) if day else int(exact) if exact.denominator == 1 else float(exact)}"
            case Compare(_, op, _):
                return f"{names[0]} {op} {names[1]}"
            case Member(_, mode, right, _):
                return f"{names[0]} {mode} {', '.join(sorted(right)) if isinstance(right, frozenset) else names[1]}"


def _joint(inner: list[Tell], *, every: bool) -> Tell:
    """All or any of these; what is told are the parts as true as the whole."""
    word, deciding = ("all of", min) if every else ("any of", max)

    def joint(facts: Facts, memo: Memo) -> Reason:
        found = memo.get(joint)
        if found is None:
            parts = [tell(facts, memo) for tell in inner]
            truth = deciding([part[0] for part in parts])
            found = memo[joint] = Reason(truth, word, None, (), tuple([part for part in parts if part[0] == truth]))
        return found

    return joint
