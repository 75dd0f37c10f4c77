"""A world: what a person knows, as records of facts. Read from text; every mistake is noted with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from comity.facts.record import OWN, Dated, Record, Rows, Source, Stated, World, entities
from comity.facts.value import ANY_CODE, FALSE, MAX, MIN, NO_CODE, TRUE, UNKNOWN, Interval, OneOf, Value
from comity.facts.vocabulary import PLURALS, Fact, Vocabulary
from comity.files.counts import read_counts
from comity.files.parse import parse
from comity.files.silence import claim_nothing, first_day, held_before, hold_all_along, in_force_from, nothing
from comity.text.literal import day
from comity.text.source import Mistakes, Node, Place, nearest

SECTIONS: Final = tuple(PLURALS.values())
HEADER: Final = ("world", "about", "told_by", "assume", "readings", "counts", "source", "sources", "regimes", "tables")
CASE: Final = ("case", "cite", "independent", "read", "regime", "expect", "note", "on", "as_known", "question", "origin")
MOVEMENT_EXTRA: Final = ("parts", "from", "until", "about_it")
Names = Mapping[str, AbstractSet[str]]
"""By kind, names of a world's records."""
NOBODY: Final[Names] = {}


def read_world(node: Node, vocabulary: Vocabulary, mistakes: Mistakes, asked_on: int = MIN, cast: Node | None = None) -> World:
    """The world at a node; a shared cast is merged under it, its own facts before the cast's."""
    world = read_header(node, vocabulary, mistakes, asked_on, cast)
    if before := first_day(world):
        hold_all_along(world, vocabulary, before)
    return world


def read_header(node: Node, vocabulary: Vocabulary, mistakes: Mistakes, asked_on: int = MIN, cast: Node | None = None, elsewhere: Names = NOBODY) -> World:
    """The same where movements may stand elsewhere, so that it is not known yet when the first of them is; `elsewhere`: names of such records."""
    return _Reader(vocabulary, mistakes, asked_on, elsewhere).world(node, cast)


def retold(base: World, told: Node, vocabulary: Vocabulary, mistakes: Mistakes, asked_on: int = MIN) -> dict[str, dict[str, Record]]:
    """Some records of a world told anew, by kind and name, with those told in place in them; everything else is as in `base`."""
    return _Reader(vocabulary, mistakes, asked_on).anew(base, told)


class _Reader:
    def __init__(self, vocabulary: Vocabulary, mistakes: Mistakes, asked_on: int, elsewhere: Names = NOBODY) -> None:
        self._vocabulary, self._mistakes, self._asked_on, self._elsewhere = vocabulary, mistakes, asked_on, elsewhere
        self._links: list[tuple[Place, str, str]] = []
        self._presumed: dict[tuple[str, str], Source] = {}

    def world(self, node: Node, cast: Node | None) -> World:
        if node.pairs is None:
            self._mistakes.add(node.place, f"a world is a mapping, not a {node.shape}")
            return World("", node.place)
        for key in node.pairs:
            if key not in (*SECTIONS, *HEADER, *CASE):
                self._mistakes.add(node.keys[key], f"a world has no '{key}'", nearest(key, (*SECTIONS, *HEADER)))
        name = (node.get("world") or node.get("case") or Node(node.place, text="")).text or ""
        world = World(name, node.place, header={k: v for k, v in node.pairs.items() if k in (*HEADER, *CASE)})
        about = node.get("about")
        world.about = about.text or "" if about else ""
        for kind, section in PLURALS.items():
            for one in (cast.get(section) if cast else None, node.get(section)):
                self._section(world, kind, one)
        told = node.get("told_by") or (cast.get("told_by") if cast else None)
        world.told_by = tuple(i.text or "" for i in (told.items or [told])) if told else None
        self._assumptions(world, node.get("assume") or (cast.get("assume") if cast else None))
        self._readings(world, [n for n in (cast.get("readings") if cast else None, node.get("readings")) if n])
        for counts in (cast.get("counts") if cast else None, node.get("counts")):
            world.openings += read_counts(counts, self._vocabulary.kinds["movement"], self._mistakes)
        self._settle(world, world)
        return world

    def anew(self, base: World, told: Node) -> dict[str, dict[str, Record]]:
        """What these sections say, in the world that says all the rest; its branches of what is told must be told too."""
        own = World(base.name, told.place, header=base.header, told_by=base.told_by)
        for kind, section in PLURALS.items():
            self._section(own, kind, told.get(section))
        self._assumptions(own, base.header.get("assume"))
        whole = replace(base, records={kind: {**base[kind], **own[kind]} for kind in PLURALS})
        self._settle(own, whole)
        if before := held_before(base):
            hold_all_along(own, self._vocabulary, before)
        return own.records

    def _settle(self, own: World, whole: World) -> None:
        """What some records of a whole world imply, once all of it is read."""
        for place, kind, target in self._links:
            if target not in whole[kind] and target not in self._elsewhere.get(kind, ()):
                self._mistakes.add(place, f"there is no {kind} '{target}'", nearest(target, whole[kind]) or f"name it under {PLURALS[kind]}")
        claim_nothing(own, self._vocabulary, self._presumed)
        in_force_from(own)
        self._branches(whole, own["party"].values())
        self._inherit(own)

    # -- records -----------------------------------------------------------------------------------------------------

    def _section(self, world: World, kind: str, node: Node | None) -> None:
        if node is None:
            return
        if node.pairs is None:
            self._mistakes.add(node.place, f"{PLURALS[kind]} are a mapping of names to facts")
            return
        for name, child in node.pairs.items():
            if not name.strip():
                self._mistakes.add(node.keys[name], f"a {kind} has no name")
            earlier = world[kind].get(name)
            record = earlier or Record(name, kind, child.place)
            self._record(world, record, child)
            world[kind][name] = record

    def _record(self, world: World, record: Record, node: Node) -> None:
        if node.pairs is None:
            if node.text not in ("", "{}"):
                self._mistakes.add(node.place, f"'{record.id}' is a mapping of facts, not a {node.shape}")
            return
        record.facts.update(self._facts(world, record, node, record.sources))
        if (about := node.get("about")) is not None and record.kind != "asset":
            record.about = about.text or ""
        if record.kind == "movement":
            self._movement(world, record, node)

    def _facts(self, world: World, record: Record, node: Node, sources: dict[str, Source]) -> dict[str, Stated]:
        known = self._vocabulary.kinds[record.kind]
        found: dict[str, Stated] = {}
        for key, child in (node.pairs or {}).items():
            prefix = key + "."
            if key not in known and child.pairs is not None and any(f.startswith(prefix) for f in known):
                inner = Node(child.place, pairs={prefix + k: v for k, v in child.pairs.items()}, keys={prefix + k: p for k, p in child.keys.items()})
                found |= self._facts(world, record, inner, sources)
            elif key in known:
                stated = self._stated(world, record, known[key], child, sources)
                if stated is not None:
                    found[key] = stated
            elif not (key in ("about", "note", "source") or (record.kind == "movement" and key in MOVEMENT_EXTRA)):
                words = [*known, *(("parts", "from", "until") if record.kind == "movement" else ())]
                self._mistakes.add(node.keys[key], f"{article(record.kind)} has no '{key}'", nearest(key, words))
        return found

    def _stated(self, world: World, record: Record, fact: Fact, node: Node, sources: dict[str, Source]) -> Stated | None:
        record.several.pop(fact.name, None)  # what a cast says
        if fact.type == "rows":
            return self._rows(world, record, fact, node)
        if node.pairs is not None and "is" in node.pairs and fact.type != "link":
            sources[fact.name] = Source("judgement", *((node.get(k) or Node(node.place, text="")).text or "" for k in ("by", "on", "because")))
            return self._value(world, record, fact, node.pairs["is"])
        if node.items and all(i.pairs is not None and "is" in i.pairs for i in node.items) and node.items:
            return self._dated(world, record, fact, node.items)
        if (
            record.kind == "movement"
            and node.items is not None
            and fact.type in ("link", "place", "code")
            and fact.name in ("importer", "population", "purpose", "access_place")
        ):
            if not node.items:  # nobody, nothing or nowhere; a movement of nothing else would have no leg to be judged
                return NO_CODE
            record.several[fact.name] = tuple(self._value(world, _within(record, fact, i), fact, item) for i, item in enumerate(node.items))
            return record.several[fact.name][0]
        return self._value(world, record, fact, node)

    def _value(self, world: World, record: Record, fact: Fact, node: Node) -> Value:
        if fact.type == "link":
            return self._link(world, record, fact, node)
        if fact.type == "links":
            return self._link_set(world, record, fact, node)
        return parse(node, fact, self._mistakes, self._asked_on)

    def _link(self, world: World, record: Record, fact: Fact, node: Node) -> Value:
        if node.pairs is not None:
            inline = Record(f"{record.id}.{fact.name}", fact.to, node.place)
            world[fact.to][inline.id] = inline
            self._record(world, inline, node)
            return OneOf(frozenset({inline.id}))
        if node.text is None:
            self._mistakes.add(node.place, f"'{fact.name}' takes the name of {article(fact.to)}, not a {node.shape}")
            return ANY_CODE
        if node.text in ("unknown", "none"):
            return ANY_CODE if node.text == "unknown" else NO_CODE
        names = frozenset(part.strip() for part in node.text.split("|"))
        self._links += [(node.place, fact.to, name) for name in names]
        return OneOf(names)

    def _link_set(self, world: World, record: Record, fact: Fact, node: Node) -> Value:
        items: list[Node] = []
        for i, item in enumerate(node.items or []):
            if item.pairs is not None:
                inline = Record(f"{record.id}.{fact.name}.{i}", fact.to, item.place)
                world[fact.to][inline.id] = inline
                self._record(world, inline, item)
                items.append(Node(item.place, text=inline.id))
            else:
                items.append(item)
        found = parse(node if node.items is None else replace(node, items=items), fact, self._mistakes)
        self._links += [(i.place, fact.to, i.text) for i in items if i.text and i.text not in ("...", "unknown")]
        return found

    def _rows(self, world: World, record: Record, fact: Fact, node: Node) -> Rows:
        if node.text in ("unknown", "none"):
            return Rows((), open=node.text == "unknown")
        if node.items is None:
            self._mistakes.add(node.place, f"'{fact.name}' takes a list of rows, not a {node.shape}")
            return Rows((), open=True)
        rows: list[Mapping[str, Value]] = []
        listed = [item for item in node.items if item.text != "..."]
        for i, item in enumerate(listed):
            pairs = item.pairs if item.pairs is not None else {next(iter(fact.columns)): item}
            row: dict[str, Value] = {}
            for key, child in pairs.items():
                if key not in fact.columns:
                    self._mistakes.add(item.keys.get(key, item.place), f"a row of '{fact.name}' has no '{key}'", nearest(key, fact.columns))
                else:
                    judged = child.pairs.get("is") if child.pairs is not None and fact.columns[key].type != "link" else None
                    row[key] = self._value(world, _within(record, fact, i), fact.columns[key], judged or child)
            if fact.name == "fields" and "name" not in row and isinstance(kind := row.get("kind"), OneOf):
                row["name"] = kind
            rows.append(row)
        if fact.name == "owners":
            self._check_shares(rows, node)
        return Rows(tuple(rows), open=len(listed) < len(node.items))

    def _check_shares(self, rows: list[Mapping[str, Value]], node: Node) -> None:
        quantum = self._vocabulary.kinds["party"]["owners"].columns["share"].quantum
        least = sum(max(0, share.lo) for row in rows if isinstance(share := row.get("share"), Interval))
        if least * quantum > 100:
            self._mistakes.add(node.place, f"the shares of these owners add up to {float(least * quantum):g}%, above 100%")

    def _dated(self, world: World, record: Record, fact: Fact, items: list[Node]) -> Dated:
        spans: list[tuple[int, int, Value]] = []
        for i, item in enumerate(items):
            pairs = item.pairs or {}
            ends = []
            for key, default in (("from", MIN), ("until", MAX)):
                found = day(pairs[key].text or "") if key in pairs else default
                if found is None:
                    self._mistakes.add(pairs[key].place, f"'{pairs[key].text}' is not a day", "write 2026-03-01")
                ends.append(default if found is None else found)
            if ends[0] >= ends[1]:
                self._mistakes.add(item.place, "'until' is not after 'from'", "until is the first day on which it no longer holds")
            spans.append((ends[0], ends[1], self._value(world, _within(record, fact, i), fact, pairs["is"])))
        return Dated(tuple(sorted(spans, key=lambda s: s[:2])))

    def _movement(self, world: World, record: Record, node: Node) -> None:
        """The stretch of a continuous movement, and its parts."""
        ends = {k: day(child.text or "") for k in ("from", "until") if (child := node.get(k)) is not None}
        for key, found in ends.items():
            if found is None:
                self._mistakes.add((node.get(key) or node).place, f"'{(node.get(key) or node).text}' is not a day", "write 2026-03-01")
        if ends and "on" not in record.facts:
            since, until = ends.get("from") or MIN, ends.get("until") or MAX
            if since >= until:
                self._mistakes.add(node.place, "'until' is not after 'from'")
            record.facts["on"] = Dated(((since, until, Interval(since, until - 1)),))
        parts = node.get("parts")
        if parts is not None and parts.items is None:
            self._mistakes.add(parts.place, "'parts' takes a list of mappings")
        made = []
        for i, part in enumerate(parts.items or []) if parts else ():
            shadow = Record(f"{record.id}[{i}]", "movement", part.place)
            self._record(world, shadow, part)
            made.append({**shadow.facts, **({"*several": shadow.several} if shadow.several else {})})
        if parts is not None:
            record.parts = tuple(made)  # type: ignore[arg-type]  # the starred entry is read back by `legs`

    # -- header ------------------------------------------------------------------------------------------------------

    def _assumptions(self, world: World, node: Node | None) -> None:
        """Collections closed and facts presumed, by whom: applied where the world itself is silent."""
        for one in (node.items if node.items is not None else [node]) if node else ():
            if one.pairs is None:
                self._mistakes.add(one.place, f"an assumption is a mapping, not a {one.shape}", "write assume: {closed: all, by: ..., on: ..., because: ...}")
            for key in [k for k in one.pairs or {} if k not in ("closed", "facts", "by", "on", "because", "note")]:
                self._mistakes.add(one.keys[key], f"an assumption has no '{key}'", nearest(key, ("closed", "facts", "by", "on", "because")))
            text = {k: (one.get(k) or one).text or "" for k in ("by", "on", "because")}
            source = Source("assumption", text["by"], text["on"], text["because"])
            world.assumptions.append(source)
            closed = one.get("closed")
            names = [i.text or "" for i in (closed.items if closed.items is not None else [closed])] if closed else []
            for name in names:
                self._close(world, name, source, closed or one)
            facts = one.get("facts")
            for key, child in (facts.pairs or {}).items() if facts else ():
                kind, _, name = key.partition(".")
                fact = self._vocabulary.kinds.get(kind, {}).get(name)
                if fact is None or (fact.type in ("link", "links", "rows") and child.text != "none" and child.items != []):
                    self._mistakes.add(child.place, f"'{key}' cannot be assumed", nearest(name, self._vocabulary.kinds.get(kind, {})) or "write kind.fact")
                    continue
                empty = Rows((), open=False) if fact.type == "rows" else None
                self._presume(world, kind, fact, empty or self._value(world, Record("", kind, child.place), fact, child), source)

    def _close(self, world: World, name: str, source: Source, node: Node) -> None:
        collections = ("instruments", "measures", "counts")
        if name in collections:
            world.closed.add(name)
            return
        if name == "all":
            world.closed |= set(collections)
        kind, _, fact_name = name.partition(".")
        targets = [
            (k, f)
            for k, facts in self._vocabulary.kinds.items()
            for f in facts.values()
            if f.type != "text" and ((f.closes and name == "all") or (k == kind and f.name == fact_name))
        ]
        if not targets:
            known = [f"{k}.{f.name}" for k, facts in self._vocabulary.kinds.items() for f in facts.values() if f.closes]
            self._mistakes.add(node.place, f"there is no collection '{name}' to close", nearest(name, (*known, *collections, "all")))
        for k, fact in targets:
            self._presume(world, k, fact, nothing(fact), source)

    def _presume(self, world: World, kind: str, fact: Fact, value: Stated, source: Source) -> None:
        world.presumed.setdefault(kind, {}).setdefault(fact.name, value)
        self._presumed.setdefault((kind, fact.name), source)
        for record in world[kind].values():
            if record.kind == "party" and "part_of" in record.facts and record.facts["part_of"] != NO_CODE and fact.name not in OWN:
                continue
            if fact.name not in record.facts:
                record.facts[fact.name] = value
                record.sources[fact.name] = source

    def _readings(self, world: World, nodes: Iterable[Node]) -> None:
        words = {"true": TRUE, "false": FALSE, "unknown": UNKNOWN}
        for node in nodes:
            if node.pairs is None:
                self._mistakes.add(node.place, f"readings are a mapping, not a {node.shape}", "write readings: {xx.example/name: true}")
            for key, child in (node.pairs or {}).items():
                if child.text not in words or "/" not in key:
                    self._mistakes.add(child.place, "a reading is regime/name: true or false")
                else:
                    regime, _, name = key.partition("/")
                    world.readings[f"{regime}/reading.{name.removeprefix('reading.')}" if not name.startswith("law.") else f"{regime}/{name[4:]}"] = words[
                        child.text
                    ]

    def _inherit(self, world: World) -> None:
        """A column that bears the name of a fact of its record is that fact, where the row says nothing itself."""
        for kind, records in world.records.items():
            known = self._vocabulary.kinds[kind]
            for record in records.values():
                for name, rows in list(record.facts.items()):
                    columns = known[name].columns if isinstance(rows, Rows) else {}
                    shared = [c for c, fact in columns.items() if c in record.facts and same_fact(fact, known[c])]
                    if isinstance(rows, Rows) and shared:
                        own = {c: v for c in shared if not isinstance(v := record.facts[c], (Rows, Dated))}
                        record.facts[name] = Rows(tuple({**own, **row} for row in rows.rows), rows.open)

    def _branches(self, world: World, parties: Iterable[Record]) -> None:
        """A branch is its entity: facts it does not state are read from there."""
        for record in parties:
            above = list(entities(world, record))
            if (above or [record])[-1].facts.get("part_of") == OneOf(frozenset({record.id})):
                self._mistakes.add(record.place, f"'{record.id}' is a branch of itself", "part_of leads to the entity that a branch belongs to")
            for parent in above:
                for name, value in parent.facts.items():
                    if name not in OWN:
                        record.facts.setdefault(name, value)


def article(word: str) -> str:
    """'a party', 'an asset'."""
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


def same_fact(column: Fact, fact: Fact) -> bool:
    """Does a column mean the fact of its record that bears its name? Not if it has words of its own, or is a day."""
    return column.type == fact.type != "date" and column.domain == fact.domain


def _within(record: Record, fact: Fact, number: int) -> Record:
    """The holder of records told in place in one of several rows or values: each has a name of its own, or the last would stand for all."""
    return replace(record, id=f"{record.id}.{fact.name}.{number}")
