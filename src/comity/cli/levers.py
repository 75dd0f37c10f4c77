"""What a command that changes a world asks about."""

from __future__ import annotations

import argparse

from comity.cli.check import read
from comity.law.rulebook import OUTCOMES
from comity.offramp.changeable import Changeable
from comity.text.source import Mistake, Place, SourceError, nearest


def asked(args: argparse.Namespace) -> Changeable:
    """The world that may be changed, before anybody says how."""
    known = read(args)
    return Changeable(known.plan, known.world, known.node, known.asked_on, known.asked_on if args.on else None, bool(args.regime))


def goal(args: argparse.Namespace) -> int:
    """The outcome that is wanted."""
    word = args.to.replace("-", "_").replace(" ", "_")
    if word not in OUTCOMES[1:]:
        raise SourceError(
            [Mistake(Place("--to", 1, 1), f"there is no outcome '{args.to}' to reach", nearest(word, OUTCOMES[1:]) or f"it may be {', '.join(OUTCOMES[1:])}")]
        )
    return OUTCOMES.index(word)
