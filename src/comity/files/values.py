"""What the parties to a settlement hold its levers to be worth, and what each has without an agreement. Nobody's worth is compared with another's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from comity.facts.value import ANYWHERE, MAX, MIN, NOWHERE, Interval
from comity.facts.vocabulary import Fact
from comity.files.parse import parse
from comity.text.literal import MILLION
from comity.text.source import Mistakes, Node, Place, nearest, spot

MOST: Final = 1_000_000_000
"""A worth is at most so much, so that thousands of them can be added exactly."""
ALTERNATIVE: Final = "walks_away"
TOGETHER: Final = "together"
OWN: Final = (ALTERNATIVE, TOGETHER)
"""The words beside a party's levers."""
_WORTH: Final = Fact("worth", "number", quantum=Fraction(1, MILLION))

Options: TypeAlias = Mapping[str, Sequence[str]]
"""The levers that there are, each with its options; one without a name where it has no options."""
Taken: TypeAlias = frozenset[tuple[str, str]]
"""Options, each as its lever and itself. Of one lever it is enough to take one of them."""


@dataclass(frozen=True, slots=True)
class Values:
    """One party's worths in millionths of its own unit: of options, of options that are taken together, and of what it has without an agreement.

    What it does not name is worth nothing to it. An alternative that it does not name is unknown.
    """

    party: str
    options: Mapping[tuple[str, str], Interval] = field(default_factory=dict)
    together: Mapping[Taken, Interval] = field(default_factory=dict)
    walks_away: Interval = ANYWHERE


def read_parties(text: str, known: Collection[str], mistakes: Mistakes) -> tuple[str, ...]:
    """The parties of a settlement, as named on the command line: two or more, each once, each a party of the world."""
    place, found, offset = Place("--parties", 1, 1), [], 0
    for written in text.split(","):
        name, at = written.strip(), spot(place, text, offset + len(written) - len(written.lstrip()))
        if name not in known:
            mistakes.add(at, f"there is no party '{name}'", nearest(name, known))
        elif name in found:
            mistakes.add(at, f"'{name}' is named twice")
        found.append(name)
        offset += len(written) + 1
    if len(found) < 2:
        mistakes.add(place, "a settlement takes two parties or more", "write --parties A,B")
    return tuple(dict.fromkeys(found))


def read_values(documents: Sequence[Node], levers: Options, known: Collection[str], asked: Sequence[str], mistakes: Mistakes) -> list[Values]:
    """The values of the parties asked, in their order, from the documents of one file. Other parties' are read too, for their mistakes."""
    reader, found = _Reader(levers, mistakes), dict[str, Values]()
    for document in documents:
        for key in document.pairs or {}:
            if key != "values":
                mistakes.add(document.keys[key], f"a file of values has no '{key}'", nearest(key, ("values",)))
        node = document.get("values")
        if node is None or node.pairs is None:
            mistakes.add((node or document).place, "a file of values needs 'values'", "write values: {PARTY: {LEVER: WORTH}}")
        for party, told in ((node and node.pairs) or {}).items():
            place = node.keys[party] if node else document.place
            if party not in known:
                mistakes.add(place, f"there is no party '{party}'", nearest(party, known))
            elif party in found:
                mistakes.add(place, f"the values of '{party}' are given twice")
            found[party] = reader.values(party, told)
    end = documents[-1].get("values") or documents[-1] if documents else None
    for party in asked:
        if party not in found:
            absent = nearest(party, found) or f"write {party}: {{LEVER: WORTH}}"
            mistakes.add(end.place if end else Place("--values", 1, 1), f"there are no values of '{party}'", absent)
    return [found[party] for party in asked if party in found]


@dataclass(frozen=True)
class _Reader:
    levers: Options
    mistakes: Mistakes

    def values(self, party: str, node: Node) -> Values:
        """The values of one party."""
        if node.pairs is None:
            self.mistakes.add(node.place, f"the values of '{party}' are levers with their worth, not a {node.shape}", f"write {party}: {{LEVER: WORTH}}")
        options, alternative = dict[tuple[str, str], Interval](), ANYWHERE
        together: Mapping[Taken, Interval] = {}
        for key, told in (node.pairs or {}).items():
            if key in OWN and key in self.levers:
                self.mistakes.add(node.keys[key], f"'{key}' is also the name of a lever, whose worth cannot be said", "give the lever another name")
            if key == ALTERNATIVE:
                alternative = self._worth(told)
            elif key == TOGETHER:
                together = self._together(told)
            elif key in self.levers:
                options.update(self._options(key, told))
            else:
                self.mistakes.add(node.keys[key], f"there is no lever '{key}'", nearest(key, (*self.levers, *OWN)))
        return Values(party, options, together, alternative)

    def _options(self, lever: str, node: Node) -> Iterable[tuple[tuple[str, str], Interval]]:
        names = self.levers[lever]
        if node.pairs is None:
            if list(names) == [""]:
                return [((lever, ""), self._worth(node))]
            each = ", ".join(f"{name}: WORTH" for name in names)
            self.mistakes.add(node.place, f"'{lever}' has options, and each has its own worth", f"write {lever}: {{{each}}}")
            return []
        for name in node.pairs:
            if name not in names:
                self.mistakes.add(node.keys[name], f"'{lever}' has no option '{name}'", nearest(name, names) or _among(names))
        return [((lever, name), self._worth(told)) for name, told in node.pairs.items() if name in names]

    def _together(self, node: Node) -> Mapping[Taken, Interval]:
        found: dict[Taken, Interval] = {}
        if node.items is None:
            self.mistakes.add(node.place, f"'{TOGETHER}' takes a list, not a {node.shape}", "write [{levers: [LEVER, LEVER/OPTION], worth: WORTH}]")
        for item in node.items or []:
            for key in item.pairs or {}:
                if key not in ("levers", "worth"):
                    self.mistakes.add(item.keys[key], f"what is taken together has no '{key}'", nearest(key, ("levers", "worth")))
            levers, worth = item.get("levers"), item.get("worth")
            if levers is None or levers.items is None or worth is None:
                self.mistakes.add(
                    item.place, "what is taken together needs 'levers', a list, and 'worth'", "write {levers: [LEVER, LEVER/OPTION], worth: WORTH}"
                )
                continue
            taken = self._taken(levers)
            if taken in found:
                self.mistakes.add(item.place, "the worth of these levers together is given twice", "add the two up")
            found[taken] = self._worth(worth)
        return found

    def _taken(self, node: Node) -> Taken:
        found: dict[str, list[tuple[str, str]]] = {}
        for item in node.items or []:
            text = item.text or ""
            lever, _, option = (text, "", "") if text in self.levers else text.partition("/")
            names = self.levers.get(lever, ())
            if lever not in self.levers:
                self.mistakes.add(
                    item.place,
                    f"there is no lever '{lever}'" if item.text is not None else f"a lever is a word, not a {item.shape}",
                    nearest(lever, self.levers),
                )
            elif option and option not in names:
                self.mistakes.add(item.place, f"'{lever}' has no option '{option}'", nearest(option, names) or _among(names))
            elif lever in found:
                self.mistakes.add(item.place, f"'{lever}' is named twice, and its options exclude each other")
            found[lever] = [(lever, option)] if option else [(lever, name) for name in names]
        if len(node.items or []) < 2:
            self.mistakes.add(node.place, "two levers or more are taken together", "write the worth of one lever beside its name")
        return frozenset(one for options in found.values() for one in options)

    def _worth(self, node: Node) -> Interval:
        """A number or a range of them, in millionths; nothing is rounded."""
        found, text = parse(node, _WORTH, self.mistakes), node.text or ""
        if not isinstance(found, Interval) or found == ANYWHERE:  # unknown, or a mistake
            return ANYWHERE
        ends = [end for end in found if end not in (MIN, MAX)]
        if found == NOWHERE:
            self.mistakes.add(node.place, "'none' is no worth", "write 0 for nothing, unknown for what is not known")
        elif "%" in text:
            self.mistakes.add(node.place, f"'{text}' is a share, and a worth is a number")
        elif any(_finer(part) for part in text.strip("<>= ").split("..")):
            self.mistakes.add(node.place, f"'{text}' has more than six decimals")
        elif any(abs(end) > MOST * MILLION for end in ends):
            self.mistakes.add(node.place, f"'{text}' is more than {MOST:,} either way", "count in larger units")
        else:
            return found
        return ANYWHERE


def _finer(written: str) -> bool:
    """Is a number written finer than millionths?"""
    return bool(written.strip()) and (Fraction(written.strip().replace("_", "")) * MILLION).denominator != 1


def _among(names: Sequence[str]) -> str:
    return "it may be " + ", ".join(names[:12]) if any(names) else "it has no options: write its worth"
