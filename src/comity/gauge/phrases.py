"""The fixed phrases of gauges, out of the catalogues."""

from __future__ import annotations

from typing import Final

from comity.words.catalogue import Domain

TEXT: Final = Domain("gauge")
