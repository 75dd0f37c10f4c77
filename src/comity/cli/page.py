"""One verdict in full: a page that can be read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from comity.cli.brief import summary, untold
from comity.cli.lines import columns, paint, wrap
from comity.cli.notes import Note, Rests, flatten
from comity.cli.tree import Tree, is_dates, note_on
from comity.cli.words import Words, day, place
from comity.facts.record import World
from comity.facts.value import FALSE, MAX, MIN, TRUE, UNKNOWN, Interval, only
from comity.law.condition import And, Condition
from comity.law.rulebook import REACH
from comity.text.source import Place
from comity.verdict.opinion import Bar, Opinion, Owed, Way
from comity.verdict.outcome import meet
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict
from comity.why.missing import Question, missing, questions
from comity.why.story import teller

DEEP: Final = 14
"""How far down the reasons of what stands are told."""
SHALLOW: Final = 3
"""How far down the reasons of what may stand are told: the questions at the end say what would settle it."""
HANGS: Final = 3
"""Facts named of those that a law hangs on."""
ASKED: Final = 8
"""Questions put at once."""
OPEN: Final = 2
"""Bars of one regime that only may stand and are told with their reasons; the rest are named."""


class Page:
    """Writes the page of one verdict in one language."""

    def __init__(self, verdict: Verdict, world: World, words: Words) -> None:
        self.verdict, self.world, self.words = verdict, world, words
        self.rests = Rests()
        self.room = columns()

    def lines(self) -> Iterator[str]:
        """The whole page."""
        verdict, words, text = self.verdict, self.words, self.words.text
        outcome = words.outcome(verdict.outcome)
        yield paint(f"{verdict.movement}{text('colon')}{outcome}", verdict.outcome.worst if verdict.outcome.settled else "open")
        if verdict.about:
            yield from self._say(verdict.about)
        yield ""
        yield from self._say(summary(verdict, words))
        yield from self._legs()
        grouped: dict[tuple[str, str, str], list[str]] = {}
        for conflict in verdict.conflicts:
            grouped.setdefault((conflict.by, conflict.basis or place(conflict.place, words.lang), conflict.regime), []).append(conflict.law.cite)
        for told, cites in grouped.items():
            yield ""
            yield from self._say(text("conflict").format(*told, text("semicolon").join(cites)), "! ")
        for code in untold(verdict):
            yield ""
            yield from self._say(text("unread").format(place(code, words.lang)), "! ")
        yield from self._asked()
        hanging = [] if verdict.narrowed else [o for o in verdict.opinions if not o.span.settled and all(b.truth != TRUE for b in o.standing)]
        for one in verdict.opinions:
            if one not in hanging:
                yield from self._opinion(one)
        if hanging:
            yield ""
            yield from (paint(line, "bold") for line in self._say(text("open laws")))
        for one in hanging:
            yield from self._hanging(one)
        yield from self._rests()
        yield ""
        having = {o.name for o in verdict.opinions}
        editions = [f"{r.book.regime} {r.book.edition}" for r in verdict.plan.regimes if r.book.regime in having]
        silent = [r.book.regime for r in verdict.plan.regimes if r.book.regime not in having]
        yield from self._say(text("asked").format(text("comma").join(editions) or text("none")))
        if silent:
            yield from self._say(text("not concerned").format(text("comma").join(silent)))
        yield from self._say(text("advice"))

    def _say(self, sentence: str, lead: str = "", rest: str | None = None) -> Iterator[str]:
        yield from wrap(sentence, self.room, lead, " " * len(lead) if rest is None else rest)

    def _notes(self, notes: Sequence[Note], indent: str, depth: int) -> Iterator[str]:
        for lead, sentence in flatten(notes, indent, depth):
            yield from self._say(sentence, lead + "- ", lead + "  ")

    def _legs(self) -> Iterator[str]:
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
            yield ""
            yield from self._say(words.text("legs").format(words.text("semicolon").join(told)))

    # -- one regime --------------------------------------------------------------------------------------------------

    def _opinion(self, one: Opinion) -> Iterator[str]:
        words, text = self.words, self.words.text
        yield ""
        yield from (paint(line, "bold") for line in self._say(f"{words.title(one.regime.book)} [{one.name}]{text('colon')}{words.outcome(one.span)}", "", "  "))
        told = teller(one.judged, one.regime)
        tree = Tree(words, self.world, one.regime, self.rests)
        if one.scope == UNKNOWN:
            yield from self._say(text("may apply"), "  ")
            yield from self._notes(tree.because(told.tell(one.regime.scope)), "    ", SHALLOW)
        if len(self.verdict.legs) > 1 and (one.standing or one.owed):
            leg = one.judged.leg
            yield from self._say(text("leg").format(leg.actor or text("nobody named"), text(leg.role), span(leg.days, words)), "  ")
        if not one.standing:
            yield from self._say(text("silent"), "  ")
        full = [b for b in one.standing if b.truth == TRUE] + [b for b in one.standing if b.truth != TRUE][:OPEN]
        for bar in one.standing:
            if bar in full:
                yield from self._bar(bar, one, tree)
        for bar in one.standing:
            if bar not in full:
                law = bar.law
                yield from self._say(f"{law.path} {text('may stand')}{text('colon')}{words.gist(law)}{text('gap')}{words.cite(law)}", "  ", "    ")
        yield from self._lifted(one, tree)
        yield from self._quiet(one)
        yield from self._duties(one)

    def _hanging(self, one: Opinion) -> Iterator[str]:
        """A law under which nothing stands for sure: what that hangs on and what may stand, in brief."""
        words, text = self.words, self.words.text
        yield from self._say(f"{words.title(one.regime.book)} [{one.name}]{text('colon')}{text('ends').format(*words.ends(one.span))}", "  ", "    ")
        what, told = one.decisive, teller(one.judged, one.regime)
        open_ = (one.regime.scope,) if one.scope == UNKNOWN else what.conditions if what else ()
        found = list(dict.fromkeys(q for condition in open_ for q in questions(told.tell(condition))))
        line = [question_line(replace(q, regime=one.name), words, self.verdict.plan).rpartition(" [")[0].rstrip("?？") for q in found[:HANGS]]
        yield from self._say(f"{text('hangs')}{text('colon')}{text('semicolon').join(line)}{self._more(len(found) - HANGS)}", "    ", "      ")
        if what:
            may = f"{what.law.path}{text('comma')}{words.gist(what.law)}{text('gap')}{words.cite(what.law)}"
            yield from self._say(f"{text('may stand')}{text('colon')}{may}{self._more(len(one.standing) - 1)}", "    ", "      ")

    def _more(self, left: int) -> str:
        return self.words.text("and more").format(left) if left > 0 else ""

    def _bar(self, bar: Bar, one: Opinion, tree: Tree) -> Iterator[str]:
        words, text = self.words, self.words.text
        law = bar.law
        note_on(law, self.rests)
        state = text("stands" if bar.truth == TRUE else "may stand")
        yield from self._say(f"{law.path} {state}{text('colon')}{words.gist(law)}{text('gap')}{words.cite(law)}", "  ")
        told = teller(one.judged, one.regime)
        reasons = tree.because(told.tell(bar.conditions[0]))
        if reasons:
            yield f"    {text('because')}{text('colon').rstrip()}"
            yield from self._notes(reasons, "      ", DEEP if bar.truth == TRUE else SHALLOW)
        useful = [w for w in bar.ways if w.holds == UNKNOWN or (REACH[w.ground.kind] and w.available != FALSE)]
        if not useful:
            yield f"    {text('no way')}"
        else:
            yield f"    {text('ways')}{text('colon').rstrip()}"
            for way in useful:
                yield from self._way(way, bar, one, tree)
        closed = [w.ground.path for w in bar.ways if w not in useful]
        if closed:
            yield from self._say(text("closed ways").format(text("comma").join(closed)), "    ")

    def _way(self, way: Way, bar: Bar, one: Opinion, tree: Tree) -> Iterator[str]:
        words, text = self.words, self.words.text
        note_on(way.ground, self.rests)
        reach = REACH[way.ground.kind]
        kind = text(f"act {reach}") + (f"{text('comma')}{text('open whether available')}" if way.available == UNKNOWN and reach else "")
        lead = f"{text('as role').format(way.ground.path, kind)}{text('colon')}"
        yield from self._say(f"{lead}{words.gist(way.ground)}{text('gap')}{words.cite(way.ground)}", "      ", "        ")
        told = teller(one.judged, one.regime)
        lacking = tree.because(told.tell(way.lowered.holds)) if bar.truth == TRUE else []
        if lacking:
            yield f"        {text('open' if way.holds == UNKNOWN else 'lacks')}{text('colon').rstrip()}"
            yield from self._notes(lacking, "          ", DEEP if way.holds == FALSE else SHALLOW)

    def _lifted(self, one: Opinion, tree: Tree) -> Iterator[str]:
        words, text, told = self.words, self.words.text, teller(one.judged, one.regime)
        for bar in one.bars:
            if bar.lifted == TRUE:
                grounds = [w.ground for w in bar.ways if w.holds == TRUE]
                for ground in grounds:
                    note_on(ground, self.rests)
                filed = dict.fromkeys(paper for w in bar.ways if w.holds == TRUE for paper in tree.papers(told.tell(w.lowered.holds)))
                by = text("semicolon").join(f"{g.path}{text('comma')}{words.gist(g)}{text('gap')}{words.cite(g)}" for g in grounds)
                yield from self._say(f"{text('lifted')}{text('colon')}" + text("lifted by").format(bar.law.path, by), "  ", "    ")
                if filed:
                    yield from self._say(text("comma").join(filed), "    ")

    def _quiet(self, one: Opinion) -> Iterator[str]:
        """Prohibitions that only the day keeps silent: not commenced, suspended, repealed."""
        judged, words, text = one.judged, self.words, self.words.text
        for law, when in one.regime.prohibitions:
            parts: Sequence[Condition] = when.parts if isinstance(when, And) else (when,)
            truths = {is_dates(p): {judged.stretch.truth(q, judged.row) for q in parts if is_dates(q) == is_dates(p)} for p in parts}
            if FALSE in truths.get(True, ()) and truths.get(False) == {TRUE}:
                told = f"{law.path}{text('comma')}{words.gist(law)}{text('gap')}{words.cite(law)}"
                yield from self._say(text("quiet").format(told), "  ", "    ")

    def _duties(self, one: Opinion) -> Iterator[str]:
        text = self.words.text
        open_ = [o for o in one.owed if o.state != "met"]
        for timing in ("before", "during", "after"):
            due = [o for o in open_ if o.law.timing == timing]
            if due:
                yield f"  {text('duties')} · {text(timing)}{text('colon').rstrip()}"
            for owed in due:
                note_on(owed.law, self.rests)
                yield from self._say(self._duty(owed, one), "    - ", "      ")
        met = [o.law.path for o in one.owed if o.state == "met"]
        if met:
            yield from self._say(text("met duties").format(text("comma").join(met)), "  ", "    ")

    def _duty(self, owed: Owed, one: Opinion) -> str:
        words, text = self.words, self.words.text
        name = only(one.judged.leg.facts.get(owed.law.by)) or owed.law.by.replace("_", " ")
        state = "overdue" if owed.state == "overdue" else "may be owed" if owed.owed != TRUE else "owed" if owed.met == FALSE else "open duty"
        due = f"{text('comma')}{text('due').format(span(owed.due, words, bare=True))}" if owed.due is not None else ""
        return f"{owed.law.path} · {name} · {text(state)}{due}{text('colon')}{words.gist(owed.law)}{text('gap')}{words.cite(owed.law)}"

    # -- the end of the page -----------------------------------------------------------------------------------------

    def _asked(self) -> Iterator[str]:
        words, text = self.words, self.words.text
        found = asked(self.verdict)
        if not found:
            return
        yield ""
        yield paint(f"{text('ask')}{self._more(len(found) - ASKED)}", "bold")
        for kind in ("find out", "do", "apply for", "ask counsel"):
            own = [q for q in found[:ASKED] if q.kind == kind]
            if own:
                yield f"  {text(kind)}{text('colon').rstrip()}"
            for question in own:
                yield from self._say(question_line(question, words, self.verdict.plan), "    - ", "      ")

    def _rests(self) -> Iterator[str]:
        text = self.words.text
        groups: list[tuple[str, Iterable[str | tuple[str, str]]]] = [("stated", self.rests.stated), ("readings", self.rests.readings)]
        groups.append(("unverified law", self.rests.unverified))
        if not any(found for _, found in groups):
            return
        yield ""
        yield paint(text("rests"), "bold")
        for title, found in groups:
            if title == "unverified law" and found:
                yield from self._say(f"{text(title)}{text('colon')}" + text("comma").join(map(str, found)), "  ", "    ")
            elif found:
                yield f"  {text(title)}{text('colon').rstrip()}"
                for line in found:
                    yield from self._say(line if isinstance(line, str) else self._stood(*line), "    - ", "      ")

    def _stood(self, who: str, because: str) -> str:
        """Who took what as given, and why."""
        text = self.words.text
        what = text("comma").join(self.rests.stated[who, because])
        return f"{who} · {what}" + (f"{text('colon')}{because}" if because else "")


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
    return f"{who}{words.label(question.path)}{'？' if words.lang == 'zh' else '?'} [{question.fact}]"


def span(days: Interval, words: Words, *, bare: bool = False) -> str:
    """A day or a stretch of days."""
    if days.lo <= MIN or days.hi >= MAX:
        return words.text("any day")
    if days.lo == days.hi:
        return day(days.lo) if bare else words.text("on").format(day(days.lo))
    return words.text("days").format(day(days.lo), day(days.hi))
