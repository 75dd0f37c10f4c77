"""What changes: of the flows that are served, from one day to another; and of every transfer there can be, between two editions of a regime."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from comity import shelf
from comity.edge.changes import bars, editions, notes, record
from comity.facts.value import MAX
from comity.law.rulebook import Rulebook
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.outcome import Span
from comity.web.flows import Flow, flow, sign_and_word
from comity.web.law import known_book, where
from comity.web.page import DAY, Choices
from comity.web.site import Site
from comity.web.view import View
from comity.web.workshop import AGAIN, PATIENCE
from comity.words import provision
from comity.words.notes import Note
from comity.words.provision import provisions
from comity.words.words import Words, day

SECONDS: Final = 30.0
"""Time of each step of a proof; what is not proved by then is unknown."""
ASKED: Final[Choices] = {
    "from": ("the day before; the eve of the next change, unless told", DAY),
    "to": ("the day after; that of the next change, unless told", DAY),
}
COMPARED: Final[Choices] = {"then": ("the rulebook as it was known on this later day; as known now, unless told", DAY)}


@dataclass(frozen=True)
class Turned:
    """A flow whose outcome is another: what it was, a sign and a word, and what it is then; `by`: the provisions that stand on one side only."""

    flow: Flow
    was: tuple[str, str]
    by: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Class:
    """Flows that go from one outcome to another."""

    was: tuple[str, str]
    now: tuple[str, str]
    flows: Sequence[Turned]


@dataclass(frozen=True)
class Turns:
    """What changes from one day to another, the most first; `count` of `all` flows. `turns`: the days on which law or facts change."""

    since: str
    until: str
    count: int
    all: int
    classes: Sequence[Class]
    turns: Sequence[str]


@dataclass(frozen=True)
class Edition:
    """One of the two. `known`: the day on which it is as it was known, empty where it is as known now."""

    name: str
    published: str
    digest: str
    known: str


@dataclass(frozen=True)
class Compared:
    """Two editions: two rulebooks, or one as it was known on two days. `learnt`: the days on which more of the one that is served became known.

    `state`: `none` where there is nothing to compare, `waiting`, `working` while it is proved, `done`; `notes`: the page, part by part; `record`: the
    same as data, as `comity law diff --json` tells it.
    """

    regime: str
    state: str
    learnt: Sequence[str]
    editions: Sequence[Edition] = ()
    spent: int = 0
    notes: Sequence[Note] = ()
    record: Mapping[str, Any] | None = None


def turned(site: Site, view: View, _: Mapping[str, Any]) -> Turns:
    """The flows whose outcome is another on one day than on an earlier one."""
    now = site.look(view.on, view.known)
    since, until = _days(view, now.turns, now.read.asked_on)
    before, after = site.look(since, view.known), site.look(until, view.known)
    words = Words(view.lang, after.read.plan.vocabulary)
    found: dict[tuple[Span, Span], list[Turned]] = {}
    for name, verdict in after.verdicts.items():
        old = before.verdicts.get(name)  # none where whoever looks took no part then
        if old is not None and old.outcome != verdict.outcome:
            one = Turned(flow(verdict, words), sign_and_word(old.outcome, words), list(bars(old, verdict)))
            found.setdefault((old.outcome, verdict.outcome), []).append(one)
    classes = [
        Class(sign_and_word(was, words), sign_and_word(then, words), flows)
        for (was, then), flows in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    count = sum(len(one.flows) for one in classes)
    return Turns(day(since), day(until), count, len(after.verdicts), classes, [day(turn) for turn in now.turns])


def _days(view: View, turns: Sequence[int], today: int) -> tuple[int, int]:
    """The two days: those that are named, or the eve and the day of the next change (of the last one, if there is none). Raises SourceError."""
    first, last = view.days(*ASKED)
    until = last or next((turn for turn in turns if turn > today), turns[-1] if turns else today)
    since = first or until - 1
    if since >= until:
        raise SourceError([Mistake(Place("from", 1, 1), f"{day(since)} is not before {day(until)}", "write an earlier day")])
    return since, until


def compared(site: Site, view: View, path: Mapping[str, Any]) -> Compared:
    """What another edition of a regime that is served beside it would change, or what became known of it between two days."""
    regime = path["regime"]
    here = where(site, regime)
    book = known_book(here, view)
    learnt = [day(one) for one in provision.learnt(book)]
    other, known, then = _other(site, here, book, view)
    if other is None:
        return Compared(regime, "none", learnt)

    books = [(book, known), (shelf.book(other), then)]

    def made() -> tuple[Any, Any]:
        from comity.prove.difference import Compared as Proof  # noqa: PLC0415 -- a solver takes long to load

        both = editions(books[0][0], books[1][0], known, then)
        return Proof(both, SECONDS).difference(), both

    work = site.workshop.ask(("editions", *((one.digest, as_known) for one, as_known in books)), made, PATIENCE)
    told = [Edition(one.edition, day(one.published), one.digest, day(as_known) if as_known < MAX else "") for one, as_known in books]
    plain = Compared(regime, "working" if work.begun else "waiting", learnt, told, work.spent)
    if not work.answer.done():
        return plain
    found, both = work.answer.result()
    served = {law.path for law in provisions(book) if law.known <= view.known}
    parts = notes(found, both, Words(view.lang, both.new.vocabulary), lambda at: str(at).replace(at.file, f"{regime}/{Path(at.file).name}", 1))
    return replace(plain, state="done", notes=[_led(note, served) for note in parts], record=_at_home(record(found, both)))


def _other(site: Site, here: Path, book: Rulebook, view: View) -> tuple[Path | None, int, int]:
    """What the rulebook that is served is compared with, and the days on which either is as it was known. Raises SourceError.

    Another edition, if one is served and no later day is asked for; else itself: what was known last, and before that, unless other days are named.
    """
    then, learnt = view.days("then")[0], provision.learnt(book)
    other = next((one for one in site.editions if one.name == here.name), None)
    if then is None and other is not None:
        return other, view.known, MAX
    if then is None and view.known == MAX:
        return (here, learnt[-1] - 1, MAX) if len(learnt) > 1 else (None, MAX, MAX)
    known, until = view.known if view.known < MAX else book.published, MAX if then is None else then
    if known >= until:
        raise SourceError([Mistake(Place("then", 1, 1), f"{day(known)} is not before {day(until)}", "write a later day")])
    return here, known, until


def again(found: Compared) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if found.state in ("waiting", "working") else 0


def _led(note: Note, served: Collection[str]) -> Note:
    """The same, leading to none but provisions that are served."""
    return replace(note, law=note.law if note.law and note.law[1] in served else None, parts=[_led(part, served) for part in note.parts])


def _at_home(told: Any) -> Any:  # noqa: ANN401 -- data, whatever its shape
    """The same data, with files by their names alone: where they lie is nobody's business."""
    match told:
        case dict():
            return {key: Path(value).name if key == "file" else _at_home(value) for key, value in told.items()}
        case list():
            return [_at_home(one) for one in told]
        case _:
            return told
