"""Lowers a rulebook: richer to plainer. Expressions become conditions; definitions are inlined; lists, tables and dates disappear.

What is left knows only the seven nodes and the forms of `condition`. Mistakes of meaning (unknown names, types, cycles,
steps finer than a fact can show) are collected here, each at its column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from comity.facts.value import MAX
from comity.facts.vocabulary import Vocabulary
from comity.law import rulebook as rb
from comity.law.condition import ALWAYS, NEVER, NODES, Compare, Condition, Fact, Member, Path, Term, every, negation, some
from comity.law.regime import ON, LoweredDuty, LoweredGround, Regime, below
from comity.law.scope import Meaning, Number, Record, Scope
from comity.law.translate import Translator
from comity.text.source import Mistakes, nearest


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
        self._check_names()
        translator = Translator(self.vocabulary, self.mistakes, self.book, in_force=self.in_force, as_known=self.as_known)
        self.translator = translator
        leg = Scope.leg()
        findings: dict[str, tuple[rb.Definition | rb.LawList, Meaning]] = {}
        recursive: dict[str, Condition] = {}
        laws: dict[str, rb.Definition | rb.LawList] = {**self.book.definitions, **self.book.lists}
        for name, definition in laws.items():
            if not self._is_known(definition):
                continue
            names = replace(Scope.of(definition.of), names={param: Record(param, (), kind) for param, kind in definition.given})
            findings[name] = (definition, translator.definition(name, names))
            if name in translator.recursive:
                body = translator.body(definition, names)
                if isinstance(body, NODES):
                    recursive[f"{self.book.regime}:{name}"] = body
        about = Member(Path("leg", ("asset",), "kind", "asset"), "in", self.book.speaks_about)
        scope = every((about, translator.truth(self.book.scope.when, leg))) if self.book.scope else about
        if self.book.scope:
            scope = every((scope, self.in_force(self.book.scope)))
        prohibitions = tuple((p, every((scope, self.in_force(p), translator.truth(p.when, leg)))) for p in self.book.prohibitions.values() if self._is_known(p))
        grounds = tuple(self._ground(g, leg) for g in self.book.grounds.values() if self._is_known(g))
        regime = Regime(self.book, scope, findings, prohibitions, grounds, (), recursive, translator.labels)
        translator.stands = {p.path: every((when, *(negation(g.holds) for g in regime.lifting(p.path)))) for p, when in prohibitions}
        duties = tuple(self._duty(d, scope, leg, regime) for d in self.book.duties.values() if self._is_known(d))
        return Regime(self.book, scope, findings, prohibitions, grounds, duties, recursive, translator.labels)

    def _ground(self, ground: rb.Ground, leg: Scope) -> LoweredGround:
        force = self.in_force(ground)
        available = NEVER if ground.available is False else force
        if isinstance(ground.available, rb.Written):
            available = every((force, self.translator.truth(ground.available, leg)))
        return LoweredGround(ground, every((force, self.translator.truth(ground.holds, leg))), available)

    def _duty(self, duty: rb.Duty, scope: Condition, leg: Scope, regime: Regime) -> LoweredDuty:
        under: Condition = ALWAYS
        if duty.under:
            under = some(g.holds for g in regime.grounds if below(g.ground.path, duty.under))
        lifted = negation(some(g.holds for g in regime.lifting(duty.path)))
        owed = every((scope, self.in_force(duty), self.translator.truth(duty.when, leg), under, lifted))
        done = Member(Path("leg", (), "done", "movement"), "in", frozenset({f"{self.book.regime}/{duty.path}"}))
        met = self.translator.truth(duty.met, leg) if duty.met else done
        due: Term | None = None
        if duty.due:
            found = self.translator.meaning(duty.due, leg)
            if isinstance(found, Number) and found.date:
                due = found.term
            else:
                self.mistakes.add(duty.due.place, "a due date is a date", "write after(on, 10, days)")
        return LoweredDuty(duty, owed, met, due)

    def _is_known(self, law: rb.Law) -> bool:
        return law.known <= self.as_known

    def in_force(self, law: rb.Law) -> Condition:
        """The days on which a row is law, as was known; presumed and unenforced stretches are open questions of law."""
        spans = [s for s in law.timeline if s.known <= self.as_known]
        if not law.timeline:
            return ALWAYS if self._is_known(law) else NEVER
        spans = sorted({s.since: s for s in sorted(spans, key=lambda s: s.known)}.values(), key=lambda s: s.since)
        open_ = Fact(Path("law", (), f"{self.book.regime}/{law.path}", "law"))
        parts = []
        for i, span in enumerate(spans):
            until = spans[i + 1].since if i + 1 < len(spans) else MAX
            days = every((Compare(ON, ">=", span.since) if span.since > -MAX else ALWAYS, Compare(ON, "<", until) if until < MAX else ALWAYS))
            match rb.STATUS[span.status]:
                case "stands":
                    parts.append(days)
                case "open":
                    parts.append(every((days, open_)))
                case _:
                    continue  # silent
        return some(parts)

    def _check_names(self) -> None:
        """Paths that grounds and duties point at exist; names are not used twice; the words of kinds are known."""
        book = self.book
        seen: dict[str, str] = {}
        for group in ("definitions", "lists", "tables", "places", "sets"):
            for name in getattr(book, group):
                if name in seen:
                    row = getattr(book, group)[name]
                    self.mistakes.add(getattr(row, "place", book.place), f"'{name}' is already the name of one of the {seen[name]}")
                seen[name] = group
        targets = [*book.prohibitions, *book.duties]
        for ground in book.grounds.values():
            for path in (*ground.lifts, *ground.spares):
                if path != "all" and not any(below(t, path) for t in targets):
                    self.mistakes.add(ground.place, f"the ground '{ground.path}' lifts '{path}', which is no prohibition or duty", nearest(path, targets))
        for duty in book.duties.values():
            if duty.under and not any(below(g, duty.under) for g in book.grounds):
                self.mistakes.add(duty.place, f"the duty '{duty.path}' is owed under '{duty.under}', which is no ground", nearest(duty.under, book.grounds))
        for kind in book.speaks_about:
            domain = self.vocabulary.kinds["asset"]["kind"].domain or frozenset()
            if kind not in domain:
                self.mistakes.add(book.place, f"'{kind}' is no kind of asset", nearest(kind, domain))


def regimes(books: Iterable[rb.Rulebook], vocabulary: Vocabulary, as_known: int = MAX) -> tuple[Regime, ...]:
    """The regimes of several rulebooks, each standing alone; one `SourceError` with all their mistakes."""
    mistakes = Mistakes()
    found = tuple(lower(book, vocabulary, mistakes, as_known) for book in books if book.published <= as_known)
    mistakes.settle()
    return found
