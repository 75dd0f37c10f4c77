"""Who was counted under one key, and in which turn last.

Each reservation is a turn, and has a day; days never go back, so that a person is in a window if the turn that counted them last is.
To reserve is to write the turn over the one before, which the reservation keeps; to commit is to forget what it kept; to cancel is to
put it back, or to hand it to the next reservation that took the same person. So a reservation costs what its own persons cost.

Persons lie in a few sorted runs that share nobody, each several times as long as the next; what few persons add waits in a dictionary.

What saturation lets go: with n the highest line, the n + 1 persons committed last are kept, on the same day those of lowest digest. No later
total notices: whoever was let go leaves n + 1 behind that were counted no earlier, and each of these can only be counted again later. The
latest day of anybody let go is therefore the day of the (n + 2)nd latest person, whenever it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from comity.ledger.digests import Digests, Halves, Mask, Places, found, halves_of
from comity.ledger.run import NOBODY, Run, Turns, numbered

SINGLE: Final = 6
"""Up to so many are looked for one by one."""
FEW: Final = 256
"""Up to so many persons at a time go by the dictionary."""
WAITING: Final = 2**15
"""At most so many persons wait there for a run of their own."""
STEP: Final = 8
"""Each run is at least so many times as long as the next."""
NOWHERE: Final = -1
ROOM: Final = 4096
TURNS: Final = 2**20


@dataclass(slots=True, eq=False)
class Pending:
    """A reservation neither committed nor cancelled: its turn, and of each of its persons the turn before."""

    turn: int
    day: int
    persons: Digests
    before: Turns


class Found(NamedTuple):
    """Of some persons: their turns; in which runs they are (which of them, where there); who waits in the dictionary; who is nowhere."""

    turns: Turns
    placed: list[tuple[Run, Places, Places]]
    waiting: list[tuple[int, bytes]]
    nowhere: Places


class Register:
    """The persons counted under a key. `most`: the highest line; `gone`: the latest day of anybody let go (0: nobody was); `day`: the latest committed."""

    def __init__(self, most: int, run: Run | None = None, days: Iterable[int] = (), gone: int = 0, day: int = 0) -> None:
        self.most, self.gone, self.day = most, gone, day
        self.pending: dict[int, Pending] = {}
        self._runs = [run] if run is not None and len(run) else []
        self._waiting: dict[bytes, int] = {}
        table = [NOBODY, *days]
        self._days = np.zeros(max(16, 2 * len(table)), dtype=np.int32)
        self._days[: len(table)] = table
        self._turns = len(table)
        numbers = np.bincount(run.turn, minlength=len(table)) if run is not None else np.zeros(len(table), dtype=np.int64)
        self._numbers = {day: int(n) for day, n in zip(table[1:], numbers[1:].tolist(), strict=True)}
        self._start, self._inside = 0, sum(self._numbers.values())
        self._size, self._dead = self._inside, 0
        self._full = max(most + 1, self._size) * 5 // 4 + ROOM

    @property
    def latest(self) -> int:
        """The latest day committed or pending; before it nothing can be asked."""
        return max(self.day, next(reversed(self.pending.values())).day) if self.pending else self.day

    @property
    def days(self) -> dict[int, int]:
        """By day, how many persons were counted last on it, committed or pending; nobody who was let go."""
        return {day: n for day, n in self._numbers.items() if n}

    def number(self, start: int) -> int:
        """How many persons were counted last on that day or later."""
        if start != self._start:
            self._start, self._inside = start, sum(n for day, n in self._numbers.items() if day >= start)
        return self._inside

    def new(self, persons: Digests, start: int) -> int:
        """How many of some persons are not counted since that day."""
        return int(np.count_nonzero(~self.known(persons, start)))

    def known(self, persons: Digests, start: int) -> Mask:
        """Of some persons: is each counted since that day, and not let go?"""
        found: Mask = self._days[self._find(persons).turns] >= start
        return found

    def reserve(self, persons: Digests, day: int) -> Pending:
        """Persons counted on a day, until it is committed or cancelled."""
        if self._size > self._full or self._turns > TURNS + self._size or 2 * self._dead > self._size + ROOM:
            self.settle()
        one = Pending(NOBODY, day, persons, np.zeros(0, dtype=np.int32))
        return self._take_few(one) if len(persons) <= FEW else self.take(one)

    def commit(self, pending: Pending) -> None:
        """It can no longer be cancelled."""
        del self.pending[pending.turn]
        self.day = max(self.day, pending.day)

    def cancel(self, pending: Pending) -> None:
        """As if it had never been reserved."""
        del self.pending[pending.turn]
        held = self._find(pending.persons)
        mine = held.turns == pending.turn
        back = np.where(mine, pending.before, held.turns)
        self._added(pending.day, -int(np.count_nonzero(mine)))
        self._moved(self._days[back[mine]], 1)
        self._write(held, back)
        self._dead += int(np.count_nonzero(back[mine] == NOBODY))
        for holder, at, of in self._holders(pending.persons.high, pending.persons.low, np.where(mine, NOBODY, held.turns)):
            handed = holder.before[at] == pending.turn
            holder.before[at[handed]] = pending.before[of[handed]]

    def raised(self, most: int) -> None:
        """Count up to a higher line from now on: who was let go up to now stays gone."""
        self.settle()
        self.most = most
        self._full = max(most + 1, self._size) * 5 // 4 + ROOM

    def settle(self) -> None:
        """Let go whoever no total will notice, and write what is left as one run with one turn a day; what is pending is taken once more."""
        run, days = self.committed()
        pending = list(self.pending.values())
        self.__init__(self.most, run, days, self.gone, self.day)  # type: ignore[misc]  # as it would have begun, had there been nothing else
        for one in pending:
            self.take(one)

    def committed(self) -> tuple[Run, list[int]]:
        """Everybody committed whom saturation does not let go, with one turn for each day, in order; and these days. What is pending is left aside."""
        self._flush()
        while len(self._runs) > 1:
            self._join()
        run = self._runs[0] if self._runs else Run.of_nobody()
        base = run.turn.copy()
        for holder, at, of in self._holders(run.high, run.low, base):
            base[of] = holder.before[at]
        days = self._days[base]
        keep = days > 0
        if np.count_nonzero(keep) > self.most + 1:
            rank = len(days) - self.most - 1  # of the last to be kept
            gone, last = np.partition(days, [rank - 1, rank])[rank - 1 : rank + 1].tolist()
            self.gone = max(self.gone, gone)
            keep &= days >= last
            keep[np.flatnonzero(days == last)[self.most + 1 - int(np.count_nonzero(days > last)) :]] = False
        days = days[keep]
        turn, table = numbered(days)
        return Run(run.high[keep], run.low[keep], turn), table

    def take(self, one: Pending) -> Pending:
        """A reservation as it stood when a cache was written, or before it was settled: later days than its own may be committed."""
        one.turn = self._turn(one.day)
        held = self._find(one.persons)
        one.before = turns = held.turns
        days = self._days[turns]
        now = np.full(len(turns), one.turn, dtype=np.int32)
        if days.max(initial=0) > one.day:  # only what is taken once more finds later days: whom they count, it does not
            later = days > one.day
            now[later], days = turns[later], days[~later]
        self._moved(days, -1)
        self._added(one.day, len(days))
        self._dead -= len(turns) - int(np.count_nonzero(turns)) - len(held.nowhere)
        self._write(held, now)
        self._put(one.persons, held.nowhere, one.turn)
        self.pending[one.turn] = one
        return one

    def _take_few(self, one: Pending) -> Pending:
        """As `take` does where no later day is known, without an array for what is a step in a dictionary."""
        one.turn = turn = self._turn(one.day)
        waiting, words = self._waiting, one.persons.words
        before = [waiting.get(word, NOWHERE) for word in words]
        left, placed = [i for i, known in enumerate(before) if known == NOWHERE], set[bytes]()
        for run in self._runs:
            if left and (here := _places(run, one.persons, left)):
                for i, at in zip(left, here, strict=True):
                    if at >= 0:
                        before[i], run.turn[at] = int(run.turn[at]), turn
                        placed.add(words[i])
                left = [i for i, at in zip(left, here, strict=True) if at < 0]
        one.before = np.zeros(len(before), dtype=np.int32)
        if len(left) < len(before):
            for i in left:
                before[i] = NOBODY
            for known in filter(None, before):
                self._added(int(self._days[known]), -1)
            self._dead -= before.count(NOBODY) - len(left)
            one.before[:] = before
        self._added(one.day, len(before))
        self._size += len(left)
        self.pending[turn] = one
        waiting.update(dict.fromkeys((word for word in words if word not in placed) if placed else words, turn))
        self._flush_if_many()
        return one

    def _turn(self, day: int) -> int:
        if self._turns == len(self._days):
            self._days = np.concatenate([self._days, np.zeros_like(self._days)])
        self._days[self._turns] = day
        self._turns += 1
        return self._turns - 1

    def _moved(self, days: Turns, by: int) -> None:
        """One person more, or fewer, on each of some days; those that are no day do not matter."""
        if len(days) <= FEW:
            for day in days.tolist():
                self._added(day, by)
        else:
            for day, n in zip(*(part.tolist() for part in np.unique(days, return_counts=True)), strict=True):
                self._added(day, by * n)

    def _added(self, day: int, n: int) -> None:
        if day:
            self._numbers[day] = self._numbers.get(day, 0) + n
            if day >= self._start:
                self._inside += n

    def _holders(self, high: Halves, low: Halves, turns: Turns) -> Iterator[tuple[Pending, Places, Places]]:
        """Of persons with these turns: every reservation pending on the way down to what is committed, where its persons are, and which they are."""
        left = np.flatnonzero(turns)
        turns = turns[left]
        while len(left):
            below: list[tuple[Places, Turns]] = []
            for turn in np.unique(turns).tolist():
                if (holder := self.pending.get(turn)) is not None:
                    of = left[turns == turn]
                    at, there = found(holder.persons.high, holder.persons.low, high[of], low[of])
                    assert there.all()  # a turn is written for the persons of its reservation only
                    below.append((of, holder.before[at]))
                    yield holder, at, of
            left = np.concatenate([np.zeros(0, dtype=np.int64), *(of for of, _ in below)])
            turns = np.concatenate([np.zeros(0, dtype=np.int32), *(before for _, before in below)])
            left, turns = left[turns != NOBODY], turns[turns != NOBODY]

    # -- where persons lie -------------------------------------------------------------------------------------------

    def _find(self, persons: Digests) -> Found:
        turns, left = np.zeros(len(persons), dtype=np.int32), np.arange(len(persons))
        waiting: list[tuple[int, bytes]] = []
        if len(persons) > FEW:
            self._flush()
        elif self._waiting:
            waiting = [(i, one) for i, one in enumerate(persons.words) if one in self._waiting]
            if waiting:
                known = [i for i, _ in waiting]
                turns[known] = [self._waiting[one] for _, one in waiting]
                left = np.delete(left, known)
        placed: list[tuple[Run, Places, Places]] = []
        high, low = (persons.high, persons.low) if len(left) == len(persons) else (persons.high[left], persons.low[left])
        for run in self._runs:
            if not len(left):
                break
            at, there = found(run.high, run.low, high, low)
            if np.count_nonzero(there):
                at, of, out = at[there], left[there], ~there
                left, high, low = left[out], high[out], low[out]
                turns[of] = run.turn[at]
                placed.append((run, of, at))
        return Found(turns, placed, waiting, left)

    def _write(self, held: Found, turns: Turns) -> None:
        for run, of, at in held.placed:
            run.turn[at] = turns[of]
        for i, one in held.waiting:
            self._waiting[one] = int(turns[i])

    def _put(self, persons: Digests, new: Places, turn: int) -> None:
        """Persons who are nowhere yet."""
        self._size += len(new)
        if not len(new):
            return
        if len(persons) > FEW:
            high, low = (persons.high, persons.low) if len(new) == len(persons) else (persons.high[new], persons.low[new])
            self._add(Run(high, low, np.full(len(new), turn, dtype=np.int32)))
            return
        words = persons.words
        self._waiting.update((words[i], turn) for i in new.tolist())
        self._flush_if_many()

    def _flush_if_many(self) -> None:
        if len(self._waiting) > FEW + min(self._size // 16, WAITING):
            self._flush()

    def _flush(self) -> None:
        """Who waits gets a run."""
        if not self._waiting:
            return
        halves = halves_of(self._waiting)
        order = np.lexsort((halves[:, 1], halves[:, 0]))
        turns = np.fromiter(self._waiting.values(), dtype=np.int32, count=len(order))
        self._waiting = {}
        self._add(Run(halves[order, 0], halves[order, 1], turns[order]))

    def _add(self, run: Run) -> None:
        self._runs.append(run)
        while len(self._runs) > 1 and STEP * len(self._runs[-1]) > len(self._runs[-2]):
            self._join()

    def _join(self) -> None:
        """The last two runs as one."""
        new, old = self._runs.pop(), self._runs.pop()
        self._runs.append(old.with_(new))


def _places(run: Run, persons: Digests, some: list[int]) -> list[int]:
    """Where in a run some of the persons are, or -1; nothing when none of them is there."""
    if len(some) <= SINGLE:
        words = persons.words
        return [run.at(words[i]) for i in some]
    high, low = (persons.high, persons.low) if len(some) == len(persons) else (persons.high[some], persons.low[some])
    at, there = found(run.high, run.low, high, low)
    if not there.any():
        return []
    here: list[int] = np.where(there, at, NOWHERE).tolist()
    return here
