"""The docket with which a world is read: its instruments, and where in the log they stand. Without one, a world says all there is.

Of a log only the matters are read of which something may come that concerns the world, by the names that it gives to parties, assets and movements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.docket.matter import Matter
    from comity.docket.paper import Papers
    from comity.docket.procedure import Paper, Procedure
    from comity.facts.record import World
    from comity.files.world import Names
    from comity.text.source import Node
    from comity.verdict.plan import Plan


@dataclass(frozen=True)
class Filed:
    """The instruments of a docket's matters for a world of some names, and the log that holds them: its name, its size, and the root over it.

    `again`: as they are now.
    """

    papers: Papers
    log: str
    size: int
    root: str
    names: Names
    again: Callable[[], Filed]

    @property
    def record(self) -> dict[str, object]:
        """What names the log, as it was read."""
        return {"log": self.log, "size": self.size, "root": self.root}

    def stands(self, world: World, movement: str) -> bool:
        """Whether all that may concern a movement of the world that was read with them is still as it was."""
        return self.again().papers.concerning(world, movement) == self.papers.concerning(world, movement)

    def mark(self, world: World, node: Node) -> None:
        """Notes in a world, read from this tree, which of its facts come of a matter or could only come of one, so that an explanation says so."""
        from comity.facts.record import Source

        for name, (matter, entry) in self.papers.entries().items():
            if (record := world["instrument"].get(name)) is not None:
                record.sources.update(dict.fromkeys(record.facts, Source("docket", matter, str(entry))))
        for name in self.papers.unsaid(node):
            world["instrument"][name].sources |= dict.fromkeys(("result", "under"), Source("docket"))

    def digest(self, world: str) -> str:
        """The digest of a world's file, and of the instruments that were put into it: the same as long as they are."""
        import rfc8785

        from comity.docket.written import plain

        told = {name: plain(node) for name, node in self.papers.instruments().items()}
        return sha256(world.encode() + rfc8785.dumps(told)).hexdigest()


@dataclass
class Docketed:
    """The docket of the ledger at an address, as on a day, for worlds that are read with it under a plan; `rulebooks`: folders of more of them.

    `filed`: as the last world was read.
    """

    where: str
    plan: Plan
    day: int
    rulebooks: Sequence[Path]
    filed: Filed | None = None

    def __call__(self, world: Node) -> Node:
        """The tree of a world with what came of the docket. Raises SourceError where that does not hold."""
        from comity.docket.paper import names_in

        return self.at(names_in(world)).papers(world)

    def at(self, names: Names) -> Filed:
        """What came of it for a world of these names: read again where they are others than before. Raises SourceError."""
        if self.filed is None or self.filed.names != names:
            self.filed = self._read(names)
        return self.filed

    def beside_tables(self, world: Node, names: Names) -> tuple[Node, Names]:
        """The same for the header of a folder of tables. Raises SourceError."""
        return self.at(names).papers.beside_tables(world, names)

    def matter(self, name: str) -> Matter:
        """One of its matters, of a text that a rulebook owns, whatever it concerns. Raises SourceError."""
        from comity.edge import registry
        from comity.edge.home import mistake
        from comity.text.source import nearest

        with registry.docket(self.where) as kept:
            found = kept.docket.matters.get(name)
            if found is None or found.procedure.digest not in _texts(self._known()):
                raise mistake("--matter", f"there is no matter '{name}'", nearest(name, kept.docket.matters))
        return found

    def _named(self, rulebook: str, paper: Paper) -> Iterator[Paper]:
        """A paper, under each of the names that the rulebook takes for its rule: those of a set in which the rule is."""
        _, under = paper.rule
        sets = [held for one in self.plan.regimes if one.book.regime == rulebook for held in one.book.sets.values() if under in held]
        yield from (replace(paper, facts={**paper.facts, "under": code}) for code in sorted({under}.union(*sets)))

    def _known(self) -> Sequence[Procedure]:
        from comity import shelf

        folders = {folder.name: folder for folder in (*shelf.proceeding(), *self.rulebooks)}  # a rulebook in another's place has all of that place
        return [one for folder in folders.values() for one in shelf.procedures(folder).values()]

    def _read(self, names: Names) -> Filed:
        from comity import shelf
        from comity.docket.paper import Papers
        from comity.edge import registry
        from comity.edge.home import now
        from comity.gate.days import EAST
        from comity.ledger.note import base64_of

        known = self._known()
        texts = _texts(known)
        with registry.docket(self.where) as kept:
            kept.log.check()
            docket, root = kept.docket, kept.log.root
            told = [(one.rulebook, paper) for one in (*known, *docket.procedures.values()) for paper in one.papers.values()]
            given = [named for rulebook, paper in told for named in self._named(rulebook, paper)]
            matters = [one for one in kept.reaching(names) if one.procedure.digest in texts]
        # of a day that has begun nowhere yet it is as today: what clocks would bring about, somebody may still prevent
        today = (now().astimezone(dt.UTC) + EAST).toordinal()
        papers = Papers(matters, given, min(self.day, today), docket.calendars, docket.log, shelf.vocabulary())
        return Filed(papers, docket.log, docket.size, base64_of(root), names, lambda: self._read(names))


def _texts(known: Sequence[Procedure]) -> frozenset[str]:
    """The texts of which something comes: not of one that no rulebook here tells, or whoever writes in the log could give what another's law gives."""
    return frozenset(digest for one in known for digest in (one.digest, *one.former))


def docketed(where: str | None, plan: Plan, day: int, rulebooks: Sequence[Path]) -> Docketed | None:
    """The docket of the ledger at an address, as on a day; none where none is named."""
    return Docketed(where, plan, day, rulebooks) if where else None
