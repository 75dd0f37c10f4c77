"""Answers as an address keeps them: the same again, one taken back, and nothing that was changed on the way."""

import pytest

from comity.interview.answers import Answers, entries, named, read, without
from comity.interview.control import typed
from comity.interview.draft import fragment
from comity.text.source import SourceError

SAID = (
    "assume: [{closed: [counts], on: 2026-11-27}, {closed: [measures]}]\nparties:\n  a: {kind: organisation, organised_in: [XX]}\nreadings: {xx.law/one: true}"
)


def test_what_is_packed_is_unpacked() -> None:
    told = Answers(SAID, ("0123456789", "abcdef0123"))
    assert Answers.unpacked("here", told.packed()) == told
    assert Answers().packed() == ""
    assert Answers.unpacked("here", "") == Answers()


@pytest.mark.parametrize("text", ["?", "YQ", "eJw", Answers(SAID).packed()[:-9], Answers(SAID).packed() + "AAAA", Answers("x" * (1 << 19)).packed()])
def test_what_was_changed_on_the_way_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="cut short or changed"):
        Answers.unpacked("here", text)


def test_each_answer_can_be_taken_back_alone() -> None:
    said = read("here", SAID)
    keys = [named(keys) for keys, _ in entries(said)]
    assert keys == ["assume/0", "assume/1", "parties/a/kind", "parties/a/organised_in", "readings/xx.law/one"]
    for key in keys:
        left = [value for _, value in entries(without(said, key))]
        assert left == [value for keys, value in entries(said) if named(keys) != key]
    assert [*fragment(without(said, "nothing/like/it"))] == [*fragment(said)]


@pytest.mark.parametrize(
    ("shape", "said", "to", "more", "written"),
    [
        ("truth", ["true"], "", False, "true"),
        ("one", [], "", False, ""),
        ("number", ["5"], "", False, "5"),
        ("number", ["5"], "9", False, "5..9"),
        ("number", [""], "9", False, "..9"),
        ("date", ["2026-01-02"], "2026-01-02", False, "2026-01-02"),
        ("some", ["a", "b"], "", True, "[a, b, ...]"),
        ("some", ["none"], "", False, "[]"),
        ("words", ["xx.law/one, b c"], "", False, '[xx.law/one, "b c"]'),
        ("list", ["yes", "{kind: licence}"], "", False, "{kind: licence}"),
    ],
)
def test_what_is_chosen_is_written_as_a_person_would(shape: str, said: list[str], to: str, more: bool, written: str) -> None:
    assert typed(shape, said, to, more=more) == written  # type: ignore[arg-type]  # each is a shape
