"""The secret under which persons become digests. It stays home: without it nobody can say whom a digest counts, and every proof still holds.

A digest is the first half of HMAC-SHA256 (RFC 2104) of a name in UTF-8. Persons and devices are told apart by keys of their own, each
HMAC-SHA256 of the word `person` or `device` under the secret, written as 64 hexadecimal digits: one block, so nothing is lost.
"""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from polars_hash import CryptographicHashingNameSpace

from comity.ledger.digests import SIZE, Digests

LENGTH: Final = 32
"""Bytes of a secret."""
FEW: Final = 200
"""Up to so many names, one at a time is faster than as a column."""
OURS: Final = stat.S_IRWXG | stat.S_IRWXO
"""What a key's file must not let others do."""

Names = Sequence[str] | pl.Series


class KeyFault(ValueError):  # noqa: N818 -- KeyError is Python's, for another thing
    """A key that cannot be used, or a name that cannot be counted: whoever asked holds."""


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
            with path.open("rb") as file:
                if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & OURS:
                    msg = f"{path}: others than its owner may open the key; take that from them (mode 0600)"
                    raise KeyFault(msg)
                return cls(file.read(LENGTH + 1))
        except OSError as fault:
            msg = f"{path}: the key cannot be read: {(fault.strerror or '').lower()}"
            raise KeyFault(msg) from fault

    def write(self, path: Path) -> None:
        """Write it to a new file that only its owner may open, and see it to the disk: a key that is lost counts everybody anew.

        Raises:
            KeyFault: there is such a file already, or it cannot be written.
        """
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(self.secret)
                file.flush()
                os.fsync(file.fileno())
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as fault:
            msg = f"{path}: the key cannot be written: {(fault.strerror or '').lower()}"
            raise KeyFault(msg) from fault

    @cached_property
    def name(self) -> str:
        """What tells this key from another without saying anything of it: 32 hexadecimal digits."""
        return self._digits("name")[: 2 * SIZE]

    def persons(self, names: Names) -> Digests:
        """The set of the persons of these names, repeated or not; the same text is the same person.

        Raises:
            KeyFault: a name is missing or empty. Who is unknown cannot be counted, and is not nobody.
        """
        return self._digests(self._person, names)

    def devices(self, names: Names) -> Digests:
        """The set of the devices of these names: no digest of a device is one of a person.

        Raises:
            KeyFault: as for persons.
        """
        return self._digests(self._device, names)

    @cached_property
    def _person(self) -> str:
        return self._digits("person")

    @cached_property
    def _device(self) -> str:
        return self._digits("device")

    def _digits(self, purpose: str) -> str:
        return hmac.digest(self.secret, purpose.encode(), "sha256").hex()

    def _digests(self, digits: str, names: Names) -> Digests:
        if len(names) <= FEW:
            return Digests.joined([_digest(HMAC(digits.encode(), SHA256()), name) for name in names])
        column = names if isinstance(names, pl.Series) else pl.Series(names, dtype=pl.String, strict=True)
        if column.dtype != pl.String:
            msg = f"names are text, not {str(column.dtype).lower()}"
            raise KeyFault(msg)
        if column.null_count() or (column == "").any():
            raise KeyFault("a name is missing: who is unknown cannot be counted")
        digest = CryptographicHashingNameSpace(pl.col(column.name)).hmac_sha256(key=digits).str.slice(0, 2 * SIZE).str.join("")
        return Digests.joined([bytes.fromhex(column.to_frame().select(digest).item())])


def _digest(mac: HMAC, name: object) -> bytes:
    if not isinstance(name, str) or not name:
        raise KeyFault("a name is missing: who is unknown cannot be counted")
    mac.update(name.encode())
    return mac.finalize()[:SIZE]
