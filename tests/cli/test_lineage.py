"""What a run of the gate tells a catalogue: events that hold by OpenLineage's own schemas, and nothing that stays at home."""

import datetime as dt
import json
import uuid
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from lineage import OURS, Specification, example, read
from shop import RULEBOOK, SCHEMA, WORLD

import comity
from comity.cli.main import main
from comity.gate.manifest import name as name_of

ROWS = [
    ("canary-p1", "Aland", "canary@a", "192.0.2.77", "canary-ill", dt.date(1977, 7, 7)),
    ("canary-p2", "Beland", "canary@b", "192.0.2.78", "canary-ill", None),
    ("canary-p3", "Deland", "canary@c", "192.0.2.79", "canary-ill", None),
    ("canary-p4", "canary-nowhere", "canary@d", "192.0.2.80", "canary-ill", None),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("OPENLINEAGE_NAMESPACE", "OPENLINEAGE_PARENT_ID"):
        monkeypatch.delenv(name, raising=False)
    Path("xx.act").mkdir()
    for file, text in {"xx.act/rulebook.yaml": RULEBOOK, "world.yaml": WORLD}.items():
        Path(file).write_text(text.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    table(ROWS)
    assert main(["ledger", "begin", "comity-ledger", "--rulebooks", "xx.act"]) == 0
    return tmp_path


def table(rows):
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet("in.parquet")


def gate(*more):
    return main(["gate", *more, "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act", "--lineage", "events.json"])


def transfer(**more):
    return comity.Transfer("in.parquet", world="world.yaml", movement="sending", rulebooks=("xx.act",), lineage=comity.Lineage("events.json", **more))


@cache
def specification():
    return Specification()


def events():
    """The events told, each held to the specification."""
    told = read("events.json")
    for event in told:
        assert specification().event(event) == []
    return told


def test_a_table_that_crossed_is_told_from_beginning_to_end_and_each_column_says_its_forms(folder):
    assert gate("in.parquet", "out.parquet") == 0
    start, end = events()
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == end["run"]["runId"]
    assert start["eventTime"] <= end["eventTime"]
    assert end["job"]["name"] == "sending.customers"
    (source,), (there,) = end["inputs"], end["outputs"]
    assert (source["namespace"], source["name"]) == ("file", str(folder / "in.parquet"))
    assert [field["name"] for field in source["facets"]["schema"]["fields"]] == list(SCHEMA)
    assert source["inputFacets"]["inputStatistics"]["rowCount"] == 4
    assert there["name"] == str(folder / "out.parquet")
    assert there["outputFacets"]["outputStatistics"]["rowCount"] == 2
    crossed = pl.read_parquet("out.parquet")
    assert [field["name"] for field in there["facets"]["schema"]["fields"]] == crossed.columns
    manifest = json.loads(Path("out.parquet.manifest.json").read_text(encoding="utf-8"))
    told = end["run"]["facets"]["comity_transfer"]
    assert told["crosses"] == {"cells": 2, "persons": 2}
    assert told["stays"] == {"cells": 1, "rows": 1, "outcomes": {"prohibited..permitted": 1}}
    assert (told["unknownRows"], told["rows"]) == (1, 2)
    assert told["law"] == manifest["law"]
    assert told["ledger"] == {"log": "comity.ledger/comity-ledger", "index": 3}
    assert told["manifest"] == name_of(manifest)
    assert set(OURS["$defs"]["TransferRunFacet"]["properties"]) == {name for name in told if not name.startswith("_")}
    lineage = there["facets"]["columnLineage"]
    forms = {
        column: [
            (one["field"], form["type"], form["subtype"], form.get("description"), form["masking"])
            for one in told["inputFields"]
            for form in one["transformations"]
        ]
        for column, told in lineage["fields"].items()
    }
    assert forms == {
        "who": [("who", "DIRECT", "TRANSFORMATION", "pseudonym", True)],
        "email": [("email", "DIRECT", "IDENTITY", "keep", False)],
        "health": [
            ("health", "DIRECT", "IDENTITY", "keep", False),
            ("health", "DIRECT", "TRANSFORMATION", "drop", True),
            ("country", "INDIRECT", "CONDITIONAL", None, False),
        ],
        "born": [("born", "DIRECT", "TRANSFORMATION", "year", True)],
    }
    assert [one["field"] for one in lineage["dataset"]] == ["country", "who"]


def test_a_catalogue_learns_no_person_no_value_and_no_place():
    assert gate("in.parquet", "out.parquet") == 0
    table(ROWS[2:])
    assert gate("in.parquet", "none.parquet") == 1
    text = Path("events.json").read_text(encoding="utf-8")
    assert "COMPLETE" in text
    assert "FAIL" in text
    for canary in ("canary", "192.0.2", "1977", "Aland", "Deland", '"QM"', '"QN"', '"XD"'):
        assert canary not in text


def test_what_the_law_holds_is_a_failure_that_says_how_much_stayed():
    table(ROWS[2:])
    assert gate("in.parquet", "out.parquet") == 1
    _, end = events()
    assert end["eventType"] == "FAIL"
    assert end["run"]["facets"]["errorMessage"]["message"] == "none of it may cross"
    assert end["run"]["facets"]["comity_transfer"]["stays"]["cells"] == 1
    assert "facets" not in end["outputs"][0]


def test_a_fault_is_a_failure_without_the_words_of_others():
    Path("out.parquet").write_bytes(b"mine")
    assert gate("in.parquet", "out.parquet") == 2
    assert [event["eventType"] for event in events()] == ["START", "FAIL"]


def test_a_run_that_is_stopped_is_aborted(monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pl, "scan_parquet", stop)
    with pytest.raises(KeyboardInterrupt):
        transfer().enforce("out.parquet")
    assert [event["eventType"] for event in events()] == ["START", "ABORT"]
    assert not Path("out.parquet").exists()


def test_the_same_again_is_a_run_of_its_own_of_the_same_entry():
    transfer().enforce("out.parquet")
    transfer().enforce("out.parquet")
    first, again = events()[1], events()[3]
    assert first["run"]["runId"] != again["run"]["runId"]
    entries = [event["run"]["facets"]["comity_transfer"]["ledger"] for event in (first, again)]
    assert entries[0] == entries[1]
    assert again["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 2


def test_modes_that_move_nothing_have_no_output():
    transfer().dry()
    index = transfer().shadow().index
    dry, shadow = events()[1], events()[3]
    assert [event["outputs"] for event in (dry, shadow)] == [[], []]
    assert "ledger" not in dry["run"]["facets"]["comity_transfer"]
    assert shadow["run"]["facets"]["comity_transfer"]["ledger"]["index"] == index


def test_a_scheduler_says_whose_run_this_is_part_of(monkeypatch):
    run = str(uuid.uuid4())
    monkeypatch.setenv("OPENLINEAGE_NAMESPACE", "nightly")
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", f"airflow://here/shop.send/{run}")
    assert gate("in.parquet", "--mode", "dry-run") == 0
    for event in events():
        assert event["job"]["namespace"] == "nightly"
        parent = event["run"]["facets"]["parent"]
        assert parent["job"] == {"namespace": "airflow://here", "name": "shop.send"}
        assert parent["run"] == {"runId": run}


def test_a_parent_that_names_no_run_is_told_before_anything_moves(monkeypatch, capsys):
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", "nonsense")
    assert gate("in.parquet", "out.parquet") == 2
    assert "the parent run:1:1: 'nonsense' names no run" in capsys.readouterr().err
    assert not Path("out.parquet").exists()


def test_what_cannot_be_told_does_not_move(capsys):
    Path("events.json").mkdir()
    assert gate("in.parquet", "out.parquet") == 2
    assert "events.json:1:1: cannot be written: is a directory (nothing was moved)" in capsys.readouterr().err
    assert not Path("out.parquet").exists()
    assert main(["ledger", "verify", "comity-ledger"]) == 0


def test_the_check_takes_what_others_tell():
    event = example("event")
    assert specification().faults(event, "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent") == []
    facet = example("column-lineage")["columnLineage"]
    assert specification().faults(facet, facet["_schemaURL"]) == []


def test_the_check_notices_what_our_facet_may_not_be():
    transfer().dry()
    (_, end) = events()
    for broken in ({"mode": "perhaps"}, {"day": "today"}, {"who": "canary"}, {"law": {}}, {"manifest": "ab"}, {"rows": -1}):
        facet = end["run"]["facets"]["comity_transfer"]
        assert specification().event({**end, "run": {**end["run"], "facets": {"comity_transfer": {**facet, **broken}}}}), broken
