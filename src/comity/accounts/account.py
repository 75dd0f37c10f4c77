"""An account: whose it is, what it may do, and the passes with which somebody comes in as it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Right: TypeAlias = str
READ: Final = "read"
"""To look at law, docket and proofs, and at the movements in which one's party takes part."""
ASK: Final = "ask"
"""To have judged what one sends."""
WATCH: Final = "watch"
"""To see whether the site is well, and to count for whoever watches it."""
ALL: Final = "all"
"""To see every movement, whoever takes part in it: what the house itself sees."""
RIGHTS: Final[tuple[Right, ...]] = (READ, ASK, WATCH, ALL)
INVITATION, PASSKEY, TOKEN = "invitation", "passkey", "token"
EVER: Final = "9999-12-31T23:59:59Z"


@dataclass(frozen=True)
class Pass:
    """An invitation, a passkey or a token: from when, until when (moments as entries write them), and since when it is gone, by use or revocation.

    `scopes`: of a token, the rights of its account that it may use. `used`: of an invitation, whether a passkey was made with it.
    """

    kind: str
    since: str
    until: str = EVER
    scopes: frozenset[Right] = frozenset()
    gone: str = ""
    used: bool = False

    def holds(self, at: str) -> bool:
        """Does it let somebody in at a moment?"""
        return not self.gone and at < self.until


@dataclass(frozen=True)
class Account:
    """Somebody, by a name that says nothing of them. `party`: of the world; none where it is empty. `passes`: by digest. `entries`: how many tell of it."""

    name: str
    party: str
    rights: frozenset[Right]
    since: str
    entries: int = 1
    closed: str = ""
    passes: Mapping[str, Pass] = field(default_factory=dict)
