"""A disk that loses power: everything SQLite writes passes through here, and may be cut off after any of it.

What was synced stays. Each write since then is independently kept, dropped or torn at a sector, as disks do; a file that was made or
deleted since may be there or not. What the disk may hold after a cut is laid into a folder and opened like any ledger.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
REAL = apsw.vfs_names()[0]


@dataclass(frozen=True)
class Operation:
    """One thing asked of the disk, or (`ack`) what somebody was told when it was done."""

    what: str
    name: str = ""
    at: int = 0
    data: object = b""


@dataclass
class Disk:
    """The real file system, and a list of what it was asked. `fault` may raise instead, as a disk may."""

    done: list[Operation] = field(default_factory=list)
    fault: Callable[[Operation], None] = lambda _: None

    def note(self, what: str, name: str = "", at: int = 0, data: object = b"") -> None:
        operation = Operation(what, Path(name).name, at, data)
        self.fault(operation)
        self.done.append(operation)

    def __enter__(self):
        self._vfs = FileSystem(self)
        return self

    def __exit__(self, *_):
        self._vfs.unregister()


class FileSystem(apsw.VFS):
    """What every connection opened meanwhile uses. Nothing is really synced: the power goes only where we say."""

    def __init__(self, disk):
        self.disk = disk
        super().__init__("power", REAL, makedefault=True)

    def xOpen(self, name, flags):  # noqa: N802 -- SQLite's own names
        return File(self.disk, name, flags)

    def xDelete(self, name, sync):  # noqa: N802
        self.disk.note("delete", name)
        super().xDelete(name, sync)
        if sync:
            self.disk.note("sync")


class File(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        self.disk, self.name = disk, name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        super().__init__(REAL, name, flags)

    def xWrite(self, data, offset):  # noqa: N802
        self.disk.note("write", self.name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size):  # noqa: N802
        self.disk.note("truncate", self.name, size)
        super().xTruncate(size)

    def xSync(self, flags):  # noqa: ARG002, N802 -- SQLite's own
        self.disk.note("sync", self.name)

    def xLock(self, level):  # noqa: N802
        self.disk.note("lock", self.name, level)
        super().xLock(level)


def image(done: list[Operation], chance: random.Random) -> dict[str, bytes]:
    """What the disk may hold when the power goes after these operations: the files by name."""
    sure = _synced(done)
    held: dict[str, bytearray] = {}
    for i, one in enumerate(done):
        fate = "keep" if i in sure else chance.choice(("keep", "drop", "tear"))
        if fate == "drop":
            continue
        if one.what == "write":
            _lay(held.setdefault(one.name, bytearray()), one.at, one.data if fate == "keep" else _torn(one.data, chance))
        elif one.what == "truncate":
            del held.setdefault(one.name, bytearray())[one.at :]
        elif one.what == "delete":
            held.pop(one.name, None)
    return {name: bytes(content) for name, content in held.items()}


def _synced(done: list[Operation]) -> set[int]:
    """Which operations a sync has made sure: of its file, and of the folder when the file was new."""
    sure: set[int] = set()
    open_: dict[str, list[int]] = {}
    deleted: list[int] = []
    old: set[str] = set()
    for i, one in enumerate(done):
        if one.what in ("write", "truncate"):
            open_.setdefault(one.name, []).append(i)
        elif one.what == "delete":
            deleted.append(i)
            old.discard(one.name)
        elif one.what == "sync":
            sure.update(open_.pop(one.name, ()))
            if one.name not in old:  # SQLite syncs the folder of a file that it made
                sure.update(deleted)
                deleted = []
                old |= {one.name} - {""}
    return sure


def _torn(data: bytes, chance: random.Random) -> bytes:
    """The first sectors of a write, perhaps none; of less than a sector the first bytes."""
    return data[: SECTOR * chance.randrange(len(data) // SECTOR)] if len(data) > SECTOR else data[: chance.randrange(len(data) + 1)]


def _lay(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data
