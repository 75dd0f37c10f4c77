"""A run of a ledger cut off after any of its writes, and what is found when the power is back."""

import random
from collections.abc import Iterator
from pathlib import Path

import apsw
import bookkeeping
from power import Disk, image

from comity.ledger.hold import HoldError

NAME = "ledger.db"


def recorded(folder: Path, rounds: int, chance: random.Random):
    """Everything a ledger asked of its disk while it was used, with what it answered in between."""
    hooks = apsw.connection_hooks
    hooks.append(bookkeeping.small_log)
    try:
        with Disk() as disk:
            bookkeeping.work(folder / NAME, disk, rounds, chance)
    finally:
        hooks.remove(bookkeeping.small_log)
    return disk.done


def violations(done, cuts, folder: Path, chance: random.Random) -> Iterator[str]:
    """For each cut one image of the disk, opened again: what was lost or broken, or an empty text."""
    with Disk() as disk:
        for cut in cuts:
            disk.done.clear()
            yield _found(done[:cut], folder, chance)


def _found(done, folder: Path, chance: random.Random) -> str:
    for old in folder.iterdir():
        old.unlink()
    for name, content in image(done, chance).items():
        (folder / name).write_bytes(content)
    acknowledged = [one for operation in done if operation.what == "ack" for one in operation.data]
    if not acknowledged and not _made(folder / NAME):
        return ""  # nobody was told that there is a ledger
    try:
        bookkeeping.check(folder / NAME, acknowledged)
    except (AssertionError, IndexError, HoldError) as broken:
        return f"after {len(done)} operations: {broken!r}"
    return ""


def _made(path: Path) -> bool:
    """Whether there is a ledger with an entry: before the first there may be anything."""
    from comity.ledger.sqlite import Sqlite

    try:
        store = Sqlite(path)
    except HoldError:
        return False
    try:
        return store.size() > 0
    finally:
        store.close()
