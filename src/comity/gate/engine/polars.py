"""Polars: the engine for files. Both passes are streamed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Final, assert_never

import polars as pl
from polars import selectors
from polars_hash import CryptographicHashingNameSpace

from comity.gate.crossing import Crossing, CrossingError
from comity.gate.engine.engine import Asked, EngineError, People, Profile, people, profile
from comity.gate.engine.types import WHOLE, kind
from comity.gate.form import FURTHEST, HIGHEST, Band, Drop, Form, Grid, Keep, Pseudonym, Truncate
from comity.gate.heap import let_go
from comity.gate.kind import Kind
from comity.gate.mac import DIGITS, Mac
from comity.gate.progress import Passed, unheard
from comity.gate.vector import trust

AT_ONCE: Final = 2_000_000
"""Rows of which persons are told apart together, where there are three times as many or more: they take some 200 MB."""
CHUNK: Final = 2**15
"""Rows that a thread masks together: of three times as many, which Polars would take, as much more lies about at once."""
LEVEL: Final = 1
"""Of zstd: level 3 takes a fifth longer and makes the file three hundredths smaller; most of it is digests, which nothing makes smaller."""
os.environ.setdefault("POLARS_ROW_GROUP_PREFETCH_SIZE", str(max(1, int(os.environ.get("POLARS_MAX_THREADS") or os.cpu_count() or 1) // 2)))
# Row groups read and unpacked ahead. Polars takes 16 or more, however long each is: then a reader that is faster than the disk fills the memory.
# Polars itself is not asked for its threads: it would start them, and whoever forks after that waits for ever for threads that are not there.


@dataclass(frozen=True)
class Polars:
    """Reads Parquet files and frames, writes Parquet. `passed`: is told of rows in which persons were told apart, and of those that were masked."""

    name = "polars"
    passed: Passed = field(default=unheard, kw_only=True, repr=False)

    def of(self, rows: pl.DataFrame) -> pl.LazyFrame:
        """A few rows."""
        return rows.lazy()

    def kinds(self, source: Path | pl.LazyFrame) -> dict[str, Kind | None]:
        """The columns and their kinds."""
        try:
            return {name: kind(dtype) for name, dtype in scan(source).collect_schema().items()}
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from None

    def profile(self, source: Path | pl.LazyFrame, asked: Asked) -> dict[str | None, Profile]:
        """What is in a table, place by place."""
        frame, place = scan(source), whose(asked.place)
        ends = [col(c).drop_nans() if dtype.is_float() else col(c) for c in asked.extremes for dtype in [frame.collect_schema()[c]]]
        extremes = [e.alias(f"{end} {i}") for i, c in enumerate(ends) for end, e in (("least", c.min()), ("most", c.max()))]
        unknown = pl.len() - named(asked.known).sum()
        rows = frame.group_by(place.alias("place")).agg(pl.len().alias("rows"), unknown.alias("unknown"), *extremes)
        try:
            return {row[0]: profile(row, asked) for row in rows.collect(engine="streaming").iter_rows()}
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from None

    def persons(self, source: Path | pl.LazyFrame, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places."""
        trust(self)
        try:
            found = (_people(piece, asked, places, home) for piece in self._each(scan(source)))
            return reduce(lambda known, more: {place: known[place] | more[place] for place in places}, found)
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from None

    def _each(self, frame: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
        """The parts of a table; its rows are counted when the next is asked for."""
        for piece, rows in pieces(frame):
            yield piece
            self.passed(rows)

    def parts(self, source: Path | pl.LazyFrame, crossing: Crossing) -> dict[str | None, int]:
        """How many rows cross of each place of which not everybody does."""
        trust(self)
        rows = scan(source).filter(passes(crossing)).group_by(whose(crossing.place).alias("place")).agg(pl.len())
        try:
            found = dict(rows.collect(engine="streaming").iter_rows())
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from None
        return {place: found.get(place, 0) for place in crossing.few}

    def masked(self, source: Path | pl.LazyFrame, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""
        return self._masked(source, crossing, mac).collect(engine="streaming")

    def _masked(self, source: Path | pl.LazyFrame, crossing: Crossing, mac: Mac) -> pl.LazyFrame:
        kinds = self.kinds(source)
        crossing.kinds(kinds)
        return scan(source).filter(passes(crossing)).select(masks(crossing, kinds, mac))

    def write(self, source: Path | pl.LazyFrame, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses and returns how many rows that were."""
        trust(self)
        let_go()  # of what telling persons apart left behind
        masked = self._masked(source, crossing, mac).map_batches(self._counted, streamable=True, validate_output_schema=False)
        try:
            with pl.Config(streaming_chunk_size=CHUNK):
                masked.sink_parquet(destination.absolute(), compression="zstd", compression_level=LEVEL, engine="streaming")
            return int(scan(destination).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from None

    def _counted(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Some rows on their way, as they are."""
        self.passed(len(rows))
        return rows


def scan(source: Path | pl.LazyFrame) -> pl.LazyFrame:
    """The table, not yet read: the file of that name, and no other that the name would find as a pattern; nothing but what is in it."""
    return source if isinstance(source, pl.LazyFrame) else pl.scan_parquet(source.absolute(), glob=False, hive_partitioning=False)


def pieces(frame: pl.LazyFrame) -> Iterator[tuple[pl.LazyFrame, int]]:
    """The table in parts of like size, and the rows of each: to tell persons apart takes memory for all rows that are looked at together."""
    rows = int(frame.select(pl.len()).collect(engine="streaming").item())
    if rows < 3 * AT_ONCE:
        yield frame, rows  # a slice would keep the filter from being pushed down
        return
    number = rows // AT_ONCE
    for part in range(number):
        first, end = rows * part // number, rows * (part + 1) // number
        yield frame.slice(first, end - first), end - first


def col(name: str) -> pl.Expr:
    """The column of that name: `pl.col` reads `*` and `^a.*$` as patterns, and so as other columns."""
    return selectors.by_name(name).as_expr()


def whose(place: str | None) -> pl.Expr:
    """The place of a row."""
    return pl.lit(None, pl.String) if place is None else col(place).cast(pl.String)


def _people(frame: pl.LazyFrame, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
    return people(asked, places, home, lambda who, mac: digests(frame, asked, places, who, mac).collect(engine="streaming"))


def digests(frame: pl.LazyFrame, asked: Asked, places: Sequence[str | None], who: str, mac: Mac) -> pl.LazyFrame:
    """Of each of some places, the keyed digests of those in a column."""
    here = pl.lit(value=True) if asked.place is None else whose(asked.place).is_in(places)
    place = whose(asked.place).cast(pl.Enum([place for place in places if place is not None]))  # a number, which is told apart sooner than text
    once = frame.filter(named(asked.known), here).select(place.alias("place"), col(who).cast(pl.String).alias("who")).unique()
    return once.select("place", digest=hmac(pl.col("who"), mac))


def named(known: tuple[str, ...]) -> pl.Expr:
    """Whether somebody is named in each of some columns."""
    return pl.all_horizontal(col(c).cast(pl.String).fill_null("") != "" for c in known)


def hmac(value: pl.Expr, mac: Mac) -> pl.Expr:
    """The HMAC-SHA256 of a text, in hexadecimal digits."""
    return CryptographicHashingNameSpace(value).hmac_sha256(key=mac.digits)


def passes(crossing: Crossing) -> pl.Expr:
    """Whether a row crosses."""
    here = pl.lit(value=True) if crossing.place is None else col(crossing.place).cast(pl.String).is_in(crossing.places)
    tests = [here, *([named(crossing.known)] if crossing.known else ()), *([chosen(crossing)] if crossing.few else ())]
    return pl.all_horizontal(tests)


def chosen(crossing: Crossing) -> pl.Expr:
    """Whether a row is about somebody who crosses, where not everybody of its place does.

    Raises:
        CrossingError: it is not said by which digests they are known.
    """
    if crossing.people is None:
        raise CrossingError(["some persons of a place stay at home, and the key that tells who they are was not given"])
    there, who = whose(crossing.place), hmac(col(crossing.known[0]).cast(pl.String), crossing.people).str.slice(0, DIGITS)
    found = pl.lit(value=True)
    for place, persons in crossing.few.items():
        digits = persons.data.hex()
        here = who.is_in([digits[at : at + DIGITS] for at in range(0, len(digits), DIGITS)])
        found = here if place is None else pl.when(there == place).then(here).otherwise(found)
    return found


def masks(crossing: Crossing, kinds: Mapping[str, Kind | None], mac: Mac) -> list[pl.Expr]:
    """The columns of the output."""
    return [column(name, crossing, kind, mac).alias(name) for name in crossing.crossing if (kind := kinds[name]) is not None]


def column(name: str, crossing: Crossing, kind: Kind, mac: Mac) -> pl.Expr:
    """A column in the form of each row's cell; a form works only on the rows of its own cells."""
    forms = crossing.forms(name)
    text = any(isinstance(form, Pseudonym) for form in forms)
    whole: pl.Expr | None = None
    for form, places in forms.items():
        if isinstance(form, Drop):
            continue
        here = None if len(forms) == 1 else col(str(crossing.place)).cast(pl.String).is_in(places)
        value = col(name) if here is None else pl.when(here).then(col(name))
        made = mask(value.cast(pl.String) if text or kind.word == "text" else value, form, kind, mac)
        whole = made if whole is None else pl.coalesce(whole, made)
    assert whole is not None
    return whole


def mask(value: pl.Expr, form: Form, kind: Kind, mac: Mac) -> pl.Expr:
    """A value in a form."""
    match form:
        case Keep():
            return value
        case Drop():
            return pl.lit(None)
        case Pseudonym():
            return hmac(value, mac).str.slice(0, DIGITS)
        case Grid(per_degree):
            return grid(value, per_degree, kind)
        case Truncate(unit):
            return first(value, unit) if kind.word == "day" else pl.when(value.dt.year().is_between(1, 9999)).then(truncated(value, unit, kind))
        case Band(width):
            return band(value, width, kind)
    assert_never(form)


def first(day: pl.Expr, unit: str) -> pl.Expr:
    """A day, at the first of its year or month: counted back from its number, which takes a third of the time of truncating it."""
    later = (day.dt.ordinal_day() if unit == "year" else day.dt.day()).cast(pl.Int32) - 1
    return pl.when(day.is_between(dt.date.min, dt.date.max)).then((day.cast(pl.Int32) - later).cast(pl.Date))


def truncated(value: pl.Expr, unit: str, kind: Kind) -> pl.Expr:
    """An instant, at the first of its year or month."""
    every = "1y" if unit == "year" else "1mo"
    if not kind.zone:
        return value.dt.truncate(every)
    return value.dt.convert_time_zone("UTC").dt.truncate(every).dt.convert_time_zone(kind.zone)


def grid(value: pl.Expr, per_degree: int, kind: Kind) -> pl.Expr:
    """A coordinate on a grid."""
    inside = value.is_between(-FURTHEST, FURTHEST)
    if kind.word == "decimal":
        if per_degree % 10**kind.scale == 0:
            return pl.when(inside).then(value)
        return pl.when(inside).then(down(value, Decimal(1) / per_degree, kind))
    line = (value.cast(pl.Float64) * per_degree).floor()
    return pl.when(inside).then(real(line / all_(per_degree, line), kind))


def band(value: pl.Expr, width: int, kind: Kind) -> pl.Expr:
    """A number in a band."""
    if kind.word == "decimal":
        return down(value, Decimal(width), kind)
    if kind.word == "real":
        number = value.cast(pl.Float64)
        return pl.when(number.is_between(-HIGHEST, HIGHEST)).then(real((number / all_(width, number)).floor() * width, kind))
    lowest, wide = -(-kind.least // width) * width, value.cast(pl.Int64) if kind.signed else value.cast(pl.UInt64)
    dtype = next(dtype for dtype, known in WHOLE.items() if known == kind)
    return pl.when(value >= lowest).then(wide // width * width).cast(dtype)


def all_(number: int, like: pl.Expr) -> pl.Expr:
    """A number in every row. By a literal Polars does not divide: it multiplies by the reciprocal, which is another number in a third of all cases."""
    return like * 0.0 + number


def real(line: pl.Expr, kind: Kind) -> pl.Expr:
    """A number without minus nought, in its type."""
    plain = pl.when(line == 0).then(0.0).otherwise(line)
    return plain.cast(pl.Float32) if kind.bits == 32 else plain


def down(value: pl.Expr, width: Decimal, kind: Kind) -> pl.Expr:
    """A decimal, down to a multiple; null if that has too many digits for its type."""
    return (value - value % width).cast(pl.Decimal(kind.precision, kind.scale), strict=False)
