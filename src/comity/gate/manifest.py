"""The manifest of a transfer: what crossed, what stayed at home and why, under which law. It names places, columns and provisions, and no person.

JSON with the terms of the W3C Data Privacy Vocabulary (dpv) and of the Open Digital Rights Language (odrl), under names of our own where
they have none. Written in one way only (RFC 8785), so that its digest is its name.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import rfc8785

from comity.facts.value import only
from comity.gate.counting import Share
from comity.gate.decide import Decision, Passed, standing
from comity.gate.form import Drop, Pseudonym, spoken
from comity.gate.mapping import Table
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict
from comity.why.missing import missing

CONTEXT: Final = {"dpv": "https://w3id.org/dpv#", "odrl": "http://www.w3.org/ns/odrl/2/", "dcterms": "http://purl.org/dc/terms/"}
ASKED: Final = 8
"""Questions that are named of a cell that stays at home."""

Json = dict[str, Any]


def manifest(decision: Decision, *, source: Json) -> Json:
    """What there is to say of a transfer that was decided and written.

    It is the same on every engine, to the byte. Which one wrote, and the digest of what it wrote, are beside the manifest's own in the ledger's entry.
    """
    asking = decision.asking
    plan, table = asking.plan, asking.table
    movement = asking.world["movement"][asking.movement]
    return {
        "@context": CONTEXT,
        "@type": "dpv:Transfer",
        "dcterms:source": source,
        "movement": asking.movement,
        "day": asking.days.day,
        "dpv:hasDataExporter": only(movement.facts.get("exporter")),
        "dpv:hasDataImporter": only(movement.facts.get("importer")),
        "dpv:hasPurpose": only(movement.facts.get("purpose")),
        "table": {"name": table.name, "asset": table.asset, "confirmed": {"by": table.confirmed.by, "on": table.confirmed.on}},
        "law": law(plan),
        "odrl:permission": [_permission(one, decision) for one in decision.crosses],
        "stays": [{**one.brief, "why": reasons(one, decision)} for one in decision.stays],
        "unknown rows": decision.nowhere,
        "counts": [_count(share) for share in decision.brought if share.each],
        "rows": decision.rows,
    }


def _count(share: Share) -> Json:
    return {"count": share.term.name, "key": list(share.asked.key), "day": share.asked.day, "persons": len(share.asked.persons)}


def law(plan: Plan) -> Json:
    """The rulebooks that were asked, by name: their editions and digests."""
    return {r.book.regime: {"edition": r.book.edition, "digest": r.book.digest} for r in plan.regimes}


def name(found: Json) -> str:
    """The digest of a manifest: SHA-256 of its canonical bytes, in hex."""
    return hashlib.sha256(rfc8785.dumps(found)).hexdigest()


def reasons(one: Passed, decision: Decision) -> list[str]:
    """Why a cell stays at home: what stands, or what nobody said; never nothing."""
    verdict = one.verdict
    if one.permitted and not one.tried.columns(decision.asking.table):
        needed = {law for (place, _), laws in decision.effects.items() if place == one.cell.place for law in laws}
        return ["in the forms in which it may cross, nothing is left of it", *sorted(needed)]
    found = ["with more persons it is beyond a line"] if one.cell.part else []
    found += ["it is not known whose count these persons are, or which devices"] if one.uncounted else []
    found += [f"there is no rulebook for {'the place where they are' if place == one.cell.place else place}" for place in verdict.unread]
    found += standing(verdict)
    if not verdict.outcome.settled:
        asked = dict.fromkeys(f"not known: {one.fact} of {one.record or 'the movement'}" for leg in verdict.open_legs for one in missing(leg, verdict.plan))
        found += list(asked)[:ASKED]
    return found or [f"the verdict is {verdict.outcome}"]


def _permission(one: Passed, decision: Decision) -> Json:
    return {
        "@type": "odrl:Permission",
        "odrl:action": "odrl:distribute",
        **one.brief,
        "columns": _columns(one, decision, decision.asking.table),
        "odrl:duty": _duties(one.verdict),
    }


def _columns(one: Passed, decision: Decision, table: Table) -> Json:
    """Each column that crosses: what it holds, in which form, and by which provisions the form was needed."""
    found: Json = {}
    for column in table.columns:
        choice = one.tried.choice(table, column)
        told: Json = {"form": spoken(choice.form)}
        if choice.becomes:
            told["dpv:hasPersonalData"] = choice.becomes
        if isinstance(choice.form, Pseudonym):
            told["dpv:hasTechnicalMeasure"] = "dpv:Pseudonymisation"
        if (needed := decision.effects.get((one.cell.place, column))) is not None:
            told["needed by"] = list(needed)
        if not isinstance(choice.form, Drop) or "needed by" in told:
            found[column] = told
    return found


def _duties(verdict: Verdict) -> list[str]:
    """The duties that go with the cell and are not met, as regime, path and citation."""
    return sorted({f"{one.name} {owed.law.path} ({owed.law.cite})" for one in verdict.opinions for owed in one.owed if owed.state != "met"})
