"""The fixed phrases of the pages, out of the catalogues; those that every page of Comity shares are in `comity.words.phrases`."""

from __future__ import annotations

from typing import Final

from comity.words.catalogue import Domain

TEXT: Final = Domain("web")
