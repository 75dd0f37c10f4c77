"""What a table's columns are, with reasons that a person can read; a person confirms, and until then nothing moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as kept
from typing import Final, Literal

import pyarrow as pa

from comity.gate.propose import name as names
from comity.gate.propose import where, who
from comity.gate.propose.evidence import Confidence, Found, weigh
from comity.gate.propose.hints import NONE, TYPES, UNKNOWN, hints
from comity.gate.propose.sample import ROWS, Seen, see, take, unseen

Says = Literal["person", "device", "place", "latitude", ""]
KEY: Final = ("pseudonym", "drop")
NEEDS: Final[Mapping[str, Sequence[str]]] = {
    "pseudonym": ("text", "integer"),
    "year": ("date", "timestamp"),
    "month": ("date", "timestamp"),
    "grid": ("float",),
    "band": ("integer", "float"),
}
"""The types of column that can take a form; the others any can."""
LONG: Final = 120
"""Characters of a name that are shown inside a sentence."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one column is taken to be. It holds no value of a person: `codes` has names of territories as they are written, and their places.

    `field`: a code of asset.fields.kind, `none` (about nobody) or `unknown` (stays home until a person says). `forms`: in which it may cross,
    the preferred first. `says`: it is the column by which persons or devices are counted, or that says where the person is;
    or the latitude by which the width of a grid's cells is measured.
    """

    column: str
    field: str
    forms: tuple[str, ...]
    confidence: Confidence
    reasons: tuple[str, ...]
    says: Says = ""
    codes: Mapping[str, str] = kept(default_factory=dict)


def propose(source: pa.Table | pa.RecordBatchReader | pa.Schema, table: str = "", rows: int = ROWS) -> list[Proposal]:
    """A proposal for each column of a source, in its order. Of a table or stream at most so many rows are looked at; of a schema names only.

    Args:
        source: what is to cross.
        table: its name, which tells what a row is about.
        rows: how many rows to look at.
    """
    seen = [unseen(f.name, f.type) for f in source] if isinstance(source, pa.Schema) else see(take(source, rows))
    territories = where.columns(seen)
    places = sorted({place for at in territories for place in at.places.values()})[:5]
    found = [weigh(one, names.read(one.column), places) for one in seen]
    listed, things = names.about(table)
    for one in found:
        if things and one.means == "field" and one.named.bare and one.named.word in hints().fields[one.code].of_things:
            one.means, one.code, one.confidence = "nobody", "general", "likely"
            one.reasons = [*one.reasons[:1], "of a thing, as the table's name says"]
    return _together(found, territories, listed, table)


def _together(found: Sequence[Found], territories: Sequence[where.Where], listed: int | None, table: str) -> list[Proposal]:
    """The columns seen side by side: what is about nobody by itself tells something of the person whom its row is about."""
    topic = names.topic(table)
    persons = listed is not None or bool(topic) or any(one.personal or one.identifies for one in found)
    counted = who.person(found, listed) if persons else None
    by_device = who.device(found) if persons else ""
    other = {one.seen.column for one in found if one.means == "field" and one.code not in hints().not_only_persons}  # such as a nationality
    at = where.best([one for one in territories if one.column not in other]) if persons else None
    proposed = []
    for one in found:
        made = _column(one, persons=persons, topic=topic)
        for territory in territories:
            if territory.column == made.column:
                made = _territory(made, territory, chosen=territory is at)
        if counted and made.column == counted.column:
            made = _counted(made, counted)
        elif made.column == by_device:
            made = replace(made, says="device", reasons=(*made.reasons, "it tells one device from another"))
        proposed.append(made)
    return list(_paired(proposed, [one.seen for one in found]))


def _column(one: Found, *, persons: bool, topic: str) -> Proposal:
    column, confidence, reasons = one.seen.column, one.confidence, tuple(one.reasons)
    if topic and one.means in ("nobody", "nothing"):
        said = f"the table's name says that its rows are about {hints().fields[topic].en}"
        return Proposal(column, topic, _fit(hints().fields[topic].forms, one.seen), "possible" if one.means == "nothing" else "likely", (*reasons, said))
    match one.means:
        case "nobody":
            if not persons:
                return Proposal(column, NONE, ("keep",), confidence, (*reasons, "no column says whom the rows are about"))
            forms = hints().fields[one.code].forms
            return Proposal(column, one.code, _fit(forms, one.seen), confidence, (*reasons, "about nobody by itself; its row is about a person"))
        case "person" | "key" | "row":
            if persons:
                reasons = reasons if one.means == "person" else (*reasons, "a key in a row about a person")
                return Proposal(column, "general", _fit(KEY, one.seen), confidence, reasons)
            if one.named.sure:
                return Proposal(column, NONE, ("keep",), confidence, (*reasons, "a key, and no column says whom the rows are about"))
            return Proposal(column, UNKNOWN, ("drop",), "unknown", (*reasons, "but not of whom or what"))
        case "field":
            return Proposal(column, one.code, _fit(hints().fields[one.code].forms, one.seen), confidence, reasons)
        case "nothing":
            return Proposal(column, UNKNOWN, ("drop",), confidence, reasons)


def _fit(forms: Iterable[str], seen: Seen) -> tuple[str, ...]:
    """The forms that a column of this type can take: a date has a year, a number a band, and text or a whole number a pseudonym."""
    return tuple(form for form in forms if seen.type in NEEDS.get(form.partition(" ")[0], TYPES))


def _territory(made: Proposal, at: where.Where, *, chosen: bool) -> Proposal:
    if made.field == UNKNOWN:
        fit = ("keep", "drop")
        made = replace(made, field="rough_location", forms=fit, confidence="likely", reasons=())
    reasons = (*made.reasons, at.reason)
    if chosen:
        confidence: Confidence = made.confidence if not at.places else "clear" if at.named else "likely"
        left = ("rows with the others stay home until each has its place",) if at.unread else ()
        return replace(made, says="place", codes=at.places, confidence=confidence, reasons=(*reasons, "it says where the person is", *left))
    if at.rank is None:
        reasons = (*reasons, "not where the person is now")
    return replace(made, reasons=reasons)


def _counted(made: Proposal, counted: who.Who) -> Proposal:
    reasons = (*made.reasons, *(reason for reason in counted.reasons if reason not in made.reasons))
    if counted.others:
        named = ", ".join(shown(column) for column in counted.others)
        reasons = (*reasons, f"who is named only in {named} is not counted by it")
    made = replace(made, says="person", reasons=reasons)
    return replace(made, field="general") if made.field == NONE else made


def _paired(proposed: Sequence[Proposal], seen: Sequence[Seen]) -> Iterator[Proposal]:
    """Two columns that are a latitude and a longitude say so of each other, and how precise they are."""
    found = list(where.pairs(seen))
    first = found[0] if found else None
    halves = {half: (pair, other) for pair in found for half, other in ((pair.latitude, pair.longitude), (pair.longitude, pair.latitude))}
    for made in proposed:
        if made.column not in halves:
            yield made
            continue
        pair, other = halves[made.column]
        said = f"a pair with {shown(other)}" + (f"; the last digit is worth {_metres(pair.metres)}" if pair.metres else "")
        confidence: Confidence = made.confidence if pair.metres is None else "clear"
        chosen: Says = "latitude" if made.column == pair.latitude and pair is first and not made.says else made.says
        yield replace(made, confidence=confidence, says=chosen, reasons=(*made.reasons, said))


def _metres(metres: float) -> str:
    if metres < 1:
        return "less than a metre"
    return f"{metres / 1000:,.0f} km" if metres >= 1000 else f"{metres:,.0f} m"


def shown(column: str) -> str:
    """A column's name inside a sentence: on one line, whatever stands in it."""
    return repr(column[:LONG]) if not column.isprintable() or len(column) > LONG else f"'{column}'"
