"""A query across a border, answered: read, its tables let through, and run where nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import duckdb
import pyarrow as pa
from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

from comity.gate.crossing import Crossing
from comity.gate.query import noise
from comity.gate.query.minimum import Block, blocks
from comity.gate.query.offer import Offer
from comity.gate.query.read import Asked, fold
from comity.gate.query.room import Room, spoken
from comity.ledger.budget import Spending
from comity.text.source import Mistake, Mistakes, SourceError

Started = Callable[[Callable[[], None]], None]
"""Is given, before anything runs, what stops it from another thread."""


@dataclass(frozen=True)
class Question:
    """A query that may be answered. `sql`: what is run; `crossings`: what is let through for it, by table; `noised`: blocks to be noised, by name."""

    asked: Asked
    sql: str
    offers: Mapping[str, Offer]
    crossings: Mapping[str, Crossing]
    noised: Mapping[str, Block]
    aloud: bool

    @property
    def costs(self) -> list[Spending]:
        """What its noise costs; nothing where there is none."""
        return [one for block in self.noised.values() for one in noise.cost(block)]


@dataclass(frozen=True)
class Answer:
    """What leaves: the columns, and the rows batch by batch as they are found."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def ask(asked: Asked, offers: Mapping[str, Offer]) -> Question:
    """A query that was read (once: its tree is used up), over tables that are offered.

    Args:
        asked: one SELECT, in the dialect of DuckDB.
        offers: the tables, by the names that a query gives them.

    Raises:
        SourceError: all that is not answered across a border, each with its place.
    """
    mistakes = Mistakes()
    folded = {fold(name): offer for name, offer in offers.items()}
    crossings = _crossings(asked, folded)
    found = blocks(asked, folded, mistakes)
    hidden = [block for block in found if any(least.noise for _, least in block.who)]
    for block in hidden if not mistakes.found else ():
        noise.checked(block, asked.place, mistakes)
    mistakes.settle()
    tree: exp.Expr = asked.tree.copy() if not found else asked.tree
    noised: dict[str, Block] = {}
    for block in found:
        if block not in hidden:
            block.suppress()
            continue
        name = f"noised {len(noised)}"
        instead = noise.instead(block, name)
        tree = instead if block.select is tree else tree
        if block.select.parent is not None:
            block.select.replace(instead)
        noised[name] = block
    try:
        text = tree.sql(dialect="duckdb", identify=True, comments=False, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as fault:
        raise SourceError([Mistake(asked.place(asked.tree), "it cannot be written so that DuckDB reads it in one way")]) from fault
    return Question(asked, text, folded, crossings, noised, aloud=not found)


def _crossings(asked: Asked, offers: Mapping[str, Offer]) -> dict[str, Crossing]:
    """For each table that is named: the rows, and the columns that are named too."""
    named = {fold(table.name): offers[fold(table.name)] for table in asked.tables if fold(table.name) in offers}
    tables = {fold(table.alias_or_name) for table in asked.tables} | {fold(alias.name) for alias in asked.tree.find_all(exp.TableAlias)}
    rows = any(fold(column.name) in tables for column in asked.tree.find_all(exp.Column))  # a table's name as a column is all its columns
    return {name: offer.narrowed(asked.names, whole=asked.starred or rows) for name, offer in named.items()}


@contextmanager
def answered(question: Question, spend: noise.Spend | None = None, memory: str = "1GB", started: Started | None = None) -> Iterator[Answer]:
    """The answer, while the context lasts.

    Args:
        question: what is asked.
        spend: takes what noise costs out of budgets, or raises; called once, when the query is known to fit, before anything is computed.
        memory: the most that the query may use, as DuckDB reads it; nothing is written to a disk.
        started: is given, before anything runs, what stops it from another thread.

    Raises:
        SourceError: the query does not fit its tables.
        HeldError: a table cannot be read at home.
        QueryError: the query failed while it ran.
        ValueError: its noise has a cost, and nobody bears it.
    """
    if question.costs and spend is None:
        raise ValueError("this answer needs noise, and there is no budget for it")
    with Room(memory) as room:
        if started is not None:
            started(room.stop)
        for name, crossing in question.crossings.items():
            room.admit(name, partial(question.offers[name].stream, crossing))
        room.close_door()
        if spend is not None and question.costs:
            totals = {name: _bound(question, room, noise.totals(block).sql(dialect="duckdb", identify=True)) for name, block in question.noised.items()}
            for name, block in question.noised.items():  # as if nobody were there: a query that does not fit must cost nothing
                room.admit(name, noise.noised(block, room.read(totals[name].limit(0), aloud=False).read_all()).to_reader)
            _bound(question, room, question.sql)
            spend(question.costs)
            for name, block in question.noised.items():
                reader = room.read(totals[name], aloud=False)
                found = pa.Table.from_batches(room.batches(reader, aloud=False), schema=reader.schema)
                room.admit(name, noise.noised(block, found).to_reader)
        reader = room.read(_bound(question, room, question.sql), aloud=question.aloud)
        yield Answer(reader.schema, room.batches(reader, aloud=question.aloud))


def _bound(question: Question, room: Room, sql: str) -> duckdb.DuckDBPyRelation:
    """The query bound to its tables; what does not fit them is a mistake of who wrote it."""
    try:
        return room.bind(sql)
    except duckdb.Error as fault:
        said = spoken(fault)
        names = {fold(name) for name in re.findall(r'"([^"]+)"', said)}
        stands = [i for i in question.asked.tree.find_all(exp.Identifier) if fold(i.this) in names]
        place = question.asked.place(stands[0] if stands else question.asked.tree)
        raise SourceError([Mistake(place, said)]) from None
