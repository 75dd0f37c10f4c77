"""Columns labelled by hand, and how many of them are recognised."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import yaml
from pyarrow import csv

from comity.gate.propose import propose

HERE = Path(__file__).parent / "data" / "columns"
PLAIN = {"none", "general", "purchases"}
"""What a column may be taken for that is about nobody by itself."""


@dataclass
class Score:
    """Columns with a kind of their own that got it; columns said to have one that have it; what is wrong; and what would have crossed as nobody's."""

    own: int = 0
    found: int = 0
    said: int = 0
    right: int = 0
    columns: int = 0
    good: int = 0
    wrong: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    @property
    def recall(self):
        return self.found / self.own

    @property
    def precision(self):
        return self.right / self.said


def labels():
    return yaml.load((HERE / "labels.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def source(table):
    file = HERE / f"{table}.csv"
    if file.exists():
        return csv.read_csv(file)
    types = {"string": pa.string(), "int64": pa.int64(), "bool": pa.bool_(), "double": pa.float64(), "timestamp[us]": pa.timestamp("us")}
    return pa.schema([(name, types[word]) for name, word in json.loads((HERE / "names.json").read_text(encoding="utf-8"))[table].items()])


def score(tables=None):
    total = Score()
    for table, told in labels().items():
        if tables is None or table in tables:
            _table(total, table, told)
    return total


def _table(total, table, told):
    accepted = {column: code.split("|") for code, columns in told.items() if isinstance(columns, list) for column in columns}
    proposed = propose(source(table), table)
    known = {p.column for p in proposed}
    assert set(accepted) <= known, f"{table} has no {sorted(set(accepted) - known)}"
    for one in proposed:
        codes = accepted.get(one.column, [*PLAIN, told.get("topic", "none")])
        own, good = one.column in accepted and not PLAIN & set(codes), one.field in codes
        total.columns += 1
        total.good += good
        total.own += own
        total.found += own and good
        if one.field not in PLAIN | {"unknown"}:
            total.said += 1
            total.right += good
        if not good:
            (total.held if one.field == "unknown" else total.wrong).append(f"{table}.{one.column}: {one.field}, not {'|'.join(codes)}")
        if own and one.field == "none":
            total.nobody.append(f"{table}.{one.column}")
    for word, says in (("who", "person"), ("where", "place")):
        found = next((p.column for p in proposed if p.says == says), None)
        if found != told.get(word):
            total.wrong.append(f"{table}: {word} is {found}, not {told.get(word)}")
