"""What some world shows must never be proved impossible: each of these once was."""

import pytest

pytest.importorskip("z3")

import json

from strategies import HEAD, plan_of

from comity.prove.prover import Prover
from comity.prove.question import asked
from comity.prove.supposed import possible


def words(**more):
    return {"cite": "s. 1", "en": "a rule", "zh": "规则", **more}


PLAN = plan_of(
    json.dumps(
        {
            **HEAD,
            "places": {"Y": ["YY"]},
            "definitions": {"aa": words(of="party", **{"is": "not (kind == 'individual') or any(o.party.aa for o in owners)"})},
            "prohibitions": {
                "p": words(when="asset.kind == 'data' and destination in {'YY'}"),
                "q": words(when="asset.kind == 'data' and role == 'facilitator'"),
                "r": words(when="asset.kind == 'data' and not importer.aa"),
            },
        },
        ensure_ascii=False,
    )
)


@pytest.mark.parametrize(
    "question",
    [
        "outcome == 'prohibited' and destination not in {'YY'} and importer.aa",  # of several parts, one may go elsewhere
        "outcome != 'permitted' and importer.aa and destination not in {'YY'}",  # a further participant
        "destination in {'EEA'} and destination not in {'IS', 'LI', 'NO'}",  # a group of groups
        "origin in {'CN'} and origin not in {'GBA'}",  # the rest of a place
        "destination in {'EU'} and destination not in {'DE', 'FR'}",
        "origin == origin and destination == destination and origin != destination and origin not in {'YY'} and destination not in {'YY'}",
        "origin == access_place and destination == access_place and origin != destination",  # two places in a third
        "origin in Y and destination in Y and access_place in Y and origin != destination and destination != access_place and origin != access_place",
        "asset.stored_in >= {'DE', 'FR'}",  # each of which is asked for by itself
        "after(on, 1, workdays, 'CN') > after(on, 4, days)",  # a long holiday
        "after(on, 1, months) > after(on, 40, days)",  # where a calendar ends
        "asset.kind == 'data' and importer.aa and not (importer == importer)",  # nobody is no individual
        "exporter == importer and not same_group",  # a party of no group
        "id == 't'",
        "any(a == b for a in exporter.owners for b in exporter.owners)",
        "exporter == exporter and not initiator == initiator",
        "asset.industry == 'NZ' and destination == asset.industry",
        "exporter.organised_in <= {'XX'} and not overlaps(exporter.organised_in, {'XX'})",
    ],
)
def test_what_a_world_shows_is_never_proved_impossible(question):
    condition = asked(question, PLAN)
    assert not Prover(PLAN, (condition,), 5).ever(condition).proved


MORE = plan_of(
    json.dumps(
        {
            **HEAD,
            "definitions": {
                "bad": words(of="party", **{"is": "'xx/list' in designations"}),
                "held": words(of="party", **{"is": "share(by=bad) >= 50%"}),
                "many": words(**{"is": "counted(persons) >= 100"}),
            },
            "prohibitions": {"p": words(when="asset.kind == 'data' and importer.held and many and asset.industry in {'65'}")},
        },
        ensure_ascii=False,
    )
)


@pytest.mark.parametrize(
    "question",
    [
        "importer.held and importer.kind == 'organisation'",  # somebody is owned
        "many and population.persons <= 5",  # others moved before
        "asset.industry not in {'65'} and not (asset.industry == importer.group) and asset.industry == asset.industry",  # a word that no law names
    ],
)
def test_what_is_asked_of_every_world_is_not_impossible_where_some_world_shows_it(question):
    """The proof alone is asked: an example that a small world gives would hide what it says."""
    condition = asked(question, MORE)
    prover = Prover(MORE, (condition,), 5)
    reading = prover._reading(0)
    assert possible(reading, prover._formulas(reading, condition), 20)
