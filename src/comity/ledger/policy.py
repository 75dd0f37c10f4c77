"""Whose word a reader takes on a log: which keys sign for it, and how many of which witnesses must vouch. The form is C2SP tlog-policy's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import WitnessKey, witnessed
from comity.ledger.note import Key, Note, NoteError
from comity.text.source import Mistakes, Place, nearest

_WORD: Final = re.compile(r"[^ \t]+")
_WORDS: Final = ("log", "witness", "group", "quorum")
_NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these: witnesses, or groups of them. None of nobody asks nothing."""

    needed: int
    members: tuple[WitnessKey | Group, ...]

    def __post_init__(self) -> None:
        if not min(1, len(self.members)) <= self.needed <= len(self.members):
            raise NoteError(f"{self.needed} of {len(self.members)} witnesses cannot vouch")
        keys = list(self.witnesses())
        if len({key.public for key in keys}) < len(keys):
            raise NoteError("one witness stands twice in a quorum: it would vouch for itself")

    def witnesses(self) -> Iterator[WitnessKey]:
        """Every witness in it, at any depth."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.witnesses()
            else:
                yield member

    def met(self, vouched: Collection[WitnessKey]) -> bool:
        """Whether enough of them are among those that vouched."""
        return sum(member.met(vouched) if isinstance(member, Group) else member in vouched for member in self.members) >= self.needed


NOBODY: Final = Group(0, ())
"""No witness need vouch: the log is believed on its word alone."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that a policy believes, and when (seconds since 1970) each witness of its quorum vouched for it."""

    checkpoint: Checkpoint
    witnessed: dict[WitnessKey, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """The keys of the logs that are believed, each for the origin that is its name, and the quorum of witnesses."""

    logs: tuple[Key, ...]
    quorum: Group
    addresses: Mapping[WitnessKey, str] = field(default_factory=dict, compare=False)
    """Where witnesses are asked, of those of which the policy says it."""

    def __post_init__(self) -> None:
        if not self.logs:
            raise NoteError("a policy without a key of a log believes nobody")
        logs = {key.public for key in self.logs}
        if len(logs) < len(self.logs):
            raise NoteError("one key stands twice among the logs")
        if logs & {key.public for key in self.quorum.witnesses()}:
            raise NoteError("a log cannot be its own witness")

    def accept(self, note: Note) -> Accepted:
        """The checkpoint, if its log signed it and the quorum vouches for it. Raises NoteError."""
        origin = Checkpoint.parse(note.text).origin
        checkpoint = Checkpoint.opened(note, [key for key in self.logs if key.name == origin])
        vouched = witnessed(note, self.quorum.witnesses())
        if not self.quorum.met(vouched):
            raise NoteError(f"of {sum(1 for _ in self.quorum.witnesses())} witnesses {len(vouched)} vouch for this checkpoint, fewer than must")
        return Accepted(checkpoint, vouched)


def read(name: str, text: bytes, mistakes: Mistakes) -> Policy | None:
    """The policy of a file; what is wrong with it goes to `mistakes`, and there is then none."""
    before, reader = len(mistakes.found), _Reader(name, mistakes)
    try:
        lines = text.decode().split("\n")
    except UnicodeError:
        mistakes.add(Place(name, 1, 1), "not UTF-8 text")
        return None
    for number, line in enumerate(lines, 1):
        if words := [(found.group(), Place(name, number, found.start() + 1)) for found in _WORD.finditer(line)]:
            reader.line(words)
    quorum = reader.quorum
    if not reader.logs:
        mistakes.add(Place(name, 1, 1), "no log is named", "write: log VKEY")
    if quorum is None:
        mistakes.add(Place(name, 1, 1), "no quorum is named", "write: quorum NAME, or: quorum none")
    if quorum is None or len(mistakes.found) > before:
        return None
    try:
        return Policy(tuple(reader.logs), quorum, reader.addresses)
    except NoteError as fault:
        mistakes.add(Place(name, 1, 1), str(fault))
        return None


Words = list[tuple[str, Place]]


@dataclass(slots=True)
class _Reader:
    file: str
    mistakes: Mistakes
    logs: list[Key] = field(default_factory=list)
    quorum: Group | None = None
    addresses: dict[WitnessKey, str] = field(default_factory=dict)
    named: dict[str, WitnessKey | Group] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def line(self, words: Words) -> None:
        (word, place), rest = words[0], words[1:]
        if any(letter < " " or letter == "\x7f" for text, _ in words for letter in text):
            self.mistakes.add(place, "a control character in this line")
        elif word.startswith("#"):
            return
        elif word not in _WORDS:
            self.mistakes.add(place, f"'{word}' begins no line of a policy", nearest(word, _WORDS))
        elif len(rest) < {"log": 1, "witness": 2, "group": 3, "quorum": 1}[word]:
            self.mistakes.add(place, f"this line of '{word}' is too short")
        elif len(rest) > {"log": 2, "witness": 3, "quorum": 1}.get(word, len(rest)):
            self.mistakes.add(rest[-1][1], f"this line of '{word}' is too long")
        else:
            getattr(self, f"_{word}")(rest)

    def _log(self, rest: Words) -> None:
        try:
            self.logs.append(Key.parse(rest[0][0]))
        except NoteError as fault:
            self.mistakes.add(rest[0][1], str(fault))

    def _witness(self, rest: Words) -> None:
        try:
            key = WitnessKey.parse(rest[1][0])
        except NoteError as fault:
            self.mistakes.add(rest[1][1], str(fault))
            return
        if any(isinstance(one, WitnessKey) and one.public == key.public for one in self.named.values()):
            self.mistakes.add(rest[1][1], "this key is another witness's already")
        self._name(rest[0], key)
        self.addresses.update((key, url) for url, _ in rest[2:])

    def _group(self, rest: Words) -> None:
        (many, place), of = rest[1], rest[2:]
        members = [found for one in of if (found := self._found(one)) is not None]
        needed = {"any": 1, "all": len(of)}.get(many, int(many) if re.fullmatch(r"[1-9]\d{0,5}", many, re.ASCII) else 0)
        if not 1 <= needed <= len(of):
            self.mistakes.add(place, f"'{many}' is no number of {len(of)} members", "write any, all, or a number of them")
        elif len(members) == len(of):
            try:
                self._name(rest[0], Group(needed, tuple(members)))
            except NoteError as fault:
                self.mistakes.add(rest[0][1], str(fault))

    def _quorum(self, rest: Words) -> None:
        if self.quorum is not None:
            self.mistakes.add(rest[0][1], "a second quorum")
        elif rest[0][0] == _NONE:
            self.quorum = NOBODY
        elif (found := self._found(rest[0])) is not None:
            self.quorum = found if isinstance(found, Group) else Group(1, (found,))

    def _name(self, named: tuple[str, Place], what: WitnessKey | Group) -> None:
        name, place = named
        if name == _NONE or name in self.named:
            self.mistakes.add(place, f"'{name}' is taken already")
        else:
            self.named[name] = what

    def _found(self, named: tuple[str, Place]) -> WitnessKey | Group | None:
        """What stands under a name; it serves once, so that nobody counts twice."""
        name, place = named
        found = self.named.get(name)
        if found is None:
            self.mistakes.add(place, f"'{name}' is named nowhere above", nearest(name, self.named))
        elif name in self.used:
            self.mistakes.add(place, f"'{name}' counts elsewhere already")
            return None
        self.used.add(name)
        return found
