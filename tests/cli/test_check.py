import json
import shutil

from comity import shelf


def test_the_table_says_each_movement_its_outcome_and_in_brief_why(say, asking):
    said = say("check", *asking)
    assert said.code == 1
    assert "many-leave      authorisation required  xx.export-act export/many: Nobody exports data on" in said.out
    assert "few-leave       permitted\n" in said.out
    assert "3 movements under 1 law: 1 authorisation required, 1 permitted, 1 undetermined" in said.out
    assert "comity explain" in said.out
    assert max(map(len, said.out.splitlines()[:3])) <= 100


def test_a_world_that_is_all_permitted_ends_with_0(say, asking, tmp_path, world):
    kept = [line for line in world.read_text().splitlines() if "many-leave" not in line and "visitors-leave" not in line]
    (tmp_path / "w.yaml").write_text("\n".join(kept))
    said = say("check", tmp_path / "w.yaml", *asking[1:])
    assert (said.code, said.out.splitlines()[0].split()) == (0, ["few-leave", "permitted"])


def test_json_holds_what_is_needed_to_compute_it_again(say, asking):
    first, again = json.loads(say("check", *asking, "--json").out), json.loads(say("check", *asking, "--json").out)
    assert first == again
    assert first[0]["movement"] == "many-leave"
    assert first[0]["rulebooks"]["xx.export-act"]["digest"]
    assert len(first[0]["digest"]) == 64


def test_a_jurisdiction_without_a_rulebook_is_named(say, world, regime):
    said = say("check", world, "--rulebooks", regime)
    assert said.code == 1
    assert "no rulebook for AA" in said.out


def test_as_known_before_any_rulebook_is_bad_input(say, asking):
    said = say("check", *asking, "--as-known", "1990-01-01")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("--as-known:1:1: no rulebook was known on that day")


def test_every_mistake_of_a_world_is_told_with_its_place(say, asking, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("world: bad\nparties:\n  a: {knid: organisation}\nmovements:\n  t: {exporter: b, on: 2026-02-30}\n")
    said = say("check", file, *asking[1:])
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{file}:{row}:") for line, row in zip(lines, (3, 5, 5), strict=True))
    assert "did you mean 'kind'?" in lines[0]


def test_bad_input_of_each_kind_ends_with_2_and_says_nothing_else(say, asking, tmp_path, world):
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    none = tmp_path / "none.yaml"
    none.write_text("world: none\n")
    tries = [
        (["check", tmp_path / "nowhere.yaml"], "cannot be read: no such file"),
        (["check", empty], "the file is empty"),
        (["check", none, *asking[1:]], "this world has no movements"),
        (["check", world, "--on", "tomorrow"], "--on:1:1: 'tomorrow' is not a day"),
        (["check", world, "--regime", "us.dps"], "did you mean 'us.dsp'?"),
        (["explain", *asking, "mny-leave"], "did you mean 'many-leave'?"),
        (["ask", *asking, "mny-leave"], "did you mean 'many-leave'?"),
        (["law", "show", "us.dps"], "did you mean 'us.dsp'?"),
        (["law", "show", asking[2], "export/mny"], "did you mean 'export/many'?"),
        (["law", "new", tmp_path / "Bad Name"], "is not the name of a regime"),
        (["law", "new", asking[2]], "is already there"),
        (["law", "check", tmp_path / "nowhere"], "cannot be read"),
    ]
    for argv, words in tries:
        said = say(*argv)
        assert (said.code, said.out) == (2, ""), argv
        assert words in said.err, argv
        assert said.err.split(": ")[0].count(":") >= 2, said.err


def test_two_rulebooks_of_one_regime_are_not_judged_together(say, world, tmp_path):
    folder = tmp_path / "us.padfa"
    shutil.copytree(shelf.RULEBOOKS / "us.padfa", folder)
    said = say("check", world, "--rulebooks", folder)
    assert (said.code, said.out) == (2, "")
    assert "'us.padfa' is loaded already" in said.err
