"""A world as a folder of Parquet tables, one a kind: the thin edge where they are read and checked and verdicts are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from comity.facts.place import PLACE
from comity.facts.table import Table
from comity.facts.tables import tables
from comity.facts.value import MAX, SetOf
from comity.facts.vocabulary import PLURALS, SETS, Fact
from comity.files.parse import CODE
from comity.files.world import read_world
from comity.tables.arrow import ArrowTable, targets
from comity.tables.batch import TableWorld
from comity.text.source import Mistakes, Node, Place, nearest, read_documents
from comity.verdict.plan import Plan

BATCH = 262_144
SHOWN = 10
"""As many wrong words of one column as anyone reads."""
UNCARRIED = ("participants",)
"""Facts that need a world file: they multiply a movement in ways that no table says."""


def table_world(folder: Path, asked: Plan, mistakes: Mistakes, asked_on: int) -> tuple[TableWorld, Path]:
    """A folder of Parquet tables, one a kind, with a `world.yaml` for what is small; and the file of its movements. Every mistake is noted."""
    header_file = folder / "world.yaml"
    documents = read_documents(str(header_file), header_file.read_bytes(), mistakes) if header_file.exists() else []
    node = documents[0] if documents else Node(Place(str(folder), 1, 1), pairs={})
    files = _files(folder, mistakes)
    header = read_world(node, asked.vocabulary, mistakes, asked_on)
    static = tables(header, [], asked.vocabulary, asked.places).kinds
    checks: list[tuple[Checked, pa.Table]] = []
    for kind, plural in PLURALS.items():
        if header[kind] and (plural in files or kind == "movement"):
            mistakes.add((node.keys or {}).get(plural, node.place), f"{plural} stand in {header_file.name} and in {plural}.parquet", "keep them in one place")
        if kind == "movement" or plural not in files:
            continue
        facts = asked.vocabulary.kinds[kind]
        data = _read(files[plural], mistakes)
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
    movements = files.get("movements")
    if movements is None:
        mistakes.add(Place(str(folder), 1, 1), "there is no movements.parquet in this folder")
    names: set[str] | None = None
    for check, data in checks:
        if data.num_columns:
            check.table(data)
    if movements is not None:
        names = _movements(movements, asked, static, mistakes, wanted=_limits(static["instrument"]))
    _instruments(static["instrument"], names, files, mistakes)
    return TableWorld(header, static, asked.vocabulary, asked.places), movements or folder / "movements.parquet"


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


def _read(file: Path, mistakes: Mistakes) -> pa.Table:
    try:
        return parquet.ParquetFile(file).read()
    except (pa.ArrowException, OSError) as fault:
        mistakes.add(Place(str(file), 1, 1), f"is no Parquet file that can be read: {_first_line(fault)}")
        return pa.table({})


def _first_line(fault: Exception) -> str:
    return (str(fault).strip().splitlines() or ["?"])[0][:200].rstrip(".")


def _movements(file: Path, asked: Plan, static: Mapping[str, Table], mistakes: Mistakes, wanted: frozenset[str]) -> set[str]:
    """Checks the movements batch by batch; which of the movements that instruments name are there."""
    check = Checked(str(file), asked.vocabulary.kinds["movement"], static, mistakes, movements=True)
    met: set[str] = set()
    try:
        for batch in batches(file):
            check.table(batch)
            if wanted and "id" in batch.column_names:
                here = pc.cast(batch.column("id"), pa.string())
                met |= set(here.filter(pc.is_in(here, value_set=pa.array(sorted(wanted)))).to_pylist())
        if not check.rows:
            mistakes.add(Place(str(file), 1, 1), "there is no movement in this table")
    except (pa.ArrowException, OSError) as fault:
        mistakes.add(Place(str(file), 1, 1), f"is no Parquet file that can be read: {_first_line(fault)}")
    return met


def _limits(instruments: Table) -> frozenset[str]:
    """The movements that instruments name."""
    if isinstance(instruments, ArrowTable) and "movements" not in instruments.data.column_names:
        return frozenset()
    if isinstance(instruments, ArrowTable):
        return frozenset(str(w) for w in pc.unique(pc.list_flatten(instruments.data.column("movements"))).to_pylist() if w not in (None, "..."))
    rows: list[Mapping[str, object]] = list(getattr(instruments, "rows", ()))
    return frozenset(name for row in rows if isinstance(found := row.get("movements"), SetOf) for name in found.known)


def _instruments(instruments: Table, met: set[str] | None, files: Mapping[str, Path], mistakes: Mistakes) -> None:
    if met is None or not isinstance(instruments, ArrowTable):
        return
    file, names = str(files["instruments"]), instruments.data.column_names
    for name in sorted(_limits(instruments) - met)[:SHOWN]:
        mistakes.add(Place(file, 1, names.index("movements") + 1), f"there is no movement '{name}'")


@dataclass
class Checked:
    """The mistakes of one table, each noted once, by file and column; a large table may be given in parts."""

    file: str
    facts: Mapping[str, Fact]
    kinds: Mapping[str, Table]
    mistakes: Mistakes
    own: ArrowTable | None = None
    of: ArrowTable | None = None
    movements: bool = False
    rows: int = 0
    _seen: dict[str, set[str]] = field(default_factory=dict)
    _shape: bool = False

    def table(self, data: pa.Table) -> None:
        """Notes the mistakes of a table, or of one more part of it."""
        self.rows += data.num_rows
        for number, (name, column) in enumerate(zip(data.column_names, data.columns, strict=True), 1):
            self._column(name, column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column, Place(self.file, 1, number))
        if not self._shape:
            self._shape = True
            for needed in ("of",) if self.of is not None else ("id",) if self.own is not None else ():
                if needed not in data.column_names:
                    self.mistakes.add(
                        Place(self.file, 1, 1), f"there is no column '{needed}'", "each row names its record" if self.of else "each record has a name"
                    )
            if (
                self.of is not None
                and "share" in data.column_names
                and "of" in data.column_names
                and fits(data.schema.field("share").type, self.facts["share"])
            ):
                of, _ = targets(data.column("of").combine_chunks(), self.of, data.num_rows)
                self._shares(of, data.column("share").combine_chunks(), Place(self.file, 1, data.column_names.index("share") + 1))

    def _column(self, name: str, column: pa.Array, place: Place) -> None:
        base = name.removesuffix(".from").removesuffix(".to") if name not in self.facts else name
        if name == "id" and self.of is None:
            self._names(column, place)
        elif name == "of" and self.of is not None:
            self._link(name, column, self.of, place)
        elif name in ("about", "note", "source") and name not in self.facts:
            return
        elif self.movements and name in ("parts", "from", "until", *UNCARRIED):
            self._note(name, "", place, f"a table of movements carries no '{name}'", "describe such movements in a world file")
        elif base not in self.facts or (base != name and self.facts[base].type not in ("number", "date")):
            self._note(name, "", place, f"there is no fact '{name}'", nearest(base, self.facts))
        elif not fits(column.type, self.facts[base]):
            self._note(name, "", place, f"the column '{name}' holds {_plain(column.type)}, and '{base}' takes {_takes(self.facts[base])}")
        else:
            self._cells(name, self.facts[base], column, place)

    def _note(self, name: str, word: str, place: Place, message: str, hint: str = "") -> None:
        seen = self._seen.setdefault(f"mistakes of {name}", set())
        if word not in seen and len(seen) < SHOWN:
            seen.add(word)
            self.mistakes.add(place, message, hint)

    def _names(self, column: pa.Array, place: Place) -> None:
        if not (_text(column.type) or pa.types.is_integer(column.type)):
            self._note("id", "", place, f"the column 'id' holds {column.type}, and a name is text")
        elif column.null_count:
            self._note("id", "null", place, "a record has no name")
        elif not self.movements:
            counted = pc.value_counts(column)
            for twice in counted.filter(pc.greater(counted.field("counts"), 1)).field("values").to_pylist()[:SHOWN]:
                self._note("id", str(twice), place, f"'{twice}' is given twice")

    def _cells(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        match fact.type:
            case "bool":
                return
            case "number" | "date":
                self._numbers(name, fact, column, place)
            case "rows":
                self._rows(name, fact, column, place)
            case "link" | "links":
                values = column.flatten() if fact.type == "links" else column
                target = self.kinds[fact.to]
                if self.movements or fact.to != "movement":
                    self._link(name, values, target, place)
            case _:
                self._words(name, fact, column.flatten() if fact.type in SETS else column, place)

    def _fresh(self, name: str, column: pa.Array) -> list[str]:
        """The words of a column that were not met before."""
        words = column.dictionary if pa.types.is_dictionary(column.type) else pc.unique(column)
        seen = self._seen.setdefault(name, set())
        fresh = {str(w) for w in words.to_pylist() if w is not None} - seen
        seen |= fresh
        return sorted(fresh)

    def _words(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        for cell in self._fresh(name, column):
            for word in (part.strip() for part in cell.split("|")) if fact.type not in SETS else (cell,):
                if word in ("unknown", "none", "...") or (fact.domain is not None and word in fact.domain):
                    continue
                if fact.domain is not None:
                    self._note(
                        name,
                        word,
                        place,
                        f"'{word}' is not a word for '{fact.name}'",
                        nearest(word, fact.domain) or "it may be " + ", ".join(sorted(fact.domain)[:12]),
                    )
                elif fact.type in ("place", "places") and not PLACE.fullmatch(word):
                    self._note(name, word, place, f"'{word}' is not a place", "write an ISO 3166 code such as XX or XX-AB, or a group's name")
                elif not CODE.fullmatch(word):
                    self._note(name, word, place, f"'{word}' is not a word for '{fact.name}'", "a word has no spaces, commas or brackets")

    def _link(self, name: str, column: pa.Array, target: Table, place: Place) -> None:
        if pa.types.is_integer(column.type):
            span = pc.min_max(column).as_py()
            if span["min"] is not None and (span["min"] < 0 or span["max"] >= target.n):
                self._note(name, "", place, f"'{name}' names row {span['min'] if span['min'] < 0 else span['max']}, and there are {target.n}")
            return
        where = target.where if isinstance(target, ArrowTable) else set(getattr(target, "ids", ()))
        for cell in self._fresh(name, column):
            for word in (part.strip() for part in cell.split("|")):
                if word not in where and word not in ("none", "unknown", "..."):
                    self._note(name, word, place, f"there is no {target.kind} '{word}'", nearest(word, list(where)[:10_000]))

    def _rows(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        inner = column.flatten()
        if not pa.types.is_struct(inner.type):
            first = next(iter(fact.columns.values()))
            if fits(inner.type, first):
                self._cells(f"{name}.{first.name}", first, inner, place)
            else:
                self._note(name, "", place, f"the rows of '{name}' hold {inner.type}, and '{first.name}' takes {_takes(first)}")
            return
        for part, values in zip(inner.type, inner.flatten(), strict=True):
            base = part.name.removesuffix(".from").removesuffix(".to")
            if base not in fact.columns:
                self._note(name, part.name, place, f"a row of '{name}' has no '{part.name}'", nearest(base, fact.columns))
            elif not fits(part.type, fact.columns[base]):
                self._note(name, part.name, place, f"'{name}.{part.name}' holds {part.type}, and '{base}' takes {_takes(fact.columns[base])}")
            else:
                self._cells(f"{name}.{part.name}", fact.columns[base], values, place)
        if fact.name == "owners" and "share" in [f.name for f in inner.type]:
            lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0))
            self._shares(np.repeat(np.arange(len(column)), lengths), pc.struct_field(inner, "share"), place)

    def _numbers(self, name: str, fact: Fact, column: pa.Array, place: Place) -> None:
        span = pc.min_max(column.filter(pc.is_finite(column)) if pa.types.is_floating(column.type) else column).as_py()
        if pa.types.is_floating(column.type) and pc.any(pc.invert(pc.is_finite(column))).as_py():
            self._note(name, "finite", place, f"'{name}' holds what is no number")
        if span["min"] is None:
            return
        if fact.unit == "%" and (span["min"] < 0 or span["max"] > 100):
            wrong = span["min"] if span["min"] < 0 else span["max"]
            self._note(name, "%", place, f"'{wrong}' is not a share between 0% and 100%")
        if fact.type == "number" and float(max(abs(span["min"]), abs(span["max"]))) / float(fact.quantum) > MAX:
            self._note(name, "large", place, f"'{span['max']}' is larger than this fact can hold")

    def _shares(self, of: np.ndarray, shares: pa.Array, place: Place) -> None:
        table = self.own or self.of
        assert table is not None
        held = np.bincount(of, weights=np.maximum(np.asarray(pc.fill_null(pc.cast(shares, pa.float64()), 0.0)), 0))
        for record in np.flatnonzero(held[: table.n] > 100 + 1e-6).tolist()[:SHOWN]:
            owner = table.ids[record]
            self._note("shares", owner, place, f"the shares of the owners of '{owner}' add up to {held[record]:g}%, above 100%")


def fits(type_: pa.DataType, fact: Fact) -> bool:
    """Can a column of this type hold this fact?"""
    if pa.types.is_null(type_):
        return True
    plain = _plain(type_)
    match fact.type:
        case "bool":
            return bool(pa.types.is_boolean(type_))
        case "number":
            return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))
        case "date":
            return bool(pa.types.is_date(type_) or pa.types.is_timestamp(type_))
        case "codes" | "places" | "links":
            return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_)) and (_text(type_.value_type) or pa.types.is_null(type_.value_type))
        case "rows":
            return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_))
        case "link":
            return _text(plain) or bool(pa.types.is_integer(type_))
        case _:
            return _text(plain)


def _plain(type_: pa.DataType) -> pa.DataType:
    """A type as its writer knows it: how words are numbered is no one's business."""
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _text(type_: pa.DataType) -> bool:
    plain = _plain(type_)
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _takes(fact: Fact) -> str:
    plain = {"bool": "truths", "number": "numbers", "date": "days", "link": "names or row numbers", "rows": "lists of rows"}
    return plain.get(fact.type, "lists of words" if fact.type in SETS else "words")


def batches(file: Path, size: int = BATCH, on: int | None = None) -> Iterator[pa.Table]:
    """The rows of a Parquet file, some at a time; words are read by number. With `on`, every movement happens that day."""
    with parquet.ParquetFile(file) as probe:
        words = [f.name for f in probe.schema_arrow if f.name != "id" and _text(f.type)]
    with parquet.ParquetFile(file, read_dictionary=words) as source:
        for batch in source.iter_batches(batch_size=size):
            table = pa.Table.from_batches([batch])
            if on is not None:
                table = table.drop_columns([c for c in ("on", "on.from", "on.to") if c in table.column_names])
                table = table.append_column("on", pa.repeat(pa.scalar(on - 719_163, pa.date32()), table.num_rows))
            yield table


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
        if writer is not None:
            writer.close()
            beside.replace(file)
    except BaseException:
        if writer is not None:
            writer.close()
        beside.unlink(missing_ok=True)
        raise
    return done
