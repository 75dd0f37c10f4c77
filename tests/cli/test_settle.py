"""`comity settle` and `comity plan`: what they say of packages that every law allows, and how they end."""

import json
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path

import pytest

pytest.importorskip("ortools")

from comity.cli.levers import asked
from comity.cli.main import parser
from comity.edge.agreed import Joint
from comity.edge.changed import opened
from comity.law.rulebook import PERMITTED
from comity.verdict.outcome import meet

LEVERS = """
levers:
  fewer: {en: send no more than nine thousand, cost: 5, set: {populations: {many: {persons: 9000}, unknown_size: {persons: 9000}}}}
  licence:
    en: apply for a licence
    cite: Export Act s. 4
    act: xx.office
    cost: 2.5
    set: {instruments: {the-licence: {kind: licence, under: xx.export-act.licence, result: granted, issued_on: 2026-11-20, movements: [many-leave]}}}
  elsewhere: {en: keep it here, cost: 1, set: {movements: {many-leave: {destination: XX, importer: here}}}, excludes: [fewer]}
"""
VALUES = """
values:
  here: {fewer: -2, licence: 1, elsewhere: -3, walks_away: -4}
  there: {fewer: 6, licence: 4, elsewhere: -6, walks_away: -5}
"""
ROOT = Path(__file__).parents[2]
ALL = ("many-leave", "few-leave", "visitors-leave")


@pytest.fixture
def levers(tmp_path):
    file = tmp_path / "levers.yaml"
    file.write_text(LEVERS)
    return file


@pytest.fixture
def values(tmp_path):
    file = tmp_path / "values.yaml"
    file.write_text(VALUES)
    return file


def movements(*names):
    return [word for name in names for word in ("--movement", name)]


def test_the_front_its_bargain_and_who_gets_what(say, asking, levers, values, tmp_path):
    svg, page = tmp_path / "front.svg", tmp_path / "front.md"
    files = ["--svg", svg, "--markdown", page]
    said = say("settle", *asking, "--levers", levers, "--parties", "here,there", "--values", values, *movements("many-leave"), *files)
    assert said.code == 0
    assert "Nash bargain" in said.out
    assert "shaped by xx.export-act export/many (s. 3(1))" in said.out
    assert ET.fromstring(svg.read_text()).tag.endswith("svg")
    assert "| # | here | there |" in page.read_text()


def test_to_exchange_the_parties_is_to_read_the_front_backwards(say, asking, levers, values):
    asked = ["settle", *asking, "--levers", levers, "--values", values, *movements("many-leave", "few-leave"), "--json"]
    one, other = (json.loads(say(*asked, "--parties", parties).out) for parties in ("here,there", "there,here"))
    assert [point["packages"] for point in one["front"]] == [point["packages"] for point in reversed(other["front"])]
    assert (one["complete"], one["lawful"]) == (True, None)
    assert one["judged"] > 0


def test_what_missing_facts_leave_open_is_no_settlement(say, asking, values, tmp_path):
    file = tmp_path / "levers.yaml"
    others = "licence: {set: {parties: {there: {sector: [x]}}}}, elsewhere: {set: {parties: {here: {sector: [x]}}}}"
    file.write_text(f"levers: {{fewer: {{set: {{populations: {{unknown_size: {{persons: 9000..20000}}}}}}}}, {others}}}")
    said = say("settle", *asking, "--levers", file, "--parties", "here,there", "--values", values, *movements("visitors-leave"))
    assert said.code == 1
    assert "would perhaps be lawful if more were known" in said.out


def test_when_time_is_over_it_says_that_there_may_be_more(say, asking, levers, values):
    said = say("settle", *asking, "--levers", levers, "--parties", "here,there", "--values", values, *movements("many-leave"), "--seconds", "0.000001")
    assert said.code == 1
    assert "Time was over before a lawful package was found: there may be some." in said.out
    assert "Unknown within 1e-06 s whether there is more" in said.out
    assert "No package is sure to be lawful" not in said.out


def test_levers_that_do_not_bear_on_a_movement_make_no_difference_to_it(asking, levers, values):
    told = ["settle", *asking, "--levers", levers, "--parties", "here,there", "--values", values]
    args = parser().parse_args([str(word) for word in told])
    world = opened(asked(args), ["many-leave", "few-leave", "visitors-leave"], args.levers, args.costs, None)
    joint = Joint(world, ["many-leave", "few-leave", "visitors-leave"], PERMITTED)
    packages = list(product(*world.levers.values))
    plain = [meet(world.judge(name)([package])[0] for name in ("many-leave", "few-leave", "visitors-leave")) for package in packages]
    assert joint(packages) == plain
    for package, span in zip(packages, plain, strict=True):
        judge = joint.alike(package)
        assert judge is None or span.worst < PERMITTED
        seen = judge(packages) if judge else []
        assert all(other.worst < PERMITTED for other, one in zip(plain, seen, strict=False) if one.best < PERMITTED)
    assert any(joint.alike(package) for package in packages)
    assert any(len(judge.bearing) < len(world.levers.levers) for judge in joint.judges)


def test_every_mistake_in_values_is_said_at_once(say, asking, levers, tmp_path):
    file = tmp_path / "values.yaml"
    file.write_text("values:\n  here: {fewr: 1}\n  ther: {fewer: much}\n")
    said = say("settle", *asking, "--levers", levers, "--parties", "here,there", "--values", file)
    assert (said.code, said.out) == (2, "")
    assert "there is no lever 'fewr' (did you mean 'fewer'?)" in said.err
    assert "there is no party 'ther' (did you mean 'there'?)" in said.err


def test_what_serves_many_movements_is_paid_once(say, asking, levers, tmp_path):
    changed = tmp_path / "changed.yaml"
    told = json.loads(say("plan", *asking, "--levers", levers, *movements(*ALL), "--prices", "--json", "--out", changed).out)
    assert told["cost"] == "5"
    assert [(one["lever"], sorted(one["serves"])) for one in told["levers"]] == [("fewer", ["many-leave", "visitors-leave"])]
    assert {price["name"]: price["saves"] for price in told["laws"]} == {"xx.export-act": "5"}
    assert {price["name"]: price["saves"] for price in told["transfers"]} == {"many-leave": "0", "few-leave": "0", "visitors-leave": "4"}
    assert say("check", changed, *asking[1:]).code == 0


def test_movements_that_cannot_be_lawful_together_are_named(say, asking, tmp_path):
    file = tmp_path / "levers.yaml"
    file.write_text("levers: {late: {set: {movements: {few-leave: {pattern: once}}}}}")
    said = say("plan", *asking, "--levers", file, *movements("many-leave", "few-leave"))
    assert said.code == 1
    assert "many-leave" in said.out
    assert "few-leave" not in said.out.replace("many-leave", "")


def test_a_plan_and_a_settlement_need_levers(say, asking, values):
    assert say("plan", *asking).err == "--levers:1:1: a plan needs levers (write --levers FILE; what can be changed of many movements is for you to say)\n"
    assert say("settle", *asking, "--parties", "here,there", "--values", values).code == 2


def test_nine_movements_of_the_platform_at_the_least_cost(say):
    names = (
        "engineers-in-beijing-open-american-logs a-shanghai-buyer-in-the-data-room weights-trained-on-american-data-go-back support-tickets-opened-in-beijing "
        "advertising-measured-on-european-pages advertising-measured-on-british-pages voices-for-captions viewing-histories-for-training "
        "incomes-of-creators-analysed-abroad"
    )
    folder = ROOT / "examples" / "platform"
    told = json.loads(say("plan", folder / "world.yaml", "--levers", folder / "levers.yaml", *movements(*names.split()), "--seconds", 300, "--json").out)
    assert told["cost"] == "104"
    both = [one["serves"] for one in told["levers"] if one["option"] == "listed-again"]
    assert both == [["advertising-measured-on-european-pages", "advertising-measured-on-british-pages"]]  # paid once
