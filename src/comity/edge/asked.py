"""What is asked: a world, the law that it is asked under, the day, and the docket that it is read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity import shelf
from comity.edge.filed import Docketed, Filed
from comity.facts.record import World
from comity.facts.value import MAX
from comity.files.world_file import as_told, on_day, world_file, world_text
from comity.text.source import Mistake, Node, Place, SourceError, nearest
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, verdicts


@dataclass(frozen=True)
class Read:
    """What is asked about: the plan, the world, the tree of its file, the day, the file's digest; and the docket that it was read with, if any."""

    plan: Plan
    world: World
    node: Node
    asked_on: int
    digest: str
    docket: Docketed | None = None

    @property
    def filed(self) -> Filed | None:
        """What came of the docket, as the world was read with it."""
        return self.docket.filed if self.docket else None

    @property
    def whole(self) -> str:
        """The digest of all that is known: of the file, and of the instruments that came of the docket."""
        return self.filed.digest(self.digest) if self.filed else self.digest

    @property
    def beside(self) -> dict[str, object]:
        """What a record of a verdict names beside law and world."""
        return {"docket": self.filed.record} if self.filed else {}


def today() -> int:
    """The user's own day: the clock is read here, and nowhere below."""
    return date.today().toordinal()  # noqa: DTZ011 -- the day on the wall


def read(file: Path, plan: Plan, on: int | None, docket: Docketed | None = None) -> Read:
    """The world in a file, as asked today; asked *on* a day, every movement is judged as if it happened then. Raises SourceError."""
    asked_on = on if on is not None else today()
    return _read(world_file(file, plan, asked_on, docket or as_told), plan, on, docket)


def read_text(name: str, text: bytes, plan: Plan, on: int | None) -> Read:
    """The same of a text that has a name, wherever it lies."""
    return _read(world_text(name, text, plan, on if on is not None else today()), plan, on, None)


def _read(found: tuple[World, Node, str], plan: Plan, on: int | None, docket: Docketed | None) -> Read:
    world, node, digest = found
    if on is not None:
        on_day(world, on)
    if docket and docket.filed:
        docket.filed.mark(world, node)
    return Read(plan, world, node, on if on is not None else today(), digest, docket)


def plan(
    rulebooks: Sequence[Path], regimes: Sequence[str], as_known: int = MAX, signed: Mapping[Path, str] = shelf.NOTHING, instead: Sequence[Path] = ()
) -> Plan:
    """The plan of the shipped rulebooks and those of more folders, or of some regimes among them. Raises SourceError where there are none.

    `instead`: editions that stand in the place of the others of their regime.
    """
    known = [folder.name for folder in (*shelf.shipped(), *rulebooks, *signed)]
    for name in regimes:
        if name not in known:
            raise SourceError([Mistake(Place("--regime", 1, 1), f"there is no regime '{name}'", nearest(name, known))])
    made = shelf.plan(rulebooks, regimes, as_known, signed, instead)
    if not made.regimes:
        raise SourceError([Mistake(Place("--as-known", 1, 1), "no rulebook was known on that day")])
    return made


def decided(asked: Read, regimes: Sequence[str] = ()) -> list[Verdict]:
    """The verdict on every movement; `regimes`: where only some were meant to be asked."""
    if not asked.world["movement"]:
        raise SourceError([Mistake(asked.world.place, "this world has no movements", "name at least one under movements")])
    return verdicts(asked.world, asked.plan, asked.asked_on, narrowed=bool(regimes))


def no_movement(world: World, name: str) -> SourceError:
    """What to say where a world has no such movement."""
    return SourceError([Mistake(world.place, f"there is no movement '{name}' in this world", nearest(name, world["movement"]))])


def folder_of(name: str) -> Path:
    """The folder of a regime: a shipped one by name, or a path."""
    known = {f.name: f for f in shelf.shipped()}
    if name in known:
        return known[name]
    if Path(name).exists():
        return Path(name)
    raise SourceError([Mistake(Place("law", 1, 1), f"there is no regime '{name}'", nearest(name, known) or "name a shipped regime or a folder")])
