"""Questions that open an interview from nothing: each answers several facts at once, as data tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast

from comity.facts.vocabulary import Vocabulary
from comity.interview.draft import PAPERS, TYPED, Draft, Keys, at, leaves, mapping, place
from comity.text.source import Mistakes, Node, read_documents
from comity.why.missing import Question
from comity.words.words import day

FILE: Final = Path(__file__).with_name("openings.yaml")
MOVEMENT: Final = "transfer"
"""What an interview from nothing is about."""
SIDES: Final = ("giver", "gainer")
APART: Final = ("party.designations", "asset.entries", "asset.marks", "asset.secrecy", "party.owners", "party.controlled_by")
"""What is never closed along with the rest, for it decides most: lists of persons and of goods, marks of secrecy, owners. Each is asked by itself."""
OF_KIND: Final = {
    "public_body": ("movement.demanded_by", "movement.order", "movement.carries_out"),
    "individual": ("party.statuses", "party.works_for"),
    **dict.fromkeys(("software", "weights", "technology", "application", "service", "key"), ("asset.reveals",)),
}
"""What else is not, where one of the two, or what moves, is of this kind: what an authority ordered, whose citizen somebody is, what can be got out of it."""

Shape: TypeAlias = Literal["one", "some", "place", "so", "papers", "signed"]


@dataclass(frozen=True)
class Opening:
    """One such question. `codes`: what there is to choose from; `fact`: whose codes these are, if a fact's; `where`, `unless`: the kind of party or
    of asset that it is for, and for which it is not; `said`: what answers say, by their codes.
    """

    name: str
    takes: Shape
    first: bool
    where: str
    unless: str
    fact: str
    codes: Sequence[str]
    said: Sequence[tuple[frozenset[str] | None, Node]]

    def stated(self, answer: Sequence[str], draft: Draft, which: str = "") -> Iterator[tuple[Keys, Node]]:
        """What an answer says, fact by fact. `which`: of what a place is told."""
        code = which or "".join(answer[:1])
        told = _Told(answer, which, self.takes == "some", draft)
        begun: set[Keys] = set()
        for codes, says in self.said:
            for keys, node in leaves(says, ()) if codes is None or code in codes else ():
                value = told.value(node)
                if node.pairs == {}:
                    begun.add(keys)
                if value is not None and (len(keys) == 1 or keys in begun or keys[:2] in begun or at(draft.node, keys[:2]) is not None):
                    yield keys, value

    def answers(self, question: Question, draft: Draft) -> bool:
        """Would an answer state the fact that is asked for?"""
        keys = place(question, MOVEMENT, draft)
        if keys is None:
            return False
        owner, _, rows = question.path.kind.removeprefix("rows:").partition("/")
        name = f"{owner}.{rows or question.path.fact}"
        if len(keys) == 1:
            name = PAPERS[question.over.source] if question.over is not None else "counts"
        return any(name in _closed(value) if stated == ("assume",) else keys[:3] == stated for stated, value in self._probed(draft))

    def _probed(self, draft: Draft) -> Iterator[tuple[Keys, Node]]:
        for code in self.codes or ("true",):
            yield from self.stated([code], draft)


def _closed(assumed: Node) -> list[str | None]:
    """What some assumptions close."""
    return [item.text for row in assumed.items or () if (closed := row.get("closed")) is not None for item in closed.items or ()]


class _Told:
    """What stands for what in the words of an answer."""

    def __init__(self, answer: Sequence[str], which: str, many: bool, draft: Draft) -> None:
        self._answer, self._which, self._many, self._draft = answer, which, many, draft

    def value(self, node: Node) -> Node | None:
        """A value with what was said in it; none where nobody said it."""
        if node.items is not None:
            found = [value for item in node.items if (value := self.value(item)) is not None]
            return Node(TYPED, items=found) if len(found) == len(node.items) else None
        if node.pairs is not None:
            return mapping({key: value for key, child in node.pairs.items() if (value := self.value(child)) is not None})
        text = node.text or ""
        return self._named(text.strip("<>")) if text.startswith("<") else Node(TYPED, text=text)

    def _named(self, word: str) -> Node | None:
        match word.split():
            case ["said"]:
                return _list(self._answer) if self._many else Node(TYPED, text="".join(self._answer[:1]))
            case ["which"]:
                return Node(TYPED, text=self._which)
            case ["today"]:
                return Node(TYPED, text=day(self._draft.asked_on))
            case ["rest"]:
                return _list(_rest(self._draft))
            case ["destination"]:
                return at(self._draft.node, ("movements", MOVEMENT, "destination"))
            case [who]:
                return self._of(who, "organised_in") or self._of(who, "primary_residence")
            case [who, fact]:
                return self._of(who, fact)
            case _:
                raise KeyError(word)

    def _of(self, who: str, fact: str) -> Node | None:
        held = at(self._draft.node, ("parties", who, fact))
        return held.items[0] if held is not None and held.items else held if held is not None and held.text is not None else None


def _list(words: Sequence[str]) -> Node:
    return Node(TYPED, items=[Node(TYPED, text=one) for one in words])


def _rest(draft: Draft) -> list[str]:
    """What may be closed along with the rest, as things stand."""
    kinds = {kind: known for kind, known in draft.vocabulary.kinds.items() if kind != "instrument"}  # a paper that is named says what it says
    apart = {*APART, *(fact for kind in kinds_of(draft) for fact in OF_KIND.get(kind, ()))}
    return [*(name for kind, known in kinds.items() for fact in known.values() if fact.closes and (name := f"{kind}.{fact.name}") not in apart), "measures"]


def kinds_of(draft: Draft) -> set[str]:
    """Of which kinds the two parties and what moves are, as far as it was said."""
    stated = (at(draft.node, keys) for keys in (*(("parties", side, "kind") for side in SIDES), ("assets", "subject_matter", "kind")))
    return {held.text for held in stated if held is not None and held.text is not None}


def openings(vocabulary: Vocabulary) -> Sequence[Opening]:
    """All of them, in the order in which they are written."""
    return [_opening(name, one, vocabulary) for name, one in (_written().pairs or {}).items()]


@cache
def _written() -> Node:
    mistakes = Mistakes()
    (node,) = read_documents(FILE.name, FILE.read_bytes(), mistakes)
    mistakes.settle()
    return node


def _opening(name: str, node: Node, vocabulary: Vocabulary) -> Opening:
    takes, fact, first, where, unless = (
        (one.text or "") if (one := node.get(key)) is not None else "" for key in ("takes", "codes", "first", "where", "unless")
    )
    groups = of.items or [] if (of := node.get("of")) is not None else []
    said = [(frozenset(_codes(group)), group.get("says") or mapping({})) for group in groups]
    codes = list(dict.fromkeys(code for group in groups for code in _codes(group)))
    if fact:
        kind, known_as, *column = fact.split(".")
        known = vocabulary.kinds[kind][known_as]
        codes = sorted((known.columns[column[0]] if column else known).domain or ())
    whatever = [(None, says)] if (says := node.get("says")) is not None else []
    return Opening(name, cast("Shape", takes), bool(first), where, unless, fact, codes, [*whatever, *said])


def _codes(group: Node) -> list[str]:
    return [item.text or "" for item in codes.items or ()] if (codes := group.get("codes")) is not None else []
