"""Verdicts by the million: seeded Parquet tables under every shipped rulebook at once, streamed on one core.

Each size runs in a process of its own, so that its peak memory is its own. A verdict is one leg under all regimes together: the
exporter's and the importer's of each movement. Rows are compared with the SQL reading in DuckDB on the flat legs of a small world.
The last line is JSON: {"bench", "figures", "goal", "met"}. `tables.py 500000 1000000` measures these numbers of movements.
"""

import json
import os
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from pyarrow import parquet

SIZES = (1_000_000, 2_000_000, 4_000_000)
GOAL = {"verdicts_per_second": 1_000_000, "linear_within": 1.25, "sql_differs": 0}
PARTIES, ASSETS, POPULATIONS, PARTNERS, BLOCK = 5_000, 2_000, 1_000, 5, 1_000_000
PLACES = np.array(["US", "CN", "DE", "FR", "GB", "IE", "CN-SH", "HK", "RU", "NL"])
FIELDS = np.array(["name", "email", "ip", "device_id", "health", "face", "location", "genome", "purchases", "address", "phone", "income"])


def some(chance, values, missing):
    return pa.array(values, mask=chance.random(len(values)) < missing)


def picked(chance, words, n, missing=0.0):
    codes = pa.array(chance.integers(0, len(words), n).astype(np.int32), mask=chance.random(n) < missing)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words))


def static(chance, folder):
    """Everything that does not move: parties with owners, assets with fields, groups of persons, purposes, instruments."""
    names = {kind: [f"{kind}{i}" for i in range(n)] for kind, n in (("p", PARTIES), ("a", ASSETS), ("q", POPULATIONS))}
    where = PLACES[chance.integers(0, len(PLACES), PARTIES)]
    tables = {
        "parties": {
            "id": names["p"],
            "kind": picked(chance, ["organisation", "individual"], PARTIES, 0.02),
            "organised_in": [[p] for p in where],
            "principal_place": some(chance, where, 0.05),
            "located_in": some(chance, where, 0.05),
            "headquarters": some(chance, where, 0.1),
            "persons_processed": some(chance, chance.integers(1, 10**7, PARTIES), 0.2),
        },
        "parties.owners": {
            "of": chance.integers(0, PARTIES, 3 * PARTIES),
            "party": chance.integers(0, PARTIES, 3 * PARTIES),
            "share": chance.integers(1, 9, 3 * PARTIES),
        },
        "populations": {
            "id": names["q"],
            "place": PLACES[chance.integers(0, len(PLACES), POPULATIONS)],
            "persons": (10 ** chance.uniform(1, 6, POPULATIONS)).astype(int),
        },
        "assets": {
            "id": names["a"],
            "kind": picked(chance, ["data", "data", "data", "technology", "weights"], ASSETS),
            "about": picked(chance, ["person", "nobody"], ASSETS, 0.1),
            "identifiability": picked(chance, ["identified", "pseudonymised", "anonymous"], ASSETS, 0.1),
            "collected_in": [[p] for p in PLACES[chance.integers(0, len(PLACES), ASSETS)]],
            "fields": [[{"kind": k} for k in chance.choice(FIELDS, chance.integers(1, 6), replace=False)] for _ in range(ASSETS)],
        },
        "purposes": {
            "id": [f"u{i}" for i in range(50)],
            "kind": picked(chance, ["hr", "contract", "analytics", "payments"], 50),
            "needed": some(chance, chance.random(50) < 0.5, 0.2),
        },
        "instruments": {
            "id": [f"i{i}" for i in range(300)],
            "kind": picked(chance, ["clauses", "assessment", "licence", "consent"], 300),
            "under": picked(chance, ["eu.scc-2021", "cn.security-assessment", "us.ear"], 300),
            "importers": [[names["p"][i]] for i in chance.integers(0, PARTIES, 300)],
            "result": picked(chance, ["passed", "granted", "pending"], 300, 0.2),
        },
    }
    for name, columns in tables.items():
        parquet.write_table(pa.table(columns), folder / f"{name}.parquet")
    (folder / "world.yaml").write_text("world: seeded tables\nassume: {closed: all, by: bench, on: 2026-11-23}\n", encoding="utf-8")


def make(folder, movements):
    """Tables in which exporters have a few assets and a few partners each, over ten months."""
    chance = np.random.default_rng(7)
    static(chance, folder)
    partner = chance.integers(0, PARTIES, (PARTIES, PARTNERS))
    writer = None
    for start in range(0, movements, BLOCK):
        n = min(BLOCK, movements - start)
        asset = chance.integers(0, ASSETS, n)
        exporter = asset * 7 % PARTIES
        names = {kind: pa.array([f"{kind}{i}" for i in range(most)]) for kind, most in (("p", PARTIES), ("a", ASSETS), ("q", POPULATIONS))}
        named = {
            k: pa.DictionaryArray.from_arrays(pa.array(v.astype(np.int32)), names[kind])
            for k, kind, v in (
                ("exporter", "p", exporter),
                ("importer", "p", partner[exporter, chance.integers(0, PARTNERS, n)]),
                ("asset", "a", asset),
                ("population", "q", asset % POPULATIONS),
            )
        }
        table = pa.table(
            {
                "id": pa.array(np.arange(start, start + n)).cast(pa.string()),
                **named,
                "purpose": picked(chance, [f"u{i}" for i in range(50)], n),
                "event": picked(chance, ["send", "view", "store", "make_accessible"], n, 0.02),
                "stage": picked(chance, ["perform"], n),
                "origin": picked(chance, PLACES, n, 0.02),
                "destination": picked(chance, PLACES, n, 0.02),
                "access_place": picked(chance, PLACES, n, 0.3),
                "on": pa.array(np.datetime64("2026-01-01") + chance.integers(0, 300, n)),
                "pattern": picked(chance, ["once", "regular", "continuous"], n, 0.2),
            }
        )
        writer = writer or parquet.ParquetWriter(folder / "movements.parquet", table.schema)
        writer.write_table(table, row_group_size=131_072)
    writer.close()


def measure(folder):
    """One run in this process: verdicts, seconds, megabytes at the peak."""
    from comity import shelf
    from comity.tables.folder import table_world, write
    from comity.tables.stream import Stream
    from comity.text.source import Mistakes

    plan, mistakes = shelf.plan(), Mistakes()
    began = time.perf_counter()
    world, movements = table_world(folder, plan, mistakes, 740_000)
    mistakes.settle()
    stream = Stream(world, plan, movements.names)
    legs = write(folder.parent / "verdicts.parquet", stream.results(movements.batches))
    return {"verdicts": legs, "seconds": time.perf_counter() - began, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def sql_differs():
    """Legs of the demo world of which DuckDB, running our SQL, says anything else than the columns do."""
    import duckdb

    from comity import shelf
    from comity.files.world import read_world
    from comity.flat.legs import flat
    from comity.sql.query import sql
    from comity.text.source import Mistakes, read_documents
    from comity.verdict.decide import outcomes, stretches

    plan, mistakes = shelf.plan(), Mistakes()
    file = Path(__file__).parents[1] / "examples" / "platform" / "world.yaml"
    world = read_world(read_documents(file.name, file.read_bytes(), mistakes)[0], plan.vocabulary, mistakes, 740_000)
    differs = 0
    for one in stretches(world, plan):
        rows = flat(one, plan)
        legs = pa.table({"leg number": list(range(len(one.legs))), **{name: pa.array(column) for name, column in rows.columns.items()}})
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("legs", legs)
            found = np.array(connection.execute(sql(plan, rows.values)).fetchall())
        ours = np.stack([end for ends in outcomes(one.columns, one.frame, plan).values() for end in ends], axis=1)
        differs += int((found != ours).any(axis=1).sum())
    return differs


def main():
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(Path(sys.argv[2]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    core = {**os.environ, "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1"}
    found = {}
    for size in sizes:
        with TemporaryDirectory() as name:
            folder = Path(name) / "world"
            folder.mkdir()
            make(folder, size)
            run = subprocess.run([sys.executable, __file__, "--measure", str(folder)], env=core, capture_output=True, text=True, check=True)
            found[size] = json.loads(run.stdout.splitlines()[-1])
        print(
            f"{size:>12,} movements: {found[size]['seconds']:8.1f} s, {found[size]['verdicts'] / found[size]['seconds']:>12,.0f} verdicts/s, "
            f"{found[size]['megabytes']:6,.0f} MB",
            flush=True,
        )
    few, many = found[sizes[0]], found[sizes[-1]]
    more = many["verdicts"] - few["verdicts"]  # what comes before the first verdict is paid once
    steps = [(found[b]["seconds"] - found[a]["seconds"]) / (found[b]["verdicts"] - found[a]["verdicts"]) for a, b in pairwise(sizes)]
    figures = {
        "verdicts_per_second": round(many["verdicts"] / many["seconds"]),
        "verdicts_per_second_once_begun": round(more / (many["seconds"] - few["seconds"])) if more else None,
        "linear_within": round(max(steps) / min(steps), 2) if len(steps) > 1 else 1.0,
        "megabytes": {str(size): round(one["megabytes"]) for size, one in found.items()},
        "sql_differs": sql_differs(),
    }
    met = figures["verdicts_per_second"] >= GOAL["verdicts_per_second"] and figures["linear_within"] <= GOAL["linear_within"] and not figures["sql_differs"]
    print(json.dumps({"bench": "tables", "figures": figures, "goal": GOAL, "met": met}))


if __name__ == "__main__":
    main()
