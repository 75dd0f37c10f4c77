"""The self-test says what Python says, and an engine that fails it moves nothing."""

import hashlib
import hmac
import struct
from dataclasses import replace

import polars as pl
import pytest
from masked import crossed

from comity.gate.crossing import Crossing
from comity.gate.engine.engine import Asked, EngineError
from comity.gate.engine.polars import Polars
from comity.gate.engine.types import kind
from comity.gate.mac import Mac
from comity.gate.vector import COLUMNS, CROSSING, ELSEWHERE, EXPECTED, HERE, MAC, PART, PARTLY, ROWS, told, trust


def test_what_is_expected_is_what_python_computes():
    kinds = {name: kind(dtype) for name, (dtype, _, _) in COLUMNS.items()}
    rows = [{name: values[i] for name, (_, values, _) in COLUMNS.items()} for i in range(ROWS)]
    for row in rows:
        row["narrow"] = None if row["narrow"] is None else struct.unpack("f", struct.pack("f", row["narrow"]))[0]
    found = crossed(rows, kinds, CROSSING, MAC.digits)
    assert {name: [told(row[i]) for row in found] for i, name in enumerate(COLUMNS)} == EXPECTED
    few = {HERE: "someone", ELSEWHERE: "Zoë"}
    assert [at for at, row in enumerate(found) if row[2] == few.get(row[1], row[2])] == PARTLY
    assert {place: persons.data.hex() for place, persons in PART.few.items()} == {place: MAC.digest(who) for place, who in few.items()}


class Wrong(Polars):
    """An engine with one flaw."""

    def __init__(self, flaw):
        object.__setattr__(self, "flaw", flaw)

    def masked(self, source, crossing, mac):
        return super().masked(source, crossing, mac).with_columns(self.flaw)


FLAWS = [
    pl.col("grid").fill_null(0.0),
    pl.when(pl.col("grid") == 0).then(-0.0).otherwise(pl.col("grid")).alias("grid"),
    (pl.col("grid") * 1.0000000000000002).alias("grid"),
    pl.col("text").str.to_uppercase(),
    pl.col("year").cast(pl.Datetime("us")),
    pl.col("zoned").dt.replace_time_zone(None),
    pl.col("mixed").fill_null(""),
    pl.col("decimal").cast(pl.Decimal(12, 6)),
    pl.col("number").shift(1),
]


@pytest.mark.parametrize("flaw", FLAWS, ids=str)
def test_an_engine_with_a_flaw_moves_nothing(flaw, tmp_path):
    table = tmp_path / "table.parquet"
    pl.DataFrame({name: pl.Series(values, dtype=dtype) for name, (dtype, values, _) in COLUMNS.items()}).write_parquet(table)
    with pytest.raises(EngineError, match="self-test"):
        Wrong(flaw).write(table, CROSSING, tmp_path / "out.parquet", MAC)
    with pytest.raises(EngineError, match="self-test"):
        Wrong(flaw).persons(table, Asked("place", "text"), [HERE], bytes(32))
    assert not (tmp_path / "out.parquet").exists()


def test_an_engine_that_lets_a_row_too_many_through_moves_nothing():
    class Open(Polars):
        def masked(self, source, crossing, mac):
            found = super().masked(source, crossing, mac)
            return pl.concat([found, found.tail(1)])

    with pytest.raises(EngineError, match="self-test"):
        trust(Open())


@pytest.mark.parametrize("few", [{}, {HERE: PART.few[HERE]}, {HERE: PART.few[HERE] | PART.few[ELSEWHERE], ELSEWHERE: PART.few[ELSEWHERE]}], ids=len)
def test_an_engine_that_lets_others_of_a_place_through_moves_nothing(few):
    class Open(Polars):
        def masked(self, source, crossing, mac):
            return super().masked(source, replace(crossing, few=crossing.few and few), mac)

    with pytest.raises(EngineError, match="self-test"):
        trust(Open())


@pytest.mark.parametrize("nobody", [None, ""])
def test_an_engine_that_lets_a_row_of_nobody_through_moves_nothing(nobody):
    class Open(Polars):
        def masked(self, source, crossing, mac):
            found = super().masked(source, crossing, mac)
            whole = super().masked(source, Crossing(crossing.place, crossing.cells, crossing.columns), mac)
            return pl.concat([found, whole.filter(pl.col("name").eq_missing(nobody))])

    with pytest.raises(EngineError, match="self-test"):
        trust(Open())


def test_a_mac_is_hmac_truncated():
    mac = Mac.pseudonyms(b"home", "abroad")
    key = hmac.new(b"home", b"pseudonym|abroad", "sha256").hexdigest().encode()
    assert mac.digest("张伟") == hmac.new(key, "张伟".encode(), "sha256").hexdigest()[:32]
    inner, outer = mac.pads
    assert hashlib.sha256(outer + hashlib.sha256(inner + b"7").digest()).hexdigest()[:32] == mac.digest(7)
    assert mac.digits not in repr(mac)
