"""A table through the gate, beside a plain copy and beside the same written by hand; ratios within rounds of one run.

    python bench/gate.py [--rows 5000000] [--rounds 5]
    python bench/gate.py --rows 100000000 --memory     # the whole, in a process of its own: its peak of memory

`ours` is the filter and the masks alone. `whole` is a lawful transfer from an open ledger to a file in place, under an act made up for it
([xx.act](xx.act)): what is in the table, who is in it, the verdicts on twenty places and their columns, a count of persons with a line, persons
reserved, masks, the digest of what was written, manifest, entry, proof; all of it durable. The masks by hand are what one writes for Polars; they
divide by a literal, so that a third of the coordinates is off by the last digit. `whole_by_hand` is what one writes beside them who is told to count
persons under a key up to a line and to keep their digests and the file's: no law, no ledger, nothing that a crash or another run may not undo.
"""

import argparse
import hashlib
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import duckdb
import polars as pl
import rfc8785
from polars_hash import CryptographicHashingNameSpace
from shop import HOME, Shop

from comity.gate.crossing import Crossing
from comity.gate.engine.polars import LEVEL, Polars
from comity.gate.form import parse
from comity.gate.mac import Mac
from comity.gate.source import opened

ACT = Path(__file__).with_name("xx.act")
MAC, PERSONS = Mac.pseudonyms(HOME, "helper"), Mac.of(HOME, "person")
HERE = tuple(f"P{i:02}" for i in range(12))  # of twenty places, twelve whose rows cross
FORMS = {
    "person": "pseudonym",
    "place": "keep",
    "lat": "grid 10 per degree",
    "lon": "grid 10 per degree",
    "at": "keep",
    "born": "year",
    "category": "keep",
    "segment": "keep",
    "amount": "keep",
}
CELL = {name: parse(words) for name, words in FORMS.items()}
CROSSING = Crossing("place", dict.fromkeys(HERE, CELL), tuple(FORMS), known=("person",))
GOALS = {"by_hand": 1.15, "copy": 1.5, "whole_copy": 1.8}
MEMORY = 512


def made(path, rows):
    """A table of rows about half as many persons, each in one of twenty places, from a seeded hash."""
    persons = min(rows // 2, 2_500_000)
    duckdb.sql(f"""COPY (SELECT i AS id, 'P' || lpad(p::VARCHAR, 12, '0') AS person, 'P' || lpad((hash(p * 13) % 20)::VARCHAR, 2, '0') AS place,
        -90 + (hash(i * 17) % 1000000) * 0.00018::DOUBLE AS lat, -180 + (hash(i * 19) % 1000000) * 0.00036::DOUBLE AS lon,
        TIMESTAMP '2020-01-01' + to_seconds((hash(i * 23) % 150000000)::BIGINT) AS at, DATE '1930-01-01' + (hash(p * 29) % 28000)::INT AS born,
        'cat' || (hash(i * 31) % 8) AS category, 'seg' || (hash(i * 37) % 4) AS segment, (hash(i * 41) % 1000000) / 100.0::DOUBLE AS amount
        FROM (SELECT i, (hash(i * 7) % {persons})::BIGINT AS p FROM range({rows}) AS t(i))) TO '{path}' (FORMAT parquet, COMPRESSION zstd)""")


def hand(source, out):
    hidden = CryptographicHashingNameSpace(pl.col("person")).hmac_sha256(key=MAC.digits).str.slice(0, 32)
    grids = [(pl.col(c) * 10).floor() / 10 for c in ("lat", "lon")]
    rows = pl.scan_parquet(source).filter(pl.col("place").is_in(HERE), pl.col("person").is_not_null())
    rest = ["category", "segment", "amount"]
    rows.select(hidden, "place", *grids, "at", pl.col("born").dt.truncate("1y"), *rest).sink_parquet(out, compression_level=LEVEL, engine="streaming")


def whole_by_hand(source, out):
    rows = pl.scan_parquet(source).filter(pl.col("place").is_in(HERE), pl.col("person").is_not_null())
    digest = CryptographicHashingNameSpace(pl.col("person")).hmac_sha256(key=PERSONS.digits).str.slice(0, 32)
    people = rows.select("place", "person").unique().select("place", digest=digest).collect(engine="streaming")
    assert people["digest"].n_unique() <= 2_000_000
    people.write_parquet(out.with_suffix(".persons"))
    hand(source, out)
    with out.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shop(folder):
    """A shop and its ledger, both new."""
    made = Shop(Path(tempfile.mkdtemp(dir=folder)), *((ACT / name).read_text(encoding="utf-8") for name in ("world.yaml", "rulebook.yaml")))
    with made.gate():
        return made


def whole(source, out, mine):
    """The transfer of a shop; how many rows crossed."""
    with mine.gate() as gate:
        moved = gate.enforce(opened(str(source)), str(out))
        out.with_suffix(".manifest").write_bytes(rfc8785.dumps(moved.manifest))
        out.with_suffix(".receipt").write_bytes(gate.ledger.prove(moved.index).encode())
    return moved.about["rows"]


WAYS = {
    "copy_polars": lambda s, o, _: pl.scan_parquet(s).sink_parquet(o, compression_level=LEVEL, engine="streaming"),
    "copy_duckdb": lambda s, o, _: duckdb.sql(f"COPY (FROM '{s}') TO '{o}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {LEVEL})"),
    "by_hand": lambda s, o, _: hand(s, o),
    "ours": lambda s, o, _: Polars().write(s, CROSSING, o, MAC),
    "whole_by_hand": lambda s, o, _: whole_by_hand(s, o),
    "whole": whole,
}


def timed(way, source, folder):
    """Seconds on the wall and of processors, into a place where nothing is yet."""
    out, mine = folder / "out.parquet", shop(folder)
    out.unlink(missing_ok=True)
    wall, busy = time.perf_counter(), time.process_time()
    WAYS[way](source, out, mine)
    spent = time.perf_counter() - wall, time.process_time() - busy
    shutil.rmtree(mine.folder)
    return spent


def ratios(spent, which):
    copies = [min(round_["copy_polars"][which], round_["copy_duckdb"][which]) for round_ in spent]
    over = {
        "by_hand": [round_["ours"][which] / round_["by_hand"][which] for round_ in spent],
        "copy": [round_["ours"][which] / copy for round_, copy in zip(spent, copies, strict=True)],
        "whole_copy": [round_["whole"][which] / copy for round_, copy in zip(spent, copies, strict=True)],
        "whole_by_hand": [round_["whole"][which] / round_["whole_by_hand"][which] for round_ in spent],
    }
    return {name: round(statistics.median(values), 3) for name, values in over.items()}


def speed(folder, rows, rounds):
    source = folder / "source.parquet"
    made(source, rows)
    held = len(pl.scan_parquet(source).filter(pl.col("place").is_in(HERE), pl.col("person") != "").select("place").collect())
    assert whole(source, folder / "first.parquet", shop(folder)) == held
    spent = [{way: timed(way, source, folder) for way in WAYS} for _ in range(1 + rounds)][1:]  # once before the clock counts
    best = {way: [round(min(round_[way][i] for round_ in spent), 3) for i in (0, 1)] for way in WAYS}
    for way, (wall, busy) in best.items():
        print(f"{way:14} best {wall:.2f} s, {busy:.2f} s of processors, {rows / wall / 1e6:.1f} M rows/s")
    figures = {"rows": rows, "seconds": best, "wall": ratios(spent, 0), "processors": ratios(spent, 1)}
    return figures, GOALS, all(figures["wall"][name] <= most for name, most in GOALS.items())


def memory(folder, rows):
    source = folder / "source.parquet"
    made(source, rows)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import gate; gate.timed('whole', *map(gate.Path, sys.argv[2:])); print(gate.peak())"
    done = subprocess.run([sys.executable, "-c", code, Path(__file__).parent, source, folder], capture_output=True, text=True, check=True)
    figures = {"rows": rows, "peak_mb": float(done.stdout.split()[-1])}
    return figures, {"peak_mb": MEMORY}, figures["peak_mb"] < MEMORY


def peak():
    """The most memory this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    told = argparse.ArgumentParser()
    told.add_argument("--rows", type=int, default=5_000_000)
    told.add_argument("--rounds", type=int, default=5)
    told.add_argument("--memory", action="store_true")
    given = told.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures, goal, met = memory(Path(name), given.rows) if given.memory else speed(Path(name), given.rows, given.rounds)
    print(json.dumps({"bench": "gate", "figures": figures, "goal": goal, "met": met}))
