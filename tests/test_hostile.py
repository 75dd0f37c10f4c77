"""Hostile worlds and rulebooks: refused with their place, in bounded time, or read; never another exception."""

import json

import pytest
from strategies import HEAD, LAW, plan_of, world_of

from comity.text.source import SourceError
from comity.verdict.decide import decide

NINES = "9" * 5_000


def decided(world="movements: {t: {on: 2026-01-31}}", **parts):
    """Reads and decides; what a reader refuses is its mistakes."""
    book = {**HEAD, **parts}
    try:
        plan = plan_of(json.dumps(book))
        return [str(j.outcome) for j in decide(world_of(world, plan), plan)]
    except SourceError as error:
        return error.mistakes


def bans(when, **parts):
    return {"prohibitions": {"p": {**LAW, "when": when}}, **parts}


@pytest.mark.parametrize("number", [NINES, f"0.{NINES}", f"-{NINES}", "1e999", "9e999%", f"{NINES}..", f"..{NINES}"])
def test_a_number_without_end_is_refused(number):
    """However many digits, wherever it stands: a mistake at its place."""
    in_world = decided(f"movements: {{t: {{population: {{persons: {number}}}}}}}")
    in_table = decided(tables={"T": {"columns": {"n": "number"}, "rows": [{"n": number}]}})
    assert in_world[0].place.line == 1
    assert isinstance(in_table[0], str) or in_table[0].place.line == 1


@pytest.mark.parametrize(
    "when",
    [
        "after(on, 1e30, days) > on",
        "after(on, -1e30, months) < on",
        "after(on, 99999999999, workdays, 'CN') > on",
        "after(on, -800000, workdays, 'CN') < on",
        "after(on, -800000, days) < on",
        "counted(persons, window=months(1e30)) > 5",
        "population.persons + population.minors + population.devices >= 0",
        "on >= 0001-01-01",
        "on < 9999-12-31",
    ],
)
def test_days_and_numbers_beyond_every_calendar_are_read_or_refused(when):
    """The engine decides, or says why not."""
    assert decided(**bans(when, duties={"d": {**LAW, "when": when, "by": "exporter", "timing": "before", "due": "after(on, 9000, years)"}}))


@pytest.mark.parametrize("fact", ["population.persons > 1e30", "population.persons >= -1e40", "asset.own_training_ops < 1e60"])
def test_a_line_that_no_fact_can_reach_never_settles_what_is_unknown(fact):
    """Unknown is never false: such a line is refused, or leaves the verdict open."""
    found = decided(**bans(fact))
    assert not isinstance(found[0], str) or ".." in found[0]


@pytest.mark.parametrize("depth", [100, 1_500])
def test_a_long_chain_of_definitions_is_read_or_refused(depth):
    """Each resting on the next: no stack is exhausted."""
    definitions = {f"d{i}": {**LAW, "is": f"not d{i + 1}" if i % 2 else f"d{i + 1} or protected"} for i in range(depth)}
    assert decided(**bans("d0", definitions={**definitions, f"d{depth}": {**LAW, "is": "onward"}}))


def test_definitions_that_double_stay_small():
    """Sixty definitions that each use the next twice are sixty conditions, not 2 to the 60th."""
    definitions = {f"d{i}": {**LAW, "is": f"(d{i + 1} and protected) or (d{i + 1} and onward)"} for i in range(60)}
    assert decided(**bans("d0", definitions={**definitions, "d60": {**LAW, "is": "protected"}}))


def test_loops_over_tables_are_bounded():
    """Three hundred times three hundred rows are refused where they are written."""
    table = {"columns": {"n": "number"}, "rows": [{"n": str(i)} for i in range(300)]}
    (mistake,) = decided(tables={"T": table}, **bans("any(population.persons > a.n for a in T for b in T)"))
    assert "combinations" in mistake.message


def test_a_chain_of_a_thousand_owners_is_looked_through():
    """Ownership has an end, however far."""
    parties = {f"p{i}": {"organised_in": [], "owners": [{"party": f"p{i + 1}", "share": "100%"}]} for i in range(1_000)}
    parties |= {"p1000": {"organised_in": ["CN"], "owners": [{"party": "p0", "share": "50%"}]}}
    world = json.dumps({"parties": parties, "movements": {"t": {"importer": "p0", "asset": {"kind": "data"}, "on": "2026-01-01"}}})
    reach = {**LAW, "of": "party", "is": "overlaps(organised_in, {'CN'}) or share(by=reach) >= 50%"}
    assert decided(world, **bans("importer.reach", definitions={"reach": reach})) == ["prohibited"] * 2
