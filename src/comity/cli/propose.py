"""`comity gate propose SOURCE`: what each column is taken to be, and why; written as a piece of a world for a person to confirm."""

from __future__ import annotations

import argparse
from pathlib import Path, PurePosixPath

import pyarrow as pa

from comity.cli.screen import columns, out
from comity.text.source import Mistake, Place, SourceError
from comity.words.lines import cut, pad, width, wrap


def propose(args: argparse.Namespace) -> int:
    """Print the proposals for a source, and with `--out` write the section of a world into a new file; 0 if it could be read.

    `args`: `source`, `query` (or None) and `out` (or None).
    """
    from comity.gate.propose import page
    from comity.gate.propose import propose as proposals
    from comity.gate.source import opened

    source, named = opened(str(args.source), args.query or ""), _named(str(args.source), args.query or "")
    found = proposals(pa.RecordBatchReader.from_batches(source.schema, source.batches()), named)
    _print(page.rows(found))
    text = page.write(named, found)
    if args.out is None:
        out()
        out(text.rstrip())
        return 0
    try:
        with Path(args.out).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as fault:
        raise SourceError([Mistake(Place(str(args.out), 1, 1), "is already there", "name a new file: what a person confirmed is not written over")]) from fault
    except OSError as fault:
        raise SourceError([Mistake(Place(str(args.out), 1, 1), f"cannot be written: {(fault.strerror or 'no such folder').lower()}")]) from fault
    out(f"Read it, correct it, confirm it: {args.out}")
    return 0


def _named(source: str, query: str) -> str:
    """What the table is called where it is kept, which tells what its rows are about."""
    from comity.gate import address

    where = address.read(source, query)
    if where.table:
        return where.table[0]
    return "query" if query else PurePosixPath(where.path.rstrip("/")).name.partition(".")[0]


def _print(rows: list[tuple[str, str, str, str]]) -> None:
    wide = [min(28, max((width(row[at]) for row in rows), default=0)) + 2 for at in range(3)]
    for row in rows:
        lead = "".join(pad(cut(row[at], wide[at] - 2), wide[at]) for at in range(3))
        for line in wrap(row[3], columns(), lead, " " * sum(wide)):
            out(line)
