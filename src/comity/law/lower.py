"""Lowers a rulebook: richer to plainer. Expressions become conditions; definitions are inlined; lists, tables and dates disappear.

What is left knows only the seven nodes and the forms of `condition`. Mistakes of meaning (unknown names, types, cycles,
steps finer than a fact can show) are collected here, each at its column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from comity.facts.value import MAX
from comity.facts.vocabulary import Vocabulary
from comity.law import rulebook as rb
from comity.law.condition import ALWAYS, NEVER, NODES, Compare, Condition, Fact, Member, Path, every, negation, some
from comity.law.regime import ON, LoweredDuty, LoweredGround, Regime, below
from comity.law.scope import Meaning, Number, Record, Scope
from comity.law.translate import Translator
from comity.text.source import Mistakes, nearest

L = TypeVar("L", bound=rb.Law)


def lower(book: rb.Rulebook, vocabulary: Vocabulary, mistakes: Mistakes, as_known: int = MAX) -> Regime:
    """The regime that a rulebook describes, as it was known on a day; faults of meaning go to `mistakes`."""
    return _Lowering(book, vocabulary.extended(book.facts), mistakes, as_known).regime()


@dataclass
class _Lowering:
    book: rb.Rulebook
    vocabulary: Vocabulary
    mistakes: Mistakes
    as_known: int

    def regime(self) -> Regime:
        book = self.book
        kinds = self.vocabulary.kinds["asset"]["kind"].domain or frozenset()
        for kind in sorted(book.speaks_about - kinds):
            self.mistakes.add(book.place, f"'{kind}' is no kind of asset", nearest(kind, kinds))
        translator = Translator(self.vocabulary, self.mistakes, book, in_force=self.in_force, as_known=self.as_known)
        self.translator = translator
        findings: dict[str, tuple[rb.Definition | rb.LawList, Meaning]] = {}
        recursive: dict[str, Condition] = {}
        laws: Mapping[str, rb.Definition | rb.LawList] = {**book.definitions, **book.lists}
        for law in self._known(laws):
            scope = replace(Scope.of(law.of), names={param: Record(param, (), kind) for param, kind in law.given})
            findings[law.name] = (law, translator.definition(law.name, scope))
            if law.name in translator.recursive and isinstance(body := translator.body(law, scope), NODES):
                recursive[f"{book.regime}:{law.name}"] = body
        say: Condition = Member(Path("leg", ("asset",), "kind", "asset"), "in", book.speaks_about)
        if book.scope:
            say = every((every((say, self._truth(book.scope.when))), self.in_force(book.scope)))
        prohibitions = tuple((law, every((say, self.in_force(law), self._truth(law.when)))) for law in self._known(book.prohibitions))
        grounds = tuple(self._ground(law) for law in self._known(book.grounds))
        regime = Regime(book, say, findings, prohibitions, grounds, (), recursive, translator.labels)
        translator.stands = {law.path: every((when, *(negation(g.holds) for g in regime.lifting(law.path)))) for law, when in prohibitions}
        return replace(regime, duties=tuple(self._duty(law, regime) for law in self._known(book.duties)))

    def _known(self, laws: Mapping[str, L]) -> list[L]:
        return [law for law in laws.values() if law.known <= self.as_known]

    def _truth(self, written: rb.Written) -> Condition:
        return self.translator.truth(written, Scope.leg())

    def _ground(self, ground: rb.Ground) -> LoweredGround:
        force = self.in_force(ground)
        available = force if ground.available is not False else NEVER
        if isinstance(ground.available, rb.Written):
            available = every((force, self._truth(ground.available)))
        return LoweredGround(ground, every((force, self._truth(ground.holds))), available)

    def _duty(self, duty: rb.Duty, regime: Regime) -> LoweredDuty:
        under = some(g.holds for g in regime.grounds if below(g.ground.path, duty.under)) if duty.under else ALWAYS
        lifted = some(g.holds for g in regime.lifting(duty.path))
        owed = every((regime.scope, self.in_force(duty), self._truth(duty.when), under, negation(lifted)))
        done = Member(Path("leg", (), "done", "movement"), "in", frozenset({f"{self.book.regime}/{duty.path}"}))
        due = self.translator.meaning(duty.due, Scope.leg()) if duty.due else None
        if duty.due and not (isinstance(due, Number) and due.date):
            self.mistakes.add(duty.due.place, "a due date is a date", "write after(on, 10, days)")
        return LoweredDuty(duty, owed, self._truth(duty.met) if duty.met else done, due.term if isinstance(due, Number) else None)

    def in_force(self, law: rb.Law) -> Condition:
        """The days on which a row is law, as was known; presumed and unenforced stretches are open questions of law."""
        if not law.timeline:
            return ALWAYS if law.known <= self.as_known else NEVER
        rows = {span.since: span.status for span in sorted(law.timeline, key=lambda span: span.known) if span.known <= self.as_known}
        open_ = Fact(Path("law", (), f"{self.book.regime}/{law.path}", "law"))
        means: dict[str, Condition] = {"stands": ALWAYS, "silent": NEVER, "open": open_}
        parts = []
        for since, until in pairwise((*sorted(rows), MAX)):
            days = every((Compare(ON, ">=", since) if since > -MAX else ALWAYS, Compare(ON, "<", until) if until < MAX else ALWAYS))
            parts.append(every((days, means[rb.STATUS[rows[since]]])))
        return some(parts)


def regimes(books: Iterable[rb.Rulebook], vocabulary: Vocabulary, as_known: int = MAX) -> tuple[Regime, ...]:
    """The regimes of several rulebooks, each standing alone; one `SourceError` with all their mistakes."""
    mistakes = Mistakes()
    found = tuple(lower(book, vocabulary, mistakes, as_known) for book in books if book.published <= as_known)
    mistakes.settle()
    return found
