"""`comity prove` and `comity law prove`: what they say aloud, what they write down, and how they end."""

import json

import pytest

pytest.importorskip("z3")

REGIME = "cn.technology-export"


def test_what_is_proved_is_said_to_be_so_of_every_transfer(say):
    said = say("prove", REGIME, "never outcome == 'permitted'", "--when", "stands('29')")
    assert (said.code, said.out) == (0, "never: it is proved of every transfer\n")


def test_a_transfer_that_shows_otherwise_can_be_judged(say, tmp_path):
    file = tmp_path / "shown.yaml"
    said = say("prove", REGIME, "always outcome == 'permitted'", "--when", "stands('30')", "--out", file)
    assert said.code == 1
    assert said.out.startswith("no: a transfer of which it is not so\n")
    judged = say("check", file, "--regime", REGIME)
    assert judged.code == 1
    assert "authorisation required" in judged.out or "prohibited" in judged.out


def test_as_json_the_world_is_told_with_the_answer(say):
    said = say("prove", REGIME, "ever outcome == 'permitted' and stands('30')", "--json")
    told = json.loads(said.out)
    assert (said.code, told["holds"], told["world"]) == (1, False, None)
    said = say("prove", REGIME, "ever outcome == 'permitted' and in_scope", "--json")
    told = json.loads(said.out)
    assert (said.code, told["holds"]) == (0, True)
    assert told["world"].startswith("world: ")


def test_a_rulebook_is_looked_through_for_what_nothing_can_meet(say, regime, tmp_path):
    folder = tmp_path / "xx.export-act"
    folder.mkdir()
    text = (regime / "rulebook.yaml").read_text()
    more = '\nprohibitions:\n  idle: {cite: s. 9, en: nothing can be both, zh: 不可能, when: "destination in HOME and destination not in HOME"}\n'
    (folder / "rulebook.yaml").write_text(text.replace("\nprohibitions:\n", more, 1))
    said = say("prove", folder, "dead")
    assert said.code == 1
    assert "xx.export-act idle: never stands\n" in said.out
    assert said.out.endswith("\n1 found\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("nevr true",), "did you mean 'never'?"),
        (("always",), "'always'"),
        (("never outcme == 'permitted'",), "did you mean 'outcome'?"),
        (("dead", "--seconds", "0"), "more than 0"),
    ],
)
def test_bad_input_is_told_and_ends_with_2(say, words, hint):
    said = say("prove", REGIME, *words)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


def test_invariants_are_proved_or_shown_not_to_hold(say, regime, tmp_path):
    folder = tmp_path / "xx.export-act"
    folder.mkdir()
    (folder / "rulebook.yaml").write_text((regime / "rulebook.yaml").read_text())
    small = "{invariant: small, cite: s. 1, en: few may go, zh: 少量可以, always: outcome == 'permitted'}"
    stated = f"- {small}\n- {{invariant: sure, cite: s. 1, en: so, zh: 如此, always: true}}\n"
    (folder / "invariants.yaml").write_text(stated)
    said = say("law", "prove", folder)
    assert said.code == 1
    assert "xx.export-act small: not so: a transfer shows otherwise. few may go (s. 1)" in said.out
    assert said.out.endswith("\n1 of 2 proved\n")
    (folder / "invariants.yaml").write_text("- {invariant: small, cit: s. 1, en: few, zh: 少, always: true}\n")
    said = say("law", "prove", folder)
    assert said.code == 2
    assert "did you mean 'cite'?" in said.err
    assert "an invariant needs 'cite'" in said.err


def test_what_one_law_compels_and_another_does_not_allow_is_shown(say, tmp_path):
    said = say("prove", "cn.technology-export", "us.padfa", "conflicts", "--out", tmp_path)
    assert said.code == 1
    assert said.out.endswith("\n2 found\n")
    for file in tmp_path.iterdir():
        judged = say("explain", file, "t", "--regime", file.stem.rpartition("-and-")[2])
        assert "conflict of laws" in judged.out.lower()
