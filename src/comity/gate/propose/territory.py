"""Names and codes of territories: ISO 3166 in two letters, three letters and digits, and names in the languages of the Unicode CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache as once
from typing import Final

from babel import Locale
from babel.core import get_global

from comity.gate.propose.hints import HERE
from comity.gate.propose.word import plain
from comity.text.source import Mistakes, Node, read_documents

FEW: Final = 20
"""Among so many territories in any language some are called as in the first: if none is, the other languages need not be read."""
TWO: Final = re.compile("[A-Z]{2}")


def read(texts: Iterable[str]) -> dict[str, str]:
    """The territory of each text that names one, as ISO 3166-1 alpha-2; a text that may be several, or none, is left out."""
    found: dict[str, str] = {}
    left = []
    for text in texts:
        code = _codes().get(text.strip().upper()) or _first().get(_key(text))
        if code:
            found[text] = code
        else:
            left.append(text)
    for text in left if found or not all(map(str.isascii, left)) or len(left) < FEW else ():
        if code := _names().get(_key(text)):
            found[text] = code
    return found


def _key(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", plain(text).casefold().replace("’", "").replace("'", "").replace(".", "")))


@once
def _told() -> Node:
    mistakes = Mistakes()
    (node,) = read_documents("territories.yaml", (HERE / "territories.yaml").read_bytes(), mistakes)
    mistakes.settle()
    return node


def _texts(key: str) -> list[str]:
    node = _told().get(key)
    return [item.text or "" for item in node.items or []] if node else []


def _places() -> set[str]:
    return {code for code in map(str, Locale("en").territories) if TWO.fullmatch(code)} - set(_texts("not"))


@once
def _codes() -> dict[str, str]:
    """Two letters, three letters and three digits; a code of a territory that became several leads nowhere."""
    places = _places()
    aliases = {alias: now[0] for alias, now in get_global("territory_aliases").items() if len(now) == 1 and now[0] in places and len(alias) != 2}
    return {**{alias.lstrip("0"): code for alias, code in aliases.items() if alias.isdigit()}, **aliases, **{code: code for code in places}}


@once
def _first() -> dict[str, str]:
    """The names of the first language and of the file: they do for most tables."""
    more = _told().get("more")
    ours = {_key(item.text or ""): code for code, child in (more.pairs or {}).items() for item in child.items or []} if more else {}
    return {**dict(_language(_texts("languages")[0])), **ours}


@once
def _names() -> dict[str, str]:
    """The names of every language; one name for two territories leads nowhere."""
    found: dict[str, str] = {}
    for language in _texts("languages"):
        for name, code in _language(language):
            if found.setdefault(name, code) != code:
                found[name] = ""
    return found


def _language(language: str) -> Iterator[tuple[str, str]]:
    places = _places()
    for code, name in Locale.parse(language).territories.items():
        if code in places:
            yield _key(name), code
            yield _key(name.partition("(")[0]), code
