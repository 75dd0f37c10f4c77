"""A world as a folder of Parquet tables, one a kind: the thin edge where they are read and verdicts are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from comity.facts.arrow import ArrowTable, check
from comity.facts.batch import TableWorld
from comity.facts.source import Mistakes, Node, Place, read_documents
from comity.facts.tables import tables
from comity.facts.vocabulary import PLURALS
from comity.facts.world import read_world
from comity.verdict.plan import Plan


def table_world(folder: Path, asked: Plan, mistakes: Mistakes, asked_on: int) -> tuple[TableWorld, Path]:
    """A folder of Parquet tables, one a kind, with a `world.yaml` for what is small; and the file of its movements."""
    header_file = folder / "world.yaml"
    documents = read_documents(str(header_file), header_file.read_bytes(), mistakes) if header_file.exists() else []
    node = documents[0] if documents else Node(Place(str(folder), 1, 1), pairs={})
    header = read_world(node, asked.vocabulary, mistakes, asked_on)
    static = tables(header, [], asked.vocabulary, asked.places).kinds
    for kind, plural in PLURALS.items():
        file = folder / f"{plural}.parquet"
        if kind == "movement" or not file.exists():
            continue
        if header[kind]:
            mistakes.add(node.place, f"{plural} stand in world.yaml and in {file.name}", "keep them in one place")
        data = parquet.read_table(file)
        check(data, asked.vocabulary.kinds[kind], str(file), mistakes)
        rows = {f.name.split(".")[1]: parquet.read_table(f) for f in sorted(folder.glob(f"{plural}.*.parquet"))}
        static[kind] = ArrowTable(kind, data, asked.vocabulary.kinds[kind], static.__getitem__, header.presumed.get(kind, {}), rows, file=str(file))
    movements = folder / "movements.parquet"
    if not movements.exists():
        mistakes.add(Place(str(folder), 1, 1), "there is no movements.parquet in this folder")
    else:
        check(parquet.read_schema(movements).empty_table(), asked.vocabulary.kinds["movement"], str(movements), mistakes)
    return TableWorld(header, static, asked.vocabulary, asked.places), movements


def batches(file: Path, size: int = 16_384) -> Iterator[pa.Table]:
    """The rows of a Parquet file, some at a time."""
    with parquet.ParquetFile(file) as source:
        for batch in source.iter_batches(batch_size=size):
            yield pa.Table.from_batches([batch])


def write(file: Path, results: Iterable[pa.Table]) -> int:
    """Writes verdicts beside the file and moves them into place when they are whole; how many there are."""
    beside = file.with_name(file.name + ".part")
    done = 0
    writer: parquet.ParquetWriter | None = None
    try:
        for result in results:
            writer = writer or parquet.ParquetWriter(beside, result.schema)
            writer.write_table(result)
            done += result.num_rows
    except BaseException:
        if writer is not None:
            writer.close()
        beside.unlink(missing_ok=True)
        raise
    if writer is not None:
        writer.close()
        beside.replace(file)
    return done
