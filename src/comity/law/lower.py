"""Lowers a rulebook: richer to plainer. Expressions become conditions; definitions are inlined; lists, tables and dates disappear.

What is left knows only the seven nodes and the forms of `condition`. Mistakes of meaning (unknown names, types, cycles,
steps finer than a fact can show) are collected here, each at its column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from comity.facts.value import MAX
from comity.facts.vocabulary import Vocabulary
from comity.law import rulebook as rb
from comity.law.condition import ALWAYS, NEVER, NODES, Condition, Member, Path, every, negation, some
from comity.law.regime import LoweredDuty, LoweredGround, Regime, below
from comity.law.scope import Meaning, Number, Record, Scope
from comity.law.translate import Translator
from comity.text.source import Mistakes, nearest

L = TypeVar("L", bound=rb.Law)


def lower(book: rb.Rulebook, vocabulary: Vocabulary, mistakes: Mistakes, as_known: int = MAX) -> Regime:
    """The regime that a rulebook describes, as it was known on a day; faults of meaning go to `mistakes`."""
    reader = Translator(vocabulary.extended(book.facts), mistakes, book, as_known=as_known)
    kinds = vocabulary.kinds["asset"]["kind"].domain or frozenset()
    for kind in sorted(book.speaks_about - kinds):
        mistakes.add(book.place, f"'{kind}' is no kind of asset", nearest(kind, kinds))

    def known(laws: Mapping[str, L]) -> list[L]:
        return [law for law in laws.values() if law.known <= as_known]

    findings: dict[str, tuple[rb.Definition | rb.LawList, Meaning]] = {}
    recursive: dict[str, Condition] = {}
    named: Mapping[str, rb.Definition | rb.LawList] = {**book.definitions, **book.lists}
    for law in known(named):
        scope = replace(Scope.of(law.of), names={param: Record(param, (), kind) for param, kind in law.given})
        findings[law.name] = (law, reader.definition(law.name, scope))
        if law.name in reader.recursive and isinstance(body := reader.body(law, scope), NODES):
            recursive[f"{book.regime}:{law.name}"] = body
    about: Condition = Member(Path("leg", ("asset",), "kind", "asset"), "in", book.speaks_about)
    say = every((every((about, reader.truth(book.scope.when))), reader.in_force(book.scope))) if book.scope else about
    prohibitions = tuple((law, every((about if law.beyond else say, reader.in_force(law), reader.truth(law.when)))) for law in known(book.prohibitions))
    grounds = tuple(_ground(law, reader) for law in known(book.grounds))
    regime = Regime(book, say, findings, prohibitions, grounds, (), recursive, reader.labels)
    reader.stands = {law.path: every((when, *(negation(g.holds) for g in regime.lifting(law.path)))) for law, when in prohibitions}
    return replace(regime, duties=tuple(_duty(law, reader, regime) for law in known(book.duties)))


def _ground(ground: rb.Ground, reader: Translator) -> LoweredGround:
    force = reader.in_force(ground)
    available = reader.truth(ground.available) if isinstance(ground.available, rb.Written) else NEVER if ground.available is False else ALWAYS
    return LoweredGround(ground, every((force, reader.truth(ground.holds))), every((force, available)))


def _duty(duty: rb.Duty, reader: Translator, regime: Regime) -> LoweredDuty:
    under = some(g.holds for g in regime.grounds if below(g.ground.path, duty.under)) if duty.under else ALWAYS
    lifted = some(g.holds for g in regime.lifting(duty.path))
    owed = every((regime.scope, reader.in_force(duty), reader.truth(duty.when), under, negation(lifted)))
    done = Member(Path("leg", (), "done", "movement"), "in", frozenset({f"{regime.book.regime}/{duty.path}"}))
    due = reader.meaning(duty.due) if duty.due else None
    if duty.due and not (isinstance(due, Number) and due.date):
        reader.mistakes.add(duty.due.place, "a due date is a date", "write after(on, 10, days)")
    return LoweredDuty(duty, owed, reader.truth(duty.met) if duty.met else done, due.term if isinstance(due, Number) else None)


def regimes(books: Iterable[rb.Rulebook], vocabulary: Vocabulary, as_known: int = MAX) -> tuple[Regime, ...]:
    """The regimes of several rulebooks, each standing alone; one `SourceError` with all their mistakes."""
    mistakes = Mistakes()
    found = tuple(lower(book, vocabulary, mistakes, as_known) for book in books if book.published <= as_known)
    mistakes.settle()
    return found
