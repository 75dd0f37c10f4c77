"""Counts of distinct persons, live: reserved, then committed or cancelled. A function of the log, and of nothing else.

What is reserved counts from that moment, whatever becomes of it, so that two transfers that would cross a line together cannot both be
told that they do not. A total is of the persons committed and pending in the window that ends on the day asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from comity.ledger.definition import Asked, CountError, DayWentBackError, Definition, IdError, NotAdoptedError, Total
from comity.ledger.digests import Digests
from comity.ledger.register import Pending, Register
from comity.ledger.window import start

Key = tuple[str, ...]


class Counts:
    """Every count under every key. Not safe for several threads at once: whoever writes the log keeps them."""

    def __init__(self) -> None:
        self.definitions: dict[str, Definition] = {}
        self.pending: dict[str, list[tuple[Register, Pending]]] = {}
        self.registers: dict[str, dict[Key, Register]] = {}

    def adopt(self, definitions: Iterable[Definition]) -> None:
        """Count by these from now on, beside what was adopted before.

        A window may change: the persons and their days stay. A line once drawn is counted up to for good, since another gate may still draw
        it. A higher one counts from now on: where persons were let go before, the upper bound is unknown until no window reaches back to them.

        Raises:
            CountError: a count that is adopted already counts something else (persons, devices).
        """
        found = list(definitions)
        for one in found:
            if (known := self.definitions.get(one.name, one)).unit != one.unit:
                msg = f"count '{one.name}' counts by {known.unit}, not by {one.unit}"
                raise CountError(msg)
        for one in found:
            most = max(one.most, self.definitions.get(one.name, one).most)
            for register in self.registers.setdefault(one.name, {}).values():
                if register.most < most:
                    register.raised(most)
            self.definitions[one.name] = Definition(one.name, one.unit, one.window, most)

    def totals(self, asked: Sequence[Asked]) -> list[Total]:
        """What `reserve` would answer.

        Raises:
            CountError: as `reserve`.
        """
        self._check(asked)
        return [self._total(one, self.registers[one.count].get(one.key) or Register(0), one.persons) for one in asked]

    def known(self, asked: Sequence[Asked]) -> list[Digests]:
        """Of each, the persons who are counted already in the window that ends on its day, pending or committed.

        Raises:
            CountError: as `reserve`.
        """
        self._check(asked)
        return [self._known(one) for one in asked]

    def reserve(self, name: str, asked: Sequence[Asked]) -> list[Total]:
        """Count some persons until it is decided; of each, the distinct persons in its window with them.

        Raises:
            IdError: something is reserved under that id.
            NotAdoptedError: a count that was not adopted.
            DayWentBackError: a day before one that was committed or is pending under the same key.
            CountError: the same count and key twice. Whatever is raised, nothing was reserved.
        """
        if name in self.pending:
            msg = f"'{name}' is reserved already"
            raise IdError(msg)
        self._check(asked)
        made = [(self._register(one), one) for one in asked]
        self.pending[name] = [(register, register.reserve(one.persons, one.day)) for register, one in made]
        return [self._total(one, register) for register, one in made]

    def commit(self, name: str) -> None:
        """What was reserved stays counted.

        Raises:
            IdError: nothing is reserved under that id.
        """
        for register, pending in self._taken(name):
            register.commit(pending)

    def cancel(self, name: str) -> None:
        """What was reserved is not counted after all.

        Raises:
            IdError: nothing is reserved under that id.
        """
        for register, pending in self._taken(name):
            register.cancel(pending)

    def apply(self, entry: Mapping[str, Any], sets: Callable[[str], Digests]) -> None:
        """What an entry of the log does to the counts; `sets` finds the persons an entry names.

        Raises:
            CountError: the log holds an entry that could not have been written after those before it.
        """
        match entry["kind"]:
            case "adopt":
                self.adopt(Definition.read(one) for one in entry["counts"])
            case "reserve":
                self.reserve(entry["id"], [Asked.read(one, sets) for one in entry["asked"]])
            case "commit":
                self.commit(entry["id"])
            case "cancel" | "expire":
                self.cancel(entry["id"])
            case _:
                pass  # what counts nobody

    def _check(self, asked: Sequence[Asked]) -> None:
        seen: set[tuple[str, Key]] = set()
        for one in asked:
            if one.count not in self.definitions:
                msg = f"no count '{one.count}' was adopted"
                raise NotAdoptedError(msg)
            if (one.count, one.key) in seen:
                msg = f"count '{one.count}' is asked for twice under the same key"
                raise CountError(msg)
            seen.add((one.count, one.key))
            if (register := self.registers[one.count].get(one.key)) is not None and one.day < register.latest:
                msg = f"count '{one.count}': day {one.day} is before day {register.latest}, which is counted already"
                raise DayWentBackError(msg)

    def _register(self, one: Asked) -> Register:
        registers = self.registers[one.count]
        if one.key not in registers:
            registers[one.key] = Register(self.definitions[one.count].most)
        return registers[one.key]

    def _total(self, one: Asked, register: Register, more: Digests | None = None) -> Total:
        """On its day; with more persons, as if they were reserved."""
        definition = self.definitions[one.count]
        begins = start(definition.window, one.day)
        number = register.number(begins)
        if more is not None and one.day >= begins:
            number += register.new(more, begins)
        if number > definition.most:
            return Total(definition.most + 1, None)
        return Total(number, None if register.gone >= begins else number)

    def _known(self, one: Asked) -> Digests:
        register = self.registers[one.count].get(one.key) or Register(0)
        return one.persons.only(register.known(one.persons, start(self.definitions[one.count].window, one.day)))

    def _taken(self, name: str) -> list[tuple[Register, Pending]]:
        if name not in self.pending:
            msg = f"nothing is reserved as '{name}'"
            raise IdError(msg)
        return self.pending.pop(name)
