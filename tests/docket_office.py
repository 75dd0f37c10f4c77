"""A ledger with a docket, and everybody who acts in it, for tests."""

from __future__ import annotations

import datetime as dt

from filed import procedure

from comity import shelf
from comity.docket.clerk import Clerk, read
from comity.ledger.ledger import Ledger
from comity.ledger.note import Private, Signer

DOCUMENT = {"name": "form.pdf", "sha256": "0" * 64}
PARTIES = {"exporter": "beijing-lab", "importer": "austin-jv", "authority": "commerce-beijing", "reviewer": "ministry", "court": "court-beijing"}
APPLY = {"application": DOCUMENT, "technology": "056101X/21", "scope": {"exporters": ["beijing-lab"], "importers": ["austin-jv"], "assets": ["ranker"]}}
LETTER = {"number": "1", "issued_on": "2026-03-02"}
CONTRACT = {"contract": DOCUMENT, "signed_on": "2026-04-01"}
PAPERS = dict.fromkeys(("letter", "contract", "materials", "status"), DOCUMENT)

WORLD = """
world: a recommendation algorithm goes to a joint venture
parties:
  beijing-lab: {kind: organisation, organised_in: [CN], principal_place: CN, owners: [], part_of: none}
  austin-jv: {kind: organisation, organised_in: [US], principal_place: US, owners: [], part_of: none}
  other: {kind: organisation, organised_in: [US], principal_place: US, owners: [], part_of: none}
assets:
  ranker: {kind: technology, about: nobody, entries: [cn.technology-export/086501X/personalised-push], secrecy: [], industry: "65"}
deals:
  licence-deal: {kind: know_how_licence, mode: trade}
movements:
  talks: {exporter: beijing-lab, importer: austin-jv, asset: ranker, deal: licence-deal, event: none, stage: negotiate, origin: CN, destination: US}
  delivery: {exporter: beijing-lab, importer: austin-jv, asset: ranker, deal: licence-deal, event: send, stage: perform, origin: CN, destination: US}
  elsewhere: {exporter: beijing-lab, importer: other, asset: ranker, deal: licence-deal, event: send, stage: perform, origin: CN, destination: US}
"""


class Time:
    """A clock that stands until it is set."""

    def __init__(self):
        self.at = dt.datetime(2026, 1, 12, 2, tzinfo=dt.UTC)

    def __call__(self):
        return self.at

    def set(self, day):
        self.at = dt.datetime.fromisoformat(f"{day}T02:00:00+00:00")


class Office:
    """A ledger, its clerk, and the keys of everybody."""

    def __init__(self, folder):
        self.now = Time()
        self.file = folder / "log.sqlite"
        self.ledger = Ledger.create(self.file, signer=Signer("test/log", bytes(32)), now=self.now)
        self.clerk = Clerk(self.ledger, read(self.ledger.store, shelf.vocabulary()), shelf.almanacs(), self.now)
        self.keys = {party: Private(party, bytes([n]) * 32) for n, party in enumerate(PARTIES.values(), 1)}
        for role, party in PARTIES.items():
            office = procedure("cn.technology-export", "licence").roles[role].office
            self.clerk.introduce(self.keys[party].key, "2026-01-01", offices=[f"cn.technology-export/*/{role}"] if office else [])

    def again(self):
        """The same ledger, opened once more; the former is to be closed."""
        made = Office.__new__(Office)
        made.now, made.file, made.keys = self.now, self.file, self.keys
        made.ledger = Ledger.open(self.file, signer=Signer("test/log", bytes(32)), now=self.now)
        made.clerk = Clerk(made.ledger, read(made.ledger.store, shelf.vocabulary()), shelf.almanacs(), self.now)
        return made

    def open(self, matter="m1"):
        return self.clerk.open(matter, procedure("cn.technology-export", "licence"), PARTIES, "apply", APPLY, self.keys["beijing-lab"])

    def act(self, name, party, day, says=None, matter="m1"):
        self.now.set(day)
        return self.clerk.act(matter, name, says or {}, self.keys[party])

    def matter(self, name="m1"):
        return self.clerk.docket.matters[name]

    def licensed(self, **narrower):
        self.open()
        self.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
        self.act("sign-contract", "beijing-lab", "2026-04-01", CONTRACT)
        self.act("sign-contract", "austin-jv", "2026-04-02", CONTRACT)
        self.act("apply-licence", "beijing-lab", "2026-04-03", PAPERS)
        scope = {"scope": {**APPLY["scope"], **narrower}} if narrower else {}
        return self.act("issue-licence", "commerce-beijing", "2026-04-20", {"number": "2", "issued_on": "2026-04-20", **scope})
