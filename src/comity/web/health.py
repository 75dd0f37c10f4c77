"""Whether a site can answer: its world can be read, and the newest checkpoint of its ledger covers every entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.edge.home import mistake, reading
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.note import Note
from comity.web.site import Site
from comity.web.view import View


@dataclass(frozen=True)
class Health:
    """A site that answers. `movements`, `laws`: how many; `entries`: of its ledger, -1 where none is served."""

    movements: int
    laws: int
    entries: int


def page(site: Site, view: View, _: Mapping[str, Any]) -> Health:
    """The health of a site. Raises SourceError where it cannot answer, and why."""
    look, entries = site.look(view.on, view.known), -1
    if site.docket is not None:
        with reading(site.docket) as reader:
            signed, entries = Checkpoint.parse(Note.parse(reader.checkpoint()).text).size, reader.size
        if signed < entries:
            raise mistake(site.docket, f"the newest checkpoint is old: it covers {signed} of {entries} entries")
    return Health(len(look.verdicts), len(look.read.plan.regimes), entries)
