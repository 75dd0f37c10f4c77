"""The kinds of value that Polars' types hold."""

from __future__ import annotations

from typing import Final

import polars as pl

from comity.gate.kind import TEXT, Kind

WHOLE: Final[dict[type[pl.DataType], Kind]] = {
    pl.Int8: Kind("whole", 8),
    pl.Int16: Kind("whole", 16),
    pl.Int32: Kind("whole", 32),
    pl.Int64: Kind("whole", 64),
    pl.UInt8: Kind("whole", 8, signed=False),
    pl.UInt16: Kind("whole", 16, signed=False),
    pl.UInt32: Kind("whole", 32, signed=False),
    pl.UInt64: Kind("whole", 64, signed=False),
}


def kind(dtype: pl.DataType) -> Kind | None:
    """The kind of a Polars type, if it crosses at all."""
    match dtype:
        case pl.Float32():
            return Kind("real", 32)
        case pl.Float64():
            return Kind("real", 64)
        case pl.Decimal():
            return Kind("decimal", precision=dtype.precision or 38, scale=dtype.scale)
        case pl.String() | pl.Categorical() | pl.Enum():
            return TEXT
        case pl.Boolean():
            return Kind("truth")
        case pl.Date():
            return Kind("day")
        case pl.Datetime():
            return Kind("instant", unit=dtype.time_unit, zone=dtype.time_zone or "")
        case pl.Binary():
            return Kind("bytes")
        case _:
            return WHOLE.get(type(dtype))
