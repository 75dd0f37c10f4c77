"""The fixed phrases about signed law, out of the catalogues: both sides of an arrangement read the same page."""

from __future__ import annotations

from typing import Final

from comity.words.catalogue import Domain

TEXT: Final = Domain("signed")
