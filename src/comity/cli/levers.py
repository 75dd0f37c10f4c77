"""What a command that changes a world asks about: its levers, those beside the rulebooks, and what they cost."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from comity import shelf
from comity.cli.check import read
from comity.edge.asked import no_movement
from comity.files.documents import documents
from comity.law.rulebook import OUTCOMES
from comity.offramp.changeable import Changeable
from comity.offramp.lever import Lever, Option
from comity.offramp.written import read_costs, read_levers
from comity.text.source import Mistake, Mistakes, Place, SourceError, nearest
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict
from comity.words.words import Words


def asked(args: argparse.Namespace) -> Changeable:
    """The world that may be changed, before anybody says how."""
    known = read(args)
    return Changeable(known.plan, known.world, known.node, known.asked_on, known.asked_on if args.on else None, bool(args.regime))


def read_again(world: Changeable, verdicts: Iterable[Verdict], wanted: int) -> None:
    """Raises SourceError where a changed world is judged otherwise when it is read from its text: then nothing may be shown."""
    for verdict in verdicts:
        if verdict.outcome.worst < wanted:
            said = f"{verdict.movement}: what was found is judged otherwise when it is read again from its text: nothing is shown"
            raise SourceError([Mistake(world.node.place, said)])


def opened(world: Changeable, movements: Sequence[str], files: Sequence[Path], prices: Path | None, beside: Sequence[Path] | None) -> Changeable:
    """A world with the levers of these movements: of files, and beside the rulebooks of some folders (None: not even those that need no law)."""
    for name in movements:
        if name not in world.world["movement"]:
            raise no_movement(world.world, name)
    mistakes = Mistakes()
    told = [one for file in files for one in read_levers(documents(file, mistakes), mistakes)]
    costs = read_costs(documents(prices, mistakes), mistakes) if prices else {}
    mistakes.settle()
    held = shelf.levers(beside) if beside is not None else {}
    return world.with_levers(told, held, costs, list(movements or world.world["movement"]))


def folders(plan: Plan, more: Sequence[Path]) -> list[Path]:
    """The folders of the rulebooks that are asked."""
    asked_of = {one.book.regime for one in plan.regimes}
    return [*(folder for folder in shelf.shipped() if folder.name in asked_of), *(folder for folder in more if folder.is_dir())]


def goal(args: argparse.Namespace) -> int:
    """The outcome that is wanted."""
    word = args.to.replace("-", "_").replace(" ", "_")
    if word not in OUTCOMES[1:]:
        raise SourceError(
            [Mistake(Place("--to", 1, 1), f"there is no outcome '{args.to}' to reach", nearest(word, OUTCOMES[1:]) or f"it may be {', '.join(OUTCOMES[1:])}")]
        )
    return OUTCOMES.index(word)


def deadline(seconds: float) -> Callable[[], bool]:
    """Is the time over that begins now?"""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def called(lever: Lever, value: int) -> str:
    """A pulled lever by name, with its option where it has several."""
    option = lever.options[value - 1]
    return f"{lever.name}/{option.name}" if option.name else lever.name


def sentence(lever: Lever, option: Option, words: Words) -> str:
    """What is done, in words, or else the lever's name."""
    return ((option.zh if words.lang == "zh" else option.en) or lever.name).rstrip(".。 ")


def barred(verdict: Verdict, wanted: int) -> Iterator[tuple[str, str, str, Span]]:
    """What keeps a movement from an outcome: the regime, the path and the citation of each provision, and what it leaves."""
    for one in [verdict.opinion(name) for name, span in verdict.spans.items() if span.worst < wanted]:
        for bar in one.standing:
            if bar.span.worst < wanted:
                yield one.name, bar.law.path, bar.law.cite, bar.span
        if not one.standing and one.span.worst < wanted and one.decisive is not None:
            yield one.name, one.decisive.law.path, one.decisive.law.cite, one.span
