"""A stream of Arrow's own format is read from anybody: what is no table is refused, and nothing grows beyond what was sent."""

from random import Random

import pyarrow as pa
import pytest

from comity.tables import wire

TABLE = pa.table({"a": pa.array(["x", "y", None]).dictionary_encode(), "b": [["u"], [], None], "c": [{"from": 1, "to": None}, None, {"from": 2, "to": 3}]})


def compressed(codec, columns):
    held = pa.BufferOutputStream()
    with pa.ipc.new_stream(held, columns.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as stream:
        stream.write_table(columns)
    return held.getvalue().to_pybytes()


def test_what_is_sent_is_received():
    assert wire.received(wire.sent(TABLE)).equals(TABLE)
    assert wire.received(wire.sent(pa.table({}))).num_rows == 0


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        (b"", "cannot be read"),
        (b"\xff" * 100, "cannot be read"),
        (wire.sent(TABLE)[:-100], "cannot be read"),
        (wire.sent(pa.table({"a": pa.nulls(wire.MOST + 1)})), "more than 1,000,000 rows"),
        (compressed("zstd", pa.table({"a": [0] * 10_000})), "compressed"),
        (compressed("lz4", pa.table({"a": pa.array(["x" * 10_000]).dictionary_encode()})), "compressed"),
    ],
)
def test_what_is_no_table_is_refused(sent, what):
    with pytest.raises(ValueError, match=what):
        wire.received(sent)


def test_a_changed_byte_is_a_table_or_a_mistake():
    raw, chance = wire.sent(TABLE), Random(7)
    found = []
    for _ in range(1_000):
        changed = bytearray(raw)
        changed[chance.randrange(len(raw))] = chance.randrange(256)
        try:
            found.append(wire.received(bytes(changed)).to_pylist())
        except ValueError as fault:
            found.append(str(fault))
    assert len({str(one) for one in found}) > 20
