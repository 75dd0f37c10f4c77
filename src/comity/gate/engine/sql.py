# ruff: noqa: S608 -- every name and text goes through `quoted` and `literal`
"""Masks as SQL, for engines that speak it: what a dialect says in its own way, it says in a class of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, assert_never

import polars as pl

from comity.gate.crossing import Crossing
from comity.gate.engine.engine import Asked
from comity.gate.engine.types import kind as of_polars
from comity.gate.form import FURTHEST, HIGHEST, Band, Drop, Form, Grid, Keep, Pseudonym, Truncate
from comity.gate.kind import Kind
from comity.gate.statement import literal, quoted

FIRST_YEAR, LAST_YEAR = 1, 9999
ALL: Final = "TRUE"
LEAST: Final = 5e-324
"""The least number above nought."""


class Dialect(ABC):
    """What an engine says in its own way. Keys are no part of any text: each dialect has them come in as values."""

    text: str
    """The type of text."""
    whole: str
    """A type of whole numbers wide enough for all that a column can hold."""

    decimal: str
    """The type of decimals."""
    types: Mapping[Kind, str]
    """The types of all other kinds of value."""

    def type(self, kind: Kind) -> str:
        """The type of a kind of value."""
        return f"{self.decimal}({kind.precision}, {kind.scale})" if kind.word == "decimal" else self.types[kind]

    @abstractmethod
    def digest(self, text: str) -> str:
        """The first 128 bits of the keyed digest of a text, in hexadecimal digits."""

    @abstractmethod
    def year(self, value: str, kind: Kind) -> str:
        """The year of a day or an instant."""

    @abstractmethod
    def first(self, value: str, unit: str, kind: Kind) -> str:
        """A day or an instant, back to the first of its year or month."""

    def rows(self, rows: pl.DataFrame) -> str:
        """A query that finds a few rows, each value written as text and read as its type."""
        types = [self.type(kind) for dtype in rows.dtypes if (kind := of_polars(dtype)) is not None]
        told = [", ".join("NULL" if v is None else literal(str(v)) for v in row) for row in rows.iter_rows()]
        columns = ", ".join(f"CAST({quoted(c)} AS {dtype}) AS {quoted(c)}" for c, dtype in zip(rows.columns, types, strict=True))
        values = "), (".join(told) if told else ", ".join(["NULL"] * rows.width)
        return f"SELECT {columns} FROM (VALUES ({values})) AS told({', '.join(map(quoted, rows.columns))}) WHERE {bool(told)}"

    def place(self, column: str | None) -> str:
        """The place of a row."""
        return f"CAST(NULL AS {self.text})" if column is None else self.of(quoted(column))

    def of(self, value: str) -> str:
        """A value as text that is equal where its bytes are, whatever the collation of the column or the database."""
        return f'CAST({value} AS {self.text}) COLLATE "C"'

    def profile(self, asked: Asked, kinds: Mapping[str, Kind | None]) -> str:
        """The place, rows, rows without a person, and the ends of each column asked for; what is not a number is no end."""
        found = [self.place(asked.place), "count(*)", f"count(*) - count(CASE WHEN {self.named(asked.known)} THEN 1 END)"]
        for column in asked.extremes:
            kind, value = kinds[column], quoted(column)
            numbers = f" FILTER (WHERE {value} <> CAST('NaN' AS {self.type(kind)}))" if kind is not None and kind.word == "real" else ""
            found += [f"min({value}){numbers}", f"max({value}){numbers}"]
        return ", ".join(found)

    def once(self, query: str, asked: Asked, places: Sequence[str | None], who: str) -> str:
        """A query for those in a column of another, each once a place."""
        place = self.place(asked.place)
        here = ALL if asked.place is None else among(place, [one for one in places if one is not None])
        return f"SELECT DISTINCT {place} AS place, {self.of(quoted(who))} AS who FROM {query} AS source WHERE {self.named(asked.known)} AND {here}"

    def named(self, known: tuple[str, ...]) -> str:
        """Whether somebody is named in each of some columns."""
        return " AND ".join(f"{self.of(quoted(c))} <> ''" for c in known)

    def passes(self, crossing: Crossing) -> str:
        """Whether a row crosses."""
        crossing.whole()
        tests = [self.named(crossing.known)] if crossing.known else []
        if crossing.place is not None:
            tests.append(among(self.place(crossing.place), crossing.places))
        return " AND ".join(tests) or ALL

    def masks(self, crossing: Crossing, kinds: Mapping[str, Kind | None]) -> str:
        """The columns of the output, separated by commas."""
        found = [(column, kind) for column in crossing.crossing if (kind := kinds[column]) is not None]
        return ", ".join(f"{self.column(column, crossing, kind)} AS {quoted(column)}" for column, kind in found)

    def column(self, column: str, crossing: Crossing, kind: Kind) -> str:
        """A column in the form of each row's cell."""
        forms = crossing.forms(column)
        as_text = kind.word == "text" or any(isinstance(form, Pseudonym) for form in forms)
        value = f"CAST({quoted(column)} AS {self.text})" if as_text else quoted(column)
        if len(forms) == 1:
            return self.mask(value, next(iter(forms)), kind)
        cells = [(places, form) for form, places in forms.items() if not isinstance(form, Drop)]
        told = [f"WHEN {among(self.place(crossing.place), [p for p in places if p is not None])} THEN {self.mask(value, form, kind)}" for places, form in cells]
        return f"CASE {' '.join(told)} END"

    def mask(self, value: str, form: Form, kind: Kind) -> str:
        """A value in a form."""
        match form:
            case Keep():
                return value
            case Drop():
                return "NULL"
            case Pseudonym():
                return self.digest(value)
            case Grid(per_degree):
                line = value if kind.word == "decimal" and per_degree % 10**kind.scale == 0 else self.grid(value, per_degree, kind)
                return f"CASE WHEN {value} BETWEEN {-FURTHEST} AND {FURTHEST} THEN {line} END"
            case Truncate(unit):
                known = f"{self.year(value, kind)} BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
                return f"CASE WHEN {known} THEN {self.first(value, unit, kind)} END"
            case Band(width):
                return self.band(value, width, kind)
        assert_never(form)

    def grid(self, value: str, per_degree: int, kind: Kind) -> str:
        """A coordinate on a grid."""
        if kind.word == "decimal":
            return self.down(value, Decimal(1) / per_degree, kind)
        double = self.type(Kind("real", 64))
        each = f"CAST({per_degree} AS {double})"
        return self.real(f"floor(CAST({value} AS {double}) * {each}) / {each}", kind)

    def band(self, value: str, width: int, kind: Kind) -> str:
        """A number in a band."""
        if kind.word == "decimal":
            return self.down(value, Decimal(width), kind)
        if kind.word == "real":
            double = self.type(Kind("real", 64))
            number, wide = f"CAST({value} AS {double})", f"CAST({width} AS {double})"
            nought = f"CAST('{width // 2 * LEAST}' AS {double})"  # divided, it and what is less come to nought: PostgreSQL calls that a fault
            line = self.real(f"CASE WHEN {number} BETWEEN -{nought} AND {nought} THEN 0 ELSE floor({number} / {wide}) * {wide} END", kind)
            most = f"CAST('{HIGHEST}' AS {double})"
            return f"CASE WHEN {number} BETWEEN -{most} AND {most} THEN {line} END"
        lowest, whole = -(-kind.least // width) * width, f"CAST({value} AS {self.whole})"
        return f"CASE WHEN {value} >= {lowest} THEN CAST({whole} - ({whole} % {width} + {width}) % {width} AS {self.type(kind)}) END"

    def real(self, value: str, kind: Kind) -> str:
        """A number without minus nought, in its type."""
        return f"CAST(CASE WHEN {value} = 0 THEN 0 ELSE {value} END AS {self.type(kind)})"

    def down(self, value: str, width: Decimal, kind: Kind) -> str:
        """A decimal, down to a multiple; null if that has too many digits for its type."""
        wide, zero = self.type(replace(kind, precision=38)), self.type(Kind("decimal", precision=38))
        high, step, low = f"CAST({value} AS {wide})", f"CAST({width} AS {wide})", f"-CAST({10 ** (kind.precision - kind.scale)} AS {zero})"
        over = f"{high} % {step}"
        line = f"({high} - CASE WHEN {over} < 0 THEN {over} + {step} ELSE {over} END)"
        return f"CASE WHEN {line} > {low} THEN CAST({line} AS {self.type(kind)}) END"


def among(value: str, places: list[str]) -> str:
    """Whether a text is one of some."""
    return f"{value} IN ({', '.join(map(literal, places))})" if places else "FALSE"
