"""`comity law new`: the folder of a new regime, which checks clean and passes its first cases; and `comity schema`."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

from comity.cli.screen import out
from comity.text.source import Mistake, Place, SourceError

RULEBOOK = """\
# {regime}: one regime as data. How each line is written: docs/write-a-rulebook.md. Check it: comity law check {folder}
rulebook: {regime}
title: {{en: Title of the act, zh: 法律名称}}
edition: {edition}                 # of this file, not of the law
published: {today}                 # when this edition was first known
jurisdiction: [{place}]                     # the places it speaks for
speaks_about: [data]
last_checked: {today}
source: {{en: "the act, the text that was read, and where it was found", read: false}}   # read: true once somebody has opened it
scope: {{cite: s. 1, en: data about people leaves the place, zh: 个人数据离境, when: asset.about == 'person' and origin in HOME}}

places: {{HOME: [{place}]}}

definitions:
  leaves:
    cite: s. 2
    en: Data is sent, opened or placed outside.
    zh: 数据被传输、开放或者存放至境外。
    is: event in {{'send', 'make_accessible', 'view', 'store'}} and destination not in HOME
    read: false

prohibitions:
  export/many:
    cite: s. 3(1)
    en: Nobody exports data on 10,000 persons or more without a licence.
    zh: 未经许可不得向境外提供一万人以上的数据。
    when: leaves and population.persons >= 10000
    read: false

grounds:
  licence:
    kind: licence
    cite: s. 4
    en: A licence for this export is in force.
    zh: 已就本次提供取得有效许可。
    lifts: [export]
    holds: any(i.kind == 'licence' and i.under == '{regime}.licence' and i.result == 'granted' for i in instruments)
    read: false

duties:
  record:
    cite: s. 5
    en: Keep a record of the export for five years.
    zh: 保存记录五年。
    by: exporter
    timing: after
    when: leaves
    due: after(on, 5, years)
    read: false
"""
CASES = """\
# Two cases at the line, one of the licence and its duty. `comity law test {folder}` runs them.
cast:
  parties: {{here: {{kind: organisation, organised_in: [{place}]}}, there: {{kind: organisation, organised_in: [AA]}}}}
  assets: {{list: {{kind: data, about: person, identifiability: identified, fields: [name, email], populations: [members]}}}}
---
case: {regime}-at-the-line
cite: s. 3(1)
independent: false
regime: {regime}
assume: {{closed: all}}
populations: {{members: {{place: {place}, persons: 10000}}}}
movements: {{t: {{exporter: here, importer: there, asset: list, event: send, origin: {place}, destination: AA, on: {today}}}}}
expect:
  t: {{leaves: true, stands: [export/many], ways: [licence], outcome: authorisation_required}}
---
case: {regime}-below-the-line
cite: s. 3(1)
independent: false
regime: {regime}
assume: {{closed: all}}
populations: {{members: {{place: {place}, persons: 9999}}}}
movements: {{t: {{exporter: here, importer: there, asset: list, event: send, origin: {place}, destination: AA, on: {today}}}}}
expect:
  t: {{leaves: true, export/many: false, outcome: permitted}}
---
case: {regime}-licensed
cite: s. 4
independent: false
regime: {regime}
assume: {{closed: all}}
populations: {{members: {{place: {place}, persons: 10000}}}}
instruments: {{l: {{kind: licence, under: {regime}.licence, result: granted, since: {today}, movements: [t]}}}}
movements: {{t: {{exporter: here, importer: there, asset: list, event: send, origin: {place}, destination: AA, on: {today}}}}}
expect:
  t: {{licence: true, outcome: permitted, owed: [record], open: [record]}}
"""


def new(args: argparse.Namespace) -> int:
    """Writes the folder; what is already there is never touched."""
    regime = Path(args.regime).name
    if not re.fullmatch(r"[a-z]{2,4}(\.[a-z0-9-]+)+", regime):
        hint = "write the place and the law in lower case, such as xx.export-act"
        raise SourceError([Mistake(Place("law new", 1, 1), f"'{regime}' is not the name of a regime", hint)])
    folder = Path(args.regime)
    if folder.exists():
        raise SourceError([Mistake(Place(str(folder), 1, 1), "is already there", "choose another folder")])
    today = date.today()  # noqa: DTZ011 -- the user's own day
    filled = {"regime": regime, "folder": folder, "place": regime.partition(".")[0].upper(), "today": today.isoformat()}
    filled["edition"] = f"{today.year}.{today.month}.1"
    (folder / "cases").mkdir(parents=True)
    (folder / "rulebook.yaml").write_text(RULEBOOK.format(**filled), encoding="utf-8")
    (folder / "cases" / "first.yaml").write_text(CASES.format(**filled), encoding="utf-8")
    out(f"{folder}/rulebook.yaml and {folder}/cases/first.yaml are written.")
    out(f"Check them: comity law check {folder}    Run the cases: comity law test {folder}")
    out(f"Take part: comity check WORLD --rulebooks {folder}")
    return 0


def schema(_: argparse.Namespace) -> int:
    """The JSON Schema of a world file, for editors."""
    from comity import shelf
    from comity.cli.schema import text

    out(text(shelf.vocabulary()).rstrip())
    return 0
