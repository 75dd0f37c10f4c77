"""A proof that travels alone: an entry's place, its path to the root and the signed checkpoint, in the form of C2SP tlog-proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.ledger import merkle
from comity.ledger.checkpoint import Checkpoint, number
from comity.ledger.merkle import HASH_BYTES, MAX_PATH
from comity.ledger.note import MAX_BYTES, Note, NoteError, base64_of, unbase64

_FIRST: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands at this index of a log. Nothing is believed before a policy accepts it; `extra` is never vouched for."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    @classmethod
    def parse(cls, text: str | bytes) -> Proof:
        """From the text of a bundle. Raises NoteError."""
        if len(text) > MAX_BYTES:
            raise NoteError(f"a proof longer than {MAX_BYTES} bytes")
        try:
            whole = text.decode() if isinstance(text, bytes) else text
        except UnicodeError:
            raise NoteError("a proof that is not UTF-8") from None
        above, _, below = whole.partition("\n\n")
        first, *lines = above.split("\n")
        if first != _FIRST:
            raise NoteError(f"a proof begins with {_FIRST}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = unbase64(lines.pop(0).removeprefix("extra "))
            if not extra:
                raise NoteError("a line for something extra, with nothing in it")
        if not lines or not lines[0].startswith("index "):
            raise NoteError("a proof names the index of its entry")
        index = number(lines.pop(0).removeprefix("index "))
        return cls(index, hashes(lines), Note.parse(below), extra)

    def __str__(self) -> str:
        lines = [_FIRST, *([f"extra {base64_of(self.extra)}"] if self.extra else []), f"index {self.index}", *map(base64_of, self.path)]
        return "\n".join([*lines, "", str(self.checkpoint)])

    def check(self, entry: bytes, checkpoint: Checkpoint) -> None:
        """Raises ProofError unless the entry of this leaf hash is in the log at its index. The checkpoint must be believed already."""
        merkle.check_inclusion(entry, self.index, checkpoint.size, self.path, checkpoint.root)


def hashes(lines: list[str]) -> tuple[bytes, ...]:
    """Hashes, one a line in base 64. Raises NoteError."""
    if len(lines) > MAX_PATH:
        raise NoteError(f"a proof of more than {MAX_PATH} hashes")
    found = tuple(map(unbase64, lines))
    if any(len(one) != HASH_BYTES for one in found):
        raise NoteError(f"a hash that is not {HASH_BYTES} bytes long")
    return found
