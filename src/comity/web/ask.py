"""The interview in a browser: what is left to ask about a movement, one question after another. All answers are in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.facts.vocabulary import PLURALS
from comity.files.world_file import as_told
from comity.interview import answers as kept
from comity.interview.answers import Answers
from comity.interview.control import Control, control, taking, typed
from comity.interview.draft import PAPERS, TYPED, Draft, Keys, at, fragment, sketched
from comity.interview.interview import Interview
from comity.interview.opening import MOVEMENT, Opening, openings
from comity.interview.passed import mark
from comity.interview.start import Ahead, Opened, ahead, from_nothing
from comity.law.condition import Path
from comity.text.source import Mistake, Node, Place, SourceError, nearest
from comity.verdict.plan import Plan
from comity.web.flows import Flow, flow
from comity.web.named import coded
from comity.web.page import TEXT, Choices
from comity.web.problem import Wrong, wrong
from comity.web.site import Look, Site
from comity.web.view import View
from comity.why.missing import Question
from comity.words.notes import Note
from comity.words.page import Page, question_line
from comity.words.words import Words, day, place

ANSWERS: Final = "answers"
"""What answers are called in an address, in a form, and where a mistake is in them."""
LEFT: Final = "?"
"""After the name of an opening that was left open: what it answers is asked by itself."""
LONGEST: Final = 200
"""Signs of a name."""
TELLING: Final = ("kind", "under", "test")
"""What a paper is called by."""
ROOM: Final = 8_000
"""Signs of an address that any browser, proxy and server takes."""
ASKED: Final[Choices] = {ANSWERS: ("the answers so far, packed", TEXT)}


@dataclass(frozen=True)
class Put:
    """A question: for whom (`kind`), why it is asked, and the provision it is for. `mark` names it."""

    mark: str
    text: str
    kind: str
    why: str
    law: tuple[str, str] | None


@dataclass(frozen=True)
class Now(Put):
    """A question that is put now. `control`: what takes its answer; `covers`: what an assumption would close of what is open."""

    control: Control
    covers: Sequence[str] = ()


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
    now: Sequence[Now]
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
    now = round_.now()
    after = [one for one in round_.left.here if one not in now]
    said = round_.interview.draft.said
    return Asked(
        flow(verdict, words),
        day(look.read.asked_on),
        verdict.outcome.settled,
        sum(1 for _ in kept.entries(round_.interview.draft.node)),
        [at_once(one, round_, view, words) for one in now],
        [asked(one, round_.interview, view, words) for one in after],
        any(isinstance(one, Question) and one.closing for one in now),
        said_so(said, words),
        list(_passed(round_.interview, told, view, words)),
        [question_line(question, words, look.read.plan) for question in round_.left.beyond],
        [] if now else list(Page(verdict, round_.interview.draft.world(), words).notes()),
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


def _passed(interview: Interview, told: Answers, view: View, words: Words) -> Iterator[tuple[str, str]]:
    """What was passed over and could still change the answer."""
    known = openings(words.vocabulary)
    if not {*told.passed} - {one.name for one in known}:
        return
    open_ = interview.unanswered()
    for opening in known:
        if opening.name + LEFT in told.passed and any(opening.answers(question, interview.draft) for question in open_):
            yield opening.name, opened_text(opening, interview.draft, view)
    for question in open_:
        if (name := mark(question)) in told.passed:
            yield name, question_line(question, words, interview.plan)


def put(question: Question, plan: Plan, draft: Draft, words: Words) -> Now:
    """A question as it is put beside others, of a paper whether there is one."""
    on = control(question, draft, words)
    return _now(_asked(question, question_line(question, words, plan), words), replace(on, shape="list") if on.shape == "papers" else on)


def asked(one: Question | Opened, interview: Interview, view: View, words: Words) -> Put:
    """A question in words."""
    if isinstance(one, Opened):
        return replace(_asked(one.question, opened_text(one.opening, interview.draft, view), words), mark=one.opening.name)
    paper = one.more and PAPERS.get(one.fact) == "instruments"
    return _asked(one, view.text("open begins") if paper else question_line(one, words, interview.plan), words)


def _asked(question: Question, text: str, words: Words) -> Put:
    law = question.law
    why = f"{words.gist(law)}{words.text('gap')}{words.cite(law)}" if law is not None else ""
    return Put(mark(question), text, question.kind, why, (question.regime, law.path) if law is not None else None)


def _now(said: Put, on: Control, covers: Sequence[str] = ()) -> Now:
    return Now(said.mark, said.text, said.kind, said.why, said.law, on, covers)


def at_once(one: Question | Opened, round_: Round, view: View, words: Words) -> Now:
    """A question as it is put by itself."""
    interview = round_.interview
    covers: Sequence[str] = ()
    if isinstance(one, Opened):
        on = opened_control(one.opening, interview, view, words)
        if one.opening.takes == "signed":
            covers = [question_line(question, words, interview.plan) for question in interview.unanswered() if one.opening.answers(question, interview.draft)]
    else:
        on = control(one, interview.draft, words)
    if on.shape == "papers":
        on = replace(on, options=[*(on.options or [("complete", view.text("no other paper"))]), *_papers(round_.left.asked_of, words)])
    return _now(asked(one, interview, view, words), on, covers)


def opened_text(opening: Opening, draft: Draft, view: View) -> str:
    """An opening as it is put, with the places of the two."""
    held = (at(draft.node, ("movements", MOVEMENT, end)) for end in ("origin", "destination"))
    return view.text(f"open {opening.name}", *(place(one.text, view.lang) if one is not None and one.text else "?" for one in held))


def opened_control(opening: Opening, interview: Interview, view: View, words: Words) -> Control:
    """What takes the answer to an opening."""
    if opening.fact:
        kind, name, *column = opening.fact.split(".")
        fact = words.vocabulary.kinds[kind][name]
        return replace(taking(fact.columns[column[0]] if column else fact, interview.draft, words), shape="some" if opening.takes == "some" else "one")
    choices = [(code, view.text(f"open {opening.name} {code}")) for code in opening.codes]
    match opening.takes:
        case "papers":
            return Control("papers", choices)
        case "signed":
            return Control("signed")
        case "so":
            return Control("truth")
        case _:
            return Control("one", choices)


def _papers(interview: Interview, words: Words) -> list[tuple[str, str]]:
    """The papers that laws still ask for, by their numbers: in words all that whoever chooses one says of it."""
    named: list[tuple[str, str]] = []
    for i, question in enumerate(interview.papers()):
        told = words.text("comma").join(_of_paper(name, value, words) for name, value in sketched(question, words.vocabulary))
        law = f"{question.regime} {question.law.path}" if question.law is not None else question.regime
        named.append((str(i), f"{told} ({law})"))
    return named


def _of_paper(name: str, value: Node, words: Words) -> str:
    """One fact of a paper: what it is and under which rule by the code alone."""
    fact, label = words.vocabulary.kinds["instrument"][name], words.label(Path("self", (), name, "instrument"))
    if value.text == "true":
        return label
    codes = (item.text or "" for item in value.items if item.text != "...") if value.items is not None else (value.text or "").split(" | ")
    said = words.text("or").join(words.code(code, fact) for code in codes)
    return said if name in TELLING else f"{label}{words.text('colon')}{said}"


@dataclass(frozen=True)
class Round:
    """An interview, and what is left to put in it."""

    interview: Interview
    left: Ahead

    def now(self) -> Sequence[Question | Opened]:
        """What is put at once: one question, or the block of those for the end."""
        here = self.left.here
        return here if here and isinstance(here[0], Question) and here[0].closing else here[:1]

    def sent(self, form: Mapping[str, Sequence[str]]) -> list[Question | Opened]:
        """What a form puts: of what is left, or of all that is open."""
        named = {name.removeprefix("q.") for name in form if name.startswith("q.")}
        found = {one.opening.name if isinstance(one, Opened) else mark(one): one for one in (*self.interview.unanswered(), *self.left.here)}
        return [one for name, one in found.items() if name in named]


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
    if movement or not from_nothing(draft):
        return Round(interview, Ahead(*interview.ahead(), interview))
    return Round(interview, ahead(interview, {one.removesuffix(LEFT) for one in told.passed}))


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
        return Answers(told.said, tuple(m for m in told.passed if m not in (which, which + LEFT))), []
    if does == "back":
        left = kept.without(kept.read(ANSWERS, told.said), which)
        answered_ = {one.name for one in openings(look.read.plan.vocabulary)}  # what an opening answered may be open again, and is put again if it is
        return if_so(Answers("\n".join(fragment(left)), tuple(one for one in told.passed if one not in answered_)), told, look, movement, view)
    if does == "merge":
        draft = drafted(look, movement, view.on)
        draft.merge([(ANSWERS, text.encode()) for text in (told.said, *sent.get("paste", ())) if text.strip()])
        return if_so(Answers("\n".join(fragment(draft.said)), told.passed), told, look, movement, view)
    round_ = interviewed(look, movement, told, view.on)
    interview = round_.interview.fork()
    draft, words = interview.draft, Words(view.lang, look.read.plan.vocabulary)
    passed, mistakes = list(told.passed), []
    for one in round_.sent(sent):
        name = one.opening.name if isinstance(one, Opened) else mark(one)
        on = at_once(one, round_, view, words).control
        written = "" if does == "dunno" else chosen(name, on, sent)
        opened = isinstance(one, Opened)
        unsaid = written in ("", "unknown") or (opened and written == "false")
        if opened or unsaid:
            passed.append(name + LEFT if opened and unsaid else name)
        if not unsaid:
            mistakes += _taken(one, on, written, sent, interview, round_)
    return (told, mistakes) if mistakes else (Answers("\n".join(fragment(draft.said)), tuple(sorted({*passed}))), [])


def _taken(one: Question | Opened, on: Control, written: str, sent: Mapping[str, Sequence[str]], interview: Interview, round_: Round) -> list[Mistake]:
    """Puts one answer in; what is wrong with it."""
    name = one.opening.name if isinstance(one, Opened) else mark(one)
    if on.shape == "papers" and written.isdigit():
        papers = round_.left.asked_of.papers()
        if int(written) >= len(papers):
            return [Mistake(Place(name, 1, 1), f"'{written}' cannot be chosen here")]
        return interview.put(papers[int(written)], "yes" if f"unheld.{name}" in sent else "held" if f"more.{name}" in sent else "only")
    if isinstance(one, Question):
        return interview.put(one, written)
    if on.shape == "signed" and len(written) > LONGEST:
        return [Mistake(Place(name, 1, 1), f"a name has at most {LONGEST} signs")]
    said = [code for code in sent.get(f"a.{name}", ()) if code != "none"] if on.shape == "some" else [written]
    if on.options and (wrong_ := {*said} - {code for code, _ in on.options}):
        return [Mistake(Place(name, 1, 1), f"'{', '.join(sorted(wrong_))}' cannot be chosen here")]
    more = ["..."] if on.shape == "some" and f"more.{name}" in sent else []
    return interview.draft.state(list(one.opening.stated([*said, *more], interview.draft)))


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
