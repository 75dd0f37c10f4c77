"""A shop that sends a table abroad under a law made up for tests, and what may cross of it, worked out row by row by hand."""

import contextlib
from pathlib import Path

import polars as pl
from bookkeeping import SIGNER, Clock

from comity import shelf
from comity.edge.home import law_of
from comity.files.world_file import world_file
from comity.gate.counting import kept_since
from comity.gate.days import Days
from comity.gate.decide import Asking
from comity.gate.engine.polars import Polars
from comity.gate.mac import Mac
from comity.gate.mapping import read_table
from comity.gate.run import Gate
from comity.gate.source import opened
from comity.ledger.ledger import Ledger

LINE = 10
HOME = bytes(range(32))
RULEBOOK = f"""
rulebook: xx.act
title: {{en: An act, zh: 法}}
edition: "1"
published: 2020-01-01
jurisdiction: [XA, XB, XC]
speaks_about: [data]
definitions:
  sent: {{cite: s. 1, en: persons this year, zh: 人数, is: "counted(persons, where=event == 'send', key=[exporter.entity], window=year)"}}
prohibitions:
  address: {{cite: s. 2, en: no addresses of the network, zh: 禁, when: "any(f.kind == 'ip' for f in fields)"}}
  health: {{cite: s. 3, en: no health of those in XB, zh: 禁, when: "population.place in {{'XB'}} and any(f.kind == 'health' for f in fields)"}}
  many: {{cite: s. 4, en: no letters to many, zh: 禁, when: "sent > {LINE} and any(f.kind == 'email' for f in fields)"}}
  children: {{cite: s. 5, en: no children, zh: 禁, when: "population.place in {{'XC'}} and population.role == 'child'"}}
duties: {{}}
"""
WORLD = """
world: a shop
parties:
  shop: {kind: organisation, organised_in: [XA], principal_place: XA, headquarters: XA, domicile: XA, establishments: [XA], sector: [retail], owners: []}
  helper: {kind: organisation, organised_in: [XB], principal_place: XB, headquarters: XB, domicile: XB, establishments: [XB], sector: [retail], owners: []}
activities:
  selling: {controllers: [shop], processors: [helper], context: [XA], offers_to: [XA], monitors_in: [], household: false}
purposes:
  answering: {kind: customer_support, tie: ordinary, needed: true}
deals:
  help: {kind: services, mode: trade, consideration: true}
populations:
  here: {place: XA, role: customer}
  there: {place: XB, role: customer}
  pupils: {place: XC, role: child}
  elsewhere: {place: XD, role: customer}
assets:
  customers:
    kind: data
    about: person
    entries: []
    controls: []
    identifiability: identified
    collected_in: [XA]
    collected_by: [shop]
    stored_in: [XA]
    populations: [here, there, pupils, elsewhere]
    fields: [{kind: general, name: who}, email, ip, health, birth_date]
movements:
  sending:
    exporter: shop
    importer: helper
    importer_role: processor
    asset: customers
    activity: selling
    purpose: answering
    deal: help
    event: send
    stage: perform
    pattern: once
    origin: XA
    destination: XB
tables:
  customers:
    asset: customers
    confirmed: {by: a tester, on: 2026-11-01}
    person: who
    place: {column: country, codes: {Aland: XA, Beland: XB, Celand: XC, Deland: XD}}
    columns:
      who: {field: who, forms: [pseudonym]}
      email: {field: email, forms: [keep, pseudonym as general, drop]}
      ip: {field: ip, forms: [keep, drop]}
      health: {field: health, forms: [keep, drop]}
      born: {field: birth_date, forms: [year]}
assume: {closed: all, by: a tester, on: 2026-11-01}
"""
SCHEMA = {"who": pl.String, "country": pl.String, "email": pl.String, "ip": pl.String, "health": pl.String, "born": pl.Date}
PLACES = {"Aland": "XA", "Beland": "XB"}
"""Whose persons the law lets cross in some form: not children, nobody of a place without law, nobody of a place that nobody explained."""


class Shop:
    """The shop in a folder of its own, with a ledger."""

    def __init__(self, folder: Path, world: str = WORLD, law: str = RULEBOOK) -> None:
        self.folder, self.clock = folder, Clock()
        (folder / "xx.act").mkdir()
        (folder / "xx.act" / "rulebook.yaml").write_text(law, encoding="utf-8")
        (folder / "world.yaml").write_text(world, encoding="utf-8")
        self.plan = shelf.plan([folder / "xx.act"], ["xx.act"])
        self.day = self.clock.now.toordinal()

    @classmethod
    def parting(cls, folder: Path):
        """A shop from whose table as many persons cross as stay below the line."""
        world = WORLD.replace("    person: who\n", "    person: who\n    beyond_a_line: hold\n")
        return cls(folder, world, RULEBOOK.replace(" and any(f.kind == 'email' for f in fields)", ""))

    @classmethod
    def again(cls, folder: Path):
        """The shop in a folder where it has been before."""
        made = cls.__new__(cls)
        made.folder, made.clock = folder, Clock()
        made.plan, made.day = shelf.plan([folder / "xx.act"], ["xx.act"]), made.clock.now.toordinal()
        return made

    @contextlib.contextmanager
    def gate(self, name=None, witnesses=None):
        """A gate for a table, over the ledger as it is by now."""
        log = self.folder / "log.sqlite"
        if not log.exists():
            Ledger.create(log, signer=SIGNER, now=self.clock).close()
        with Ledger.open(log, signer=SIGNER, now=self.clock, witnesses=witnesses) as ledger:
            if ledger.size <= 1:
                ledger.adopt(*law_of(self.plan))
            world, _, digest = world_file(self.folder / "world.yaml", self.plan, self.day)
            table = read_table(world, name, "sending", self.plan.vocabulary)
            asking = Asking(world, self.plan, "sending", table, Days.at(self.clock.now, self.plan), kept_since(ledger.since(), self.plan))
            yield Gate(asking, ledger, Polars(), HOME, self.clock, digest)

    def source(self, rows, name="customers"):
        """A table of these rows."""
        file = self.folder / f"{name}.parquet"
        pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(file)
        return opened(str(file))

    def move(self, rows, name="out"):
        """Moves what may cross, and reads it; nothing, if nothing may."""
        file = self.folder / f"{name}.parquet"
        with self.gate() as gate:
            moved = gate.enforce(self.source(rows, f"source-{name}"), str(file))
        return moved, pl.read_parquet(file)


def crossing(rows, before):
    """What may cross, row by row; `before`: the persons counted this year. It reads the law above as a person would."""
    mac = Mac.pseudonyms(HOME, "helper")
    passing = [row for row in rows if row[0] and row[1] in PLACES]
    many = len(before | {row[0] for row in passing}) > LINE
    found = []
    for who, country, email, _, health, born in passing:
        letter = None if email is None else mac.digest(email) if many else email
        ill = None if PLACES[country] == "XB" else health
        found.append((mac.digest(who), letter, ill, None if born is None else born.replace(month=1, day=1)))
    return found
