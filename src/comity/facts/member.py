"""Membership tests between what a fact may be and a set: the one place where codes, places and sets meet."""

from __future__ import annotations

from typing import Literal, TypeAlias

from comity.facts.place import Places
from comity.facts.value import FALSE, NOTHING, TRUE, UNKNOWN, UNLIMITED, Choice, OneOf, SetOf, Truth, all_of, any_of

Mode: TypeAlias = Literal["in", "overlaps", "within", "contains"]


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
            return TRUE if members and _every(members, among, places) == TRUE else UNKNOWN if _some(members, among, places) else FALSE
        case SetOf(known, possible):
            match mode:
                case "in" | "overlaps":
                    sure = _some(known, among, places)
                    may = bool(among) if possible is None else bool(_some(possible, among, places))
                    return TRUE if sure == TRUE else UNKNOWN if sure or may else FALSE
                case "within":
                    bounds = _every(known, among, places) & UNKNOWN
                    return bounds if possible is None else bounds | _every(possible, among, places)
                case "contains":
                    return all_of(member(value, "overlaps", frozenset({code}), places) for code in among)
        case _:
            raise TypeError(value)  # the special values were answered above


def _some(codes: frozenset[str], among: frozenset[str], places: Places | None) -> Truth:
    """Is one of these codes in the set?"""
    if places is None:
        return FALSE if codes.isdisjoint(among) else TRUE
    return any_of(places.inside(code, among) for code in codes)


def _every(codes: frozenset[str], among: frozenset[str], places: Places | None) -> Truth:
    """Are all of these codes in the set?"""
    if places is None:
        return TRUE if codes <= among else FALSE
    return all_of(places.inside(code, among) for code in codes)


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
