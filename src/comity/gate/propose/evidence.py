"""One column by itself: its name, the shape of its values and their check digits weighed against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from comity.gate.propose import digit, pattern
from comity.gate.propose.hints import UNKNOWN, Field, hints
from comity.gate.propose.name import Named
from comity.gate.propose.sample import Seen

Confidence = Literal["clear", "likely", "possible", "unknown"]
MOST: Final = 0.8
"""The share of values whose shape alone tells what they are."""
MANY: Final = 0.6
"""The share of values that bears a name out."""
FEW: Final = 50
"""From so many values a column tells what it holds without its name."""
LIFETIME: Final = 40
"""Years over which days of birth spread, and few other days do."""


@dataclass(slots=True)
class Found:
    """What one column is as far as it tells by itself: a kind of field, a person's key, another key, the row's key, nobody's, or nothing.

    `code`: of a field, the field; of what is nobody's, what it tells in a row about a person.
    """

    seen: Seen
    named: Named
    means: Literal["field", "person", "key", "row", "nobody", "nothing"]
    code: str
    confidence: Confidence
    reasons: list[str] = field(default_factory=list)

    @property
    def personal(self) -> bool:
        """Only a person has it, and nothing speaks against it: its row is about one."""
        return self.means == "person" or (self.means == "field" and self.code not in hints().not_only_persons and self._believed)

    @property
    def identifies(self) -> bool:
        """It singles a person out, or as good as."""
        return self.means == "person" or (self.means == "field" and hints().fields[self.code].forms[0] == "pseudonym" and self._believed)

    @property
    def _believed(self) -> bool:
        return self.confidence in ("clear", "likely") or (self.named.sure and not self.seen.filled)


def count(share: float, seen: Seen) -> str:
    """How many of the distinct values, in words."""
    total = len(seen.values)
    return f"{round(share * total):,} of {total:,} distinct values"


def weigh(seen: Seen, named: Named, places: Iterable[str] = ()) -> Found:
    """What a column is. What its values say by a check digit or an unmistakable shape goes before its name."""
    said = (_checked(seen, named) or _shaped(seen, named)) if seen.filled else None
    return said or _by_name(seen, named, places) or _unnamed(seen, named)


def _checked(seen: Seen, named: Named) -> Found | None:
    found = [p for p in digit.passed(seen) if p.check.of == named.code or (p.tells and not p.check.backed)]
    found.sort(key=lambda p: p.check.of != named.code)
    if not found:
        return None
    best = found[0]
    said = f"{best.passed} of {best.tried} values have the shape and check digit of {best.check.en}"
    if best.check.of not in hints().fields:
        return Found(seen, named, "nobody", "purchases", "likely", [said])
    agreed = best.check.of == named.code
    if named.means == "field" and named.sure and not agreed:
        return Found(seen, named, "field", named.code, "possible", [_says(named), f"but {said}"])
    confidence: Confidence = "clear" if best.tells and agreed else "likely"
    return Found(seen, named, "field", best.check.of, confidence, [*([_says(named)] if agreed else []), said])


def _shaped(seen: Seen, named: Named) -> Found | None:
    for name, share in seen.shapes.items():
        shape = hints().shapes[name]
        if shape.tells and share >= MOST:
            agreed = shape.tells == named.code
            against = "" if agreed or named.means == "nothing" else f"the name says '{named.word}', the values something else"
            reasons = [*([_says(named)] if agreed else []), f"{count(share, seen)} look like {shape.en}", *([against] if against else [])]
            return Found(seen, named, "field", shape.tells, "clear" if agreed else "likely", reasons)
    return None


def _says(named: Named) -> str:
    return f"the name says '{named.word}'"


def _by_name(seen: Seen, named: Named, places: Iterable[str]) -> Found | None:
    if named.means == "nothing":
        return None
    if named.means == "person":
        return _person(seen, named)
    if named.means != "field" or (named.code == "text" and not seen.is_prose):
        if seen.is_prose:
            return _prose(seen, named)
        if named.means == "field" and not seen.filled:
            return Found(seen, named, "field", named.code, "possible", [_says(named), "there is no value to compare"])
        if named.means == "field" and not seen.is_chosen:
            return Found(seen, named, "field", named.code, "likely", [_says(named)])
        means = "nobody" if named.means == "field" else named.means
        return Found(seen, named, means, "general" if means == "nobody" and named.means == "field" else named.code, "likely", [_says(named)])
    kind = hints().fields[named.code]
    if seen.type == "bool" and not kind.flag:
        return Found(seen, named, "nobody", "general", "likely", [_says(named), "its values are yes and no"])
    reasons = [_says(named)]
    if seen.is_prose:
        found = _prose(seen, named)
        found.reasons = [*reasons, *found.reasons]
        if named.code == "text":
            return found
    confidence: Confidence = "likely" if named.sure else "possible"
    if seen.type not in kind.types and seen.type != "other":
        confidence, reasons = "possible", [*reasons, f"but its values are of type {seen.type}"]
    elif not seen.filled:
        confidence, reasons = "possible", [*reasons, "there is no value to compare"]
    elif kind.shapes and seen.type == "text":
        confidence = _borne_out(seen, kind, confidence, reasons)
    elif kind.types & {"date", "timestamp"} and seen.type in ("date", "timestamp") and named.sure:
        confidence, reasons = "clear", [*reasons, "its values are dates"]
    if named.code == "phone" and seen.filled and seen.type == "text":
        used, tried = digit.telephones(seen, places)
        if used:
            reasons.append(f"{used} of {tried} are telephone numbers in use")
        if used >= MANY * tried and named.sure:
            confidence = "clear"
    return Found(seen, named, "field", named.code, confidence, reasons)


def _borne_out(seen: Seen, kind: Field, confidence: Confidence, reasons: list[str]) -> Confidence:
    """How far the values have the shape that the name leads one to expect."""
    shares = seen.shapes
    name, share = max(((name, shares.get(name, 0.0)) for name in kind.shapes), key=lambda found: found[1])
    if share >= MANY:
        reasons.append(f"{count(share, seen)} look like {hints().shapes[name].en}")
        return "clear" if confidence == "likely" else "likely"
    if share < 0.2:
        reasons.append(f"but only {count(share, seen)} look like {hints().shapes[name].en}")
        return "possible"
    return confidence


def _prose(seen: Seen, named: Named) -> Found:
    reasons = [f"its values read like sentences, {seen.length:.0f} characters in the middle: anything may stand in them"]
    reasons += [f"in {count(share, seen)} stands {hints().shapes[name].en}" for name, share in pattern.within(seen.values).items()]
    return Found(seen, named, "field", "text", "likely", reasons)


def _person(seen: Seen, named: Named) -> Found:
    said = _says(named)
    if seen.type not in ("text", "integer", "other"):
        return Found(seen, named, "nobody", "general", "likely", [said, f"but its values are of type {seen.type}"])
    if not named.sure and seen.type == "text" and seen.filled:
        share = seen.shapes.get("name", 0.0)
        if share >= MANY:
            return Found(seen, named, "field", "name", "likely", [said, f"{count(share, seen)} look like {hints().shapes['name'].en}"])
        if seen.is_prose:
            return _prose(seen, named)
    return Found(seen, named, "person", "general", "clear" if named.sure else "likely", [said])


def _unnamed(seen: Seen, named: Named) -> Found:
    """A column whose name says nothing: what its values look like, if they look like anything."""
    if seen.is_prose:
        return _prose(seen, named)
    if seen.type in ("date", "timestamp") and len(seen.values) * 2 > seen.filled and (years := _years(seen.values)) >= LIFETIME:
        said = f"its dates lie up to {years:.0f} years apart, as days of birth do"
        return Found(seen, named, "field", "birth_date", "possible", [said])
    share = seen.shapes.get("name", 0.0)
    if share >= MOST and len(seen.values) * 2 > seen.filled > FEW:
        return Found(seen, named, "field", "name", "possible", [f"{count(share, seen)} look like {hints().shapes['name'].en}"])
    return Found(seen, named, "nothing", UNKNOWN, "unknown", ["neither its name nor its values say what it is"])


def _years(days: pl.Series) -> float:
    """Years between the earliest and the latest, but for one in fifty at either end."""
    held = days.str.slice(0, 4).cast(pl.Int32, strict=False).drop_nulls().sort()
    return float(held[-1 - len(held) // 50] - held[len(held) // 50]) if len(held) else 0.0
