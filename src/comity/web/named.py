"""Places by name: what a reader may type for one, and the code that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache as once

from comity.web.ground import shipped
from comity.words.catalogue import languages
from comity.words.words import place


@once
def listed(lang: str) -> Mapping[str, str]:
    """The code of each territory and its name in a language, by name."""
    codes = [code for code in shipped().points if len(code) == 2 and code.isalpha() and place(code, lang) != code]
    return dict(sorted(((code, place(code, lang)) for code in codes), key=lambda one: one[1]))


@once
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for lang in languages() for code, name in listed(lang).items()}


def coded(text: str) -> str:
    """The code of a place that is told by name; anything else as it is."""
    return _codes().get(text.strip().casefold(), text.strip())
