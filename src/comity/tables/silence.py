"""What the silence of tables says: the same as that of a world file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from comity.facts.record import Stated
from comity.facts.value import MIN, Interval, OneOf
from comity.facts.vocabulary import SETS, Fact
from comity.files.silence import ORIGINS, SINCE, UNSTATED

ENDS: Final = ("", ".from", ".to")
"""The columns of a day: the day itself, or the ends of what it may be."""


def leads_to(link: Stated | None) -> str:
    """The record that a presumed link surely leads to, if to any."""
    names = (link.members if isinstance(link, OneOf) else None) or frozenset()
    return next(iter(names)) if len(names) == 1 else ""


def of_rows(presumed: Mapping[str, Stated], fact: Fact) -> dict[str, Stated]:
    """What is presumed of the columns of rows."""
    return {column: presumed[f"{fact.name}[].{column}"] for column in fact.columns if f"{fact.name}[].{column}" in presumed}


def first_day(file: Path | None) -> Interval | None:
    """Some day up to the first on which something moves; none where a movement does not say when. What is wrong with the file is said where it is checked."""
    first: list[int] = []
    if file is None:
        return None
    try:
        with parquet.ParquetFile(file) as source:
            for batch in source.iter_batches(columns=["on", "on.from"]):
                ends = [column for column in batch.columns if pa.types.is_date(column.type)]
                if not ends or (days := pc.coalesce(*ends)).null_count:
                    return None
                first.append(pc.min(days).as_py().toordinal())
    except (pa.ArrowException, OSError):
        return None
    return Interval(MIN, min(first)) if first else None


def with_unstated(data: pa.Table, facts: Mapping[str, Fact]) -> pa.Table:
    """The table with a last record of which nothing is known but its claims: what else is closed may be anything there."""
    words = {
        name: [["..."]] if fact.type in SETS else ["unknown"] for name, fact in facts.items() if fact.closes == "true" and fact.type in (*SETS, "code", "link")
    }
    try:
        return pa.concat_tables([data, pa.table({"id": [UNSTATED], **words})], promote_options="permissive") if data.num_columns else data
    except pa.ArrowException:
        return data  # a column of another type: said where the table is checked


def in_force_from(data: pa.Table) -> pa.Table:
    """Papers with the day since when they are in force, where only that of their effect, issue or signature is said."""
    here = {f.name for f in data.schema if pa.types.is_date(f.type)}
    named = [(name, [f"{name}{end}" for end in ENDS]) for name in (SINCE, *ORIGINS)]
    if not here.intersection(column for name, columns in named[1:] for column in columns) or {*named[0][1]} & {*data.column_names} - here:
        return data  # nothing to go by, or a column of another type: said where the table is checked
    found = [pa.nulls(data.num_rows, pa.date32())] * len(ENDS)
    for _, columns in reversed(named):
        days = [pc.cast(data.column(c).combine_chunks(), pa.date32()) if c in here else pa.nulls(data.num_rows, pa.date32()) for c in columns]
        stated = reduce(pc.or_, [pc.is_valid(d) for d in days])
        found = [pc.if_else(stated, one, other) for one, other in zip(days, found, strict=True)]
    rest = data.drop_columns([c for c in named[0][1] if c in data.column_names])
    for name, column in zip(named[0][1], found, strict=True):
        rest = rest.append_column(name, column) if column.null_count < len(column) else rest
    return rest
