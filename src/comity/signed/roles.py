"""Reads `signing.yaml`: who signs a repository of law in which role, how many of them must, and for how long it then holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.ledger.note import Key, NoteError
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents

ROLES: Final = ("root", "targets", "snapshot", "timestamp")
DAYS: Final = 3660
"""The most days for which a signature may hold."""


@dataclass(frozen=True)
class Role:
    """Whose keys, how many of them must sign, and for how many days what they sign holds."""

    keys: tuple[Key, ...]
    threshold: int
    days: int


@dataclass(frozen=True)
class Signing:
    """The roles of a repository, and the keys of parties by their names."""

    roles: Mapping[str, Role]
    parties: Mapping[str, Key]


def read_signing(name: str, text: bytes) -> Signing:
    """Who signs. Raises SourceError with every mistake."""
    mistakes = Mistakes()
    documents = read_documents(name, text, mistakes)
    mistakes.settle()
    if len(documents) != 1 or documents[0].pairs is None:
        raise SourceError([Mistake(Place(name, 1, 1), "says for each of root, targets, snapshot and timestamp who signs it")])
    (node,) = documents
    pairs = node.pairs or {}
    seen: dict[bytes, str] = {}
    for word in pairs:
        if word not in (*ROLES, "parties"):
            mistakes.add(node.keys[word], f"'{word}' is not read here", nearest(word, (*ROLES, "parties")) or f"known here: {', '.join(ROLES)}, parties")
    for role in ROLES:
        if role not in pairs:
            mistakes.add(node.place, f"'{role}' is missing", "write: {keys: [KEY, KEY], threshold: 1, days: 30}")
    roles: dict[str, Role] = {role: _role(role, pairs[role], seen, mistakes) for role in ROLES if role in pairs}
    parties: dict[str, Key] = {}
    for key, place in _keys("parties", pairs.get("parties"), seen, mistakes):
        if key.name in parties:
            mistakes.add(place, f"'{key.name}' has a key already", "a party signs with one key")
        parties[key.name] = key
    mistakes.settle()
    return Signing(roles, parties)


def _role(role: str, node: Node, seen: dict[bytes, str], mistakes: Mistakes) -> Role:
    pairs = node.pairs or {}
    if node.pairs is None:
        mistakes.add(node.place, f"who signs is a mapping, not a {node.shape}", "write: {keys: [KEY, KEY], threshold: 1, days: 30}")
    for key in pairs:
        if key not in ("keys", "threshold", "days"):
            mistakes.add(node.keys[key], f"'{key}' is not read here", nearest(key, ("keys", "threshold", "days")) or "known here: keys, threshold, days")
    keys = [key for key, _ in _keys(role, pairs.get("keys"), seen, mistakes)]
    threshold = _number("threshold", node, pairs.get("threshold"), mistakes)
    days = _number("days", node, pairs.get("days"), mistakes)
    if "keys" not in pairs:
        mistakes.add(node.place, "'keys' is missing", "the public keys, as comity ledger key says them")
    elif not threshold <= max(len(keys), 1):
        mistakes.add(pairs["threshold"].place, f"{threshold} of {len(keys)} keys cannot sign")
    if days > DAYS:
        mistakes.add(pairs["days"].place, f"{days} days are too long", f"at most {DAYS}: law that nobody confirms goes stale")
    return Role(tuple(keys), threshold, days)


def _keys(role: str, node: Node | None, seen: dict[bytes, str], mistakes: Mistakes) -> list[tuple[Key, Place]]:
    found: list[tuple[Key, Place]] = []
    if node is not None and not node.items:
        mistakes.add(node.place, "keys are a list, and not an empty one")
    for item in (node.items or []) if node else ():
        try:
            key = Key.parse(item.text or "")
        except NoteError as fault:
            mistakes.add(item.place, str(fault), "write a public key as comity ledger key says it")
            continue
        if (before := seen.setdefault(key.public, role)) != role:
            mistakes.add(item.place, f"the key of '{key.name}' signs as {before} already", "whoever steals a key must not get two roles by it")
        elif any(key.public == other.public for other, _ in found):
            mistakes.add(item.place, f"the key of '{key.name}' is here twice", "a key counts once")
        found.append((key, item.place))
    return found


def _number(name: str, node: Node, found: Node | None, mistakes: Mistakes) -> int:
    if found is None:
        mistakes.add(node.place, f"'{name}' is missing")
        return 1
    text = found.text or ""
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 10 or int(text) == 0:
        mistakes.add(found.place, f"'{name}' is a number above 0")
        return 1
    return int(text)
