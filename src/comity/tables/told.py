"""Legs told as a table: a column a fact, by its path, a row a leg; what is null, or no column, is unknown. No world stands behind them.

A value is read as a point decision reads it, once however many rows hold it; then all rows are judged together, as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from comity.facts.table import Choices, Codes, Column, Ints, Numbers, Truths
from comity.facts.tables import Tables
from comity.facts.value import Interval, Value
from comity.flat.names import terms
from comity.law.condition import Path, Term
from comity.point.intake import Intake
from comity.tables import narrow
from comity.tables.checked import SHOWN, first_line, text
from comity.tables.numbered import numbered
from comity.text.source import MAX_MISTAKES, Mistakes, Place
from comity.verdict.decide import outcomes
from comity.verdict.frame import Frame
from comity.verdict.kernels import constant
from comity.verdict.plan import Plan
from comity.verdict.scale import Columns

Given: TypeAlias = Callable[[str, Any], Any]
"""From the name of a fact and a plain value to what `Intake` takes. Raises ValueError."""
STEP: Final = 2**14
"""Legs that are judged together: what is worked out for them is held until they are."""


@dataclass(eq=False)
class ToldColumns(Columns):
    """Columns of legs of which every fact that a test reads is told by its term, and none is found by way of records."""

    told: Mapping[Term, Column] = field(default_factory=dict)

    def _fact(self, term: Term, frame: Frame) -> Codes:  # noqa: ARG002 -- all legs, in every frame
        found = self.told[term]
        assert isinstance(found, Truths)
        return found.codes

    def _number(self, term: Term, frame: Frame) -> Numbers:  # noqa: ARG002
        found = constant(term) if isinstance(term, int) else self.told[term]
        assert isinstance(found, Numbers)
        return found

    def _chosen(self, path: Path, frame: Frame) -> tuple[Choices, Ints]:  # noqa: ARG002
        found = self.told[path]
        assert isinstance(found, Choices)
        return found, found.ids


class Told:
    """The law of a plan, for tables of legs."""

    def __init__(self, plan: Plan, intake: Intake, given: Given) -> None:
        self._plan, self._intake, self._given = plan, intake, given
        self._terms = {intake.names.of[term]: term for leaf in intake.names.leaves for term in terms(leaf)}
        self._silent = {term: _column([intake.readers[name](None)], np.zeros(1, dtype=np.int64)) for name, term in self._terms.items()}

    def judged(self, data: pa.Table, file: str) -> dict[str, Ints]:
        """The worst and the best that all laws together leave of each leg, and each law by itself (`us.dsp.worst`). Raises SourceError with every mistake."""
        columns = self._read(data, file)
        found: dict[str, list[Ints]] = {}
        for start in range(0, max(data.num_rows, 1), STEP):
            rows = slice(start, min(start + STEP, data.num_rows))
            n = rows.stop - start
            told: dict[Term, Column] = {term: _part(columns[term], rows) if term in columns else _spread(silent, n) for term, silent in self._silent.items()}
            spans = outcomes(ToldColumns(Tables({}, self._plan.places), told=told), Frame(n, {}, {}), self._plan)
            together = tuple(np.min([span[end] for span in spans.values()], axis=0) for end in (0, 1))
            for name, span in {"": together, **{f"{regime}.": span for regime, span in spans.items()}}.items():
                found.setdefault(f"{name}worst", []).append(span[0])
                found.setdefault(f"{name}best", []).append(span[1])
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def _read(self, data: pa.Table, file: str) -> dict[Term, Column]:
        """The columns of those facts that law reads."""
        mistakes, found, seen = Mistakes(), dict[Term, Column](), set[str]()
        strange = dict(self._intake.strange(data.column_names))
        for number, (name, column) in enumerate(zip(data.column_names, data.columns, strict=True), 1):
            place = Place(file, 1, number)
            if name in seen:
                mistakes.add(place, f"the column '{name}' is there twice")
            elif name in strange:
                mistakes.add(place, strange[name])
            elif not plain(column.type):
                mistakes.add(place, f"the column '{name}' holds {column.type}", "write truths, numbers, days, words, lists of words, or structs of these")
            elif name in self._terms and len(mistakes.found) < MAX_MISTAKES:
                found[self._terms[name]] = self._column(name, column.combine_chunks(), place, mistakes)
            seen.add(name)
        mistakes.settle()
        return found

    def _column(self, name: str, array: pa.Array, place: Place, mistakes: Mistakes) -> Column:
        """The column of a fact; of each value that it cannot have the first row is noted."""
        try:
            ids, values = distinct(array)
        except (OverflowError, pa.ArrowException) as fault:  # a day that no calendar has
            mistakes.add(place, f"the column '{name}' cannot be read: {first_line(fault)}")
            ids, values = np.zeros(len(array), dtype=np.int64), [None]
        first = np.full(len(values), -1)
        first[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)
        read, wrong = self._intake.readers[name], 0
        meant = [read(None)] * (len(values) + 1)  # one more: there may be none
        for at in np.flatnonzero(first >= 0).tolist():
            try:
                meant[at] = read(self._given(name, values[at]))
            except ValueError as fault:
                row, wrong = int(first[at]) + 1, wrong + 1
                mistakes.add(Place(place.file, row, place.column), f"in row {row}: {fault}")
                if wrong == SHOWN:
                    break
        return _column(meant, ids)


def _column(meant: Sequence[Value], ids: Ints) -> Column:
    """The column whose rows hold these values by number."""
    match meant[0]:
        case int():
            return Truths(np.array(meant, dtype=np.uint8)[ids])
        case Interval():
            lo, hi = np.array(meant, dtype=np.int64).T
            return Numbers(lo[ids], hi[ids])
        case _:
            return narrow.choices(ids, meant)  # type: ignore[arg-type]  # of one fact all are of one kind


def _part(column: Column, rows: slice) -> Column:
    """Some rows of a column."""
    match column:
        case Truths(codes):
            return Truths(codes[rows])
        case Numbers(lo, hi):
            return Numbers(lo[rows], hi[rows])
        case Choices(ids, values):
            return Choices(ids[rows], values)


def _spread(column: Column, n: int) -> Column:
    """A column of one row as one of so many, in no more room."""
    match column:
        case Truths(codes):
            return Truths(np.broadcast_to(codes, n))
        case Numbers(lo, hi):
            return Numbers(np.broadcast_to(lo, n), np.broadcast_to(hi, n))
        case Choices(ids, values):
            return Choices(np.broadcast_to(ids, n), values)


def plain(type_: pa.DataType) -> bool:
    """Can a column of this type be told as plain values, each no larger than what was sent?"""
    if pa.types.is_struct(type_):
        return all(plain(field.type) for field in type_)
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return text(type_.value_type) or pa.types.is_null(type_.value_type)
    one = type_.value_type if pa.types.is_dictionary(type_) else type_
    kinds = (pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date)
    return text(one) or any(is_kind(one) for is_kind in kinds) or (pa.types.is_timestamp(one) and one.tz is None)


def distinct(array: pa.Array) -> tuple[Ints, list[Any]]:
    """For each row the number of its value, and the values as plain ones; null is nothing."""
    type_ = array.type
    if pa.types.is_struct(type_):
        parts = [distinct(part) for part in array.flatten()]
        first, ids = numbered([np.asarray(array.is_valid()).astype(np.int64), *(numbers for numbers, _ in parts)], len(array))
        there = array.is_valid().take(pa.array(first)).to_pylist()
        told = [{field.name: values[numbers[row]] for field, (numbers, values) in zip(type_, parts, strict=True)} for row in first.tolist()]
        return ids, [one if is_there else None for one, is_there in zip(told, there, strict=True)]
    if (pa.types.is_list(type_) or pa.types.is_large_list(type_)) and pa.types.is_null(type_.value_type):  # may be of any length, and takes no room
        lengths = pc.fill_null(pc.min_element_wise(pc.list_value_length(array), 1, skip_nulls=False), 2)
        return np.asarray(lengths).astype(np.int64), [[], [None], None]
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        numbers, words = distinct(array.flatten())
        ends = np.cumsum(np.asarray(pc.fill_null(pc.list_value_length(array), 0))).tolist()
        keys = [numbers[a:b].tobytes() if is_there else None for a, b, is_there in zip([0, *ends], ends, array.is_valid().to_pylist(), strict=False)]
        known: dict[bytes | None, int] = {}
        ids = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)
        return ids, [None if key is None else [words[at] for at in np.frombuffer(key, dtype=numbers.dtype)] for key in known]
    if pa.types.is_timestamp(type_):
        array = pc.cast(array, pa.date32(), safe=False)
    encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    values = encoded.dictionary.to_pylist()
    return np.asarray(pc.fill_null(pc.cast(encoded.indices, pa.int64()), len(values))), [*values, None]
