"""What came of a search for the way out of one movement, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from comity.law.rulebook import Law
from comity.offramp.changeable import Changeable
from comity.offramp.lever import Lever, Nogood, Option, Package, Partial
from comity.offramp.search import Impossible, Search, Several, Unknown
from comity.text.literal import decimal
from comity.verdict.outcome import Span
from comity.verdict.verdict import Verdict
from comity.words.brief import untold
from comity.words.notes import Note
from comity.words.translated import translated
from comity.words.words import Words, place


@dataclass(frozen=True)
class Answer:
    """What came of the search, and how it is told."""

    world: Changeable
    movement: str
    goal: int
    search: Search
    found: Several
    seconds: float

    @cached_property
    def before(self) -> Verdict:
        """The verdict as things are."""
        return self.world.judge(self.movement).judged(self.world.world)

    @cached_property
    def anew(self) -> list[Verdict]:
        """The verdict on each way, read from the text of its world."""
        return [verdict for one in self.found.solutions for verdict in self.world.anew(one.package, [self.movement])]

    def steps(self, package: Package) -> Iterator[tuple[int, int, Verdict | None]]:
        """Each step: its lever, the value, and the verdict without it (none where it cannot be left out by itself)."""
        without = self.search.essential(package).without
        told = [lever for lever, span in without.items() if span is not None]
        rest = [tuple(0 if n == lever else value for n, value in enumerate(package)) for lever in told]
        verdicts = dict(zip(told, self.world.judge(self.movement).verdicts(rest), strict=True))
        yield from ((lever, package[lever], verdicts.get(lever)) for lever in without)

    def failing(self, proof: Iterable[Nogood]) -> Iterator[tuple[Partial, Verdict]]:
        """The partial packages that the nogoods of a proof rule out, and the verdicts on them."""
        partials: list[Partial] = [tuple(nogood.get(n) for n in range(len(self.world.levers.levers))) for nogood in proof]
        for partial, verdict in zip(partials, self.world.judge(self.movement).verdicts(partials), strict=True):
            if verdict is not None:
                yield partial, verdict

    def in_the_way(self, proof: Iterable[Nogood]) -> dict[tuple[str, str, str], bool]:
        """The provisions that no change of the levers meets: those that surely stand, and where there are none those that may, as facts are missing."""
        found: dict[tuple[str, str, str], bool] = {}
        for _, verdict in self.failing(proof):
            bars = list(barred(verdict, self.goal))
            sure = {(regime, path, cite): True for regime, path, cite, span in bars if span.best < self.goal}
            found = {**({} if sure else {(regime, path, cite): False for regime, path, cite, _ in bars}), **found, **sure}
        return found

    def unasked(self, proof: Iterable[Nogood]) -> list[str]:
        """The places whose law nobody could ask, whatever is changed."""
        moving = self.world.judge(self.movement).moving
        still = (verdict for partial, verdict in self.failing(proof) if all(partial[n] is not None for n in moving))
        return sorted({name for verdict in still for name in untold(verdict)})

    # -- in words ----------------------------------------------------------------------------------------------------

    def notes(self, words: Words) -> Iterator[Note]:
        """The whole answer, part by part."""
        text = words.text
        outcome = self.before.outcome
        yield Note(f"{self.movement}{text('colon')}{words.outcome(outcome)}", kind="title", state=outcome.worst if outcome.settled else "open")
        if not self.found.solutions:
            yield from self._none(words)
            return
        for number, (one, verdict) in enumerate(zip(self.found.solutions, self.anew, strict=True)):
            if not any(one.package):
                yield Note(text("nothing to change").format(words.outcome(verdict.outcome)), kind="line")
                return
            head = text("cheapest way" if number == 0 else "another way").format(words.outcome(verdict.outcome), decimal(one.cost))
            told = [self._step(step, *taken, words) for step, taken in enumerate(self.steps(one.package), 1)]
            owed = dict.fromkeys(f"{o.name} {duty.law.path} ({duty.law.cite})" for o in verdict.opinions for duty in o.owed if duty.state != "met")
            if number == 0 and owed:
                told.append(Note(text("then owed").format(text("semicolon").join(owed)), kind="line"))
            yield Note(head, told, kind="section", state=verdict.outcome.worst)
        yield Note("", list(self._ending(words)), kind="group")

    def _step(self, number: int, lever: int, value: int, without: Verdict | None, words: Words) -> Note:
        text, held = words.text, self.world.levers.levers[lever]
        option = held.options[value - 1]
        told = f"{number}. {sentence(held, option, words)} [{called(held, value)}, {decimal(option.cost)}]"
        step = Note(told + (f"{text('gap')}({option.cite})" if option.cite else ""), kind="step")
        if option.act:
            step.parts.append(Note(text("act of").format(option.act), kind="line"))
        if without is not None:
            bars = text("semicolon").join(dict.fromkeys(f"{regime} {path} ({cite})" for regime, path, cite, _ in barred(without, self.goal)))
            step.parts.append(Note(text("without it").format(words.outcome(without.outcome), bars), kind="line"))
        return step

    def _none(self, words: Words) -> Iterator[Note]:
        text = words.text
        if isinstance(self.found.end, Unknown):
            yield Note(text("way unknown").format(f"{self.seconds:g}", decimal(self.found.end.least)), kind="line")
            return
        end = self.found.end
        assert isinstance(end, Impossible)  # there is no way, and it is not for want of time
        in_the_way, unasked = self.in_the_way(end.proof), self.unasked(end.proof)
        known = not end.open and not unasked and all(in_the_way.values())
        told = text("no change" if known else "no sure change").format(words.outcome(Span(self.goal, self.goal)), len(self.world.levers.levers))
        named = [self._barring(*one, sure, words) for one, sure in in_the_way.items()]
        named += [Note(text("unread").format(place(name, words.lang))) for name in unasked]
        listed = [Note(text("in the way" if not any(end.proof) else "one in the way"), named, kind="line")] if named else []
        yield Note("", [Note(told, kind="line"), *listed], kind="group")
        if end.open or not all(in_the_way.values()):
            yield Note(text("way open").format(f"comity ask {self.world.node.place.file} {self.movement}"), kind="line")

    def _barring(self, regime: str, path: str, cite: str, sure: bool, words: Words) -> Note:
        law = next(law for law in self._laws(regime) if law.path == path)
        may = "" if sure else words.text("as far as known")
        return Note(f"{regime} {path}{words.text('colon')}{words.gist(law)} ({cite}){may}", law=(regime, path))

    def _laws(self, regime: str) -> Iterator[Law]:
        one = self.before.plan.regime(regime)
        yield from (law for law, _ in one.prohibitions)
        yield from (duty.duty for duty in one.duties)

    def _ending(self, words: Words) -> Iterator[Note]:
        text, end = words.text, self.found.end
        first = self.found.solutions[0]
        yield Note(text("way proved").format(len(first.proof)), kind="line")
        if first.open:
            yield Note(text("way open").format(f"comity ask {self.world.node.place.file} {self.movement}"), kind="line")
        if isinstance(end, Unknown):
            yield Note(text("more unknown").format(f"{self.seconds:g}"), kind="line")
        yield Note(text("advice"), kind="line")

    # -- as data -----------------------------------------------------------------------------------------------------

    def record(self) -> dict[str, object]:
        """The same as data."""
        return {
            "movement": self.movement,
            "outcome": str(self.before.outcome),
            "goal": str(Span(self.goal, self.goal)),
            "ways": [
                {"cost": decimal(one.cost), "outcome": str(verdict.outcome), "steps": [self._record(*step) for step in self.steps(one.package)]}
                for one, verdict in zip(self.found.solutions, self.anew, strict=True)
            ],
            "end": self._end(),
        }

    def _record(self, lever: int, value: int, without: Verdict | None) -> dict[str, object]:
        held = self.world.levers.levers[lever]
        option = held.options[value - 1]
        bars = [{"regime": r, "path": p, "cite": c} for r, p, c, _ in barred(without, self.goal)] if without else []
        outcome = str(without.outcome) if without else None
        told = {"en": option.en, "zh": option.zh, "cite": option.cite, "act": option.act}
        return {"lever": called(held, value), "cost": decimal(option.cost), **{k: v for k, v in told.items() if v}, "without": outcome, "satisfies": bars}

    def _end(self) -> dict[str, object]:
        match self.found.end:
            case Impossible(proof, open_):
                way = [{"regime": r, "path": p, "cite": c, "surely": sure} for (r, p, c), sure in self.in_the_way(proof).items()]
                return {"proved": "none", "in_the_way": way, "unasked": self.unasked(proof), "open": len(open_)}
            case Unknown(least):
                return {"unknown_within": self.seconds, "least": decimal(least)}
            case None:
                return {"proved": "cheapest"}


def called(lever: Lever, value: int) -> str:
    """A pulled lever by name, with its option where it has several."""
    option = lever.options[value - 1]
    return f"{lever.name}/{option.name}" if option.name else lever.name


def sentence(lever: Lever, option: Option, words: Words) -> str:
    """What is done, in words, or else the lever's name."""
    return (translated(option, words.lang) or lever.name).rstrip(".。 ")


def barred(verdict: Verdict, wanted: int) -> Iterator[tuple[str, str, str, Span]]:
    """What keeps a movement from an outcome: the regime, the path and the citation of each provision, and what it leaves."""
    for one in [verdict.opinion(name) for name, span in verdict.spans.items() if span.worst < wanted]:
        for bar in one.standing:
            if bar.span.worst < wanted:
                yield one.name, bar.law.path, bar.law.cite, bar.span
        if not one.standing and one.span.worst < wanted and one.decisive is not None:
            yield one.name, one.decisive.law.path, one.decisive.law.cite, one.span
