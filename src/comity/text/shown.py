"""Words of which somebody else chose some, as they may be shown: nothing in them tells a screen what to do."""

from __future__ import annotations


def shown(words: str) -> str:
    """The words, with what is no letter, digit or sign written as what it is."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in words)
