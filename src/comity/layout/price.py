"""Shadow prices: what a law costs a layout, and what a movement does.

The price of a law's constraint is what the total would save if the constraint were met otherwise: the cost of the cheapest layout, less the cost of the
cheapest where that law is not asked. It is found by searching again, and never below zero where a law that is not asked bars nothing.

What was learned is not learned twice, and only what is still so is kept: each nogood is put anew to the judge that does not ask the law. If all of them
stand and the layout stays lawful, it stays cheapest, for the same nogoods prove it: the price is nil, and nothing is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from comity.layout.master import together
from comity.layout.movement import Learned
from comity.layout.search import Layout, Search, Unknown
from comity.offramp.lever import Judge

Without: TypeAlias = Callable[[str], Mapping[str, Judge]]
"""By the name of a law: how movements are judged where it is not asked, by their names. A movement of which nothing is said is judged as before."""


@dataclass(frozen=True)
class Price:
    """What is saved without a law or a movement: the cheapest layout with it (None: there is none) and without it (None: there is none either)."""

    name: str
    before: Layout | None
    after: Layout | Unknown | None

    @property
    def saves(self) -> int | None:
        """What the total would save, in millionths; None where it is unknown, or there is no layout to compare."""
        return self.before.cost - self.after.cost if self.before is not None and isinstance(self.after, Layout) else None

    @property
    def least(self) -> int | None:
        """It would save no less than this: what the best that was found does."""
        best = self.after.best if isinstance(self.after, Unknown) else self.after
        return self.before.cost - best.cost if self.before is not None and best is not None else None

    @property
    def most(self) -> int | None:
        """It would save no more than this; None where nothing can be said."""
        if self.before is None or self.after is None:
            return None
        return self.before.cost - (self.after.cost if isinstance(self.after, Layout) else self.after.bound)


def of_laws(search: Search, before: Layout | None, laws: Iterable[str], without: Without) -> Iterator[Price]:
    """The price of each law in a search that is over, with what it found."""
    hint = before.package if before is not None else None
    for law in laws:
        judges = without(law)
        told: dict[str, Learned] = {}
        all_stand = before is not None
        for movement in search.movements:
            known = search.learned[movement.name]
            judge = judges.get(movement.name, movement.judge)
            if judge is movement.judge:
                told[movement.name] = known
                continue
            told[movement.name], stand = _still(known, judge)
            all_stand &= stand and (before is None or told[movement.name].lawful(before.package))
        movements = [one.movement for one in told.values()]
        after = Search(search.levers, movements, search.over, told)
        if before is not None and all_stand:
            yield Price(law, before, after.layout(before.package, first=before.first))
        else:
            yield Price(law, before, after.cheapest(ties=False, hint=hint))


def _still(known: Learned, judge: Judge) -> tuple[Learned, bool]:
    """What is known of a movement under another judge: the nogoods that stand there too; and whether all do."""
    new = Learned(replace(known.movement, judge=judge), known.levers)
    spans = new.judged(known.nogoods)
    new.nogoods = [one for one, span in zip(known.nogoods, spans, strict=True) if new.bars(one, span)]
    return new, len(new.nogoods) == len(known.nogoods)


def of_movements(search: Search, before: Layout | None) -> Iterator[Price]:
    """What each movement costs in a search that is over: what the total would save if it were not made.

    Movements of which a proof that nothing is cheaper makes no use cost nothing: there is the same proof without them.
    """
    nogoods = {one.name: tuple(search.learned[one.name].nogoods) for one in search.movements}
    used = together(search.levers, nogoods, search.over, below=before.cost) if before is not None else None
    hint = before.package if before is not None else None
    for movement in search.movements:
        after = Search(search.levers, [one for one in search.movements if one is not movement], search.over, search.learned)
        if before is not None and isinstance(used, frozenset) and movement.name not in used:
            yield Price(movement.name, before, after.layout(before.package, first=False))
        else:
            yield Price(movement.name, before, after.cheapest(ties=False, hint=hint))
