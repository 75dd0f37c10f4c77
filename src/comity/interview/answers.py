"""Answers as they are kept: a world fragment and what was passed over, short enough for an address; and one answer taken back."""

from __future__ import annotations

import base64
import binascii
import copy
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.interview.draft import TYPED, Keys, at, flow, leaves
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, read_documents

LONGEST: Final = 1 << 18
"""Bytes of answers."""


@dataclass(frozen=True)
class Answers:
    """What was said, as the text of a world fragment, and the marks of the questions that were passed over."""

    said: str = ""
    passed: tuple[str, ...] = ()

    def packed(self) -> str:
        """All of it in the signs that an address may hold."""
        text = " ".join(self.passed) + "\n" + self.said
        return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=") if self.said or self.passed else ""

    @classmethod
    def unpacked(cls, name: str, text: str) -> Answers:
        """What was packed; `name` says where a mistake is. Raises SourceError where it is none of ours."""
        if not text:
            return cls()
        try:
            opened = zlib.decompressobj()
            told = opened.decompress(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True), LONGEST).decode()
            if not opened.eof or opened.unused_data:
                raise ValueError("cut off")  # noqa: TRY301 -- one answer to everything that is wrong with it
        except (ValueError, binascii.Error, zlib.error) as fault:
            raise SourceError([Mistake(Place(name, 1, 1), "these answers were cut short or changed on the way")]) from fault
        passed, _, said = told.partition("\n")
        return cls(said, tuple(passed.split()))


def entries(said: Node) -> Iterator[tuple[Keys, str]]:
    """Every answer: its keys in the world's file, and how its value is written. An assumption is one by itself."""
    for keys, value in leaves(said, ()):
        if keys == ("assume",) and value.items is not None:
            yield from (((*keys, i), flow(item)) for i, item in enumerate(value.items))
        elif value.pairs != {}:
            yield keys, flow(value)


def without(said: Node, key: str) -> Node:
    """The same with one answer taken back; `key` is its keys as `named` writes them."""
    left = copy.deepcopy(said)
    for keys in [keys for keys, _ in entries(said) if named(keys) == key]:
        above, last = at(left, keys[:-1]) or left, keys[-1]
        if isinstance(last, int) and above.items is not None:
            del above.items[last]
        elif above.pairs is not None:
            above.pairs.pop(str(last), None)
    return left


def named(keys: Sequence[str | int]) -> str:
    """The keys of an answer in one word."""
    return "/".join(str(key) for key in keys)


def read(name: str, text: str) -> Node:
    """A fragment as a tree. Raises SourceError with every mistake."""
    mistakes = Mistakes()
    found = read_documents(name, text, mistakes) if text.strip() else []
    mistakes.settle()
    return found[0] if found else Node(TYPED, pairs={})
