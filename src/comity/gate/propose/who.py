"""Which column of a table says who: the one by which persons are counted; and which says by what device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.gate.propose.evidence import Found
from comity.gate.propose.hints import hints

FILLED: Final = 0.5
"""Half the rows name a person, or the column is no key of persons."""


@dataclass(frozen=True, slots=True)
class Who:
    """The column of persons, why, and the columns of other persons whom it does not count."""

    column: str
    reasons: tuple[str, ...]
    others: tuple[str, ...] = ()


def person(found: Sequence[Found], listed: int | None) -> Who | None:
    """Who the rows are about; `listed`: whose table it is by its name."""
    keys = [f for f in found if f.means == "person" and _steady(f)]
    rows = [f for f in found if f.means == "row" and _steady(f) and (f.seen.type in ("text", "integer") or not f.seen.rows)]
    own = sorted((f for f in keys if f.named.rank == listed), key=_order)
    rest = [f for f in keys if f not in own]
    chosen: Found | None = None
    said = ""
    if listed is not None and own and _unique(own[0]):
        chosen, said = own[0], "the table is named after these persons"
    elif listed is not None and rows and _unique(rows[0]):
        chosen, said = rows[0], "the table lists persons, and this is the key of its rows"
    elif keys:
        chosen = min(own or rest, key=_order)
        said = f"'{chosen.named.word}' is a person, and this tells one from another"
    elif rows and rows[0].seen.rows and _unique(rows[0]) and any(f.identifies for f in found):
        chosen, said = rows[0], f"the rows hold {_held(found)}, and this is their key"
    else:
        codes = hints().stands_for
        fields = [f for f in found if f.means == "field" and f.code in codes and f.identifies and _steady(f)]
        if fields:
            chosen = min(fields, key=lambda f: codes.index(f.code))
            said = f"no key of persons is there, and {hints().fields[chosen.code].en} tells one from another"
    if chosen is None:
        return None
    others = tuple(f.seen.column for f in keys if f is not chosen)
    return Who(chosen.seen.column, (said, *_distinct(chosen)), others)


def device(found: Sequence[Found]) -> str:
    """The column that tells one device from another, or nothing."""
    order = [code for code, field in hints().fields.items() if field.device]
    fields = [f for f in found if f.means == "field" and f.code in order and f.confidence != "possible" and _steady(f)]
    return min(fields, key=lambda f: order.index(f.code)).seen.column if fields else ""


def _order(found: Found) -> tuple[int, bool]:
    return found.named.rank, not found.named.sure


def _steady(found: Found) -> bool:
    """It is filled in most rows and tells several apart; of an empty sample nothing is said against it."""
    seen = found.seen
    return not seen.rows or (seen.filled >= FILLED * seen.rows and (len(seen.values) > 1 or seen.rows == 1))


def _unique(found: Found) -> bool:
    return len(found.seen.values) == found.seen.rows


def _distinct(found: Found) -> tuple[str, ...]:
    seen = found.seen
    return (f"{len(seen.values):,} distinct values in {seen.rows:,} rows",) if seen.rows else ()


def _held(found: Sequence[Found]) -> str:
    said = dict.fromkeys(hints().fields[f.code].en for f in found if f.means == "field" and f.identifies)
    return " and ".join(list(said)[:2])
