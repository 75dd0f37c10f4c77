"""Keyed digests of persons: whoever has the key can make one again, nobody else can tell whose it is."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final, Self

DIGITS: Final = 32
"""Hexadecimal digits of a digest: 128 bits, so that of 10¹² persons two meet by chance with odds of one to 10¹⁴."""
BLOCK: Final = 64
"""Bytes that SHA-256 takes at a time."""


@dataclass(frozen=True, slots=True)
class Mac:
    """HMAC-SHA256 (RFC 2104) under one key for one purpose. The key is the ASCII of `digits`, 64 lower-case hexadecimal digits.

    Text, because not every engine takes a key of any bytes, and all of them must make the same digest. It is in no `repr`.
    """

    digits: str = field(repr=False)

    @classmethod
    def of(cls, home: bytes, purpose: str) -> Self:
        """The key of one purpose, made of the key that stays home: who has that of one purpose can make no digest of another's."""
        return cls(hmac.digest(home, purpose.encode(), "sha256").hex())

    @classmethod
    def pseudonyms(cls, home: bytes, recipient: str) -> Self:
        """The pseudonyms that one recipient gets, the same ones each time."""
        return cls.of(home, f"pseudonym|{recipient}")

    def digest(self, value: str | int) -> str:
        """The first 128 bits of the HMAC of a text in UTF-8, or of a number in decimal digits."""
        return hmac.digest(self.digits.encode(), str(value).encode(), "sha256").hex()[:DIGITS]

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """The blocks that go before the inner and the outer hash, for an engine that has SHA-256 but no HMAC."""
        key = self.digits.encode().ljust(BLOCK, b"\0")
        return bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)
