"""The register of transfers, exactly those that are asked for: a page of it, and all of it as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.edge import registered
from comity.filing.register import Register, narrowed
from comity.web.flows import ASKED as FLOWS_ASKED
from comity.web.flows import chosen, found, places
from comity.web.packs import offered
from comity.web.page import Choices
from comity.web.paging import ROWS, numbered
from comity.web.site import Site
from comity.web.view import View

ASKED: Final[Choices] = dict(FLOWS_ASKED)


@dataclass(frozen=True)
class Paged(Register):
    """The register, with the movements of one of so many `pages`.

    `narrowed`: in words, by what they were chosen; `places`: where others come from and go to; `files`: the address of all of it, by form;
    `packs`: the documents about each of them, by what they are called, likewise.
    """

    narrowed: str
    places: Sequence[str]
    files: Mapping[str, str]
    packs: Sequence[tuple[str, Mapping[str, str]]]
    page: int
    pages: int


def page(site: Site, view: View, _: Mapping[str, Any]) -> Paged:
    """The register, as the reader asks for it, a page of it."""
    look, asked, number = site.look(view.on, view.known), chosen(site, view), numbered(view.asked.get("page", ""))
    every = found(look, asked)
    pages = max(1, -(-len(every) // ROWS))
    number = min(number, pages)
    told = registered.register(look.read, every[(number - 1) * ROWS :][:ROWS], len(look.verdicts), asked, view.lang)
    files = {form: view.href(f"register.{form}", **asked.told) for form in registered.FORMS}
    held, said = vars(replace(told, shown=len(every))), narrowed(asked.told, view.lang)
    return Paged(**held, narrowed=said, places=places(look, view), files=files, packs=offered(site, view, asked), page=number, pages=pages)


def file(site: Site, view: View, form: str) -> bytes:
    """All of it, in one of its forms."""
    look, asked = site.look(view.on, view.known), chosen(site, view)
    told = registered.register(look.read, found(look, asked), len(look.verdicts), asked, view.lang)
    return registered.document(told, form, view.lang, look.read)
