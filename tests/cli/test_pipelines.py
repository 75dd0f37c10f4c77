"""What the page about pipelines shows is what happens; the examples of dbt and of Airflow run."""

import http.server
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread

import polars as pl
import pytest
from lineage import read
from needs import needed

import comity
from comity.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
CUSTOMERS = runpy.run_path(str(ROOT / "examples/gate/extend.py"))["extended"](2000).filter(pl.col("country").is_in(["USA", "Germany", "Chile"]))


def shown(heading, language):
    """The blocks of a language under a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.syspath_prepend(str(ROOT / "examples/airflow"))
    for name in ("OPENLINEAGE_NAMESPACE", "OPENLINEAGE_PARENT_ID"):
        monkeypatch.delenv(name, raising=False)
    shutil.copy(ROOT / "examples/gate/world.yaml", "world.yaml")
    CUSTOMERS.write_parquet("customers.parquet")
    assert main(["ledger", "begin", "ledger"]) == 0
    return tmp_path


def test_what_the_page_shows_happens(folder, capsys):
    names = {}
    for block in shown("From Python", "python"):
        exec(compile(block, "docs/pipelines.md", "exec"), names)
    printed = capsys.readouterr().out
    assert re.search(r"^\d+ rows; the ledger's entry 3 holds them; dublin\.parquet\.receipt proves it$", printed, re.MULTILINE)
    assert "there is no movement 'customers-to-dubln'\n" in printed
    assert not Path("again.parquet").exists()
    for block in shown("OpenLineage", "console"):
        command, *rest = block.splitlines()
        assert main(shlex.split(command.removeprefix("$ comity "))) == 0
        lines = capsys.readouterr().out.splitlines()
        for line in rest:
            assert line == "…" or line in lines, line
    assert [event["eventType"] for event in read("lineage.json")] == ["START", "COMPLETE"]
    for block in shown("Airflow", "python"):
        exec(compile(block, "docs/pipelines.md", "exec"), names)
    assert capsys.readouterr().out.splitlines()[-1] == str(pl.read_parquet("dublin-20261126.parquet").height)
    assert len(read("lineage.json")) == 4
    heard = sent(folder / "lineage.json")
    assert heard == [("/api/v1/lineage", event) for event in read("lineage.json")]


def sent(file):
    """What a listener hears when the page's loop is run over a file."""
    heard = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        (loop,) = shown("OpenLineage", "sh")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", loop], cwd=file.parent, env={**os.environ, "OPENLINEAGE_URL": url, "NO_PROXY": "*"}, check=False
        )
        server.shutdown()
    assert done.returncode == 0
    return heard


def task(**more):
    from comity_gate import GateOperator

    told = {"world": "world.yaml", "movement": "customers-to-dublin", "ledger": "ledger", "source": "customers.parquet", "destination": "out.parquet"}
    return GateOperator(task_id="send", **{**told, **more})


@pytest.mark.usefixtures("folder")
def test_a_task_that_is_tried_again_finds_what_was_moved():
    first, second = task().execute({}), task().execute({})
    assert first == second
    assert json.loads(json.dumps(first))["rows"] == pl.read_parquet("out.parquet").height
    assert Path(first["receipt"]).exists()


@pytest.mark.usefixtures("folder")
def test_a_task_says_whether_to_try_again():
    from comity_gate import FailError

    pl.read_parquet("customers.parquet").filter(pl.col("country") == "Chile").write_parquet("chile.parquet")
    with pytest.raises(FailError, match="none of it may cross"):
        task(source="chile.parquet", movement="customers-to-shanghai").execute({})
    Path("out.parquet").write_bytes(b"mine")
    with pytest.raises(comity.SourceError, match="there is something already"):
        task().execute({})


@pytest.mark.usefixtures("folder")
def test_every_template_of_a_task_is_a_field_of_it():
    made = task(parent="")
    assert [name for name in type(made).template_fields if not hasattr(made, name)] == []


@pytest.fixture
def project(folder):
    needed("dbt.adapters.duckdb", "dbt", "dbt-duckdb is not installed")
    shutil.copytree(ROOT / "examples/dbt", "examples/dbt", ignore=shutil.ignore_patterns("build", "target", "logs"))
    shutil.copytree(ROOT / "examples/gate", "examples/gate")
    return folder / "examples/dbt"


def build(project, *more):
    """Runs what the page says, but for installing, over fewer rows."""
    (commands,) = shown("dbt", "sh")
    (project / "build").mkdir(exist_ok=True)
    CUSTOMERS.write_parquet(project / "build/raw.parquet")
    assert main(["ledger", "begin", str(project / "build/ledger")]) == 0
    (command,) = (line for line in commands.splitlines() if line.startswith("dbt "))
    script = [sys.executable, "-W", "ignore", "-c", "from dbt.cli.main import cli; cli()", *shlex.split(command)[1:], *more]
    return subprocess.run(script, cwd=project, capture_output=True, text=True, check=False)


def test_a_model_of_dbt_crosses(project):
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    ends = [event for event in read(project / "build/lineage.json") if event["eventType"] == "COMPLETE"]
    assert [event["job"]["name"] for event in ends] == ["customers-to-dublin.customers", "customers-to-shanghai.customers"]
    assert len({event["run"]["facets"]["parent"]["run"]["runId"] for event in ends}) == 1
    for event in ends:
        (there,) = event["outputs"]
        assert pl.read_parquet(there["name"]).height == there["outputFacets"]["outputStatistics"]["rowCount"] > 0
    assert done.stdout.index("unique_customers_customer") < done.stdout.index("rows are across")


def test_a_movement_that_is_held_fails_the_model(project):
    done = build(project, "--vars", "{there: nowhere}")
    assert done.returncode == 1
    assert "the gate holds:" in done.stdout
    assert "customers-to-dublin: nowhere/dublin-" in done.stdout
    assert list(project.rglob("dublin-*")) == []
