"""Comity: may this data or technology cross that border, under every law that has a say?

A few names mirror the verbs of the command line; each loads what it needs when it is called:

    world = comity.read("world.yaml")
    for verdict in comity.check(world):
        print(verdict.movement, verdict.outcome)
    print(comity.explain(world, "t"))
    comity.ask(world, "t")                        # the questions that would settle it
    comity.ways("world.yaml", "t")                # the cheapest lawful changes of a movement
    comity.show("xx.example", "export")           # one provision, as data
    policy = comity.Policy("xx.example")          # point decisions from a dict of facts
    policy.outcome({"destination": "AA", "population.persons": 12000})
    print(policy.reasons({"destination": "AA"})[0])  # why, and what is missing
    transfer = comity.Transfer("table.parquet", world="world.yaml", movement="t")
    transfer.dry()                                # the gate: what may cross of a table
    transfer.enforce("there.parquet")             # moves that, and nothing else
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from comity.cli.lineage import Lineage
    from comity.cli.transfer import Transfer
    from comity.facts.record import World
    from comity.gate.run import GateError
    from comity.law.rulebook import Law, Rulebook
    from comity.point.intake import Between
    from comity.point.reason import Why
    from comity.text.source import SourceError
    from comity.verdict.outcome import Span
    from comity.verdict.plan import Plan
    from comity.verdict.verdict import Verdict
    from comity.why.missing import Question

__all__ = ["Between", "GateError", "Lineage", "Policy", "SourceError", "Transfer", "ask", "check", "explain", "plan", "read", "schema", "show", "ways"]

_LAZY: Final = {
    "Between": "comity.point.intake",
    "GateError": "comity.gate.run",
    "Lineage": "comity.cli.lineage",
    "SourceError": "comity.text.source",
    "Transfer": "comity.cli.transfer",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- a class, loaded when it is asked for
    """The names that are classes.

    `Between` (a number known to lie between two), `SourceError` (every mistake of a text, with its place), `Transfer` (a table and the movement
    that moves it), `Lineage` (where its runs are told) and `GateError` (nothing crossed, and why).
    """
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(name)


def plan(*regimes: str, rulebooks: Sequence[str | PathLike[str]] = (), as_known: str | None = None, ledger: str | PathLike[str] | None = None) -> Plan:
    """The law that is asked: the shipped regimes and those of more folders; of these, the named ones, or all. `ledger`: and the signed law it adopted."""
    from pathlib import Path

    from comity import shelf
    from comity.facts.value import MAX

    signed = shelf.NOTHING
    if ledger is not None:
        from comity.edge.adopted import asked

        signed = asked(ledger).folders
    return shelf.plan([Path(folder) for folder in rulebooks], regimes, _day(as_known) if as_known else MAX, signed)


def read(path: str | PathLike[str], *, under: Plan | None = None) -> World:
    """The world in a file. Raises `SourceError` with every mistake in it, each with its line and column."""
    from pathlib import Path

    from comity.files.world_file import world_file

    return world_file(Path(path), under or plan(), _today())[0]


def check(world: World, *, under: Plan | None = None, narrowed: bool = False) -> list[Verdict]:
    """The verdict on every movement of a world; `narrowed` leaves out jurisdictions that no rulebook of the plan speaks for."""
    from comity.verdict.verdict import verdicts

    return verdicts(world, under or plan(), _today(), narrowed=narrowed)


def explain(world: World, movement: str, *, lang: str = "en", under: Plan | None = None) -> str:
    """One verdict in full, as text, in a language that has a catalogue, by its code. Raises `KeyError` where there is no such movement or language."""
    from comity.cli.page import page
    from comity.words.page import Page
    from comity.words.words import Words

    asked = under or plan()
    return "\n".join(page(Page(_one(world, movement, asked), world, Words(lang, asked.vocabulary)).notes()))


def ask(world: World, movement: str, *, under: Plan | None = None) -> list[Question]:
    """The fewest facts that could settle a verdict, the most decisive first; none where it is settled."""
    from comity.words.page import asked

    return asked(_one(world, movement, under or plan()))


def ways(
    path: str | PathLike[str],
    movement: str,
    *,
    levers: Sequence[str | PathLike[str]] = (),
    costs: str | PathLike[str] | None = None,
    n: int = 3,
    seconds: float = 30,
    under: Plan | None = None,
) -> dict[str, Any]:
    """The cheapest lawful changes of a movement of the world in a file, as `comity offramp --json` tells them.

    `levers` are files of levers beside those of the shipped rulebooks, `costs` a file of costs; `n` the most ways, `seconds` the time of the search.
    Raises `SourceError` with every mistake in any of them.
    """
    from pathlib import Path

    from comity.edge.changed import deadline, folders, opened, read_again
    from comity.files.world_file import world_file
    from comity.law.rulebook import PERMITTED
    from comity.offramp.answer import Answer
    from comity.offramp.changeable import Changeable
    from comity.offramp.search import Search

    asked = under or plan()
    known, node, _ = world_file(Path(path), asked, _today())
    files, prices = [Path(file) for file in levers], Path(costs) if costs is not None else None
    world = opened(Changeable(asked, known, node, _today()), [movement], files, prices, folders(asked, ()))
    search = Search(world.levers, world.judge(movement), PERMITTED, deadline(seconds))
    answer = Answer(world, movement, PERMITTED, search, search.several(n), seconds)
    read_again(world, answer.anew, PERMITTED)
    return answer.record()


def show(regime: str, path: str | None = None) -> Rulebook | Law:
    """A rulebook by the name of its regime or its folder; with a path, one of its provisions."""
    from comity import shelf
    from comity.edge.asked import folder_of
    from comity.words.provision import find

    book = shelf.book(folder_of(regime))
    return book if path is None else find(book, path)[0]


def schema() -> dict[str, Any]:
    """The JSON Schema of a world file."""
    from comity import shelf
    from comity.cli.schema import world_schema

    return world_schema(shelf.vocabulary())


class Policy:
    """Regimes compiled for point decisions: one movement as a dict of facts in, what the law leaves of it out.

    A fact's name is its path (`destination`, `importer.organised_in`), or the name of a definition over rows
    (`xx.example/persons`); `facts` lists them. A value is a bool, a number, a date, a code, a set of codes, or `Between(lo, hi)`;
    what is absent is unknown. A name that is no fact, or a value that its fact cannot have, raises `ValueError` as soon as the answer
    could hang on it; `check` lists all such mistakes beforehand.
    """

    def __init__(self, *regimes: str, rulebooks: Sequence[str | PathLike[str]] = ()) -> None:
        self.plan = plan(*regimes, rulebooks=rulebooks)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that the law reads."""
        from comity.flat.names import Names

        return tuple(Names(self.plan).of.values())

    @cached_property
    def decide(self) -> Callable[[Mapping[str, Any]], tuple[Span, ...]]:
        """From facts to what each regime leaves, worst to best, in the order of `plan.regimes`; the fastest way to ask."""
        from comity.point.explain import compiled

        return compiled(self.plan)

    @cached_property
    def reasons(self) -> Callable[[Mapping[str, Any]], tuple[Why, ...]]:
        """The same, each with every provision that is not surely out of play, what it rests on down to the facts, and what is missing."""
        from comity.point.reason import reasons

        return reasons(self.plan)

    @cached_property
    def check(self) -> Callable[[Mapping[str, Any]], list[str]]:
        """From facts to every name that is no fact and every value that its fact cannot have, one sentence each, with a suggestion."""
        from comity.point.intake import Intake

        return Intake(self.plan).mistakes

    def outcome(self, facts: Mapping[str, Any]) -> Span:
        """What all regimes together leave."""
        from comity.verdict.outcome import meet

        return meet(self.decide(facts))


def _one(world: World, movement: str, asked: Plan) -> Verdict:
    for verdict in check(world, under=asked):
        if verdict.movement == movement:
            return verdict
    raise KeyError(movement)


def _today() -> int:
    from datetime import date

    return date.today().toordinal()  # noqa: DTZ011 -- the user's own day


def _day(text: str) -> int:
    from datetime import date

    return date.fromisoformat(text).toordinal()
