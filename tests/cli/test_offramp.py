"""`comity offramp`: what it says aloud, what it writes down, what is wrong in levers and costs, and how it ends."""

import json

import pytest

pytest.importorskip("ortools")

LEVERS = """
levers:
  fewer: {en: send no more than nine thousand, cost: 5, set: {populations: {many: {persons: 9000}}}}
  licence:
    en: apply for a licence
    cite: Export Act s. 9
    act: xx.office
    cost: 2.5
    set: {instruments: {the-licence: {kind: licence, under: xx.export-licence, result: granted, issued_on: 2026-11-20, movements: [many-leave]}}}
  elsewhere: {cost: 1, set: {movements: {many-leave: {destination: XX, importer: here}}}, excludes: [fewer]}
"""


@pytest.fixture
def levers(tmp_path):
    file = tmp_path / "levers.yaml"
    file.write_text(LEVERS)
    return file


def test_the_cheapest_way_and_the_next_are_told(say, asking, levers):
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only")
    assert said.code == 0
    assert "The cheapest way to permitted, for 1" in said.out
    assert "Another way to permitted, for 5\n  1. send no more than nine thousand [fewer, 5]" in said.out
    assert "without it: " in said.out


def test_a_way_is_a_world_that_check_permits(say, asking, levers, tmp_path):
    file = tmp_path / "deep" / "changed.yaml"
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only", "--out", file)
    assert said.out.endswith(f"the changed world: {file}\n")
    assert say("explain", file, "many-leave", *asking[1:]).code == 0


def test_costs_decide_which_is_cheapest(say, asking, levers, tmp_path):
    costs = tmp_path / "costs.yaml"
    costs.write_text("costs: {elsewhere: 80, fewer: 0.25}")
    told = json.loads(say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only", "--costs", costs, "--json").out)
    first = told["ways"][0]
    assert (first["cost"], first["outcome"], [step["lever"] for step in first["steps"]]) == ("0.25", "permitted", ["fewer"])
    assert first["steps"][0]["satisfies"]


def test_what_is_permitted_needs_no_way(say, asking, levers):
    said = say("offramp", asking[0], "few-leave", *asking[1:], "--levers", levers, "--only")
    assert (said.code, said.out.splitlines()[-1]) == (0, "Nothing has to be changed: it is permitted as it is.")


def test_where_nothing_helps_it_says_what_stands_in_the_way(say, asking, tmp_path):
    file = tmp_path / "levers.yaml"
    file.write_text("levers: {later: {set: {movements: {many-leave: {pattern: once}}}}}")
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", file, "--only")
    assert said.code == 1
    assert "Nothing that is changed makes it permitted (levers: 1).\nWhat stands in the way whatever is changed:\n  - xx.export-act" in said.out
    assert "xx.export-act" in said.out


def test_what_hangs_on_missing_facts_is_not_said_to_be_beyond_help(say, asking, levers):
    said = say("offramp", asking[0], "visitors-leave", *asking[1:], "--levers", levers, "--only")
    assert said.code == 1
    assert "Nothing that is changed is sure to make it permitted (levers: " in said.out
    assert "in the way" not in said.out or "xx.export-act" in said.out
    assert "would perhaps do if more were known" in said.out


def test_every_mistake_in_levers_is_said_at_once(say, asking, tmp_path):
    file = tmp_path / "levers.yaml"
    file.write_text(
        """levers:
  fewer: {cost: -1, sett: {populations: {many: {persons: 9000}}}}
  none: {set: {movement: {many-leave: {on: 2026-01-01}}}}
  twice: {set: {movements: {many: {destination: XX}}}, needs: [fewr]}
"""
    )
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", file, "--only")
    assert said.code == 2
    assert [line.removeprefix(f"{file}:") for line in said.err.splitlines()] == [
        "2:3: it changes nothing (write set, add or drop: a fragment of a world)",
        "2:17: '-1' is no cost (write a number from 0 up, with at most six decimals)",
        "2:21: a lever has no 'sett' (did you mean 'set'?)",
        "3:16: a world has no 'movement' (did you mean 'movements'?)",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "levers: {a: {set: {movements: {many-leav: {destination: XX}}}}}",
            "there is no movement 'many-leav', and no lever makes one (did you mean 'many-leave'?)",
        ),
        ("levers: {a: {set: {movements: {many-leave: {destination: Xx}}}}}", "'Xx' is not a place"),
        ("levers: {a: {set: {movements: {many-leave: {destinaton: XX}}}}}", "a movement has no 'destinaton' (did you mean 'destination'?)"),
        ("levers: {a: {set: {movements: {many-leave: {importer: nobody}}}}}", "there is no party 'nobody'"),
        ("levers: {a: {drop: {movements: {many-leave: {destination: XX}}}}}", "nothing can be dropped from a text by a text"),
        ("levers: {a: {set: {movements: {many-leave: {pattern: once}}}, needs: [b]}}", "there is no lever 'b'"),
        ("levers: {a: {set: {movements: {many-leave: {pattern: once}}}, excludes: [a]}}", "the lever 'a' names itself"),
        ("levers: []", "levers are a mapping of names to what they do"),
        ("lever: {}", "a file of levers has no 'lever' (did you mean 'levers'?)"),
        ("levers: {a: {options: {}}}", "options are a mapping of names to what they do"),
        ("levers: {' ': {set: {populations: {many: {persons: 1}}}}}", "a lever has no name"),
        ("levers: {a: {options: {'': {set: {populations: {many: {persons: 1}}}}}}}", "an option has no name"),
        ("levers: {a: {cost: 5%, set: {populations: {many: {persons: 1}}}}}", "'5%' is no cost"),
        ("levers: {a: {set: {parties: {$importr: {owners: []}}}}}", "no movement has a '$importr' (did you mean '$importer'?)"),
        ("levers: {a: {drop: {assets: {members: {fields: [$field]}}}}}", "no movement has a '$field'"),
        ("levers: {a: {set: {movements: {many-leave: {pattern: once}}}, excludes: [bb]}}", "there is no lever 'bb'"),
        ("levers: {a: {drop: {assets: {member: {fields: [name]}}}}}", "there is no 'member' of assets to drop anything from (did you mean 'members'?)"),
        (
            "levers: {a: {set: {movements: {many-leave: {importer: new}}}}, b: {set: {parties: {new: {organised_in: [XX]}}}}}",
            "only the lever 'b' makes the party 'new' (write needs: [b])",
        ),
    ],
)
def test_what_is_wrong_in_a_lever_is_said_where_it_stands(say, asking, tmp_path, text, fault):
    file = tmp_path / "levers.yaml"
    file.write_text(text)
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", file, "--only")
    assert said.code == 2
    assert said.out == ""
    assert f"{file}:1:" in said.err
    assert fault in said.err


def test_a_cost_of_no_lever_and_an_outcome_that_is_none(say, asking, levers, tmp_path):
    costs = tmp_path / "costs.yaml"
    costs.write_text("costs: {fewr: 1}")
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only", "--costs", costs)
    assert (said.code, said.err) == (2, f"{costs}:1:15: there is no lever 'fewr' (did you mean 'fewer'?)\n")
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only", "--to", "permited")
    assert said.code == 2
    assert "did you mean 'permitted'?" in said.err
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only", "--all", "0")
    assert (said.code, said.err) == (2, "--all:1:1: 0 ways are none (write a number from 1 up)\n")
    assert say("offramp", asking[0], "many-leav", *asking[1:], "--only").err.endswith(
        "there is no movement 'many-leav' in this world (did you mean 'many-leave'?)\n"
    )


def test_a_lever_may_exclude_what_another_movement_has(say, asking, tmp_path):
    file = tmp_path / "levers.yaml"
    file.write_text("levers: {fewer: {set: {populations: {many: {persons: 9000}}}, excludes: [drop-phone, drop-name@few-leave]}}")
    assert say("offramp", asking[0], "many-leave", *asking[1:], "--levers", file).code == 0


@pytest.mark.parametrize("n", ["0", "-1"])
def test_no_ways_are_not_asked_for(say, asking, levers, n):
    said = say("offramp", asking[0], "many-leave", *asking[1:], "--levers", levers, "--only", "--all", n)
    assert (said.code, said.out, said.err) == (2, "", f"--all:1:1: {n} ways are none (write a number from 1 up)\n")


def test_the_fields_of_what_moves_can_be_left_out_whatever_the_law(say, asking):
    told = json.loads(say("offramp", asking[0], "many-leave", *asking[1:], "--json").out)
    assert {step["lever"] for way in told["ways"] for step in way["steps"]} <= {"drop-name", "drop-email"}
