"""Polars: the engine for files. Both passes are streamed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, assert_never

import polars as pl
from polars_hash import CryptographicHashingNameSpace

from comity.gate.crossing import Crossing
from comity.gate.engine.engine import Asked, EngineError, Profile, profile, split
from comity.gate.engine.types import WHOLE, kind
from comity.gate.form import FURTHEST, Band, Drop, Form, Grid, Keep, Pseudonym, Truncate
from comity.gate.kind import Kind
from comity.gate.mac import DIGITS, Mac
from comity.gate.vector import trust

LEVEL: Final = 1
"""Of zstd: level 3 takes a fifth longer and makes the file three hundredths smaller; most of it is digests, which nothing makes smaller."""


@dataclass(frozen=True)
class Polars:
    """Reads Parquet files and frames, writes Parquet."""

    def of(self, rows: pl.DataFrame) -> pl.LazyFrame:
        """A few rows."""
        return rows.lazy()

    def kinds(self, source: Path | pl.LazyFrame) -> dict[str, Kind | None]:
        """The columns and their kinds. One whose name Polars reads as a pattern, and so as other columns, crosses not at all."""
        try:
            found = scan(source).collect_schema()
            return {name: None if name == "*" or (name.startswith("^") and name.endswith("$")) else kind(dtype) for name, dtype in found.items()}
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from fault

    def profile(self, source: Path | pl.LazyFrame, asked: Asked, home: bytes) -> dict[str | None, Profile]:
        """What is in a table, place by place."""
        trust(self)
        frame, place = scan(source), whose(asked.place)
        ends = [pl.col(c).drop_nans() if dtype.is_float() else pl.col(c) for c in asked.extremes for dtype in [frame.collect_schema()[c]]]
        extremes = [e.alias(f"{end} {i}") for i, c in enumerate(ends) for end, e in (("least", c.min()), ("most", c.max()))]
        unknown = pl.len() - named(asked.known).sum()
        rows = frame.group_by(place.alias("place")).agg(pl.len().alias("rows"), unknown.alias("unknown"), *extremes)
        try:
            found = rows.collect(engine="streaming")
            persons, devices = (split(None if who is None else digests(frame, asked, who, mac).collect(engine="streaming")) for who, mac in asked.macs(home))
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from fault
        return {row[0]: profile(row, asked, persons, devices) for row in found.iter_rows()}

    def masked(self, source: Path | pl.LazyFrame, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""
        return self._masked(source, crossing, mac).collect(engine="streaming")

    def _masked(self, source: Path | pl.LazyFrame, crossing: Crossing, mac: Mac) -> pl.LazyFrame:
        kinds = self.kinds(source)
        crossing.kinds(kinds)
        return scan(source).filter(passes(crossing)).select(masks(crossing, kinds, mac))

    def write(self, source: Path | pl.LazyFrame, crossing: Crossing, destination: Path, mac: Mac) -> dict[str | None, int]:
        """Writes what crosses and returns how many rows of each place."""
        trust(self)
        masked = self._masked(source, crossing, mac)
        try:
            masked.sink_parquet(destination, compression="zstd", compression_level=LEVEL, engine="streaming")
            written = pl.scan_parquet(destination)
            seen = crossing.place is not None and crossing.place in crossing.crossing and crossing.forms(crossing.place).keys() == {Keep()}
            passing = written if seen else scan(source).filter(passes(crossing))  # what was written says where it is from, unless places do not cross
            counted = dict(passing.group_by(whose(crossing.place).alias("place")).len().collect(engine="streaming").iter_rows())
            moved = written.select(pl.len()).collect().item()
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from fault
        if sum(counted.values()) != moved:
            raise EngineError("the table changed while it was read")
        return counted


def scan(source: Path | pl.LazyFrame) -> pl.LazyFrame:
    """The table, not yet read."""
    return source if isinstance(source, pl.LazyFrame) else pl.scan_parquet(source)


def whose(place: str | None) -> pl.Expr:
    """The place of a row."""
    return pl.lit(None, pl.String) if place is None else pl.col(place).cast(pl.String)


def digests(frame: pl.LazyFrame, asked: Asked, who: str, mac: Mac) -> pl.LazyFrame:
    """Of each place, the keyed digests of those in a column."""
    found = frame.filter(named(asked.known)).select(whose(asked.place).alias("place"), pl.col(who).cast(pl.String).alias("who"))
    once = (found if asked.places is None else found.filter(pl.col("place").is_in(asked.places))).unique()
    return once.select("place", digest=hmac(pl.col("who"), mac))


def named(known: tuple[str, ...]) -> pl.Expr:
    """Whether somebody is named in each of some columns."""
    return pl.all_horizontal(pl.col(c).cast(pl.String).fill_null("") != "" for c in known)


def hmac(value: pl.Expr, mac: Mac) -> pl.Expr:
    """The HMAC-SHA256 of a text, in hexadecimal digits."""
    return CryptographicHashingNameSpace(value).hmac_sha256(key=mac.digits)


def passes(crossing: Crossing) -> pl.Expr:
    """Whether a row crosses."""
    here = pl.lit(value=True) if crossing.place is None else pl.col(crossing.place).cast(pl.String).is_in(crossing.places)
    return pl.all_horizontal(here, named(crossing.known)) if crossing.known else here


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
        here = None if len(forms) == 1 else pl.col(str(crossing.place)).cast(pl.String).is_in(places)
        value = pl.col(name) if here is None else pl.when(here).then(pl.col(name))
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
            return pl.when(value.dt.year().is_between(1, 9999)).then(truncated(value, unit, kind))
        case Band(width):
            return band(value, width, kind)
    assert_never(form)


def truncated(value: pl.Expr, unit: str, kind: Kind) -> pl.Expr:
    """A day or an instant, at the first of its year or month."""
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
        return pl.when(value.is_finite()).then(real((number / all_(width, number)).floor() * width, kind))
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
