"""Asking from nothing: the first questions on one page, and the interview that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from comity.interview.answers import Answers
from comity.interview.control import Control, taking
from comity.interview.draft import TYPED, Draft, fragment
from comity.interview.start import ASSUMED, OPENERS, OWNED, STATED, Opener, begun
from comity.text.source import Mistake, Node, Place
from comity.web import ask
from comity.web.named import coded
from comity.web.problem import Wrong, wrong
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.words import Words, day

LONGEST: Final = 200
"""Signs of a name."""


@dataclass(frozen=True)
class Opening:
    """One of the first questions: its name in the form, and what takes its answer."""

    name: str
    control: Control


@dataclass(frozen=True)
class Start:
    """The first page: its questions, block by block, the choices that are no single fact, what may be assumed. `wrong`: what was wrong with the form."""

    on: str
    blocks: Sequence[tuple[str, Sequence[Opening]]]
    owned: Sequence[str]
    stated: Sequence[str]
    assumed: Sequence[str]
    laws: Sequence[str]
    wrong: Sequence[Wrong] = ()


def page(site: Site, view: View, path: Mapping[str, Any]) -> Start:
    """The first page."""
    look, mistakes = site.look(view.on, view.known), path.get("mistakes", ())
    words = Words(view.lang, look.read.plan.vocabulary)
    draft = Draft(Node(TYPED, pairs={}), words.vocabulary, None, look.read.asked_on)
    blocks = [(block, [Opening(one.name, _control(one, draft, words)) for one in some]) for block, some in groupby(OPENERS, lambda one: one.block)]
    laws = sorted(regime.book.regime for regime in look.read.plan.regimes)
    return Start(day(look.read.asked_on), blocks, OWNED, STATED, ASSUMED, laws, [wrong(mistake) for mistake in mistakes])


def _control(one: Opener, draft: Draft, words: Words) -> Control:
    fact = words.vocabulary.kinds[one.kind][one.fact]
    made = taking(fact.columns[one.column] if one.column else fact, draft, words)
    if one.column:
        return Control("some", made.options)
    return Control("place") if made.shape == "places" else made


def sent(site: Site, view: View, _: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> tuple[View, list[Mistake]]:
    """The interview that the first answers lead to, or what was wrong with them."""
    told, mistakes = answered(site.look(view.on, view.known), view, said)
    return (view, mistakes) if mistakes else (view.to("/ask/questions", answers=told.packed()), [])


def answered(look: Look, view: View, sent: Mapping[str, Sequence[str]]) -> tuple[Answers, list[Mistake]]:
    """The answers that the first page makes, or what was wrong with it."""
    by = "".join(sent.get("by", ())).strip()
    if any(sent.get("assume", ())) and not 0 < len(by) <= LONGEST:
        return Answers(), [Mistake(Place("by", 1, 1), view.text("ask by missing"))]
    places = {one.name for one in OPENERS if one.name.endswith("_in")}
    said = {name: [coded(text) for text in texts] if name in places else texts for name, texts in sent.items()}
    plan = look.read.plan
    told = Answers("\n".join(fragment(begun(said, plan.vocabulary, look.read.asked_on))))
    return ask.if_so(told, Answers(), look, "", view)
