"""What an act says, from options and a file; of a document its name and its SHA-256. The edge where documents are read."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from comity.docket.procedure import Act, Sort
from comity.docket.said import NAMED, is_name
from comity.files.documents import documents
from comity.text.source import Mistakes, Node, Place, nearest, read_documents

MARK: Final = "@"
"""What begins the path of a document."""
TREES: Final = (Sort.SCOPE, Sort.CONDITIONS)
"""What is written as YAML."""


def told(args: argparse.Namespace, act: Act, mistakes: Mistakes) -> dict[str, Node]:
    """By name, what `--say` and `--says` say; each once."""
    found: dict[str, Node] = {}
    sorts = {need.name: need.sort for need in act.needs}
    for name, node in (*_said(args.say, sorts, mistakes), *(_filed(args.says, sorts, mistakes) if args.says else ())):
        if name in found:
            mistakes.add(node.place, f"'{name}' is said twice", f"also at {found[name].place}" if found[name].place.file != node.place.file else "")
        else:
            found[name] = node
    return found


def parties(args: argparse.Namespace, roles: dict[str, object], mistakes: Mistakes) -> dict[str, str]:
    """By role, who plays it."""
    found: dict[str, str] = {}
    for text in args.party:
        role, sign, party = text.partition("=")
        place = Place(f"--party {role}", 1, 1)
        if not sign or not party:
            mistakes.add(place, f"'{text}' does not say who plays a role", "write ROLE=PARTY")
        elif role not in roles:
            mistakes.add(place, f"the procedure has no role '{role}'", nearest(role, roles) or f"roles are {', '.join(roles)}")
        elif role in found:
            mistakes.add(place, f"the role '{role}' is given twice")
        elif not is_name(party):
            mistakes.add(place, f"'{party}' is no name of a party", f"write {NAMED}")
        found[role] = party
    return found


def _said(texts: list[str], sorts: dict[str, Sort], mistakes: Mistakes) -> Iterator[tuple[str, Node]]:
    for text in texts:
        name, sign, value = text.partition("=")
        place = Place(f"--say {name}", 1, 1)
        if not sign:
            mistakes.add(place, f"'{text}' says nothing", "write NAME=VALUE")
        elif sorts.get(name) in TREES:
            yield from ((name, node) for node in read_documents(place.file, value, mistakes)[:1] or [Node(place, text="")])
        else:
            yield name, _document(Node(place, text=value), sorts.get(name), Path(), mistakes)


def _filed(file: Path, sorts: dict[str, Sort], mistakes: Mistakes) -> Iterator[tuple[str, Node]]:
    for node in documents(file, mistakes):
        if node.pairs is None:
            mistakes.add(node.place, f"what an act says is a mapping of names, not a {node.shape}")
        for name, child in (node.pairs or {}).items():
            yield name, _document(child, sorts.get(name), file.parent, mistakes)


def _document(node: Node, sort: Sort | None, folder: Path, mistakes: Mistakes) -> Node:
    """A document that is named, read; its content goes nowhere."""
    if sort is not Sort.DOCUMENT or not (node.text or "").startswith(MARK):
        return node
    path = folder / (node.text or "").removeprefix(MARK)
    try:
        with path.open("rb") as held:
            digest = hashlib.file_digest(held, "sha256").hexdigest()
    except OSError as fault:
        mistakes.add(node.place, f"{path}: {(fault.strerror or 'cannot be read').lower()}")
        digest = ""
    return Node(node.place, pairs={"name": Node(node.place, text=path.name), "sha256": Node(node.place, text=digest)})
