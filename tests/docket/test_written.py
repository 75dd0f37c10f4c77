"""Procedures as people write them: what is read, and every mistake at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import shelf
from comity.docket.written import read_procedures
from comity.text.source import Mistakes, read_documents

PAGE = """
procedures:
  licence:
    en: licence
    zh: 许可
    cite: s. 1
    place: XX
    zone: Asia/Shanghai
    roles:
      exporter: {en: the exporter, zh: 出口方}
      authority: {en: the authority, zh: 主管机关, office: "yes"}
    stages:
      filed: {en: applied for, zh: 已申请, turn: authority}
      granted: {en: granted, zh: 已授予, over: "yes"}
    acts:
      apply: {cite: s. 2, en: apply, zh: 申请, by: exporter, to: filed, needs: {scope: {is: scope, names: [assets], en: for what, zh: 范围}}}
      grant: {cite: s. 3, en: grant, zh: 授予, by: authority, at: filed, to: granted}
    clocks:
      decision: {cite: s. 3, read: "no", en: by 1 March, zh: 3月1日前, kind: deadline, from: apply, length: 1 03-01, awaits: [grant], binds: authority}
    papers:
      licence: {facts: {kind: licence, under: xx.licence}, parties: {approved_by: [authority]}, result: {granted: granted}, scope: [apply]}
"""


def read(text):
    mistakes = Mistakes()
    found = read_procedures(read_documents("p.yaml", text, mistakes), "xx", shelf.vocabulary(), mistakes)
    return found, [str(one) for one in mistakes.found]


def test_the_example_of_the_page_reads_without_a_mistake():
    page = (Path(__file__).parents[2] / "docs" / "write-a-procedure.md").read_text(encoding="utf-8")
    found, mistakes = read(page.partition("```yaml\n")[2].partition("```")[0])
    assert not mistakes
    assert found["licence"].clocks.keys() == {"decision", "action", "validity", "renewal"}


def test_a_procedure_is_read_with_what_nobody_opened():
    found, mistakes = read(PAGE)
    assert not mistakes
    one = found["licence"]
    assert (one.clocks["decision"].length, one.clocks["decision"].unit) == (1, "03-01")
    assert not one.clocks["decision"].text.read
    assert one.acts["apply"].text.read
    assert one.papers["licence"].parties == {"approved_by": ("authority",)}


@pytest.mark.parametrize(
    ("said", "instead", "why"),
    [
        ("1 03-01", "1 02-30", "the clock 'decision' has no length"),
        ("1 03-01", "1 02-29", "the clock 'decision' has no length"),
        ("1 03-01", "thirty days", "the clock 'decision' has no length"),
        ('read: "no"', "read: never", "what is read says nothing of it"),
        ("approved_by: [authority]", "approved_by: [ministry]", "there is no role 'ministry'"),
        ("approved_by: [authority]", "approved_by: authority", "'approved_by' is a list of roles"),
        ("approved_by: [authority]", "issuer: [authority]", "'issuer' is one role"),
        ("approved_by: [authority]", "blessed_by: authority", "an instrument has no 'blessed_by'"),
        (", en: for what, zh: 范围}", ", en: for what}", "'scope', which is needed, says no zh"),
        ("exporter: {en: the exporter, zh: 出口方}", "exporter: {en: the exporter}", "the role 'exporter' says no zh"),
        ("binds: authority", "binds: exporters", "there is no role 'exporters'"),
        ("awaits: [grant], binds: authority", "awaits: [grant]", "whose time the clock 'decision' is"),
        ("to: granted}", "to: grantd}", "there is no stage 'grantd'"),
        ("to: granted}", "to: {filed: [granted, grantd]}}", "there is no stage 'grantd'"),
        ("to: granted}", "to: {filed: []}}", "'filed' leads nowhere"),
        ("facts: {kind: licence, under: xx.licence}", "facts: {kind: licence, under: xx.licence}, also: {kind: licens}", "'licens' is no kind"),
        ("facts: {kind: licence, under: xx.licence}", "facts: {kind: licence, under: xx.licence}, also: {rule: x}", "an instrument has no 'rule'"),
    ],
)
def test_every_mistake_is_named_where_it_is(said, instead, why):
    _, mistakes = read(PAGE.replace(said, instead))
    assert any(why in one for one in mistakes), mistakes
    assert all("p.yaml:" in one for one in mistakes)
