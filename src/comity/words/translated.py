"""What law, vocabularies and procedures say in languages of their own: their translation where they have one, else their English, never a machine's."""

from __future__ import annotations

from typing import Protocol


class Translated(Protocol):
    """A text as data gives it, in the languages that data is written in."""

    @property
    def en(self) -> str:
        """In English."""

    @property
    def zh(self) -> str:
        """In Chinese."""


def translated(text: Translated, lang: str) -> str:
    """A text in a language."""
    return {"en": text.en, "zh": text.zh}.get(lang) or text.en
