"""Answers as part of a world: put into the tree of its file, read by the same reader, and written as a fragment to paste."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from comity.facts.record import World
from comity.facts.vocabulary import PLURALS, SETS, Fact, Vocabulary
from comity.files.world import read_world
from comity.files.world_file import Joined, as_told, on_day
from comity.law import condition
from comity.law.condition import And, Condition, Member, Not, Path
from comity.text.source import Mistake, Mistakes, Node, Place, nearest, read_documents
from comity.why.missing import Question
from comity.words.words import day

Keys: TypeAlias = tuple[str | int, ...]
TYPED: Final = Place("answer", 1, 1)
PAPERS: Final = {"instruments": "instruments", "concerning": "instruments", "measures": "measures"}
"""The relations of a movement that no record holds, and the collection that closes each."""
PLAIN: Final = re.compile(r"[\w+./][\w+./ |%-]*|\.\.\.", re.ASCII)


class Draft:
    """A world's file with answers put into it; each answer is tried on a copy first. `said` holds the answers alone."""

    def __init__(self, node: Node, vocabulary: Vocabulary, judged_on: int | None, asked_on: int, joined: Joined = as_told) -> None:
        self.node, self.vocabulary, self.judged_on, self.asked_on, self.joined = node, vocabulary, judged_on, asked_on, joined
        self.said = Node(TYPED, pairs={})

    def fork(self) -> Draft:
        """The same, to answer on without changing this one."""
        made = copy.copy(self)
        made.said = copy.deepcopy(self.said)
        return made

    def world(self) -> World:
        """The world as answered so far."""
        mistakes = Mistakes()
        world = read_world(self.joined(self.node), self.vocabulary, mistakes, self.asked_on)
        mistakes.settle()
        if self.judged_on is not None:
            on_day(world, self.judged_on)
        return world

    def put(self, question: Question, movement: str, typed: str) -> list[Mistake]:
        """Puts one answer in; what is wrong with it, if anything, and then nothing has changed."""
        keys, mistakes = place(question, movement, self), Mistakes()
        found = read_documents("answer", typed, mistakes) if typed[:1] in ("[", "{", '"', "'") else [Node(TYPED, text=typed)]
        if mistakes.found or keys is None or not found:
            return mistakes.found or [Mistake(TYPED, "this cannot be read as a value")]
        changes: Iterable[tuple[Keys, Node]]
        if question.more:
            changes = self._more(question, movement, keys, found[0])
        elif question.path.kind == "counts":
            changes = [(keys, self._counted(question, movement, found[0]))]
        elif found[0].text and (fact := self.fact(question)) and fact.type == "link":
            changes = self._link(fact, keys, found[0])
        else:
            changes = [*self._row(question, keys), (keys, found[0])]
        try:
            return self._try(list(changes))
        except _NotSoError as fault:
            return [Mistake(TYPED, *fault.args)]

    def merge(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Puts a file of answers in, a world fragment; every mistake in it is reported."""
        for name, text in files:
            mistakes = Mistakes()
            for document in read_documents(name, text, mistakes):
                mistakes.settle()
                if document.pairs is None:
                    mistakes.add(document.place, f"answers are a mapping as in a world, not a {document.shape}")
                else:
                    mistakes.found += self._try(list(leaves(document, ())))
            mistakes.settle()

    def state(self, said: Iterable[tuple[Keys, Node]]) -> list[Mistake]:
        """Puts facts in, an assumption beside those before; what is wrong with them, if anything, and then nothing has changed."""
        made: list[tuple[Keys, Node]] = []
        for keys, value in said:
            earlier = at(self.node, keys) if keys == ("assume",) else None
            made.append((keys, value if earlier is None else Node(TYPED, items=[*(earlier.items or [earlier]), *(value.items or [])])))
        return self._try(made)

    def fact(self, question: Question) -> Fact | None:
        """The fact that is asked after; of a list, the list."""
        kind, _, rows = question.path.kind.removeprefix("rows:").partition("/")
        known = self.vocabulary.kinds.get(kind, {})
        return known.get(rows) if rows and question.more else known[rows].columns.get(question.path.fact) if rows else known.get(question.path.fact)

    def _try(self, changes: Sequence[tuple[Keys, Node]]) -> list[Mistake]:
        """Makes some changes, unless the world could not be read with them."""
        trial, mistakes = copy.deepcopy(self.node), Mistakes()
        for keys, value in changes:
            if value.pairs != {} or at(trial, keys) is None:
                _set(trial, keys, value)
        read_world(trial, self.vocabulary, mistakes, self.asked_on)
        if not mistakes.found:
            self.node = trial
            for keys, _ in changes:
                whole = keys[: next((i for i, key in enumerate(keys) if isinstance(key, int)), len(keys))]  # a list is written whole
                _set(self.said, whole, at(trial, whole) or Node(TYPED, pairs={}))
        return mistakes.found

    def _counted(self, question: Question, movement: str, typed: Node) -> Node:
        """The counts from before with one more, of the parties of this movement."""
        key = {name: held for name in question.path.links if (held := at(self.node, ("movements", movement, name))) is not None and held.text}
        row = mapping({"count": Node(TYPED, text=question.path.fact), **key, "is": typed})
        listed = self.node.get("counts")
        return Node(TYPED, items=[*((listed.items or []) if listed else []), row])

    def _row(self, question: Question, keys: Keys) -> Iterator[tuple[Keys, Node]]:
        """A row that is a bare word, written out so that it can hold another fact."""
        row = at(self.node, keys[:-1]) if question.over is not None else None
        kind, _, rows = question.path.kind.removeprefix("rows:").partition("/")
        if row is not None and row.text is not None:
            yield keys[:-1], mapping({next(iter(self.vocabulary.kinds[kind][rows].columns)): row})

    def _link(self, fact: Fact, keys: Keys, typed: Node) -> Iterator[tuple[Keys, Node]]:
        """The name of a record; `new NAME` begins one."""
        section, names = PLURALS[fact.to], [part.strip() for part in (typed.text or "").split("|")]
        for i, name in enumerate(names):
            new = name.removeprefix("new ").strip()
            if new != name:
                names[i] = new
                yield (section, new), Node(TYPED, pairs={})
            elif name not in ("none", "unknown") and at(self.node, (section, name)) is None:
                known = (at(self.node, (section,)) or Node(TYPED)).pairs or {}
                raise _NotSoError(f"there is no {fact.to} '{name}'", nearest(name, known) or f"write new {name} to begin one")
        yield keys, Node(TYPED, text=" | ".join(names))

    def _more(self, question: Question, movement: str, keys: Keys, typed: Node) -> Iterator[tuple[Keys, Node]]:
        """`complete`: the list names them all; `yes`: there is one as asked for; or one more, written out.

        Of papers, `held`: there is one that the importer holds or has signed; `only`: and no other.
        """
        assert question.over is not None
        listed = at(self.node, keys)
        items = [i for i in (listed.items or []) if i.text != "..."] if listed else []
        papers = PAPERS.get(question.over.source) if question.over.root == "leg" and not question.over.links else None
        if typed.text in ("complete", "only") and papers:
            because = {"closed": Node(TYPED, items=[Node(TYPED, text=papers)]), "on": Node(TYPED, text=day(self.asked_on))}
            earlier = self.node.get("assume")
            kept = [] if earlier is None else earlier.items if earlier.items is not None else [earlier]
            yield ("assume",), Node(TYPED, items=[*kept, mapping({**because, "because": Node(TYPED, text="said in an interview")})])
        if typed.text == "complete":
            if not papers:
                yield keys, Node(TYPED, items=items)
            return
        written = ("yes", "held", "only") if papers == "instruments" else ("yes",)
        if typed.text not in (*written, None) and (fact := self.fact(question)) and fact.type == "links":
            *new, (_, name) = self._link(fact, keys, typed)
            yield from new
            yield keys, Node(TYPED, items=[*items, name, Node(TYPED, text="...")])
            return
        if typed.text not in (*written, None):
            raise _NotSoError(f"'{typed.text}' cannot be kept: a world says what there is", "write complete if nothing is left out, yes, or one more as {...}")
        made = typed if typed.text is None else mapping(dict(sketched(question, self.vocabulary)))
        if not made.pairs:
            raise _NotSoError("what is asked for is more than a few facts", "write one as {...}")
        if papers:
            limits = self._limits(movement, held=typed.text in ("held", "only")) if papers == "instruments" else {}
            held = {**made.pairs, **{name: limit for name, limit in limits.items() if name not in made.pairs}}
            yield (papers, self._name(papers, held)), mapping(held)
        else:
            yield keys, Node(TYPED, items=[*items, made, Node(TYPED, text="...")])

    def _limits(self, movement: str, *, held: bool) -> dict[str, Node]:
        """What a paper that an answer begins is for: this movement, and whoever is said to hold it. What is not limited would be anybody's."""
        importer = at(self.node, ("movements", movement, "importer")) if held else None
        holder = importer if importer is not None and importer.text is not None else Node(TYPED, text="...")
        return {"movements": Node(TYPED, items=[Node(TYPED, text=movement)]), "importers": Node(TYPED, items=[holder])}

    def _name(self, section: str, held: dict[str, Node]) -> str:
        """A name for a new record, from what it is."""
        kind = held["kind"].text if "kind" in held else None
        word = kind if kind and kind.isidentifier() else section.removesuffix("s")
        return next(name for i in range(1, 10_000) if at(self.node, (section, name := f"{word}_{i}")) is None)


class _NotSoError(Exception):
    """What is wrong with an answer, and what to write instead."""


def place(question: Question, movement: str, draft: Draft) -> Keys | None:
    """Under which keys of the world's file an answer belongs, if it can be typed."""
    path, over = question.path, question.over
    if over is not None:
        if over.root == "leg" and not over.links and over.source in PAPERS:
            return ("assume",)
        owner = question.row[0] if not question.more else question.record
        of = _record(draft.node, owner, over.links, movement)
        if of is None or over.source == "dealing" or over.root not in ("leg", "self") or (over.root == "self" and not owner):
            return None
        return (*of, over.source) if question.more else (*of, over.source, question.row[1], path.fact)
    if path.kind == "counts":
        return ("counts",)
    if path.root == "law":
        regime, _, name = path.fact.partition("/")
        return ("readings", f"{regime}/{name.removeprefix('reading.')}") if name.startswith("reading.") else ("readings", f"{regime}/law.{name}")
    fact = draft.vocabulary.kinds.get(path.kind, {}).get(path.fact)
    if fact is None or fact.derived or fact.type == "rows" or path.fact.startswith("@") or ":" in path.fact:
        return None
    of = ("movements", movement) if path.kind == "movement" else _record(draft.node, question.record, path.links, movement, PLURALS[path.kind])
    return None if of is None else (*of, path.fact)


def _record(node: Node, record: str, links: tuple[str, ...], movement: str, section: str = "") -> Keys | None:
    """Where a record stands: under its own name, or in place under a link of another."""
    for own in [section] if section else PLURALS.values():
        if record and at(node, (own, record)) is not None:
            return (own, record)
    owner, _, link = record.rpartition(".")
    if owner and (inline := _record(node, owner, (), movement)) is not None:
        return (*inline, link)
    if record in ("", "?"):
        return ("movements", movement, *links) if len(links) <= 1 else None
    return None


def sketched(question: Question, vocabulary: Vocabulary) -> Iterator[tuple[str, Node]]:
    """The facts of the row that a question asks for, as far as they are plain tests."""
    if question.where is None:
        return
    kind, _, rows = question.where.over.kind.removeprefix("rows:").partition("/")
    known, row = vocabulary.kinds[kind][rows].columns if rows else vocabulary.kinds[kind], question.where.var

    def tests(node: Condition) -> Iterator[tuple[str, Node]]:
        match node:
            case And(parts):
                for part in parts:
                    yield from tests(part)
            case Member(Path(root, (), name), "in" | "overlaps" | "contains", frozenset() as codes) if root == row and name in known:
                words = [Node(TYPED, text=code) for code in sorted(codes)]
                if known[name].type not in SETS:
                    yield name, Node(TYPED, text=" | ".join(sorted(codes)))
                elif len(words) == 1:
                    yield name, Node(TYPED, items=[*words, Node(TYPED, text="...")])
            case Not(Member(Path(root, (), name), "in", frozenset() as codes)) if root == row and name in known and known[name].type == "code":
                if others := (known[name].domain or frozenset()) - codes:
                    yield name, Node(TYPED, text=" | ".join(sorted(others)))
            case condition.Fact(Path(root, (), name)) if root == row and name in known:
                yield name, Node(TYPED, text="true")
            case _:
                pass

    yield from tests(question.where.where)


def mapping(pairs: dict[str, Node]) -> Node:
    """A mapping of some values, as if it had been typed."""
    return Node(TYPED, pairs=pairs, keys=dict.fromkeys(pairs, TYPED))


def at(node: Node, keys: Keys) -> Node | None:
    """What stands under some keys."""
    here: Node | None = node
    for key in keys:
        if here is None:
            return None
        here = here.get(key) if isinstance(key, str) else here.items[key] if here.items is not None and key < len(here.items) else None
    return here


def _set(node: Node, keys: Keys, value: Node) -> None:
    """Puts a value under keys; what is no mapping on the way there becomes one."""
    here, last = node, keys[-1]
    for key, following in pairwise(keys):
        inner = at(here, (key,))
        if inner is None or (inner.pairs is None and isinstance(following, str)):
            inner = Node(value.place, pairs={})
            _set(here, (key,), inner)
        here = inner
    if isinstance(last, int):
        assert here.items is not None
        here.items[last] = value
    else:
        assert here.pairs is not None
        here.pairs[last], here.keys[last] = value, value.place


def leaves(node: Node, keys: Keys) -> Iterable[tuple[Keys, Node]]:
    """The values of a fragment down to facts (three levels), each with its keys."""
    for key, child in (node.pairs or {}).items():
        if child.pairs and len(keys) < 2 and (*keys, key)[0] in (*PLURALS.values(), "readings"):
            yield from leaves(child, (*keys, key))
        else:
            yield (*keys, key), child


def fragment(node: Node, indent: str = "") -> Iterator[str]:
    """Answers as lines of a world's file."""
    for key, child in (node.pairs or {}).items():
        if child.pairs and len(indent) < 4:
            yield f"{indent}{key}:"
            yield from fragment(child, indent + "  ")
        else:
            yield f"{indent}{key}: {flow(child)}"


def flow(node: Node) -> str:
    """A value in one line, as a world's file writes it."""
    if node.text is not None:
        return node.text if PLAIN.fullmatch(node.text) else json.dumps(node.text, ensure_ascii=False)
    if node.items is not None:
        return f"[{', '.join(map(flow, node.items))}]"
    return "{" + ", ".join(f"{key}: {flow(child)}" for key, child in (node.pairs or {}).items()) + "}"
