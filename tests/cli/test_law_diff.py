"""`comity law diff`: what it says, in which form, and how it ends."""

import datetime as dt
import json

import pytest


@pytest.fixture
def editions(regime, tmp_path):
    def made(before, after):
        files = [tmp_path / name / "xx.export-act" / "rulebook.yaml" for name in ("old", "new")]
        for file in files:
            file.parent.mkdir(parents=True)
        text = (regime / "rulebook.yaml").read_text()
        assert before in text
        files[0].write_text(text)
        files[1].write_text(text.replace(before, after))
        return files

    return made


def test_what_changes_is_told_with_a_transfer_that_shows_it(say, editions, tmp_path):
    old, new = editions(">= 10000", ">= 20000")
    said = say("law", "diff", old, new, "--out", tmp_path / "shown")
    assert said.code == 1
    assert said.out.startswith("1. loosened: authorisation required → permitted\n")
    assert "export/many (changed; s. 3(1); " in " ".join(said.out.split())
    assert said.out.endswith("No others: it is proved of every transfer.\n")
    world = tmp_path / "shown" / "1.yaml"
    for file, outcome in ((old, "authorisation required"), (new, "permitted")):
        checked = say("check", world, "--rulebooks", file.parent, "--regime", "xx.export-act")
        assert checked.code == (outcome != "permitted")
        assert outcome in checked.out.lower()


def test_nothing_changes(say, editions):
    said = say("law", "diff", *editions(">= 10000", "> 9999"))
    assert (said.code, said.out) == (0, "No outcome changes: it is proved of every transfer.\n")


def test_as_json_and_as_sarif(say, editions):
    old, new = editions("prohibitions:", "prohibitions:\n  export/any: {cite: s. 3(2), en: None., zh: 无。, when: leaves, read: false}")
    said = say("law", "diff", old, new, "--json")
    told = json.loads(said.out)
    assert said.code == 1
    assert {(c["direction"], c["old"], c["new"]) for c in told["changes"]} >= {("tightened", "permitted", "authorisation_required")}
    assert (told["unknown"], told["regime"]) == ([], "xx.export-act")
    said = say("law", "diff", old, new, "--sarif")
    report = json.loads(said.out)
    (run,) = report["runs"]
    assert (report["version"], run["tool"]["driver"]["name"]) == ("2.1.0", "comity law diff")
    assert len(run["results"]) == len(told["changes"])
    for result in run["results"]:
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert result["ruleId"] in [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == new.as_uri()
        assert "export/any" in new.read_text().splitlines()[place["region"]["startLine"] - 1]
    said = say("law", "diff", new, old, "--sarif")  # where it went, it is told where it was
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in json.loads(said.out)["runs"][0]["results"]} == {new.as_uri()}


def test_the_movements_of_a_world(say, editions, world):
    old, new = editions("when: leaves and population.persons >= 10000", "when: leaves and population.persons < 0")
    said = say("law", "diff", old, new, "--world", world)
    assert said.code == 1
    assert "by export/many" in said.out
    assert " movements change\n" in said.out
    said = say("law", "diff", old, old, "--world", world)
    assert said.code == 0


def test_mistakes_of_both_are_told_at_once(say, editions):
    old, new = editions("kind: licence\n", "kind: license\n")
    old.write_text(old.read_text().replace("timing: after", "timing: later"))
    said = say("law", "diff", old, new)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 2
    said = say("law", "diff", "us.padfa", "us.pafaca")
    assert said.code == 2
    assert "the old edition is of 'us.padfa'" in said.err


def test_what_changes_on_the_day_on_which_a_law_takes_effect(say, regime, world, tmp_path):
    file = tmp_path / "xx.export-act" / "rulebook.yaml"
    file.parent.mkdir()
    text = (regime / "rulebook.yaml").read_text()
    file.write_text(
        text.replace("    when: leaves and population.persons >= 10000\n", "    when: leaves and population.persons >= 10000\n    from: 2026-06-01\n")
    )
    said = say("law", "diff", file, "--world", world, "--on", "2026-06-01")
    assert said.code == 1
    assert said.out.startswith("many-leave: permitted -> authorisation required, by export/many\n")
    assert said.out.endswith("2 of 3 movements change on 2026-06-01\n")
    said = say("law", "diff", file, "--world", world, "--on", "2026-06-02")
    assert (said.code, said.out) == (0, "0 of 3 movements change on 2026-06-02\n")


def test_one_edition_alone_needs_a_world_and_a_day(say, regime):
    said = say("law", "diff", regime)
    assert (said.code, said.out) == (2, "")
    assert "write comity law diff OLD NEW, or comity law diff REGIME --world WORLD --on DATE" in said.err


def test_the_movements_of_a_folder_of_tables(say, editions, tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    folder = tmp_path / "tables"
    folder.mkdir()
    tables = {
        "parties": {"id": ["here", "there"], "organised_in": [["XX"], ["AA"]]},
        "populations": {"id": ["many", "few"], "persons": [15_000, 9_000]},
        "assets": {"id": ["members"], "kind": ["data"], "about": ["person"]},
        "movements": {
            "id": ["one", "two", "three"],
            "exporter": ["here"] * 3,
            "importer": ["there"] * 3,
            "asset": ["members"] * 3,
            "population": ["many", "few", "many"],
            "event": ["send"] * 3,
            "origin": ["XX"] * 3,
            "destination": ["AA"] * 3,
            "on": [dt.date(2026, 11, 23)] * 3,
        },
    }
    for name, columns in tables.items():
        parquet.write_table(pa.table(columns), folder / f"{name}.parquet")
    old, new = editions(">= 10000", ">= 20000")
    said = say("law", "diff", old, new, "--world", folder)
    assert said.code == 1
    assert said.out.endswith("permitted: one, three\n2 of 3 movements change\n")
    told = json.loads(say("law", "diff", old, new, "--world", folder, "--json").out)
    assert [change["movements"] for change in told["changes"]] == [["one", "three"]]
    assert say("law", "diff", old, "--world", folder, "--on", "2026-11-23").out == "0 of 3 movements change on 2026-11-23\n"


def test_what_was_edited_is_named_where_it_is_no_provision(say, editions):
    old, new = editions("destination not in HOME", "destination in {'BB'}")
    said = say("law", "diff", old, new)
    assert said.code == 1
    assert "export/many (changed through leaves; " in " ".join(said.out.split())
    assert said.out.endswith("on which no outcome rests\n  changed through leaves: record\n")
    by = json.loads(say("law", "diff", old, new, "--json").out)["changes"][0]["by"]
    assert [(one["path"], one["through"]) for one in by] == [("export/many", ["leaves"])]


def test_duties_that_decide_no_outcome_are_told_beside(say, editions):
    old, new = editions("duties:", "duties:\n  told/any: {cite: s. 9, en: Tell., zh: 告知。, by: exporter, when: leaves, timing: after, read: false}")
    said = say("law", "diff", old, new)
    assert said.code == 0
    assert "No outcome changes: it is proved of every transfer.\n" in said.out
    assert "Duties that are not the same, on which no outcome rests\n  told/any (added; s. 9;" in said.out
    assert [one["path"] for one in json.loads(say("law", "diff", old, new, "--json").out)["duties"]] == ["told/any"]


def test_what_became_known_later_is_what_changes(say, editions):
    old, _ = editions("export/many:\n", "export/many:\n")
    text = old.read_text()
    old.write_text(text.replace("export/many:\n", "export/many:\n    known: 2999-01-01\n", 1))
    said = say("law", "diff", old, "--known", "2998-12-31")
    assert said.code == 1
    assert said.out.startswith("1. tightened: permitted → authorisation required\n  export/many (added; ")
    assert say("law", "diff", old, "--known", "2998-12-30", "--then", "2998-12-31").code == 0
    said = say("law", "diff", old, "--known", "1999-01-01")
    assert (said.code, said.out) == (2, "")
    assert "it was not known on that day: it was published" in said.err


def test_it_is_told_in_chinese_too(say, editions):
    said = say("law", "diff", *editions(">= 10000", ">= 20000"), "--lang", "zh")
    assert said.out.startswith("1. 放宽：须经主管机关批准 → 允许\n")
    assert said.out.endswith("别无其他：已就一切传输证明。\n")
