"""What a person writes of an act, read by the sorts of what the act needs; every mistake is noted with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.docket.procedure import Act, Need, Procedure, Sort
from comity.docket.say import UNITS
from comity.facts.vocabulary import Vocabulary
from comity.files.parse import CODE, parse
from comity.text.literal import day
from comity.text.source import Mistakes, Node, nearest

OPEN: Final = ("...", "unknown", "none")
"""What a limit cannot be: it names what it covers."""
WRITTEN: Final = "write [{name: ..., text: ..., by: ROLE, due: 2027-01-01}], or every: 6 months"
NAMED: Final = "one word, without spaces, commas, brackets or |"
"""What the name of a party is, since a world is to tell of it."""
CONDITION: Final = ("name", "text", "by", "due", "every")


def is_name(party: str) -> bool:
    """Can a world tell of a party of this name?"""
    return bool(CODE.fullmatch(party)) and party.isprintable() and party not in OPEN


@dataclass(frozen=True)
class Reader:
    """Reads what acts of a procedure say. `conditions`: those that somebody is held to."""

    procedure: Procedure
    vocabulary: Vocabulary
    conditions: Collection[str]
    mistakes: Mistakes

    def says(self, act: Act, told: Mapping[str, Node]) -> dict[str, Any]:
        """What the act says, as it is signed."""
        needs, said = {need.name: need for need in act.needs}, {}
        for name, node in told.items():
            if name in needs:
                said[name] = self._value(needs[name], node)
            else:
                self.mistakes.add(node.place, f"'{act.name}' says no '{name}'", nearest(name, needs) or f"it says {', '.join(needs) or 'nothing'}")
        return said

    def _value(self, need: Need, node: Node) -> Any:  # noqa: ANN401 -- what an entry holds: text, whole numbers, lists and mappings
        match need.sort:
            case Sort.DOCUMENT:
                return self._document(need, node)
            case Sort.SCOPE:
                return self.scope(need.name, node)
            case Sort.CONDITIONS:
                return [self._condition(one) for one in self._items(need, node)]
            case Sort.NUMBER:
                return self._number(node, need.name)
            case Sort.DAY | Sort.UNTIL:
                return self._day(node, need.name)
            case Sort.CONDITION if self._text(node) and node.text not in self.conditions:
                known = ", ".join(sorted(self.conditions))
                suggestion = nearest(node.text or "", self.conditions) or (f"it may be {known}" if known else "it has none")
                self.mistakes.add(node.place, f"'{node.text}' is no condition of this matter", suggestion)
            case _:
                self._text(node)
        return node.text

    def _document(self, need: Need, node: Node) -> dict[str, str]:
        told = {key: child.text or "" for key, child in (node.pairs or {}).items()}
        if told.keys() != {"name", "sha256"}:
            self.mistakes.add(
                node.place, f"'{need.name}' is a document", f"write {need.name}=@FILE; its name and SHA-256 are recorded, its content stays with you"
            )
        return told

    def scope(self, name: str, node: Node) -> dict[str, Any]:
        """Limits, as they are signed."""
        limits, made = self.procedure.limits, {}
        if node.pairs is None:
            self.mistakes.add(node.place, f"'{name}' is a mapping of limits, not a {node.shape}", "write {importers: [NAME], until: 2027-01-01}")
        for key, child in (node.pairs or {}).items():
            if key not in limits:
                self.mistakes.add(node.keys[key], f"nothing is limited by '{key}'", nearest(key, limits) or f"limits are {', '.join(sorted(limits))}")
            else:
                made[key] = self._limit(key, limits[key], child)
        return made

    def _limit(self, name: str, how: str, node: Node) -> Any:  # noqa: ANN401
        match how:
            case "set":
                whole = node if node.items is not None else Node(node.place, items=[node])
                names = list(self._names(name, whole))
                parse(whole, self.vocabulary.kinds["instrument"][name], self.mistakes)
                return names
            case "most":
                return self._number(node, name)
            case _:
                return self._day(node, name)

    def _names(self, name: str, node: Node) -> Iterator[str]:
        if not node.items:
            self.mistakes.add(node.place, f"the limit '{name}' names nobody and nothing", "leave it out if it does not limit")
        for item in node.items or []:
            if item.text in OPEN:
                self.mistakes.add(item.place, f"'{item.text}' in the limit '{name}': a limit names what it covers", "leave the limit out if it does not limit")
            yield item.text or ""

    def _condition(self, node: Node) -> dict[str, Any]:
        if node.pairs is None:
            self.mistakes.add(node.place, f"a condition is a mapping, not a {node.shape}", WRITTEN)
            return {}
        for key in [one for one in node.pairs if one not in CONDITION]:
            self.mistakes.add(node.keys[key], f"a condition has no '{key}'", nearest(key, CONDITION))
        made: dict[str, Any] = {}
        for key in ("name", "text", "by"):
            child = node.get(key)
            if child is None:
                self.mistakes.add(node.place, f"a condition says no '{key}'")
            elif self._text(child):
                made[key] = child.text
        by, roles = node.get("by"), self.procedure.roles
        if by is not None and by.text is not None and by.text not in roles:
            self.mistakes.add(by.place, f"there is no role '{by.text}'", nearest(by.text, roles) or f"roles are {', '.join(roles)}")
        due, every = node.get("due"), node.get("every")
        if (due is None) == (every is None):
            self.mistakes.add(node.place, "a condition is due on a day, or every so often", "write due: 2027-01-01, or every: 6 months")
        if due is not None:
            made["due"] = self._day(due, "due")
        return made | (self._every(every) if every is not None else {})

    def _every(self, node: Node) -> dict[str, Any]:
        number, _, unit = (node.text or "").partition(" ")
        if not number.isascii() or not number.isdecimal() or len(number) > 4 or not int(number) or unit not in UNITS:
            self.mistakes.add(node.place, f"'{node.text or node.shape}' is no length of time", f"write 6 months (or {', '.join(UNITS)})")
            return {}
        return {"every": int(number), "unit": unit}

    def _items(self, need: Need, node: Node) -> list[Node]:
        if node.items is not None:
            return node.items
        self.mistakes.add(node.place, f"'{need.name}' is a list of conditions, not a {node.shape}", WRITTEN)
        return []

    def _number(self, node: Node, name: str) -> int:
        text = node.text or ""
        if text.isascii() and text.isdecimal() and len(text) < 16:
            return int(text)
        self.mistakes.add(node.place, f"'{name}' is a whole number, from 0 up")
        return 0

    def _day(self, node: Node, name: str) -> str:
        if day(node.text or "") is None:
            self.mistakes.add(node.place, f"'{name}' is a day", "write 2026-03-01")
        return node.text or ""

    def _text(self, node: Node) -> bool:
        if node.text is None or not node.text.strip():
            self.mistakes.add(node.place, "this is a text" + ("" if node.text is None else ", and not an empty one"))
        return bool(node.text and node.text.strip())
