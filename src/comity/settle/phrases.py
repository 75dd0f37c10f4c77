"""The fixed phrases of a settlement, out of the catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.words.catalogue import Domain

TEXT: Final = Domain("settle")


def listed(words: Iterable[str], lang: str) -> str:
    """Words as one reads them out: a, b and c."""
    *most, end = words
    return f"{TEXT[lang]['item'].join(most)}{TEXT[lang]['and']}{end}" if most else end
