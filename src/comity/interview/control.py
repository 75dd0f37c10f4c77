"""How a question is put on a screen: the kind of control that takes its answer, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from comity.facts.vocabulary import PLURALS, SETS, Fact
from comity.interview.draft import PAPERS, Draft, at
from comity.why.missing import Question
from comity.words.words import Words

Shape: TypeAlias = Literal["truth", "one", "some", "number", "date", "place", "places", "word", "words", "record", "records", "list", "papers", "signed"]
"""`truth`: yes or no · `one`, `some`: of a closed list · `word`, `words`: of an open one · `record`, `records`: names in the world ·
`list`: there is one, or all are named, or one more written out · `papers`: which paper there is · `signed`: the name of whoever assumes it."""


@dataclass(frozen=True)
class Control:
    """What takes an answer. `options`: codes, each with what it says; `unit`: of a number."""

    shape: Shape
    options: Sequence[tuple[str, str]] = ()
    unit: str = ""


def control(question: Question, draft: Draft, words: Words) -> Control:
    """What takes the answer to a question."""
    fact = draft.fact(question)
    if question.path.kind == "counts":
        return Control("number")
    if question.more and PAPERS.get(question.fact) == "instruments":
        return Control("papers")
    if question.more:
        return Control("list", records(fact, draft) if fact is not None and fact.type == "links" else ())
    return Control("truth") if question.path.root == "law" or fact is None else taking(fact, draft, words)


def taking(fact: Fact, draft: Draft, words: Words) -> Control:
    """What takes the value of a fact."""
    many = fact.type in SETS
    match fact.type:
        case "bool":
            return Control("truth")
        case "number" | "date":
            return Control(fact.type, unit=fact.unit)
        case "place" | "places":
            return Control(fact.type)
        case "link" | "links":
            return Control("records" if many else "record", records(fact, draft))
        case _:
            return _words(fact, words, many=many)


def _words(fact: Fact, words: Words, *, many: bool) -> Control:
    """What takes codes, of a closed list or of an open one."""
    if fact.domain is not None:
        return Control("some" if many else "one", sorted(((code, words.code(code, fact)) for code in fact.domain), key=lambda one: one[1]))
    known = sorted({beginning + word.removeprefix(beginning) for beginning, some in fact.families.items() for word in some})
    return Control("words" if many else "word", [(code, code) for code in known])


def records(fact: Fact, draft: Draft) -> list[tuple[str, str]]:
    """The records of the world that a link may lead to."""
    known = at(draft.node, (PLURALS[fact.to],)) if fact.to else None
    return [(name, name) for name in (known.pairs or {} if known is not None else {})]


def typed(shape: Shape, said: Sequence[str], to: str = "", *, more: bool = False) -> str:
    """What was chosen, as a person would type it for the world's file; empty where nothing was. `to`: the other end, `more`: perhaps others."""
    given = [word.strip() for one in said for word in (one.split(",") if shape in ("places", "words", "records") else [one]) if word.strip()]
    if shape in ("number", "date"):
        first, last = "".join(given[:1]), to.strip()
        return f"{first}..{last}" if last and last != first else first
    if shape not in ("some", "places", "words", "records") or not given:
        return "".join(given[-1:])  # what is written out beside a choice is the answer
    return "[" + ", ".join([*(_quoted(word) for word in given if word != "none"), *(["..."] if more else [])]) + "]"


def _quoted(word: str) -> str:
    return word if all(sign.isalnum() or sign in "_.-/:()" for sign in word) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
