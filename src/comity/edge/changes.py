"""What changes between two editions of a regime, of every transfer there can be; and between two days, of the movements of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from comity import shelf
from comity.edge.asked import folder_of
from comity.facts.value import MAX
from comity.law.rulebook import OUTCOMES, PERMITTED, Law, Rulebook
from comity.prove.difference import Change, Difference
from comity.prove.editions import Editions, Provision
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict
from comity.words.notes import Note
from comity.words.page import state
from comity.words.words import Words, outcomes

L = TypeVar("L", bound=Law)


def editions(old: str | Rulebook, new: str | Rulebook, known: int = MAX, then: int = MAX) -> Editions:
    """Two editions of one regime: shipped, by name, of a folder, or read already; the old one as `known` on a day, the new one as on the day `then`.

    Raises SourceError with the mistakes of both.
    """
    plans, mistakes = list[Plan](), list[Mistake]()
    for one, day in ((old, known), (new, then)):
        try:
            plans.append(_as_known(shelf.only(shelf.book(folder_of(one)) if isinstance(one, str) else one, day), day))
        except SourceError as error:
            mistakes += error.mistakes
    if not mistakes and len({plan.regimes[0].book.regime for plan in plans}) > 1:
        one, other = (plan.regimes[0].book for plan in plans)
        mistakes.append(Mistake(other.place, f"this is '{other.regime}', and the old edition is of '{one.regime}'", "name two editions of one regime"))
    if mistakes:
        raise SourceError(mistakes)
    return Editions(*plans)


def _as_known(plan: Plan, day: int) -> Plan:
    """The same, with a rulebook that says no more than was known on a day: what decides was lowered so, and this is what was edited."""
    return plan if day >= MAX else replace(plan, regimes=[replace(one, book=_book(one.book, day)) for one in plan.regimes])


def _book(book: Rulebook, day: int) -> Rulebook:
    return replace(
        book,
        scope=_law(book.scope, day) if book.scope else None,
        tables={
            name: replace(one, rows=tuple((_law(row, day), said) for row, said in one.rows if row.known <= day))
            for name, one in _laws(book.tables, day).items()
        },
        lists={name: replace(one, rows=tuple(_law(row, day) for row in one.rows if row.known <= day)) for name, one in _laws(book.lists, day).items()},
        definitions=_laws(book.definitions, day),
        prohibitions=_laws(book.prohibitions, day),
        grounds=_laws(book.grounds, day),
        duties=_laws(book.duties, day),
    )


def _laws(laws: Mapping[str, L], day: int) -> dict[str, L]:
    return {name: _law(one, day) for name, one in laws.items() if one.known <= day}


def _law(law: L, day: int) -> L:
    return replace(law, timeline=tuple(span for span in law.timeline if span.known <= day))


def words(change: Change) -> str:
    """From which outcome to which."""
    return f"{outcome(str(change.old))} -> {outcome(str(change.new))}"


def outcome(words: str) -> str:
    """An outcome as it is read out."""
    return words.replace("_", " ").replace("..", " or up to ")


def how(one: Provision) -> str:
    """How it was changed; where its own words are as they were, by what it rests on."""
    through = f" through {', '.join(one.through)}" if one.through else ""
    return one.how + (f" itself and{through}" if through and one.itself else through)


def notes(found: Difference, both: Editions, words: Words, said: Callable[[Place], str], shown: Sequence[str] = ()) -> Iterator[Note]:
    """Every change with the provisions that make it and a transfer that shows it; whether there are others; duties on which no outcome rests.

    `said`: how a place in a file is told; `shown`: files that hold the transfers, where these are not told here.
    """
    text, regime = words.text, both.new.regimes[0].book.regime
    for number, change in enumerate(found.changes):
        by = [Note(_told(one, words, said), kind="hang", law=(regime, one.path)) for one in change.by]
        witness = Note(text("witness"), [Note(change.world, kind="file")], kind="label")
        if shown:
            witness = Note(text("witness in").format(shown[number]), kind="hang")
        told = text("change told").format(number + 1, text(change.direction), words.outcome(change.old), words.outcome(change.new))
        yield Note(told, [*by, witness], kind="section", state=state(change.new))
    if found.unknown:
        names = outcomes(words.lang)
        classes = text("comma").join(text("turned").format(names[old], names[new]) for old, new in found.unknown)
        yield Note(text("unknown classes").format(classes), kind="alert")
    else:
        yield Note(text("no others" if found.changes else "no outcome changes"), kind="line")
    if found.owed:
        own = [Note(_told(one, words, said), kind="hang", law=(regime, one.path)) for one in found.owed if one.itself]
        alike: dict[str, list[str]] = {}
        for one in found.owed:
            if not one.itself:  # what many rest on is told once
                alike.setdefault(_how(one, words), []).append(one.path)
        rest = [Note(f"{told}{text('colon')}{text('comma').join(paths)}", kind="hang") for told, paths in alike.items()]
        yield Note(text("duties otherwise"), [*own, *rest], kind="section")


def _told(one: Provision, words: Words, said: Callable[[Place], str]) -> str:
    told = (_how(one, words), one.law.cite or words.text("no citation"), said(one.law.place))
    return one.path + words.text("line").format(words.text("semicolon").join(told))


def _how(one: Provision, words: Words) -> str:
    """How it was changed: itself, or through what it rests on."""
    told = words.text(f"was {one.how}")
    if not one.through:
        return told
    return words.text("changed itself and through" if one.itself else "changed through").format(told, words.text("comma").join(one.through))


def record(found: Difference, editions: Editions) -> dict[str, object]:
    """The same as data."""
    return {
        "regime": editions.new.regimes[0].book.regime,
        "editions": [plan.regimes[0].book.edition for plan in (editions.old, editions.new)],
        "digests": [plan.regimes[0].book.digest for plan in (editions.old, editions.new)],
        "changes": [
            {"direction": one.direction, "old": str(one.old), "new": str(one.new), "by": [named(p) for p in one.by], "world": one.world}
            for one in found.changes
        ],
        "unknown": [[OUTCOMES[old], OUTCOMES[new]] for old, new in found.unknown],
        "provisions": [{"path": one.path, "how": one.how, "through": list(one.through)} for one in found.provisions],
        "duties": [named(one) for one in found.owed],
    }


def named(one: Provision) -> dict[str, object]:
    """A provision that decides otherwise, as data."""
    place = one.law.place
    return {"path": one.path, "how": one.how, "through": list(one.through), "cite": one.law.cite, "file": place.file, "line": place.line}


def bars(old: Verdict, new: Verdict) -> Iterator[tuple[str, str]]:
    """The regime and path of what stands on one side only, or leaves something else there, of whichever leg."""
    sides: list[dict[tuple[str, str], set[Span]]] = [{}, {}]
    for side, verdict in zip(sides, (old, new), strict=True):
        for opinion in verdict.opinions:
            for bar in opinion.bars:
                if bar.span.worst < PERMITTED:
                    side.setdefault((opinion.name, bar.law.path), set()).add(bar.span)
    yield from (law for law in {**sides[0], **sides[1]} if sides[0].get(law) != sides[1].get(law))
