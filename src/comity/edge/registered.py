"""The register of transfers of what is asked about, and the same in each form in which others get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import rfc8785

from comity.edge.asked import Read
from comity.edge.chosen import Chosen
from comity.edge.forms import written
from comity.filing.register import Edition, Register, entries, sheet
from comity.verdict.verdict import Verdict
from comity.words.words import Words, day

FORMS: Final = ("csv", "xlsx", "pdf", "json")


def register(asked: Read, found: Sequence[Verdict], of: int, chosen: Chosen, lang: str) -> Register:
    """The register of these movements, which were chosen so of so many."""
    law = {regime.book.regime: Edition(regime.book.edition, regime.book.digest) for regime in asked.plan.regimes}
    told = entries(found, asked.world, Words(lang, asked.plan.vocabulary))
    name = asked.world.name or Path(asked.world.place.file).name
    return Register(name, day(asked.asked_on), chosen.told, asked.whole, law, len(found), of, told)


def document(found: Register, form: str, lang: str, asked: Read) -> bytes:
    """It in one of its forms. Raises SourceError where a library is missing."""
    if form == "json":
        return rfc8785.dumps(asdict(found))
    return written(sheet(found, lang), form, asked.asked_on, lang)
