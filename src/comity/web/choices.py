"""What stands after the question mark, held against what may stand there."""

from __future__ import annotations

from collections.abc import Mapping

from comity.facts.place import PLACE
from comity.text.literal import day
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.web.named import coded
from comity.web.page import DAY, NUMBER, WHERE, Choices
from comity.web.paging import numbered


def strays(choices: Choices, asked: Mapping[str, str]) -> list[Mistake]:
    """Every choice that is none, by its schema."""
    found: list[Mistake] = []
    for name, (_, schema) in choices.items():
        text, at = asked.get(name, ""), Place(name, 1, 1)
        if not text:
            continue
        if "enum" in schema and text not in schema["enum"]:
            words = [word for word in schema["enum"] if word]
            found.append(Mistake(at, f"'{text}' is nothing that '{name}' may be", nearest(text, words) or f"write {' or '.join(words)}"))
        elif schema is DAY and day(text) is None:
            found.append(Mistake(at, f"'{text}' is not a day", "write 2026-03-01"))
        elif schema is WHERE and not PLACE.fullmatch(text):
            code = coded(text)
            found.append(Mistake(at, f"'{text}' is not a place", f"write {code}" if code != text else "write an ISO 3166 code such as XX or XX-AB"))
        elif schema is NUMBER:
            found += _number(name, text)
    return found


def _number(name: str, text: str) -> list[Mistake]:
    try:
        numbered(text, name, "an entry" if name == "before" else "a page")
    except SourceError as fault:
        return fault.mistakes
    return []
