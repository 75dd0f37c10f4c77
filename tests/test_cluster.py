"""The example of a cluster: the same manifest and the same rows as on one machine, and a ledger in PostgreSQL that holds."""

import runpy
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_a_cluster_moves_what_one_machine_moves(postgres, sail_address, tmp_path, capsys):
    source = tmp_path / "customers.parquet"
    customers = runpy.run_path(str(ROOT / "examples/gate/extend.py"))["extended"](3000)
    customers.filter(pl.col("country").is_in(["USA", "Germany", "Chile"])).write_parquet(source)
    runpy.run_path(str(ROOT / "examples/spark/cluster.py"))["main"](postgres.database(), tmp_path, source, sail_address)
    assert capsys.readouterr().out.count("manifests are the same") == 2
    for movement in ("customers-to-dublin", "customers-to-shanghai"):
        alone, cluster = (pl.read_parquet(tmp_path / f"{movement}{kind}.parquet") for kind in ("", ".cluster"))
        assert alone.height > 0
        assert alone.sort(pl.all()).equals(cluster.sort(pl.all()))
