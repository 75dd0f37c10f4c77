"""What was counted before a world begins: read, and held to what its law counts and whom it names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from comity.facts.record import Opening
from comity.facts.value import MAX, Interval
from comity.facts.vocabulary import PLURALS, Fact
from comity.files.parse import parse
from comity.law.condition import Counted
from comity.text.source import Mistakes, Node, nearest
from comity.verdict.plan import Plan, walk

PLAIN = ("count", "is", "note", "about")


def read_counts(node: Node | None, facts: Mapping[str, Fact], mistakes: Mistakes) -> list[Opening]:
    """The counts of a world; `facts`: those of movements, of which a count names links."""
    number, found, links = Fact("is", "number", unit="persons"), [], [name for name, fact in facts.items() if fact.type == "link"]
    if node is not None and node.items is None:
        mistakes.add(node.place, f"counts are a list, not a {node.shape}", "write counts: [{count: xx.example/persons, exporter: a, is: 100}]")
    for row in (node.items or []) if node else ():
        pairs = row.pairs or {}
        if "count" not in pairs or "is" not in pairs:
            mistakes.add(row.place, "a count names the definition that counts and what it is", "write {count: xx.example/persons, exporter: a, is: 100}")
            continue
        for name in pairs.keys() - {*PLAIN, *links}:
            mistakes.add(row.keys[name], f"a count has no '{name}'", nearest(name, links))
        persons = parse(pairs["is"], number, mistakes)
        key = {name: child.text or "" for name, child in pairs.items() if name in links}
        found.append(Opening(pairs["count"].text or "", key, persons if isinstance(persons, Interval) else Interval(0, MAX)))
    return found


def check_counts(node: Node | None, plan: Plan, records: Callable[[str], Collection[str]], mistakes: Mistakes) -> None:
    """Counts are those of the law that is asked, for records that there are (by kind); law that is not asked may have others."""
    counted = {n.name for n in walk(plan.conditions()) if isinstance(n, Counted)} if node is not None else set()
    facts = plan.vocabulary.kinds["movement"]
    for row in (node.items or []) if node else ():
        count = row.get("count")
        if count is not None and (count.text or "").partition("/")[0] in plan.levels and count.text not in counted:
            mistakes.add(count.place, f"no definition counts '{count.text}'", nearest(count.text or "", counted))
        for name, child in (row.pairs or {}).items():
            if name in facts and facts[name].type == "link" and child.text not in records(kind := facts[name].to):
                mistakes.add(child.place, f"there is no {kind} '{child.text}'", nearest(child.text or "", records(kind)) or f"name it under {PLURALS[kind]}")
