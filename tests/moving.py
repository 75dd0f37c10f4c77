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
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80) | st.sampled_from(["", " ", "'", "\\", "x" * 300])
TIES = st.builds(lambda n, k: n / k, st.integers(-4000, 4000), st.sampled_from([1, 2, 4, 10, 20, 100, 1000]))
REAL = TIES | st.floats(-400, 400) | st.floats()
DATES = st.dates() | st.sampled_from([dt.date.min, dt.date.max, dt.date(1582, 10, 10), dt.date(2024, 2, 29)])
TIMES = st.datetimes() | st.sampled_from([wall(1, 1, 1), wall(9999, 12, 31, 23, 59, 59, 999_999), wall(1969, 12, 31, 23, 59, 59, 999_999)])


def decimals(precision, scale):
    most = 10**precision - 1
    whole = st.integers(-most, most) | st.integers(-min(most, 400 * 10**scale), min(most, 400 * 10**scale)) | st.sampled_from([most, -most, 0])
    return whole.map(lambda n: Decimal((n < 0, tuple(map(int, str(abs(n)))), -scale)))


def wholes(bits):
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) | st.sampled_from([-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 0, -1]) | st.integers(-100, 100)


VALUES = {
    pl.Int16(): wholes(16),
    pl.Int32(): wholes(32),
    pl.Int64(): wholes(64),
    pl.Float32(): TIES.filter(lambda x: abs(x) < 3e38) | st.floats(width=32),
    pl.Float64(): REAL,
    pl.Decimal(9, 6): decimals(9, 6),
    pl.Decimal(4, 1): decimals(4, 1),
    pl.Decimal(18, 2): decimals(18, 2),
    pl.Decimal(37, 9): decimals(37, 9),
    pl.String(): TEXT,
    pl.Boolean(): st.booleans(),
    pl.Date(): DATES,
    pl.Datetime("us"): TIMES,
    pl.Datetime("us", "UTC"): TIMES.map(lambda t: t.replace(tzinfo=dt.UTC)),
}
"""Types that every engine has, and values of them."""


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
