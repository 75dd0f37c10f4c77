"""What changes: of the flows that are served, from one day to another; and of every transfer there can be, between two editions of a regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from comity.edge.changes import bars, editions, record
from comity.prove.editions import Provision
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.outcome import Span
from comity.web.beside import DAY
from comity.web.flows import Flow, flow, sign_and_word
from comity.web.law import where
from comity.web.page import Choices
from comity.web.site import Site
from comity.web.view import View
from comity.web.workshop import AGAIN, PATIENCE
from comity.words.words import Words, day, outcomes

SECONDS: Final = 30.0
"""Time of each step of a proof; what is not proved by then is unknown."""
ASKED: Final[Choices] = {
    "from": ("the day before; the eve of the next change, unless told", DAY),
    "to": ("the day after; that of the next change, unless told", DAY),
}


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
class By:
    """A provision by which a transfer is judged otherwise; `how`: added, dropped or changed, and through what."""

    path: str
    how: str
    cite: str


@dataclass(frozen=True)
class Witness:
    """A class of transfers that are judged otherwise. `world`: a world in which one is, as `comity check` takes it."""

    direction: str
    was: tuple[str, str]
    now: tuple[str, str]
    by: Sequence[By]
    world: str


@dataclass(frozen=True)
class Compared:
    """Two editions. `state`: `none` where no other is served, `waiting`, `working` while it is proved, `done`; `unknown`: classes untold when time was over."""

    regime: str
    state: str
    editions: Sequence[str] = ()
    spent: int = 0
    changes: Sequence[Witness] = ()
    unknown: Sequence[tuple[str, str]] = ()
    duties: Sequence[By] = ()
    record: Mapping[str, Any] | None = None


def turned(site: Site, view: View, _: Mapping[str, Any]) -> Turns:
    """The flows whose outcome is another on one day than on an earlier one."""
    now = site.look(view.on, view.known)
    since, until = _days(view, now.turns, now.read.asked_on)
    before, after = site.look(since, view.known), site.look(until, view.known)
    words = Words(view.lang, after.read.plan.vocabulary)
    found: dict[tuple[Span, Span], list[Turned]] = {}
    for name, verdict in after.verdicts.items():
        old = before.verdicts[name]
        if old.outcome != verdict.outcome:
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
    """What another edition of a regime that is served beside it would change."""
    regime = path["regime"]
    here = where(site, regime)
    other = next((one for one in site.editions if one.name == regime), None)
    if other is None:
        return Compared(regime, "none")

    def made() -> tuple[Any, Any]:
        from comity.prove.difference import Compared as Proof  # noqa: PLC0415 -- a solver takes long to load

        both = editions(str(here), str(other))
        return Proof(both, SECONDS).difference(), both

    files = [one / "rulebook.yaml" for one in (here, other)]
    key = ("editions", regime, *((file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists()))
    work = site.workshop.ask(key, made, PATIENCE)
    plain = Compared(regime, "working" if work.begun else "waiting", spent=work.spent)
    if not work.answer.done():
        return plain
    found, both = work.answer.result()
    said = outcomes(view.lang)
    words = Words(view.lang, both.new.vocabulary)
    changes = [
        Witness(view.text(one.direction), sign_and_word(one.old, words), sign_and_word(one.new, words), [_by(part, view) for part in one.by], one.world)
        for one in found.changes
    ]
    unknown = [(said[old], said[new]) for old, new in found.unknown]
    books = [plan.regimes[0].book.edition for plan in (both.old, both.new)]
    return replace(
        plain,
        state="done",
        editions=books,
        changes=changes,
        unknown=unknown,
        duties=[_by(part, view) for part in found.owed],
        record=_at_home(record(found, both)),
    )


def again(found: Compared) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if found.state in ("waiting", "working") else 0


def _at_home(told: Any) -> Any:  # noqa: ANN401 -- data, whatever its shape
    """The same data, with files by their names alone: where they lie is nobody's business."""
    match told:
        case dict():
            return {key: Path(value).name if key == "file" else _at_home(value) for key, value in told.items()}
        case list():
            return [_at_home(one) for one in told]
        case _:
            return told


def _by(one: Provision, view: View) -> By:
    """A provision, and how it was changed: itself, or through what it rests on."""
    how = view.text(f"was {one.how}")
    if one.through:
        how = view.text("changed through" if not one.itself else "changed itself and through", how, view.text("comma").join(one.through))
    return By(one.path, how, one.law.cite)
