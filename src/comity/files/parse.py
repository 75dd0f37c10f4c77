"""From what a person wrote to what a fact may be. Every word is read by the type of its fact."""

from __future__ import annotations

import math
import re

from comity.facts.place import PLACE
from comity.facts.value import ANY_SET, ANYWHERE, EMPTY, FALSE, MAX, MIN, NO_CODE, NOWHERE, TRUE, Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import SETS, Fact
from comity.text.literal import day, number
from comity.text.source import Mistakes, Node, nearest

CODE = re.compile(r"[^\s,\[\]{}|]+")


def parse(node: Node, fact: Fact, mistakes: Mistakes, asked_on: int = MIN) -> Value:
    """What the fact may be, as written at `node`; a fault is noted and reads as unknown. Links are resolved by the world."""
    if node.text == "unknown":
        return fact.anything
    if fact.type in SETS:
        return _set(node, fact, mistakes)
    if node.text is None:
        mistakes.add(node.place, f"'{fact.name}' takes {_expects(fact)}, not a {node.shape}")
        return fact.unknown
    match fact.type:
        case "bool":
            if node.text in ("true", "false"):
                return TRUE if node.text == "true" else FALSE
            mistakes.add(node.place, f"'{node.text}' is not true, false or unknown")
            return fact.unknown
        case "number" | "date":
            return _interval(node, fact, mistakes, asked_on)
        case _:
            if node.text == "none" and "none" not in (fact.domain or ()):
                return NO_CODE
            return OneOf(frozenset(_code(part.strip(), node, fact, mistakes) for part in node.text.split("|")))


def _expects(fact: Fact) -> str:
    return {"bool": "true or false", "number": "a number", "date": "a date", "place": "a place"}.get(fact.type, "a word")


def _set(node: Node, fact: Fact, mistakes: Mistakes) -> Value:
    if node.text == "none":
        return EMPTY
    if node.text is not None:
        mistakes.add(node.place, f"'{fact.name}' takes a list", f"write [{node.text}], or [{node.text}, ...] if there may be more")
        return ANY_SET
    if node.items is None:
        mistakes.add(node.place, f"'{fact.name}' takes a list, not a mapping")
        return ANY_SET
    known: set[str] = set()
    open_ = False
    for item in node.items:
        if item.text == "...":
            open_ = True
        elif item.text is None:
            mistakes.add(item.place, f"'{fact.name}' holds words, not a {item.shape}")
        else:
            known.add(_code(item.text, item, fact, mistakes))
    members = frozenset(known)
    return SetOf(members, fact.domain if open_ else members)


def _code(text: str, node: Node, fact: Fact, mistakes: Mistakes) -> str:
    if among := fact.instead(text):
        mistakes.add(node.place, f"'{text}' is not a word for '{fact.name}'", meant(text, among))
    elif fact.type in ("place", "places") and not PLACE.fullmatch(text):
        mistakes.add(node.place, f"'{text}' is not a place", "write an ISO 3166 code such as XX or XX-AB, or a group's name")
    elif not CODE.fullmatch(text):
        mistakes.add(node.place, f"'{text}' is not a word for '{fact.name}'", "a word has no spaces, commas or brackets")
    return text


def meant(word: str, among: frozenset[str]) -> str:
    """A suggestion: the nearest of the words it may be, or the first of them."""
    return nearest(word, among) or "it may be " + ", ".join(sorted(among)[:12])


def _interval(node: Node, fact: Fact, mistakes: Mistakes, asked_on: int) -> Interval:
    text = (node.text or "").strip()
    shown = text if len(text) <= 60 else text[:57] + "..."
    if text == "none":
        return NOWHERE
    if text == "not_yet" and fact.type == "date":
        return Interval(asked_on + 1, MAX)
    found = _bounds(text, fact)
    if found is None:
        what, how = ("date", "2026-03-01, 2026-03-01..2026-04-01 or 2026-03-01..") if fact.type == "date" else ("number", "5, >5, >=5, 5..9 or 5..")
        mistakes.add(node.place, f"'{shown}' is not a {what} or a range of them", f"write {how}")
        return ANYWHERE
    if found.lo > found.hi:
        mistakes.add(node.place, f"'{text}' runs backwards", "the smaller end comes first")
        return ANYWHERE
    if fact.unit == "%" and (found.lo < 0 or (found.hi != MAX and found.hi * fact.quantum > 100)):
        mistakes.add(node.place, f"'{text}' is not a share between 0% and 100%")
        return ANYWHERE
    if fact.unit and (found.hi < 0 or MIN < found.lo < 0):
        mistakes.add(node.place, f"'{shown}' is below zero, and {fact.unit} are counted from zero")
        return ANYWHERE
    if not (MIN < found.lo < MAX or found.lo == MIN) or not (MIN < found.hi < MAX or found.hi == MAX):
        mistakes.add(node.place, f"'{shown}' is larger than this fact can hold")
        return ANYWHERE
    return found


def _bounds(text: str, fact: Fact) -> Interval | None:
    for sign, below, strict in ((">=", False, False), ("<=", True, False), (">", False, True), ("<", True, True)):
        if text.startswith(sign):
            end = _end(text[len(sign) :].strip(), fact)
            if end is None:
                return None
            if below:
                return Interval(MIN, end.hi - (strict and end.lo == end.hi))
            return Interval(end.lo + (strict and end.lo == end.hi), MAX)
    if ".." in text:
        low, _, high = text.partition("..")
        lo = _end(low.strip(), fact) if low.strip() else Interval(MIN, MIN)
        hi = _end(high.strip(), fact) if high.strip() else Interval(MAX, MAX)
        return None if lo is None or hi is None else Interval(lo.lo, hi.hi)
    return _end(text, fact)


def _end(text: str, fact: Fact) -> Interval | None:
    """One written number as quanta; finer than a quantum, it lies between two."""
    if fact.type == "date":
        found = day(text)
        return None if found is None else Interval(found, found)
    exact = number(text)
    if exact is None:
        return None
    quanta = exact / fact.quantum
    return Interval(math.floor(quanta), math.ceil(quanta))
