"""`comity settle`: what several parties can agree upon, so that every law allows it and nobody can do better without another losing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence

from comity.cli.levers import asked, goal
from comity.cli.prove import some_time, written
from comity.cli.screen import columns, out
from comity.edge.changed import deadline, opened, read_again
from comity.files.documents import documents
from comity.files.values import Values, read_parties, read_values
from comity.offramp.answer import barred
from comity.offramp.changeable import Changeable
from comity.offramp.lever import AS_IS, Judge, Package, Partial, changed
from comity.settle.game import TooLargeError
from comity.settle.lawful import NEVER, Lawful
from comity.settle.picture import picture
from comity.settle.settlement import Settlement
from comity.settle.settlement import settle as settled
from comity.settle.table import data, lines, markdown, shown
from comity.text.source import Mistake, Mistakes, Place, SourceError
from comity.verdict.outcome import OPEN, Span, meet
from comity.words.lines import wrap
from comity.words.phrases import PHRASES

MOST = 12
"""Points of a front told in words at once."""


def settle(args: argparse.Namespace) -> int:
    """Tells the front; 0 if it has a package and is all there is, 1 if there is no lawful package or time was over."""
    some_time(args)
    if not args.levers:
        raise SourceError([Mistake(Place("--levers", 1, 1), "a settlement needs levers", "write --levers FILE: what the parties can give each other")])
    wanted = goal(args)
    world = opened(asked(args), list(dict.fromkeys(args.movement or ())), args.levers, args.costs, None)
    movements = list(dict.fromkeys(args.movement or world.world["movement"]))
    values = _values(args, world)
    joint = Joint(world, movements, wanted)
    lawful = Lawful(world.levers, joint, wanted, deadline(args.seconds), joint.alike)
    try:
        front = settled(world.levers, lawful, values, args.seconds)
    except TooLargeError as fault:
        raise SourceError([Mistake(Place("--levers", 1, 1), str(fault))]) from fault
    for number in shown(front, MOST):
        read_again(world, world.anew(front.points[number - 1].packages[0], movements), wanted)
    shaped = _shaped(world, movements, front, wanted)
    if args.svg:
        written(args.svg, picture(front, args.lang))
    if args.markdown:
        written(args.markdown, markdown(front, shaped, args.lang))
    if args.json:
        out(json.dumps({**data(front, shaped, args.lang), "open": len(lawful.open), "judged": lawful.asked}, ensure_ascii=False, indent=2))
    else:
        for line in _told(front, shaped, lawful, args):
            out(line)
    return 0 if front.points and not front.ended else 1


class Joint:
    """What all laws leave of several movements together: as much as of the worst of them.

    Each is judged with those levers left as they are that do not bear on it, so that packages that differ only in these are judged once.
    """

    def __init__(self, world: Changeable, movements: Sequence[str], wanted: int) -> None:
        self.judges = sorted((world.judge(movement) for movement in movements), key=lambda judge: len(judge.bearing))
        self.goal = wanted
        every = range(len(world.levers.levers))
        self._rest = [dict.fromkeys((lever for lever in every if lever not in judge.bearing), AS_IS) for judge in self.judges]

    def __call__(self, packages: Sequence[Partial]) -> list[Span]:
        """The span of each partial package."""
        return [meet(spans) for spans in zip(*(self._each(number, packages) for number in range(len(self.judges))), strict=True)]

    def _each(self, number: int, packages: Sequence[Partial]) -> list[Span]:
        return self.judges[number]([changed(package, dict[int, int | None](self._rest[number])) for package in packages])

    def alike(self, package: Package) -> Judge | None:
        """Of a package that is not surely lawful, a judge who sees that none is which has the same values of all levers that bear on some movement."""
        for number, judge in enumerate(self.judges):
            if self._rest[number] and self._each(number, [package])[0].worst < self.goal:
                held = {lever: package[lever] for lever in judge.bearing}
                return lambda partials: [NEVER if all(one[lever] == value for lever, value in held.items()) else OPEN for one in partials]
        return None


def _values(args: argparse.Namespace, world: Changeable) -> list[Values]:
    """What each of the parties holds the levers to be worth."""
    mistakes = Mistakes()
    parties = read_parties(args.parties, world.world["party"], mistakes)
    options = {lever.name: [option.name for option in lever.options] for lever in world.levers.levers}
    found = read_values(documents(args.values, mistakes), options, world.world["party"], parties, mistakes)
    mistakes.settle()
    return found


def _shaped(world: Changeable, movements: Sequence[str], front: Settlement, wanted: int) -> Mapping[Package, Sequence[str]]:
    """For the first package of each point that is told, the provisions that would bar some movement if one of its levers were left as it is."""
    found: dict[Package, list[str]] = {}
    for number in shown(front, MOST):
        package = front.points[number - 1].packages[0]
        cites: dict[str, None] = {}
        for lever in (n for n, value in enumerate(package) if value):
            without = tuple(0 if n == lever else value for n, value in enumerate(package))
            for movement in movements:
                verdict = world.judge(movement).verdict(without)
                assert verdict is not None  # everything is decided
                cites |= {f"{regime} {path} ({cite})": None for regime, path, cite, _ in barred(verdict, wanted)}
        found[package] = list(cites)
    return found


def _told(front: Settlement, shaped: Mapping[Package, Sequence[str]], lawful: Lawful, args: argparse.Namespace) -> Iterable[str]:
    for line in lines(front, shaped, MOST, args.lang):
        indent = " " * (len(line) - len(line.lstrip()))
        yield from wrap(line.strip(), columns(), indent, indent + "  ") if line.strip() else [""]
    zh = args.lang == "zh"
    yield ""
    yield PHRASES["packages judged"][zh].format(lawful.asked)
    if lawful.open:
        yield PHRASES["packages open"][zh].format(len(lawful.open))
    if front.ended:
        yield PHRASES["front unknown"][zh].format(f"{args.seconds:g}", f"{args.seconds * 4:g}")
    for file, what in ((args.svg, "the picture"), (args.markdown, "the table")):
        if file:
            yield ""
            yield f"{what}: {file}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
