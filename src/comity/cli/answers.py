"""Answers as part of a world: put into the tree of its file, read by the same reader, and written as a fragment to paste."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from comity.cli.check import on_day
from comity.facts.record import World
from comity.facts.vocabulary import PLURALS, Vocabulary
from comity.files.world import read_world
from comity.text.source import Mistake, Mistakes, Node, Place, read_documents
from comity.verdict.missing import Question

Keys: TypeAlias = tuple[str, ...]
TYPED = Place("answer", 1, 1)


class Draft:
    """A world's file with answers put into it; each answer is tried on a copy first."""

    def __init__(self, node: Node, vocabulary: Vocabulary, judged_on: int | None, asked_on: int) -> None:
        self.node, self.vocabulary, self.judged_on, self.asked_on = node, vocabulary, judged_on, asked_on
        self.answers: dict[Keys, str] = {}

    def world(self) -> World:
        """The world as answered so far."""
        mistakes = Mistakes()
        world = read_world(self.node, self.vocabulary, mistakes, self.asked_on)
        mistakes.settle()
        if self.judged_on is not None:
            on_day(world, self.judged_on)
        return world

    def put(self, question: Question, movement: str, typed: str) -> list[Mistake]:
        """Puts one answer in; what is wrong with it, if anything, and then nothing has changed."""
        keys = writable(question, movement, self)
        mistakes = Mistakes()
        found = read_documents("answer", typed, mistakes) if typed[:1] in ("[", "{", '"', "'") else [Node(TYPED, text=typed)]
        if mistakes.found or keys is None or not found:
            return mistakes.found or [Mistake(TYPED, "this cannot be read as a value")]
        trial = copy.deepcopy(self.node)
        _set(trial, keys, found[0])
        read_world(trial, self.vocabulary, mistakes, self.asked_on)
        if not mistakes.found:
            self.node = trial
            self.answers[keys] = typed
        return mistakes.found

    def merge(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Puts a file of answers in, a world fragment; every mistake in it is reported."""
        for name, text in files:
            mistakes = Mistakes()
            for document in read_documents(name, text, mistakes):
                mistakes.settle()
                if document.pairs is None:
                    mistakes.add(document.place, f"answers are a mapping as in a world, not a {document.shape}")
                    continue
                trial = copy.deepcopy(self.node)
                for keys, value in _leaves(document, ()):
                    _set(trial, keys, value)
                read_world(trial, self.vocabulary, mistakes, self.asked_on)
                self.node = trial
            mistakes.settle()


def writable(question: Question, movement: str, draft: Draft) -> Keys | None:
    """Under which keys of the world's file an answer belongs, if it can be typed as one value."""
    path = question.path
    if path is None or path.kind.startswith("rows:") or path.fact.startswith("@") or ":" in path.fact:
        return None
    if path.root == "law":
        regime, _, name = path.fact.partition("/")
        return ("readings", f"{regime}/{name.removeprefix('reading.')}") if name.startswith("reading.") else ("readings", f"{regime}/law.{name}")
    fact = draft.vocabulary.kinds.get(path.kind, {}).get(path.fact)
    if fact is None or fact.derived or fact.type == "rows":
        return None
    if path.kind == "movement":
        return ("movements", movement, path.fact)
    section = draft.node.get(PLURALS[path.kind])
    if section is not None and section.get(question.record) is not None:
        return (PLURALS[path.kind], question.record, path.fact)
    owner, _, link = question.record.rpartition(".")
    if owner and (inline := _find(draft.node, owner)) is not None:
        return (*inline, link, path.fact)
    if len(path.links) == 1 and question.record in ("", "?"):
        return ("movements", movement, path.links[0], path.fact)
    return None


def _find(node: Node, record: str) -> Keys | None:
    for section in PLURALS.values():
        held = node.get(section)
        if held is not None and held.get(record) is not None:
            return (section, record)
    return None


def _set(node: Node, keys: Keys, value: Node) -> None:
    """Puts a value under keys; what is not a mapping there becomes one."""
    here = node
    for key in keys[:-1]:
        inner = here.get(key)
        if inner is None or inner.pairs is None:
            inner = Node(value.place, pairs={})
            assert here.pairs is not None
            here.pairs[key] = inner
            here.keys.setdefault(key, value.place)
        here = inner
    assert here.pairs is not None
    here.pairs[keys[-1]] = value
    here.keys[keys[-1]] = value.place


def _leaves(node: Node, keys: Keys) -> Iterable[tuple[Keys, Node]]:
    """The values of a fragment down to facts (three levels), each with its keys."""
    for key, child in (node.pairs or {}).items():
        if child.pairs is not None and len(keys) < 2 and (*keys, key)[0] in (*PLURALS.values(), "readings"):
            yield from _leaves(child, (*keys, key))
        else:
            yield (*keys, key), child


def fragment(answers: Mapping[Keys, str]) -> str:
    """The answers as a piece of a world file."""
    tree: dict[str, object] = {}
    for keys, typed in answers.items():
        here = tree
        for key in keys[:-1]:
            here = here.setdefault(key, {})  # type: ignore[assignment]  # mappings all the way
        here[keys[-1]] = typed
    return "\n".join(_written(tree, "")) + "\n"


def _written(tree: Mapping[str, object], indent: str) -> Iterable[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _written(value, indent + "  ")
        else:
            text = str(value)
            plain = text[:1] in ("[", "{", '"', "'") or (text[:1] not in "<>|@`*&!%#?-,:" and ": " not in text and " #" not in text)
            yield f"{indent}{key}: {text if plain else json.dumps(text, ensure_ascii=False)}"
