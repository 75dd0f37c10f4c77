import pytest

from comity import shelf
from comity.words.phrases import CODES


def test_the_deciding_question_is_asked_and_answered(say, asking):
    said = say("ask", *asking, "visitors-leave", typed="9999\n")
    assert said.code == 0
    assert "1. unknown_size: distinct persons? [population.persons]" in said.out
    assert "asked because of xx.export-act export/many" in said.out
    assert "visitors-leave: permitted" in said.out
    assert "populations:\n  unknown_size:\n    persons: 9999" in said.out


def test_nobody_answers(say, asking):
    said = say("ask", *asking, "visitors-leave")
    assert said.code == 1
    assert "No more answers." in said.out
    assert "Still open:" in said.out


def test_not_knowing_is_an_answer(say, asking):
    said = say("ask", *asking, "visitors-leave", typed="\n")
    assert said.code == 1
    assert "undetermined" in said.out


def test_what_cannot_be_read_is_asked_again(say, asking):
    said = say("ask", *asking, "visitors-leave", typed="many\n>=10000\n")
    assert "'many' is not a number or a range of them" in said.out
    assert "visitors-leave: authorisation required" in said.out
    assert 'persons: ">=10000"' in said.out


def test_answers_are_saved_and_read_again(say, asking, tmp_path):
    file = tmp_path / "answers.yaml"
    say("ask", *asking, "visitors-leave", "--save", file, typed=">=10000\n")
    assert file.read_text() == 'populations:\n  unknown_size:\n    persons: ">=10000"\n'
    said = say("ask", *asking, "visitors-leave", "--answers", file)
    assert said.code == 1
    assert "1." not in said.out.splitlines()[0]
    assert "visitors-leave: authorisation required" in said.out


def test_a_settled_movement_asks_nothing(say, asking):
    said = say("ask", *asking, "few-leave")
    assert said.code == 0
    assert "?" not in said.out


def test_mistakes_in_answers_are_bad_input_and_nothing_is_saved(say, asking, tmp_path):
    answers, saved = tmp_path / "answers.yaml", tmp_path / "saved.yaml"
    answers.write_text("populations:\n  unknown_size: {persons: many, plaec: XX}\n")
    said = say("ask", *asking, "visitors-leave", "--answers", answers, "--save", saved)
    assert said.code == 2
    assert said.err.count(f"{answers}:2:") == 2
    assert not saved.exists()


def test_in_chinese(say, asking):
    said = say("ask", *asking, "visitors-leave", "--lang", "zh", typed="9999\n")
    assert "visitors-leave：允许" in said.out


@pytest.fixture
def unlisted(world, tmp_path):
    """The same world, where nobody said that its papers are all there are."""
    file = tmp_path / "w.yaml"
    file.write_text("\n".join(line for line in world.read_text().splitlines() if not line.startswith("assume")))
    return file


def test_there_is_a_paper(say, asking, unlisted, tmp_path):
    saved = tmp_path / "said.yaml"
    said = say("ask", unlisted, *asking[1:], "many-leave", "--save", saved, typed="held\n")
    assert said.code == 0
    assert "1. is there, among the papers of the matter, one that fits: kind of instrument: licence" in said.out
    assert saved.read_text() == (
        "instruments:\n  licence_1:\n    kind: licence\n    under: xx.export-act.licence\n    result: granted\n"
        "    movements: [many-leave]\n    importers: [there]\n"
    )
    assert say("ask", unlisted, *asking[1:], "many-leave", "--answers", saved).code == 0


def test_a_paper_is_nobodys_until_it_is_said_who_holds_it(say, asking, unlisted):
    said = say("ask", unlisted, *asking[1:], "many-leave", typed="yes\n")
    assert "many-leave: undetermined" in said.out
    assert "2. licence_1: importers it is limited to? [importers]" in said.out
    assert "many-leave: permitted" in say("ask", unlisted, *asking[1:], "many-leave", typed="yes\n[there]\n").out
    assert "assume: [{closed: [instruments]" in say("ask", unlisted, *asking[1:], "many-leave", typed="only\n").out


def test_a_paper_is_asked_after_fact_by_fact(say, asking, unlisted):
    said = say("ask", unlisted, *asking[1:], "many-leave", typed="{kind: licence, under: xx.export-act.licence, resul: granted}\n{kind: licence}\n\n\n")
    assert "an instrument has no 'resul' (did you mean 'result'?)" in said.out
    assert "licence_1: the rule or scheme that defines it? [under]" in said.out


def test_a_list_is_complete_and_no_is_no_answer(say, asking, unlisted):
    said = say("ask", unlisted, *asking[1:], "many-leave", typed="no\ncomplete\n")
    assert "'no' cannot be kept: a world says what there is" in said.out
    assert "many-leave: authorisation required" in said.out
    assert "assume: [{closed: [instruments], on: 2026-11-23, because: said in an interview}]" in said.out


OWNERS = """\
rulebook: xx.owners
title: {en: Owners, zh: 持有人}
edition: "1"
published: 2020-01-01
jurisdiction: [XX]
speaks_about: [data]
scope: {cite: s. 0, en: It covers everything., zh: 适用于一切。, when: "true"}
definitions:
  of_xx: {of: party, cite: s. 1, en: A local is organised here., zh: 本地主体是指依本地法律设立的主体。, is: "'XX' in organised_in"}
  held: {of: party, cite: s. 1(2), en: It is held for half or more by locals., zh: 半数以上由本地主体持有。, is: share(by=of_xx) >= 50%}
prohibitions:
  held: {cite: s. 2, en: Nothing goes to whom locals hold., zh: 不得提供。, when: importer.held}
  emails: {cite: s. 3, en: No private address goes., zh: 不得提供。, when: "any(f.kind == 'email' and f.availability == 'private' for f in asset.fields)"}
  many: {cite: s. 4, en: No more than a hundred persons go., zh: 不得超过一百人。, when: "counted(persons, where=asset.kind == 'data', key=[exporter]) > 100"}
"""
MOVED = """\
parties:
  mine: {kind: organisation, organised_in: [XX]}
  theirs: {kind: organisation, organised_in: [AA], owners: [OWNERS]}
assets:
  d: {kind: data, fields: [FIELDS]}
populations:
  few: {persons: 5}
movements:
  t: {exporter: mine, importer: theirs, asset: d, population: few, event: send, on: 2026-11-23}
COUNTS
"""


@pytest.fixture
def moved(tmp_path):
    """A world under a law about owners, fields and numbers, in which one of the three is not told wholly."""
    (tmp_path / "xx.owners").mkdir()
    (tmp_path / "xx.owners" / "rulebook.yaml").write_text(OWNERS, encoding="utf-8")

    def made(*, owners="", fields="name", counts="assume: {closed: [counts]}"):
        file = tmp_path / "w.yaml"
        file.write_text(MOVED.replace("OWNERS", owners).replace("FIELDS", fields).replace("COUNTS", counts))
        return [file, "--rulebooks", tmp_path / "xx.owners", "--regime", "xx.owners", "--on", "2026-11-23", "t"]

    return made


def test_owners_who_are_not_named_are_asked_after(say, moved):
    said = say("ask", *moved(owners="..."), typed="{party: mine, share: 30%}\n{party: mine, share: 25%}\n")
    assert "1. is the list of theirs' owners of equity or votes complete? [importer.owners]" in said.out
    assert "{party: …, share: …" in said.out
    assert "t: prohibited" in said.out
    assert "    owners: [{party: mine, share: 30%}, {party: mine, share: 25%}, ...]" in said.out


def test_owners_are_complete(say, moved):
    said = say("ask", *moved(owners="{party: mine, share: 30%}, ..."), typed="complete\n")
    assert "t: permitted" in said.out
    assert "    owners: [{party: mine, share: 30%}]" in said.out


def test_the_share_of_an_owner_is_asked_after(say, moved):
    said = say("ask", *moved(owners="{party: mine}"), typed="120%\n60%\n")
    assert "theirs' owners" in said.out
    assert "'120%' is not a share between 0% and 100%" in said.out
    assert "    owners: [{party: mine, share: 60%}]" in said.out
    assert "t: prohibited" in said.out


def test_a_fact_of_a_field_is_asked_after(say, moved):
    said = say("ask", *moved(fields="name, email"), typed="private\n")
    assert "d's fields, email: how far it is public? [availability]" in said.out
    assert "    fields: [name, {kind: email, availability: private}]" in said.out
    assert "t: prohibited" in said.out


def test_what_was_counted_before_is_asked_after(say, moved):
    said = say("ask", *moved(counts=""), typed="10\n")
    assert "how many were counted before this file" in said.out
    assert "exporter: mine, is: 10}" in said.out


def test_every_word_of_a_closed_list_is_said_in_chinese():
    kinds = shelf.extended([shelf.book(folder) for folder in shelf.shipped()]).kinds
    facts = [column for named in kinds.values() for fact in named.values() for column in (fact, *fact.columns.values())]
    assert {code for fact in facts for code in fact.domain or ()} <= set(CODES["zh"])
