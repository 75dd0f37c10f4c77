"""What a row costs on a cluster's engine when there are many more rows: profile, persons and masked write, at one size after the other in one session.

    python bench/flat.py [1000000 8000000 30000000]

Sail where pysail and pyspark-client are installed (`make servers`); Spark itself where pyspark and Java are (in an environment without
pyspark-client). Persons are half as many as rows, up to 2.5 million. A plain copy by the same engine stands beside it: where a row of that costs
more too, it is the machine. The first size is done once before the clock runs. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import resource
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from gate import CROSSING, HERE, HOME, MAC, made

from comity.gate.engine.engine import Asked
from comity.gate.engine.spark import Spark

SIZES = (1_000_000, 8_000_000)
GOAL = {"dearer_at_most": 1.25}
ASKED = Asked("place", "person", extremes=("lat",))


@contextmanager
def session():
    """A session with the engine that is here, and its name."""
    from pyspark.sql import SparkSession

    try:
        from pysail.spark import SparkConnectServer
    except ImportError:
        settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "4g"}
        spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
        yield spark, "spark"
        spark.stop()
    else:
        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        spark = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
        yield spark, "sail"
        spark.stop()
        server.stop()


def moved(spark, source, out):
    """Seconds of each step on a table."""
    engine, spent = Spark(spark), {}
    rows = engine.file(source)
    for step, work in {
        "profile": lambda: engine.profile(rows, ASKED),
        "persons": lambda: engine.persons(rows, ASKED, HERE, HOME),
        "write": lambda: engine.write(rows, CROSSING, out, MAC),
        "copy": lambda: rows.write.option("compression", "zstd").parquet(f"{out}-copy"),
    }.items():
        began = time.perf_counter()
        work()
        spent[step] = time.perf_counter() - began
    for folder in (out, Path(f"{out}-copy")):
        shutil.rmtree(folder)
    return spent


def main(sizes):
    with tempfile.TemporaryDirectory() as name, session() as (spark, engine):
        source, out, per_row = Path(name) / "source.parquet", Path(name) / "out", {}
        for rows in (sizes[0], *sizes):
            made(source, rows)
            spent = moved(spark, source, out)
            gate = sum(spent[step] for step in ("profile", "persons", "write"))
            per_row[rows] = {"gate_us": gate / rows * 1e6, "copy_us": spent["copy"] / rows * 1e6}
            print(f"{engine:6} {rows:12,} rows: " + ", ".join(f"{step} {took:.2f} s" for step, took in spent.items()), flush=True)
        first, last = (per_row[size] for size in (sizes[0], sizes[-1]))
        figures = {
            "engine": engine, "us_a_row": {rows: {what: round(us, 3) for what, us in one.items()} for rows, one in per_row.items()},
            "dearer": round(last["gate_us"] / first["gate_us"], 2), "copy_dearer": round(last["copy_us"] / first["copy_us"], 2),
            "over_copy": {rows: round(one["gate_us"] / one["copy_us"], 2) for rows, one in per_row.items()},
            "peak_mb_here": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }  # fmt: skip
    print(json.dumps({"bench": "flat", "figures": figures, "goal": GOAL, "met": figures["dearer"] <= GOAL["dearer_at_most"]}))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
