"""The docket with which a world is read: its instruments, and where in the log they stand. Without one, a world says all there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.docket.paper import Papers
    from comity.facts.record import World
    from comity.text.source import Node


@dataclass(frozen=True)
class Filed:
    """The instruments of a docket's matters, and the log that holds them: its name, its size, and the root over it."""

    papers: Papers
    log: str
    size: int
    root: str

    @property
    def record(self) -> dict[str, object]:
        """What names the log, as it was read."""
        return {"log": self.log, "size": self.size, "root": self.root}

    def mark(self, world: World, node: Node) -> None:
        """Notes in a world, read from this tree, which of its facts come of a matter or could only come of one, so that an explanation says so."""
        from comity.facts.record import Source

        for name, (matter, entry) in self.papers.entries().items():
            if (record := world["instrument"].get(name)) is not None:
                record.sources.update(dict.fromkeys(record.facts, Source("docket", matter, str(entry))))
        for name in self.papers.unsaid(node):
            world["instrument"][name].sources["result"] = Source("docket")

    def digest(self, world: str) -> str:
        """The digest of a world's file, and of the instruments that were put into it: the same as long as they are."""
        import rfc8785

        from comity.docket.written import plain

        told = {name: plain(node) for name, node in self.papers.instruments().items()}
        return sha256(world.encode() + rfc8785.dumps(told)).hexdigest()


def filed(where: str | None, day: int, rulebooks: Iterable[Path]) -> Filed | None:
    """The docket of the ledger at an address, as on a day; none where none is named. Raises SourceError where it does not hold."""
    if not where:
        return None
    from comity import shelf
    from comity.docket.paper import Papers
    from comity.edge import registry
    from comity.ledger.note import base64_of

    known = {(one.rulebook, one.name): one for folder in (*shelf.proceeding(), *rulebooks) for one in shelf.procedures(folder).values()}
    with registry.docket(where) as kept:
        kept.log.check()
        docket, root = kept.docket, kept.log.root
        told = [*known.values(), *docket.procedures.values()]
        given = {paper.rule for one in told for paper in one.papers.values()}
        # of a text that no rulebook here tells, nothing comes: else whoever writes in the log could give what another's law gives
        texts = {digest for one in known.values() for digest in (one.digest, *one.former)}
        matters = [one for one in docket.matters.values() if one.procedure.digest in texts]
    return Filed(Papers(matters, given, day, docket.calendars, docket.log, shelf.vocabulary()), docket.log, docket.size, base64_of(root))
