"""A regime: a rulebook lowered to conditions, with the provision behind each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.law import rulebook as rb
from comity.law.condition import Condition, Day, Path
from comity.law.scope import Meaning, Record

ON: Final = Path("leg", (), "on", "movement")
"""The day of a leg."""


@dataclass(frozen=True, slots=True)
class LoweredGround:
    """A ground with its two facts: it holds; it could still serve."""

    ground: rb.Ground
    holds: Condition
    available: Condition


@dataclass(frozen=True, slots=True)
class LoweredDuty:
    """A duty: when it is owed, when it is met, by which day."""

    duty: rb.Duty
    owed: Condition
    met: Condition
    due: Day | None


@dataclass(frozen=True, slots=True)
class Regime:
    """A rulebook, lowered: everything a backend needs, and the provision behind each condition."""

    book: rb.Rulebook
    scope: Condition
    findings: Mapping[str, tuple[rb.Definition | rb.LawList, Meaning]]
    prohibitions: tuple[tuple[rb.Prohibition, Condition], ...]
    grounds: tuple[LoweredGround, ...]
    duties: tuple[LoweredDuty, ...]
    recursive: Mapping[str, Condition]
    labels: Mapping[Condition, tuple[rb.Definition | rb.LawList, Record]]

    def lifting(self, path: str) -> tuple[LoweredGround, ...]:
        """The grounds that lift what stands at a path."""
        return tuple(g for g in self.grounds if reaches(g.ground, path))


def reaches(ground: rb.Ground, path: str) -> bool:
    """Does the ground lift what stands at the path? A path reaches everything below it."""
    return any(below(path, p) for p in ground.lifts) and not any(below(path, p) for p in ground.spares)


def below(path: str, prefix: str) -> bool:
    """Does a path lie at or below another? `all` is above everything."""
    return prefix in ("all", path) or path.startswith(prefix + "/")
