"""The fixed phrases of every page, and the words of closed lists, out of the catalogues."""

from __future__ import annotations

from typing import Final

from comity.words.catalogue import Domain

TEXT: Final = Domain("words")
CODES: Final = Domain("codes")
