"""Catalogues of fixed phrases (gettext), one folder a language: what the code asks for by key, as each language says it.

An entry's context is the key, its text the English, its translation what is said. A catalogue is read when somebody first asks for a phrase of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache as once
from functools import lru_cache
from pathlib import Path
from typing import Final

SOURCE: Final = "en"
"""The language in which phrases are first written: what another has not translated is said in it."""
FOLDER: Path = Path(__file__).parents[1] / "languages"


@dataclass(frozen=True)
class Domain:
    """The phrases of one room, in every language."""

    name: str

    def __getitem__(self, lang: str) -> Mapping[str, str]:
        """Every phrase in a language, by key. Raises `KeyError` where there is no such language."""
        return _whole(FOLDER, lang, self.name)

    def many(self, lang: str, key: str, number: int) -> str:
        """A phrase of so many, in the form that the language has for such a number."""
        held = _read(FOLDER / lang / f"{self.name}.po")
        if key not in held.forms:
            held = _read(FOLDER / SOURCE / f"{self.name}.po")
        return held.forms[key][held.which(number)]


@dataclass(frozen=True)
class _Catalogue:
    phrases: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    which: Callable[[int], int]


@once
def _whole(folder: Path, lang: str, domain: str) -> Mapping[str, str]:
    if lang not in languages():
        raise KeyError(lang)
    return {**_read(folder / SOURCE / f"{domain}.po").phrases, **_read(folder / lang / f"{domain}.po").phrases}


@once
def _read(file: Path) -> _Catalogue:
    from gettext import c2py  # noqa: PLC0415 -- as below

    from babel.messages.pofile import read_po  # noqa: PLC0415 -- `--help` must not wait for what reads catalogues

    if not file.exists():
        return _Catalogue({}, {}, int)
    with file.open("rb") as opened:
        catalogue = read_po(opened)
    phrases, forms = {}, {}
    for one in catalogue:
        if one.context is None or one.fuzzy:
            continue
        if isinstance(one.id, str):
            # between words some languages write nothing: there an empty translation is one
            phrases[one.context] = str(one.string or "") or (one.id if one.id.strip() or file.parent.name == SOURCE else "")
        else:
            told = tuple(map(str, one.string or ()))
            forms[one.context] = told if all(told) else tuple(one.id)
    return _Catalogue(phrases, forms, c2py(catalogue.plural_expr))


LANGUAGE: Final = Domain("language")
"""What a language needs beyond phrases: its name and tag, how long a short sentence is, how its law text names a term."""


def languages() -> tuple[str, ...]:
    """Every language that has a catalogue, the source first."""
    return _there(FOLDER, FOLDER.stat().st_mtime_ns)  # every request asks


@lru_cache(maxsize=1)
def _there(folder: Path, _: int) -> tuple[str, ...]:
    return (SOURCE, *sorted(one.name for one in folder.iterdir() if one.is_dir() and one.name != SOURCE))


def names() -> Mapping[str, str]:
    """What each language calls itself."""
    return {lang: LANGUAGE[lang]["name"] for lang in languages()}
