"""`comity settle`: what several parties can agree upon, so that every law allows it and nobody can do better without another losing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence

from comity.cli.levers import asked, barred, deadline, documents, goal
from comity.cli.lines import columns, out, wrap
from comity.cli.phrases import PHRASES
from comity.cli.prove import some_time, written
from comity.files.values import Values, read_parties, read_values
from comity.offramp.changeable import Changeable
from comity.offramp.lever import Package, Partial
from comity.settle.game import TooLargeError
from comity.settle.lawful import Lawful
from comity.settle.picture import picture
from comity.settle.settlement import Settlement
from comity.settle.settlement import settle as settled
from comity.settle.table import data, lines, markdown, shown
from comity.text.source import Mistake, Mistakes, Place, SourceError
from comity.verdict.outcome import Span, meet

MOST = 12
"""Points of a front told in words at once."""


def settle(args: argparse.Namespace) -> int:
    """Tells the front; 0 if it has a package and is all there is, 1 if there is no lawful package or time was over."""
    some_time(args)
    if not args.levers:
        raise SourceError([Mistake(Place("--levers", 1, 1), "a settlement needs levers", "write --levers FILE: what the parties can give each other")])
    wanted = goal(args)
    args.only = True
    world = asked(args, list(dict.fromkeys(args.movement or ())))
    movements = list(dict.fromkeys(args.movement or world.world["movement"]))
    values = _values(args, world)
    lawful = Lawful(world.levers, Joint(world, movements), wanted, deadline(args.seconds))
    try:
        front = settled(world.levers, lawful, values, args.seconds)
    except TooLargeError as fault:
        raise SourceError([Mistake(Place("--levers", 1, 1), str(fault))]) from fault
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
    """What all laws leave of several movements together: as much as of the worst of them."""

    def __init__(self, world: Changeable, movements: Sequence[str]) -> None:
        self.judges = [world.judge(movement) for movement in movements]

    def __call__(self, packages: Sequence[Partial]) -> list[Span]:
        """The span of each partial package."""
        return [meet(spans) for spans in zip(*(judge(packages) for judge in self.judges), strict=True)]


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
