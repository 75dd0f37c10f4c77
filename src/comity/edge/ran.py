"""Runs of movements, as the ledger at an address took them down."""

from __future__ import annotations

from collections.abc import Iterable

from comity.docket.log import Log
from comity.docket.ran import Ran, Run, runs
from comity.edge.home import reading, told


def ran(where: str, movements: Iterable[str]) -> dict[str, Ran]:
    """By movement every one that the ledger holds, of a log that is what it was signed for. Raises SourceError."""
    found: dict[str, list[Run]] = {name: [] for name in movements}
    with reading(where) as reader, told(where):
        log = Log(reader.store)
        for movement, run in runs(entry for piece in log.pieces() for entry in piece):
            if movement in found:
                found[movement].append(run)
        return {name: Ran(log.name, log.size, tuple(held)) for name, held in found.items()}
