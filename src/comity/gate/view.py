"""Viewing a table from abroad is a transfer too: its persons are reserved, decided on and taken down before the first row of an answer leaves.

Who may ask about a table may ask about everybody in it, so all persons of what crosses are counted, whatever the query finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pyarrow as pa
import rfc8785

from comity.gate.query.answer import Answer, Started, answered, ask
from comity.gate.query.home import by_polars
from comity.gate.query.noise import Spend
from comity.gate.query.offer import Minimum, Offer
from comity.gate.query.read import read
from comity.gate.query.room import HeldError
from comity.gate.run import Gate, holding, in_place, spooled
from comity.gate.source import Source
from comity.text.source import Mistakes, SourceError


@dataclass(frozen=True)
class Viewed:
    """A table that may be asked about: the gate it passes, where it is, and how many persons must stand behind an answer."""

    gate: Gate
    source: Source
    minimum: Minimum | None = None


@contextmanager
def view(
    file: str, sql: str, tables: Mapping[str, Viewed], spend: Spend | None = None, memory: str = "1GB", started: Started | None = None
) -> Iterator[Answer]:
    """The answer to one query, while the context lasts; before it begins, the ledger has taken down who is seen by it.

    Args:
        file: what the query is called where mistakes are told.
        sql: one SELECT.
        tables: what may be asked about, by name.
        spend: see `answered`.
        memory: see `answered`.
        started: see `answered`.

    Raises:
        SourceError: the query is not answered across a border.
        GateError: none of a table may be seen.
        HeldError: a table cannot be read at home, or is no longer as it was.
        QueryError: the query failed while it ran.
    """
    mistakes = Mistakes()
    asked = read(file, sql, tables, mistakes)
    mistakes.settle()
    assert asked is not None
    named = {name: one for name, one in tables.items() if asked.mentions(name)}
    with ExitStack() as stack:
        stack.enter_context(holding())
        reserved: list[tuple[Gate, str]] = []
        try:
            offers: dict[str, Offer] = {}
            for name, one in named.items():
                where = stack.enter_context(spooled(one.source))
                reservation = _name(one, sql, one.gate.ledger.size)
                decision = one.gate.reserved(reservation, one.source, where)
                reserved.append((one.gate, reservation))
                offers[name] = by_polars(where, decision.crossing, one.gate.pseudonyms, one.minimum)
            question = ask(file, sql, offers)
            answer = stack.enter_context(answered(question, spend, memory, started))
            for one in named.values():
                one.source.check()
        except BaseException:
            for gate, reservation in reserved:
                gate.forget(reservation)
            raise
        said = {"query": hashlib.sha256(sql.encode()).hexdigest(), "epsilon": str(question.epsilon)}
        for gate, reservation in reserved:
            gate.ledger.commit(reservation, said)
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


def _name(one: Viewed, sql: str, size: int) -> str:
    """The name of a reservation: each view is a request of its own."""
    return "view " + hashlib.sha256(rfc8785.dumps({**one.gate.told(one.source), "query": sql, "after": size})).hexdigest()
