"""Gauges in words, as notes: in short where the nearest are told among other things, in full where all are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from comity.gauge.gauge import Gauge, Line, Use
from comity.gauge.phrases import TEXT
from comity.ledger.replay import Standing
from comity.verdict.plan import Plan
from comity.words.notes import Note
from comity.words.provision import find
from comity.words.words import Words


@dataclass(frozen=True)
class Said:
    """How gauges are said in one language."""

    plan: Plan
    words: Words

    def text(self, key: str, *parts: object) -> str:
        """A fixed phrase, with what belongs into it."""
        return TEXT[self.words.lang][key].format(*parts)

    def page(self, gauges: Sequence[Gauge], empty: int, standing: Standing) -> Iterator[Note]:
        """Every gauge: in full, or in short where nobody is counted; under how many counts nobody would be, and what was not looked through."""
        yield Note(self.text("counts"), [Note(self.text("kept"), kind="line")], kind="title")
        yield from (self.full(one) for one in gauges if not one.empty)
        if would := [self.short(one) for one in gauges if one.empty]:
            yield Note(self.text("would"), would, kind="section")
        if not gauges:
            yield Note(self.text("none"), kind="line")
        if empty:
            yield Note(self.text("empty", empty), kind="line")
        if standing.read < standing.size:
            yield Note(self.text("looked", f"{standing.read:,}", f"{standing.size:,}"), kind="alert")

    def short(self, gauge: Gauge) -> Note:
        """What is counted and whose, how near the next line it is, and when that changes by itself."""
        about = f"{gauge.title} · {self._whose(gauge)}" if gauge.key else gauge.title
        told = self._line(gauge, gauge.next) if gauge.next else self._counted(gauge)
        told.parts += [Note(self._window(gauge), kind="line"), *self._ends(gauge)]
        return Note(about, [told], kind="hang", law=gauge.law)

    def full(self, gauge: Gauge) -> Note:
        """The same with every line and the provisions that hang on it, and with the transfers that brought somebody."""
        parts = [Note(self._whose(gauge), kind="line")] if gauge.key else []
        parts += [*self._lines(gauge), Note(self._window(gauge), kind="line"), *self._ends(gauge)]
        if gauge.uses:
            parts.append(Note(self.text("used"), [Note(self._use(use, gauge)) for use in gauge.uses]))
        return Note(gauge.title, parts, kind="section", law=gauge.law)

    def _whose(self, gauge: Gauge) -> str:
        text = self.words.text
        return text("semicolon").join(f"{what}{text('colon') if what else ''}{own or text('unknown')}" for what, own in gauge.key)

    def _lines(self, gauge: Gauge) -> Iterator[Note]:
        """Each line, with the provisions that hang on it where they are others than those of the line before."""
        before: Sequence[tuple[str, str]] = ()
        for line in gauge.lines:
            yield replace(self._line(gauge, line), parts=list(self._laws(line)) if line.laws != before else [])
            before = line.laws
        if not gauge.lines:
            yield self._counted(gauge)

    def _line(self, gauge: Gauge, line: Line) -> Note:
        told = self.text(f"amount of {gauge.unit}", self._amount(gauge), f"{line.number:,}")
        if line.crossed or line.perhaps:
            told = f"{told} · {self.text('crossed' if line.crossed else 'perhaps crossed')}"
        elif gauge.most is not None:
            told = self.text("share", told, line.share if line.share == line.most else f"{line.share}–{line.most}")
        return Note(told, kind="gauge", meter=(line.share, line.most), state="crossed" if line.crossed else "")

    def _laws(self, line: Line) -> Iterator[Note]:
        for regime, path in line.laws:
            law = find(self.plan.regime(regime).book, path)[-1]
            yield Note(f"{self.words.gist(law)}{self.words.text('gap')}{self.words.cite(law)}", kind="hang", law=(regime, path))
        if line.more:
            yield Note(self.text("more", line.more), kind="line")

    def _counted(self, gauge: Gauge) -> Note:
        """How many, where no line is drawn."""
        return Note(self.text(gauge.unit, self._amount(gauge)), kind="line")

    def _amount(self, gauge: Gauge) -> str:
        if gauge.most is None:
            return self.text("at least", f"{gauge.least:,}") if gauge.least else self.text("not known")
        return f"{gauge.least:,}" if gauge.least == gauge.most else self.text("between", f"{gauge.least:,}", f"{gauge.most:,}")

    def _window(self, gauge: Gauge) -> str:
        """The window, its first day and by whose days it is told; when it begins anew, or who drops out next."""
        kind, number = gauge.window
        told = [self.text(f"window {kind}s" if kind == "year" and number else f"window {kind}", gauge.since, number)]
        if gauge.why != "former" and kind != "always":
            told.append(self.text("zones", self.words.text("comma").join(gauge.zones)) if gauge.zones else self.text("no zones"))
        if gauge.anew:
            told.append(self.text("anew", gauge.anew))
        if gauge.leaves:
            told.append(self.text("leaves", gauge.leaves[0], f"{gauge.leaves[1]:,}"))
        return self.words.text("semicolon").join(told)

    def _ends(self, gauge: Gauge) -> Iterator[Note]:
        """Why it is not one number."""
        if gauge.why:
            told = self.text(f"why {gauge.why}", gauge.until)
            yield Note(self.text("both", told, self.text("whole", gauge.whole)) if gauge.whole else told, kind="line")
        if gauge.reserved:
            yield Note(self.text("reserved", f"{gauge.reserved:,}"), kind="line")

    def _use(self, use: Use, gauge: Gauge) -> str:
        return self.text(f"use {use.ended}", use.day, use.movement, self.text(gauge.unit, f"{use.persons:,}"))
