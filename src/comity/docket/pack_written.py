"""Packs as people write them, in `packs.yaml` beside a rulebook; every mistake is noted with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import rfc8785

from comity.docket.pack import ABOUT, FINDINGS, MOVINGS, PARTS, Decided, Docketed, Field, Held, Moved, Pack, Papered, Recorded, Section, Whence
from comity.docket.procedure import Procedure, Text
from comity.docket.written import SAID, plain
from comity.facts.vocabulary import Vocabulary
from comity.law.rulebook import Rulebook, Written
from comity.law.translate import Translator
from comity.text.source import Mistakes, Node, Place, nearest

FILE: Final = ("packs", "about", "sources")
PACK: Final = (*SAID, "procedure", "act", "sections")
SECTION: Final = (*SAID, "fields")
FIELD: Final = (*SAID, "from", "is", "ask")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*", re.ASCII)
PAPER: Final = re.compile(r"instrument\[([^\[\]]+)\]\.(.+)")


def read_packs(documents: Sequence[Node], book: Rulebook, procedures: Mapping[str, Procedure], vocabulary: Vocabulary, mistakes: Mistakes) -> dict[str, Pack]:
    """The packs of one file, by name: a mapping `packs` of names to what they are."""
    found: dict[str, Pack] = {}
    for document in documents:
        reader = _Reader(book, procedures, vocabulary, mistakes)
        for key in document.pairs or {}:
            if key not in FILE:
                mistakes.add(document.keys[key], f"a file of packs has no '{key}'", nearest(key, FILE))
        if (held := document.get("packs")) is None or held.pairs is None:
            mistakes.add((held or document).place, "packs are a mapping of names to what they are", "write packs: {name: {en: ..., zh: ..., sections: ...}}")
            continue
        found |= {name: reader.pack(name, node, held.keys[name]) for name, node in held.pairs.items()}
    return found


@dataclass
class _Reader:
    book: Rulebook
    procedures: Mapping[str, Procedure]
    vocabulary: Vocabulary
    mistakes: Mistakes
    procedure: Procedure | None = None
    seen: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.law = Translator(self.vocabulary, self.mistakes, self.book)

    def pack(self, name: str, node: Node, place: Place) -> Pack:
        self.seen = {}
        self._named(name, place, node, PACK, "a pack", cited=True)
        procedure, act = _one(node, "procedure"), _one(node, "act")
        self.procedure = self.procedures.get(procedure)
        if procedure and self.procedure is None:
            self._unknown(node, "procedure", "procedure", procedure, self.procedures)
        if act and act not in (self.procedure.acts if self.procedure else {}):
            self._unknown(node, "act", "act", act, self.procedure.acts if self.procedure else {})
        sections = tuple(self._section(key, child, at) for key, child, at in self._pairs(node, "sections", place))
        digest = hashlib.sha256(rfc8785.dumps({"rulebook": self.book.regime, "pack": name, "told": plain(node)})).hexdigest()
        return Pack(name, self.book.regime, _text(node), sections, procedure, act, self._read(node), digest)

    def _section(self, name: str, node: Node, place: Place) -> Section:
        self._named(name, place, node, SECTION, "a section")
        return Section(name, _text(node), tuple(self._field(key, child, at) for key, child, at in self._pairs(node, "fields", place)))

    def _field(self, name: str, node: Node, place: Place) -> Field:
        self._named(name, place, node, FIELD, "a field")
        if name in self.seen:
            self.mistakes.add(place, f"the field '{name}' is there twice", f"also at {self.seen[name]}")
        self.seen[name] = place
        ways = [key for key in ("from", "is", "ask") if node.get(key) is not None]
        if len(ways) != 1 and node.pairs is not None:
            suggestion = 'write from: PATH, is: CONDITION, or ask: "yes" where only a person knows'
            self.mistakes.add(place, f"the field '{name}' comes from {'nowhere' if not ways else ' and '.join(ways)}", suggestion)
        if (asked := node.get("ask")) is not None and asked.text != "yes":
            self.mistakes.add(asked.place, f"'{asked.text or asked.shape}' says nothing of who knows it", 'write ask: "yes"')
        told = node.get("from")
        paths = [] if told is None else told.items if told.items is not None else [told]
        whence = [one for path in paths if (one := self._path(path)) is not None]
        if (condition := node.get("is")) is not None:
            written = Written(None, condition.text or "", condition.place)
            whence.append(Held(written.text, self.law.truth(written)))
        return Field(name, _text(node), tuple(whence), self._read(node))

    # -- paths -----------------------------------------------------------------------------------------------------------

    def _path(self, node: Node) -> Whence | None:
        text = node.text or ""
        first, *rest = text.split(".")
        if paper := PAPER.fullmatch(text):
            self._fact("instrument", paper[2], node)
            return Papered(paper[1], paper[2])
        match first:
            case "matter":
                return self._docketed(rest, node)
            case "verdict" | "runs":
                known: Mapping[str, Whence] = {what: Decided(what) for what in FINDINGS} if first == "verdict" else {what: Moved(what) for what in MOVINGS}
                if (found := known.get(".".join(rest))) is not None:
                    return found
                what = "a verdict has" if first == "verdict" else "runs have"
                self.mistakes.add(node.place, f"{what} no '{'.'.join(rest)}'", f"write {first}.{f', {first}.'.join(known)}")
            case _:
                return self._recorded(text, node)
        return None

    def _recorded(self, text: str, node: Node) -> Recorded | None:
        kind, links, rest = "movement", list[str](), text
        while True:
            known = self.vocabulary.kinds[kind]
            if rest in known and known[rest].to:
                return Recorded((*links, rest), "")
            if rest in known or rest == ABOUT:
                return Recorded(tuple(links), rest)
            link, _, more = rest.partition(".")
            if not more or link not in known or not known[link].to:
                break
            kind, rest = known[link].to, more
            links.append(link)
        self._fact(kind, rest, node)
        return None

    def _docketed(self, rest: list[str], node: Node) -> Docketed | None:
        part = next((one for one in PARTS if rest[:1] == [one]), None)
        if part is None or len(rest) - 1 not in PARTS[part]:
            self.mistakes.add(node.place, f"a matter has no '{'.'.join(rest)}'", nearest(rest[0] if rest else "", PARTS) or f"it has {', '.join(PARTS)}")
            return None
        names = rest[1:]
        if (made := self.procedure) is None:
            self.mistakes.add(node.place, "the pack names no procedure, so it has no matter", "write procedure: NAME")
            return None
        known: Mapping[str, object] = {"parties": made.roles, "acts": made.acts, "scope": made.papers, "clocks": made.clocks}.get(part, {})
        if names and names[0] not in known:
            self.mistakes.add(node.place, f"the procedure '{made.name}' has no '{names[0]}' among its {part}", nearest(names[0], known))
        elif len(names) == 2:
            said: Mapping[str, object] = made.limits if part == "scope" else {need.name: need for need in made.acts[names[0]].needs}
            if names[1] not in said:
                message = f"nothing is limited by '{names[1]}'" if part == "scope" else f"the act '{names[0]}' says no '{names[1]}'"
                self.mistakes.add(node.place, message, nearest(names[1], said))
        return Docketed(part, tuple(names))

    def _fact(self, kind: str, name: str, node: Node) -> None:
        known = self.vocabulary.kinds[kind]
        if name not in known and name != ABOUT:
            self.mistakes.add(node.place, f"there is no '{name}' of {'an' if kind[0] in 'aeio' else 'a'} {kind}", nearest(name, (*known, ABOUT)))

    # -- words -----------------------------------------------------------------------------------------------------------

    def _pairs(self, node: Node, key: str, place: Place) -> Iterator[tuple[str, Node, Place]]:
        held = node.get(key)
        if held is None or not held.pairs:
            if node.pairs is not None:
                self.mistakes.add(held.place if held else place, f"there are no {key} in it", f"write {key}: {{name: {{en: ..., zh: ...}}}}")
            return iter(())
        return ((name, child, held.keys[name]) for name, child in held.pairs.items())

    def _named(self, name: str, place: Place, node: Node, known: Sequence[str], what: str, *, cited: bool = False) -> None:
        if not NAME.fullmatch(name):
            self.mistakes.add(place, f"'{name}' is no name", "small letters, digits, - and _")
        if node.pairs is None:
            self.mistakes.add(node.place, f"{what} is a mapping, not a {node.shape}")
            return
        for key in node.pairs:
            if key not in known:
                self.mistakes.add(node.keys[key], f"{what} has no '{key}'", nearest(key, known))
        absent = [key for key in ("en", "zh", *(("cite",) if cited else ())) if not _one(node, key).strip()]
        if absent:
            self.mistakes.add(place, f"'{name}' says no {' and no '.join(absent)}")

    def _read(self, node: Node) -> bool:
        told = node.get("read")
        if told is not None and told.text != "no":
            self.mistakes.add(told.place, f"'{told.text or told.shape}' says nothing of what was read", 'write read: "no" where it was not')
        return told is None

    def _unknown(self, node: Node, key: str, what: str, name: str, known: Mapping[str, object]) -> None:
        place = node.pairs[key].place if node.pairs else node.place
        self.mistakes.add(place, f"there is no {what} '{name}'", nearest(name, known) or (f"it may be {', '.join(known)}" if known else ""))


def _one(node: Node, key: str) -> str:
    held = node.get(key)
    return (held.text or "") if held is not None else ""


def _text(node: Node) -> Text:
    return Text(_one(node, "en"), _one(node, "zh"), _one(node, "cite"))
