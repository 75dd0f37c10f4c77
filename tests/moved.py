"""A transfer by the gate beside the same by the slow reference, table after table over one ledger."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
from bookkeeping import MORNING, SIGNER, Clock
from letting import Transfer, days, torn
from strategies import plan_of, world_of

from comity.edge.home import law_of
from comity.gate.counting import kept_since
from comity.gate.days import Days
from comity.gate.decide import Asking
from comity.gate.engine.polars import Polars
from comity.gate.mac import Mac
from comity.gate.mapping import read_table
from comity.gate.run import Gate, GateError
from comity.gate.source import opened
from comity.ledger.ledger import Ledger

HOME = bytes(range(32))
SCHEMA = {
    "who": pl.String, "device": pl.String, "country": pl.String, "mail": pl.String, "ill": pl.String, "lat": pl.Float64, "born": pl.Date, "paid": pl.Int32,
    "note": pl.String,
}  # fmt: skip


def moved(law, told, tables, folder: Path):
    """For each table: what the gate let through and what the reference does, rows as text in order; and the forms of the reference with its transfer."""
    plan = plan_of(law)
    text = json.dumps(told, ensure_ascii=False).replace('"unknown"', "unknown")
    world = world_of(text, plan)
    clock = Clock(MORNING)
    zones = json.loads(law).get("zones", ())
    pseudonyms, began, before = Mac.pseudonyms(HOME, told["movements"]["t0"]["importer"]), days(clock.now, zones)[1], []
    with Ledger.create(folder / "log.sqlite", signer=SIGNER, now=clock) as ledger:
        ledger.adopt(*law_of(plan))
        table = read_table(world, "t", "t0", plan.vocabulary)
        for number, (rows, later) in enumerate(tables):
            clock.now += dt.timedelta(days=later, minutes=number)
            here = days(clock.now, zones)
            source, there = folder / f"{number}.parquet", folder / f"{number}.out.parquet"
            pl.DataFrame(rows, schema=SCHEMA).write_parquet(source)
            own = Transfer(told, plan, "t0", rows, here, began, before)
            expected, columns = own.crossing(pseudonyms.digits.encode())
            if any(torn(term.window, here, zones) for term in own.terms):
                expected, columns, own.chosen = [], [], {}
            asking = Asking(world, plan, "t0", table, Days.at(clock.now, plan), kept_since(ledger.since(), plan))
            gate = Gate(asking, ledger, Polars(), HOME, clock, "00" * 32)
            try:
                decision = gate.enforce(opened(str(source)), str(there)).decision
                forms = {one.cell.place: dict(one.tried.chosen) for one in decision.crosses}
                if len(forms) > len(own.chosen) and not any(own.few.values()) and not decision.parted:
                    own.few = {}  # of places that could not cross in part either
                    if own.permits(forms) == set(forms):  # the gate finds more, since what may never cross has no say
                        expected, columns = own.crossing(pseudonyms.digits.encode(), forms)
                frame = pl.read_parquet(there)
                found, names = frame.rows(), frame.columns
            except GateError:
                assert not there.exists()
                found, names = [], []
            if found:
                before += [(name, key, here[1], persons) for (name, key), persons in own.brought.items()]
            wanted = [tuple(row[c] for c in columns) for row in expected]
            yield sorted(map(repr, found)), sorted(map(repr, wanted)), names, columns, own
