"""The levers beside the shipped rulebooks: each can be read, and each helps some movement that its law holds down."""

from functools import cache
from pathlib import Path

import pytest

from comity import shelf
from comity.files.world_file import world_file
from comity.offramp.changeable import Changeable
from comity.offramp.written import Told, read_levers
from comity.text.source import Mistakes, read_documents

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "src/comity/rulebooks").glob("*/levers.yaml"))
PLATFORM = ROOT / "examples/platform/world.yaml"
SMALL = ROOT / "tests/data/levers/world.yaml"
DAY = 739_943  # 23 November 2026
WORDS = ("prohibited", "authorisation required", "conditional", "permitted")

# regime, movement of the platform, levers, what the law leaves of it without and with them
HELPS = [
    ("cn.data-export", "viewing-histories-for-training", "cn-security-assessment", "authorisation required", "permitted"),
    ("cn.data-export", "viewing-histories-for-training", "cn-fewer-persons/at-most-9000", "authorisation required", "permitted"),
    ("cn.data-export", "viewing-histories-for-training", "cn-aggregates", "authorisation required", "permitted"),
    ("cn.data-export", "incomes-of-creators-analysed-abroad", "cn-standard-contract", "conditional", "permitted"),
    ("cn.data-export", "incomes-of-creators-analysed-abroad", "cn-certification", "conditional", "permitted"),
    ("cn.data-export", "incomes-of-creators-analysed-abroad", "drop-income", "conditional", "permitted"),
    ("cn.data-export", "mailboxes-for-an-american-court", "cn-authority-approval cn-security-assessment", "authorisation required", "permitted"),
    ("cn.technology-export", "recommendation-model-licensed-to-the-venture", "cn-technology-licence", "authorisation required", "permitted"),
    ("cn.technology-export", "speech-engineers-seconded-to-california", "cn-technology-licence", "authorisation required", "permitted"),
    ("eu.gdpr", "support-tickets-opened-in-beijing", "eu-explicit-consent", "conditional", "permitted"),
    ("eu.gdpr", "support-tickets-opened-in-beijing", "eu-keys-at-home", "conditional", "permitted"),
    ("eu.gdpr", "support-tickets-opened-in-beijing", "eu-pseudonymise", "conditional", "permitted"),
    ("eu.gdpr", "support-tickets-opened-in-beijing", "eu-aggregates", "conditional", "permitted"),
    ("eu.gdpr", "advertising-measured-on-european-pages", "eu-framework-list/other-data", "conditional", "permitted"),  # it goes on for months
    ("eu.gdpr", "advertising-measured-on-european-pages", "eu-standard-clauses/controller-to-processor eu-assessment/met", "conditional", "permitted"),
    ("uk.gdpr", "advertising-measured-on-british-pages", "uk-clauses/agreement uk-test", "conditional", "permitted"),
    ("uk.gdpr", "advertising-measured-on-british-pages", "uk-clauses/addendum uk-test", "conditional", "permitted"),
    ("uk.gdpr", "advertising-measured-on-british-pages", "uk-extension/other-data", "conditional", "permitted"),
    ("uk.gdpr", "voices-for-captions", "uk-flag", "conditional", "permitted"),
    ("us.dsp", "engineers-in-beijing-open-american-logs", "dsp-security-programme", "conditional", "permitted"),
    ("us.dsp", "engineers-in-beijing-open-american-logs", "dsp-fewer-persons/at-most-90000", "conditional", "permitted"),
    ("us.dsp", "engineers-in-beijing-open-american-logs", "drop-device_id", "conditional", "permitted"),
    ("us.dsp", "advertising-profiles-sold-to-shanghai", "dsp-services dsp-security-programme", "prohibited", "permitted"),
    ("us.dsp", "advertising-profiles-sold-to-shanghai", "dsp-specific-licence", "prohibited", "permitted"),
    ("us.dsp", "advertising-profiles-sold-to-shanghai", "dsp-onward-clause", "prohibited", "prohibited"),  # a clause is no way to a covered person
    ("us.ear", "accelerator-notes-shown-in-beijing", "ear-licence", "authorisation required", "permitted"),
    ("us.padfa", "advertising-profiles-sold-to-shanghai", "padfa-services", "prohibited", "permitted"),
    ("us.padfa", "advertising-profiles-sold-to-shanghai", "drop-precise_location", "prohibited", "permitted"),
    ("us.padfa", "advertising-profiles-sold-to-shanghai", "padfa-aggregates", "prohibited", "permitted"),
]


# the same, of a small world, for what the platform has none of
AMONG = [
    ("us.pafaca", "store-offers-the-app", "pafaca-qualified-divestiture", "prohibited", "permitted"),
    ("us.dsp", "profiles-for-london", "dsp-onward-clause", "conditional", "permitted"),
    ("us.dsp", "locations-for-shanghai", "dsp-coarsen-location drop-device_id", "prohibited", "permitted"),
    ("us.padfa", "locations-for-shanghai", "padfa-coarsen-location", "prohibited", "permitted"),
    ("eu.scc-2021", "files-passed-on", "scc-bind-third-party/contract", "conditional", "permitted"),
    ("eu.scc-2021", "files-passed-on", "scc-bind-third-party/accession scc-assessment", "conditional", "permitted"),
    ("eu.scc-2021", "files-passed-on", "scc-consent", "conditional", "permitted"),
    ("cn.human-genetic-resources", "tests-for-a-foreign-partner", "cn-genetic-report cn-genetic-ethics-and-consent", "conditional", "permitted"),
    ("cn.export-control", "controlled-notes", "cn-dual-use-licence/single", "authorisation required", "permitted"),
    ("cn.export-control", "controlled-notes", "cn-dual-use-licence/general", "authorisation required", "permitted"),
    ("cn.countermeasures", "a-report-for-a-listed-company", "cn-unreliable-entity-approval", "prohibited", "permitted"),
]


@cache
def told(path: Path) -> list[Told]:
    mistakes = Mistakes()
    found = read_levers(read_documents(str(path), path.read_text(encoding="utf-8"), mistakes), mistakes)
    mistakes.settle()
    return found


@cache
def asked(regime: str, movement: str) -> Changeable:
    """The world of a movement under one law, with the levers beside it."""
    plan = shelf.plan([], (regime,))
    world, node, _ = world_file(SMALL if any(movement == row[1] for row in AMONG) else PLATFORM, plan, DAY)
    beside = shelf.levers([path.parent for path in FILES if path.parent.name == regime])
    return Changeable(plan, world, node, DAY, narrowed=True).with_levers(beside.pop(""), beside, {}, [movement])


def left(regime: str, movement: str, names: str = "") -> str:
    """What the law leaves of a movement once these levers are pulled."""
    case = asked(regime, movement)
    levers = case.levers.levers
    values = [0] * len(levers)
    for name in names.split():
        lever, _, option = name.partition("/")
        number = [one.name for one in levers].index(lever)
        values[number] = [one.name for one in levers[number].options].index(option) + 1
    span = case.judge(movement)([tuple(values)])[0]
    assert span.settled
    return WORDS[span.worst]


def test_every_rulebook_has_levers():
    assert [path.parent.name for path in FILES] == sorted(folder.name for folder in shelf.shipped())


def test_every_name_is_told_once():
    names = [one.lever.name for path in FILES for one in told(path)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_option_says_what_is_done_where_law_names_it_and_what_it_costs(path):
    for one in told(path):
        for option in one.lever.options:
            assert option.en
            assert option.zh
            assert option.cite, option
            assert option.cost > 0


def test_what_an_authority_gives_is_never_the_parties_own():
    """A paper with an outcome of a proceeding, or an authority's approval, is an act that somebody else must do."""
    for path in FILES:
        for one in told(path):
            for option, change in zip(one.lever.options, one.changes, strict=True):
                for _, _, record in change.records():
                    result, approved, test = (record.get(key) for key in ("result", "approved_by", "test"))
                    given = result is not None and result.text in ("granted", "passed") and (test is None or test.text != "impact")
                    if given or (approved is not None and approved.items):
                        assert option.act, (path.parent.name, one.lever.name, option.name)


@pytest.mark.parametrize(("regime", "movement", "names", "before", "after"), [*HELPS, *AMONG], ids=str)
def test_the_levers_help_where_their_law_holds_a_movement_down(regime, movement, names, before, after):
    assert left(regime, movement) == before
    assert left(regime, movement, names) == after
