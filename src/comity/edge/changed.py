"""A world that may be changed: its levers, those beside the rulebooks, and what they cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from comity import shelf
from comity.edge.asked import no_movement
from comity.files.documents import documents
from comity.offramp.changeable import Changeable
from comity.offramp.written import read_costs, read_levers
from comity.text.source import Mistake, Mistakes, SourceError
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict


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


def deadline(seconds: float) -> Callable[[], bool]:
    """Is the time over that begins now?"""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
