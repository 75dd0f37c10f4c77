"""A query across a border, beside the same query over the masks written into it by hand, in one database of the same engine.

The goal: the room costs at most half as much again as masks in the query, which a query can see behind. Last line: JSON.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from comity.gate.crossing import Crossing
from comity.gate.engine.duckdb import SPEAKS, DuckDB
from comity.gate.form import Band, Keep, Pseudonym
from comity.gate.mac import Mac
from comity.gate.query.answer import answered, ask
from comity.gate.query.home import by_polars
from comity.gate.query.read import read
from comity.text.source import Mistakes

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
GOAL = 1.5
QUERIES = {
    "count by city": "SELECT city, count(*), sum(amount) FROM visits WHERE n % 10 < 7 GROUP BY city",
    "distinct persons": "SELECT count(DISTINCT patient) FROM visits",
    "one page": "SELECT * FROM visits LIMIT 20",
}
FORMS = {"patient": Pseudonym(), "city": Keep(), "amount": Band(10), "n": Keep()}
CROSSING = Crossing("country", dict.fromkeys(("C0", "C1", "C2", "C3", "C4", "C5"), FORMS), tuple(FORMS))
MAC = Mac.pseudonyms(b"\0" * 32, "bench")


def best(run, times=3):
    found = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return min(found)


def main():
    with TemporaryDirectory() as folder:
        file, i = Path(folder) / "visits.parquet", pl.int_range(ROWS)
        columns = {
            "patient": pl.lit("person ") + (i * 7919 % (ROWS // 2)).cast(pl.String),
            "country": pl.lit("C") + (i * 31 % 10).cast(pl.String),
            "city": pl.lit("city ") + (i * 17 % 40).cast(pl.String),
            "amount": (i * 13 % 1000).cast(pl.Float64),
            "n": i,
        }
        pl.select(**columns).write_parquet(file)
        database = duckdb.connect(config={"threads": 2})
        source = f"SELECT * FROM '{file}'"
        masks = f"SELECT {SPEAKS.masks(CROSSING, DuckDB(database).kinds(source))} FROM ({source}) WHERE {SPEAKS.passes(CROSSING)}"
        inner, outer = MAC.pads
        offer = by_polars(file, CROSSING, MAC)
        figures = {}
        for name, sql in QUERIES.items():

            def hand(sql=sql):
                text = f"WITH visits AS ({masks}) {sql}"
                named = database.extract_statements(text)[0].named_parameters
                return database.execute(text, {k: v for k, v in (("inner", inner), ("outer", outer)) if k in named}).fetchall()

            def ours(sql=sql):
                with answered(ask(read("query", sql, ["visits"], Mistakes()), {"visits": offer})) as answer:
                    return sum(batch.num_rows for batch in answer.batches)

            by_hand, by_us = best(hand), best(ours)
            figures[name] = {"by hand": round(by_hand, 4), "polars": round(by_us, 4), "ratio": round(by_us / by_hand, 2)}
            print(name, figures[name])
    met = all(found["ratio"] <= GOAL for name, found in figures.items() if name != "one page")
    print(json.dumps({"bench": "query", "figures": {"rows": ROWS, **figures}, "goal": f"at most {GOAL} of masks by hand", "met": met}))


main()
