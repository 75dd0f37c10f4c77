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


def amended(regime, tmp_path, name, *changes):
    """The rulebook with some words exchanged, in a folder of its own."""
    text = (regime / "rulebook.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    folder = tmp_path / name / "xx.export-act"
    folder.mkdir(parents=True)
    (folder / "rulebook.yaml").write_text(text)
    return folder


def test_provisions_that_contradict_each_other_are_found(say, regime, tmp_path):
    closed = "\nprohibitions:\n  closed: {cite: s. 9, en: nothing leaves, zh: 不得出境, when: leaves}\n"
    duty = "\nduties:\n  hand-over: {cite: s. 8, en: hand over, zh: 提交, by: exporter, timing: during, compels: true, when: leaves}\n"
    sound = say("prove", amended(regime, tmp_path, "sound"), "overlaps")
    assert (sound.code, sound.out.endswith("none\n")) == (0, True)
    said = say("prove", amended(regime, tmp_path, "odd", ("\nprohibitions:\n", closed), ("\nduties:\n", duty)), "overlaps", "--out", tmp_path / "shown")
    assert said.code == 1
    assert "xx.export-act hand-over: compels what the regime does not allow\n" in said.out
    assert "xx.export-act licence: opens nothing: whenever it lifts a prohibition, closed stands\n" in said.out
    assert said.out.endswith("\n2 found\n")
    assert len(list((tmp_path / "shown").iterdir())) == 1


def test_two_conditions_are_the_same_or_told_apart(say, regime):
    same = say("prove", regime, "equivalent population.persons >= 10000 <=> population.persons > 9999")
    assert (same.code, same.out) == (0, "equivalent: it is proved of every transfer\n")
    other = say("prove", regime, "equivalent population.persons >= 10000 <=> population.persons > 10000")
    assert other.code == 1
    assert other.out.startswith("no: a transfer that tells them apart\n")
    assert "persons: 10000}" in other.out
    narrowed = say("prove", regime, "equivalent leaves <=> destination not in HOME", "--when", "population.persons > 0", "--json")
    assert json.loads(narrowed.out)["holds"] is (narrowed.code == 0)


def test_two_rulebooks_are_the_same_or_told_apart(say, regime, tmp_path):
    same = say("prove", regime, amended(regime, tmp_path, "other words", (">= 10000", "> 9999")), "equivalent")
    assert (same.code, same.out) == (0, "equivalent: it is proved of every transfer\n")
    other = amended(regime, tmp_path, "raised", (">= 10000", ">= 20000"))
    said = say("prove", regime, other, "equivalent", "--out", tmp_path / "shown.yaml")
    assert said.code == 1
    assert said.out.startswith(f"no: {regime} says authorisation_required, {other} says permitted\n")
    assert "persons: 1" in (tmp_path / "shown.yaml").read_text()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("nevr true",), "did you mean 'never'?"),
        (("always",), "'always'"),
        (("never outcme == 'permitted'",), "did you mean 'outcome'?"),
        (("dead", "--seconds", "0"), "more than 0"),
        (("equivalent",), "name two rulebooks"),
        (("equivalent true",), "with one '<=>' between them"),
        (("equivalent outcme == 'permitted' <=> tru",), "question:1:12: "),
        (("equivalent true <=> outcme == 'permitted'",), "question:1:21: "),
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
    assert "cn.technology-export and us.padfa: cn.technology-export compels a transfer that us.padfa does not" in said.out
    assert said.out.endswith("\n2 found\n")
    for file in tmp_path.iterdir():
        one, other = file.stem.split("-and-")  # a duty of one of them may be what compels
        judged = say("explain", file, "t", "--regime", one, "--regime", other)
        assert "conflict of laws" in judged.out.lower()
