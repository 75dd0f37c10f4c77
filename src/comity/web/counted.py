"""What lies beside a rulebook, counted: its cases, and the texts that its procedures and documents cite; of how many of these nobody opened the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from comity.text.source import Mistakes, Node, read_documents

BESIDE: Final = ("procedures.yaml", "packs.yaml")
UNREAD: Final = ("no", "false")
"""What is said of a text that nobody opened."""


def cases(folder: Path) -> tuple[int, int, int]:
    """How many cases there are; how many are a regulator's or a court's own; of how many nobody opened the source."""
    told = [_cases(str(file), file.read_bytes()) for file in sorted((folder / "cases").glob("*.yaml"))]
    return sum(one[0] for one in told), sum(one[1] for one in told), sum(one[2] for one in told)


def texts(folder: Path) -> tuple[int, int]:
    """How many texts are cited by procedures and documents; how many of them nobody opened."""
    told = [_texts(str(file), file.read_bytes()) for name in BESIDE if (file := folder / name).is_file()]
    return sum(one[0] for one in told), sum(one[1] for one in told)


@lru_cache(maxsize=512)
def _cases(file: str, text: bytes) -> tuple[int, int, int]:
    found = [one for one in read_documents(file, text, Mistakes()) if one.get("case") is not None]
    return len(found), sum(_says(one, "independent") == "true" for one in found), sum(_says(one, "read") in UNREAD for one in found)


@lru_cache(maxsize=128)
def _texts(file: str, text: bytes) -> tuple[int, int]:
    cited = [one for document in read_documents(file, text, Mistakes()) for one in _cited(document)]
    return len(cited), sum(_says(one, "read") in UNREAD for one in cited)


def _cited(node: Node) -> Iterator[Node]:
    """What cites a text, or says whether one was read."""
    if node.get("cite") is not None or node.get("read") is not None:
        yield node
    for one in [*(node.items or ()), *(node.pairs or {}).values()]:
        yield from _cited(one)


def _says(node: Node, key: str) -> str:
    return (held.text or "") if (held := node.get(key)) is not None else ""
