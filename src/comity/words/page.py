"""One verdict in full, as notes: a page that can be read aloud."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Final

from comity.facts.record import World
from comity.facts.value import FALSE, MAX, MIN, TRUE, UNKNOWN, Interval, only
from comity.law.condition import And, Condition
from comity.law.rulebook import REACH, Law
from comity.text.source import Place
from comity.verdict.opinion import Bar, Opinion, Owed, Way
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict
from comity.why.missing import Question, missing, questions
from comity.why.story import teller
from comity.words.brief import summary, untold
from comity.words.notes import Kind, Note, Rests
from comity.words.tree import Tree, is_dates, note_on
from comity.words.words import Words, day, place

SCOPE: Final = "scope"
"""The path under which a law is found as a whole."""
SHALLOW: Final = 3
"""How far down the reasons of what may stand are told: the questions say what would settle it."""
HANGS: Final = 3
"""Facts named of those that a law hangs on."""
ASKED: Final = 8
"""Questions put at once."""
OPEN: Final = 2
"""Bars of one regime that only may stand and are told with their reasons; the rest are named."""


class Page:
    """Writes the page of one verdict in one language. `full`: the laws that are told down to the facts, even where little or nothing stands for sure."""

    def __init__(self, verdict: Verdict, world: World, words: Words, full: Container[str] = ()) -> None:
        self.verdict, self.world, self.words, self.full = verdict, world, words, full
        self.rests = Rests()

    def notes(self) -> Iterator[Note]:
        """The whole page, part by part."""
        verdict, words, text = self.verdict, self.words, self.words.text
        about = [Note(verdict.about, kind="line")] if verdict.about else []
        yield Note(f"{verdict.movement}{text('colon')}{words.outcome(verdict.outcome)}", about, kind="title", state=state(verdict.outcome))
        yield Note(summary(verdict, words), kind="line")
        yield from self._legs()
        grouped: dict[tuple[str, str, str], list[str]] = {}
        for conflict in verdict.conflicts:
            grouped.setdefault((conflict.by, conflict.basis or place(conflict.place, words.lang), conflict.regime), []).append(conflict.law.cite)
        for told, cites in grouped.items():
            yield Note(text("conflict").format(*told, text("semicolon").join(cites)), kind="alert")
        for code in untold(verdict):
            yield Note(text("unread").format(place(code, words.lang)), kind="alert")
        yield from self._asked()
        brief = [] if verdict.narrowed else [o for o in verdict.opinions if o.name not in self.full]
        hanging = [o for o in brief if not o.span.settled and all(b.truth != TRUE for b in o.standing)]
        for one in verdict.opinions:
            if one not in hanging:
                yield self._opinion(one)
        if hanging:
            yield Note(text("open laws"), [self._hanging(one) for one in hanging], kind="open")
        yield from self._rests()
        having = {o.name for o in verdict.opinions}
        editions = [f"{r.book.regime} {r.book.edition}" for r in verdict.plan.regimes if r.book.regime in having]
        silent = [r.book.regime for r in verdict.plan.regimes if r.book.regime not in having]
        said = [text("asked").format(text("comma").join(editions) or text("none"))]
        said += [text("not concerned").format(text("comma").join(silent))] if silent else []
        yield Note("", [Note(one, kind="line") for one in (*said, text("advice"))], kind="group")

    def _legs(self) -> Iterator[Note]:
        """The legs of a movement of several, equal neighbours together."""
        words, legs = self.words, self.verdict.legs
        outcomes: dict[tuple[str, str], list[str]] = {}
        for judged in legs:
            leg = judged.leg
            who = words.text("as role").format(leg.actor or words.text("nobody named"), words.text(leg.role)) + (f" [{leg.part}]" if leg.part >= 0 else "")
            left = meet(list(judged.opinions.values())) if self.verdict.narrowed else judged.outcome
            outcomes.setdefault((who, words.outcome(left)), []).append(span(judged.leg.days, words))
        if len({outcome for _, outcome in outcomes}) > 1:
            told = [f"{who}{words.text('gap')}{outcome}" for who, outcome in outcomes]
            yield Note(words.text("legs").format(words.text("semicolon").join(told)), kind="line")

    def _law(self, law: Law, regime: str, lead: str = "", *, kind: Kind = "hang") -> Note:
        """A provision with its gist and its citation."""
        note_on(law, self.rests)
        return Note(f"{lead}{self.words.gist(law)}{self.words.text('gap')}{self.words.cite(law)}", kind=kind, law=(regime, law.path))

    def _label(self, key: str, parts: Sequence[Note], deep: int = 0) -> list[Note]:
        """What some notes are, and they; nothing where there are none."""
        return [Note(f"{self.words.text(key)}{self.words.text('colon').rstrip()}", [*parts], kind="label", deep=deep)] if parts else []

    # -- one regime --------------------------------------------------------------------------------------------------

    def _opinion(self, one: Opinion) -> Note:
        words, text = self.words, self.words.text
        said: list[Note] = []
        told = teller(one.judged, one.regime)
        tree = Tree(words, self.world, one.regime, self.rests)
        if one.scope == UNKNOWN:
            said.append(Note(text("may apply"), tree.because(told.tell(one.regime.scope)), kind="line", deep=SHALLOW))
        if len(self.verdict.legs) > 1 and (one.standing or one.owed):
            leg = one.judged.leg
            said.append(Note(text("leg").format(leg.actor or text("nobody named"), text(leg.role), span(leg.days, words)), kind="line"))
        if not one.standing:
            said.append(Note(text("silent"), kind="line"))
        full = [b for b in one.standing if b.truth == TRUE] + [b for b in one.standing if b.truth != TRUE][:OPEN]
        said += [self._bar(bar, one, tree) for bar in one.standing if bar in full]
        for law in (b.law for b in one.standing if b not in full):
            may = f"{law.path} {text('may stand')}{text('colon')}{words.gist(law)}{text('gap')}{words.cite(law)}"
            said.append(Note(may, kind="hang", law=(one.name, law.path), state="open"))
        said += [*self._lifted(one, tree), *self._quiet(one), *self._duties(one), *self._silent(one, tree)]
        title = f"{words.title(one.regime.book)} [{one.name}]{text('colon')}{words.outcome(one.span)}"
        return Note(title, said, kind="section", law=(one.name, SCOPE), state=state(one.span))

    def _hanging(self, one: Opinion) -> Note:
        """A law under which nothing stands for sure: what that hangs on and what may stand, in brief."""
        words, text = self.words, self.words.text
        what, told = one.decisive, teller(one.judged, one.regime)
        open_ = (one.regime.scope,) if one.scope == UNKNOWN else what.conditions if what else ()
        found = list(dict.fromkeys(q for condition in open_ for q in questions(told.tell(condition))))
        line = [question_line(replace(q, regime=one.name), words, self.verdict.plan).rpartition(" [")[0].rstrip("?？") for q in found[:HANGS]]
        said = [Note(f"{text('hangs')}{text('colon')}{text('semicolon').join(line)}{self._more(len(found) - HANGS)}", kind="hang")]
        if what:
            may = f"{what.law.path}{text('comma')}{words.gist(what.law)}{text('gap')}{words.cite(what.law)}"
            rest = self._more(len(one.standing) - 1)
            said.append(Note(f"{text('may stand')}{text('colon')}{may}{rest}", kind="hang", law=(one.name, what.law.path)))
        title = f"{words.title(one.regime.book)} [{one.name}]{text('colon')}{text('ends').format(*words.ends(one.span))}"
        return Note(title, said, kind="hang", law=(one.name, SCOPE), state="open")

    def _more(self, left: int) -> str:
        return self.words.text("and more").format(left) if left > 0 else ""

    def _bar(self, bar: Bar, one: Opinion, tree: Tree) -> Note:
        text, law = self.words.text, bar.law
        stands = bar.truth == TRUE
        said = self._law(law, one.name, f"{law.path} {text('stands' if stands else 'may stand')}{text('colon')}", kind="line")
        reasons = tree.because(teller(one.judged, one.regime).tell(bar.conditions[0]))
        said.parts += self._label("because", reasons, 0 if stands else SHALLOW)
        useful = [w for w in bar.ways if w.holds == UNKNOWN or (REACH[w.ground.kind] and w.available != FALSE)]
        said.parts += self._label("ways", [self._way(way, bar, one, tree) for way in useful]) or [Note(text("no way"), kind="line")]
        closed = [w.ground.path for w in bar.ways if w not in useful]
        if closed:
            said.parts.append(Note(text("closed ways").format(text("comma").join(closed)), kind="line"))
        said.state = state(bar.span) if stands else "open"
        return said

    def _way(self, way: Way, bar: Bar, one: Opinion, tree: Tree) -> Note:
        text = self.words.text
        reach = REACH[way.ground.kind]
        kind = text(f"act {reach}") + (f"{text('comma')}{text('open whether available')}" if way.available == UNKNOWN and reach else "")
        said = self._law(way.ground, one.name, f"{text('as role').format(way.ground.path, kind)}{text('colon')}")
        lacking = tree.because(teller(one.judged, one.regime).tell(way.lowered.holds)) if bar.truth == TRUE else []
        said.parts += self._label("open" if way.holds == UNKNOWN else "lacks", lacking, 0 if way.holds == FALSE else SHALLOW)
        return said

    def _lifted(self, one: Opinion, tree: Tree) -> Iterator[Note]:
        words, text, told = self.words, self.words.text, teller(one.judged, one.regime)
        for bar in one.bars:
            if bar.lifted == TRUE:
                holding = [w for w in bar.ways if w.holds == TRUE]
                for way in holding:
                    note_on(way.ground, self.rests)
                filed = dict.fromkeys(paper for w in holding for paper in tree.papers(told.tell(w.lowered.holds)))
                by = text("semicolon").join(f"{g.path}{text('comma')}{words.gist(g)}{text('gap')}{words.cite(g)}" for w in holding for g in (w.ground,))
                papers = [Note(text("comma").join(filed), kind="line")] if filed else []
                lifted = f"{text('lifted')}{text('colon')}"
                if one.name in self.full:
                    said = self._law(bar.law, one.name, f"{lifted}{bar.law.path}{text('colon')}")
                    said.parts += [*papers, *self._label("by", [self._holds(way, one, tree) for way in holding])]
                    yield said
                else:
                    yield Note(lifted + text("lifted by").format(bar.law.path, by), papers, kind="hang", law=(one.name, bar.law.path))

    def _holds(self, way: Way, one: Opinion, tree: Tree) -> Note:
        """A ground that holds, and why."""
        said = self._law(way.ground, one.name, f"{way.ground.path}{self.words.text('colon')}")
        said.parts += self._label("because", tree.because(teller(one.judged, one.regime).tell(way.lowered.holds)))
        return said

    def _silent(self, one: Opinion, tree: Tree) -> Iterator[Note]:
        """Where nothing stands under a law that is told down to the facts: what it prohibits, and why this is none of it."""
        if one.name not in self.full or one.standing:
            return
        told = teller(one.judged, one.regime)
        out = [(law, when) for law, when in one.regime.prohibitions if one.judged.stretch.truth(when, one.judged.row) == FALSE]
        lead = self.words.text("colon")
        parts = [replace(self._law(law, one.name, f"{law.path}{lead}", kind="item"), parts=tree.because(told.tell(when))) for law, when in out]
        yield from self._label("not standing", parts, SHALLOW)

    def _quiet(self, one: Opinion) -> Iterator[Note]:
        """Prohibitions that only the day keeps silent: not commenced, suspended, repealed."""
        judged, words, text = one.judged, self.words, self.words.text
        for law, when in one.regime.prohibitions:
            parts: Sequence[Condition] = when.parts if isinstance(when, And) else (when,)
            truths = {is_dates(p): {judged.stretch.truth(q, judged.row) for q in parts if is_dates(q) == is_dates(p)} for p in parts}
            if FALSE in truths.get(True, ()) and truths.get(False) == {TRUE}:
                told = f"{law.path}{text('comma')}{words.gist(law)}{text('gap')}{words.cite(law)}"
                yield Note(text("quiet").format(told), kind="hang", law=(one.name, law.path))

    def _duties(self, one: Opinion) -> Iterator[Note]:
        text = self.words.text
        open_ = [o for o in one.owed if o.state != "met"]
        for timing in ("before", "during", "after"):
            due = [self._duty(o, one) for o in open_ if o.law.timing == timing]
            if due:
                yield Note(f"{text('duties')} · {text(timing)}{text('colon').rstrip()}", due, kind="label")
        met = [o.law.path for o in one.owed if o.state == "met"]
        if met:
            yield Note(text("met duties").format(text("comma").join(met)), kind="hang")

    def _duty(self, owed: Owed, one: Opinion) -> Note:
        words, text = self.words, self.words.text
        name = only(one.judged.leg.facts.get(owed.law.by)) or owed.law.by.replace("_", " ")
        said = owing(owed)
        due = f"{text('comma')}{text('due').format(span(owed.due, words, bare=True))}" if owed.due is not None else ""
        return self._law(owed.law, one.name, f"{owed.law.path} · {name} · {text(said)}{due}{text('colon')}", kind="item")

    # -- the end of the page -----------------------------------------------------------------------------------------

    def _asked(self) -> Iterator[Note]:
        words, text = self.words, self.words.text
        found = asked(self.verdict)
        said: list[Note] = []
        for kind in ("find out", "do", "apply for", "ask counsel"):
            own = [q for q in found[:ASKED] if q.kind == kind]
            said += self._label(kind, [Note(question_line(q, words, self.verdict.plan)) for q in own])
        if found:
            yield Note(f"{text('ask')}{self._more(len(found) - ASKED)}", said, kind="asking")

    def _rests(self) -> Iterator[Note]:
        text = self.words.text
        said = self._label("stated", [Note(self._stood(*who)) for who in self.rests.stated])
        said += self._label("readings", [Note(one) for one in self.rests.readings])
        if self.rests.unverified:
            said.append(Note(f"{text('unverified law')}{text('colon')}{text('comma').join(self.rests.unverified)}", kind="hang"))
        if said:
            yield Note(text("rests"), said, kind="section")

    def _stood(self, who: str, because: str) -> str:
        """Who took what as given, and why."""
        text = self.words.text
        what = text("comma").join(self.rests.stated[who, because])
        return f"{who} · {what}" + (f"{text('colon')}{because}" if because else "")


def owing(owed: Owed) -> str:
    """How a duty stands, as the phrase that says it."""
    if owed.state in ("overdue", "met"):
        return owed.state
    return "may be owed" if owed.owed != TRUE else "owed" if owed.met == FALSE else "open duty"


def state(outcome: Span) -> int | str:
    """An outcome as a sign: 0 to 3, or `open`."""
    return outcome.worst if outcome.settled else "open"


def asked(verdict: Verdict) -> list[Question]:
    """The questions that are left, over all legs that can still change the answer, each once."""
    return list(dict.fromkeys(q for judged in verdict.open_legs for q in missing(judged, verdict.plan)))


def question_line(question: Question, words: Words, plan: Plan) -> str:
    """A missing fact as a question; in brackets, where it is written in a world."""
    if question.path.kind == "counts":
        regime, _, name = question.path.fact.partition("/")
        found = plan.regime(regime).findings.get(name, (question.law,))[0]
        return f"{words.text('counted before').format(words.gist(found) if found else regime)} [counts]"
    who = words.who(question.record, question.path)
    if question.path.root == "law" or question.where is not None:
        tree = Tree(words, World("", Place("", 1, 1)), plan.regime(question.regime), Rests())
        if question.where is None:
            return f"{words.text('any law').format(tree.law_name(question.fact))} [{question.fact}]"
        relation = words.relation(question.where.over.source, question.record)
        asked_for = tree.test(question.where.where)
        return words.text("is there with" if asked_for else "is there").format(relation, asked_for) + f" [{question.fact}]"
    if question.more:
        return f"{words.text('is there').format(words.relation(question.path.fact, who))} [{question.fact}]"
    if question.over is not None:
        who = words.relation(question.over.source, question.row[0]) + (f"{words.text('comma')}{who}" if who else "")
    who += words.text("colon") if who else ""
    return f"{words.text('asks').format(who + words.label(question.path))} [{question.fact}]"


def span(days: Interval, words: Words, *, bare: bool = False) -> str:
    """A day or a stretch of days."""
    if days.lo <= MIN or days.hi >= MAX:
        return words.text("any day")
    if days.lo == days.hi:
        return day(days.lo) if bare else words.text("on").format(day(days.lo))
    return words.text("days").format(day(days.lo), day(days.hi))
