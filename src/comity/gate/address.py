"""Where a table is, as a person writes it: a path, an object's address, a database's address with a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from comity.text.source import Mistake, Place, SourceError, nearest

Kind = Literal["parquet", "csv", "arrow", "folder", "duckdb", "postgresql"]

SUFFIXES: Final[dict[str, Kind]] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".duckdb": "duckdb",
}
PACKED: Final = (".gz", ".bz2", ".zst", ".lz4")
"""Ways in which a CSV file may be packed."""
UNTOLD: Final = re.compile("[\0\n\ud800-\udfff]")
"""Characters that no name has which can be told: bytes that are not UTF-8 come as the last of these."""
SCHEMES: Final = ("postgresql://", "postgres://")
SECRET: Final = re.compile(r"(?<=://)(?:[^/@]*:.*|[^/]*)@|(?<=[?&])(\w*(?:pass|secret|key|token)\w*)=[^&#\s]*", re.IGNORECASE)
"""What of an address nobody else may read; rather too much of one that is not written as it must be, such as a password with a `/` in it."""
ESCAPED: Final = "write % and two digits for each sign that means something in one"
VALUE: Final = re.compile(r"(invalid value|got [0-9]+):? .*")
"""Where Arrow begins to quote a CSV file; what other libraries quote of one, they quote on a line of its own."""
PART: Final = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')


@dataclass(frozen=True)
class Address:
    """A table's place. `name`: for people, without secrets. `path`: in `files`, or a database's URI. `table`: its name and perhaps its schema's, last first.

    `query`: a SELECT that stands in for the table.
    """

    kind: Kind
    name: str
    path: str
    files: fs.FileSystem = field(default_factory=fs.LocalFileSystem)
    table: tuple[str, ...] = ()
    query: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        """Whether it is a file of this machine."""
        return isinstance(self.files, fs.LocalFileSystem)


def wrong(name: str, message: str, suggestion: str = "", *, line: int = 1, column: int = 1) -> SourceError:
    """An error about a table that somebody named."""
    return SourceError([Mistake(Place(name, line, column), message, suggestion)])


def taken(name: str, what: str) -> SourceError:
    """An error about a place for a table that is not free."""
    return wrong(name, "there is something already", f"the gate writes over nothing: name another {what}")


def changed(name: str) -> SourceError:
    """An error about a table that is no longer as it was."""
    return wrong(name, "changed while it was read", "run again when nobody writes to it")


@contextmanager
def driver(name: str) -> Iterator[None]:
    """A driver that not everybody installs, as an error that says how."""
    try:
        yield
    except ImportError as fault:
        raise wrong(name, "PostgreSQL's driver is not installed", "pip install 'comity[postgres]'") from fault


def said(fault: BaseException) -> str:
    """What a library says of a fault that is about a file's form, in brief and without a value of it."""
    if isinstance(fault, OSError) and fault.strerror and fault.errno:
        return fault.strerror.lower()
    line = VALUE.sub(r"\1", (str(fault).strip().splitlines() or [""])[0])
    return (line[:1] if line[1:2].isupper() else line[:1].lower()) + line[1:160].rstrip(". ")


def spoken(text: str) -> str:
    """An address for people: without secrets."""
    return SECRET.sub(lambda m: f"{m[1]}=..." if m[1] else "", text)


def read(text: str, query: str = "") -> Address:
    """The address that a person wrote.

    Paths are `visits.parquet`, `.csv`, `.tsv` (perhaps packed: `.csv.gz`), `.arrow`, `.feather`, or a folder of Parquet files; each may be an object's
    address such as `s3://bucket/visits.parquet?region=...`, by the rules of Arrow's file systems. Databases are `clinic.duckdb#visits` and
    `postgresql://host/database#schema.visits`: after the `#` stands a table, spelled as the database spells it, in double quotes where it holds a dot.

    Args:
        text: the address.
        query: one SELECT on a database, instead of a table.

    Raises:
        SourceError: nothing can be at such an address.
    """
    name = spoken(text)
    if not text or UNTOLD.search(text):
        raise wrong(UNTOLD.sub(" ", name) or "''", "is no address of a table")
    if odd := re.search("[\0\ud800-\udfff]", query):
        raise wrong(name, f"the query has a character in it that no database reads (U+{ord(odd[0]):04X})")
    if text.startswith(SCHEMES):
        where, _, fragment = text.partition("#")
        try:
            whole = "@" not in urlsplit(where).path  # else what stands before it is part of a password
        except ValueError:
            whole = False
        if not whole:
            raise wrong(name, f"is no address of a database: {ESCAPED}")
        return _database("postgresql", name, where, fragment, query)
    where, _, fragment = text.partition("#")
    if where.endswith(".duckdb"):
        address = _database("duckdb", name, where, fragment, query)
        files, path = _files(name, where)
        if not isinstance(files, fs.LocalFileSystem):
            raise wrong(name, "a DuckDB database must be a file of this machine", "copy it here first")
        return replace(address, path=path, files=files)
    if query:
        raise wrong(name, "a query needs a database", "name a .duckdb file or postgresql://...")
    files, path = _files(name, text)
    return Address(_kind(name, path, files), name, path, files)


def _files(name: str, text: str) -> tuple[fs.FileSystem, str]:
    if "://" not in text:
        return fs.LocalFileSystem(), text
    try:
        files, path = fs.FileSystem.from_uri(text)
    except (pa.ArrowException, OSError, ValueError) as fault:
        words = said(fault) if name == text else ESCAPED  # those of the fault hold all of it
        raise wrong(name, f"is no address of a table: {words}") from None
    return files, path


def _kind(name: str, path: str, files: fs.FileSystem) -> Kind:
    plain = path.rstrip("/").lower()
    for packed in PACKED:
        if plain.endswith((".csv" + packed, ".tsv" + packed)):
            return "csv"
    suffix = plain[plain.rfind(".") :] if "." in plain.rpartition("/")[2] else ""
    if path.endswith("/") or not suffix:
        return "folder"
    if suffix in SUFFIXES and not path.endswith("/"):
        return SUFFIXES[suffix]
    if isinstance(files, fs.LocalFileSystem) and files.get_file_info(path).type == fs.FileType.Directory:
        return "folder"
    raise wrong(name, f"'{suffix}' is no kind of table that is read", nearest(suffix, SUFFIXES) or f"one of {', '.join(SUFFIXES)}")


def _database(kind: Kind, name: str, where: str, fragment: str, query: str) -> Address:
    if bool(fragment) == bool(query):
        if query:
            raise wrong(name, "has a table after the '#', and there is a query too", "name the database alone")
        raise wrong(name, "which table of this database?", "write #table after it, or give a query")
    parts, at = [], 0
    while fragment and at <= len(fragment):
        found = PART.match(fragment, at)
        if found is None or (found.end() < len(fragment) and fragment[found.end()] != "."):
            raise wrong(name, "is no name of a table after the '#'", 'write schema.table, and double quotes around a name that has a dot: "a.b"')
        parts.append(found[1].replace('""', '"') if found[1] else found[2])
        at = found.end() + 1
    if len(parts) > 2:
        raise wrong(name, "has more than a schema and a table after the '#'", 'put double quotes around a name that has a dot: "a.b"')
    return Address(kind, name, where, table=tuple(reversed(parts)), query=query)
