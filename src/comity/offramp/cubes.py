"""All lawful packages, exactly, as partial packages that share none: law allows every completion of each.

Where law leaves it open whether a partial package is lawful, it is split by the values of one more lever: that whose deciding settles
most, as far as that is known from those that were split before. All that is split at once is judged in one batch, so there are at most as
many batches as levers, and one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.law.rulebook import PERMITTED
from comity.offramp.lever import Judge, Levers, Over, Package, Partial, changed, endless, whole
from comity.verdict.outcome import Span

NOTHING: Final = -0.9
"""A lever that leaves more than this unsettled may be one that bears on nothing: to split by it only doubles what is left."""


@dataclass(frozen=True, slots=True)
class Cubes:
    """The lawful packages; beside them those that are `open`, lawful or not as missing facts are, and what time did not suffice to look into."""

    lawful: tuple[Partial, ...]
    open: tuple[Package, ...] = ()
    left: tuple[Partial, ...] = ()

    def __contains__(self, package: object) -> bool:
        """Is a package surely lawful?"""
        return isinstance(package, tuple) and any(all(a is None or a == b for a, b in zip(cube, package, strict=True)) for cube in self.lawful)


def cubes(levers: Levers, judge: Judge, goal: int = PERMITTED, over: Over = endless, within: Sequence[Partial] | None = None) -> Cubes:
    """Every lawful package that the levers' own nogoods allow, in the order of their values; `left` is empty but where time was over.

    `within`: of these partial packages alone, which share none.
    """
    first: Sequence[Partial] = [(None,) * len(levers.levers)] if within is None else within
    if over():
        return Cubes((), left=_sorted(first))
    level = dict(zip(first, judge(first), strict=True))
    settles = [-1.0] * len(levers.levers)  # how little each lever left unsettled of late: -1 is all, 0 nothing
    lawful: list[Partial] = []
    undecided: list[Package] = []
    while True:
        lawful += (part for cube, span in level.items() if span.worst >= goal for part in _allowed(levers, cube))
        rest = {cube: span for cube, span in level.items() if span.worst < goal <= span.best and levers.allows(cube)}
        undecided += (package for cube in rest if (package := whole(cube)) is not None)
        rest = {cube: span for cube, span in rest.items() if None in cube}
        if not rest or over():
            return Cubes(_sorted(lawful), tuple(sorted(undecided)), _sorted(rest))
        splits = {cube: _splits(levers, cube, settles) for cube in rest}
        asked = list(dict.fromkeys(part for split in splits.values() for parts in split.values() for part in parts if levers.allows(part)))
        spans = dict(zip(asked, judge(asked), strict=True)) if asked else {}
        level = {}
        for split in splits.values():
            found = {lever: _settled(parts, spans, goal) for lever, parts in split.items()}
            best = max(found, key=lambda lever: found[lever])
            level.update((part, spans[part]) for part in split[best] if part in spans)
            for lever, (settled, _) in found.items():
                settles[lever] = (settles[lever] + settled) / 2


def _splits(levers: Levers, cube: Partial, settles: Sequence[float]) -> dict[int, list[Partial]]:
    """How a cube may be split: by the lever that settled most of late, or by each where none is known that settles anything."""
    free = [lever for lever, value in enumerate(cube) if value is None]
    best = max(free, key=lambda lever: settles[lever])
    return {lever: _split(levers, cube, lever) for lever in ([best] if settles[best] > NOTHING else free)}


def _settled(parts: Sequence[Partial], spans: Mapping[Partial, Span], goal: int) -> tuple[float, float]:
    """How much a split settles: the share of its parts, and of those alike by how little they leave open. Of equal splits the first is taken."""
    after = [spans[part] for part in parts if part in spans]
    unsettled = sum(span.worst < goal <= span.best for span in after)
    return -unsettled / len(parts), -sum(span.best - span.worst for span in after) / len(parts)


def _split(levers: Levers, cube: Partial, lever: int) -> list[Partial]:
    """The same with each value of one more lever."""
    return [changed(cube, {lever: value}) for value in levers.values[lever]]


def _allowed(levers: Levers, cube: Partial) -> Iterator[Partial]:
    """What there can be of a partial package, in parts that share nothing: split as long as a nogood may be broken or not."""
    for nogood in levers.nogoods:
        if all(cube[lever] in (value, None) for lever, value in nogood.items()):
            for lever in [one for one in nogood if cube[one] is None][:1]:  # none: it is broken
                for part in _split(levers, cube, lever):
                    yield from _allowed(levers, part)
            return
    yield cube


def _sorted(partials: Iterable[Partial]) -> tuple[Partial, ...]:
    """In the order of their values, what is undecided first."""
    return tuple(sorted(partials, key=lambda partial: [-1 if value is None else value for value in partial]))
