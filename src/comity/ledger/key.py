"""The secret under which persons become digests (`comity.gate.mac`). It stays home: without it nobody can say whom a digest counts.

Every proof still holds without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.ledger.secret import ExposedError, read

LENGTH: Final = 32
"""Bytes of a secret."""


class KeyFault(ValueError):  # noqa: N818 -- KeyError is Python's, for another thing
    """A key that cannot be used: whoever asked holds."""


@dataclass(frozen=True)
class Key:
    """32 secret bytes, which no `repr` and no message shows."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """A short secret is no secret."""
        if len(self.secret) != LENGTH:
            msg = f"a key is {LENGTH} bytes, not {len(self.secret)}"
            raise KeyFault(msg)

    @classmethod
    def read(cls, path: Path) -> Key:
        """The key in a file.

        Raises:
            KeyFault: there is none, it is not a key, or others than its owner may open it.
        """
        try:
            return cls(read(path, LENGTH + 1))
        except ExposedError as fault:
            msg = f"{path}: {fault}"
            raise KeyFault(msg) from fault
        except OSError as fault:
            msg = f"{path}: the key cannot be read: {(fault.strerror or '').lower()}"
            raise KeyFault(msg) from fault
