"""A world, a matter and the verdict on a movement, as packs are filled from them."""

from __future__ import annotations

from pathlib import Path

from filed import day

from comity import shelf
from comity.docket.pack_filled import Known
from comity.facts.record import World
from comity.files.world import read_world
from comity.text.source import Mistakes, Node, Place, read_documents
from comity.verdict.verdict import Verdict, verdicts

DEMO = """
world: a demo
told_by: [lab]
parties:
  lab: {kind: organisation, about: The Laboratory Ltd, organised_in: [CN], principal_place: CN, owners: [{party: owner, share: 33.333333%}, ...]}
  lab-branch: {part_of: lab, located_in: CN-BJ}
  jv: {kind: organisation, organised_in: [US], sector: [retail, ...], principal_place: US | CA}
  owner: {kind: individual}
assets:
  ranker:
    kind: technology
    form: [source]
    entries: [cn.technology-export/086501X]
    own_training_ops: 1e24..2e24
    secrecy: {is: [], by: counsel, on: 2026-01-02, because: nobody marked it}
    populations: [people]
populations:
  people: {place: CN, persons: 90000..110000, role: user}
deals:
  deal: {kind: know_how_licence, mode: trade}
instruments:
  permit: {kind: licence, under: xx.permit, issued_on: 2026-01-05, movements: [talks]}
  other: {kind: licence, under: xx.permit, issued_on: 2026-01-06, movements: [elsewhere]}
movements:
  talks:
    exporter: lab-branch
    importer: jv
    asset: ranker
    deal: deal
    event: send
    on: 2026-03-01
    purpose: {kind: research, needed: {is: true, by: an engineer}}
    protection: {encryption: transport}
  elsewhere: {exporter: lab, importer: [jv, owner], asset: ranker, on: 2026-03-02, end_user: none}
assume: {closed: [asset.marks], by: counsel, on: 2026-01-03, because: it carries none}
"""


def tree(text: str = DEMO) -> Node:
    """The tree of a world's file called w.yaml."""
    mistakes = Mistakes()
    (node,) = read_documents("w.yaml", text, mistakes)
    mistakes.settle()
    return node


def known(node: Node, movement: str, on: str = "2026-03-01", **more: object) -> Known:
    """What is known of a movement of a world, under every shipped law."""
    world, found = _judged(repr(node), node, on)
    return Known(found[movement], world, node, **more)  # type: ignore[arg-type]


_KEPT: dict[tuple[str, str], tuple[World, dict[str, Verdict]]] = {}


def _judged(text: str, node: Node, on: str) -> tuple[World, dict[str, Verdict]]:
    if (text, on) not in _KEPT:
        plan, mistakes = shelf.plan(), Mistakes()
        world = read_world(node, plan.vocabulary, mistakes, day(on))
        mistakes.settle()
        _KEPT[text, on] = world, {one.movement: one for one in verdicts(world, plan, day(on))}
    return _KEPT[text, on]


def said(text: str) -> Node:
    """A text that a person said, at the beginning of a file called says.yaml."""
    return Node(Place("says.yaml", 1, 1), text=text)


def shipped() -> list[Path]:
    """The folders of rulebooks that have packs."""
    return [folder for folder in shelf.shipped() if (folder / "packs.yaml").is_file()]
