"""Spark, or what speaks Spark Connect: tables that lie on many machines. Nothing of ours runs there; it is asked in its own expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Final, assert_never

import polars as pl
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from comity.gate.crossing import Crossing
from comity.gate.engine.engine import Asked, EngineError, People, Profile, people, profile
from comity.gate.engine.types import kind as of_polars
from comity.gate.form import FURTHEST, HIGHEST, ROOM, Band, Drop, Form, Grid, Keep, Pseudonym, Truncate
from comity.gate.kind import TEXT, Kind
from comity.gate.mac import DIGITS, Mac
from comity.gate.vector import trust

TYPES: Final = {
    Kind("whole", 8): t.ByteType(),
    Kind("whole", 16): t.ShortType(),
    Kind("whole", 32): t.IntegerType(),
    Kind("whole", 64): t.LongType(),
    Kind("real", 32): t.FloatType(),
    Kind("real", 64): t.DoubleType(),
    TEXT: t.StringType(),
    Kind("truth"): t.BooleanType(),
    Kind("day"): t.DateType(),
    Kind("instant", unit="us"): t.TimestampNTZType(),
    Kind("instant", unit="us", zone="UTC"): t.TimestampType(),
    Kind("bytes"): t.BinaryType(),
}
PATTERN: Final = "*?[]{},\\"
"""What makes a path a pattern, to Hadoop's file systems and to those who follow them."""


@dataclass(frozen=True)
class Spark:
    """Reads frames of a session: a table, a file or a query of Spark's.

    Keys come in as literals of an expression, never in the text of a statement; yet Spark shows literals where it shows plans.
    """

    session: SparkSession

    def of(self, rows: pl.DataFrame) -> DataFrame:
        """A few rows."""
        found = [(name, kind) for name, dtype in rows.schema.items() if (kind := of_polars(dtype)) is not None]
        with self._asking():
            return self.session.createDataFrame(rows.rows(), t.StructType([t.StructField(name, of(kind)) for name, kind in found]))

    def file(self, path: Path) -> DataFrame:
        """A Parquet file, or a folder of them, where the engine's machines see that path.

        Raises:
            EngineError: engines of this kind would read the path as a pattern, and so perhaps other files.
        """
        plain = one(path)
        with self._asking():
            return self.session.read.parquet(plain)

    def kinds(self, source: DataFrame) -> dict[str, Kind | None]:
        """The columns and their kinds."""
        with self._asking():
            return {field.name: kind(field.dataType) for field in source.schema.fields}

    def profile(self, source: DataFrame, asked: Asked) -> dict[str | None, Profile]:
        """What is in a table, place by place."""
        with self._asking():
            ends = [end(column(c)) for c in asked.extremes for end in (ends_of(self.kinds(source)[c], f.min), ends_of(self.kinds(source)[c], f.max))]
            counts = [f.count(f.lit(1)), f.count(f.lit(1)) - f.count(f.when(named(asked.known), 1))]
            rows = source.groupBy(place(asked.place).alias("place")).agg(*counts, *ends).collect()
        return {row[0]: profile(row, asked) for row in rows}

    def persons(self, source: DataFrame, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places."""
        trust(self)
        with self._asking():
            return people(asked, places, home, lambda who, mac: digests(source, asked, places, who, mac))

    def masked(self, source: DataFrame, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""
        masked = self._masked(source, crossing, mac)
        with self._asking():
            return pl.DataFrame(masked.toArrow())

    def _masked(self, source: DataFrame, crossing: Crossing, mac: Mac) -> DataFrame:
        kinds = self.kinds(source)
        crossing.kinds(kinds)
        found = [(name, kind) for name in crossing.crossing if (kind := kinds[name]) is not None]
        with self._asking():
            return source.where(passes(crossing)).select(*[crossed(name, crossing, kind, mac).alias(name) for name, kind in found])

    def write(self, source: DataFrame, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses as a folder of Parquet files, where the engine's machines see that path, and returns how many rows that were."""
        trust(self)
        masked, there = self._masked(source, crossing, mac), one(destination)
        with self._asking():
            masked.write.mode("error").option("compression", "zstd").parquet(there)
            return int(self.file(destination).count())

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Asks in UTC. A fault is told by its kind only: its message may hold a value of the table, and a key."""
        try:
            self.session.conf.set("spark.sql.session.timeZone", "UTC")
            yield
        except PySparkException as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from None


def one(path: Path) -> str:
    """The path of a file or folder that can be no pattern, and so no other files."""
    if odd := sorted(set(str(path)) & set(PATTERN)):
        raise EngineError(f"the path has '{odd[0]}' in it, which the engine reads as a pattern of paths")
    return str(path)


def kind(dtype: t.DataType) -> Kind | None:
    """The kind of a type of Spark, if it crosses at all: not text that is compared by a collation, by which another place may be equal."""
    if isinstance(dtype, t.DecimalType):
        return Kind("decimal", precision=dtype.precision, scale=dtype.scale)
    return next((kind for kind, known in TYPES.items() if known == dtype), None)


def of(kind: Kind) -> t.DataType:
    """The type of a kind of value."""
    return t.DecimalType(kind.precision, kind.scale) if kind.word == "decimal" else TYPES[kind]


def column(name: str) -> Column:
    """A column by its name, whatever is in it."""
    return f.col("`" + name.replace("`", "``") + "`")


def place(name: str | None) -> Column:
    """The place of a row."""
    return f.lit(None).cast("string") if name is None else column(name).cast("string")


def passes(crossing: Crossing) -> Column:
    """Whether a row crosses."""
    crossing.whole()
    test = f.lit(True) if crossing.place is None else place(crossing.place).isin(crossing.places)
    for name in crossing.known:
        test = test & (column(name).cast("string") != "")
    return test


def named(known: tuple[str, ...]) -> Column:
    """Whether somebody is named in each of some columns."""
    return reduce(and_, (column(c).cast("string") != "" for c in known))


def digests(source: DataFrame, asked: Asked, places: Sequence[str | None], who: str, mac: Mac) -> pl.DataFrame:
    """Of each of some places, the keyed digests of those in a column."""
    found = source.where(named(asked.known)).select(place(asked.place).alias("place"), column(who).cast("string").alias("who"))
    once = (found if asked.place is None else found.where(f.col("place").isin(list(places)))).distinct()
    return pl.DataFrame(once.select("place", digest(f.col("who"), mac).alias("digest")).toArrow())


def ends_of(kind: Kind | None, end: Callable[[Column], Column]) -> Callable[[Column], Column]:
    """The least or greatest of a column; what is not a number is no end."""
    real = kind is not None and kind.word == "real"
    return lambda value: end(f.when(~f.isnan(value), value)) if real else end(value)


def crossed(name: str, crossing: Crossing, kind: Kind, mac: Mac) -> Column:
    """A column in the form of each row's cell."""
    forms = crossing.forms(name)
    text = kind.word == "text" or any(isinstance(form, Pseudonym) for form in forms)
    value = column(name).cast("string") if text else column(name)
    if len(forms) == 1:
        return mask(value, next(iter(forms)), kind, mac)
    whole: Column | None = None
    for form, places in forms.items():
        if not isinstance(form, Drop):
            here, made = place(crossing.place).isin(places), mask(value, form, kind, mac)
            whole = f.when(here, made) if whole is None else whole.when(here, made)
    assert whole is not None
    return whole


def mask(value: Column, form: Form, kind: Kind, mac: Mac) -> Column:
    """A value in a form."""
    match form:
        case Keep():
            return value
        case Drop():
            return f.lit(None)
        case Pseudonym():
            return digest(value, mac)
        case Grid(per_degree):
            return f.when(value.between(-FURTHEST, FURTHEST), grid(value, per_degree, kind))
        case Truncate(unit):
            first = f.make_date(f.year(value), f.month(value) if unit == "month" else f.lit(1), f.lit(1))
            return f.when(f.year(value).between(1, 9999), first.cast(of(kind)))
        case Band(width):
            return band(value, width, kind)
    assert_never(form)


def digest(text: Column, mac: Mac) -> Column:
    """The first 128 bits of HMAC (RFC 2104) of the SHA-256 there is, in hexadecimal digits."""
    inner, outer = (f.lit(bytearray(pad)) for pad in mac.pads)
    return f.substring(f.sha2(f.concat(outer, f.unhex(f.sha2(f.concat(inner, f.encode(text, "UTF-8")), 256))), 256), 1, DIGITS)


def grid(value: Column, per_degree: int, kind: Kind) -> Column:
    """A coordinate on a grid."""
    if kind.word == "decimal":
        return value if per_degree % 10**kind.scale == 0 else down(value, Decimal(1) / per_degree, kind)
    each = f.lit(float(per_degree))
    return real(floor(value.cast("double") * each) / each, kind)


def band(value: Column, width: int, kind: Kind) -> Column:
    """A number in a band."""
    if kind.word == "decimal":
        return down(value, Decimal(width), kind)
    if kind.word == "real":
        return f.when(f.abs(value.cast("double")) <= f.lit(HIGHEST), real(floor(value.cast("double") / f.lit(float(width))) * f.lit(float(width)), kind))
    lowest, whole = -(-kind.least // width) * width, value.cast("long")
    return f.when(whole >= lowest, (whole - (whole % width + width) % width).cast(of(kind)))


def floor(value: Column) -> Column:
    """The whole number below, still a double: that of Spark is a long, and too short."""
    part = value % f.lit(1.0)
    return value - part - f.when(part < 0, f.lit(1.0)).otherwise(f.lit(0.0))


def real(line: Column, kind: Kind) -> Column:
    """A number without minus nought, in its type."""
    return f.when(line == 0, f.lit(0.0)).otherwise(line).cast(of(kind))


def down(value: Column, width: Decimal, kind: Kind) -> Column:
    """A decimal, down to a multiple; null if that has too many digits for its type. One digit more, and Spark would round to make room."""
    wide = t.DecimalType(ROOM, kind.scale)
    step = f.lit(width).cast(wide)
    over = value.cast(wide) % step
    line = value.cast(wide) - f.when(over < 0, (over + step).cast(wide)).otherwise(over.cast(wide))
    return f.when(line > f.lit(Decimal(-(10 ** (kind.precision - kind.scale)))).cast(t.DecimalType(38, 0)), line.cast(of(kind)))
