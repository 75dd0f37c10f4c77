"""Reading *explain*: conditions as generated Python, one `match` over the seven nodes in the order of `law.condition`.

Every ceiling on the outcome stands side by side in one whole number, two bits each (*possibly*, *surely*: see `facts.value`).
Fact after fact strikes out what it rules out; when nothing is left the leg is permitted, whatever the other facts are. Only what is
left is looked at one by one, with the grounds that lift it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from math import ceil, floor
from operator import and_
from typing import Any, Final, NamedTuple, TypeAlias

from comity.facts.value import NOT, Truth, all_of, any_of
from comity.flat.names import Leaf, leaves, terms
from comity.law.condition import And, Compare, Condition, Const, Fact, Member, Not, Or, every, negation
from comity.law.regime import LoweredGround, Regime
from comity.law.rulebook import PERMITTED, REACH
from comity.point.intake import Facts, Intake, Pairs
from comity.verdict.outcome import SILENT, Span
from comity.verdict.plan import Plan

Decider: TypeAlias = Callable[[Facts], tuple[Span, ...]]
SPANS: Final = tuple(tuple(Span(worst, best) for best in range(PERMITTED + 1)) for worst in range(PERMITTED + 1))


class Ceiling(NamedTuple):
    """A ceiling on the outcome: when it is there, the outcome that it leaves, the grounds that lift it."""

    when: Condition
    effect: int
    grounds: Sequence[LoweredGround] = ()


def ceilings(regime: Regime) -> Iterator[Ceiling]:
    """The prohibitions of a regime, then its duties that come before the movement."""
    for law, when in regime.prohibitions:
        yield Ceiling(when, law.effect, regime.lifting(law.path))
    for duty in regime.duties:
        if duty.duty.timing == "before":
            yield Ceiling(every((duty.owed, negation(duty.met))), PERMITTED - 1)


def compiled(plan: Plan, intake: Intake | None = None) -> Decider:
    """A function from the facts of a leg to the span of outcomes under each regime, in the order of the plan."""
    return decider([list(ceilings(regime)) for regime in plan.regimes], intake or Intake(plan))


def decider(by_regime: Sequence[Sequence[Ceiling]], intake: Intake) -> Decider:
    """The same, from the ceilings of each regime."""
    every_one = [ceiling for own in by_regime for ceiling in own]
    writer = _Writer(intake, len(every_one))
    lifting: dict[Condition, int] = {}
    for number, ceiling in enumerate(every_one):
        for condition in (c for ground in ceiling.grounds for c in (ground.holds, ground.available)):
            lifting[condition] = lifting.get(condition, 0) | 3 << 2 * number
    body = writer.screen([ceiling.when for ceiling in every_one], lifting)
    first = 0
    for number, own in enumerate(by_regime):
        body += writer.outcome(number, own, first)
        first += len(own)
    last = ", ".join(f"S[w{number}][b{number}]" for number in range(len(by_regime)))
    return writer.function(body, f"{last},", (SILENT,) * len(by_regime))  # type: ignore[no-any-return]  # generated


def screened(conditions: Sequence[Condition], intake: Intake) -> Callable[[Facts], int]:
    """A function from the facts of a leg to the truths of conditions, two bits each from the lowest on."""
    writer = _Writer(intake, len(conditions))
    return writer.function(writer.screen(conditions, {}), "c", 0)  # type: ignore[no-any-return]  # generated


class _Writer:
    """Writes a function: facts are looked up where they are needed, constants become names of the module."""

    def __init__(self, intake: Intake, count: int) -> None:
        self.intake = intake
        self.names: dict[str, Any] = {"N": NOT, "S": SPANS, "D": dt.date}
        self.whole = (1 << 2 * count) - 1
        self.users: dict[Condition, int] = {}
        self.often: dict[Condition, str] = {}
        self.written: set[Condition] = set()

    def constant(self, value: object) -> str:
        """A name for a constant of the module."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, body: Iterable[str], last: str, silent: object) -> Any:  # noqa: ANN401 -- a generated function
        """The function of these statements."""
        self.names |= {"E": silent, "blank": self.intake.blank, "accept": self.intake.accept, "learn": self.intake.learn}
        count = len(self.intake.blank)
        lines = [f"if len(facts) != {count}:", "    facts = {**blank, **facts}", f"    if len(facts) != {count}: accept(facts)", "try:"]
        lines += [*(f"    {line}" for line in (*body, f"return {last}")), "except (KeyError, TypeError):", "    return decide(learn(facts))"]
        text = "def decide(facts):\n" + "\n".join(f"    {line}" for line in lines)
        exec(compile(text, "<plan>", "exec"), self.names)  # noqa: S102 -- written here from checked conditions; no text of a rulebook is code
        return self.names["decide"]

    # -- conditions --------------------------------------------------------------------------------------------------

    def expression(self, node: Condition) -> str:
        """Python that computes the truth of a condition."""
        if node in self.written and node in self.often:
            return self.often[node]
        match node:
            case Const(truth):
                return str(truth)
            case Fact():
                return self._looked_up(node)
            case Compare(_, _, int()) if cuts := self._cuts([node]):
                first, last = map(self._literal, (cuts[0], cuts[-1]))
                test = f"v < {first}" if node.op in ("<", "<=") else f"v >= {first}" if node.op in (">", ">=") else f"{first} <= v < {last}"
                return self._numbered(self._facts(node)[0], f"3 if {test} else 0", cuts[0], self.intake.judge(node))
            case Compare():
                return self._looked_up(node)
            case Member():
                return self._looked_up(node)
            case And(inner):
                return self._fold(inner, "((t:={}) and t & {})")
            case Or(inner):
                return self._fold(inner, "(3 if (t:={}) == 3 else t | {})")
            case Not(part):
                return f"N[{self.expression(part)}]"

    def _fold(self, inner: tuple[Condition, ...], form: str) -> str:
        text = self.expression(inner[-1])
        for part in reversed(inner[:-1]):
            text = form.format(self.expression(part), text)
        return text

    def _facts(self, leaf: Leaf) -> list[str]:
        return [self.intake.names.of[term] for term in terms(leaf)]

    def _looked_up(self, leaf: Leaf) -> str:
        facts, judge = self._facts(leaf), self.intake.judge(leaf)
        if len(facts) == 1 and not isinstance(leaf, Compare):
            return f"{self.constant(self.intake.table(facts[0], judge))}[facts[{facts[0]!r}]]"
        if isinstance(leaf, Member):
            return f"{self.constant(Pairs(judge))}[{', '.join(f'facts[{name!r}]' for name in facts)}]"
        given = [f"facts[{name!r}]" for name in facts]
        blank = judge(*[None] * len(facts))  # what nobody said needs no looking at
        return f"({blank} if {' is '.join(given)} is None else {self.constant(judge)}({', '.join(given)}))"

    def _numbered(self, fact: str, plain: str, cut: int | dt.date, judge: Callable[[Any], int]) -> str:
        """What is plain of a whole number or a date, and judged of anything else."""
        kind = "int" if isinstance(cut, int) else "D"
        return f"(({plain}) if (v:=facts[{fact!r}]).__class__ is {kind} else {judge(None)} if v is None else {self.constant(judge)}(v))"

    def _literal(self, cut: int | dt.date) -> str:
        return str(cut) if isinstance(cut, int) else self.constant(cut)

    def _cuts(self, tests: Iterable[Leaf]) -> list[Any]:
        """The whole numbers (or dates) from which on the truth of such comparisons of one fact is another one."""
        found: set[int] = set()
        days = False
        for leaf in tests:
            if isinstance(leaf, Compare) and isinstance(leaf.right, int):
                line = leaf.right * self.intake.names.quantum(leaf.left)
                found |= {ceil(line)} if leaf.op in ("<", ">=") else {floor(line) + 1} if leaf.op in ("<=", ">") else {ceil(line), floor(line) + 1}
                days = self.intake.names.is_date(leaf.left)
        return [dt.date.fromordinal(cut) for cut in sorted(found) if 1 < cut <= dt.date.max.toordinal()] if days else sorted(found)

    # -- what is left ------------------------------------------------------------------------------------------------

    def screen(self, conditions: Sequence[Condition], later: Mapping[Condition, int]) -> list[str]:
        """Statements that leave in `c` the truths of the conditions; `later`: what is computed after these, and for which of them."""
        by_fact: dict[str, dict[Condition, int]] = {}
        rest: dict[Condition, int] = {}
        begun = self.whole
        for number, condition in enumerate(conditions):
            for part in _conjuncts(condition):
                if isinstance(part, Const):
                    begun &= self._left(3 << 2 * number)[part.truth]
                    continue
                tests = leaves([part])
                facts = [name for leaf in tests for name in self._facts(leaf)]
                group = by_fact.setdefault(facts[0], {}) if len(set(facts)) == 1 and len(facts) == len(tests) else rest
                group[part] = group.get(part, 0) | 3 << 2 * number
        self._share({**rest, **{node: later[node] | rest.get(node, 0) for node in later}})
        lines = [f"c = {begun}"]
        for fact, own in sorted(by_fact.items(), key=lambda one: -any_of(one[1].values()).bit_count()):
            lines += self._strike(any_of(own.values()), self._struck(fact, own))
        for part, users in sorted(rest.items(), key=lambda one: -one[1].bit_count()):
            lines += self.defined(part)
            lines += self._strike(users, f"{self._left(users)}[{self.expression(part)}]")
        return lines

    def _strike(self, users: int, left: str) -> list[str]:
        lines = [f"c &= {left}", "if not c: return E"]
        return lines if users == self.whole else [f"if c & {users}:", *(f"    {line}" for line in lines)]

    def _left(self, users: int) -> tuple[int, ...]:
        """What a part of some conditions leaves of all, by its truth."""
        return (self.whole ^ users, self.whole ^ (users & self.whole // 3 * 2), self.whole, self.whole)

    def _struck(self, fact: str, own: Mapping[Condition, int]) -> str:
        """What the value of a fact leaves of all conditions."""
        judges = [(self._judge(part), self._left(users)) for part, users in own.items()]

        def left(value: Any) -> int:  # noqa: ANN401 -- whatever a caller passes
            return reduce(and_, (kept[judge(value)] for judge, kept in judges))

        tests = leaves(own)
        if not isinstance(tests[0], Compare):
            return f"{self.constant(self.intake.table(fact, left))}[facts[{fact!r}]]"
        cuts = self._cuts(tests)
        if not cuts:
            return f"{self.constant(left)}(facts[{fact!r}])"
        first = cuts[0] - (dt.timedelta(1) if isinstance(cuts[0], dt.date) else 1)

        def chosen(lo: int, hi: int) -> str:
            """Halved until it is known between which cuts the value lies; equal halves are one."""
            if lo == hi:
                return str(left(first if lo < 0 else cuts[lo]))
            middle = (lo + hi + 1) // 2
            below, above = chosen(lo, middle - 1), chosen(middle, hi)
            return below if below == above else f"({below} if v < {self._literal(cuts[middle])} else {above})"

        return self._numbered(fact, chosen(-1, len(cuts) - 1), first, left)

    def _judge(self, node: Condition) -> Callable[[Any], Truth]:
        """The truth of a condition on one fact, by its value."""
        match node:
            case Const(truth):
                return lambda _: truth
            case And(inner):
                every_part = [self._judge(part) for part in inner]
                return lambda value: all_of(judge(value) for judge in every_part)
            case Or(inner):
                some_part = [self._judge(part) for part in inner]
                return lambda value: any_of(judge(value) for judge in some_part)
            case Not(part):
                judge = self._judge(part)
                return lambda value: NOT[judge(value)]
            case _:
                return self.intake.judge(node)

    # -- what is used often ------------------------------------------------------------------------------------------

    def _share(self, roots: Mapping[Condition, int]) -> None:
        """What is used more than once is computed once, if some condition that uses it is left."""
        seen: dict[Condition, int] = {}
        order: list[Condition] = []

        def visit(node: Condition) -> None:
            seen[node] = seen.get(node, 0) + 1
            if seen[node] == 1:
                for part in _inner(node):
                    visit(part)
                order.append(node)

        for root in roots:
            visit(root)
        self.users = dict(roots)
        for node in reversed(order):
            for part in _inner(node):
                self.users[part] = self.users.get(part, 0) | self.users[node]
        self.often = {node: f"s{i}" for i, node in enumerate(order) if seen[node] > 1 and _inner(node)}

    def defined(self, node: Condition) -> Iterator[str]:
        """Statements that compute what is used often below a node, innermost first."""
        if node not in self.written:
            for part in _inner(node):
                yield from self.defined(part)
            if node in self.often:
                yield f"if c & {self.users[node]}: {self.often[node]} = {self.expression(node)}"
            self.written.add(node)

    # -- what it leaves ----------------------------------------------------------------------------------------------

    def outcome(self, number: int, own: Sequence[Ceiling], first: int) -> Iterator[str]:
        """Statements that leave the worst and best outcome of one regime in `w` and `b`; its own bits of `c` begin at the first."""
        w, b = f"w{number}", f"b{number}"
        yield f"{w} = {b} = {PERMITTED}"
        possibly = [1 << 2 * (first + i) for i in range(len(own))]
        for effect in sorted({ceiling.effect for ceiling in own}):
            plain = sum(bit for ceiling, bit in zip(own, possibly, strict=True) if ceiling.effect == effect and not ceiling.grounds)
            if plain:
                yield f"if c & {plain} and {w} > {effect}: {w} = {effect}"
                yield f"if c & {2 * plain} and {b} > {effect}: {b} = {effect}"
            for ceiling, bit in zip(own, possibly, strict=True):
                if ceiling.effect == effect and ceiling.grounds:
                    for ground in ceiling.grounds:
                        yield from self.defined(ground.holds)
                        yield from self.defined(ground.available)
                    yield f"if c & {bit} and ({w} > {effect} or {b} > {effect}):"
                    yield from (f"    {line}" for line in self._lifting(ceiling, bit, w, b))

    def _lifting(self, ceiling: Ceiling, bit: int, w: str, b: str) -> Iterator[str]:
        """What one prohibition leaves: lifted by a ground that holds; as far as an available one reaches; its own effect."""
        yield "l = 0"
        yield from (f"if l != 3: l |= {self.expression(ground.holds)}" for ground in ceiling.grounds)
        yield "if l != 3:"
        yield f"    w = {ceiling.effect}; b = {ceiling.effect} if l == 0 and c & {2 * bit} else {PERMITTED}"
        for ground in sorted(ceiling.grounds, key=lambda ground: -REACH[ground.ground.kind]):
            reach = REACH[ground.ground.kind]
            if reach > ceiling.effect:
                yield f"    if w < {reach} or b < {reach}:"
                yield f"        t = {self.expression(ground.available)}"
                yield f"        if t == 3 and w < {reach}: w = {reach}"
                yield f"        if t and b < {reach}: b = {reach}"
        yield f"    if w < {w}: {w} = w"
        yield f"    if b < {b}: {b} = b"


def _inner(node: Condition) -> Sequence[Condition]:
    return node.nodes if isinstance(node, (And, Or, Not)) else ()


def _conjuncts(node: Condition, *, negated: bool = False) -> Iterator[Condition]:
    """The conditions that all have to hold for this one to hold."""
    match node:
        case Not(part):
            yield from _conjuncts(part, negated=not negated)
        case And(inner) if not negated:
            yield from (found for part in inner for found in _conjuncts(part))
        case Or(inner) if negated:
            yield from (found for part in inner for found in _conjuncts(part, negated=True))
        case _:
            yield negation(node) if negated else node
