"""The gate on an engine that speaks Spark Connect, with its ledger in PostgreSQL; then on this machine alone, to compare: the manifests are the same.

    python examples/spark/cluster.py postgresql://host/database [sc://host:15002]

Without a second address it starts Sail, an engine of that kind in one package, in this process. The database must be empty: the ledger is
begun in it. The table is that of examples/gate; the cluster must see it, and the folder it goes to, under the same paths.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pyarrow import parquet
from pyspark.sql import SparkSession

import comity
from comity.cli.home import Home, begun, law_of, now, since
from comity.files.world import world_file
from comity.gate.crossing import Crossing
from comity.gate.decide import Asking
from comity.gate.engine.engine import Asked, Profile
from comity.gate.engine.spark import Spark
from comity.gate.kind import Kind
from comity.gate.mac import Mac
from comity.gate.manifest import name
from comity.gate.mapping import read_table
from comity.gate.run import Gate, Moved
from comity.gate.source import opened
from comity.ledger.ledger import Ledger
from comity.verdict.plan import Plan

WORLD = Path(__file__).parents[1] / "gate" / "world.yaml"


@dataclass(frozen=True)
class Cluster:
    """Files, read and masked by a session of Spark's. The parts it writes are joined to the one file that the gate puts in place."""

    session: SparkSession

    def kinds(self, source: Path) -> dict[str, Kind | None]:
        """The columns in order, and the kind of each."""
        return Spark(self.session).kinds(self.session.read.parquet(str(source)))

    def profile(self, source: Path, asked: Asked, home: bytes) -> Mapping[str | None, Profile]:
        """What is in it, place by place."""
        return Spark(self.session).profile(self.session.read.parquet(str(source)), asked, home)

    def write(self, source: Path, crossing: Crossing, destination: Path, mac: Mac) -> dict[str | None, int]:
        """Writes what crosses; the rows of each place."""
        with TemporaryDirectory(dir=destination.parent, prefix=".parts-") as folder:
            rows = Spark(self.session).write(self.session.read.parquet(str(source)), crossing, Path(folder) / "parts", mac)
            parts = [parquet.ParquetFile(part) for part in sorted((Path(folder) / "parts").glob("*.parquet"))]
            with parquet.ParquetWriter(destination, parts[0].schema_arrow, compression="zstd") as whole:
                for part in parts:
                    for batch in part.iter_batches():
                        whole.write_batch(batch)
        return rows


@contextmanager
def session(address: str | None) -> Iterator[SparkSession]:
    """A session at an address, or of a Sail of our own."""
    if address is not None:
        yield SparkSession.builder.remote(address).getOrCreate()
        return
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 -- only where no other engine is named

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    held = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
    try:
        yield held
    finally:
        held.stop()
        server.stop()


def on_cluster(source: Path, destination: Path, movement: str, *, home: Home, ledger: Ledger, plan: Plan, held: SparkSession) -> Moved:
    """Moves the table by the cluster."""
    day = date.today().toordinal()  # noqa: DTZ011 -- the user's own day
    world, _, digest = world_file(WORLD, plan, day)
    table, key = read_table(world, None, movement, plan.vocabulary), home.key().secret
    asking = Asking(world, plan, movement, table, day, since(ledger))
    return Gate(asking, ledger, Cluster(held), key, now, digest).enforce(opened(str(source)), str(destination))


def main(database: str, address: str | None, folder: Path, source: Path) -> None:
    """Moves the table twice to each helper abroad, and compares."""
    plan, home = comity.plan(), Home(folder / "ledger")
    begun(home, plan)  # the ledger of this machine alone, and the keys of both
    with session(address) as held, Ledger.create(database, signer=home.signer(), now=now) as ledger:
        ledger.adopt(*law_of(plan))
        for movement in ("customers-to-dublin", "customers-to-shanghai"):
            there, here = folder / f"{movement}.cluster.parquet", folder / f"{movement}.parquet"
            moved = on_cluster(source, there, movement, home=home, ledger=ledger, plan=plan, held=held)
            alone = comity.Transfer(source, world=WORLD, movement=movement, ledger=home.folder).enforce(here)
            assert moved.manifest is not None
            same = name(moved.manifest) == home.open().entry(alone.index)["about"]["manifest"]
            print(f"{movement}: {alone.rows:,} rows by one machine, {moved.about['rows']:,} by the cluster; manifests {'are the same' if same else 'DIFFER'}")
            print(f"  {name(moved.manifest)}")
            if not same:
                sys.exit(1)


if __name__ == "__main__":
    from runpy import run_path

    build = Path("build/spark")
    build.mkdir(parents=True)
    table = build.resolve() / "customers.parquet"
    run_path(str(WORLD.with_name("extend.py")))["extended"]().write_parquet(table)
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None, build.resolve(), table)
