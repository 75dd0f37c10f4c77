"""A table of several worlds as one: the rows that are the same in all of them, and behind them those that each world has of its own.

The two rows of whom nothing is known and of nobody stand behind the last, as in every table, so whatever reads tables reads this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from comity.facts.table import Children, Choices, Column, Ints, Numbers, RecordTable, Table, Truths, Values, children
from comity.facts.vocabulary import Fact


@dataclass(eq=False)
class Names:
    """The names of one kind in whichever world: what links of records lead to before it is known in which world they are."""

    kind: str
    ids: Sequence[str]
    facts: Mapping[str, Fact]

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.ids)

    def column(self, fact: str) -> Column:
        """Names have no facts."""
        raise KeyError(fact)

    def link(self, fact: str) -> Ints:
        """Names lead nowhere."""
        raise KeyError(fact)

    def children(self, fact: str) -> Children:
        """Names have no rows."""
        raise KeyError(fact)


@dataclass(frozen=True, eq=False)
class Seats:
    """Where each name of a kind stands in each world; of a name that a world does not have nothing is known. `shared`: rows that all worlds have."""

    table: Table
    shared: int
    rows: Ints

    def moved(self, links: Ints) -> Ints:
        """The links of rows that all worlds have, the unknown and nobody now standing further behind."""
        return np.where(links >= self.shared, links + (self.table.n - self.shared), links)


@dataclass(eq=False)
class Pile:
    """The table: `base` is what all worlds share; row i behind it is row `which[i]` of the `variants`, as it is in world `worlds[i]`."""

    base: Table
    variants: RecordTable
    which: Ints
    worlds: Ints
    seats: Callable[[str], Seats]
    held: dict[tuple[str, str], Values]
    relations: Mapping[str, Callable[[], Children]] = field(default_factory=dict)
    _columns: dict[str, Column] = field(default_factory=dict)
    _links: dict[str, Ints] = field(default_factory=dict)
    _children: dict[str, Children] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Its records are of one kind."""
        self.kind, self.facts = self.base.kind, self.base.facts

    @property
    def ids(self) -> Sequence[str]:
        """The names of the rows that all worlds have."""
        return getattr(self.base, "ids", ())

    @property
    def n(self) -> int:
        """How many rows there are."""
        return self.base.n + len(self.which)

    def column(self, fact: str) -> Column:
        """The column of a fact."""
        if fact not in self._columns:
            self._columns[fact] = self._joined(fact, self.base.column(fact), self.variants.column(fact))
        return self._columns[fact]

    def _joined(self, fact: str, base: Column, variants: Column) -> Column:
        match base, variants:
            case Truths(), Truths():
                return Truths(self._behind(base.codes, variants.codes))
            case Numbers(), Numbers():
                return Numbers(self._behind(base.lo, variants.lo), self._behind(base.hi, variants.hi))
            case Choices(), Choices():
                known = self.held.get((self.kind, fact), base.values)
                numbers = {value: number for number, value in enumerate(known)}
                ids = np.array([numbers.setdefault(value, len(numbers)) for value in variants.values], dtype=np.int32)
                values = self.held[self.kind, fact] = known if len(known) == len(numbers) else Values(numbers)
                return Choices(self._behind(base.ids, ids[variants.ids]), values)
            case _:
                raise TypeError(fact)  # a fact is of one type in all worlds

    def _behind(self, base: Ints, variants: Ints) -> Ints:
        """What all worlds share, what each has of its own, and the two last rows."""
        return np.concatenate([base[:-2], variants[self.which], base[-2:]])

    def link(self, fact: str) -> Ints:
        """The rows that a link leads to, in the same world."""
        if fact not in self._links:
            to = self.seats(self.facts[fact].to)
            own = to.rows[self.worlds, self.variants.link(fact)[self.which]]
            self._links[fact] = np.concatenate([to.moved(self.base.link(fact)[:-2]), own, [to.table.n, to.table.n + 1]])
        return self._links[fact]

    def children(self, fact: str) -> Children:
        """The rows of a relation, in the same world."""
        if fact not in self._children:
            self._children[fact] = self.relations[fact]() if fact in self.relations else self._related(fact)
        return self._children[fact]

    def _related(self, fact: str) -> Children:
        base, variants = self.base.children(fact), self.variants.children(fact)
        counts = np.diff(variants.offsets)[self.which]
        index = variants.index[ranges(variants.offsets[self.which], counts)]
        of, worlds = np.repeat(np.arange(len(self.which)), counts), np.repeat(self.worlds, counts)
        table: Table
        if self.facts[fact].type == "links":
            to = self.seats(self.facts[fact].to)
            rows = to.rows[worlds, index]
            there = rows != to.table.n
            table, own, counts = to.table, rows[there], np.bincount(of[there], minlength=len(self.which))
        else:
            assert isinstance(variants.table, RecordTable)
            table = Pile(base.table, variants.table, index, worlds, self.seats, self.held)
            own = base.table.n + np.arange(len(index), dtype=np.int64)
        open_ = np.concatenate([base.open[:-2], variants.open[self.which]])
        return children(np.concatenate([np.diff(base.offsets)[:-2], counts]), np.concatenate([base.index, own]).astype(np.int64), table, open_)


def ranges(starts: Ints, counts: Ints) -> Ints:
    """For each start as many whole numbers from there on, one after the other."""
    return np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum(), dtype=np.int64)
