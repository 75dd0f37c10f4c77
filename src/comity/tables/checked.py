"""What is wrong with a table: columns that are no facts, words that are none, numbers out of bounds; each noted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from comity.facts.place import PLACE
from comity.facts.table import Table
from comity.facts.value import MAX
from comity.facts.vocabulary import SETS, Fact
from comity.files.parse import CODE, meant
from comity.tables.arrow import ArrowTable, targets
from comity.text.source import Mistakes, Place, nearest

SHOWN: Final = 10
"""As many wrong words of one column as anyone reads."""
UNCARRIED: Final = ("participants",)
"""Facts that need a world file: they multiply a movement in ways that no table says."""


@dataclass
class Checked:
    """The mistakes of one table, each noted once, by file and column; a large table may be given in parts."""

    file: str
    facts: Mapping[str, Fact]
    kinds: Mapping[str, Table]
    mistakes: Mistakes
    own: ArrowTable | None = None
    of: ArrowTable | None = None
    movements: bool = False
    rows: int = 0
    _seen: dict[str, set[str]] = field(default_factory=dict)
    _shape: bool = False

    def table(self, data: pa.Table) -> None:
        """Notes the mistakes of a table, or of one more part of it."""
        self.rows += data.num_rows
        for number, (name, column) in enumerate(zip(data.column_names, data.columns, strict=True), 1):
            self._column(name, column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column, Place(self.file, 1, number))
        if not self._shape:
            self._shape = True
            for needed in ("of",) if self.of is not None else ("id",) if self.own is not None else ():
                if needed not in data.column_names:
                    self.mistakes.add(
                        Place(self.file, 1, 1), f"there is no column '{needed}'", "each row names its record" if self.of else "each record has a name"
                    )
            if (
                self.of is not None
                and "share" in data.column_names
                and "of" in data.column_names
                and fits(data.schema.field("share").type, self.facts["share"])
            ):
                of, _ = targets(data.column("of").combine_chunks(), self.of, data.num_rows)
                self._shares(of, data.column("share").combine_chunks(), Place(self.file, 1, data.column_names.index("share") + 1))

    def _column(self, name: str, column: pa.Array, place: Place) -> None:
        base = name.removesuffix(".from").removesuffix(".to") if name not in self.facts else name
        if name == "id" and self.of is None:
            self._names(column, place)
        elif name == "of" and self.of is not None:
            self._link(name, column, self.of, place)
        elif name in ("about", "note", "source") and name not in self.facts:
            return
        elif self.movements and name in ("parts", "from", "until", *UNCARRIED):
            self._note(name, "", place, f"a table of movements carries no '{name}'", "describe such movements in a world file")
        elif base not in self.facts or (base != name and self.facts[base].type not in ("number", "date")):
            self._note(name, "", place, f"there is no fact '{name}'", nearest(base, self.facts))
        elif not fits(column.type, self.facts[base]):
            self._note(name, "", place, f"the column '{name}' holds {_plain(column.type)}, and '{base}' takes {_takes(self.facts[base])}")
        else:
            self._cells(name, self.facts[base], column, place)

    def _note(self, name: str, word: str, place: Place, message: str, hint: str = "") -> None:
        seen = self._seen.setdefault(f"mistakes of {name}", set())
        if word not in seen and len(seen) < SHOWN:
            seen.add(word)
            self.mistakes.add(place, message, hint)

    def _names(self, column: pa.Array, place: Place) -> None:
        if not (text(column.type) or pa.types.is_integer(column.type)):
            self._note("id", "", place, f"the column 'id' holds {column.type}, and a name is text")
        elif column.null_count:
            self._note("id", "null", place, "a record has no name")
        elif not self.movements:
            counted = pc.value_counts(column)
            for twice in counted.filter(pc.greater(counted.field("counts"), 1)).field("values").to_pylist()[:SHOWN]:
                self._note("id", str(twice), place, f"'{twice}' is given twice")

    def _cells(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        match fact.type:
            case "bool":
                return
            case "number" | "date":
                self._numbers(name, fact, column, place)
            case "rows":
                self._rows(name, fact, column, place)
            case "link" | "links":
                values = column.flatten() if fact.type == "links" else column
                target = self.kinds[fact.to]
                if self.movements or fact.to != "movement":
                    self._link(name, values, target, place)
            case _:
                self._words(name, fact, column.flatten() if fact.type in SETS else column, place)

    def _fresh(self, name: str, column: pa.Array) -> list[str]:
        """The words of a column that were not met before."""
        words = column.dictionary if pa.types.is_dictionary(column.type) else pc.unique(column)
        seen = self._seen.setdefault(name, set())
        fresh = {str(w) for w in words.to_pylist() if w is not None} - seen
        seen |= fresh
        return sorted(fresh)

    def _words(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        for cell in self._fresh(name, column):
            for word in (part.strip() for part in cell.split("|")) if fact.type not in SETS else (cell,):
                if word in ("unknown", "none", "...") or (fact.domain is not None and word in fact.domain):
                    continue
                if among := fact.instead(word):
                    self._note(name, word, place, f"'{word}' is not a word for '{fact.name}'", meant(word, among))
                elif fact.type in ("place", "places") and not PLACE.fullmatch(word):
                    self._note(name, word, place, f"'{word}' is not a place", "write an ISO 3166 code such as XX or XX-AB, or a group's name")
                elif not CODE.fullmatch(word):
                    self._note(name, word, place, f"'{word}' is not a word for '{fact.name}'", "a word has no spaces, commas or brackets")

    def _link(self, name: str, column: pa.Array, target: Table, place: Place) -> None:
        if pa.types.is_integer(column.type):
            span = pc.min_max(column).as_py()
            if span["min"] is not None and (span["min"] < 0 or span["max"] >= target.n):
                self._note(name, "", place, f"'{name}' names row {span['min'] if span['min'] < 0 else span['max']}, and there are {target.n}")
            return
        where = target.where if isinstance(target, ArrowTable) else set(getattr(target, "ids", ()))
        for cell in self._fresh(name, column):
            for word in (part.strip() for part in cell.split("|")):
                if word not in where and word not in ("none", "unknown", "..."):
                    self._note(name, word, place, f"there is no {target.kind} '{word}'", nearest(word, list(where)[:10_000]))

    def _rows(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        inner = column.flatten()
        if not pa.types.is_struct(inner.type):
            first = next(iter(fact.columns.values()))
            if fits(inner.type, first):
                self._cells(f"{name}.{first.name}", first, inner, place)
            else:
                self._note(name, "", place, f"the rows of '{name}' hold {inner.type}, and '{first.name}' takes {_takes(first)}")
            return
        for part, values in zip(inner.type, inner.flatten(), strict=True):
            base = part.name.removesuffix(".from").removesuffix(".to")
            if base not in fact.columns:
                self._note(name, part.name, place, f"a row of '{name}' has no '{part.name}'", nearest(base, fact.columns))
            elif not fits(part.type, fact.columns[base]):
                self._note(name, part.name, place, f"'{name}.{part.name}' holds {part.type}, and '{base}' takes {_takes(fact.columns[base])}")
            else:
                self._cells(f"{name}.{part.name}", fact.columns[base], values, place)
        if fact.name == "owners" and "share" in [f.name for f in inner.type]:
            lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0))
            self._shares(np.repeat(np.arange(len(column)), lengths), pc.struct_field(inner, "share"), place)

    def _numbers(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        span = pc.min_max(column.filter(pc.is_finite(column)) if pa.types.is_floating(column.type) else column).as_py()
        if pa.types.is_floating(column.type) and pc.any(pc.invert(pc.is_finite(column))).as_py():
            self._note(name, "finite", place, f"'{name}' holds what is no number")
        if span["min"] is None:
            return
        if fact.unit == "%" and (span["min"] < 0 or span["max"] > 100):
            wrong = span["min"] if span["min"] < 0 else span["max"]
            self._note(name, "%", place, f"'{wrong}' is not a share between 0% and 100%")
        if fact.type == "number" and float(max(abs(span["min"]), abs(span["max"]))) / float(fact.quantum) > MAX:
            self._note(name, "large", place, f"'{span['max']}' is larger than this fact can hold")

    def _shares(self, of: np.ndarray, shares: pa.Array, place: Place) -> None:
        table = self.own or self.of
        assert table is not None
        held = np.bincount(of, weights=np.maximum(np.asarray(pc.fill_null(pc.cast(shares, pa.float64()), 0.0)), 0))
        for record in np.flatnonzero(held[: table.n] > 100 + 1e-6).tolist()[:SHOWN]:
            owner = table.ids[record]
            self._note("shares", owner, place, f"the shares of the owners of '{owner}' add up to {held[record]:g}%, above 100%")


def fits(type_: pa.DataType, fact: Fact) -> bool:
    """Can a column of this type hold this fact?"""
    if pa.types.is_null(type_):
        return True
    plain = _plain(type_)
    match fact.type:
        case "bool":
            return bool(pa.types.is_boolean(type_))
        case "number":
            return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))
        case "date":
            return bool(pa.types.is_date(type_) or pa.types.is_timestamp(type_))
        case "codes" | "places" | "links":
            return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_)) and (text(type_.value_type) or pa.types.is_null(type_.value_type))
        case "rows":
            return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_))
        case "link":
            return text(plain) or bool(pa.types.is_integer(type_))
        case _:
            return text(plain)


def _plain(type_: pa.DataType) -> pa.DataType:
    """A type as its writer knows it: how words are numbered is no one's business."""
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def text(type_: pa.DataType) -> bool:
    """Does a column of this type hold words?"""
    plain = _plain(type_)
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _takes(fact: Fact) -> str:
    plain = {"bool": "truths", "number": "numbers", "date": "days", "link": "names or row numbers", "rows": "lists of rows"}
    return plain.get(fact.type, "lists of words" if fact.type in SETS else "words")


def first_line(fault: Exception) -> str:
    """What a fault of a library says, in brief."""
    return (str(fault).strip().splitlines() or ["?"])[0][:200].rstrip(".")
