"""The self-test that an engine passes before it moves a row: a small table of what engines are known to get wrong, and what crosses of it.

Ties, nulls, negative numbers, minus nought, what is not a number, text in many scripts and lengths about the block of the hash, the first
and the last day that can be counted, a leap day, cells in which one column takes different forms, rows that name nobody, places of which some persons stay.
Expected values were computed by Python's `hmac` and exact fractions; the test of this module computes them again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import polars as pl

from comity.gate.crossing import Crossing, CrossingError
from comity.gate.engine.engine import Engine, EngineError
from comity.gate.form import Band, Drop, Form, Grid, Keep, Pseudonym, Truncate
from comity.gate.mac import Mac
from comity.ledger.digests import Digests

MAC: Final = Mac("0123456789abcdef" * 4)
HERE, THERE, ELSEWHERE = "here", "þar ör", "an'other\\"


def wall(*parts: int) -> dt.datetime:
    """A time on the wall."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 -- of no zone: that is what it is


PLACES: Final = [HERE, THERE, HERE, None, ELSEWHERE, "", "HERE", "here ", THERE, HERE, ELSEWHERE, HERE, THERE, HERE, HERE, HERE]
ROWS: Final = len(PLACES)
NAMES: Final = [*("Zoë" if row in (2, 8, 11) else "someone" for row in range(ROWS - 2)), None, ""]
INF: Final = float("inf")
TEXTS: Final = ["", "a", "o'c\\d", "x", "Zoë", "x", "x", "x", "张伟 \U0001f469\u200d⚕️", "e\u0301", "a" * 55, "b" * 56, "ж" * 32, "long " * 2_000, "x", "x"]
WHOLES: Final = [0, -1, 7, 1, -5, 1, 1, 1, 2**63 - 1, -(2**63), None, 10, -11, 4, 1, 1]
REALS: Final = [0.25, -0.05, -0.0, 1.0, 179.95, 1.0, 1.0, 1.0, 0.3, float("nan"), None, INF, 360.5, -89.99999999, 1.0, 1.0]
DECIMALS: Final = [
    None if text is None else Decimal(text)
    for text in (
        *("0.250000", "-0.050000", "0.000000", "1", "179.95", "1", "1", "1", "-0.000001", "-999.999999", None, "360.000001", "12.345678", "-360", "1", "1"),
    )
]
DAYS: Final = [
    None if text is None else dt.date.fromisoformat(text)
    for text in (
        *("2024-02-29", "0001-01-01", "9999-12-31", "2000-01-01", "1969-12-31", "2000-01-01", "2000-01-01", "2000-01-01"),
        *("1582-10-10", "1900-03-01", None, "1970-01-01", "0004-02-29", "2026-07-15", "2000-01-01", "2000-01-01"),
    )
]
INSTANTS: Final = [None if day is None else wall(day.year, day.month, day.day, 23, 59, 59, 999_999) for day in DAYS]
ZONED: Final = [None if instant is None else instant.replace(tzinfo=dt.UTC) for instant in INSTANTS]
COLUMNS: Final[dict[str, tuple[pl.DataType, list[Any], Form]]] = {
    "row": (pl.Int64(), list(range(ROWS)), Keep()),
    "place": (pl.String(), PLACES, Keep()),
    "name": (pl.String(), NAMES, Keep()),
    "text": (pl.String(), TEXTS, Pseudonym()),
    "mixed": (pl.String(), TEXTS, Pseudonym()),
    "number": (pl.Int64(), WHOLES, Pseudonym()),
    "band": (pl.Int64(), WHOLES, Band(5)),
    "grid": (pl.Float64(), REALS, Grid(10)),
    "narrow": (pl.Float32(), REALS, Grid(10)),
    "real_band": (pl.Float64(), REALS, Band(3)),
    "decimal": (pl.Decimal(9, 6), DECIMALS, Grid(10)),
    "decimal_band": (pl.Decimal(9, 6), DECIMALS, Band(7)),
    "year": (pl.Date(), DAYS, Truncate("year")),
    "month": (pl.Date(), DAYS, Truncate("month")),
    "wall": (pl.Datetime("us"), INSTANTS, Truncate("month")),
    "zoned": (pl.Datetime("us", "UTC"), ZONED, Truncate("year")),
}
"""Of each column its type, its values, and its form in the cells; `mixed` takes others beside."""
CROSSING: Final = Crossing(
    "place",
    {
        HERE: {name: form for name, (_, _, form) in COLUMNS.items()},
        THERE: {name: form for name, (_, _, form) in COLUMNS.items()} | {"mixed": Keep()},
        ELSEWHERE: {name: form for name, (_, _, form) in COLUMNS.items()} | {"mixed": Drop()},
    },
    tuple(COLUMNS),
    ("name",),
)
PART: Final = replace(
    CROSSING, few={HERE: Digests.joined([bytes.fromhex(MAC.digest("someone"))]), ELSEWHERE: Digests.joined([bytes.fromhex(MAC.digest("Zoë"))])}, people=MAC
)
"""The same, where not everybody of two of the places crosses."""
EXPECTED: Final[dict[str, list[str]]] = {
    "row": ["0", "1", "2", "4", "8", "9", "10", "11", "12", "13"],
    "place": ["here", "þar ör", "here", "an'other\\", "þar ör", "here", "an'other\\", "here", "þar ör", "here"],
    "name": ["someone", "someone", "Zoë", "someone", "Zoë", "someone", "someone", "Zoë", "someone", "someone"],
    "text": [
        "081247dc68bb7fafbf13220013a0ab71",
        "f14de1a1ad6b896859bc55307d297209",
        "13c07a0f5f4e8090a1214aad9ca00ece",
        "9ecf3c6a037deb921f57b5eb4f93abe4",
        "46960b2e645df38780f7edb096a62f59",
        "5ac0f1b18f319ec208f4953b23bd6872",
        "a3d81552f825a47b9f688340b900c922",
        "039b9761b9f13eda6ec50bf78da26177",
        "a8b20838b15184d962c97da7dd5b52ab",
        "1fd59b74837be57f80506f140b0658a8",
    ],
    "mixed": [
        "081247dc68bb7fafbf13220013a0ab71",
        "a",
        "13c07a0f5f4e8090a1214aad9ca00ece",
        "null",
        "张伟 \U0001f469\u200d⚕️",
        "5ac0f1b18f319ec208f4953b23bd6872",
        "null",
        "039b9761b9f13eda6ec50bf78da26177",
        "ж" * 32,
        "1fd59b74837be57f80506f140b0658a8",
    ],
    "number": [
        "856e90773a5f1e49fdef7530daed1d35",
        "87fe88e08495f0dde21c753a1eec0064",
        "6ffed9406e2053db8f7c20e85abb76a8",
        "25a1bb1929073cad5ddac6f18c858d70",
        "b56e7361bc40cb670c69dc1df073d977",
        "4061be118d5d3ad9941b955f16524ff1",
        "null",
        "c1c5ec90ebd07f321ec278781a6f4590",
        "4ec74104a75689d493617c0525e2fdb5",
        "7cb4ca7978a4ab663f5d501441c1036d",
    ],
    "band": ["0", "-5", "5", "-5", "9223372036854775805", "null", "null", "10", "-15", "0"],
    "grid": ["0.2", "-0.1", "0.0", "179.9", "0.3", "null", "null", "null", "null", "-90.0"],
    "narrow": ["0.20000000298023224", "-0.10000000149011612", "0.0", "179.89999389648438", "0.30000001192092896", "null", "null", "null", "null", "-90.0"],
    "real_band": ["0.0", "-3.0", "0.0", "177.0", "0.0", "null", "null", "null", "360.0", "-90.0"],
    "decimal": ["0.200000", "-0.100000", "0.000000", "179.900000", "-0.100000", "null", "null", "null", "12.300000", "-360.000000"],
    "decimal_band": ["0.000000", "-7.000000", "0.000000", "175.000000", "-7.000000", "null", "null", "357.000000", "7.000000", "-364.000000"],
    "year": ["2024-01-01", "0001-01-01", "9999-01-01", "1969-01-01", "1582-01-01", "1900-01-01", "null", "1970-01-01", "0004-01-01", "2026-01-01"],
    "month": ["2024-02-01", "0001-01-01", "9999-12-01", "1969-12-01", "1582-10-01", "1900-03-01", "null", "1970-01-01", "0004-02-01", "2026-07-01"],
    "wall": [
        "2024-02-01T00:00:00",
        "0001-01-01T00:00:00",
        "9999-12-01T00:00:00",
        "1969-12-01T00:00:00",
        "1582-10-01T00:00:00",
        "1900-03-01T00:00:00",
        "null",
        "1970-01-01T00:00:00",
        "0004-02-01T00:00:00",
        "2026-07-01T00:00:00",
    ],
    "zoned": [
        "2024-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+00:00",
        "9999-01-01T00:00:00+00:00",
        "1969-01-01T00:00:00+00:00",
        "1582-01-01T00:00:00+00:00",
        "1900-01-01T00:00:00+00:00",
        "null",
        "1970-01-01T00:00:00+00:00",
        "0004-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00+00:00",
    ],
}
"""What crosses of each column, in the order of `row`, as `told` tells it."""
PARTLY: Final = [0, 1, 4, 5, 8, 9]
"""Which of those rows cross in part."""


def told(value: object) -> str:
    """A value as text in which equal values, and minus nought from nought, can be told apart."""
    return "null" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def trust(engine: Engine[Any]) -> None:
    """Returns if the engine gives every mask its meaning; called before a row moves.

    Raises:
        EngineError: it does not, or cannot take the test.
    """
    table = pl.DataFrame({name: pl.Series(values, dtype=dtype) for name, (dtype, values, _) in COLUMNS.items()})
    _hold(engine.masked(engine.of(table), CROSSING, MAC), range(len(EXPECTED["row"])))
    with suppress(CrossingError):  # it moves places whole, and says so
        _hold(engine.masked(engine.of(table), PART, MAC), PARTLY)


def _hold(found: pl.DataFrame, rows: Sequence[int]) -> None:
    """Raises EngineError unless these of the expected rows are what is found."""
    if found.columns != list(COLUMNS):
        raise EngineError(f"the engine failed its self-test: columns {', '.join(found.columns)}")
    found = found.sort("row")
    wrong = [name for name, expected in EXPECTED.items() if list(map(told, found[name].to_list())) != [expected[row] for row in rows]]
    wrong += [name for name, (dtype, _, form) in COLUMNS.items() if found.schema[name] != (pl.String if isinstance(form, Pseudonym) else dtype)]
    if wrong:
        raise EngineError(f"the engine failed its self-test, so it moves nothing: {', '.join(wrong)}")
