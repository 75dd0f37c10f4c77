"""What kind of value a column holds, said the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Word = Literal["whole", "real", "decimal", "text", "truth", "day", "instant", "bytes"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value. What is none of these words crosses in no form: a list or a struct hides columns that nobody has judged.

    `bits`: of a whole or a real number. `precision` and `scale`: of a decimal. `unit` and `zone`: of an instant; without a zone it is a time on the wall.
    """

    word: Word
    bits: int = 0
    signed: bool = True
    precision: int = 0
    scale: int = 0
    unit: str = ""
    zone: str = ""

    @property
    def least(self) -> int:
        """The least whole number that fits."""
        return -(2 ** (self.bits - 1)) if self.signed else 0

    @property
    def spoken(self) -> str:
        """As a person would say it."""
        return {
            "whole": "whole numbers",
            "real": "numbers",
            "decimal": f"decimals with {self.scale} places",
            "text": "text",
            "truth": "true and false",
            "day": "days",
            "instant": "instants",
            "bytes": "bytes",
        }[self.word]


TEXT = Kind("text")
