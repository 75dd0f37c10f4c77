"""`comity ledger counts`: the gauges of a ledger as lines and as JSON, with and without a world, and every mistake in what is asked."""

import datetime as dt
import json

import pytest
from bookkeeping import SIGNER, persons

from comity import shelf
from comity.edge.home import law_of
from comity.gate.counting import names
from comity.ledger.definition import Asked
from comity.ledger.ledger import Ledger

AT = dt.datetime(2026, 2, 3, 4, tzinfo=dt.UTC)
WORLD = """
world: w
parties:
  sender: {kind: organisation, organised_in: [CN], part_of: none}
  helper: {kind: organisation, organised_in: [US], part_of: none}
populations:
  users: {place: CN, persons: 5}
assets:
  list: {kind: data, populations: [users], fields: [email]}
movements:
  sending: {exporter: sender, importer: helper, asset: list, event: send, origin: CN, destination: US}
  trading: {exporter: helper, importer: sender, origin: US, destination: CN, asset: list}
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """A ledger that has counted some under one name since 2025, and a world of which that is a party."""
    folder, plan, now = tmp_path_factory.mktemp("counted"), shelf.plan(()), [dt.datetime(2025, 12, 20, tzinfo=dt.UTC)]
    (folder / "world.yaml").write_text(WORLD, encoding="utf-8")
    named = {term.name: name for term, name in names(plan).items()}
    books, definitions = law_of(plan)
    with Ledger.create(folder / "log.sqlite", signer=SIGNER, now=lambda: now[0]) as ledger:
        ledger.adopt(books, definitions)
        now[0] = AT
        some = Asked(named["cn.data-export/persons_sensitive"], ("sender",), AT.toordinal(), persons(range(900)))
        ledger.reserve("r", [some], AT + dt.timedelta(hours=1), {"movement": "sending"}, books)
        ledger.commit("r", {})
    return folder


def test_gauges_are_told_in_lines(say, counted):
    said = say("ledger", "counts", counted, "--on", "2026-03-01")
    assert (said.code, said.err) == (0, "")
    assert "  [##..................] 900 of 10,000 persons (9 %)\n" in said.out
    assert "since 2026-01-01; by the days of Asia/Shanghai; begins anew on 2027-01-01" in " ".join(said.out.split())
    assert "    - 2026-02-03: sending, persons: 900\n" in said.out
    assert "900／10,000人（9%）" in say("ledger", "counts", counted, "--on", "2026-03-01", "--lang", "zh").out


def test_a_world_adds_what_its_movements_would_bring(say, counted):
    told = json.loads(say("ledger", "counts", counted, "--on", "2026-03-01", "--world", counted / "world.yaml", "--json").out)
    found = {one["count"]: (one["least"], one["most"]) for one in told["gauges"] if one["key"] == [["exporter", "sender"]]}
    assert (found["cn.data-export/persons_sensitive"], found["cn.data-export/persons_ordinary"]) == ((900, 900), (0, 0))
    alone = json.loads(say("ledger", "counts", counted, "--on", "2026-03-01", "--json").out)
    assert [one["count"] for one in alone["gauges"]] == ["cn.data-export/persons_sensitive"]
    sending = json.loads(say("ledger", "counts", counted, "--world", counted / "world.yaml", "--movement", "sending", "--on", "2026-03-01", "--json").out)
    assert {one["key"][0][1] for one in sending["gauges"]} == {"sender"}, "what the other party sends, this verdict does not hang on"


def test_what_is_asked_wrongly_is_told(say, counted):
    for more, told in (
        (("--movement", "sending"), "--movement:1:1: a movement is one of a world (name the world with --world)"),
        (("--world", counted / "world.yaml", "--movement", "sendin"), "there is no movement 'sendin' in this world (did you mean 'sending'?)"),
        (("--on", "tomorrow"), "--on:1:1: 'tomorrow' is not a day"),
    ):
        said = say("ledger", "counts", counted, *more)
        assert (said.code, said.out) == (2, "")
        assert told in said.err
    assert say("ledger", "counts", counted / "nothing").code == 2
