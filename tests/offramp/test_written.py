"""Levers as they are written: what stands for the movement's own records, and which levers it has."""

import pytest

from comity import shelf
from comity.files.world import read_world
from comity.offramp.changeable import Changeable
from comity.offramp.written import instances, joined, read_levers
from comity.text.source import Mistakes, SourceError, read_documents

WORLD = """
world: small
parties: {here: {kind: organisation}, there: {kind: organisation}}
populations: {some: {persons: 5000}}
assets:
  trips: {kind: data, fields: [name, {name: spot, kind: precise_location, precision_m: 3}, {kind: location}], populations: [some]}
movements:
  leave: {exporter: here, importer: there, asset: trips, from: 2026-03-01, until: 2026-09-01}
  nothing: {exporter: here, on: 2026-05-01}
"""


def read(text, movement="leave"):
    mistakes = Mistakes()
    (node,) = read_documents("w", WORLD, mistakes)
    world = read_world(node, shelf.vocabulary(), mistakes)
    told = read_levers(read_documents("l", "levers:\n" + text, mistakes), mistakes)
    found = instances(told, world, movement)
    levers = joined(found, mistakes)
    mistakes.settle()
    return found, levers, world, node


def test_each_field_of_some_kinds_has_a_lever_of_its_own():
    found, *_ = read(
        "  coarsen-$field: {each: {fields: [location, precise_location]}, set: {assets: {$asset: {fields: {$field: {name: $field, kind: $kind}}}}}}"
    )
    assert [one.lever.name for one in found] == ["coarsen-spot", "coarsen-location"]
    assert [name for one in found for name in one.touched()] == [("assets", "trips")] * 2
    assert len(read("  drop-$field: {each: fields, drop: {assets: {$asset: {fields: [$field]}}}}")[0]) == 3


def test_the_only_population_and_the_first_day_are_its_own():
    (one,), *_ = read("  paper: {set: {instruments: {$movement-paper: {since: $day, note: $population}}}}")
    ((section, name, node),) = one.changes[0].records()
    assert (section, name) == ("instruments", "leave-paper")
    assert {key: child.text for key, child in node.pairs.items()} == {"since": "2026-03-01", "note": "some"}


def test_what_the_movement_does_not_have_makes_no_lever_and_takes_along_what_needs_it():
    text = "  a: {set: {parties: {$importer: {kind: individual}}}}\n  b: {set: {parties: {$exporter: {kind: individual}}}, needs: [a]}\n"
    text += "  c: {set: {parties: {$exporter: {sector: []}}}, excludes: [a]}"
    assert [one.lever.name for one in read(text, "nothing")[0]] == ["c"]
    assert [one.lever.name for one in read(text)[0]] == ["a", "b", "c"]


def test_needs_and_exclusions_are_nogoods_of_values():
    _, levers, *_ = read(
        "  a: {options: {x: {set: {parties: {here: {sector: []}}}}, y: {set: {parties: {here: {sector: [a]}}}}}}\n"
        "  b: {set: {parties: {there: {sector: []}}}, needs: [a/y]}\n"
        "  c: {set: {parties: {there: {kind: individual}}}, excludes: [a]}"
    )
    lawful = [(a, b, c) for a in range(3) for b in range(2) for c in range(2) if levers.allows((a, b, c))]
    assert lawful == [(0, 0, 0), (0, 0, 1), (1, 0, 0), (2, 0, 0), (2, 1, 0)]


def test_the_levers_of_several_movements_are_apart_where_they_speak_of_their_own():
    mistakes = Mistakes()
    (node,) = read_documents("w", WORLD, mistakes)
    world = read_world(node, shelf.vocabulary(), mistakes)
    told = read_levers(
        read_documents(
            "l", "levers: {own: {set: {movements: {$movement: {pattern: once}}}, excludes: [all]}, all: {set: {parties: {here: {sector: []}}}}}", mistakes
        ),
        mistakes,
    )
    found = Changeable(shelf.plan(names=["us.dsp"]), world, node, 1).with_levers(told, {}, {}, ["leave", "nothing"])
    assert [one.name for one in found.levers.levers] == ["own@leave", "all", "own@nothing"]
    assert found.levers.nogoods == ({0: 1, 1: 1}, {2: 1, 1: 1})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("  a: {each: rows, set: {parties: {here: {sector: []}}}}", "there is no lever for each 'rows' (write fields, or {fields: [kinds]})"),
        ("  a: {each: {rows: [x]}, set: {parties: {here: {sector: []}}}}", "there is no lever for each of these (write fields, or {fields: [kinds]})"),
        ("  a/b: {set: {parties: {here: {sector: []}}}}", "the lever 'a/b' has a '/' in its name (lever/option is how options are called)"),
        ("  a: {cost: much, set: {parties: {here: {sector: []}}}}", "'much' is no cost"),
        ("  a: {cost: 0.0000001, set: {parties: {here: {sector: []}}}}", "'0.0000001' is no cost"),
        ("  a: {set: {parties: [here]}}", "parties are a mapping of names to facts"),
    ],
)
def test_what_is_wrong_is_said(text, fault):
    with pytest.raises(SourceError) as caught:
        read(text)
    assert fault in str(caught.value)
