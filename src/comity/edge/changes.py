"""What changes between two editions of a regime, of every transfer there can be; and between two days, of the movements of a world."""

from __future__ import annotations

from collections.abc import Iterator

from comity import shelf
from comity.edge.asked import folder_of
from comity.law.rulebook import OUTCOMES, PERMITTED
from comity.prove.difference import Change, Difference
from comity.prove.editions import Editions, Provision
from comity.text.source import Mistake, SourceError
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict


def editions(old: str, new: str) -> Editions:
    """Two editions of one regime: shipped, by name, or of a folder. Raises SourceError with the mistakes of both."""
    plans, mistakes = list[Plan](), list[Mistake]()
    for name in (old, new):
        try:
            plans.append(shelf.alone(folder_of(name)))
        except SourceError as error:
            mistakes += error.mistakes
    if not mistakes and len({plan.regimes[0].book.regime for plan in plans}) > 1:
        one, other = (plan.regimes[0].book for plan in plans)
        mistakes.append(Mistake(other.place, f"this is '{other.regime}', and the old edition is of '{one.regime}'", "name two editions of one regime"))
    if mistakes:
        raise SourceError(mistakes)
    return Editions(*plans)


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


def record(found: Difference, editions: Editions) -> dict[str, object]:
    """The same as data."""
    return {
        "regime": editions.new.regimes[0].book.regime,
        "editions": [plan.regimes[0].book.edition for plan in (editions.old, editions.new)],
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
