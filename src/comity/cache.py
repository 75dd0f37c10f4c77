"""Plans that were compiled before, kept on disk under the digest of everything they were made from.

A file is believed only if it lies in a folder that is the user's own and closed to others, and begins with the digest that was
asked for: whoever can write there can already run code as the user. Anything else is compiled anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar, overload

T = TypeVar("T")
KEEP = 24
"""The most plans kept; those longest unused go first."""
AT_HAND = 4
"""The most that a process has at hand."""
_HELD: dict[str, object] = {}


def folder() -> Path | None:
    """Where plans are kept; nowhere if `COMITY_CACHE` is empty or the folder is not the user's alone."""
    named = os.environ.get("COMITY_CACHE")
    if named == "":
        return None
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "comity"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = base.stat()
    except OSError:
        return None
    return base if hasattr(os, "getuid") and state.st_uid == os.getuid() and not state.st_mode & 0o022 else None


def digest(files: Iterable[Path], words: Iterable[str]) -> str:
    """The digest of files and words, and of the Python that reads them; empty if a file cannot be read."""
    found = hashlib.sha256(repr((sys.version, sorted(words))).encode())
    try:
        for file in sorted(files):
            found.update(hashlib.sha256(str(file).encode()).digest())
            found.update(hashlib.sha256(file.read_bytes()).digest())
    except OSError:
        return ""
    return found.hexdigest()


def remembered(key: str, make: Callable[[], T]) -> T:
    """What was made under a key before, or what `make` makes now."""
    base = folder() if key else None
    if base is None:
        return make()
    file = base / f"{key}.plan"
    with contextlib.suppress(OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError):
        head, body = file.read_bytes().split(b"\n", 1)
        if head == f"{key} {hashlib.sha256(body).hexdigest()}".encode():
            with contextlib.suppress(OSError):
                os.utime(file)
            return pickle.loads(body)  # type: ignore[no-any-return]  # noqa: S301 -- the user's own folder, see above
    made = make()
    with contextlib.suppress(OSError, pickle.PicklingError, RecursionError):
        _keep(file, key, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    return made


def at_hand(key: str, make: Callable[[], T]) -> T:
    """The same, unpacked once a process: whoever answers many questions asks for the same plan each time."""
    held = _HELD.pop(key, None)
    found: T = remembered(key, make) if held is None else held  # type: ignore[assignment]  # under a key lies what is made for it
    if key:
        _HELD[key] = found
    for old in list(_HELD)[:-AT_HAND]:
        _HELD.pop(old, None)
    return found


class Kept(Sequence[T]):
    """Values of which each is unpacked when it is first asked for."""

    def __init__(self, values: Iterable[T]) -> None:
        self._values: list[T | bytes] = list(values)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        found = self._values[index]
        if isinstance(found, bytes):
            found = self._values[index] = pickle.loads(found)  # noqa: S301 -- part of a file that was believed whole
        return found

    def __getstate__(self) -> list[bytes]:
        return [found if isinstance(found, bytes) else pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL) for found in self._values]

    def __setstate__(self, packed: list[T | bytes]) -> None:
        self._values = packed


def _keep(file: Path, key: str, body: bytes) -> None:
    """Written beside and moved into place, so that a reader sees the whole file or none."""
    import tempfile  # noqa: PLC0415 -- a plan that is kept needs none

    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(f"{key} {hashlib.sha256(body).hexdigest()}\n".encode() + body)
    Path(name).replace(file)
    for old in sorted(file.parent.glob("*.plan"), key=lambda f: f.stat().st_mtime)[:-KEEP]:
        old.unlink(missing_ok=True)
