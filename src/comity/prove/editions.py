"""Two editions of one regime over the same words: which of their provisions are not the same, and by which of them a transfer is judged otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

from comity.facts.value import FALSE, TRUE
from comity.facts.vocabulary import Fact as Known
from comity.facts.vocabulary import Vocabulary
from comity.law.condition import NODES, Condition, Const, Fact, Path
from comity.law.regime import LoweredGround, Regime, reaches
from comity.law.rewrite import Rewriter
from comity.law.rulebook import REACH, Law
from comity.prove.edited import Edited
from comity.prove.follows import Order, order
from comity.prove.prover import judged
from comity.verdict.decide import Judged
from comity.verdict.outcome import Span, levels, meet
from comity.verdict.plan import Plan, walk
from comity.verdict.verdict import Verdict

Name: TypeAlias = tuple[str, str]
"""What a provision is, and its path."""
IN_NEW: Final = " as new"
"""What is added to the name of what means another thing in the new edition."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision that decides otherwise, or is in one edition only. `itself`: its own words are others; `through`: what it rests on whose words are."""

    kind: str
    path: str
    old: Law | None
    new: Law | None
    itself: bool = True
    through: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """'added', 'dropped' or 'changed'."""
        return "added" if self.old is None else "dropped" if self.new is None else "changed"

    @property
    def law(self) -> Law:
        """As it is now, or as it was."""
        law = self.new or self.old
        assert law is not None
        return law


@dataclass
class Editions:
    """Two editions of one regime, each the only one of its plan."""

    old: Plan
    new: Plan
    _reading: dict[int, tuple[Plan, Plan]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Each plan as it reads the words of both: what it makes of its regimes is made once for all worlds."""
    _swaps: dict[tuple[int, str, str], Sequence[Condition]] = field(default_factory=dict, init=False, repr=False, compare=False)

    # -- one plan of both ---------------------------------------------------------------------------------------------

    @cached_property
    def renamed(self) -> frozenset[str]:
        """Derived facts and contested law that mean another thing in the new edition."""
        old, new = self.old.recursive, self.new.recursive
        names = {name for name in old.keys() | new.keys() if old.get(name) is not new.get(name)}
        names |= {n for n in self.old.prevailing.keys() | self.new.prevailing.keys() if self.old.prevailing.get(n) != self.new.prevailing.get(n)}
        while more := {name for name, body in new.items() if name not in names and _mentions(body, names)}:
            names |= more
        return frozenset(names)

    @cached_property
    def regimes(self) -> tuple[Regime, Regime]:
        """Both, so that equal names in their conditions mean equal things, and either knows what the other derives."""
        old, new = self.old.regimes[0], self.new.regimes[0]
        made = Rewriter(self._as_new).condition if self.renamed else _itself
        recursive = {**old.recursive, **{self._named(name): made(body) for name, body in new.recursive.items()}}
        return replace(old, recursive=recursive), replace(
            new,
            book=replace(new.book, readings=old.book.readings),
            scope=made(new.scope),
            findings={name: (law, made(meaning) if isinstance(meaning, NODES) else meaning) for name, (law, meaning) in new.findings.items()},
            prohibitions=tuple((law, made(when)) for law, when in new.prohibitions),
            grounds=tuple(LoweredGround(g.ground, made(g.holds), made(g.available)) for g in new.grounds),
            duties=tuple(replace(duty, owed=made(duty.owed), met=made(duty.met)) for duty in new.duties),
            recursive=recursive,
        )

    def _named(self, name: str) -> str:
        return name + IN_NEW if name in self.renamed else name

    def _as_new(self, test: Condition) -> Condition:
        match test:
            case Fact(Path(root, links, name, kind)) if name in self.renamed:
                prevails = self.new.prevailing.get(name)
                return Fact(Path(root, links, name + IN_NEW, kind)) if prevails is None else Const(prevails)
            case _:
                return test

    @cached_property
    def both(self) -> Plan:
        """The conditions of both, over the words of both; what a fact may be is what either lets it be."""
        old, new = self.old.vocabulary.kinds, self.new.vocabulary.kinds
        kinds = {kind: {name: _joined(old[kind].get(name), new[kind].get(name)) for name in {**old[kind], **new[kind]}} for kind in old}
        return Plan(self.regimes, Vocabulary(kinds), self.new.places, self.new.calendars)

    @cached_property
    def levels(self) -> Sequence[Sequence[Condition]]:
        """The conditions under which either leaves at least each outcome."""
        return [levels(one) for one in self.regimes]

    @property
    def names(self) -> tuple[str, str]:
        """What either is called."""
        old, new = (plan.regimes[0].book.regime for plan in (self.old, self.new))
        return ("the old edition", "the new one") if old == new else (old, new)

    # -- what differs -------------------------------------------------------------------------------------------------

    @cached_property
    def provisions(self) -> Mapping[Name, Provision]:
        """Every provision on which an outcome may rest that is not the same in both; one of which only the path is another is."""
        old, new = self._deciding
        was, now = ({(kind, what) for (kind, _), (_, what) in one.items()} for one in (old, new))
        found = {}
        for name in {**old, **new}:
            one, other = old.get(name), new.get(name)
            same = one is not None and other is not None and one[1] == other[1]
            alike = (one is None or (name[0], one[1]) in now) and (other is None or (name[0], other[1]) in was) and None in (one, other)
            if not same and not alike:
                found[name] = self._provision(*name, one[0] if one else None, other[0] if other else None)
        return found

    def _provision(self, kind: str, path: str, old: Law | None, new: Law | None) -> Provision:
        return Provision(kind, path, old, new, self._edited.itself(kind, path), self._edited.under(kind, path) if old and new else ())

    @cached_property
    def owed(self) -> Sequence[Provision]:
        """Duties that are not the same, or are in one edition only, and on which no outcome rests: those owed while or after something moves."""
        old, new = ({duty.duty.path: duty for duty in one.duties if duty.duty.timing != "before"} for one in self.regimes)
        told = [{path: (duty.owed, duty.met, duty.due, duty.duty.timing) for path, duty in duties.items()} for duties in (old, new)]
        others = [path for path in {**old, **new} if told[0].get(path) != told[1].get(path)]
        return [self._provision("duty", path, old[path].duty if path in old else None, new[path].duty if path in new else None) for path in others]

    @cached_property
    def _edited(self) -> Edited:
        return Edited(self.old.regimes[0].book, self.new.regimes[0].book)

    @cached_property
    def alike(self) -> frozenset[Condition]:
        """The conditions that both have."""
        old, new = ({node for node in walk(replace(self.both, regimes=[one]).provisions()) if isinstance(node, NODES)} for one in self.regimes)
        return frozenset(old & new)

    @cached_property
    def order(self) -> Order:
        """What follows from what in either edition by its form; of a definition that rests on itself and is another in the new one, which is the wider."""
        bodies = self.regimes[0].recursive
        both = [(name, name + IN_NEW) for name in self.renamed if name in bodies and name + IN_NEW in bodies]
        return order(bodies, [*both, *((new, old) for old, new in both)])

    def verdict(self, world: str, plan: Plan) -> Verdict:
        """The verdict of one plan on the movement of a world."""
        if id(plan) not in self._reading:
            self._reading[id(plan)] = plan, replace(plan, vocabulary=self.words(plan))
        return judged(world, self._reading[id(plan)][1])

    def words(self, plan: Plan) -> Vocabulary:
        """The words of an edition; what only the other knows may stand in a world all the same."""
        return plan.vocabulary.extended(self.both.vocabulary.kinds)

    def by(self, world: str) -> tuple[Provision, ...]:
        """The provisions each of which alone makes the difference; else those without which there would be none; else all, that make it together."""
        legs = self.verdict(world, self.both).legs
        differ = [one for one in self.provisions.values() if self._differs(one, legs)]
        for side, own in enumerate(self.levels):
            span = _left(own, legs)
            if causes := tuple(one for one in differ if _left(self._with(side, one), legs) != span):
                return causes
        return tuple(differ)

    def _with(self, side: int, one: Provision) -> Sequence[Condition]:
        """The levels of one edition with one provision as the other has it."""
        if (side, one.kind, one.path) not in self._swaps:
            self._swaps[side, one.kind, one.path] = levels(_swapped(self.regimes[side], self.regimes[1 - side], one))
        return self._swaps[side, one.kind, one.path]

    def _differs(self, one: Provision, legs: Sequence[Judged]) -> bool:
        """Is it in one edition only, or does one of its conditions turn out otherwise in the other?"""
        old, new = (values.get((one.kind, one.path)) for values in self._deciding)
        pairs = list(zip(old[1], new[1], strict=True)) if old and new else []
        told = [(a, b) for a, b in pairs if isinstance(a, NODES) and isinstance(b, NODES)]
        rest = not pairs or any(a != b for a, b in pairs if not isinstance(a, NODES))
        return rest or any(leg.stretch.truth(a, leg.row) != leg.stretch.truth(b, leg.row) for a, b in told for leg in legs)

    @cached_property
    def _deciding(self) -> Sequence[Mapping[Name, tuple[Law, tuple[object, ...]]]]:
        return [dict(_deciding(*pair)) for pair in (self.regimes, self.regimes[::-1])]


def _left(conditions: Sequence[Condition], legs: Sequence[Judged]) -> Span:
    """What is left of some legs, by the conditions under which there is at least each outcome."""
    found = [[leg.stretch.truth(condition, leg.row) for condition in conditions] for leg in legs]
    return meet([Span(sum(truth == TRUE for truth in leg), sum(truth != FALSE for truth in leg)) for leg in found])


ROWS: Final[Mapping[str, tuple[str, Callable[[Any], Law]]]] = {
    "prohibition": ("prohibitions", lambda row: row[0]),
    "ground": ("grounds", lambda row: row.ground),
    "duty": ("duties", lambda row: row.duty),
}
"""Where a regime has its provisions of each kind, and the law of one."""


def _deciding(regime: Regime, other: Regime) -> Iterator[tuple[Name, tuple[Law, tuple[object, ...]]]]:
    """Every provision on which an outcome may rest, and all of it on which it does; what it lifts, by path if the other edition has it too."""
    paths = {law.path for law, _ in other.prohibitions}
    for law, when in regime.prohibitions:
        yield ("prohibition", law.path), (law, (when, law.effect))
    for one in regime.grounds:
        lifted = frozenset(law.path if law.path in paths else (when, law.effect) for law, when in regime.prohibitions if reaches(one.ground, law.path))
        yield ("ground", one.ground.path), (one.ground, (one.holds, one.available, REACH[one.ground.kind], lifted))
    for duty in regime.duties:
        if duty.duty.timing == "before":
            yield ("duty", duty.duty.path), (duty.duty, (duty.owed, duty.met))


def _swapped(base: Regime, other: Regime, one: Provision) -> Regime:
    """A regime with one provision as the other edition has it."""
    name, law = ROWS[one.kind]
    kept = [row for row in getattr(base, name) if law(row).path != one.path]
    rows = (*kept, *(row for row in getattr(other, name) if law(row).path == one.path))
    changed: dict[str, Any] = {name: rows}
    return replace(base, **changed)


def _joined(one: Known | None, other: Known | None) -> Known:
    """A fact that may be what it may be in either edition."""
    known = one or other
    assert known is not None
    if one is None or other is None or one.domain == other.domain:
        return known
    return replace(known, domain=None if one.domain is None or other.domain is None else one.domain | other.domain)


def _mentions(condition: Condition, names: Collection[str]) -> bool:
    return any(isinstance(node, Path) and node.fact in names for node in walk([condition]))


def _itself(condition: Condition) -> Condition:
    return condition
