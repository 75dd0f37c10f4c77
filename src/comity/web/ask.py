"""The interview in a browser: what is left to ask about a movement, one question after another. All answers are in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.facts.vocabulary import PLURALS
from comity.files.world_file import as_told
from comity.interview import answers as kept
from comity.interview.answers import Answers
from comity.interview.control import Control, control, typed
from comity.interview.draft import TYPED, Draft, Keys, fragment
from comity.interview.interview import Interview
from comity.interview.passed import mark
from comity.law.condition import Path
from comity.text.source import Mistake, Node, Place, SourceError, nearest
from comity.verdict.plan import Plan
from comity.web.flows import Flow, flow
from comity.web.named import coded
from comity.web.page import TEXT, Choices
from comity.web.problem import Wrong, wrong
from comity.web.site import Look, Site
from comity.web.view import View
from comity.why.missing import Question, open_leaves
from comity.words.notes import Note
from comity.words.page import Page, question_line
from comity.words.words import Words, day

ANSWERS: Final = "answers"
"""What answers are called in an address, in a form, and where a mistake is in them."""
ROOM: Final = 8_000
"""Signs of an address that any browser, proxy and server takes."""
ASKED: Final[Choices] = {ANSWERS: ("the answers so far, packed", TEXT)}


@dataclass(frozen=True)
class Put:
    """A question: for whom (`kind`), why it is asked, the provision it is for, and what takes its answer. `mark` names it."""

    mark: str
    text: str
    kind: str
    why: str
    law: tuple[str, str] | None
    control: Control


@dataclass(frozen=True)
class Said:
    """One answer: by what it is taken back, what it says of whom, and how it is written."""

    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Asked:
    """An interview as it stands.

    `flow`: the verdict so far; `known`: how many facts are stated; `now`: the questions put at once, `after`: those that follow as things stand;
    `block`: whether they are exceptions for special situations; `passed`: what was passed over and still matters, by its mark; `beyond`: what
    only the world's file can answer; `notes`: the verdict in full, once nothing is left to ask; `fragment`: the answers as part of a world;
    `packed`: the same for an address; `wrong`: what was wrong with the last answer.
    """

    flow: Flow
    on: str
    settled: bool
    known: int
    now: Sequence[Put]
    after: Sequence[Put]
    block: bool
    said: Sequence[Said]
    passed: Sequence[tuple[str, str]]
    beyond: Sequence[str]
    notes: Sequence[Note]
    fragment: str
    packed: str
    wrong: Sequence[Wrong] = ()


def page(site: Site, view: View, path: Mapping[str, Any]) -> Asked:
    """The interview on a movement of the served world, or on what the answers describe."""
    return shown(site.look(view.on, view.known), path.get("movement", ""), view, path.get("mistakes", ()))


def sent(site: Site, view: View, path: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> tuple[View, list[Mistake]]:
    """Where the interview stands after a form."""
    told, mistakes = answered(site.look(view.on, view.known), path.get("movement", ""), view, said)
    return view.to(view.path, answers=told.packed()), mistakes


def shown(look: Look, movement: str, view: View, mistakes: Sequence[Mistake] = ()) -> Asked:
    """How an interview stands, on the answers that the address holds."""
    told = Answers.unpacked(ANSWERS, view.asked.get(ANSWERS, ""))
    round_ = interviewed(look, movement, told, view.on)
    words, verdict = Words(view.lang, look.read.plan.vocabulary), round_.interview.verdict
    here = [put(question, look.read.plan, round_.interview.draft, words) for question in round_.here]
    block = bool(round_.here) and round_.here[0].derogation
    now = here if block else here[:1]
    said = round_.interview.draft.said
    return Asked(
        flow(verdict, words),
        day(look.read.asked_on),
        verdict.outcome.settled,
        sum(1 for _ in kept.entries(round_.interview.draft.node)),
        now,
        here[len(now) :],
        block,
        said_so(said, words),
        list(_passed(round_.interview, told, words)),
        [question_line(question, words, look.read.plan) for question in round_.beyond],
        [] if here else list(Page(verdict, round_.interview.draft.world(), words).notes()),
        "\n".join(fragment(said)),
        told.packed(),
        [wrong(mistake) for mistake in mistakes],
    )


def said_so(said: Node, words: Words) -> list[Said]:
    """Every answer by itself."""
    return [Said(kept.named(keys), _label(keys, words), value) for keys, value in kept.entries(said)]


def _label(keys: Keys, words: Words) -> str:
    """What an answer says, of whom."""
    kind = next((kind for kind, plural in PLURALS.items() if plural == keys[0]), "")
    if len(keys) == 3 and kind:
        return f"{keys[1]}{words.text('comma')}{words.label(Path('self', (), str(keys[2]), kind))}"
    return {"assume": words.text("assumed")}.get(str(keys[0]), kept.named(keys).replace("/", " "))


def _passed(interview: Interview, told: Answers, words: Words) -> Iterator[tuple[str, str]]:
    """What was passed over and could still change the answer."""
    open_ = (q for judged in interview.verdict.open_legs for asked in open_leaves(judged, interview.plan).values() for q in asked)
    for question in dict.fromkeys(open_):
        if (name := mark(question)) in told.passed:
            yield name, question_line(question, words, interview.plan)


def put(question: Question, plan: Plan, draft: Draft, words: Words) -> Put:
    """A question as it is put."""
    law = question.law
    why = f"{words.gist(law)}{words.text('gap')}{words.cite(law)}" if law is not None else ""
    told = (question.regime, law.path) if law is not None else None
    return Put(mark(question), question_line(question, words, plan), question.kind, why, told, control(question, draft, words))


@dataclass(frozen=True)
class Round:
    """An interview, the questions that can be answered here, and those that only the world's file can answer."""

    interview: Interview
    here: Sequence[Question]
    beyond: Sequence[Question]


@lru_cache(maxsize=32)
def interviewed(look: Look, movement: str, told: Answers, on: int | None) -> Round:
    """The interview after some answers, on a movement of the world, or if none is named on the one that the answers themselves describe.

    The same answers always make the same interview, so that it may be kept; nothing depends on its being kept. Raises SourceError.
    """
    draft = drafted(look, movement, on)
    if told.said:
        draft.merge([(ANSWERS, told.said.encode())])
    about = movement or _only(draft)
    interview = Interview(draft, about, look.read.plan, told.passed)
    here, beyond = interview.ahead()
    return Round(interview, here, beyond)


def drafted(look: Look, movement: str, on: int | None) -> Draft:
    """What answers are put into: the world, or where no movement of it is meant, nothing."""
    read = look.read
    if not movement:
        return Draft(Node(TYPED, pairs={}), read.plan.vocabulary, on, read.asked_on)
    if movement not in read.world["movement"]:
        raise HTTPException(404, nearest(movement, read.world["movement"]))
    return Draft(read.node, read.plan.vocabulary, on, read.asked_on, read.filed.papers if read.filed else as_told)


def _only(draft: Draft) -> str:
    """The movement that answers describe: the first of them."""
    movements = draft.node.get("movements")
    if movements is None or not movements.pairs:
        raise SourceError([Mistake(Place(ANSWERS, 1, 1), "these answers describe no movement", "name one under movements")])
    return next(iter(movements.pairs))


def answered(look: Look, movement: str, view: View, sent: Mapping[str, Sequence[str]]) -> tuple[Answers, list[Mistake]]:
    """The answers after what was sent, and what was wrong with it; then nothing has changed. Raises SourceError where the answers cannot be read."""
    told = Answers.unpacked(ANSWERS, "".join(sent.get(ANSWERS, ())[:1]))
    does, _, which = "".join(sent.get("do", ())[:1]).partition(" ")
    if does == "again":
        return Answers(told.said, tuple(m for m in told.passed if m != which)), []
    if does == "back":
        left = kept.without(kept.read(ANSWERS, told.said), which)
        return if_so(Answers("\n".join(fragment(left)), told.passed), told, look, movement, view)
    if does == "merge":
        draft = drafted(look, movement, view.on)
        draft.merge([(ANSWERS, text.encode()) for text in (told.said, *sent.get("paste", ())) if text.strip()])
        return if_so(Answers("\n".join(fragment(draft.said)), told.passed), told, look, movement, view)
    round_ = interviewed(look, movement, told, view.on)
    draft, about = round_.interview.draft.fork(), round_.interview.movement
    passed, mistakes = list(told.passed), []
    for question in round_.here:
        name = mark(question)
        if f"q.{name}" not in sent:
            continue
        written = "" if does == "dunno" else chosen(name, control(question, draft, Words(view.lang, draft.vocabulary)), sent)
        if not written or written == "unknown":
            passed.append(name)
        else:
            mistakes += draft.put(question, about, written)
    return (told, mistakes) if mistakes else (Answers("\n".join(fragment(draft.said)), tuple(sorted({*passed}))), [])


def if_so(made: Answers, before: Answers, look: Look, movement: str, view: View) -> tuple[Answers, list[Mistake]]:
    """Answers, if an interview can go on with them; else those before, and why not."""
    try:
        interviewed(look, movement, made, view.on)
    except SourceError as fault:
        return before, list(fault.mistakes)
    return made, []


def chosen(name: str, on: Control, sent: Mapping[str, Sequence[str]]) -> str:
    """What a form says for one control, as a person would type it; empty where nothing was chosen."""
    said = [*sent.get(f"a.{name}", ()), *sent.get(f"b.{name}", ())]
    if on.shape == "record" and any(sent.get(f"b.{name}", ())) and "".join(sent[f"b.{name}"]).strip():
        return "new " + "".join(sent[f"b.{name}"]).strip()
    if on.shape in ("number", "date"):
        return typed(on.shape, sent.get(f"a.{name}", ()), "".join(sent.get(f"b.{name}", ())[:1]))
    if on.shape in ("place", "places"):
        said = [coded(word) for text in said for word in (text.split(",") if on.shape == "places" else [text])]
    return typed(on.shape, [one for one in said if one.strip()], more=f"more.{name}" in sent)
