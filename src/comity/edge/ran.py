"""Runs of a movement, as the ledger at an address took them down."""

from __future__ import annotations

from comity.docket.log import Log
from comity.docket.ran import Ran, runs
from comity.edge.home import reading, told


def ran(where: str, movement: str) -> Ran:
    """Every one that the ledger holds, of a log that is what it was signed for. Raises SourceError."""
    with reading(where) as reader, told(where):
        log = Log(reader.store)
        found = tuple(runs((entry for piece in log.pieces() for entry in piece), movement))
        return Ran(log.name, log.size, found)
