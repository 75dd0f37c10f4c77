"""A filled pack as data: text, whole numbers, lists and mappings, the same bytes for the same pack. Numbers that are not whole are decimals as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from comity.docket.pack_entry import Answer, Entry, Filled
from comity.docket.procedure import Text
from comity.facts.record import Rows
from comity.facts.value import FALSE, MAX, MIN, NOTHING, TRUE, UNLIMITED, Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import Fact

EXACT: Final = 2**53
"""The least whole number that a reader of JSON may not take as it is."""


def data(filled: Filled) -> dict[str, Any]:
    """All of it."""
    pack = filled.pack
    return {
        "pack": f"{pack.rulebook}/{pack.name}",
        "digest": pack.digest,
        **_text(pack.text),
        "form_was_read": pack.read,
        **({"procedure": pack.procedure} if pack.procedure else {}),
        **({"act": pack.act} if pack.act else {}),
        "movement": filled.movement,
        "on": day(filled.on),
        "made_from": dict(filled.made_from),
        "sections": [
            {"section": section.name, **_text(section.text), "fields": [_answer(filled.answers[field.name]) for field in section.fields]}
            for section in pack.sections
        ],
        "blank": [answer.field.name for answer in filled.blanks],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    field = answer.field
    return {
        "field": field.name,
        **_text(field.text),
        "read": field.read,
        "state": answer.state,
        "values": [_entry(one) for one in answer.entries],
        "missing": [_kept(one, ("gap", "name", "of", "kind", "at")) for one in answer.missing],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    during = {} if entry.during is None else {"during": [_end(entry.during.lo), _end(entry.during.hi)]}
    told = {"value": value(entry.told, entry.fact), "sure": entry.sure, **during, "source": _kept(entry.source, ("kind", "at", "by", "on", "because"))}
    return {**({"of": entry.of} if entry.of else {}), **({"fact": entry.fact.name} if entry.fact is not None else {}), **told}


def value(told: Value | Rows | Any, fact: Fact | None) -> Any:  # noqa: ANN401 -- a value, or what a log holds
    """What a value is, or all that it may be."""
    if fact is None:
        return dict(told) if isinstance(told, Mapping) else told
    match told:
        case Rows(rows, more):
            return {"rows": [{name: value(held, fact.columns[name]) for name, held in row.items()} for row in rows], "perhaps_more": more}
        case Interval(lo, hi) if lo == hi:
            return _number(lo, fact)
        case Interval(lo, hi):
            ends = {name: _number(end, fact) for name, end in (("from", lo), ("to", hi)) if MIN < end < MAX}
            return {"none": True} if lo > hi else ends or {"unknown": True}
        case OneOf(members):
            words = sorted(members or ())
            return {"unknown": True} if members is None else {"none": True} if not words else words[0] if len(words) == 1 else {"one_of": words}
        case SetOf(known):
            return sorted(known) if told.closed else {"among_others": sorted(known)}
        case _ if told is UNLIMITED:
            return {"not_limited": True}
        case _ if told is NOTHING:
            return {"none": True}
        case _:
            return told == TRUE if told in (TRUE, FALSE) else {"unknown": True}


def _number(quanta: int, fact: Fact) -> Any:  # noqa: ANN401 -- text or a whole number
    if fact.type == "date":
        return day(quanta)
    exact = quanta * fact.quantum
    return int(exact) if exact.denominator == 1 and abs(exact) < EXACT else decimal(exact)


def decimal(exact: Fraction) -> str:
    """All digits of a number that has no endless ones."""
    digits = next(n for n in range(40) if (exact * 10**n).denominator == 1)
    whole = str(abs(int(exact * 10**digits))).rjust(digits + 1, "0")
    at = len(whole) - digits
    return f"{'-' if exact < 0 else ''}{whole[:at]}{'.' if digits else ''}{whole[at:]}"


def day(number: int) -> str:
    """An ISO date; nothing for what is no day."""
    return dt.date.fromordinal(number).isoformat() if 1 <= number <= dt.date.max.toordinal() else ""


def _end(number: int) -> str:
    return "" if number in (MIN, MAX) else day(number)


def _text(text: Text) -> dict[str, str]:
    return _kept(text, ("en", "zh", "cite"))


def _kept(one: object, names: tuple[str, ...]) -> dict[str, str]:
    return {name: told for name in names if (told := getattr(one, name))}
