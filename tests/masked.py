"""What crosses, row by row, the slow way: the judge of every engine."""

from __future__ import annotations

import datetime as dt
import hmac
import math
import struct
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from comity.gate.crossing import Crossing
from comity.gate.form import Band, Drop, Form, Grid, Keep, Pseudonym, Truncate
from comity.gate.kind import Kind

Row = tuple[Any, ...]


def crossed(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, Kind], crossing: Crossing, digits: str) -> list[Row]:
    """The rows that cross, in their order, as they cross."""
    found = []
    for row in rows:
        place = None if crossing.place is None else row[crossing.place]
        if crossing.place is not None and (place is None or str(place) not in crossing.cells):
            continue
        if any(row[c] is None or row[c] == "" for c in crossing.known) or not crossing.cells:
            continue
        cell = crossing.cells[None if place is None else str(place)]
        found.append(tuple(value(row[c], c, cell[c], kinds[c], crossing, digits) for c in crossing.columns if leaves(c, crossing)))
    return found


def leaves(column: str, crossing: Crossing) -> bool:
    return any(cell[column] != Drop() for cell in crossing.cells.values())


def value(of: Any, column: str, form: Form, kind: Kind, crossing: Crossing, digits: str) -> Any:
    crosses = masked(of, form, kind, digits)
    as_text = any(cell[column] == Pseudonym() for cell in crossing.cells.values())
    return str(crosses) if as_text and crosses is not None else crosses


def masked(of: Any, form: Form, kind: Kind, digits: str) -> Any:
    """One value in one form."""
    if of is None or form == Drop():
        return None
    match form:
        case Pseudonym():
            return hmac.new(digits.encode(), str(of).encode("utf-8"), "sha256").hexdigest()[:32]
        case Grid(k):
            if isinstance(of, Decimal):
                return exact(Fraction(math.floor(Fraction(of) * k), k), kind) if abs(of) <= 360 else None
            return single(math.floor(of * k) / k, kind) if math.isfinite(of) and abs(of) <= 360 else None
        case Truncate(unit):
            first = of.replace(day=1, month=of.month if unit == "month" else 1)
            return first.replace(hour=0, minute=0, second=0, microsecond=0) if isinstance(of, dt.datetime) else first
        case Band(w):
            if isinstance(of, Decimal):
                return exact(Fraction(math.floor(Fraction(of) / w) * w), kind)
            if isinstance(of, float):
                return single(float(math.floor(of / w)) * w, kind) if abs(of) <= 1.79e308 else None
            return down if (down := of // w * w) >= kind.least else None
    assert form == Keep()
    return of


def exact(number: Fraction, kind: Kind) -> Decimal | None:
    whole = number * 10**kind.scale
    assert whole.denominator == 1
    digits = tuple(map(int, str(abs(whole.numerator))))
    return Decimal((whole < 0, digits, -kind.scale)) if abs(whole) < 10**kind.precision else None


def single(number: float, kind: Kind) -> float:
    return struct.unpack("f", struct.pack("f", number))[0] if kind.bits == 32 else number
