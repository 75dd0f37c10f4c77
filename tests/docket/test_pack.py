"""Packs: what shipped ones say, what is wrong in others, and what stands in a field, from where; nothing that nobody said is ever filled in."""

import copy
import json
from functools import cache

import pytest
import rfc8785
from docket_office import Office
from filed import day, procedure
from hypothesis import given, settings
from hypothesis import strategies as st
from packed import DEMO, known, said, shipped, tree

from comity import shelf
from comity.docket.pack import Field, Held, Pack, Recorded, Section
from comity.docket.pack_data import data
from comity.docket.pack_entry import Source
from comity.docket.pack_filled import fill
from comity.docket.pack_written import read_packs
from comity.docket.procedure import Text
from comity.docket.ran import Ran, Run
from comity.facts.value import UNLIMITED, Interval, OneOf
from comity.facts.vocabulary import PLURALS
from comity.text.source import Mistakes, SourceError, read_documents

BOOK = shelf.RULEBOOKS / "cn.technology-export"


of, beside = cache(shelf.book), cache(shelf.packs)
SHIPPED = [(folder, name) for folder in shipped() for name in beside(folder)]


def packs(text, folder=BOOK):
    mistakes = Mistakes()
    book = of(folder)
    found = read_packs(read_documents("p.yaml", text, mistakes), book, shelf.procedures(folder), shelf.extended([book]), mistakes)
    mistakes.settle()
    return found


def made(**fields):
    """A pack of fields from these paths."""
    told = {name: {"en": name, "zh": name, **({"from": path} if isinstance(path, str) else path)} for name, path in fields.items()}
    section = {"en": "all", "zh": "全部", "fields": told}
    return packs(json.dumps({"packs": {"p": {"en": "p", "zh": "p", "cite": "s. 1", "procedure": "licence", "sections": {"all": section}}}}))["p"]


def answers(pack, *args, **more):
    return fill(pack, known(*args, **more)).answers


def one(path, movement="talks", node=None, **more):
    """The answer of one field."""
    return answers(made(field=path), node or tree(), movement, **more)["field"]


def told(answer):
    return [entry.told for entry in answer.entries]


def at(answer):
    return [entry.source.at for entry in answer.entries]


def here(line, word):
    """Where a word stands in the first line of the demo that has these words."""
    number, found = next((number, one) for number, one in enumerate(DEMO.splitlines(), 1) if line in one)
    return f"w.yaml:{number}:{found.index(word, found.index(line)) + 1}"


# -- what is shipped ---------------------------------------------------------------------------------------------------


def test_four_regimes_have_packs():
    assert {(folder.name, name) for folder, name in SHIPPED} >= {
        ("cn.technology-export", "letter-of-intent"),
        ("cn.technology-export", "licence"),
        ("cn.data-export", "security-assessment"),
        ("cn.data-export", "standard-contract"),
        ("cn.data-export", "impact-assessment"),
        ("us.dsp", "annual-report"),
        ("us.dsp", "rejected-offer"),
        ("us.dsp", "licence"),
        ("eu.gdpr", "record-of-transfers"),
        ("eu.gdpr", "own-clauses"),
    }


@pytest.mark.parametrize(("folder", "name"), SHIPPED, ids=lambda one: getattr(one, "name", one))
def test_every_field_of_a_shipped_pack_is_told_in_both_languages_and_leads_somewhere(folder, name):
    """To a path that the reader knows, or to a person; a form that nobody read is said to be so."""
    pack = beside(folder)[name]
    words = folder.joinpath("packs.yaml").read_text(encoding="utf-8")
    for field in pack.fields():
        assert field.text.en
        assert any("一" <= c <= "鿿" for c in field.text.zh), field.name
        assert field.whence or 'ask: "yes"' in words
    assert not pack.read
    assert len(list(pack.fields())) > 15
    filled = answers(pack, tree(), "talks")
    assert filled.keys() == {field.name for field in pack.fields()}
    assert all(answer.entries or answer.missing for answer in filled.values())


def test_a_pack_is_another_when_a_word_of_it_is():
    assert made(a="origin").digest == made(a="origin").digest != made(a="destination").digest


# -- mistakes ----------------------------------------------------------------------------------------------------------


def test_every_mistake_is_told_with_its_place():
    text = """
packs:
  Wrong: {en: x, zh: y, sections: {s: {en: s, zh: s, fields: {f: {en: f, zh: f, from: origin}}}}}
  good:
    en: x
    zh: y
    cite: s. 1
    procedure: licens
    act: aply
    forms: 1
    read: maybe
    sections:
      s:
        en: s
        zh: s
        fields:
          a: {en: a, zh: a, from: exporter.principal_plase}
          b: {en: b, zh: b, from: exporter.owners.share}
          c: {en: c, zh: c, from: matter.stages}
          d: {en: d, zh: d, from: verdict.advice}
          e: {en: e, zh: e, is: asset.restrictd}
          f: {en: f, zh: f}
          g: {en: g, zh: g, from: origin, ask: "yes"}
          h: {en: h, from: origin}
          i: {en: i, zh: i, ask: "no"}
          j: {en: j, zh: j, from: "instrument[xx].isued_on"}
      t:
        en: t
        zh: t
        fields:
          a: {en: a, zh: a, from: origin}
"""
    with pytest.raises(SourceError) as found:
        packs(text)
    said = [str(mistake) for mistake in found.value.mistakes]
    assert said == [
        "p.yaml:3:3: 'Wrong' is no name (small letters, digits, - and _)",
        "p.yaml:3:3: 'Wrong' says no cite",
        "p.yaml:8:16: there is no procedure 'licens' (did you mean 'licence'?)",
        "p.yaml:9:10: there is no act 'aply'",
        "p.yaml:10:5: a pack has no 'forms'",
        "p.yaml:11:11: 'maybe' says nothing of what was read (write read: \"no\" where it was not)",
        "p.yaml:17:35: there is no 'principal_plase' of a party (did you mean 'principal_place'?)",
        "p.yaml:18:35: there is no 'owners.share' of a party (did you mean 'owners'?)",
        "p.yaml:19:35: a matter has no 'stages' (did you mean 'stage'?)",
        "p.yaml:20:35: a verdict has no 'advice' (write verdict.outcome, verdict.laws, verdict.bars, verdict.grounds, verdict.duties)",
        "p.yaml:21:39: the asset has no 'restrictd' (did you mean 'restricted'?)",
        "p.yaml:22:11: the field 'f' comes from nowhere (write from: PATH, is: CONDITION, or ask: \"yes\" where only a person knows)",
        "p.yaml:23:11: the field 'g' comes from from and ask (write from: PATH, is: CONDITION, or ask: \"yes\" where only a person knows)",
        "p.yaml:24:11: 'h' says no zh",
        "p.yaml:25:34: 'no' says nothing of who knows it (write ask: \"yes\")",
        "p.yaml:26:35: there is no 'isued_on' of an instrument (did you mean 'issued_on'?)",
        "p.yaml:31:11: the field 'a' is there twice (also at p.yaml:17:11)",
    ]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("matter.parties.exportr", "has no 'exportr' among its parties (did you mean 'exporter'?)"),
        ("matter.acts.apply.numbr", "the act 'apply' says no 'numbr'"),
        ("matter.acts.aply", "has no 'aply' among its acts (did you mean 'apply'?)"),
        ("matter.scope.letter.importer", "nothing is limited by 'importer' (did you mean 'importers'?)"),
        ("matter.scope.letter", "a matter has no 'scope.letter'"),
        ("matter.clocks.letter", "has no 'letter' among its clocks"),
        ("matter", "a matter has no ''"),
        ("asset.populations.persns", "there is no 'persns' of a population (did you mean 'persons'?)"),
        ("runs.latest", "runs have no 'latest' (write runs.each, runs.first, runs.last)"),
        ("runs", "runs have no ''"),
        ("", "there is no '' of a movement"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_mistake(path, why):
    with pytest.raises(SourceError) as found:
        made(field=path)
    assert why in str(found.value)


def test_a_pack_without_a_procedure_has_no_matter():
    text = "packs: {p: {en: p, zh: p, cite: s. 1, sections: {s: {en: s, zh: s, fields: {f: {en: f, zh: f, from: matter.name}}}}}}"
    with pytest.raises(SourceError, match="the pack names no procedure, so it has no matter"):
        packs(text)


def test_the_page_tells_packs_that_are_read():
    page = (shelf.HERE.parents[1] / "docs/packs.md").read_text(encoding="utf-8")
    pack = packs(page.split("```yaml")[1].split("```")[0])["application"]
    assert [field.name for field in pack.fields()] == ["exporter", "persons", "restricted", "letter", "outcome", "reasons"]
    shown = {(folder.name, name) for folder, name in SHIPPED if f"`{name}`" in page and f"`{folder.name}`" in page}
    assert shown == {(folder.name, name) for folder, name in SHIPPED}


# -- facts -------------------------------------------------------------------------------------------------------------


def test_a_stated_fact_has_its_place_and_who_states_it():
    answer = one("asset.form")
    assert answer.state == "filled"
    assert answer.entries[0].source == Source("stated", here("form: [source]", "form"), "lab")
    assert (answer.entries[0].of, answer.entries[0].fact.name) == ("ranker", "form")


def test_a_judged_fact_says_who_judged_it_when_and_why():
    answer = one("asset.secrecy")
    assert answer.entries[0].source == Source("judged", here("secrecy:", "secrecy"), "counsel", "2026-01-02", "nobody marked it")


def test_an_assumed_fact_says_who_assumed_it():
    answer = one("asset.marks")
    assert answer.entries[0].source == Source("assumed", here("assume:", "{"), "counsel", "2026-01-03", "it carries none")


def test_of_several_assumptions_the_one_that_decides_is_named():
    node = tree(DEMO.replace("assume: {", "assume:\n  - {closed: [asset.reveals], by: an engineer}\n  - {"))
    assert (one("asset.reveals", node=node).entries[0].source.by, one("asset.marks", node=node).entries[0].source.by) == ("an engineer", "counsel")
    line = len(DEMO.splitlines())
    assert at(one("asset.reveals", node=node)) == [f"w.yaml:{line + 1}:5"]
    assert at(one("asset.marks", node=node)) == [f"w.yaml:{line + 2}:5"]


def test_the_facts_of_a_branch_stand_where_its_entity_says_them():
    assert at(one("exporter.principal_place")) == [here("lab: {kind", "principal_place")]
    assert at(one("exporter.located_in")) == [here("lab-branch: {", "located_in")]


def test_facts_told_in_place_are_found():
    assert at(one("purpose.kind")) == [here("purpose: {", "kind")]
    assert one("purpose.needed").entries[0].source == Source("judged", here("purpose: {", "needed"), "an engineer")
    assert at(one("protection.encryption")) == [here("protection: {", "encryption")]


def test_a_record_is_told_by_its_name_and_by_what_it_is_called():
    answer = one({"from": ["exporter.part_of", "exporter.part_of.about"]})
    assert told(answer) == [OneOf(frozenset({"lab"})), "The Laboratory Ltd"]
    assert answer.state == "filled"


def test_what_nobody_stated_is_blank_and_says_what_to_state_where():
    answer = one("importer.headquarters")
    assert (answer.state, answer.entries) == ("blank", ())
    (missing,) = answer.missing
    assert (missing.gap, missing.name, missing.of, missing.kind, missing.at) == ("fact", "headquarters", "jv", "party", here("jv: {", "{"))


def test_a_record_that_nobody_told_is_asked_for_where_it_would_stand():
    (missing,) = one("deal.kind", "elsewhere").missing
    assert (missing.name, missing.of, missing.kind) == ("deal", "elsewhere", "movement")


@pytest.mark.parametrize("path", ["asset.own_training_ops", "importer.principal_place", "importer.sector", "exporter.owners", "population.persons"])
def test_what_is_known_in_part_is_shown_as_such_and_is_to_be_confirmed(path):
    answer = one(path)
    assert answer.state == "to_confirm"
    assert not answer.entries[0].sure
    assert [missing.gap for missing in answer.missing] == ["fact"]


def test_a_range_stays_a_range():
    (entry,) = one("population.persons").entries
    assert entry.told == Interval(90000, 110000)
    told = data(fill(made(n="population.persons"), known(tree(), "talks")))["sections"][0]["fields"][0]["values"][0]
    assert told["value"] == {"from": 90000, "to": 110000}


def test_nobody_is_an_answer():
    answer = one("end_user", "elsewhere")
    assert answer.state == "filled"
    assert told(answer) == [OneOf(frozenset())]


def test_each_of_several_importers_answers():
    answer = one("importer", "elsewhere")
    assert told(answer) == [OneOf(frozenset({"jv"})), OneOf(frozenset({"owner"}))]
    assert {missing.of for missing in one("importer.headquarters", "elsewhere").missing} == {"jv", "owner"}


def test_a_limit_that_is_not_named_does_not_limit():
    answer = one("fields")
    assert told(answer) == [UNLIMITED]
    assert answer.state == "filled"


def test_a_fact_that_changes_is_told_with_its_days():
    text = DEMO.replace("on: 2026-03-01", "from: 2026-03-01\n    until: 2026-03-11").replace("owner: {kind: individual}", "owner: {kind: individual}\n  x: {}")
    text = text.replace("principal_place: US | CA", "principal_place: [{until: 2026-03-05, is: US}, {from: 2026-03-05, is: CA}]")
    answer = one("importer.principal_place", node=tree(text))
    days = {entry.told: entry.during for entry in answer.entries}
    assert days[OneOf(frozenset({"US"}))].hi == day("2026-03-04")
    assert days[OneOf(frozenset({"CA"}))].lo == day("2026-03-05")


def test_an_instrument_that_surely_concerns_others_is_left_out():
    assert at(one("instrument[xx.permit].issued_on")) == [here("permit: {", "issued_on")]
    (missing,) = one("instrument[xx.nothing].issued_on").missing
    assert (missing.gap, missing.name) == ("paper", "xx.nothing")


@pytest.mark.parametrize(
    "path", ["exporter.located_in", "importer.sector", "asset.form", "asset.entries", "deal.mode", "event", "population.role", "purpose.kind"]
)
def test_what_is_taken_out_of_a_world_is_not_in_the_pack(path):
    """The fact itself, and then the record that it is of: no default comes in its place."""
    node = tree()
    assert one(path, node=node).entries
    for stripped in (without(node, path.rpartition(".")[2]), without(node, {"population": "populations"}.get(path.partition(".")[0], path.partition(".")[0]))):
        answer = one(path, node=stripped)
        assert answer.state == "blank", told(answer)
        assert answer.missing


FACTS = sorted(
    {
        (section, name, key)
        for section, held in tree().pairs.items()
        if section in PLURALS.values() and section != "instruments"  # an unstated limit does not limit: less told of a paper is more
        for name, told in held.pairs.items()
        for key in told.pairs
        if key != "on"
    }
)


@given(gone=st.sets(st.sampled_from(FACTS), max_size=12))
@settings(max_examples=25)
def test_knowing_less_fills_nothing_else(gone):
    """What is still filled after facts were forgotten is what it was; all else is blank or to be confirmed, whatever was forgotten."""
    node = copy.deepcopy(tree())
    for section, name, key in gone:
        node.pairs[section].pairs[name].pairs.pop(key)
    for folder, name in SHIPPED:
        pack = beside(folder)[name]
        before, after = answers(pack, tree(), "talks"), answers(pack, node, "talks")
        for field in pack.fields():
            if after[field.name].state == "filled" and any(isinstance(one, Recorded | Held) for one in field.whence):
                assert before[field.name].state == "filled"
                assert told(after[field.name]) == told(before[field.name]), field.name


def without(node, key):
    """The tree without a key, wherever it stands but at the top."""
    copied = copy.deepcopy(node)
    todo = list(copied.pairs.values())
    while todo:
        here = todo.pop()
        if here.pairs is not None:
            here.pairs.pop(key, None)
            todo += here.pairs.values()
        todo += here.items or []
    return copied


# -- the law's own words, the verdict ----------------------------------------------------------------------------------


def test_a_condition_of_the_law_holds_or_not_or_is_open():
    holds = one({"is": "asset.restricted"})
    assert told(holds) == [{"holds": True, "sure": True}]
    assert holds.state == "filled"
    open_ = one({"is": "asset.restricted"}, node=tree(DEMO.replace("entries: [cn.technology-export/086501X]", "entries: [...]")))
    assert open_.state == "to_confirm"
    assert [missing.gap for missing in open_.missing] == ["verdict"]


def test_the_verdict_is_told_with_its_laws_bars_and_duties():
    pack = made(outcome="verdict.outcome", laws="verdict.laws", bars="verdict.bars", duties="verdict.duties")
    own = known(tree(), "talks")
    found = fill(pack, own).answers
    assert told(found["outcome"]) == [{"outcome": str(own.verdict.outcome), "sure": own.verdict.outcome.settled}]
    assert [one["law"] for one in told(found["laws"])] == list(own.verdict.spans)
    assert {one["path"] for one in told(found["bars"]) if one["law"] == "cn.technology-export"} >= {"30"}
    assert all(entry.source.kind == "verdict" for entry in found["duties"].entries)


def test_a_verdict_without_bars_says_so():
    text = """
world: w
parties: {a: {kind: organisation, organised_in: [XX], principal_place: XX}, b: {kind: organisation, organised_in: [XX], principal_place: XX}}
assets: {x: {kind: goods, made_in: [XX]}}
movements: {m: {exporter: a, importer: b, asset: x, event: none, origin: XX, destination: XX, on: 2026-03-01}}
assume: {closed: all}
"""
    answer = one("verdict.bars", "m", node=tree(text))
    assert told(answer) == [{"nothing": "bars"}] or all(bar["law"] for bar in told(answer))


# -- the matter --------------------------------------------------------------------------------------------------------


@pytest.fixture
def matter(tmp_path):
    office = Office(tmp_path)
    office.licensed()
    return office.matter(), office.clerk.docket.calendars


def test_a_matter_answers_with_entries_of_its_log(matter):
    pack = made(
        name="matter.name", stage="matter.stage", who="matter.parties.authority", on="matter.acts.apply", number="matter.acts.issue-letter.number",
        scope="matter.scope.letter.importers", paper="matter.acts.sign-contract.contract", due="matter.clocks.licence-decision",
        refused="matter.acts.refuse", none="matter.scope.licence.persons_max",
    )  # fmt: skip
    found = answers(pack, tree(), "talks", matter=matter[0], calendars=matter[1], log="test/log")
    assert {name: told(answer) for name, answer in found.items() if answer.state == "filled" and name not in ("stage", "due")} == {
        "name": ["m1"],
        "who": ["commerce-beijing"],
        "on": ["2026-01-12"],
        "number": ["1"],
        "scope": [["austin-jv"]],
        "paper": [{"name": "form.pdf", "sha256": "0" * 64}],
    }
    assert told(found["stage"])[0]["stage"] == "licensed"
    assert found["due"].entries[0].told == Interval(day("2026-04-27"), day("2026-04-27"))
    signed = next(one.entry for one in matter[0].made if one.act == "sign-contract")
    assert found["paper"].entries[0].source == Source("docket", f"test/log, entry {signed}", "m1")
    assert [(missing.gap, missing.name) for missing in found["refused"].missing] == [("act", "refuse")]
    assert [(missing.gap, missing.name) for missing in found["none"].missing] == [("limit", "licence.persons_max")]


def test_without_a_matter_its_fields_are_blank():
    answer = one("matter.acts.apply")
    assert (answer.state, [missing.gap for missing in answer.missing]) == ("blank", ["matter"])


# -- what moved --------------------------------------------------------------------------------------------------------


def ran(*days, log="gate/log"):
    return Ran(log, 99, tuple(Run(number, f"{on}T01:00:00Z", day(on), "t", 5, "a" * 64, "b" * 64) for number, on in enumerate(days, 10)))


MOVED = {"each": "runs.each", "first": "runs.first", "last": "runs.last"}


def test_runs_answer_with_their_entries_and_those_of_later_days_are_left_out():
    found = answers(made(**MOVED), tree(), "talks", ran=[ran("2026-02-03", "2026-02-01", "2026-03-02"), ran("2026-02-02", log="other/log")])
    assert [(entry.told["moved"], entry.source.at) for entry in found["each"].entries] == [
        ("2026-02-01", "gate/log, entry 11"), ("2026-02-02", "other/log, entry 10"), ("2026-02-03", "gate/log, entry 10"),
    ]  # fmt: skip
    assert (told(found["first"]), told(found["last"])) == (["2026-02-01"], ["2026-02-03"])
    assert found["first"].entries[0].source == Source("run", "gate/log, entry 11", on="2026-02-01T01:00:00Z")
    assert {answer.state for answer in found.values()} == {"filled"}


def test_a_ledger_that_was_looked_at_and_holds_none_is_an_answer_and_no_ledger_is_none():
    for answer in answers(made(**MOVED), tree(), "talks", ran=[ran("2026-03-02")]).values():
        assert (answer.state, told(answer)) == ("filled", [{"nothing": "runs"}])
    for answer in answers(made(**MOVED), tree(), "talks").values():
        assert (answer.state, [missing.gap for missing in answer.missing]) == ("blank", ["run"])


def test_what_lifts_a_bar_is_named_and_where_it_is_open_nothing_is_not_said():
    licensed = """
world: w
parties: {a: {kind: organisation, organised_in: [US], principal_place: US, owners: []}, b: {kind: organisation, organised_in: [CN], principal_place: CN}}
assets: {x: {kind: data, fields: [{kind: genome, availability: private}]}}
populations: {p: {place: US, persons: 5000}}
deals: {d: {kind: sale, consideration: true}}
instruments: {l: {kind: licence, under: us.dsp/202.802, result: granted, since: 2026-01-01}}
movements: {m: {exporter: a, importer: b, asset: x, population: p, deal: d, event: send, origin: US, destination: CN, on: 2026-03-01}}
"""
    answer = one("verdict.grounds", "m", node=tree(licensed))
    assert ("us.dsp", "H/802") in {(entry.told["law"], entry.told["path"]) for entry in answer.entries}
    open_ = one("verdict.grounds", "m", node=tree("world: w\nmovements: {m: {}}"))
    assert {"nothing": "grounds"} not in told(open_)
    assert [missing.gap for missing in open_.missing] == ["verdict"]


# -- what a person says ------------------------------------------------------------------------------------------------


def test_what_only_a_person_knows_is_blank_until_somebody_says_it():
    pack = made(price={"ask": "yes"})
    assert answers(pack, tree(), "talks")["price"].state == "blank"
    answer = answers(pack, tree(), "talks", says={"price": said("ten")})["price"]
    assert (told(answer), answer.entries[0].source) == (["ten"], Source("said", "says.yaml:1:1"))
    assert answer.state == "filled"


# -- data --------------------------------------------------------------------------------------------------------------


def test_a_filled_pack_has_one_canonical_form():
    pack = beside(BOOK)["letter-of-intent"]
    raw = rfc8785.dumps(data(fill(pack, known(tree(), "talks"))))
    assert raw == rfc8785.dumps(data(fill(pack, known(tree(), "talks"))))
    told = json.loads(raw)
    states = {field["field"]: field["state"] for section in told["sections"] for field in section["fields"]}
    assert told["blank"] == [name for name, state in states.items() if state != "filled"]
    assert {"form", "entries"} <= {name for name, state in states.items() if state == "filled"}


def test_numbers_in_data_are_exact():
    told = data(fill(made(owners="exporter.owners", ops="asset.own_training_ops"), known(tree(), "talks")))
    owners, ops = (field["values"][0]["value"] for field in told["sections"][0]["fields"])
    assert owners == {"rows": [{"party": "owner", "share": "33.333333", **{k: v for k, v in owners["rows"][0].items() if k == "since"}}], "perhaps_more": True}
    assert ops == {"from": str(10**24), "to": str(2 * 10**24)}


def test_a_pack_that_knows_nothing_but_the_movement_is_all_blank():
    """Whatever is asked of the facts of a movement of which nothing is known."""
    facts = [name for name, fact in shelf.plan().vocabulary.kinds["movement"].items() if not fact.limit]
    fields = tuple(
        Field(name, Text(name, name), (Recorded((name,), "") if shelf.plan().vocabulary.kinds["movement"][name].to else Recorded((), name),)) for name in facts
    )
    pack = Pack("p", "xx", Text("p", "p"), (Section("s", Text("s", "s"), fields),))
    found = answers(pack, tree("world: w\nmovements: {m: {}}"), "m")
    told_of = {name: answer.entries[0].source.kind for name, answer in found.items() if answer.state != "blank"}
    assert told_of == {"role": "derived", "knowledge": "derived"}  # who tells a world is a side of it, and knows what it tells


def test_no_condition_of_a_shipped_pack_holds_of_a_movement_of_which_nothing_is_known():
    node = tree("world: w\nmovements: {m: {}}")
    for folder, name in SHIPPED:
        pack = beside(folder)[name]
        found = answers(pack, node, "m")
        for field in pack.fields():
            if any(isinstance(one, Held) for one in field.whence):
                assert not any(entry.told["holds"] and entry.sure for entry in found[field.name].entries), field.name


def test_the_procedures_that_packs_name_are_there():
    for folder, name in SHIPPED:
        if (pack := beside(folder)[name]).procedure:
            assert pack.act in procedure(folder.name, pack.procedure).acts
