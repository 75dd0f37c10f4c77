"""Runs with which something moved, as a log took them down: what of it a pack tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One that was committed. `day`: that on which it was asked; `rows`: that crossed, -1 where a query was answered over them; digests are SHA-256, in hex."""

    entry: int
    at: str
    day: int
    table: str
    rows: int
    manifest: str
    output: str


@dataclass(frozen=True, slots=True)
class Ran:
    """Every run of a movement that a log of so many entries holds, in order."""

    log: str
    size: int
    runs: tuple[Run, ...]


def runs(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Run]]:
    """Each among all entries of a log from the first, with the name of its movement."""
    reserved = dict[str, Mapping[str, Any]]()
    for index, entry in enumerate(entries):
        match entry:
            case {"kind": "reserve", "id": name, "about": {"movement": str(), "day": int()}}:
                reserved[name] = entry["about"]
            case {"kind": "commit", "id": name, "at": at, "about": kept} if name in reserved:
                asked = reserved.pop(name)
                manifest, output = (str(kept.get(one, "")) for one in ("manifest", "output"))
                yield asked["movement"], Run(index, at, asked["day"], str(asked.get("table", "")), kept.get("rows", -1), manifest, output)
