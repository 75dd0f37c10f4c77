"""Files of signed law on disk: read whole and within bounds, or not at all; written whole, or not at all. The thin edge."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import rmtree
from typing import Final

from comity.ledger.secret import sync_folder
from comity.signed.chain import METADATA, TARGETS, Files
from comity.signed.metadata import digest
from comity.signed.repository import DRAFT
from comity.text.source import MAX_BYTES, Mistake, Mistakes, Place, SourceError

MOST: Final = 20_000
"""Files of a repository, at most."""
ALL: Final = 256 * 2**20
"""Bytes of all of them together, at most."""
LAST: Final = f"{METADATA}timestamp.json"
"""What is written last: until then a reader finds what was there before, or that something does not fit."""


def repository(folder: Path) -> dict[str, bytes]:
    """The files of a repository by their names in it; what lies beside them is nobody's business."""
    if not folder.is_dir():
        raise SourceError([Mistake(Place(str(folder), 1, 1), "there is no such folder")])
    return _read(folder, (folder / part for part in (METADATA, TARGETS, DRAFT)))


def rulebook(folder: Path) -> dict[str, bytes]:
    """The files of a rulebook's folder by their names in it; none that is hidden."""
    return {name: raw for name, raw in _read(folder, [folder]).items() if not any(part.startswith(".") for part in name.split("/"))}


def copied(folder: Path) -> dict[str, bytes]:
    """An adopted copy, as the repository that it was copied from would have it: a file that was changed gets another name by that."""
    made = {}
    for name, raw in _read(folder, [folder]).items():
        where, _, base = name.rpartition("/")
        made[name if name.startswith(METADATA) else f"{TARGETS}{where}/{digest(raw)}.{base}"] = raw
    return made


def _read(folder: Path, parts: Iterable[Path]) -> dict[str, bytes]:
    """Every file below some parts of a folder. Raises SourceError with each that is none, or too large, or cannot be read."""
    mistakes, found, size = Mistakes(), dict[str, bytes](), 0
    try:
        for file in sorted(one for part in parts for one in _below(part)):
            place = Place(str(file), 1, 1)
            if file.is_symlink() or not file.is_file():
                mistakes.add(place, "is no plain file")
                continue
            with file.open("rb") as held:
                raw = held.read(MAX_BYTES + 1)
            size += len(raw)
            if len(raw) > MAX_BYTES:
                mistakes.add(place, f"is larger than {MAX_BYTES // 1_000_000} MB")
            if size > ALL or len(found) >= MOST:
                raise SourceError([*mistakes.found, Mistake(place, f"there are more than {MOST:,} files, or more than {ALL // 2**20} MB of them")])
            found[file.relative_to(folder).as_posix()] = raw
    except OSError as fault:
        mistakes.add(Place(str(fault.filename or folder), 1, 1), f"cannot be read: {(fault.strerror or '').lower()}")
    mistakes.settle()
    return found


def _below(folder: Path) -> Iterator[Path]:
    """What is in a folder and in those below it; of a link to one, the link itself."""
    if folder.is_symlink():
        yield folder
    elif folder.is_dir():
        for one in folder.iterdir():
            if one.is_dir() and not one.is_symlink():
                yield from _below(one)
            else:
                yield one


def write(folder: Path, before: Files, after: Files) -> None:
    """Makes a repository be these files. Each appears whole, and what makes the rest count appears last. Raises SourceError."""
    order = sorted(name for name, raw in after.items() if before.get(name) != raw)
    try:
        for name in (*(one for one in order if one != LAST), *(one for one in order if one == LAST)):
            _written(folder / name, after[name])
        gone = [folder / name for name in before.keys() - after.keys()]
        for file in gone:
            file.unlink(missing_ok=True)
        for above in sorted({one for file in gone for one in file.parents if folder in one.parents}, reverse=True):
            if above.is_dir() and not any(above.iterdir()):
                above.rmdir()
    except OSError as fault:
        raise SourceError([Mistake(Place(str(fault.filename or folder), 1, 1), f"cannot be written: {(fault.strerror or '').lower()}")]) from fault


def keep(folder: Path, files: Files) -> None:
    """Makes a folder appear with these files in it and no others, whole and durable. Raises SourceError."""
    if folder.is_dir() and _read(folder, [folder]) == files:
        return
    made = folder.with_name(f".{folder.name}.part")
    try:
        rmtree(made, ignore_errors=True)
        if folder.exists():  # something else than what was put there under this name, which is of its content
            rmtree(folder)
        for name, raw in files.items():
            _written(made / name, raw)
        for below in sorted({file.parent for file in made.rglob("*")}, reverse=True):
            sync_folder(below)
        made.rename(folder)
        sync_folder(folder.parent)
    except OSError as fault:
        rmtree(made, ignore_errors=True)
        raise SourceError([Mistake(Place(str(fault.filename or folder), 1, 1), f"cannot be written: {(fault.strerror or '').lower()}")]) from fault


def remove(folder: Path) -> None:
    """Takes away what was kept and is not needed."""
    rmtree(folder, ignore_errors=True)


def _written(file: Path, raw: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    with new.open("wb") as held:
        held.write(raw)
        held.flush()
        os.fsync(held.fileno())
    new.replace(file)
