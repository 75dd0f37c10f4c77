"""The roots of a repository, from the first that is there: each follows from the one before, by the keys of both. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tuf.api.metadata import Root

from comity.ledger.floor import ROOT
from comity.ledger.note import Key as Named
from comity.signed.metadata import RefusedError, check_keys, check_signed, digest, opened, said

METADATA: Final = "metadata/"
TARGETS: Final = "targets/"
Files = Mapping[str, bytes]
"""The files of a repository, by their names in it."""
_ROOT: Final = re.compile(rf"{METADATA}([1-9]\d{{0,8}})\.root\.json", re.ASCII)


@dataclass(frozen=True)
class Link:
    """One root, where it lies, and who signed it. `names`: whose keys those are that it or any before it knows."""

    root: Root
    name: str
    raw: bytes
    signers: tuple[str, ...]
    names: Mapping[str, Named]

    @property
    def digest(self) -> str:
        """The digest by which it may be trusted."""
        return digest(self.raw)


def roots(files: Files) -> dict[int, str]:
    """The names of the roots that are there, by version."""
    return {int(found[1]): name for name in files if (found := _ROOT.fullmatch(name))}


def chain(files: Files) -> list[Link]:
    """Every root that is there, the oldest first. Raises RefusedError where one does not follow from the one before."""
    links: list[Link] = []
    for version, name in sorted(roots(files).items()):
        before = links[-1] if links else None
        if before is not None and version != before.root.version + 1:
            raise RefusedError(name, f"does not follow: the root of version {before.root.version + 1} is not there")
        meta = opened(name, files[name], ROOT)
        root: Root = meta.signed
        keys = check_keys(name, root.keys)
        if odd := {number for role in root.roles.values() for number in role.keyids} - keys.keys():
            raise RefusedError(name, f"{said({}, min(odd))} is asked for and not there")
        names = {**(before.names if before is not None else {}), **keys}
        signers = check_signed(name, meta, ROOT, [*([before.root] if before is not None else []), root], names)
        if root.version != version or root.consistent_snapshot is not True:
            raise RefusedError(name, "is of another version than its name says, or lets files have names without it")
        links.append(Link(root, name, files[name], tuple(signers), names))
    return links


def recovered(links: list[Link]) -> int:
    """The version of the last of these roots, but the first, that took a key from what says what is new; 0 if none did."""
    found = 0
    for before, now in pairwise(links):
        if any(set(before.root.roles[role].keyids) - set(now.root.roles[role].keyids) for role in ("snapshot", "timestamp")):
            found = now.root.version
    return found
