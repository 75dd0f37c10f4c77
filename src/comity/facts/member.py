"""Membership tests between what a fact may be and a set: the one place where codes, places and sets meet."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from comity.facts.place import Places
from comity.facts.value import FALSE, NOTHING, TRUE, UNKNOWN, UNLIMITED, Choice, OneOf, SetOf, Truth, all_of, any_of

Mode: TypeAlias = Literal["in", "overlaps", "within", "contains"]
MODES: Final = ("in", "overlaps", "within", "contains")


def member(value: Choice, mode: Mode, among: frozenset[str], places: Places | None = None) -> Truth:
    """Is the code in the set, or does the set overlap, lie within, or contain the other? `places` are judged by their tree."""
    if value is NOTHING:
        return FALSE
    if value is UNLIMITED:
        return TRUE
    match value:
        case OneOf(members):
            if members is None:
                return UNKNOWN if among else FALSE
            truths = [_inside(code, among, places) for code in members]
            return TRUE if truths and all(t == TRUE for t in truths) else UNKNOWN if any(truths) else FALSE
        case SetOf(known, possible):
            match mode:
                case "in" | "overlaps":
                    sure = any_of(_inside(code, among, places) for code in known)
                    return sure | _may(sure, bool(among) and (possible is None or any(_inside(c, among, places) for c in possible)))
                case "within":
                    bounds = all_of(_inside(code, among, places) for code in known)
                    if possible is None:
                        return bounds & UNKNOWN
                    rest = all_of(_inside(code, among, places) for code in possible)
                    return (bounds & UNKNOWN) | rest
                case "contains":
                    return all_of(member(value, "overlaps", frozenset({code}), places) for code in among)
        case _:
            raise TypeError(value)  # the special values were answered above


def _inside(code: str, among: frozenset[str], places: Places | None) -> Truth:
    if places is not None:
        return places.inside(code, among)
    return TRUE if code in among else FALSE


def _may(sure: Truth, possible: bool) -> Truth:
    return TRUE if sure == TRUE else UNKNOWN if possible or sure else FALSE


def related(left: Choice, mode: Mode, right: Choice, places: Places | None = None) -> Truth:
    """The same test between two facts: true if it holds for everything the right side may be."""
    if UNLIMITED in (left, right):
        return TRUE
    if NOTHING in (left, right):
        return FALSE
    match right:
        case OneOf(members):
            if members is None:
                empty = left in (OneOf(frozenset()), SetOf(frozenset(), frozenset()))
                return UNKNOWN if not empty else TRUE if mode == "within" else FALSE
            return _agree([member(left, mode, frozenset({code}), places) for code in members])
        case SetOf(known, possible):
            sure = member(left, mode, known, places)
            if mode in ("in", "overlaps") and left in (OneOf(frozenset()), SetOf(frozenset(), frozenset())):
                return FALSE
            if possible is None:
                return (sure | UNKNOWN) if mode != "contains" else sure & UNKNOWN
            return _agree([sure, member(left, mode, known | possible, places)])
        case _:
            raise TypeError(right)  # the special values were answered above


def _agree(truths: list[Truth]) -> Truth:
    """What holds in every case holds; what holds in some may hold; no case at all is false."""
    return FALSE if not truths else truths[0] if len(set(truths)) == 1 else UNKNOWN
