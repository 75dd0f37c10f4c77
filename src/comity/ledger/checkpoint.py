"""A checkpoint: what a log says of itself at one size, in the form of C2SP tlog-checkpoint."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comity.ledger.merkle import HASH_BYTES, MAX_SIZE
from comity.ledger.note import Key, Note, NoteError, Signer, base64_of, sign, unbase64

_NUMBER: Final = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many entries, the root over them; further lines are carried and mean nothing here."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or any(letter < " " for letter in line):
                raise NoteError("an empty line, or a control character, in a checkpoint")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise NoteError(f"no checkpoint has {self.size} entries under a root of {len(self.root)} bytes")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From a note's text. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise NoteError("a checkpoint has three lines or more, each with its end")
        return cls(lines[0], number(lines[1]), unbase64(lines[2]), tuple(lines[3:]))

    @classmethod
    def opened(cls, note: Note, keys: Iterable[Key]) -> Checkpoint:
        """The checkpoint of a note that one of these keys of the log signed. Raises NoteError."""
        if not note.signed_by(keys):
            raise NoteError("no key of the log signed this checkpoint")
        return cls.parse(note.text)

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), base64_of(self.root), *self.extensions))

    def signed(self, *signers: Signer) -> Note:
        """As a note. Whoever signs vouches that it continues every checkpoint the key signed before."""
        return sign(str(self), *signers)


def number(text: str) -> int:
    """A count in decimal digits, in the one spelling it has. Raises NoteError."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise NoteError(f"'{text[:40]}' is no count of entries")
    return int(text)
