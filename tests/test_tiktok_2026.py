"""The case of the joint venture of 2026: what its page shows is what is judged, and no published fact is made to say more than it does."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from comity import shelf
from comity.cli.main import main
from comity.facts.value import Interval
from comity.files.values import read_values
from comity.files.world import read_world
from comity.files.world_file import world_file
from comity.offramp.changeable import Changeable
from comity.offramp.written import read_levers
from comity.text.source import Mistakes, read_documents
from comity.verdict.outcome import meet
from comity.verdict.verdict import verdicts

ROOT = Path(__file__).parents[1]
CASE = ROOT / "examples" / "tiktok-2026"
PAGE = (CASE / "README.md").read_text(encoding="utf-8")
REGIMES = ("us.pafaca", "us.dsp", "us.padfa", "cn.technology-export", "cn.data-export")
DAY = 739_943  # 23 November 2026
WORDS = ("prohibited", "authorisation required", "conditional", "permitted")
FILLED = (
    "look-through",
    "direction",
    "algorithm/licence-delivered-once",
    "export-licence",
    "who-looks",
    "holder-access/closed",
    "commerce/as-a-service",
    "security-programme",
)
PACKAGES = {
    "as closed": (),
    "closed terms, filled": FILLED,
    "closed terms, filled, no export licence": tuple(name for name in FILLED if name != "export-licence"),
    "closed terms, filled, no audit": tuple(name for name in FILLED if name != "security-programme"),
    "closed terms, filled, at 20 per cent": (*FILLED, "stake/twenty"),
    "the same, determined anew": (*FILLED, "stake/twenty", "new-determination"),
    "no share, no licence": ("stake/none", "look-through", "direction", "algorithm/rebuild", "who-looks", "holder-access/closed", "commerce/to-the-venture"),
}


@cache
def case() -> Changeable:
    plan = shelf.plan([], REGIMES)
    world, node, _ = world_file(CASE / "world.yaml", plan, DAY)
    mistakes = Mistakes()
    told = read_levers(read_documents("levers.yaml", (CASE / "levers.yaml").read_text(encoding="utf-8"), mistakes), mistakes)
    mistakes.settle()
    return Changeable(plan, world, node, DAY, narrowed=True).with_levers(told, {}, {}, list(world["movement"]))


def package(names):
    """The values of the levers so named."""
    levers = case().levers.levers
    values = [0] * len(levers)
    for name in names:
        lever, _, option = name.partition("/")
        number = [one.name for one in levers].index(lever)
        values[number] = [one.name for one in levers[number].options].index(option) + 1
    return tuple(values)


def read(node):
    """The world of a tree."""
    mistakes = Mistakes()
    world = read_world(node, case().plan.vocabulary, mistakes, DAY)
    mistakes.settle()
    return world


def judged(node):
    """What each law leaves of each movement in the world of a tree: its span."""
    found = verdicts(read(node), case().plan, DAY, narrowed=True)
    return {one.movement: {regime: meet([leg.opinions[regime] for leg in one.legs]) for regime in REGIMES} for one in found}


def undetermined(node):
    """The same tree, without the President's determination."""
    held = node.pairs["instruments"]
    kept = {name: record for name, record in held.pairs.items() if name != "executive_order_14352"}
    assert len(kept) == len(held.pairs) - 1
    return replace(node, pairs={**node.pairs, "instruments": replace(held, pairs=kept)})


def words(span):
    return WORDS[span.worst] if span.settled else f"{WORDS[span.worst]} – {WORDS[span.best]}"


def table():
    """The rows of the page's table of packages: the acts that each needs, and what each law leaves of it."""
    rows = re.findall(r"^\| ([a-z].*) \|$", PAGE.partition("| package |")[2], re.MULTILINE)
    return {cells[0]: (cells[1], cells[2:]) for cells in ([cell.strip() for cell in row.split("|")] for row in rows)}


@pytest.mark.parametrize("name", PACKAGES)
def test_the_page_tells_what_each_law_leaves_of_each_package(name):
    acts, told = table()[name]
    spans = judged(case().worlds.changed(package(PACKAGES[name]))).values()
    assert told == [words(meet([one[regime] for one in spans])) for regime in REGIMES]
    levers = case().levers.levers
    pulled = [one.option(value) for one, value in zip(levers, package(PACKAGES[name]), strict=True) if value]
    assert acts == ", ".join(sorted({option.act for option in pulled if option.act}))
    assert case().levers.allows(package(PACKAGES[name]))


def test_the_transcripts_of_the_page_are_printed(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    world = "examples/tiktok-2026/world.yaml"
    for regime in REGIMES:
        main(["check", world, "--regime", regime])
    for movement, regime in (("offer_to_users", "us.pafaca"), ("access_of_shareholder", "us.dsp"), ("licence_of_algorithm", "cn.technology-export")):
        main(["explain", world, movement, "--regime", regime])
    main(["offramp", world, "access_of_shareholder", "--regime", "us.dsp", "--levers", "examples/tiktok-2026/levers.yaml", "--only", "--all", "1"])
    printed = set(capsys.readouterr().out.splitlines())
    shown = [line for block in re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) for line in block.splitlines()]
    assert [line for line in shown if line and not line.startswith("$ ") and line not in printed] == []


def test_a_determination_and_no_percentage_is_what_satisfies_the_act():
    """Taken out, it leaves the answer open: who stands behind the other holders, and who directs, was not published."""
    span = judged(undetermined(case().node))["offer_to_users"]["us.pafaca"]
    assert words(span) == "prohibited – permitted"


@pytest.mark.parametrize(("stake", "left"), [((), "permitted"), (("stake/twenty",), "prohibited")])
def test_the_line_of_the_act_is_twenty_where_all_else_is_known(stake, left):
    """At 19.9 nothing is left to determine; at 20 only a determination helps."""
    changed = undetermined(case().worlds.changed(package(("look-through", "direction", *stake))))
    assert words(judged(changed)["offer_to_users"]["us.pafaca"]) == left


def test_no_decision_of_an_authority_is_in_the_file_but_the_one_that_was_published():
    decided = {name for name, record in case().world["instrument"].items() if record.facts.get("issuer") is not None}
    assert decided == {"executive_order_14352"}


def values():
    """The values of both parties, read against the levers that there are."""
    mistakes = Mistakes()
    levers = {one.name: [option.name for option in one.options] for one in case().levers.levers}
    documents = read_documents("values.yaml", (CASE / "values.yaml").read_text(encoding="utf-8"), mistakes)
    found = read_values(documents, levers, case().world["party"], ("bytedance", "oracle"), mistakes)
    mistakes.settle()
    return found


def test_the_values_are_said_to_be_nobodys_statement():
    assert (CASE / "values.yaml").read_text(encoding="utf-8").startswith("# ILLUSTRATIVE.")


def test_no_value_favours_a_side():
    """Exchange the parties, and each range is the same with the sign turned, or what costs both the same."""
    one, other = values()
    assert one.options.keys() == other.options.keys()
    assert one.walks_away == other.walks_away
    for name, worth in one.options.items():
        assert other.options[name] in (worth, Interval(-worth.hi, -worth.lo)), name
