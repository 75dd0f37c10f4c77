"""A query across a border, answered: read, its tables let through, and run where nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import duckdb
import pyarrow as pa
from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

from comity.gate.crossing import Crossing
from comity.gate.query import noise
from comity.gate.query.minimum import Block, blocks
from comity.gate.query.offer import Offer
from comity.gate.query.read import Asked, fold, read
from comity.gate.query.room import Room, spoken
from comity.text.source import Mistake, Mistakes, Place, SourceError

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
    def epsilon(self) -> Decimal:
        """What its noise costs; nothing where there is none."""
        return sum((noise.cost(block) for block in self.noised.values()), Decimal(0))


@dataclass(frozen=True)
class Answer:
    """What leaves: the columns, and the rows batch by batch as they are found."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def ask(file: str, sql: str, offers: Mapping[str, Offer]) -> Question:
    """Reads a query over tables that are offered.

    Args:
        file: what the query is called where mistakes are told.
        sql: one SELECT, in the dialect of DuckDB.
        offers: the tables, by the names that a query gives them.

    Raises:
        SourceError: all that is not answered across a border, each with its place.
    """
    mistakes = Mistakes()
    asked = read(file, sql, offers, mistakes)
    mistakes.settle()
    assert asked is not None
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
        raise SourceError([Mistake(Place(file, 1, 1), "it cannot be written so that DuckDB reads it in one way")]) from fault
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
        spend: takes what noise costs out of a budget, or raises; called once, before anything is computed.
        memory: the most that the query may use, as DuckDB reads it; nothing is written to a disk.
        started: is given, before anything runs, what stops it from another thread.

    Raises:
        SourceError: the query does not fit its tables.
        HeldError: a table cannot be read at home.
        QueryError: the query failed while it ran.
        ValueError: its noise has a cost, and nobody bears it.
    """
    if question.epsilon and spend is None:
        raise ValueError("this answer needs noise, and there is no budget for it")
    with Room(memory) as room:
        if started is not None:
            started(room.stop)
        for name, crossing in question.crossings.items():
            room.admit(name, partial(question.offers[name].stream, crossing))
        room.close_door()
        if spend is not None and question.epsilon:
            spend(question.epsilon)
        for name, block in question.noised.items():
            totals = _bound(question, room, noise.totals(block).sql(dialect="duckdb", identify=True))
            found = pa.Table.from_batches(room.batches(totals, aloud=False), schema=totals.schema)
            room.admit(name, noise.noised(block, found).to_reader)
        reader = _bound(question, room, question.sql)
        yield Answer(reader.schema, room.batches(reader, aloud=question.aloud))


def _bound(question: Question, room: Room, sql: str) -> pa.RecordBatchReader:
    """The query bound to its tables, as a stream; what does not fit them is a mistake of who wrote it."""
    try:
        bound = room.bind(sql)
    except duckdb.Error as fault:
        said = spoken(fault)
        names = {fold(name) for name in re.findall(r'"([^"]+)"', said)}
        stands = [i for i in question.asked.tree.find_all(exp.Identifier) if fold(i.this) in names]
        place = question.asked.place(stands[0] if stands else question.asked.tree)
        raise SourceError([Mistake(place, said)]) from None
    return room.read(bound, aloud=question.aloud)
