"""What comes of a matter opens exactly what its rulebook opens: cases of the rulebooks, their stated papers put aside for those of a docket."""

from __future__ import annotations

from dataclasses import replace

import pytest
from filed import day, playing, procedure

from comity import shelf
from comity.docket.paper import Papers
from comity.files.case import read_cases, run_case
from comity.files.change import Change
from comity.text.source import Mistakes, read_documents

ASSESSED = "declare 2023-01-05; forward 2023-01-10; accept 2023-01-17; pass 2023-06-01"
CRM = {"exporters": ["a"], "importers": ["hq"], "assets": ["crm"]}
SIGNED = "assess 2026-03-10 finished_on=2026-03-10; sign 2026-05-29 effective_on=2026-06-01"
LICENSED = "apply 2025-12-01; accept 2025-12-05"
DEVICE = {"exporters": ["maker"], "importers": ["de_co"], "assets": ["device"]}
WITH = {"authority": "de.bfdi"}
ICO = {"authority": "uk.ico"}


def to(importer, **more):
    return {**CRM, "importers": [importer], **more}


CASES = [
    ("cn.data-export", "edges-ways", "cn-edge-assessment-life", {"sa": ("security-assessment", ASSESSED, CRM, {})}),
    (
        "cn.data-export",
        "edges-ways",
        "cn-edge-assessment-prolonged",
        {"sa ext": ("security-assessment", f"{ASSESSED}; ask-extension 2026-04-15; prolong 2026-05-11", CRM, {})},
    ),
    (
        "cn.data-export",
        "edges-ways",
        "cn-edge-assessment-failed",
        {
            "sa": ("security-assessment", "declare 2026-02-09; forward 2026-02-12; accept 2026-03-02; fail 2026-06-01", CRM, {}),
            "sb": ("security-assessment", "declare 2026-08-10", to("us"), {}),
        },
    ),
    (
        "cn.data-export",
        "edges-ways",
        "cn-edge-assessment-scope",
        {
            "sa": ("security-assessment", "declare 2025-11-03; forward 2025-11-05; accept 2025-11-10; pass 2026-01-20", {**CRM, "persons_max": 500}, {}),
            "sb": ("security-assessment", "declare 2025-11-03; forward 2025-11-05; accept 2025-11-10; pass 2026-01-20", to("us", purposes=["hr"]), {}),
        },
    ),
    (
        "cn.data-export",
        "edges-met",
        "cn-edge-contract-filing",
        {
            "s1": ("standard-contract", f"{SIGNED}; file 2026-06-08", to("h1", assets=["crm", "plant"]), {}),
            "s2": ("standard-contract", f"{SIGNED}; file 2026-07-20", to("h2"), {}),
        },
    ),
    (
        "cn.data-export",
        "edges-met",
        "cn-edge-contract-supplement",
        {
            "s1": ("standard-contract", f"{SIGNED}; file 2026-06-08; reject 2026-06-22", to("h1", assets=["crm", "plant"]), {}),
            "s2": ("standard-contract", f"{SIGNED}; file 2026-06-08; pass 2026-06-22", to("h2"), {}),
        },
    ),
    (
        "cn.data-export",
        "edges-met",
        "cn-edge-gba-filing",
        {"g1": ("gba-contract", f"{SIGNED}; file 2026-06-08", {"exporters": ["a"], "importers": ["h1", "h3"], "assets": ["full"]}, {})},
    ),
    ("cn.data-export", "edges-ways", "cn-edge-certificate-life", {"cert": ("certification", "apply 2026-01-05; certify 2026-02-02", CRM, {})}),
    (
        "cn.data-export",
        "edges-bars",
        "cn-edge-authority-dates-and-approval",
        {"ok": ("foreign-authority-approval", "request 2026-05-04; grant 2026-08-01", to("c2"), {})},
    ),
    (
        "cn.data-export",
        "edges-met",
        "cn-edge-zone-report-met",
        {
            "r1": ("zone-report", "transfer 2026-09-21; report 2026-09-28", {"movements": ["t"], "importers": ["hq"]}, {}),
            "r2": ("zone-report", "transfer 2026-09-21; report 2026-11-20", {"movements": ["t"], "importers": ["h1"]}, {}),
        },
    ),
    (
        "cn.countermeasures",
        "cases",
        "cn-edge-blocking-order",
        {"ok": ("blocking-exemption", "apply 2026-01-05; grant 2026-02-02", {"exporters": ["a"], "importers": ["ae"]}, {})},
    ),
    (
        "cn.countermeasures",
        "cases",
        "cn-edge-uel-approved",
        {"ok": ("uel-approval", "apply 2025-09-01; agree 2025-09-15", {"exporters": ["a"], "importers": ["us"]}, {})},
    ),
    (
        "cn.countermeasures",
        "cases",
        "cn-edge-afsl-approved",
        {"ok": ("afsl-approval", "apply 2025-09-01; agree 2025-09-15", {"exporters": ["a"], "importers": ["us"]}, {})},
    ),
    (
        "cn.countermeasures",
        "cases",
        "cn-edge-d835-approved",
        {"ok": ("decree-835-approval", "apply 2026-05-18; agree 2026-05-25", {"exporters": ["a"], "importers": ["hq"]}, {})},
    ),
    (
        "cn.export-control",
        "edges",
        "ec-edge-single-licence-year",
        {
            "lic": ("licence", f"{LICENSED}; grant-single 2026-01-12", DEVICE, {}),
            "gone": ("licence", f"{LICENSED}; grant-single 2026-01-12; revoke 2026-02-02", {**DEVICE, "importers": ["vn_co"]}, {}),
        },
    ),
    (
        "cn.export-control",
        "edges",
        "ec-edge-general-licence",
        {"gen": ("licence", f"{LICENSED}; grant-general 2026-01-12", {**DEVICE, "assets": ["device", "widget"]}, {})},
    ),
    (
        "cn.export-control",
        "edges",
        "ec-edge-foreign-check",
        {"consent": ("foreign-check", "report 2026-01-05; consent 2026-02-02", {"exporters": ["fie"], "importers": ["bureau"]}, {})},
    ),
    (
        "cn.export-control",
        "edges",
        "ec-edge-passing-on",
        {"allowed": ("end-use-change", "apply 2026-01-05; permit 2026-02-02", {**DEVICE, "exporters": ["de_co"], "importers": ["hk_co"]}, {})},
    ),
    ("cn.export-control", "edges", "ec-edge-voucher-trips", {"slip": ("voucher", "register 2026-02-24; issue 2026-02-27", DEVICE, {})}),
    (
        "cn.export-control",
        "edges",
        "ec-edge-control-list",
        {"special": ("control-list-approval", "apply 2026-01-05; approve 2026-02-02", {**DEVICE, "importers": ["listed"]}, {})},
    ),
    (
        "cn.export-control",
        "edges",
        "ec-edge-doubt",
        {"cleared": ("end-use-doubt", "report 2026-02-27; clear 2026-02-28", {**DEVICE, "importers": ["vn_co"]}, {})},
    ),
    (
        "cn.human-genetic-resources",
        "cases",
        "cn-hgr-edge-review",
        {"rev": ("security-review", "apply 2026-01-05; pass 2026-02-02", {"exporters": ["a"], "importers": ["uni"], "assets": ["reg"]}, {})},
    ),
    (
        "cn.human-genetic-resources",
        "cases",
        "cn-hgr-edge-cooperation",
        {"fil": ("trial-filing", "file 2026-02-01", {"exporters": ["a"], "importers": ["u3"], "assets": ["genomes"]}, {})},
    ),
    (
        "cn.human-genetic-resources",
        "cases",
        "cn-hgr-edge-cooperation",
        {
            "ok": (
                "cooperation",
                "apply 2026-01-05; accept 2026-01-06; approve 2026-02-02",
                {"exporters": ["a"], "importers": ["u2"], "assets": ["genomes"]},
                {},
            )
        },
    ),
    (
        "cn.human-genetic-resources",
        "cases",
        "cn-hgr-edge-material",
        {
            "cert": (
                "export-certificate",
                "apply 2026-01-05; accept 2026-01-06; issue 2026-02-02",
                {"exporters": ["a"], "importers": ["u2"], "assets": ["blood"]},
                {},
            )
        },
    ),
    (
        "cn.human-genetic-resources",
        "cases",
        "cn-hgr-edge-sale",
        {"rep": ("information-report", "file 2026-02-01", {"exporters": ["a"], "importers": ["uni"], "assets": ["genomes"]}, {})},
    ),
    (
        "cn.technology-export",
        "reader-4",
        "cn-reader-registered-later",
        {"r": ("registration", "file 2026-02-25; register 2026-03-01", {"exporters": ["cn"], "importers": ["us"], "assets": ["g"]}, {})},
    ),
    (
        "cn.technology-export",
        "edges",
        "tech-edge-secrecy",
        {"cleared": ("secrecy-review", "apply 2026-01-05; approve 2026-02-02", {"exporters": ["maker"], "importers": ["us_co"], "assets": ["algo"]}, {})},
    ),
    (
        "us.dsp",
        "from-the-docs-2",
        "docs-dsp-licensed",
        {"l": ("specific-licence", "apply 2025-11-03; grant 2026-01-01", {"exporters": ["us_co"], "importers": ["imp"], "assets": ["a"]}, {})},
    ),
    (
        "us.ear",
        "worked",
        "worked-licence",
        {
            "l": ("licence", "apply 2024-10-01; register 2024-10-03; grant 2025-01-01", {"exporters": ["us"], "importers": ["cn"], "assets": ["s"]}, {}),
            "old": ("licence", "apply 2019-10-01; register 2019-10-03; grant 2020-01-01", {"exporters": ["us"], "importers": ["cn2"], "assets": ["s"]}, {}),
        },
    ),
    (
        "us.ear",
        "controls",
        "ear-encryption",
        {"request": ("encryption-classification", "submit 2026-01-30", {"exporters": ["us_co"], "assets": ["b2", "b3"]}, {})},
    ),
    (
        "eu.gdpr",
        "edges",
        "edge-modules",
        {
            "authorised": (
                "own-clauses",
                "apply 2025-06-02; submit 2025-07-01; opine 2025-08-01; reply 2025-08-08; authorise 2025-09-01",
                {"exporters": ["de"], "importers": ["inp"], "assets": ["data"], "movements": ["authorised"]},
                WITH,
            )
        },
    ),
    (
        "eu.gdpr",
        "safeguards",
        "cnpd-public-bodies",
        {
            "authorised": (
                "public-arrangement",
                "apply 2025-06-02; submit 2025-07-01; opine 2025-08-01; reply 2025-08-08; authorise 2025-09-01",
                {"exporters": ["lu"], "importers": ["body"], "movements": ["allowed"]},
                {"authority": "lu.cnpd"},
            )
        },
    ),
    (
        "eu.gdpr",
        "edges",
        "edge-binding-rules",
        {
            "rules": (
                "binding-rules",
                "apply 2025-06-02; submit 2025-07-01; opine 2025-08-01; reply 2025-08-08; approve 2025-09-01",
                {"exporters": ["de"], "importers": ["sister", "us"], "movements": ["inside", "outside", "for_others"]},
                WITH,
            )
        },
    ),
    ("uk.gdpr", "edges", "binding-rules", {"bcr": ("binding-rules", "apply 2025-06-02; approve 2025-09-01", {"exporters": ["gb"], "importers": ["us"]}, ICO)}),
    (
        "uk.gdpr",
        "edges",
        "codes-and-own-clauses",
        {"own": ("own-clauses", "apply 2025-06-02; authorise 2025-09-01", {"exporters": ["gb"], "importers": ["in"], "movements": ["by_own"]}, ICO)},
    ),
    (
        "uk.gdpr",
        "edges",
        "public-bodies",
        {
            "blessed": (
                "public-arrangement",
                "apply 2025-06-02; authorise 2025-09-01",
                {"exporters": ["council"], "importers": ["agency"], "movements": ["authorised"]},
                ICO,
            )
        },
    ),
]
LATE = day("2026-11-23")


def judged(rulebook, file, case, papers, given=()):
    """What does not hold of a case whose stated instruments of these names are put aside for the papers of matters; none, where these are given."""
    folder = shelf.RULEBOOKS / rulebook
    mistakes = Mistakes()
    documents = read_documents(f"{file}.yaml", (folder / "cases" / f"{file}.yaml").read_bytes(), mistakes)
    node = next(one for one in documents if (name := one.get("case")) is not None and name.text == case)
    held, aside = node.get("instruments"), {name for names in papers for name in names.split()}
    assert aside <= held.pairs.keys()
    left = {name: child for name, child in held.pairs.items() if given or name not in aside}
    matters = [playing(name.split()[0], rulebook, *played) for name, played in papers.items() if played]
    plan = shelf.alone(folder)
    casts = [one for one in documents if one.get("cast") is not None]
    whole = Change(node).made(casts[0].get("cast") if casts else None, mistakes)  # a paper names none but those whom the world knows
    told = Papers([] if given else matters, given, LATE, shelf.calendars(), "log", plan.vocabulary)(whole).get("instruments").pairs
    made = tuple(f"{matter.name}." for matter in matters)
    told = left | {name: one for name, one in told.items() if (name in aside if given else name.startswith(made))}
    node = replace(node, pairs={**node.pairs, "instruments": replace(held, pairs=told, keys={name: one.place for name, one in told.items()})})
    (read,) = [one for one in read_cases([*casts, node], plan, mistakes) if one.id == case]
    mistakes.settle()
    return [str(one) for one in run_case(read, plan)]


@pytest.mark.parametrize(("rulebook", "file", "case", "papers"), CASES, ids=lambda one: one if isinstance(one, str) else "")
def test_a_paper_of_the_docket_opens_what_the_stated_one_does(rulebook, file, case, papers):
    assert judged(rulebook, file, case, papers) == []
    assert judged(rulebook, file, case, dict.fromkeys(papers))  # without any, the case does not hold: it is the papers that it rests on


@pytest.mark.parametrize(("rulebook", "file", "case", "papers"), CASES, ids=lambda one: one if isinstance(one, str) else "")
def test_and_nobody_else_states_it(rulebook, file, case, papers):
    """Whatever a rulebook asks of such an instrument, its result or no more than its days, stated by hand it is not surely there."""
    given = [paper for name, *_ in filter(None, papers.values()) for paper in procedure(rulebook, name).papers.values()]
    assert judged(rulebook, file, case, papers, given)


def test_every_paper_of_every_procedure_is_tried():
    shipped = {
        (folder.name, name, paper)
        for folder in shelf.proceeding()
        for name, one in shelf.procedures(folder).items()
        for paper in one.papers
        if folder.name != "cn.technology-export" or name != "licence"  # which has tests of its own
    }
    tried = {
        (rulebook, played[0], paper)
        for rulebook, _, _, papers in CASES
        for name, played in papers.items()
        for paper in playing("m", rulebook, *played).procedure.papers
    }
    assert shipped == tried


def test_what_is_suspended_ended_or_returned_closes_what_it_opened():
    suspended = {"cert": ("certification", "apply 2026-01-05; certify 2026-02-02; suspend 2026-08-03", CRM, {})}
    assert any("t[0]" in one for one in judged("cn.data-export", "edges-ways", "cn-edge-certificate-life", suspended))
    assert judged("cn.data-export", "edges-ways", "cn-edge-certificate-suspended", suspended) == []
    ended = {"s1": ("standard-contract", f"{SIGNED}; file 2026-06-08; end 2026-07-01", to("h1"), {})}
    assert any("contract_filed_in_time" in one for one in judged("cn.data-export", "edges-met", "cn-edge-contract-filing", ended))
    returned = {"request": ("encryption-classification", "submit 2026-01-30; return 2026-02-20", {"exporters": ["us_co"], "assets": ["b2", "b3"]}, {})}
    assert any("day30" in one for one in judged("us.ear", "controls", "ear-encryption", returned))


def test_a_prolongation_of_one_exporter_prolongs_nothing_of_another():
    others = {"sa ext": ("security-assessment", f"{ASSESSED}; ask-extension 2026-04-15; prolong 2026-05-11", {**CRM, "exporters": ["us"]}, {})}
    assert any("t[0]" in one for one in judged("cn.data-export", "edges-ways", "cn-edge-assessment-prolonged", others))
