"""The gate on an engine that speaks Spark Connect, with its ledger in PostgreSQL; then on this machine alone, to compare: the manifests are the same.

    python examples/spark/cluster.py postgresql://host/database [sc://host:15002]

Without a second address it starts Sail, an engine of that kind in one package, in this process. The database must be empty: the ledger is
begun in it. The table is that of examples/gate; the cluster must see it, and the folder it goes to, under the same paths.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from runpy import run_path

from comity.cli.main import main as command

WORLD = Path(__file__).parents[1] / "gate" / "world.yaml"


@contextmanager
def sail() -> Iterator[str]:
    """A Sail of our own: its address."""
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 -- only where no other engine is named

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    try:
        yield f"sc://127.0.0.1:{server.listening_address[1]}"
    finally:
        server.stop()


def comity(*words: object) -> None:
    """Carries out a command, and stops where it does not succeed."""
    print("$ comity", *words, flush=True)
    if code := command([str(word) for word in words]):
        sys.exit(code)


def moved(engine: str, database: str, folder: Path, source: Path) -> None:
    """Moves the table twice to each helper abroad, and compares. The keys of both ledgers are those of one folder."""
    alone, shared = folder / "ledger", f"{database}#{folder / 'ledger'}"
    for ledger in (alone, shared):
        comity("ledger", "begin", ledger)
    for movement in ("customers-to-dublin", "customers-to-shanghai"):
        there, here = folder / f"{movement}.cluster.parquet", folder / f"{movement}.parquet"
        comity("gate", source, there, "--world", WORLD, "--movement", movement, "--ledger", shared, "--engine", engine)
        comity("gate", source, here, "--world", WORLD, "--movement", movement, "--ledger", alone)
        manifests = [file.with_name(f"{file.name}.manifest.json").read_bytes() for file in (there, here)]
        print(f"{movement}: manifests {'are the same' if manifests[0] == manifests[1] else 'DIFFER'}\n")
        if manifests[0] != manifests[1]:
            sys.exit(1)
    comity("ledger", "verify", shared)


def main(database: str, folder: Path, source: Path, engine: str = "") -> None:
    """By the engine of this address, or by a Sail."""
    if engine:
        moved(engine, database, folder, source)
        return
    with sail() as address:
        moved(address, database, folder, source)


if __name__ == "__main__":
    build = Path("build/spark").resolve()
    build.mkdir(parents=True)
    table = build / "customers.parquet"
    run_path(str(WORLD.with_name("extend.py")))["extended"]().write_parquet(table)
    main(sys.argv[1], build, table, *sys.argv[2:])
