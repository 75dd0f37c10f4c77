"""What the ledger at an address counts: read on as it grows, from its snapshot for whoever holds the log's key."""

from __future__ import annotations

from contextlib import suppress

from comity.edge.home import Home, now, reading
from comity.gate.days import Days
from comity.ledger.replay import Replay, Standing
from comity.text.source import SourceError
from comity.verdict.plan import Plan


def standing(where: str, replay: Replay) -> Standing:
    """What it counts now. Raises SourceError where its entries do not hold."""
    secret = b""
    with suppress(SourceError):
        secret = Home.at(where).signer().derived("comity snapshot")
    with reading(where) as reader:
        return replay.standing(reader.store, secret)


def days(on: int | None, plan: Plan) -> Days:
    """The days of a count on a day that is asked about; of now, by every law, where none is."""
    return Days.at(now(), plan) if on is None else Days.only(on)
