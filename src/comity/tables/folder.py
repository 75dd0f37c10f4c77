"""A world as a folder of Parquet tables, one a kind: the thin edge where they are read and checked and verdicts are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from comity.facts.tables import tables
from comity.facts.value import MIN
from comity.facts.vocabulary import PLURALS
from comity.files.counts import check_counts
from comity.files.silence import hold_all_along, stand_in
from comity.files.world import NOBODY, Names, read_header
from comity.tables.arrow import ArrowTable, row_names
from comity.tables.batch import TableWorld
from comity.tables.checked import Checked, first_line
from comity.tables.movements import Movements, opened
from comity.tables.silence import first_day, in_force_from, with_unstated
from comity.text.source import Mistakes, Node, Place, nearest, read_documents
from comity.verdict.plan import Plan

Beside = Callable[[Node, Names], tuple[Node, Names]]
"""Given the tree of a header and the names of all records but movements: the tree with more instruments in it, and whom those name."""


def table_world(folder: Path, asked: Plan, mistakes: Mistakes, asked_on: int, beside: Beside | None = None) -> tuple[TableWorld, Movements]:
    """A folder of Parquet tables, one a kind, with a `world.yaml` for what is small; and its movements. Every mistake is noted.

    `beside`: what else is known, put into the header. Then instruments stand nowhere but there: of those in a table it would not be known.
    """
    header_file = folder / "world.yaml"
    documents = read_documents(str(header_file), header_file.read_bytes(), mistakes) if header_file.exists() else []
    node = documents[0] if documents else Node(Place(str(folder), 1, 1), pairs={})
    files, named = _files(folder, mistakes), NOBODY
    if beside is not None and "instruments" in files:
        mistakes.add(Place(str(files["instruments"]), 1, 1), "with a docket, instruments are not read from a table", f"keep them in {header_file.name}")
    elif beside is not None:
        node, named = beside(node, _names(node, files))
    header = read_header(node, asked.vocabulary, mistakes, asked_on, elsewhere=named)
    before = first_day(files.get("movements"))
    if before is not None:
        hold_all_along(header, asked.vocabulary, before)
    unstated = stand_in(header, asked.vocabulary, node.place, {kind for kind, plural in PLURALS.items() if plural in files})
    static = tables(header, [], asked.vocabulary, asked.places).kinds
    checks: list[tuple[Checked, pa.Table]] = []
    for kind, plural in PLURALS.items():
        if header[kind] and (plural in files or kind == "movement"):
            mistakes.add((node.keys or {}).get(plural, node.place), f"{plural} stand in {header_file.name} and in {plural}.parquet", "keep them in one place")
        if kind == "movement" or plural not in files:
            continue
        facts = asked.vocabulary.kinds[kind]
        data = _read(files[plural], mistakes)
        data = with_unstated(data, facts) if kind in unstated else in_force_from(data) if kind == "instrument" else data
        rows = {name.partition(".")[2]: _read(file, mistakes) for name, file in files.items() if name.startswith(plural + ".")}
        one = ArrowTable(kind, data, facts, static.__getitem__, header.presumed.get(kind, {}), rows)
        static[kind] = one
        checks.append((Checked(str(files[plural]), facts, static, mistakes, own=one), data))
        for name, table in list(rows.items()):
            file = files[f"{plural}.{name}"]
            if facts[name].type == "rows" if name in facts else False:
                checks.append((Checked(str(file), facts[name].columns, static, mistakes, of=one), table))
            else:
                mistakes.add(Place(str(file), 1, 1), f"a {kind} has no rows of '{name}'", nearest(name, [f.name for f in facts.values() if f.type == "rows"]))
    for check, data in checks:
        if data.num_columns:
            check.table(data)
    check_counts(node.get("counts"), asked, lambda kind: row_names(static[kind]), mistakes)
    movements = opened(folder, files, asked.vocabulary.kinds["movement"], static, mistakes)
    if mistakes.found:
        movements.check()  # all that is wrong at once
    return TableWorld(header, static, asked.vocabulary, asked.places, before.hi if before else MIN), movements


def _names(node: Node, files: Mapping[str, Path]) -> Names:
    """The names of all records but movements, in the header and in the tables; what is wrong with a table is told when it is read whole."""
    found: dict[str, AbstractSet[str]] = {}
    for kind, plural in PLURALS.items():
        if kind != "movement":
            told, data = node.get(plural), _read(files[plural], Mistakes(), "id") if plural in files else pa.table({})
            found[kind] = {*((told.pairs if told is not None else None) or ()), *(map(str, data.column("id").to_pylist()) if data.num_columns else ())}
    return found


def _files(folder: Path, mistakes: Mistakes) -> dict[str, Path]:
    """The tables of a folder by name, `parties` or `parties.owners`; one that nobody would read is a mistake."""
    found = {}
    for file in sorted(folder.glob("*.parquet")):
        kind, _, rows = file.name.removesuffix(".parquet").partition(".")
        if kind not in PLURALS.values():
            mistakes.add(Place(str(file), 1, 1), f"there is no kind '{kind}'", nearest(kind, PLURALS.values()) or "verdicts belong outside the folder")
        else:
            found[f"{kind}.{rows}" if rows else kind] = file
    for name, file in list(found.items()):
        kind, _, rows = name.partition(".")
        if rows and kind not in found:
            mistakes.add(Place(str(file), 1, 1), f"there is no {kind}.parquet to which these rows belong")
    return found


def _read(file: Path, mistakes: Mistakes, *columns: str) -> pa.Table:
    try:
        return parquet.ParquetFile(file).read([*columns] or None)
    except (pa.ArrowException, OSError) as fault:
        mistakes.add(Place(str(file), 1, 1), f"is no Parquet file that can be read: {first_line(fault)}")
        return pa.table({})


def write(file: Path, results: Iterable[pa.Table]) -> int:
    """Writes verdicts beside the file and moves them into place when they are whole; how many there are."""
    beside = file.with_name(file.name + ".part")
    done = 0
    writer: parquet.ParquetWriter | None = None
    try:
        for result in results:
            words = [f.name for f in result.schema if not pa.types.is_integer(f.type)]
            writer = writer or parquet.ParquetWriter(beside, result.schema, compression="zstd", use_dictionary=words, write_statistics=False)
            writer.write_table(result)
            done += result.num_rows
        if writer is not None:
            writer.close()
            beside.replace(file)
    except BaseException:
        if writer is not None:
            writer.close()
        beside.unlink(missing_ok=True)
        raise
    return done
