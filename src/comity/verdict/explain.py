"""Reading *explain*: conditions as generated Python, one `match` over the seven nodes in the order of `law.condition`.

`compiled` makes a function from the facts of one leg, by name, to what every regime leaves of it; `reasons` makes the one that
also tells why. A fact is a bool, a number, a date, a code (`str`), a set of codes (`frozenset`), or a partial value
(`Between`, `OneOf`, `SetOf`); an absent fact is unknown. Truths are 0, 1 and 3 (see `facts.value`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, NamedTuple

from comity.facts.member import Mode, member, related
from comity.facts.value import ANY_CODE, FALSE, MAX, MIN, NOT, NOTHING, UNKNOWN, Choice, Interval, OneOf, SetOf, Truth, compare
from comity.facts.vocabulary import SETS
from comity.law.condition import ALWAYS, And, Compare, Condition, Const, Fact, Form, Member, Not, Or, Path, Term, every
from comity.law.regime import Regime
from comity.law.rulebook import PERMITTED, REACH, Law
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan, is_date, quantum


class Between(NamedTuple):
    """A number or date known only to lie between two, both included; `None` is no end."""

    lo: Any
    hi: Any


class Reason(NamedTuple):
    """One provision that is not surely out of play, with the facts that make it so."""

    regime: str
    path: str
    cite: str
    truth: Truth
    facts: tuple[tuple[str, object, Truth], ...]


Facts = Mapping[str, Any]
Decider = Callable[[Facts], tuple[Span, ...]]


class _Lookup(dict[Any, Truth]):
    """The truth of a membership test for each value met; a value met for the first time is judged and remembered."""

    def __init__(self, judge: Callable[[Any], Truth]) -> None:
        super().__init__({None: UNKNOWN})
        self._judge = judge

    def __missing__(self, value: Any) -> Truth:  # noqa: ANN401 -- whatever a caller passes
        truth = self._judge(value)
        if len(self) < LIMIT:
            self[value] = truth
        return truth


LIMIT: Final = 100_000
"""The most values a look-up remembers."""


def choice(value: Any) -> Choice:  # noqa: ANN401 -- whatever a caller passes
    """A raw value as what a code or set may be."""
    if isinstance(value, str):
        return OneOf(frozenset({value}))
    if isinstance(value, (set, frozenset, list, tuple)):
        members = frozenset(value)
        return SetOf(members, members)
    return ANY_CODE if value is None else value


def interval(value: Any, quantum: Fraction) -> Interval:  # noqa: ANN401 -- whatever a caller passes
    """A raw number or date as an interval of quanta."""
    if value is None:
        return Interval(MIN, MAX)
    if isinstance(value, (Between, Interval)):
        if isinstance(value, Interval):
            return value
        lo = MIN if value.lo is None else interval(value.lo, quantum).lo
        hi = MAX if value.hi is None else interval(value.hi, quantum).hi
        return Interval(lo, hi)
    if isinstance(value, dt.date):
        return Interval(value.toordinal(), value.toordinal())
    exact = Fraction(value) / quantum
    return Interval(exact.__floor__(), exact.__ceil__())


@dataclass
class _Writer:
    """Writes one condition as an expression of Python; facts become locals, tests become names of the module."""

    plan: Plan
    names: dict[str, Any] = field(default_factory=lambda: {"N": NOT})
    locals: dict[str, str] = field(default_factory=dict)
    shared: dict[Condition, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    leaves: list[tuple[str, Condition]] = field(default_factory=list)

    def local(self, key: str) -> str:
        """The local variable that holds a fact."""
        if key not in self.locals:
            self.locals[key] = f"v{len(self.locals)}"
        return self.locals[key]

    def constant(self, prefix: str, value: Any) -> str:  # noqa: ANN401 -- any constant
        """A name for a constant of the module."""
        name = f"{prefix}{len(self.names)}"
        self.names[name] = value
        return name

    def expression(self, node: Condition) -> str:
        """Python that computes the truth of a condition."""
        if node in self.shared:
            return self.shared[node]
        match node:
            case Const(truth):
                return str(truth)
            case Fact(term):
                return f"({self._truth(term)})"
            case Compare(left, op, right):
                return f"({self._compare(left, op, right)})"
            case Member():
                return f"({self._member(node)})"
            case And(parts):
                return self._fold(parts, "((t:={}) and t & {})")
            case Or(parts):
                return self._fold(parts, "(3 if (t:={}) == 3 else t | {})")
            case Not(part):
                return f"N[{self.expression(part)}]"

    def _fold(self, parts: tuple[Condition, ...], form: str) -> str:
        text = self.expression(parts[-1])
        for part in reversed(parts[:-1]):
            text = form.format(self.expression(part), text)
        return text

    def _truth(self, term: Path | Form) -> str:
        name = self.local(self.plan.names[term])
        return f"3 if {name} is True else 0 if {name} is False else 1"

    def _compare(self, left: Term, op: str, right: Term) -> str:
        quantum = self._quantum(left)
        value = self.local(self.plan.names[left])
        if isinstance(right, int):
            natural = self._natural(left, right, quantum)
            exact = self.constant("c", natural)
            kind = "D" if isinstance(natural, dt.date) else "int"
            if kind == "D":
                self.names["D"] = dt.date
            slow = self.constant("f", lambda v: FALSE if v is NOTHING else compare(interval(v, quantum), op, Interval(right, right)))
            return f"(3 if {value} {op} {exact} else 0) if {value}.__class__ is {kind} else 1 if {value} is None else {slow}({value})"
        slow = self.constant("f", lambda v, w: FALSE if NOTHING in (v, w) else compare(interval(v, quantum), op, interval(w, quantum)))
        return f"{slow}({value}, {self.local(self.plan.names[right])})"

    def _member(self, node: Member) -> str:
        places = self.plan.places if node.place else None
        value = self.local(self.plan.names[node.left])
        mode: Mode = node.mode
        if isinstance(node.right, frozenset):
            among = node.right
            table = self.constant("m", _Lookup(lambda v: member(choice(v), mode, among, places)))
            if node.place or mode not in ("overlaps", "in") or not self.is_set(node.left):
                return f"{table}[{value}]"
            hit = f"{next(iter(among))!r} in {value}" if len(among) == 1 else f"not {value}.isdisjoint({self.constant('a', among)})"
            return f"(3 if {hit} else 0) if {value}.__class__ is frozenset else {table}[{value}]"
        other = self.local(self.plan.names[node.right])
        return f"{self.constant('f', lambda v, w: related(choice(v), mode, choice(w), places))}({value}, {other})"

    def is_set(self, path: Path) -> bool:
        """Does the fact hold several codes?"""
        fact = self.plan.vocabulary.kinds.get(path.kind, {}).get(path.fact)
        return fact is not None and fact.type in SETS

    def _quantum(self, term: Term) -> Fraction:
        return quantum(term, self.plan.vocabulary)

    def _natural(self, term: Term, value: int, step: Fraction) -> Any:  # noqa: ANN401 -- a number or a date
        if is_date(term, self.plan.vocabulary) and 1 <= value <= dt.date.max.toordinal():
            return dt.date.fromordinal(value)
        exact = value * step
        return int(exact) if exact.denominator == 1 else exact


def compiled(plan: Plan) -> Decider:
    """A function from the facts of a leg to the span of outcomes under each regime, in the order of the plan."""
    writer = _Writer(plan)
    _share(writer, plan)
    body: list[str] = []
    ends: list[str] = []
    for number, regime in enumerate(plan.regimes):
        body += _regime(writer, regime, number)
        ends.append(f"S[w{number}][b{number}]")
    writer.names["S"] = tuple(tuple(Span(w, b) for b in range(PERMITTED + 1)) for w in range(PERMITTED + 1))
    return _made(writer, body, f"return ({', '.join(ends)},)")  # type: ignore[no-any-return]  # generated


def reasons(plan: Plan) -> Callable[[Facts], tuple[tuple[Span, ...], list[Reason]]]:
    """The same function, and for each prohibition not surely out of play the provision, its citation and the facts it rests on."""
    writer = _Writer(plan)
    _share(writer, plan)
    body: list[str] = ["R = []"]
    ends: list[str] = []
    for number, regime in enumerate(plan.regimes):
        body += _regime(writer, regime, number, explained=True)
        ends.append(f"S[w{number}][b{number}]")
    writer.names["S"] = tuple(tuple(Span(w, b) for b in range(PERMITTED + 1)) for w in range(PERMITTED + 1))
    writer.names["Reason"] = Reason
    return _made(writer, body, f"return ({', '.join(ends)},), R")  # type: ignore[no-any-return]  # generated


def _share(writer: _Writer, plan: Plan) -> None:
    """Conditions used more than once are computed once, innermost first."""
    seen: dict[Condition, int] = {}

    def visit(node: Condition) -> None:
        seen[node] = seen.get(node, 0) + 1
        if seen[node] == 1:
            match node:
                case And(parts) | Or(parts):
                    for part in parts:
                        visit(part)
                case Not(part):
                    visit(part)
                case _:
                    pass
            order.append(node)

    order: list[Condition] = []
    for regime in plan.regimes:
        for _, when in regime.prohibitions:
            visit(when)
        for ground in regime.grounds:
            visit(ground.holds)
            visit(ground.available)
        for duty in regime.duties:
            if duty.duty.timing == "before":
                visit(duty.owed)
                visit(duty.met)
    for node in order:
        if seen[node] > 1 and isinstance(node, (And, Or, Not)):
            name = f"s{len(writer.shared)}"
            writer.lines.append(f"{name} = {writer.expression(node)}")
            writer.shared[node] = name


def _regime(writer: _Writer, regime: Regime, number: int, *, explained: bool = False) -> list[str]:
    """The statements that leave the worst and best outcome of one regime in `w` and `b`."""
    lines = [f"w{number} = b{number} = 3", f"s = {writer.expression(regime.scope)}", "if s:", "    pass"]
    for prohibition, when in regime.prohibitions:
        lines += [f"    c = s & {writer.expression(_within(when, regime.scope))}", "    if c:"]
        lines += [f"        {line}" for line in _lifting(writer, regime, prohibition.path, prohibition.effect)]
        lines += [f"        if w < w{number}: w{number} = w", f"        if b < b{number}: b{number} = b"]
        if explained:
            lines.append(f"        R.append({_reason(writer, regime, prohibition, when)})")
    for duty in regime.duties:
        if duty.duty.timing == "before":
            lines += [
                f"if w{number} > 2 or b{number} > 2:",
                f"    c = {writer.expression(duty.owed)}",
                "    if c:",
                f"        c &= N[{writer.expression(duty.met)}]",
            ]
            lines += [f"        if c and w{number} > 2: w{number} = 2", f"        if c == 3 and b{number} > 2: b{number} = 2"]
    return lines


def _within(when: Condition, scope: Condition) -> Condition:
    """What is left of a condition where the scope is known to be met as far as it is."""
    return every(p for p in when.parts if p is not scope) if isinstance(when, And) and scope in when.parts else ALWAYS if when is scope else when


def _lifting(writer: _Writer, regime: Regime, path: str, effect: int) -> list[str]:
    """What one prohibition with truth `c` leaves: `w` at worst, `b` at best."""
    grounds = regime.lifting(path)
    if not grounds:
        return [f"w = {effect}; b = 3 if c == 1 else {effect}"]
    lines = ["l = 0"]
    lines += [f"if l != 3: l |= {writer.expression(g.holds)}" for g in grounds]
    lines += ["if l == 3:", "    w = b = 3", "else:", f"    w = {effect}; b = 3 if l or c == 1 else {effect}"]
    for ground in sorted(grounds, key=lambda g: -REACH[g.ground.kind]):
        reach = REACH[ground.ground.kind]
        if reach > effect:
            lines.append(f"    if w < {reach} or b < {reach}:")
            lines.append(f"        t = {writer.expression(ground.available)}")
            lines += [f"        if t == 3 and w < {reach}: w = {reach}", f"        if t and b < {reach}: b = {reach}"]
    return lines


def _reason(writer: _Writer, regime: Regime, law: Law, when: Condition) -> str:
    facts = ", ".join(
        f"({writer.plan.names[_term(leaf)]!r}, {writer.local(writer.plan.names[_term(leaf)])}, {writer.expression(leaf)})" for leaf in _leaves(when)
    )
    return f"Reason({regime.book.regime!r}, {law.path!r}, {law.cite!r}, c, ({facts}{',' if facts else ''}))"


def _leaves(node: Condition) -> list[Fact | Compare | Member]:
    match node:
        case And(parts) | Or(parts):
            return list(dict.fromkeys(leaf for part in parts for leaf in _leaves(part)))
        case Not(part):
            return _leaves(part)
        case Fact() | Compare() | Member():
            return [node]
        case Const():
            return []


def _term(leaf: Fact | Compare | Member) -> Term:
    return leaf.term if isinstance(leaf, Fact) else leaf.left


def _made(writer: _Writer, body: list[str], last: str) -> Any:  # noqa: ANN401 -- a generated function
    """The function of these statements; facts are read into locals first."""
    reads = ["get = facts.get", *(f"{name} = get({fact!r})" for fact, name in writer.locals.items())]
    text = "def decide(facts):\n" + "\n".join(f"    {line}" for line in (*reads, *writer.lines, *body, last))
    exec(compile(text, "<plan>", "exec"), writer.names)  # noqa: S102 -- written above from checked conditions; no text of a rulebook is code
    return writer.names["decide"]
