"""How far a run of a gate is, as it says itself while it lasts. It is kept beside the log and not in it: nobody signs it, nothing hangs on it.

Each time it is said anew it stands in place of what was said before. It names no person, and no value of a table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from comity.ledger.entry import is_instant
from comity.ledger.hold import HoldError
from comity.ledger.store import Store

Step = Literal["read", "profile", "count", "decide", "write", "land"]
STEPS: Final = get_args(Step)
"""What a run does, in order: writes its source down at home, looks what is in it, tells persons apart, asks the law, masks and writes, puts in place."""
_HOLDS: Final = {"run": str, "movement": str, "table": str, "day": int, "step": str, "rows": int, "of": int, "at": str}


@dataclass(frozen=True, slots=True)
class Said:
    """What a run says. `run`: the id of its reservation, which it may not have made yet; `day`: an ordinal; `at`: when it said so, as entries write it.

    `rows`: of this step, so far; `of`: of so many. Either is 0 where nobody counts.
    """

    run: str
    movement: str
    table: str
    day: int
    step: Step
    rows: int
    of: int
    at: str

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def read(text: str) -> Said | None:
    """What was said; nothing if it is not what a run says: whoever may write beside the log may write anything there."""
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.keys() != _HOLDS.keys() or any(type(told[name]) is not kind for name, kind in _HOLDS.items()):
        return None
    fits = told["step"] in STEPS and told["day"] > 0 and told["rows"] >= 0 and told["of"] >= 0 and is_instant(told["at"])
    return Said(**told) if fits else None


def every(store: Store) -> dict[str, Said]:
    """What runs say, by run; nothing where the store does not tell. After that a store that did not tell is of no use."""
    with suppress(HoldError):
        return {one.run: one for text in store.said() if (one := read(text)) is not None}
    return {}


class Teller:
    """Says how far one run is, over a connection of its own: what goes wrong with that is nothing to the run."""

    def __init__(self, opened: Callable[[], Store], run: str) -> None:
        self._opened, self.run = opened, run
        self._store: Store | None = None

    def say(self, words: Said) -> None:
        """In place of what it said before. Raises HoldError; the next time it is tried anew."""
        store, self._store = self._store or self._opened(), None
        try:
            store.say(self.run, str(words))
        except BaseException:
            store.close()
            raise
        self._store = store

    def end(self) -> None:
        """The run is over, and says nothing any more. Raises HoldError."""
        if self._store is not None:
            try:
                self._store.unsay(self.run)
            finally:
                self._store.close()
