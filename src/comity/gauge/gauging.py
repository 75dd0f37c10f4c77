"""Which gauges there are: of all that a ledger counts or a world would bring it to count, and of what one verdict hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from comity.gauge.drawn import Drawn, drawn, in_force
from comity.gauge.gauge import Gauge, Measuring, nearest
from comity.gauge.keys import keys_of
from comity.law.condition import Counted
from comity.ledger.counts import Key
from comity.ledger.replay import Use
from comity.verdict.verdict import Verdict


@dataclass(frozen=True)
class Gauging:
    """The gauges of a ledger; of one that counts nothing there are none. `brought`: the counts and keys under which a world may bring somebody.

    `sees`: the party that looks, which sees what is counted under its own name, and of who brought it the movements in which it takes part
    (`movements`); none where all is seen.
    """

    measuring: Measuring
    brought: Iterable[tuple[Counted, Key]] = ()
    sees: str | None = None
    movements: frozenset[str] = field(default_factory=frozenset)

    def every(self) -> tuple[list[Gauge], int]:
        """The gauges of all counts under which somebody was or would be counted, the nearest to a line first; and under how many nobody."""
        measuring, standing, lines = self.measuring, self.measuring.standing, self._lines
        counted = {(name, key) for (name, key), held in standing.held.items() if self._seen(key) and (held.days or held.uses)}
        terms = {(measuring.terms[name], key) for name, key in counted if name in measuring.terms}
        terms |= {(term, key) for term, key in self.brought if term in lines and self._seen(key)}
        found = [self._gauge(term, key, lines.get(term, ())) for term, key in terms]
        found += [measuring.former(name, key, self._uses(name, key)) for name, key in counted if name not in measuring.terms]
        names = {term: name for name, term in measuring.terms.items()}
        shown = counted | {(names[term], key) for term, key in terms}
        return nearest(found), sum(self._seen(key) and (name, key) not in shown for name, key in standing.held)

    def hanging(self, verdict: Verdict) -> list[Gauge]:
        """Those of the counts that a verdict hangs on, against the lines on which it does, the nearest first."""
        found: dict[tuple[Counted, Key | None], dict[Drawn, None]] = {}
        for judged in verdict.legs if self.measuring.standing.since else ():
            lines = drawn(verdict.plan, partial(judged.stretch.truth, row=judged.row))
            for term, key in keys_of(judged, dict.fromkeys(line.term for line in lines)):
                found.setdefault((term, key), {}).update((line, None) for line in lines if line.term is term)
        return nearest(self._gauge(term, key, sorted(lines, key=_low)) for (term, key), lines in found.items() if key is None or self._seen(key))

    def _gauge(self, term: Counted, key: Key | None, lines: Iterable[Drawn]) -> Gauge:
        names = {one: name for name, one in self.measuring.terms.items()}
        return self.measuring.gauge(term, key, lines, self._uses(names[term], key) if key is not None else ())

    def _uses(self, name: str, key: Key) -> Sequence[Use]:
        held = self.measuring.standing.held.get((name, key))
        return [one for one in held.uses if self.sees is None or one.movement in self.movements] if held else []

    def _seen(self, key: Key) -> bool:
        return self.sees is None or (bool(self.sees) and self.sees in key)

    @property
    def _lines(self) -> Mapping[Counted, Sequence[Drawn]]:
        """The lines that are law on the days that are asked about, by count."""
        found: dict[Counted, list[Drawn]] = {}
        for line in in_force(self.measuring.plan, self.measuring.days.on):
            found.setdefault(line.term, []).append(line)
        return found


def _low(line: Drawn) -> tuple[int, bool]:
    return line.number, line.beyond
