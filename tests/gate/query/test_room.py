"""Behind the closed list there is a second wall: whatever runs in the room reaches nothing, and what stays home is not in it."""

from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml
from visits import offer, table

from comity.gate.query.room import Room

HOSTILE = [sql for sql, _ in yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text(encoding="utf-8"))]
AT_ONCE = 200
"""Rows that are read of an answer: enough to see a canary."""


VISITS = table(
    [
        ("canary person", "US", "canary city", 1.0, 4242424242),
        ("canary person", "DE", "Ulm", 4242424242.0, 1),
        *((f"p{i}", "DE", "Ulm", 1.0, i) for i in range(5)),
    ]
)
OFFERED = offer(VISITS)


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room whose door is closed, beside files of what stays home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    VISITS.write_parquet("visits.parquet")
    pl.DataFrame({"x": ["canary person"]}).write_csv("patients.csv")
    with Room() as made:
        made.admit("visits", lambda: OFFERED.stream(OFFERED.crossing))
        made.close_door()
        yield made


def shown(room, sql):
    """What a text finds in the room, or what is said of it."""
    try:
        return " ".join(str(room._database.execute(statement).fetchmany(AT_ONCE)) for statement in room._database.extract_statements(sql))
    except duckdb.Error as fault:
        return str(fault)


def ends(sql):
    """Whether it ends by itself; what does not is bounded by memory and time, and both have tests of their own."""
    return "recursive" not in sql and "1000000000" not in sql


MORE = ["SELECT * FROM 'visits.parquet'", "FROM 'patients.csv'", "COPY visits TO 'out.csv'", "ATTACH 'x.db'"]


def test_even_what_is_refused_would_find_nothing(room):
    """One after another in one room, so that each finds what those before it may have left."""
    before = sorted(Path.cwd().rglob("*"))
    for sql in [*filter(ends, HOSTILE), *MORE]:
        for again in ("ROLLBACK", "USE memory", "DROP VIEW IF EXISTS visits", "DROP TABLE IF EXISTS visits"):
            shown(room, again)
        room.admit("visits", lambda: OFFERED.stream(OFFERED.crossing))
        assert "'Ulm'" in shown(room, "FROM visits"), sql
        found = shown(room, sql)
        assert "canary" not in found, sql
        assert "4242424242" not in found, sql
        assert sorted(Path.cwd().rglob("*")) == before, sql


def test_the_canary_would_be_seen_without_masks(room):
    room._database.register("visits", VISITS.to_arrow())
    assert "canary" in shown(room, "FROM visits")


SETTINGS = ["enable_external_access = true", "lock_configuration = false", "threads = 8", "memory_limit = '99GB'", "temp_directory = '.'"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_setting_can_be_changed(room, setting):
    with pytest.raises(duckdb.Error):
        room._database.execute(f"SET {setting}")
    assert room._database.execute("SELECT count(*) FROM visits").fetchall() == [(6,)]


def test_a_table_is_read_anew_each_time_and_only_its_own_rows(room):
    once = room._database.execute("SELECT count(*), sum(n) FROM visits").fetchall()
    assert room._database.execute("SELECT count(*), sum(n) FROM visits").fetchall() == once == [(6, 11)]


def test_variables_of_python_are_not_tables(room):
    visible = pl.DataFrame({"x": ["canary"]})
    with pytest.raises(duckdb.Error, match="visible"):
        room._database.execute("SELECT * FROM visible")
    assert len(visible) == 1
