"""Viewing a table from abroad is a transfer too: its persons are reserved, decided on and taken down before the first row of an answer leaves.

Who may ask about a table may ask about everybody in it, so all persons of what crosses are counted, whatever the query finds.
Where a table has a budget for privacy, its answers are noised, and paid for before they are computed. The same question asked again is
another view: it is noised anew, and paid for anew. Whatever becomes of an answer then, nothing is paid back: that one failed tells of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import uuid4

import pyarrow as pa

from comity.gate.address import wrong
from comity.gate.query.answer import Answer, Started, answered, ask
from comity.gate.query.home import by_polars
from comity.gate.query.offer import Minimum, Offer
from comity.gate.query.read import read
from comity.gate.query.room import HeldError
from comity.gate.run import Gate, Held, holding
from comity.gate.source import Source
from comity.gate.spool import in_place, spooled
from comity.text.source import Mistakes, SourceError

FEWEST: Final = 2
"""Persons behind an answer with noise, where nobody says how many."""


@dataclass(frozen=True)
class Viewed:
    """A table that may be asked about: the gate it passes, where it is, how many persons must stand behind an answer, and how much epsilon it takes."""

    gate: Gate
    source: Source
    persons: int | None = None
    epsilon: Decimal | None = None

    def minimum(self) -> Minimum | None:
        """What leaves, where not all does.

        Raises:
            SourceError: a table with a budget is to answer without noise, or one without a budget with it.
            CrossingError: nothing can leave so.
        """
        table, noise = self.gate.asking.table, None
        if table.privacy is not None and self.epsilon is None:
            raise wrong(table.name, "this table answers with noise only", "say what an answer costs: --noise 0.1")
        if self.epsilon is not None:
            if table.privacy is None:
                raise wrong(table.name, "this table has no budget that would bear noise", "add privacy: {epsilon: 3, delta: 0.000001}")
            noise = table.privacy.noise(self.epsilon, f"{table.asset} for {self.gate.importer}")
        return Minimum(self.persons or FEWEST, table.person, noise) if self.persons or noise else None


@contextmanager
def view(file: str, sql: str, tables: Mapping[str, Viewed], memory: str = "1GB", started: Started | None = None) -> Iterator[Answer]:
    """The answer to one query, while the context lasts; before it begins, the ledger has taken down who is seen by it, and what it cost.

    Args:
        file: what the query is called where mistakes are told.
        sql: one SELECT.
        tables: what may be asked about, by name; all over one ledger.
        memory: see `answered`.
        started: see `answered`.

    Raises:
        SourceError: the query is not answered across a border.
        GateError: none of a table may be seen, or a budget has too little left.
        HeldError: a table cannot be read at home, or is no longer as it was.
        QueryError: the query failed while it ran.
    """
    mistakes, name = Mistakes(), f"view {uuid4().hex}"
    asked = read(file, sql, tables, mistakes)
    mistakes.settle()
    assert asked is not None
    named = {table: one for table, one in tables.items() if asked.mentions(table)}
    with ExitStack() as stack:
        stack.enter_context(holding())
        minima = {table: one.minimum() for table, one in named.items()}
        reserved: list[tuple[Gate, str]] = []
        taken: list[Held] = []
        try:
            offers: dict[str, Offer] = {}
            for table, one in named.items():
                where = stack.enter_context(spooled(one.source))
                reserved.append((one.gate, f"{name}.{len(reserved)}"))
                taken.append(one.gate.reserved(reserved[-1][1], one.source, where))
                offers[table] = by_polars(where, one.gate.crossing(taken[-1].decision), one.gate.pseudonyms, minima[table])
            question = ask(asked, offers)
            answer = stack.enter_context(answered(question, lambda costs: reserved[0][0].ledger.spend(name, costs), memory, started))
            for one in named.values():
                one.source.check()
            said = {"query": hashlib.sha256(sql.encode()).hexdigest(), "costs": [one.entry() for one in question.costs]}
            for (gate, _), held in zip(reserved, taken, strict=True):
                gate.commit(held, said)
        except BaseException:
            for gate, reservation in reserved:
                gate.forget(reservation)
            raise
        yield Answer(answer.schema, _unchanged(answer, [one.source for one in named.values() if in_place(one.source)]))


def _unchanged(answer: Answer, sources: list[Source]) -> Iterator[pa.RecordBatch]:
    """The batches, as long as the tables that are read where they lie are as they were."""
    for batch in answer.batches:
        for source in sources:
            try:
                source.check()
            except SourceError as fault:
                raise HeldError("a table changed at home while it was read: the rest of the answer is held") from fault
        yield batch
