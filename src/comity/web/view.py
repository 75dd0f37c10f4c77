"""How somebody looks at a site: in which language, on which day, under the law as it was known on which day, narrowed to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

from comity.facts.value import MAX
from comity.text.literal import day
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.web.phrases import TEXT as PAGES
from comity.words.catalogue import LANGUAGE, SOURCE, languages
from comity.words.phrases import TEXT

FORMS: Final = ("html", "json")
KEPT: Final = ("lang", "on", "known")
"""What goes with the reader from page to page."""
ANEW: Final = "anew"
"""Stands in an address that a page itself asks for, and nobody who reads it."""


@dataclass(frozen=True)
class View:
    """The reader's choices. `asked`: everything that stands after the question mark; `on`, `known`: days, if they were chosen."""

    lang: str
    path: str
    asked: Mapping[str, str]
    on: int | None = None
    known: int = MAX

    @classmethod
    def of(cls, path: str, asked: Mapping[str, str], accepted: str = "") -> View:
        """From an address, and the languages that a browser prefers. Raises SourceError with every choice that is none."""
        found: list[Mistake] = []
        there = languages()
        preferred = (tag.partition(";")[0].strip().partition("-")[0].lower() for tag in accepted.split(","))
        lang = asked.get("lang") or next((one for one in preferred if one in there), SOURCE)
        if lang not in there:
            found.append(Mistake(Place("lang", 1, 1), f"there is no language '{lang}' here", nearest(lang, there) or f"write {' or '.join(there)}"))
        if (form := asked.get("as", "json")) not in FORMS:
            found.append(Mistake(Place("as", 1, 1), f"nothing can be shown as '{form}'", nearest(form, FORMS) or f"write {' or '.join(FORMS)}"))
        on, known = _days(asked, ("on", "known"), found)
        if found:
            raise SourceError(found)
        return cls(lang, path, asked, on, MAX if known is None else known)

    def days(self, *names: str) -> list[int | None]:
        """The days that are asked for by these names; none where none is. Raises SourceError with each that is no day."""
        found: list[Mistake] = []
        days = _days(self.asked, names, found)
        if found:
            raise SourceError(found)
        return days

    def to(self, path: str, **changed: str) -> View:
        """The same reader, on another page or with other choices."""
        return replace(self, path=path, asked={**self.asked, **changed})

    @property
    def tag(self) -> str:
        """The language, as browsers and readers of pages know it (BCP 47)."""
        return LANGUAGE[self.lang]["tag"]

    def text(self, key: str, *parts: object) -> str:
        """A fixed phrase, with what belongs into it."""
        said = PAGES[self.lang].get(key) or TEXT[self.lang].get(key, key)
        return said.format(*parts) if parts else said

    def href(self, *path: str, **changed: str) -> str:
        """The address of another page (of this one, if none is named), in the same language and on the same day; an empty word takes a choice away."""
        kept = {name: value for name, value in self.asked.items() if value and (name in KEPT or not path) and name != ANEW}
        told = {name: value for name, value in (kept | changed).items() if value}
        where = "/" + "/".join(quote(part, safe="/") for part in path) if path else self.path
        return where + (f"?{urlencode(told)}" if told else "")


def _days(asked: Mapping[str, str], names: Iterable[str], found: list[Mistake]) -> list[int | None]:
    """The day under each name; none where none is written, or what is no day."""
    told = {name: asked.get(name, "") for name in names}
    days = {name: day(text) if text else None for name, text in told.items()}
    found += [Mistake(Place(name, 1, 1), f"'{text}' is not a day", "write 2026-03-01") for name, text in told.items() if text and days[name] is None]
    return list(days.values())
