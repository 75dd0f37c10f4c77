"""The same crossing of millions of rows on every engine that is here: rows that differ from those of the first, which must be none.

    python bench/engines.py [--rows 3000000]

Needs nothing beyond the package for Polars and DuckDB; a PostgreSQL server's programs; pysail and pyspark-client for Sail; pyspark and
Java for Spark (in an environment without pyspark-client). An engine that is not here is named.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from adbc_driver_postgresql import dbapi
from postgres import serving

from comity.gate.crossing import Crossing
from comity.gate.engine.duckdb import DuckDB
from comity.gate.engine.polars import Polars
from comity.gate.engine.postgres import Postgres
from comity.gate.form import parse
from comity.gate.mac import Mac

MAC = Mac.pseudonyms(b"a key that stays at home".ljust(32), "somebody abroad")
FORMS = {
    "id": "keep",
    "person": "pseudonym",
    "number": "pseudonym",
    "place": "keep",
    "lat": "grid 10 per degree",
    "lon": "grid 7 per degree",
    "exact": "grid 100 per degree",
    "at": "month",
    "born": "year",
    "amount": "band 3",
    "units": "band 10",
    "text": "keep",
}
NAMES = ", ".join(f'"{name}"' for name in FORMS)
EXACT = '"exact"'  # as text on its way into the server: its driver takes no decimals
CELL = {name: parse(words) for name, words in FORMS.items()}
CROSSING = Crossing(
    "place",
    {"P00": CELL, "P01": CELL | {"text": parse("drop"), "born": parse("keep")}, "Ö 2": CELL | {"lat": parse("keep"), "units": parse("drop")}},
    tuple(FORMS),
    ("person",),
)


def made(path, rows):
    """Ties on every line of the grid, nulls, negative numbers, text in several scripts, days far away."""
    duckdb.sql(f"""COPY (SELECT i AS id, CASE hash(i * 3) % 50 WHEN 0 THEN NULL WHEN 1 THEN ''

        ELSE chr((65 + hash(i * 5) % 20000)::INT) || (hash(i * 7) % 900000) END AS person,
        (hash(i * 11) % 100000)::BIGINT - 50000 AS number, ['P00', 'P01', 'Ö 2', 'P03', NULL][1 + (hash(i * 13) % 5)::INT] AS place,
        CASE hash(i * 2) % 40 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' ELSE ((hash(i * 17) % 7200)::INT - 3600) / 40.0 END::DOUBLE AS lat,
        ((hash(i * 19) % 360000000)::BIGINT - 180000000) / 1e6::DOUBLE AS lon, (((hash(i * 43) % 18000000)::BIGINT - 9000000) / 1e5)::DECIMAL(9, 6) AS exact,
        TIMESTAMP '0001-01-01' + to_hours((hash(i * 23) % 80000000)::INT) AS at, DATE '0001-01-01' + (hash(i * 29) % 3600000)::INT AS born,
        ((hash(i * 41) % 2000000)::BIGINT - 1000000) / 100.0::DOUBLE AS amount, (hash(i * 47) % 4000000000)::BIGINT - 2000000000 AS units,
        CASE hash(i * 53) % 9 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE '数据' || (hash(i * 59) % 1000) || ' ё''\\' END AS text
        FROM range({rows}) AS t(i)) TO '{path}' (FORMAT parquet)""")


def by_postgres(source, out):
    (spent,) = (on_server(server, source, out) for server in serving())
    return spent


def on_server(server, source, out):
    address = server.database()
    reader = duckdb.sql(f"SELECT * REPLACE (exact::VARCHAR AS exact) FROM '{source}'").to_arrow_reader()
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("rows", reader)
        connection.commit()
    began = time.perf_counter()
    Postgres(address).write(f"SELECT {NAMES.replace(EXACT, f'{EXACT}::numeric(9, 6) AS {EXACT}')} FROM rows", CROSSING, out, MAC)
    return time.perf_counter() - began


def by_spark(session, source, out):
    from comity.gate.engine.spark import Spark

    began = time.perf_counter()
    Spark(session).write(session.read.parquet(str(source)), CROSSING, out, MAC)
    return time.perf_counter() - began


def by_sail(source, out):
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
    spent = by_spark(session, source, out)
    session.stop()
    server.stop()
    return spent


def by_pyspark(source, out):
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    spent = by_spark(session, source, out)
    session.stop()
    return spent


def timed(engine, source):
    def write(_, out):
        began = time.perf_counter()
        engine.write(source, CROSSING, out, MAC)
        return time.perf_counter() - began

    return write


if __name__ == "__main__":
    told = argparse.ArgumentParser()
    told.add_argument("--rows", type=int, default=3_000_000)
    rows = told.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        source, first = Path(name) / "source.parquet", None
        made(source, rows)
        ways = {"polars": timed(Polars(), source), "duckdb": timed(DuckDB(duckdb.connect()), f"SELECT * FROM '{source}'"), "postgres": by_postgres}
        figures, differ = {"rows": rows}, {}
        for engine, write in {**ways, "sail": by_sail, "pyspark": by_pyspark}.items():
            out = Path(name) / engine
            try:
                spent = write(source, out)
            except Exception as fault:
                print(f"{engine}: not here, or failed: {type(fault).__name__}: {str(fault)[:200]}")
                continue
            table = f"read_parquet('{out / '*.parquet' if out.is_dir() else out}')"
            first = first or table
            rows_of = [f"SELECT {NAMES} FROM {one}" for one in (first, table)]
            both = f"SELECT count(*) FROM (({rows_of[0]} EXCEPT ALL {rows_of[1]}) UNION ALL ({rows_of[1]} EXCEPT ALL {rows_of[0]}))"
            differ[engine] = duckdb.sql(both).fetchall()[0][0]
            figures[engine] = {"seconds": round(spent, 2), "rows": duckdb.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0], "differ": differ[engine]}
            print(f"{engine:9} {figures[engine]}")
    print(json.dumps({"bench": "engines", "figures": figures, "goal": {"differ": 0}, "met": len(differ) > 1 and not any(differ.values())}))
