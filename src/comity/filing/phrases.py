"""The fixed phrases of filing packs, out of the catalogues."""

from __future__ import annotations

from typing import Final

from comity.words.catalogue import Domain

TEXT: Final = Domain("filing")


def phrase(lang: str, key: str) -> str:
    """A fixed phrase."""
    return TEXT[lang][key]
