"""A file of OpenLineage events: the thin edge where a run gets its identifier, and its events their times."""

from __future__ import annotations

import json
import os
import uuid
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from comity.edge.home import now
from comity.gate.address import said
from comity.gate.decide import Decision
from comity.gate.lineage import Ending, Parent, Run
from comity.gate.run import GateError
from comity.text.source import Mistake, Place, SourceError

NAMESPACE: Final = "comity"
"""Of jobs, where nobody names another."""


@dataclass(frozen=True)
class Lineage:
    """Where runs are told: a file of OpenLineage events, one a line, to which each run adds.

    Args:
        file: the file; begun if there is none.
        namespace: of jobs, as OpenLineage means it: perhaps the scheduler's.
        parent: the run of a scheduler that this is a part of, as `namespace/name/run id`.

    Raises:
        SourceError: the parent is written in another way.
    """

    file: str | PathLike[str]
    _: KW_ONLY
    namespace: str = NAMESPACE
    parent: str = ""
    of: Parent | None = field(init=False, default=None)
    """The parent, read."""

    def __post_init__(self) -> None:
        """Reads the parent."""
        if not self.parent:
            return
        *names, run = self.parent.rsplit("/", 2)
        try:
            (namespace, name), known = names, str(uuid.UUID(run))
        except ValueError:
            mistake = Mistake(Place("the parent run", 1, 1), f"'{self.parent}' names no run", "write namespace/name/run-id, as OpenLineage does")
            raise SourceError([mistake]) from None
        object.__setattr__(self, "of", Parent(namespace, name, known))


class Telling:
    """Tells one run, if anybody listens: as begun, then as completed, or as failed where something is raised."""

    def __init__(self, lineage: Lineage | None, run: Run) -> None:
        self._lineage, self._run, self._id, self._ended = lineage, run, str(uuid.uuid4()), False

    def __enter__(self) -> Self:
        """The run begins. Raises SourceError if that cannot be told: then nothing has moved yet."""
        self._tell(None, "nothing was moved")
        return self

    def completed(self, decision: Decision | None, *, index: int | None = None, about: dict[str, Any] | None = None) -> None:
        """The run is at its end: what is raised after this is no failure of it."""
        self._ended = True
        self._tell(Ending("COMPLETE", decision, index, about), "the run itself is complete; the same again tells it again")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """What is raised is a failure; only the gate's own words are told of it, for those of others may hold a value."""
        if error is None or self._ended:
            return
        ending = Ending("FAIL", why="the table, its destination or the world is not as it must be")
        if isinstance(error, GateError):
            ending = Ending("FAIL", error.decision, why=str(error))
        elif not isinstance(error, Exception):
            ending = Ending("ABORT", why="the run was stopped")
        with suppress(SourceError):  # why it failed matters more than that nobody heard of it
            self._tell(ending, "nothing crossed")

    def _tell(self, ending: Ending | None, meanwhile: str) -> None:
        if self._lineage is None:
            return
        event = self._run.event(self._id, now(), self._lineage.namespace, self._lineage.of, ending)
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        try:
            with Path(self._lineage.file).open("ab", buffering=0) as file:
                whole = os.write(file.fileno(), line) == len(line)  # at once, so that runs beside each other do not mix their lines
        except OSError as fault:
            raise self._fault(f"cannot be written: {said(fault)}", meanwhile) from fault
        if not whole:
            raise self._fault("cannot be written to its end: the disk may be full", meanwhile)

    def _fault(self, words: str, meanwhile: str) -> SourceError:
        assert self._lineage is not None
        return SourceError([Mistake(Place(str(self._lineage.file), 1, 1), words, meanwhile)])
