"""A witness's word on a checkpoint: at this time, this was the longest log of its name it knew, and it continued every earlier one.

C2SP tlog-cosignature, version 1, with Ed25519. Lines of other kinds stay in a note and count for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from comity.ledger.note import Key, Note, NoteError, Private, Signature

MAX_TIME: Final = 2**63 - 1
_TIME_BYTES: Final = 8


class WitnessKey(Key):
    """A witness's public key by its name."""

    KIND: ClassVar[int] = 0x04

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether this is the witness's cosignature of the text, at the time that it carries."""
        at = time_of(signature)
        return at <= MAX_TIME and self._signed(message(text, at), signature[_TIME_BYTES:])


class Cosigner(Private):
    """A witness's private key. It signs nothing but cosignatures, and belongs to one witness: its name is not part of what is signed."""

    KEY: ClassVar[type[Key]] = WitnessKey

    def cosign(self, text: str, at: int) -> Signature:
        """The cosignature line of a checkpoint's text at a time in seconds since 1970. Raises NoteError for a time that is none."""
        if not 0 < at <= MAX_TIME:
            raise NoteError(f"{at} is no time for a cosignature")
        return Signature(self.name, self.key.number, at.to_bytes(_TIME_BYTES, "big") + self._private.sign(message(text, at)))


def message(text: str, at: int) -> bytes:
    """The bytes a witness signs."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def time_of(signature: bytes) -> int:
    """The time a cosignature carries, in seconds since 1970."""
    return int.from_bytes(signature[:_TIME_BYTES], "big")


def witnessed(note: Note, witnesses: Iterable[WitnessKey]) -> dict[WitnessKey, int]:
    """When each of these witnesses vouched for a note. Raises NoteError when a line names one of them and is not its cosignature."""
    return {key: time_of(raw) for key, raw in note.signed_by(witnesses).items()}
