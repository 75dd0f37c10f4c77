"""The words of a column's name, and what each phrase of them means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from functools import lru_cache
from typing import Final

from comity.gate.propose.hints import Hints, hints

PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
REMEMBERED: Final = 1 << 17
"""Names of columns repeat from table to table."""
SPLIT: Final = 6
"""Letters of a run from which it may be several words: the longest of them then has four, lest a report be a rep and a place."""
MOST: Final = 200
"""Characters of a name that are read: what is called longer than that is called so by a machine."""


@dataclass(slots=True)
class Meaning:
    """What one phrase may mean, apart from where it stands."""

    phrase: str
    code: str = ""
    person: int | None = None
    nobody: str = ""
    roles: set[str] = field(default_factory=set)

    @property
    def quiet(self) -> bool:
        """It changes nothing."""
        return "silent" in self.roles and not self.code and self.person is None and not self.nobody


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by their letters, written together; the length of the longest; and the beginnings of all."""

    phrases: dict[str, Meaning]
    longest: int
    beginnings: frozenset[str]

    def find(self, letters: str) -> Meaning | None:
        """The meaning of a phrase written together, be it one or several of a thing."""
        found = self.phrases.get(letters)
        if found is None and len(letters) > 3 and letters[-1] == "s":
            found = self.phrases.get(letters[:-1]) or (self.phrases.get(letters[:-3] + "y") if letters.endswith("ies") else None)
        return found

    def meanings(self, words: Sequence[str]) -> list[Meaning | None]:
        """The phrases of some words from left to right, the longest first where several begin; an unknown word is nothing."""
        return list(self._phrases(words))

    def _phrases(self, words: Sequence[str]) -> Iterator[Meaning | None]:
        at = 0
        while at < len(words):
            letters, best, after = "", None, at + 1
            for stop in range(at + 1, len(words) + 1):
                letters += words[stop - 1]
                if (found := self.find(letters)) is not None:
                    best, after = found, stop
                if letters not in self.beginnings:
                    break
            if best is not None or not words[at].isdigit():
                yield best
            at = after

    def words(self, name: str) -> Iterator[str]:
        """The single words of a name, those written together parted."""
        for part in PARTS.findall(plain(name[:MOST])):
            low = part.casefold()
            if self.find(low) is not None or low.isdigit():
                yield low
            else:
                yield from self._split(low) or [low]

    def _split(self, letters: str) -> list[str]:
        """A run of letters as known phrases that leave nothing over, as few as can be; none if there is no such way."""
        shortest = 1 if ord(letters[0]) > 0x2E7F else 2
        if shortest > 1 and len(letters) < SPLIT:
            return []
        ways: list[list[str] | None] = [[], *([None] * len(letters))]
        for stop in range(shortest, len(letters) + 1):
            for start in range(max(0, stop - self.longest), stop - shortest + 1):
                before, piece = ways[start], letters[start:stop]
                if before is not None and piece in self.phrases and (ways[stop] is None or len(before) + 1 < len(ways[stop] or [])):
                    ways[stop] = [*before, piece]
        best = ways[len(letters)] or []
        if shortest == 1:
            return best or self._longest(letters)
        return best if max(map(len, best), default=0) >= SPLIT - 2 and sum(len(piece) == 2 for piece in best) < 2 else []

    def _longest(self, letters: str) -> list[str]:
        """Known phrases of a script that parts no words, and what is left between them."""
        found, at, rest = [], 0, ""
        while at < len(letters):
            for stop in range(min(len(letters), at + self.longest), at, -1):
                if letters[at:stop] in self.phrases:
                    found += [rest, letters[at:stop]] if rest else [letters[at:stop]]
                    at, rest = stop, ""
                    break
            else:
                rest, at = rest + letters[at], at + 1
        return [*found, rest] if rest else found


def plain(text: str) -> str:
    """A text without accents and with one way to write each letter; capitals stay."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFKD", text) if not 0x300 <= ord(c) < 0x370))


def together(phrase: str) -> str:
    """The letters of a phrase, as they are looked up."""
    return "".join(plain(phrase).casefold().split())


@once
def lexicon() -> Lexicon:
    """The shipped words."""
    return make(hints())


@lru_cache(maxsize=REMEMBERED)
def parts(name: str) -> tuple[str, ...]:
    """The single words of a name, by the shipped words."""
    return tuple(lexicon().words(name))


def make(told: Hints) -> Lexicon:
    """The words of some hints."""
    phrases: dict[str, Meaning] = {}

    def at(phrase: str) -> Meaning:
        return phrases.setdefault(together(phrase), Meaning(phrase))

    for code, found in told.fields.items():
        for phrase in found.words:
            at(phrase).code = code
    for rank, nouns in enumerate(told.persons):
        for phrase in nouns:
            at(phrase).person = rank
    for code, words in told.nobody.items():
        for phrase in words:
            at(phrase).nobody = code
    for role, words in told.words.items():
        for phrase in words:
            at(phrase).roles.add(role)
    return Lexicon(phrases, max(map(len, phrases)), frozenset(phrase[:end] for phrase in phrases for end in range(1, len(phrase))))
