"""Tables as they go over a wire: a stream of Arrow's own format (IPC), read from whoever sends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from comity.tables.checked import first_line

MOST: Final = 1_000_000
"""Rows of one table: a row may take less than a bit of what is sent, and each takes its place in the answer."""
HEADER, DATA, COMPRESSION = 2, 1, 3
"""Fields of a message, of a dictionary in one and of the rows in one, as Arrow's Message.fbs numbers them."""


def received(sent: bytes) -> pa.Table:
    """The table in a stream. Raises ValueError where it is none, has more rows than anybody needs, or would grow beyond what was sent."""
    try:
        for message in pa.ipc.MessageReader.open_stream(pa.py_buffer(sent)):
            if message.type in ("record batch", "dictionary") and _compressed(bytes(message.metadata), dictionary=message.type == "dictionary"):
                raise ValueError("the buffers are compressed: send them as they are")
        with pa.ipc.open_stream(pa.py_buffer(sent)) as stream:
            batches, rows = [], 0
            _names(stream.schema)
            for batch in stream:
                if (rows := rows + batch.num_rows) > MOST:
                    raise ValueError(f"more than {MOST:,} rows")
                batch.validate(full=True)  # a stream that lies about its lengths would be read beyond its end
                batches.append(batch)
            return pa.Table.from_batches(batches, stream.schema).unify_dictionaries()
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError, NotImplementedError) as fault:
        raise ValueError(f"the table cannot be read: {first_line(fault)}") from fault


def sent(table: pa.Table) -> bytes:
    """A table as a stream."""
    held = pa.BufferOutputStream()
    with pa.ipc.new_stream(held, table.schema) as stream:
        stream.write_table(table)
    return held.getvalue().to_pybytes()  # type: ignore[no-any-return]  # bytes


def _names(fields: Iterable[pa.Field]) -> list[str]:
    """The names of all fields, inside others too. Raises UnicodeDecodeError where one is no text."""
    return [name for one in fields for name in (one.name, *(_names(one.type) if pa.types.is_struct(one.type) else ()))]


def _compressed(message: bytes, *, dictionary: bool) -> bool:
    """Are the rows of a message compressed? pyarrow does not say, and would make as much room as the sender wishes."""
    rows = _follow(message, _field(message, _follow(message, 0), HEADER))
    if dictionary:
        rows = _follow(message, _field(message, rows, DATA))
    return _field(message, rows, COMPRESSION) > 0


def _follow(held: bytes, at: int) -> int:
    """Where a table of a flatbuffer lies."""
    return at + int.from_bytes(held[at : at + 4], "little")


def _field(held: bytes, table: int, number: int) -> int:
    """Where a field of such a table lies; 0 where it has none."""
    listed = table - int.from_bytes(held[table : table + 4], "little", signed=True)
    slot = 4 + 2 * number
    at = int.from_bytes(held[listed + slot : listed + slot + 2], "little") if slot < int.from_bytes(held[listed : listed + 2], "little") else 0
    return table + at if at else 0
