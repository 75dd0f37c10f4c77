"""Random tables and crossings, full of what engines get wrong."""

import datetime as dt
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st
from masked import crossed

from comity.gate.crossing import Crossing, names
from comity.gate.engine.types import kind
from comity.gate.form import Band, Drop, Grid, Keep, Pseudonym, Truncate, accepts
from comity.gate.mac import Mac
from comity.gate.vector import told, wall

MAC = Mac.pseudonyms(b"a key that stays at home", "somebody abroad")
PLACES = ["AA", "BB", "cc", "AA ", "Ö'x\\", ""]
FORMS = st.one_of(
    st.sampled_from([Keep(), Keep(), Drop(), Pseudonym(), Pseudonym(), Truncate("year"), Truncate("month")]),
    st.builds(Grid, st.sampled_from([1, 2, 3, 4, 5, 7, 10, 60, 100, 1000, 10**6])),
    st.builds(Band, st.sampled_from([1, 2, 3, 5, 7, 10, 100, 1000, 10**6, 2**31 - 1])),
)
ODD = ["", " ", "'", "\\", "x" * 300, "e\u0301", "é", "İ", "ß", "\u202e", "\U0001f469\u200d", "\t\r\n", "null", "NaN", "%", "$1", "{}", "007", "1e5"]
WHOLES = {pl.Int16(): 16, pl.Int32(): 32, pl.Int64(): 64}
DECIMALS = {pl.Decimal(9, 6): (9, 6), pl.Decimal(4, 1): (4, 1), pl.Decimal(18, 2): (18, 2), pl.Decimal(37, 9): (37, 9)}
NUMBERS = [0.0, -0.0, 0.1, 1.0, -1.0, 360.0, -360.0, 360.5, 2.0**24 + 2, float("nan"), float("inf"), float("-inf")]
LARGE, SMALL = [1.7976931348623157e308, 1e300, 2**53 + 2.0, 360.00000000000006], [5e-324, 2.2250738585072014e-308, 1e-300]
SINGLE = [3.4028234663852886e38, 1.401298464324817e-45, 1.1754943508222875e-38]
DAYS = [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1582, 10, 10), dt.date(2024, 2, 29), dt.date(1900, 2, 28), dt.date(1969, 12, 31), dt.date(4, 2, 29)]
TIMES = [wall(day.year, day.month, day.day, *clock) for day in DAYS for clock in ((0,), (23, 59, 59, 999_999))]


def decimal(whole, scale):
    return Decimal((whole < 0, tuple(map(int, str(abs(whole)))), -scale))


EDGES = {
    **{dtype: [-(2 ** (bits - 1)), 1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1, 0, 1, -1, -7] for dtype, bits in WHOLES.items()},
    pl.Float32(): [*NUMBERS, *(sign * x for x in SINGLE for sign in (1, -1))],
    pl.Float64(): [*NUMBERS, *(sign * x for x in (*LARGE, *SMALL, *SINGLE) for sign in (1, -1))],
    **{dtype: [decimal(sign * n, s) for n in (0, 1, 10**s, 360 * 10**s, 10**p - 1) for sign in (1, -1) if n < 10**p] for dtype, (p, s) in DECIMALS.items()},
    pl.String(): ODD,
    pl.Boolean(): [True, False],
    pl.Date(): DAYS,
    pl.Datetime("us"): TIMES,
    pl.Datetime("us", "UTC"): [at.replace(tzinfo=dt.UTC) for at in TIMES],
}
"""Where engines are known to differ, or to end."""
TIES = st.builds(lambda n, k: n / k, st.integers(-4000, 4000), st.sampled_from([1, 2, 4, 10, 20, 100, 1000]))


def decimals(precision, scale):
    most, near = 10**precision - 1, min(10**precision - 1, 400 * 10**scale)
    return (st.integers(-most, most) | st.integers(-near, near)).map(lambda n: decimal(n, scale))


ANY = {
    **{dtype: st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) | st.integers(-100, 100) for dtype, bits in WHOLES.items()},
    pl.Float32(): TIES.filter(lambda x: abs(x) < 3e38) | st.floats(width=32),
    pl.Float64(): TIES | st.floats(-400, 400) | st.floats(),
    **{dtype: decimals(p, s) for dtype, (p, s) in DECIMALS.items()},
    pl.String(): st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80),
    pl.Boolean(): st.booleans(),
    pl.Date(): st.dates(),
    pl.Datetime("us"): st.datetimes(),
    pl.Datetime("us", "UTC"): st.datetimes().map(lambda t: t.replace(tzinfo=dt.UTC)),
}
VALUES = {dtype: values | st.sampled_from(EDGES[dtype]) for dtype, values in ANY.items()}
"""Types that every engine has, and values of them."""


def edge(form):
    """A table of the edges of all types that can cross in a form, and the crossing in which they do."""
    found = {str(dtype): (dtype, values) for dtype, values in EDGES.items() if accepts(form, kind(dtype))}
    rows = max(len(values) for _, values in found.values()) + 1
    columns = {name: pl.Series([*values, *[None] * (rows - len(values))], dtype=dtype, strict=dtype != pl.Float32()) for name, (dtype, values) in found.items()}
    crossing = Crossing(None, {None: {"row": Keep(), **dict.fromkeys(found, form)}}, ("row", *found))
    return pl.DataFrame({"row": range(rows), **columns}), crossing


@st.composite
def tables(draw):
    """A table with a row number, a place, and some columns."""
    dtypes = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=5))
    rows = draw(st.integers(0, 12))
    columns = {
        "row": pl.Series(range(rows), dtype=pl.Int64()),
        "where it is": pl.Series([draw(st.sampled_from([*PLACES, None])) for _ in range(rows)], dtype=pl.String()),
    }
    for number, dtype in enumerate(dtypes):
        values = [draw(st.none() | VALUES[dtype]) for _ in range(rows)]
        columns[f'c"{number}'] = pl.Series(values, dtype=dtype, strict=dtype != pl.Float32())
    return pl.DataFrame(columns)


@st.composite
def crossings(draw, table):
    """A crossing that this table can take."""
    kinds = {name: kind(dtype) for name, dtype in table.schema.items()}
    placed = draw(st.booleans())
    cells = {place: {"row": Keep()} for place in (draw(st.sets(st.sampled_from([*PLACES, "nowhere"]), min_size=1)) if placed else [None])}
    for name in table.columns[1:]:
        fits = [form for form in draw(st.lists(FORMS, min_size=1, max_size=3)) if accepts(form, kinds[name])] or [Keep(), Drop()]
        if any(form == Pseudonym() for form in fits):
            fits = [form for form in fits if form in {Keep(), Drop(), Pseudonym()}]
        for forms in cells.values():
            forms[name] = draw(st.sampled_from(fits))
    known = tuple(draw(st.sets(st.sampled_from([name for name in table.columns if names(kinds[name])]), max_size=1)))
    return Crossing("where it is" if placed else None, cells, tuple(table.columns), known)


def right(engine, table, crossing):
    """The engine lets through what the judge lets through, and nothing else."""
    kinds = {name: kind(dtype) for name, dtype in table.schema.items()}
    expected = crossed(table.to_dicts(), kinds, crossing, MAC.digits)
    found = engine.masked(engine.of(table), crossing, MAC)
    assert tuple(found.columns) == crossing.crossing
    rows = [tuple(map(told, row)) for row in found.rows()]
    assert sorted(rows) == sorted(tuple(map(told, row)) for row in expected)
    assert {name: kind(dtype) for name, dtype in found.schema.items()} == crossing.kinds(kinds)
