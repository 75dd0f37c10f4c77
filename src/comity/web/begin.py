"""Asking from nothing: the few first questions on one page, and the interview that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.interview.answers import Answers
from comity.interview.draft import TYPED, Draft, fragment, leaves
from comity.interview.opening import Shape, openings
from comity.interview.start import begun
from comity.text.source import Mistake, Node, Place
from comity.web import ask
from comity.web.named import coded
from comity.web.problem import Wrong, wrong
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.words import day


@dataclass(frozen=True)
class First:
    """One of the first questions: its name in the form, what takes its answer, and what there is to choose from."""

    name: str
    takes: Shape
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Start:
    """The first page: its questions, the laws that are asked, and the day on which. `wrong`: what was wrong with the form."""

    on: str
    asked: Sequence[First]
    laws: Sequence[str]
    wrong: Sequence[Wrong] = ()


def page(site: Site, view: View, path: Mapping[str, Any]) -> Start:
    """The first page."""
    look, mistakes = site.look(view.on, view.known), path.get("mistakes", ())
    first = (one for one in openings(look.read.plan.vocabulary) if one.first)
    asked = [First(one.name, one.takes, [(code, view.text(f"open {one.name} {code}")) for code in one.codes]) for one in first]
    laws = sorted(regime.book.regime for regime in look.read.plan.regimes)
    return Start(day(look.read.asked_on), asked, laws, [wrong(mistake) for mistake in mistakes])


def sent(site: Site, view: View, _: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> tuple[View, list[Mistake]]:
    """The interview that the first answers lead to, or what was wrong with them."""
    told, mistakes = answered(site.look(view.on, view.known), view, said)
    return (view, mistakes) if mistakes else (view.to("/ask/questions", answers=told.packed()), [])


def answered(look: Look, view: View, sent: Mapping[str, Sequence[str]]) -> tuple[Answers, list[Mistake]]:
    """The answers that the first page makes, or what was wrong with it."""
    draft = Draft(Node(TYPED, pairs={}), look.read.plan.vocabulary, view.on, look.read.asked_on)
    mistakes = draft.state(list(leaves(begun(look.read.asked_on), ())))
    for one in openings(draft.vocabulary):
        if not one.first:
            continue
        names = {f"{one.name}.{code}": code for code in one.codes} if one.takes == "place" else {one.name: ""}
        said = {name: text for name in names if (text := "".join(sent.get(name, ())[:1]).strip())}
        if len(said) > 1:
            mistakes.append(Mistake(Place(one.name, 1, 1), view.text("one of these"), view.text(f"open {one.name}")))
            continue
        for name, text in said.items():
            if not names[name] and text not in one.codes:
                mistakes.append(Mistake(Place(name, 1, 1), f"'{text}' cannot be chosen here"))
            else:
                mistakes += draft.state(list(one.stated([coded(text) if names[name] else text], draft, names[name])))
    if mistakes:
        return Answers(), mistakes
    return ask.if_so(Answers("\n".join(fragment(draft.said))), Answers(), look, "", view)
