"""Who signed a rulebook that is asked: each role of its repository with its keys, until when it holds, and the floor below which the ledger goes never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.ledger.entry import instant
from comity.ledger.floor import ROOT
from comity.web.site import Site

if TYPE_CHECKING:
    from comity.signed.reading import Told

PUBLISHERS: Final = (ROOT, "targets", "snapshot", "timestamp")
"""The roles of whoever publishes; every other role is of the parties of one rulebook."""


@dataclass(frozen=True)
class Role:
    """A role of a repository. `signers`: who signed, by name; `keys`: all that may, of which `threshold` must; `until`: when it is over.

    `floor`: the version below which the ledger adopts none; 0 where it knows of none.
    """

    name: str
    version: int
    floor: int
    until: str
    threshold: int
    signers: Sequence[str]
    keys: Sequence[str]


@dataclass(frozen=True)
class Signed:
    """The signatures under a rulebook. `repository`: the digest of its oldest root; `until`: the moment at which the first of it is over.

    `by`: who answers for the rulebook itself: its parties, all of them, or whoever publishes it.
    """

    repository: str
    until: str
    by: Sequence[str]
    parties: bool
    roles: Sequence[Role]


def signed(site: Site, folder: Path) -> Signed | None:
    """Who signed the rulebook in a folder; none where nobody's signature came with it. Raises SourceError where signed law cannot be relied on."""
    adopted = site.signed()
    if folder not in adopted.folders:
        return None
    name = next(name for name, law in adopted.read.items() if folder.name in law.books)
    law, floors = adopted.read[name], adopted.told[name]["roles"]
    own = folder.name in law.roles
    shown = [*PUBLISHERS, *([folder.name] if own else [])]
    roles = [_role(one, law.roles[one], floors.get(one, {}).get("version", 0)) for one in shown]
    return Signed(name, instant(law.expires), law.roles[folder.name if own else "targets"].signers, own, roles)


def _role(name: str, told: Told, floor: int) -> Role:
    until = told.expires.date().isoformat() if told.expires is not None else ""
    return Role(name, told.version, floor, until, told.threshold, list(told.signers), list(told.keys))
