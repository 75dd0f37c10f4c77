"""`comity offramp`: the cheapest lawful change of a movement, what each step is for, the next best; or why nothing helps."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from comity.cli.check import signed_of
from comity.cli.levers import asked, barred, called, deadline, folders, goal, opened, read_again, sentence
from comity.cli.prove import some_time, written
from comity.cli.screen import columns, out, paint
from comity.interview.draft import fragment
from comity.law.rulebook import Law
from comity.offramp.changeable import Changeable
from comity.offramp.lever import Nogood, Package, Partial
from comity.offramp.search import Impossible, Search, Several, Unknown
from comity.text.literal import decimal
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.outcome import Span
from comity.verdict.verdict import Verdict
from comity.words.brief import untold
from comity.words.lines import wrap
from comity.words.words import Words, place


def offramp(args: argparse.Namespace) -> int:
    """Tells the way out of one movement; 0 if there is one, 1 if there is none or none was found in time."""
    some_time(args)
    if args.all < 1:
        raise SourceError([Mistake(Place("--all", 1, 1), f"{args.all} ways are none", "write a number from 1 up")])
    wanted = goal(args)
    world = asked(args)
    beside = None if args.only else folders(world.plan, [*(args.rulebooks or ()), *signed_of(args)])
    world = opened(world, [args.movement], args.levers or (), args.costs, beside)
    search = Search(world.levers, world.judge(args.movement), wanted, deadline(args.seconds))
    answer = Answer(world, args.movement, wanted, search, search.several(args.all), args.seconds)
    read_again(world, answer.anew, wanted)
    if args.out and answer.found.solutions:
        tree = world.worlds.changed(answer.found.solutions[0].package)
        written(args.out, "\n".join(fragment(tree)) + "\n")
    if args.json:
        out(json.dumps(answer.record(), ensure_ascii=False, indent=2))
    else:
        for line in answer.lines(Words(args.lang, world.plan.vocabulary)):
            out(line)
        if args.out and answer.found.solutions:
            out(f"\nthe changed world: {args.out}")
    return 0 if answer.found.solutions else 1


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

    def lines(self, words: Words) -> Iterator[str]:
        """The whole answer."""
        text, room = words.text, columns()
        outcome = words.outcome(self.before.outcome)
        yield paint(f"{self.movement}{text('colon')}{outcome}", self.before.outcome.worst if self.before.outcome.settled else "open")
        yield ""
        if not self.found.solutions:
            yield from self._none(words, room)
            return
        for number, (one, verdict) in enumerate(zip(self.found.solutions, self.anew, strict=True)):
            if not any(one.package):
                yield from wrap(text("nothing to change").format(words.outcome(verdict.outcome)), room)
                return
            head = text("cheapest way" if number == 0 else "another way")
            yield paint(head.format(words.outcome(verdict.outcome), decimal(one.cost)), "bold")
            for step, (lever, value, without) in enumerate(self.steps(one.package), 1):
                yield from self._step(step, lever, value, without, words, room)
            owed = dict.fromkeys(f"{o.name} {duty.law.path} ({duty.law.cite})" for o in verdict.opinions for duty in o.owed if duty.state != "met")
            if number == 0 and owed:
                yield from wrap(text("then owed").format(text("semicolon").join(owed)), room, "  ", "  ")
            yield ""
        yield from self._ending(words, room)

    def _step(self, number: int, lever: int, value: int, without: Verdict | None, words: Words, room: int) -> Iterator[str]:
        text, held = words.text, self.world.levers.levers[lever]
        option = held.options[value - 1]
        told = f"{sentence(held, option, words)} [{called(held, value)}, {decimal(option.cost)}]"
        told += f"{text('gap')}({option.cite})" if option.cite else ""
        yield from wrap(told, room, f"  {number}. ", "     ")
        if option.act:
            yield from wrap(text("act of").format(option.act), room, "     ", "     ")
        if without is not None:
            bars = text("semicolon").join(dict.fromkeys(f"{regime} {path} ({cite})" for regime, path, cite, _ in barred(without, self.goal)))
            yield from wrap(text("without it").format(words.outcome(without.outcome), bars), room, "     ", "     ")

    def _none(self, words: Words, room: int) -> Iterator[str]:
        text = words.text
        if isinstance(self.found.end, Unknown):
            yield from wrap(text("way unknown").format(f"{self.seconds:g}", decimal(self.found.end.least)), room)
            return
        end = self.found.end
        assert isinstance(end, Impossible)  # there is no way, and it is not for want of time
        in_the_way, unasked = self.in_the_way(end.proof), self.unasked(end.proof)
        known = not end.open and not unasked and all(in_the_way.values())
        yield from wrap(text("no change" if known else "no sure change").format(words.outcome(Span(self.goal, self.goal)), len(self.world.levers.levers)), room)
        if in_the_way or unasked:
            yield from wrap(text("in the way" if not any(end.proof) else "one in the way"), room)
        for (regime, path, cite), sure in in_the_way.items():
            law = next(law for one in self.before.plan.regimes if one.book.regime == regime for law in self._laws(regime) if law.path == path)
            may = "" if sure else text("as far as known")
            yield from wrap(f"{regime} {path}{text('colon')}{words.gist(law)} ({cite}){may}", room, "  - ", "    ")
        for name in unasked:
            yield from wrap(text("unread").format(place(name, words.lang)), room, "  - ", "    ")
        if end.open or not all(in_the_way.values()):
            yield ""
            yield from wrap(text("way open").format(f"comity ask {self.world.node.place.file} {self.movement}"), room)

    def _laws(self, regime: str) -> Iterator[Law]:
        one = self.before.plan.regime(regime)
        yield from (law for law, _ in one.prohibitions)
        yield from (duty.duty for duty in one.duties)

    def _ending(self, words: Words, room: int) -> Iterator[str]:
        text, end = words.text, self.found.end
        first = self.found.solutions[0]
        yield from wrap(text("way proved").format(len(first.proof)), room)
        if first.open:
            yield from wrap(text("way open").format(f"comity ask {self.world.node.place.file} {self.movement}"), room)
        if isinstance(end, Unknown):
            yield from wrap(text("more unknown").format(f"{self.seconds:g}"), room)
        yield from wrap(text("advice"), room)

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
