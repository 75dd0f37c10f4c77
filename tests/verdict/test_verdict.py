"""The verdict of many laws: where a duty of one compels what another does not allow, both are named and neither yields."""

import datetime as dt
import json
from pathlib import Path

import pytest
from strategies import LAW, plan_of, world_of

from comity import shelf
from comity.files.world_file import on_day, world_file
from comity.verdict.verdict import verdicts

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"

ASKED = "any(o.kind == 'request_by_authority' for o in occurrences)"
BAR = {"prohibitions": {"leave": {**LAW, "cite": "s. 2", "when": "not protected"}}}
MOVED = {"exporter": "a", "importer": "b", "asset": "d", "on": "2026-03-01", "occurrences": [{"kind": "request_by_authority"}], "protected": False, "done": []}


def duty(when=ASKED, **keys):
    """The parts of a rulebook whose only duty compels."""
    return {"duties": {"hand-over": {**LAW, "cite": "s. 1", "by": "exporter", "timing": "during", "when": when, "compels": "true", **keys}}}


def book(regime, **parts):
    """The text of a small rulebook."""
    head = {"title": {"en": "T", "zh": "题"}, "edition": "1", "published": "2020-01-01", "jurisdiction": ["XX"], "speaks_about": ["data"]}
    return json.dumps({"rulebook": regime, **head, **parts})


def conflicts(*books, **facts):
    """What compels and what does not allow, by name and path."""
    plan = plan_of(*books)
    text = json.dumps({"parties": {"a": {}, "b": {}}, "assets": {"d": {"kind": "data"}}, "movements": {"t": {**MOVED, **facts}}})
    (verdict,) = verdicts(world_of(text, plan), plan)
    return [(c.by, c.basis, f"{c.regime} {c.law.path}", c.law.cite) for c in verdict.conflicts]


@pytest.mark.parametrize(("one", "other"), [("xx.one", "yy.two"), ("yy.two", "xx.one")])
def test_a_duty_that_compels_conflicts_with_a_prohibition_of_another_regime(one, other):
    """Both are named by path and citation, whichever of them compels and in whichever order they are asked."""
    books = [book(one, **duty()), book(other, **BAR)]
    named = [(f"{one} hand-over", "s. 1", f"{other} leave", "s. 2")]
    assert conflicts(*books) == conflicts(*reversed(books)) == named


def test_each_compels_what_the_other_prohibits():
    """Two conflicts, one the mirror image of the other; neither regime is in conflict with itself."""
    found = conflicts(book("xx.one", **duty(), **BAR), book("yy.two", **duty(), **BAR))
    assert sorted((by, against) for by, _, against, _ in found) == [("xx.one hand-over", "yy.two leave"), ("yy.two hand-over", "xx.one leave")]


@pytest.mark.parametrize(
    ("compelling", "facts"),
    [
        (duty(), {"occurrences": []}),
        (duty(), {"occurrences": ["..."]}),
        (duty(), {"protected": True}),
        (duty(), {"protected": "unknown"}),
        (duty(), {"done": ["xx.one/hand-over"]}),
        (duty(compels="false"), {}),
        ({**duty(), "grounds": {"g": {**LAW, "kind": "exemption", "lifts": ["hand-over"], "holds": "event == 'send'"}}}, {"event": "send"}),
    ],
)
def test_no_conflict_where_either_side_is_not_sure(compelling, facts):
    """Not owed or perhaps not, met, lifted, no duty to move; not prohibited or perhaps not."""
    assert conflicts(book("xx.one", **compelling), book("yy.two", **BAR), **facts) == []


def test_who_is_compelled_and_who_may_not_may_be_two():
    """What binds the importer compels the movement that the exporter's law does not allow."""
    compelling, barring = duty(ASKED + " and role == 'importer'"), {"prohibitions": {"leave": {**LAW, "when": "role == 'exporter'"}}}
    assert [found[0] for found in conflicts(book("xx.one", **compelling), book("yy.two", **barring))] == ["xx.one hand-over"]


DAY_7, DAY_9 = 739_623, 739_625
LAST = "latest(o.on for o in occurrences if o.kind == 'breach')"
BREACHES = '[{"kind": "breach", "on": "2026-01-07"}, {"kind": "breach", "on": "2026-01-09"}]'


@pytest.mark.parametrize(
    ("due", "rows", "expected"),
    [
        ("2026-01-07", "[]", (DAY_7, DAY_7)),
        ("on", "[]", None),
        (LAST, BREACHES, (DAY_9, DAY_9)),
        (LAST.replace("latest", "earliest"), BREACHES, (DAY_7, DAY_7)),
        (f"after({LAST}, -2, days)", BREACHES, (DAY_7, DAY_7)),
        (LAST, BREACHES.replace("2026-01-07", "2026-01-07..2026-01-09"), (DAY_9, DAY_9)),
        (LAST, BREACHES.replace("2026-01-09", "2026-01-01..2026-01-09"), (DAY_7, DAY_9)),
        (LAST.replace("latest", "earliest"), BREACHES.replace("2026-01-09", "2026-01-01..2026-01-09"), (DAY_7 - 6, DAY_7)),
        (LAST, BREACHES.replace('"kind": "breach", "on": "2026-01-09"', '"on": "2026-01-09"'), (DAY_7, DAY_9)),
        (LAST, '[{"on": "2026-01-09"}]', None),
        (LAST, '[{"kind": "red_flag", "on": "2026-01-09"}]', None),
        (LAST, BREACHES.replace("]", ', "..."]'), None),
        ("latest(earliest(s.since for s in o.party.statuses) for o in exporter.owners)", "[]", (DAY_7, DAY_9)),
    ],
)
def test_a_duty_is_due_on_the_last_day_that_counts(due, rows, expected):
    """Between the ends that its rows leave; where there may be none, or one without end, no day is named. An owner without a status has no day."""
    plan = plan_of(book("xx.one", **duty("true", due=due)))
    statuses = [[{"since": "2026-01-07..2026-01-09"}, {"since": "2026-01-09"}], [{"since": "2026-01-01"}, {"since": "2026-01-20"}], []]
    parties = {f"o{number}": {"statuses": held} for number, held in enumerate(statuses)}
    owners = [{"party": name} for name in parties]
    world = {"parties": {"a": {"owners": owners}, "b": {}, **parties}, "assets": {"d": {"kind": "data"}}}
    world["movements"] = {"t": {**MOVED, "on": "unknown", "occurrences": json.loads(rows)}}
    (verdict,) = verdicts(world_of(json.dumps(world).replace('"unknown"', "unknown"), plan), plan)
    assert verdict.opinions[0].owed[0].due == expected


@pytest.mark.parametrize(
    ("counts", "closed", "expected"),
    [
        ([{"importer": "b", "is": "0"}], [], "permitted"),
        ([{"exporter": "a", "is": "0"}], [], "prohibited..permitted"),
        ([{"exporter": "a", "importer": "b", "is": "0"}], [], "prohibited..permitted"),
        ([{"exporter": "a", "is": "0"}], ["counts"], "permitted"),
        ([{"exporter": "a", "is": "0"}, {"exporter": "c", "importer": "b", "is": "9"}], ["counts"], "prohibited"),
    ],
)
def test_what_was_counted_of_one_exporter_is_a_part_of_what_its_importer_got(counts, closed, expected):
    """Where law counts by importer alone: of what others sent it says nothing, and what others sent counts too."""
    sent = {"definitions": {"sent": {**LAW, "is": "counted(persons, key=[importer])"}}}
    plan = plan_of(book("xx.one", **sent, prohibitions={"many": {**LAW, "when": "sent > 5", "effect": "prohibited"}}))
    told = {
        "parties": {"a": {"organised_in": ["XX"]}, "b": {"organised_in": ["XX"]}, "c": {}},
        "populations": {"p": {"place": "XX", "persons": "1"}},
        "assets": {"d": {"kind": "data"}},
        "movements": {"t": {**MOVED, "population": "p", "origin": "XX", "destination": "XX", "access_place": "XX"}},
        "assume": {"closed": closed, "by": "x", "on": "2026-01-01"},
        "counts": [{"count": "xx.one/sent", **one} for one in counts],
    }
    (verdict,) = verdicts(world_of(json.dumps(told), plan), plan)
    assert str(verdict.outcome) == expected


DISTANT = ("1990-01-01", "2000-01-01", "2018-05-25", "2021-11-01", "2030-01-01")


@pytest.mark.parametrize("on", DISTANT)
def test_every_law_that_has_a_say_has_an_opinion_whatever_the_day(on):
    """Before its own scope began a regime may still be heard, on what lies beyond it: then it is told too."""
    plan = shelf.plan()
    day = dt.date.fromisoformat(on).toordinal()
    world, _, _ = world_file(DEMO, plan, day)
    on_day(world, day)
    for verdict in verdicts(world, plan, day):
        assert [one.name for one in verdict.opinions] == list(verdict.spans)
