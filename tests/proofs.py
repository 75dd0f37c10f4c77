"""A quick check of reading prove on two small laws: what can be is shown, what cannot be is proved, and what may be is not.

Run as a script it is the net that `prove/test_mutants` holds under planted faults.
"""

import json
from contextlib import suppress

from quick import sample
from strategies import HEAD, plan_of
from threefold import Threefold

from comity.facts.value import TRUE
from comity.prove.prover import Prover, replayed
from comity.prove.question import asked
from comity.prove.smt import GaveUpError
from comity.prove.supposed import possible


def words(**more):
    return {"cite": "s. 1", "en": "a rule", "zh": "规则", **more}


LAW = {
    **HEAD,
    "places": {"HOME": ["XX"], "Y": ["YY"]},
    "definitions": {
        "export": words(**{"is": "origin in HOME and destination not in HOME"}),
        "listed": words(of="party", **{"is": "overlaps(organised_in, {'YY'}) or share(by=listed) >= 50%"}),
        "under": words(of="party", **{"is": "not (kind == 'individual') or any(o.party.under for o in owners)"}),
        "moved": words(**{"is": "counted(persons, where=export, key=[exporter], window=year)"}),
    },
    "prohibitions": {
        "line": words(when="export and moved > 100"),
        "listed": words(when="export and importer.listed", **{"from": "2026-01-01", "until": "2027-01-01"}),
        "side": words(when="export and role == 'importer' and actor.privileged"),
        "early": words(when="export and any(after(i.signed_on, 3, months) > on for i in concerning)", effect="conditional"),
    },
    "grounds": {"licence": words(kind="licence", lifts=["line"], holds="any(i.kind == 'licence' and i.result == 'granted' for i in instruments)")},
    "duties": {"record": words(by="exporter", timing="before", when="export and purpose.kind == 'hr'")},
}
CAN = """
outcome == 'prohibited' and importer.listed and moved == 0 and not overlaps(importer.organised_in, {'YY'})
outcome == 'authorisation_required' and moved == 101
moved == 100 and outcome == 'permitted' and export
moved > population.persons and population.persons > 0
holds('licence') and moved > 100 and outcome == 'permitted'
outcome == 'conditional' and stands('early')
outcome == 'conditional' and owed('record')
export and on >= 2026-01-01 and on < 2027-01-01 and not importer.listed
importer.organised_in <= {'XX', 'YY'} and importer.organised_in >= {'XX', 'YY'}
importer.organised_in <= exporter.organised_in and overlaps(importer.organised_in, {'YY'})
importer.organised_in >= exporter.organised_in and overlaps(exporter.organised_in, {'YY'})
overlaps(importer.organised_in, exporter.organised_in) and destination in importer.organised_in
not overlaps(importer.organised_in, exporter.organised_in) and overlaps(importer.organised_in, Y) and overlaps(exporter.organised_in, HOME)
destination in origin and destination in Y
access_place != destination and access_place not in Y and destination not in Y and access_place not in HOME and destination not in HOME and export
total(o.share for o in importer.owners) >= 50% and not importer.listed
count(true for f in fields) == 1 and any(f.kind == 'email' for f in fields)
count(true for f in fields) >= 2 and all(f.kind == 'email' for f in fields)
size(set(f.kind for f in fields if f.kind in {'email', 'name'})) == 1
population.persons + importer.persons_processed > 100 and population.persons < 60 and importer.persons_processed < 60
any(m == order for m in measures)
exporter == importer and exporter == exporter
any(p.role == 'facilitator' for p in participants)
any(p.role == 'exporter' and p.party == exporter for p in participants)
any(f.kind == 'email' for f in dealing)
any(after(i.signed_on, 1, months) == 2026-03-28 for i in instruments)
asset.entries >= {'a/b'} and asset.entries <= {'a/b'}
overlaps(asset.entries, {'a/b', 'c/d'}) and not asset.entries <= {'a/b', 'c/d'}
importer.under and not (exporter.under)
not in_scope
any(p == importer for p in asset.collected_by)
exporter.persons_processed == 7
exporter.privileged and not importer.privileged
importer == importer and any(o.party == importer for o in exporter.owners)
exporter.persons_processed <= 7 and exporter.persons_processed >= 7
outcome == 'prohibited' and importer.privileged and not importer.listed
outcome == 'prohibited' and export and not stands('line') and not stands('listed') and not stands('side')
"""
CANNOT = """
outcome == 'permitted' and stands('line')
importer.listed and asset.kind == 'data' and export and on >= 2026-01-01 and on < 2027-01-01 and outcome != 'prohibited'
export and moved < population.persons
count(i.kind == 'licence' for i in instruments) >= 1 and not any(i.kind == 'licence' for i in instruments)
destination == 'XX-AB' and destination not in HOME
origin in HOME and origin in Y
exporter.persons_processed > 10 and exporter.persons_processed < 10
exporter.privileged and not (exporter == exporter)
exporter == importer and exporter.privileged and not importer.privileged
exporter == importer and exporter.persons_processed != importer.persons_processed and exporter.persons_processed == 3 and importer.persons_processed == 4
overlaps(importer.organised_in, {'YY'}) and importer.organised_in <= {'XX'}
importer.organised_in >= {'XX', 'YY'} and not overlaps(importer.organised_in, {'XX'})
asset.entries <= {'a/b'} and asset.entries >= {'c/d'}
any(f.kind == 'email' for f in fields) and all(f.kind == 'name' for f in fields)
any(o.share > 10% for o in importer.owners) and total(o.share for o in importer.owners) < 10%
total(o.share for o in importer.owners) > 0% and not any(true for o in importer.owners)
share_of > 100%
share_of < 0%
after(on, 3, months) <= on and on < 2100-01-01 and on > 2000-01-01
after(on, 1, months) > after(on, 40, days) and on < 2100-01-01 and on > 2000-01-01
after(on, 10, days) < after(on, 9, days) and on < 2100-01-01 and on > 2000-01-01
importer.under and not any(true for o in importer.owners) and importer.kind == 'individual'
population.persons + importer.persons_processed > 100 and population.persons < 40 and importer.persons_processed < 50
size(set(f.kind for f in fields if f.kind in {'email', 'name'})) > 2
exporter == importer and exporter == order.addressed_to and importer != order.addressed_to
exporter.persons_processed <= 10 and exporter.persons_processed > 10
export and asset.kind == 'data' and importer.privileged and importer == importer and outcome != 'prohibited'
after(on, 10, days) > after(on, 11, days) and on < 2100-01-01 and on > 2000-01-01
destination in Y and not (destination == destination)
'a/b' in exporter.designations and 'a/b' in importer.designations and not overlaps(exporter.designations, importer.designations)
'a/b' in exporter.designations and 'a/b' not in importer.designations and exporter.designations <= importer.designations
population.persons + importer.persons_processed > 5 and not (importer == importer)
role == 'importer'
actor != exporter and exporter == exporter
exporter.designations <= importer.designations and 'a/b' in exporter.designations and not ('a/b' in importer.designations)
exporter.designations >= importer.designations and 'a/b' in importer.designations and not ('a/b' in exporter.designations)
"""
MAY_BE = """
count(true for o in exporter.owners) >= 4
outcome == 'prohibited' and destination not in Y and not export
outcome != 'permitted' and not export
origin in Y and destination in Y and access_place in Y and origin != destination and destination != access_place and origin != access_place
asset.stored_in >= {'DE', 'FR'}
destination in {'EEA'} and destination not in {'IS', 'LI', 'NO'}
after(on, 1, workdays, 'CN') > after(on, 4, days)
after(on, 1, months) > after(on, 40, days)
exporter == importer and not same_group
id == 't'
any(a == b for a in exporter.owners for b in exporter.owners)
initiator == initiator and not exporter == exporter
destination == 'NZ' and asset.industry == destination
exporter.organised_in <= HOME and not overlaps(exporter.organised_in, HOME) and exporter == exporter
overlaps(exporter.organised_in, Y) and overlaps(importer.organised_in, Y) and not overlaps(exporter.organised_in, importer.organised_in)
exporter.organised_in <= importer.organised_in and overlaps(exporter.organised_in, Y) and not overlaps(importer.organised_in, {'XX'})
overlaps(exporter.designations, importer.designations) and exporter.designations <= {'a/b'}
after(on, 366, days) > after(on, 1, years)
share_of > 50% and not importer.listed
moved > population.persons
any(f.kind == 'email' for f in dealing) and not any(f.kind == 'email' for f in fields)
importer.under and importer.kind == 'individual'
not (importer == importer) and not overlaps(importer.organised_in, exporter.organised_in)
not (importer == importer) and not importer.listed and not overlaps(exporter.designations, importer.designations)
after(on, 1, '03-01') <= after(on, 1, days) and on < 2100-01-01 and on > 2000-01-01
total(o.share for o in importer.owners) < 1% and importer == importer
total(o.share for o in importer.owners) <= 10% and any(o.share == 10% for o in importer.owners)
moved == population.persons and export
outcome == 'permitted' and export
outcome == 'prohibited' and export and not stands('line') and not stands('listed') and not stands('side')
exporter.privileged and importer.privileged and not (exporter == importer)
asset.entries >= {'q/r'} and destination == 'NZ'
not (exporter.designations <= importer.designations) and exporter == exporter and importer == importer
not overlaps(exporter.designations, importer.designations) and exporter == exporter and importer == importer
after(on, 28, days) == after(on, 1, months) and on < 2100-01-01 and on > 2000-01-01
after(on, 31, days) == after(on, 1, months) and on < 2100-01-01 and on > 2000-01-01
after(on, 366, days) == after(on, 1, years) and on < 2100-01-01 and on > 2000-01-01
after(on, 365, days) == after(on, 1, years) and on < 2100-01-01 and on > 2000-01-01
"""
LAW["definitions"]["share_of"] = words(**{"is": "importer.held"})
LAW["definitions"]["held"] = words(of="party", **{"is": "share(by=privileged)"})
"""How much of the importer is held by privileged ones."""


def faults(seconds=5):
    """What is said that should not be."""
    three = Threefold(sample()[0], each=1)
    three.world(sample()[1])
    plan = plan_of(json.dumps(LAW, ensure_ascii=False))
    can, cannot, may_be = ({question: asked(question, plan) for question in told.strip().splitlines()} for told in (CAN, CANNOT, MAY_BE))
    for question, condition in may_be.items():
        prover = Prover(plan, (condition,), seconds)
        supposed = prover._reading(0)
        with suppress(GaveUpError):
            if not possible(supposed, prover._formulas(supposed, condition), seconds):
                yield f"proved: {question}"
    prover = Prover(plan, (*can.values(), *cannot.values()), seconds)
    for question, condition in can.items():
        answer = prover.ever(condition)
        if answer.world is None or replayed(answer.world, plan, condition) != TRUE:
            yield f"not shown: {question}"
    for question, condition in cannot.items():
        if not prover.ever(condition).proved:
            yield f"not proved: {question}"


if __name__ == "__main__":
    for fault in faults():
        raise SystemExit(fault)
