"""Places by name: what a reader may type for one, and the code that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache as once

from comity.web.view import LANGUAGES
from comity.words.words import place


@once
def listed(lang: str) -> Mapping[str, str]:
    """The code of each territory and its name in a language, by name."""
    from babel import Locale  # noqa: PLC0415 -- a page without a place to choose does not wait for the names of all

    codes = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha() and code not in ("ZZ", "QO", "EZ", "UN", "XA", "XB")]
    return dict(sorted(((code, place(code, lang)) for code in codes), key=lambda one: one[1]))


@once
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for lang in LANGUAGES for code, name in listed(lang).items()}


def coded(text: str) -> str:
    """The code of a place that is told by name; anything else as it is."""
    return _codes().get(text.strip().casefold(), text.strip())
